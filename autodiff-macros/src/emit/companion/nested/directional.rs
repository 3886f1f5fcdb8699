//! `jvp` as a function to be differentiated.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::hidden::Program;
use super::glue::{Glue, local};
use super::paired;
use super::run::{Ends, Memory, Run};

impl Glue<'_> {
    /// The body of its tangent.
    pub(super) fn directional(&self) -> TokenStream {
        let (sweep, result) = self.swept(Program::Tangent);
        quote!(#sweep #result)
    }

    /// For its forward sweep: what runs first, the result, and what the pullback does.
    pub(super) fn directional_pair(&self) -> (TokenStream, TokenStream, TokenStream) {
        let (sweep, result) = self.swept(Program::Adjoint);
        (sweep, result, self.pull_of_directional())
    }

    /// Value and tangent in all directions, with the pullback if that is wanted.
    fn swept(&self, program: Program) -> (TokenStream, TokenStream) {
        let y = |set: usize| {
            let y = local(format_args!("y{set}"));
            quote!(#y)
        };
        let ys = paired((0..2 * self.sets()).map(y).collect());
        let is_fallible = self.sig.wrapped().is_some();
        let results = (0..self.sets()).map(|set| {
            let (y, y_dot) = (y(set), y(set + self.sets()));
            match set {
                _ if self.sig.returns_unit() => quote!(()),
                0 if is_fallible => quote!(match #y_dot {
                    ::core::option::Option::Some(dot) => #y.map(|y| (y, dot)),
                    ::core::option::Option::None => #y.map(|_| ::core::unreachable!()),
                }),
                _ if is_fallible => quote!(#y.zip(#y_dot)),
                _ => quote!((#y, #y_dot)),
            }
        });
        let run = Run { glue: self, along_cotangent: false };
        (run.sweep(program, &ys, Memory::Lent), paired(results.collect()))
    }

    fn pull_of_directional(&self) -> TokenStream {
        let (krate, ret) = (&self.sig.krate, &self.sig.ret);
        let seed = |set: usize| {
            if self.sig.returns_unit() {
                return quote!(&());
            }
            let out_bar = self.out_bar(set % self.sets());
            let part = syn::Index::from(usize::from(set < self.sets()));
            if self.sig.wrapped().is_some() {
                let part = quote!(#out_bar.as_ref().map(|bar| #krate::rt::peek(&bar.#part)));
                return quote!(&#krate::rt::seed::<#ret>(&#part));
            }
            quote!(#krate::rt::shadow_of::<#ret>(&#out_bar.#part))
        };
        let slot = |set: usize, i: usize| {
            let outer = set % self.sets();
            // The primal's adjoint comes out of the tangent's slot, and the other way round.
            let index = if set < self.sets() { self.direction_index(i) } else { i };
            let slot = self.sig.params[i].active.then(|| self.slot(outer, index))?;
            Some(quote!(#slot))
        };
        Run { glue: self, along_cotangent: false }.pull(&Ends { seed: &seed, slot: &slot }, Memory::Lent)
    }
}
