//! A sweep of `f` in the directions of a nested function's caller and in its own, and the pull.
//!
//! The sets of directions, as bit masks: the caller's, behind them the function's own, behind that the one in which the cotangent of the
//! gradient points.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, quote};

use super::super::hidden::Program;
use super::super::signature::Param;
use super::super::sweep;
use super::glue::{Glue, local};
use crate::ir::Mode;

/// Where the memory of `&mut` parameters is while something runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Memory {
    /// What the caller lent.
    Lent,
    /// Copies, see [`Run::kept`].
    Kept,
}

/// What the tangent of a parameter of `f` in one set of directions is.
enum Source {
    /// An own parameter, in a set of the caller's directions.
    Own(usize, usize),
    /// The cotangent of the gradient.
    Cotangent(usize),
    Zero,
}

/// What a pull is given in the sets of directions: the cotangent of the result, and the shadow of a parameter where that is wanted.
pub(super) struct Ends<'f> {
    pub(super) seed: &'f dyn Fn(usize) -> TokenStream,
    pub(super) slot: &'f dyn Fn(usize, usize) -> Option<TokenStream>,
}

/// See the module.
pub(super) struct Run<'g, 's> {
    pub(super) glue: &'g Glue<'s>,
    /// In the direction of the gradient's cotangent, too.
    pub(super) along_cotangent: bool,
}

impl Run<'_, '_> {
    /// How many directions there are.
    pub(super) fn total(&self) -> u32 {
        self.glue.directions + self.glue.inner() + u32::from(self.along_cotangent)
    }

    /// The first set with the direction of the gradient's cotangent.
    pub(super) fn first_along_cotangent(&self) -> usize {
        self.glue.sets() << self.glue.inner()
    }

    fn source(&self, set: usize, param: usize) -> Source {
        let (outer, own) = (set % self.glue.sets(), set / self.glue.sets());
        match own {
            0 => Source::Own(outer, param),
            1 if self.glue.inner() == 1 => Source::Own(outer, self.glue.direction_index(param)),
            _ if self.along_cotangent && own == 1 << self.glue.inner() => Source::Cotangent(outer),
            _ => Source::Zero,
        }
    }

    /// The cotangent of the gradient with respect to a parameter, read into a local.
    pub(super) fn cotangent(&self, set: usize, param: usize) -> Ident {
        local(format_args!("{}_cotangent{set}", self.glue.sig.params[param].ident))
    }

    /// What an `&mut` own parameter held before the call.
    fn before(&self, set: usize, index: usize) -> Ident {
        local(format_args!("{}_before{set}", self.glue.own.params[index].ident))
    }

    /// The copy of an `&mut` parameter's memory, or of its tangent.
    pub(super) fn again(&self, set: usize, param: usize) -> Ident {
        local(format_args!("{}_again{set}", self.glue.sig.params[param].ident))
    }

    /// The `&mut` parameters of `f`, by sets.
    fn lent(&self) -> Vec<(usize, usize)> {
        let params = &self.glue.sig.params;
        let all = (0..1_usize << self.total()).flat_map(|set| (0..params.len()).map(move |i| (set, i)));
        all.filter(|(set, i)| params[*i].is_mut() && (*set == 0 || params[*i].active)).collect()
    }

    /// The `&mut` own parameters, by sets of the caller's directions.
    fn lent_by_caller(&self) -> Vec<(usize, usize)> {
        self.glue.slots().filter(|(_, index)| self.glue.own.params[*index].is_mut()).collect()
    }

    /// Before anything runs: what the pullback finds in the caller's memory and leaves there.
    pub(super) fn remembered(&self) -> TokenStream {
        let kept = self.lent_by_caller().into_iter().map(|(set, index)| {
            let (before, name) = (self.before(set, index), &self.glue.names[set][index]);
            quote!(let #before = ::std::borrow::ToOwned::to_owned(&*#name);)
        });
        kept.collect()
    }

    /// At the end of the pullback: the memory as it was before the call.
    pub(super) fn restored(&self) -> TokenStream {
        let restored = self.lent_by_caller().into_iter().map(|(set, index)| {
            let (before, name) = (self.before(set, index), &self.glue.names[set][index]);
            match self.glue.own.params[index].pointee() {
                syn::Type::Slice(_) => quote!(#name.clone_from_slice(&#before);),
                _ => quote!(::core::clone::Clone::clone_from(#name, &#before);),
            }
        });
        restored.collect()
    }

    /// In the pullback: copies of what was before the call, for another sweep.
    pub(super) fn kept(&self) -> TokenStream {
        let krate = &self.glue.sig.krate;
        let kept = self.lent().into_iter().map(|(set, i)| {
            let again = self.again(set, i);
            let value = match self.source(set, i) {
                Source::Own(outer, index) => {
                    let before = self.before(outer, index);
                    quote!(::core::clone::Clone::clone(&#before))
                }
                Source::Cotangent(outer) => {
                    let cotangent = self.cotangent(outer, i);
                    quote!(::core::clone::Clone::clone(&#cotangent))
                }
                Source::Zero => {
                    let (param, name) = (&self.glue.sig.params[i], &self.glue.names[0][i]);
                    let ty = param.pointee();
                    quote!(#krate::rt::zero_grad::<#ty>(&*#name))
                }
            };
            quote!(let mut #again = #value;)
        });
        kept.collect()
    }

    /// After a sweep: copies of what it left, for the pull to rewind.
    pub(super) fn left(&self) -> TokenStream {
        let left = self.lent().into_iter().filter_map(|(set, i)| {
            let Source::Own(outer, index) = self.source(set, i) else { return None };
            let (again, name) = (self.again(set, i), &self.glue.names[outer][index]);
            Some(quote!(let mut #again = ::std::borrow::ToOwned::to_owned(&*#name);))
        });
        left.collect()
    }

    /// What a slot for a parameter of `f`, or for its tangent, is given.
    fn argument(&self, set: usize, i: usize, memory: Memory) -> TokenStream {
        let (glue, krate, param) = (self.glue, &self.glue.sig.krate, &self.glue.sig.params[i]);
        if set > 0 && !param.active {
            return quote!(#krate::rt::Ignored);
        }
        let in_slot = |reference| if set == 0 { reference } else { quote!(::core::option::Option::Some(#reference)) };
        if param.is_mut() && memory == Memory::Kept {
            let again = self.again(set, i);
            return in_slot(quote!(::std::borrow::BorrowMut::borrow_mut(&mut #again)));
        }
        match self.source(set, i) {
            Source::Own(outer, index) if glue.is_handed_on(outer, index) => glue.names[outer][index].to_token_stream(),
            Source::Own(outer, index) if index == i => in_slot(glue.reference(outer, i)),
            Source::Own(outer, index) => in_slot(glue.given(outer, index, param.pointee())),
            Source::Cotangent(outer) => {
                let (cotangent, ty) = (self.cotangent(outer, i), param.pointee());
                in_slot(quote!(#krate::rt::tangent_of::<#ty>(&#cotangent)))
            }
            Source::Zero => quote!(::core::option::Option::None),
        }
    }

    /// The parameters of `f` in all sets of directions.
    fn each(&self) -> impl Iterator<Item = (usize, usize)> {
        let count = self.glue.sig.params.len();
        (0..1_usize << self.total()).flat_map(move |set| (0..count).map(move |i| (set, i)))
    }

    /// `let (ys, pull) = Self::forward…(…);` or `let ys = Self::tangent…(…);`.
    pub(super) fn sweep(&self, program: Program, ys: &TokenStream, memory: Memory) -> TokenStream {
        let args = self.each().map(|(set, i)| self.argument(set, i, memory));
        let function = self.glue.sig.own(&program.name(self.total()));
        let pull = local("pull");
        let results = match program {
            Program::Adjoint => quote!((#ys, #pull)),
            Program::Tangent => ys.clone(),
        };
        quote!(let #results = #function(#(#args),*);)
    }

    /// `pull(…);` of that sweep.
    pub(super) fn pull(&self, ends: &Ends<'_>, memory: Memory) -> TokenStream {
        let (sig, krate) = (self.glue.sig, &self.glue.sig.krate);
        let args = self.each().map(|(set, i)| match sig.params[i].mode {
            Mode::Copy => quote!(#krate::rt::Ignored),
            Mode::Move | Mode::Shared | Mode::Mut | Mode::Function => self.argument(set, i, memory),
        });
        let (pull, ends) = (local("pull"), self.ends(ends));
        quote!(#pull(#(#args,)* #ends);)
    }

    /// Both in one, where there is that.
    pub(super) fn sweep_and_pull(&self, ys: &TokenStream, ends: &Ends<'_>) -> TokenStream {
        let args = self.each().map(|(set, i)| self.argument(set, i, Memory::Lent));
        let (function, ends) = (self.glue.sig.own(&sweep::name(self.total())), self.ends(ends));
        quote!(let #ys = #function(#(#args,)* #ends);)
    }

    /// The cotangents and shadows as arguments.
    fn ends(&self, Ends { seed, slot }: &Ends<'_>) -> TokenStream {
        let (sig, krate) = (self.glue.sig, &self.glue.sig.krate);
        let seeds = (0..1_usize << self.total()).map(seed);
        let slots = self.each().map(|(set, i)| {
            let param = &sig.params[i];
            match slot(set, i) {
                _ if !param.active => quote!(#krate::rt::Ignored),
                Some(slot) => slot,
                // What is written and read again passes through the adjoints of `&mut` memory, wanted or not.
                None if param.is_mut() => {
                    let through = self.through(set, i, param);
                    quote!(::core::option::Option::Some(#through))
                }
                None => quote!(::core::option::Option::None),
            }
        });
        quote!(#(#seeds,)* #(#slots),*)
    }

    /// A shadow for `&mut` memory whose adjoint is not wanted: the cotangent of what the call left in it, if that is given.
    fn through(&self, set: usize, i: usize, param: &Param) -> TokenStream {
        let (krate, ty) = (&self.glue.sig.krate, param.pointee());
        let zeros = self.after_bar(set, i).unwrap_or_else(|| {
            let name = &self.glue.names[0][i];
            quote!(#krate::rt::zeros::<#ty>(&*#name))
        });
        quote!(#krate::rt::shadow_of::<#ty>(&#zeros))
    }

    /// An owned shadow with the cotangent of what the call left in an `&mut` parameter, if that is given.
    pub(super) fn after_bar(&self, set: usize, i: usize) -> Option<TokenStream> {
        let (krate, ty) = (&self.glue.sig.krate, self.glue.sig.params[i].pointee());
        let index = self.glue.after_bar_index(i).filter(|_| set < self.glue.sets())?;
        let given = self.glue.given(set, index, ty);
        Some(quote!(#krate::rt::seed::<#ty>(#given)))
    }
}
