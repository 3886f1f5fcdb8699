//! Methods that return a `Result`.
//!
//! The method itself is called first, and tells whether there is a result. If so, the operation's derivatives are run as for any other
//! method; the pullback of what failed does nothing. The tangent of a `Result` is an `Option`.

use super::row::Row;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

impl Row {
    /// Runs the method; in `run` there is what derivatives need, if it did not fail.
    pub(super) fn found(&self, sets: usize) -> TokenStream {
        let (name, operation) = (&self.name, &self.operation);
        let rest = self.params.iter().skip(1).map(|param| &param.name);
        let receiver = self.params.first().map(|param| &param.name);
        let found = quote!(#receiver.#name(#(#rest),*));
        if sets == 1 {
            return quote! {
                let found = #found;
                let run = found.as_ref().ok().map(|out| {
                    let operation = #operation;
                    (kept(&operation, out), operation)
                });
            };
        }
        // It is computed again, with its tangents.
        let jet = self.jet(sets);
        quote! {
            let found = #found.map(|_| {
                let operation = #operation;
                (#jet, operation)
            });
            let (run, error) = crate::wrapper::fallible(found);
        }
    }

    /// What is returned of that.
    pub(super) fn found_values(&self, sets: usize, names: &[Ident]) -> TokenStream {
        if sets == 1 {
            return quote!(found);
        }
        let pairs = self.paired(sets, |set| {
            let name = &names[set];
            if set > 0 {
                return quote!(#name);
            }
            quote!(match error {
                Some(error) => Err(error),
                None => Ok(#name.expect("there is no error")),
            })
        });
        quote!({
            let [#(#names),*] = of_found(run.as_ref().map(|(out, _)| results(&Whole, out)));
            #pairs
        })
    }

    /// The pullback's body.
    pub(super) fn pull_found(&self, sets: usize, out_bars: &[Ident]) -> TokenStream {
        let operands = self.operands();
        let bars = (0..sets).map(|set| self.of_operands("bar", set));
        if sets == 1 {
            return quote! {
                if let (Some((kept, operation)), Some(out_bar)) = (&run, out_bar0.take_grad()) {
                    pull(operation, &Whole, #operands, kept, out_bar, #(#bars)*);
                }
            };
        }
        let dots = (1..sets).map(|set| self.of_operands("dot", set));
        quote! {
            if let (Some((out, operation)), [#(Some(#out_bars)),*]) = (&run, [#(#out_bars.take_grad()),*]) {
                let out_bars = [#(#out_bars),*];
                pull_with_tangents(operation, &Whole, #operands, &[#(#dots),*], out, out_bars, &[#(#bars),*]);
            }
        }
    }
}
