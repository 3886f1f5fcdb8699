//! Goldens: Rust in, representation out.

mod errors;
mod exits;
mod iterators;
mod memory;
mod scalars;

use crate::args::Config;
use crate::errors::Errors;
use crate::ir::{print, verify};
use expect_test::Expect;
use proc_macro2::TokenStream;

/// Lowers a function and prints it, or the messages.
fn lowered(attribute: TokenStream, mut item: syn::ItemFn) -> String {
    let mut errors = Errors::default();
    let config = Config::parse(attribute, &mut item, &mut errors);
    let function = super::function(&item, &config, &mut errors);
    let Some(function) = function.filter(|_| errors.is_empty()) else { return errors.to_string() };
    let text = print::print(&function);
    if let Err(broken) = verify::verify(&function) {
        panic!("not well formed: {broken}\n{text}");
    }
    text
}

fn check(item: syn::ItemFn, expected: Expect) {
    expected.assert_eq(&lowered(TokenStream::new(), item));
}
