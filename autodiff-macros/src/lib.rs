//! The compiler behind `#[differentiate]`.

mod analyze;
mod errors;
mod ir;
mod rules;
mod transform;

use proc_macro::TokenStream;

/// Derives the gradient, pullback and directional derivative of a function.
#[proc_macro_attribute]
pub fn differentiate(_attribute: TokenStream, item: TokenStream) -> TokenStream {
    item
}

/// The rule table as traits' impls, for `autodiff-runtime`.
#[doc(hidden)]
#[proc_macro]
pub fn __runtime_rules(_input: TokenStream) -> TokenStream {
    rules::runtime::expand().into()
}
