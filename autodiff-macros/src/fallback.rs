//! What is emitted when there are errors: the user's function, the messages, and a stub of the companion, so that one mistake
//! gives one message and the editor keeps working.

use crate::args::Config;
use crate::emit::companion::signature::{How, Signature};
use crate::errors::Errors;
use crate::ir::Mode;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{FnArg, ItemFn};

/// The signature by syntax alone.
pub fn signature(item: &ItemFn, config: &Config) -> Signature {
    let modes = item.sig.inputs.iter().map(|arg| match arg {
        FnArg::Typed(typed) => config.mode(item, &typed.ty),
        FnArg::Receiver(_) => Mode::Move,
    });
    let how = |(mode, active)| How { mode, active, needs_derivative: mode == Mode::Function };
    let how: Vec<_> = modes.zip(config.active.iter().copied()).map(how).collect();
    Signature::new(item, &how, config, config.recursive)
}

/// What is not a function comes out unchanged, with a message.
pub fn unparsed(item: TokenStream, error: &syn::Error) -> TokenStream {
    let mut errors = Errors::default();
    match syn::parse2::<syn::Item>(item.clone()) {
        Ok(other) => errors.push_spanned(
            other,
            "`#[differentiate]` stands on a function, an `impl` or a `trait`",
            "put it on each function whose derivatives you want",
        ),
        Err(_) => errors.extend(error.clone()),
    }
    let errors = errors.to_compile_errors();
    quote!(#item #errors)
}
