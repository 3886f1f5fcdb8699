//! The compiler behind `#[differentiate]`.

#![allow(unreachable_pub, reason = "`pub` marks what a module offers to the others; nothing of a macro crate is reachable")]

mod analyze;
mod args;
mod emit;
mod errors;
mod fallback;
mod ir;
mod lower;
mod pipeline;
mod rules;
mod simplify;
mod transform;

use proc_macro::TokenStream;

/// Derives the gradient, pullback and directional derivative of a function.
#[proc_macro_attribute]
pub fn differentiate(attribute: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::expand(attribute.into(), item.into()).into()
}

/// The rule table as traits' impls, for `autodiff-runtime`.
#[doc(hidden)]
#[proc_macro]
pub fn __runtime_rules(_input: TokenStream) -> TokenStream {
    rules::runtime::expand().into()
}

/// Tests of the rule table, for `tests/rules.rs`: of each primitive in a differentiated function (`companions`), and of the
/// runtime's rules for operands of unknown type (`traits`).
#[doc(hidden)]
#[proc_macro]
pub fn __rule_tests(input: TokenStream) -> TokenStream {
    let through = match input.to_string().as_str() {
        "companions" => rules::generated_tests::Through::Companions,
        _ => rules::generated_tests::Through::Traits,
    };
    rules::generated_tests::expand(through).into()
}
