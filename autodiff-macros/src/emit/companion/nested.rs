//! Derivatives of derivatives: what a differentiated function needs that calls `f::grad`, `f::value_and_grad`, `f::jvp` or `f::hvp`.
//!
//! To such a caller each of them is a callee like any other, with a forward sweep and a tangent of each order
//! (`f::grad_forward_order_2`). None needs a transform of its own, since second derivatives are symmetric: the pullback of the gradient is
//! the Hessian times the cotangent, one more direction of the tangent of `forward`; and `forward`'s own tangent is at once forward sweep and
//! pullback of `jvp`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Type, parse_quote};

use super::hidden::{self, Program};
use super::signature::{Param, Signature};
use super::types::{bare_or_tuple, without_lifetimes};
use super::{Body, Item};
use crate::ir::Mode;

/// A public function of the companion that may be differentiated itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nested {
    Grad,
    ValueAndGrad,
    Jvp,
    Hvp,
}

impl Nested {
    const ALL: [Nested; 4] = [Nested::Grad, Nested::ValueAndGrad, Nested::Jvp, Nested::Hvp];

    fn name(self) -> &'static str {
        match self {
            Nested::Grad => "grad",
            Nested::ValueAndGrad => "value_and_grad",
            Nested::Jvp => "jvp",
            Nested::Hvp => "hvp",
        }
    }

    /// The order of derivatives that it is itself.
    fn order(self) -> u32 {
        match self {
            Nested::Grad | Nested::ValueAndGrad | Nested::Jvp => 1,
            Nested::Hvp => 2,
        }
    }

    /// The function at the end of a path, if it is one of them: `path::to::f::grad`.
    pub(crate) fn of(path: &syn::Path) -> Option<Nested> {
        let last = path.segments.last().filter(|_| path.segments.len() > 1)?;
        Nested::ALL.into_iter().find(|nested| last.ident == nested.name())
    }

    /// What its own forward sweep or tangent is called.
    pub(crate) fn hidden_name(self, program: Program, directions: u32) -> String {
        let (what, own) = match program {
            Program::Adjoint => ("forward", directions + 1),
            Program::Tangent => ("tangent", directions),
        };
        format!("{}_{what}_order_{}", self.name(), self.order() + own)
    }
}

/// What the order allows.
pub(super) fn all(sig: &Signature) -> Vec<Item> {
    let mut items = Vec::new();
    if sig.has_mut() {
        return items;
    }
    for nested in Nested::ALL {
        if nested != Nested::Jvp && !sig.returns_float() || nested == Nested::Jvp && sig.returns_unit() {
            continue;
        }
        for directions in 0..sig.order.saturating_sub(nested.order()) {
            items.push(Glue::new(sig, nested, directions).forward());
        }
        for directions in 1..=sig.order.saturating_sub(nested.order()) {
            items.push(Glue::new(sig, nested, directions).tangent());
        }
    }
    items
}

/// One of these functions, in some number of directions.
struct Glue<'s> {
    sig: &'s Signature,
    nested: Nested,
    directions: u32,
    /// As a function of its own: the parameters, behind them the direction for each active one.
    own: Signature,
    /// For each set of directions, the empty one included, what the parameters are called.
    names: Vec<Vec<Ident>>,
}

impl<'s> Glue<'s> {
    fn new(sig: &'s Signature, nested: Nested, directions: u32) -> Glue<'s> {
        let mut params: Vec<Param> = sig.params.clone();
        if matches!(nested, Nested::Jvp | Nested::Hvp) {
            params.extend(sig.active().map(|param| direction_of(sig, param)));
        }
        let gradient: Type = {
            let gradient = sig.gradient();
            parse_quote!(#gradient)
        };
        let (value, tangent) = (&sig.ret, sig.grad(&sig.ret));
        let ret: Type = match nested {
            Nested::Grad | Nested::Hvp => gradient,
            Nested::ValueAndGrad => parse_quote!((#value, #gradient)),
            Nested::Jvp => parse_quote!((#value, #tangent)),
        };
        let own = Signature { params, ret, recursive: false, ..sig.clone() };
        let mut taken = own.names();
        let mut names = vec![own.params.iter().map(|param| param.ident.clone()).collect::<Vec<_>>()];
        for set in 1..1_usize << directions {
            names.push(own.params.iter().map(|param| taken.derived(&param.ident, &format!("_dots{set}"))).collect());
        }
        Glue { sig, nested, directions, own, names }
    }

    fn sets(&self) -> usize {
        1 << self.directions
    }

    fn body(&self, tokens: TokenStream) -> Body {
        let dots = self.names[1..].iter().map(|names| {
            let dots = names.iter().zip(&self.own.params).map(|(name, param)| param.active.then(|| name.clone()));
            dots.collect()
        });
        Body::new(self.names[0].clone(), dots.collect(), tokens)
    }

    /// How many directions the function has by itself.
    fn inner(&self) -> u32 {
        u32::from(matches!(self.nested, Nested::Jvp | Nested::Hvp))
    }

    /// Copies of what the pullback captures.
    fn copies(&self) -> TokenStream {
        let mut copies = TokenStream::new();
        for (set, names) in self.names.iter().enumerate() {
            for (name, param) in names.iter().zip(&self.own.params) {
                if param.mode == Mode::Copy && (set == 0 || param.active) {
                    copies.extend(quote!(let #name = *#name;));
                }
            }
        }
        copies
    }

    /// A parameter of the function's, or its tangent, as a reference: by-value ones have been copied.
    fn reference(&self, set: usize, index: usize) -> TokenStream {
        let (name, param) = (&self.names[set][index], &self.own.params[index]);
        if param.mode != Mode::Copy {
            return quote!(#name);
        }
        if set == 0 {
            return quote!(&#name);
        }
        self.sig.tangent_of(param.pointee(), name)
    }

    /// The tangent in the direction that the function is given, for a parameter of `f`'s.
    fn given(&self, set: usize, param: usize) -> TokenStream {
        let active = self.sig.params[..param].iter().filter(|param| param.active).count();
        let index = self.sig.params.len() + active;
        let (reference, own) = (self.reference(set, index), &self.own.params[index]);
        match (set, own.mode) {
            // A direction by value is a `Grad`.
            (0, Mode::Copy | Mode::Move) => {
                let (krate, ty) = (&self.sig.krate, self.sig.params[param].pointee());
                quote!(#krate::rt::tangent_of::<#ty>(#reference))
            }
            (_, _) => reference,
        }
    }

    /// The tangents for the sweep in all directions: those of the caller, then the function's own, then those of `more`.
    fn tangent_of(&self, set: usize, param: usize, more: &dyn Fn(usize, usize) -> TokenStream) -> Option<TokenStream> {
        let (outer, own) = (set % self.sets(), set / self.sets());
        let inner = self.inner() as usize;
        if !self.sig.params[param].active {
            return None;
        }
        match own {
            0 => Some(self.reference(outer, param)),
            1 if inner == 1 => Some(self.given(outer, param)),
            own if own == 1 << inner => Some(more(outer, param)),
            _ => None,
        }
    }

    /// `let (ys, pull) = Self::forward…(…);` or `let ys = Self::tangent…(…);` in `total` directions.
    fn sweep(&self, program: Program, total: u32, more: &dyn Fn(usize, usize) -> TokenStream, ys: &TokenStream) -> TokenStream {
        let (sig, krate) = (self.sig, &self.sig.krate);
        let primals = (0..sig.params.len()).map(|i| self.reference(0, i));
        let mut dots = TokenStream::new();
        for set in 1..1_usize << total {
            for (i, param) in sig.params.iter().enumerate() {
                dots.extend(match self.tangent_of(set, i, more) {
                    _ if !param.active => quote!(#krate::rt::Ignored,),
                    Some(dot) => quote!(::core::option::Option::Some(#dot),),
                    None => quote!(::core::option::Option::None,),
                });
            }
        }
        let function = sig.own(&program.name(total));
        let pull = local("pull");
        let results = match program {
            Program::Adjoint => quote!((#ys, #pull)),
            Program::Tangent => ys.clone(),
        };
        quote!(let #results = #function(#(#primals,)* #dots);)
    }

    /// `pull(…);` of that sweep.
    fn pull(
        &self,
        total: u32,
        more: &dyn Fn(usize, usize) -> TokenStream,
        seed: &dyn Fn(usize) -> TokenStream,
        slot: &dyn Fn(usize, usize) -> Option<TokenStream>,
    ) -> TokenStream {
        let (sig, krate, all) = (self.sig, &self.sig.krate, 1_usize << total);
        let mut args = TokenStream::new();
        for set in 0..all {
            for (i, param) in sig.params.iter().enumerate() {
                let reference = if set == 0 { Some(self.reference(0, i)) } else { self.tangent_of(set, i, more) };
                args.extend(match reference.filter(|_| param.mode != Mode::Copy) {
                    Some(reference) if set == 0 => quote!(#reference,),
                    Some(_) if !param.active => quote!(#krate::rt::Ignored,),
                    Some(reference) => quote!(::core::option::Option::Some(#reference),),
                    None if param.mode == Mode::Copy || !param.active => quote!(#krate::rt::Ignored,),
                    None => quote!(::core::option::Option::None,),
                });
            }
        }
        for set in 0..all {
            let seed = seed(set);
            args.extend(quote!(#seed,));
        }
        for set in 0..all {
            for (i, param) in sig.params.iter().enumerate() {
                args.extend(match slot(set, i) {
                    _ if !param.active => quote!(#krate::rt::Ignored,),
                    Some(slot) => quote!(#slot,),
                    None => quote!(::core::option::Option::None,),
                });
            }
        }
        let pull = local("pull");
        quote!(#pull(#args);)
    }

    fn seed(&self, value: Option<&TokenStream>) -> TokenStream {
        let (krate, ret) = (&self.sig.krate, &self.sig.ret);
        let zero = quote!(#krate::rt::float::<#ret>(0));
        let value = value.unwrap_or(&zero);
        quote!(&::core::cell::Cell::new(#value))
    }

    /// The value in all directions, for gradients and `hvp`.
    fn gradients(&self) -> TokenStream {
        let (sig, krate, total) = (self.sig, &self.sig.krate, self.directions + self.inner());
        let first = self.sets() * self.inner() as usize;
        let bar = |set: usize, i: usize| local(format_args!("{}_bars{set}", sig.params[i].ident));
        let active: Vec<usize> = (0..sig.params.len()).filter(|i| sig.params[*i].active).collect();
        let (mut zeros, mut results) = (TokenStream::new(), Vec::new());
        let y = |set: usize| local(format_args!("y{set}"));
        for set in 0..self.sets() {
            let mut grads = Vec::new();
            for i in &active {
                let (bar, ty, primal) = (bar(set, *i), sig.params[*i].pointee(), self.reference(0, *i));
                zeros.extend(quote!(let #bar = #krate::rt::zeros::<#ty>(#primal);));
                grads.push(quote!(#krate::rt::into_grad::<#ty>(#bar)));
            }
            let (grads, y) = (bare_or_tuple(&grads), y(set));
            results.push(if self.nested == Nested::ValueAndGrad { quote!((#y, #grads)) } else { quote!(#grads) });
        }
        let none = |_: usize, _: usize| TokenStream::new();
        let one = sig.one();
        let slot = |set: usize, i: usize| {
            let outer = set.checked_sub(first).filter(|_| sig.params[i].active)?;
            let slot = sig.shadow_of(sig.params[i].pointee(), &bar(outer, i));
            Some(quote!(::core::option::Option::Some(#slot)))
        };
        let pull = self.pull(total, &none, &|set| self.seed((set == 0).then_some(&one)), &slot);
        let ys = if self.nested == Nested::ValueAndGrad {
            paired(
                (0..1 << total)
                    .map(|set| {
                        let y = y(set);
                        quote!(#y)
                    })
                    .collect(),
            )
        } else {
            quote!(_)
        };
        let (sweep, result) = (self.sweep(Program::Adjoint, total, &none, &ys), paired(results));
        quote!({ #sweep #zeros #pull #result })
    }

    /// Value and tangent of a `jvp` in all directions, with the pullback if that is wanted.
    fn jvp(&self, program: Program) -> (TokenStream, TokenStream) {
        let y = |set: usize| {
            let y = local(format_args!("y{set}"));
            quote!(#y)
        };
        let ys = paired((0..2 * self.sets()).map(y).collect());
        let none = |_: usize, _: usize| TokenStream::new();
        let results = (0..self.sets()).map(|set| {
            let (y, y_dot) = (y(set), y(set + self.sets()));
            quote!((#y, #y_dot))
        });
        (self.sweep(program, self.directions + 1, &none, &ys), paired(results.collect()))
    }

    fn tangent_body(&self) -> TokenStream {
        let copies = self.copies();
        if self.nested == Nested::Jvp {
            let (sweep, result) = self.jvp(Program::Tangent);
            return quote!(#copies #sweep #result);
        }
        let value = self.gradients();
        quote!(#copies #value)
    }

    fn tangent_item(&self, body: TokenStream) -> Item {
        hidden::tangent(&self.own, &self.hidden_name(Program::Tangent), &self.body(body))
    }

    /// Beside a method the derivatives of `energy_grad` are those of a method of that name.
    fn hidden_name(&self, program: Program) -> String {
        match self.sig.member() {
            None => self.nested.hidden_name(program, self.directions),
            Some(_) => format!("{}_{}", self.nested.name(), program.name(self.directions)),
        }
    }

    fn out_bar(&self, set: usize) -> Ident {
        local(format_args!("out_bar{set}"))
    }

    fn slot(&self, set: usize, index: usize) -> TokenStream {
        let slot = local(format_args!("{}_slot{set}", self.own.params[index].ident));
        quote!(#slot)
    }

    fn forward(&self) -> Item {
        let copies = self.copies();
        let (prelude, result, inside) = if self.nested == Nested::Jvp {
            let (sweep, result) = self.jvp(Program::Adjoint);
            (sweep, result, self.pull_of_jvp())
        } else {
            (TokenStream::new(), self.gradients(), self.pull_of_gradients())
        };
        let closure = self.closure(&inside);
        let tokens = quote!(#copies #prelude (#result, #closure));
        hidden::forward(&self.own, &self.hidden_name(Program::Adjoint), &self.body(tokens))
    }

    fn pull_of_jvp(&self) -> TokenStream {
        let (krate, ret) = (&self.sig.krate, &self.sig.ret);
        let none = |_: usize, _: usize| TokenStream::new();
        let seed = |set: usize| {
            let out_bar = self.out_bar(set % self.sets());
            let part = syn::Index::from(usize::from(set < self.sets()));
            quote!(#krate::rt::shadow_of::<#ret>(&#out_bar.#part))
        };
        let slot = |set: usize, i: usize| {
            let outer = set % self.sets();
            let active = self.sig.params[..i].iter().filter(|param| param.active).count();
            // The primal's adjoint comes out of the tangent's slot, and the other way round.
            let index = if set < self.sets() { self.sig.params.len() + active } else { i };
            self.sig.params[i].active.then(|| self.slot(outer, index))
        };
        self.pull(self.directions + 1, &none, &seed, &slot)
    }

    fn pull_of_gradients(&self) -> TokenStream {
        let (sig, krate, total) = (self.sig, &self.sig.krate, self.directions + self.inner() + 1);
        let cotangent = |set: usize, i: usize| local(format_args!("{}_cotangent{set}", sig.params[i].ident));
        let active: Vec<usize> = (0..sig.params.len()).filter(|i| sig.params[*i].active).collect();
        let mut peeked = TokenStream::new();
        for set in 0..self.sets() {
            let out_bar = self.out_bar(set);
            for (k, i) in active.iter().enumerate() {
                let (cotangent, part) = (cotangent(set, *i), syn::Index::from(k));
                let mut place = quote!(#out_bar);
                if self.nested == Nested::ValueAndGrad {
                    place = quote!(#place.1);
                }
                if active.len() > 1 {
                    place = quote!(#place.#part);
                }
                let is_whole = self.nested != Nested::ValueAndGrad && active.len() == 1;
                let reference = if is_whole { place } else { quote!(&#place) };
                peeked.extend(quote!(let #cotangent = #krate::rt::peek(#reference);));
            }
        }
        let more = |set: usize, i: usize| {
            let (cotangent, ty) = (cotangent(set, i), sig.params[i].pointee());
            quote!(#krate::rt::tangent_of::<#ty>(&#cotangent))
        };
        let last = 1_usize << (total - 1);
        let one = sig.one();
        let seed = |set: usize| match set {
            0 => self.seed(Some(&one)),
            set if self.nested == Nested::ValueAndGrad && set >= last => {
                let out_bar = self.out_bar(set - last);
                self.seed(Some(&quote!(#out_bar.0.get())))
            }
            _ => self.seed(None),
        };
        let slot = |set: usize, i: usize| {
            let set = set.checked_sub(last).filter(|_| sig.params[i].active)?;
            let (outer, own) = (set % self.sets(), set / self.sets());
            let index = match (self.inner(), own) {
                (0, _) | (1, 1) => i,
                (_, _) => sig.params.len() + active.iter().position(|a| *a == i)?,
            };
            Some(self.slot(outer, index))
        };
        let (sweep, pull) = (self.sweep(Program::Adjoint, total, &more, &quote!(_)), self.pull(total, &more, &seed, &slot));
        quote!(#peeked #sweep #pull)
    }

    /// The pullback, whose parameters' types are written out.
    fn closure(&self, inside: &TokenStream) -> TokenStream {
        let krate = &self.sig.krate;
        let mut params = TokenStream::new();
        let mut zeros = TokenStream::new();
        for set in 0..self.sets() {
            for (name, param) in self.names[set].iter().zip(&self.own.params) {
                let ty = without_lifetimes(param.pointee());
                params.extend(match (param.mode, set) {
                    (Mode::Copy, _) => quote!(_: #krate::rt::Ignored,),
                    (_, 0) => quote!(#name: &#ty,),
                    _ if !param.active => quote!(_: #krate::rt::Ignored,),
                    (_, _) => {
                        let primal = &param.ident;
                        let rt = quote!(#krate::rt);
                        zeros.extend(super::super::closure::tangent_or_zero(param.mode, name, primal, &rt));
                        quote!(#name: ::core::option::Option<&#krate::rt::Tangent<#ty>>,)
                    }
                });
            }
        }
        let ret = without_lifetimes(&self.own.ret);
        for set in 0..self.sets() {
            let out_bar = self.out_bar(set);
            params.extend(quote!(#out_bar: &#krate::rt::ShadowOf<#ret>,));
        }
        for set in 0..self.sets() {
            for (i, param) in self.own.params.iter().enumerate() {
                let (slot, ty) = (self.slot(set, i), without_lifetimes(param.pointee()));
                params.extend(if param.active {
                    quote!(#slot: ::core::option::Option<&#krate::rt::ShadowOf<#ty>>,)
                } else {
                    quote!(_: #krate::rt::Ignored,)
                });
            }
        }
        quote!(move |#params| { #zeros #inside })
    }

    fn tangent(&self) -> Item {
        self.tangent_item(self.tangent_body())
    }
}

/// A name that clashes with none of the user's.
fn local(name: impl ToString) -> Ident {
    Ident::new(&name.to_string().replace("r#", ""), Span::mixed_site())
}

/// The parameter for a direction, as `jvp` and `hvp` take it.
fn direction_of(sig: &Signature, param: &Param) -> Param {
    let ident = format_ident!("{}_direction", param.ident);
    let ty = if param.by_value() {
        sig.grad(&param.ty)
    } else {
        let tangent = sig.tangent(param.pointee());
        parse_quote!(&#tangent)
    };
    Param { ident, receiver: None, ty, ..param.clone() }
}

/// Nested pairs, the last direction's outermost.
fn paired(mut by_set: Vec<TokenStream>) -> TokenStream {
    while by_set.len() > 1 {
        by_set = by_set.chunks(2).map(|pair| quote!((#(#pair),*))).collect();
    }
    by_set.remove(0)
}
