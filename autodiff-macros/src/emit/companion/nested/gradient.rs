//! `grad`, `value_and_grad`, `hvp` and the call of a pullback, as functions to be differentiated.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::super::hidden::Program;
use super::super::signature::Param;
use super::super::types::bare_or_tuple;
use super::glue::{Glue, local};
use super::run::{Ends, Memory, Run};
use super::{Nested, paired};
use crate::ir::Mode;

impl Glue<'_> {
    /// The result of `f` in a set of directions.
    fn y(&self, set: usize) -> Ident {
        local(format_args!("y{set}"))
    }

    fn ys(&self, run: &Run<'_, '_>) -> TokenStream {
        let names = (0..1_usize << run.total()).map(|set| {
            let y = self.y(set);
            quote!(#y)
        });
        paired(names.collect())
    }

    /// A seed of the pull: the cotangent that the function is given, one for a gradient, and zero in other sets.
    fn seed(&self, set: usize) -> TokenStream {
        let (krate, ret) = (&self.sig.krate, &self.sig.ret);
        if self.sig.returns_unit() {
            return quote!(&());
        }
        if let Some(index) = self.result_bar_index().filter(|_| set < self.sets()) {
            let given = self.given(set, index, ret);
            return quote!(#krate::rt::shadow_of::<#ret>(&#krate::rt::seed::<#ret>(#given)));
        }
        if set == 0 {
            return match self.sig.wrapped_float() {
                Some(_) => self.sig.seed_held(1),
                None => {
                    let one = self.sig.one();
                    quote!(&::core::cell::Cell::new(#one))
                }
            };
        }
        if self.sig.returns_float() {
            return quote!(&::core::cell::Cell::new(<#ret as ::core::default::Default>::default()));
        }
        let y = self.y(0);
        quote!(#krate::rt::shadow_of::<#ret>(&#krate::rt::zeros::<#ret>(&#y)))
    }

    /// The cotangents that are given have the shapes that they must have.
    fn checks(&self) -> TokenStream {
        let krate = &self.sig.krate;
        let mut checks = TokenStream::new();
        for set in 0..self.sets() {
            if let Some(index) = self.result_bar_index().filter(|_| !self.sig.has_fixed_shape(&self.sig.ret)) {
                let (y, name) = (self.y(0), &self.names[set][index]);
                let called = name.to_string();
                checks.extend(quote!(#krate::rt::check_lengths("the result", &#y, #called, #name);));
            }
            for i in self.active() {
                let (param, after) = (&self.sig.params[i].ident, &self.names[0][i]);
                let fixed = self.sig.has_fixed_shape(self.sig.params[i].pointee());
                if let Some(index) = self.after_bar_index(i).filter(|_| !fixed) {
                    let (name, owner) = (&self.names[set][index], format!("`{param}`"));
                    let called = name.to_string();
                    checks.extend(quote!(#krate::rt::check_lengths(#owner, &*#after, #called, #name);));
                }
            }
        }
        checks
    }

    /// The value in all directions.
    pub(super) fn gradients(&self) -> TokenStream {
        let (sig, krate) = (self.sig, &self.sig.krate);
        let run = Run { glue: self, along_cotangent: false };
        let is_fallible = sig.wrapped().is_some();
        let first = self.sets() * self.inner() as usize;
        let bar = |set: usize, i: usize| local(format_args!("{}_bars{set}", sig.params[i].ident));
        let (mut zeros, mut results) = (TokenStream::new(), Vec::new());
        for set in 0..self.sets() {
            let mut grads = Vec::new();
            for i in self.active() {
                let (bar, ty, name) = (bar(set, i), sig.params[i].pointee(), &self.names[0][i]);
                let looked_at = if sig.params[i].is_mut() { quote!(&*#name) } else { self.reference(0, i) };
                let zero = run.after_bar(set, i).unwrap_or_else(|| quote!(#krate::rt::zeros::<#ty>(#looked_at)));
                zeros.extend(quote!(let #bar = #zero;));
                grads.push(quote!(#krate::rt::into_grad::<#ty>(#bar)));
            }
            let (grads, y) = (bare_or_tuple(&grads), self.y(set));
            let (result, value) = match self.nested {
                Nested::ValueAndGrad => (quote!((#y, #grads)), quote!(#y)),
                Nested::Grad | Nested::Jvp | Nested::Hvp | Nested::Pulled => (grads, quote!(_)),
            };
            results.push(if is_fallible { quote!(#y.map(|#value| #result)) } else { result });
        }
        let slot = |set: usize, i: usize| {
            let outer = set.checked_sub(first).filter(|_| sig.params[i].active)?;
            let slot = sig.shadow_of(sig.params[i].pointee(), &bar(outer, i));
            Some(quote!(::core::option::Option::Some(#slot)))
        };
        let (ends, result) = (Ends { seed: &|set| self.seed(set), slot: &slot }, paired(results));
        if sig.has_sweeps() && run.total() > 0 {
            let swept = run.sweep_and_pull(&self.ys(&run), &ends);
            return quote!({ #zeros #swept #result });
        }
        let sweep = run.sweep(Program::Adjoint, &self.ys(&run), Memory::Lent);
        let (left, checks) = (run.left(), self.checks());
        let pull = run.pull(&ends, Memory::Kept);
        let found = quote!(#zeros #pull #result);
        let found = if is_fallible { self.if_found(&found) } else { found };
        quote!({ #sweep #left #checks #found })
    }

    /// What there is if `f` has returned a value; else what it has returned instead.
    fn if_found(&self, found: &TokenStream) -> TokenStream {
        let (krate, y) = (&self.sig.krate, self.y(0));
        let missing = (0..self.sets()).map(|set| match set {
            0 => quote!(#y.map(|_| ::core::unreachable!())),
            _ => quote!(::core::option::Option::None),
        });
        let missing = paired(missing.collect());
        quote!(if #krate::rt::Wrapper::__has_value(&#y) { #found } else { #missing })
    }

    /// Nobody's directions: the public function itself, if all can be passed on.
    fn called(&self) -> Option<TokenStream> {
        let is_passed_on = |param: &Param| matches!(param.mode, Mode::Copy | Mode::Shared);
        if self.directions + self.inner() > 0 || !self.own.params.iter().all(is_passed_on) {
            return None;
        }
        let (function, args) = (self.sig.own(self.nested.name()), self.own.passed_on());
        Some(quote!(#function(#args)))
    }

    /// For the forward sweep: what runs first, the result, and what the pullback does.
    pub(super) fn gradient_pair(&self) -> (TokenStream, TokenStream, TokenStream) {
        let run = Run { glue: self, along_cotangent: true };
        (run.remembered(), self.called().unwrap_or_else(|| self.gradients()), self.pull_of_gradients(&run))
    }

    fn pull_of_gradients(&self, run: &Run<'_, '_>) -> TokenStream {
        let (sig, last) = (self.sig, run.first_along_cotangent());
        let seed = |set: usize| match set.checked_sub(last) {
            Some(outer) if outer < self.sets() && self.nested == Nested::ValueAndGrad => {
                let (out_bar, krate, ret) = (self.out_bar(outer), &sig.krate, &sig.ret);
                match sig.wrapped() {
                    Some(_) => sig.seed_copied(&quote!(#out_bar.0)),
                    None => quote!(#krate::rt::shadow_of::<#ret>(&#out_bar.0)),
                }
            }
            Some(_) | None => self.seed(set),
        };
        let slot = |set: usize, i: usize| {
            let set = set.checked_sub(last).filter(|_| sig.params[i].active)?;
            let (outer, own) = (set % self.sets(), set / self.sets());
            let index = match (self.inner(), own) {
                (0, _) | (1, 1) => i,
                (_, _) => self.direction_index(i),
            };
            let slot = self.slot(outer, index);
            Some(quote!(#slot))
        };
        let (read, kept) = (self.cotangents(run), run.kept());
        let (ends, added) = (Ends { seed: &seed, slot: &slot }, self.adjoints_of_cotangents(run));
        if sig.has_sweeps() {
            let swept = run.sweep_and_pull(&self.ys(run), &ends);
            return quote!(#read #swept #added);
        }
        let sweep = run.sweep(Program::Adjoint, &self.ys(run), Memory::Kept);
        let pull = run.pull(&ends, Memory::Kept);
        let restored = run.restored();
        let pulled = quote!(#read #kept #sweep #added #pull);
        if sig.wrapped().is_none() {
            return quote!(#pulled #restored);
        }
        let bars: Vec<Ident> = (0..self.sets()).map(|set| self.out_bar(set)).collect();
        quote!(if let (#(::core::option::Option::Some(#bars),)*) = (#(#bars,)*) { #pulled } #restored)
    }

    /// Reads the cotangents of the gradients.
    fn cotangents(&self, run: &Run<'_, '_>) -> TokenStream {
        let (krate, active) = (&self.sig.krate, self.active());
        let mut read = TokenStream::new();
        for set in 0..self.sets() {
            let out_bar = self.out_bar(set);
            for (k, i) in active.iter().enumerate() {
                let (cotangent, part) = (run.cotangent(set, *i), syn::Index::from(k));
                let mut place = quote!(#out_bar);
                if self.nested == Nested::ValueAndGrad {
                    place = quote!(#place.1);
                }
                if active.len() > 1 {
                    place = quote!(#place.#part);
                }
                let is_whole = self.nested != Nested::ValueAndGrad && active.len() == 1;
                let reference = if is_whole { place } else { quote!(&#place) };
                read.extend(quote!(let #cotangent = #krate::rt::peek(#reference);));
            }
        }
        read
    }

    /// The adjoints of the cotangents that a pullback is given: the tangents of what `f` returns and leaves behind.
    fn adjoints_of_cotangents(&self, run: &Run<'_, '_>) -> TokenStream {
        let (krate, last) = (&self.sig.krate, run.first_along_cotangent());
        let mut added = TokenStream::new();
        let mut add = |slot: Ident, value: TokenStream| {
            added.extend(quote!(if let ::core::option::Option::Some(bar) = #slot { #krate::rt::add(bar, #value); }));
        };
        for set in 0..self.sets() {
            if let Some(index) = self.result_bar_index() {
                let y = self.y(last + set);
                add(self.slot(set, index), quote!(#y));
            }
            for i in self.active() {
                if let Some(index) = self.after_bar_index(i) {
                    let after = run.again(last + set, i);
                    add(self.slot(set, index), quote!(::core::clone::Clone::clone(&#after)));
                }
            }
        }
        added
    }
}
