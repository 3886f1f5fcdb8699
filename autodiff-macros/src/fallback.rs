//! What is emitted when there are errors: the user's function, the messages, and a stub of the companion, so that one mistake
//! gives one message and the editor keeps working.

use crate::args::Config;
use crate::errors::Errors;
use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemFn;

/// The function as it is, `compile_error!`s, and an empty companion.
pub fn expand(item: &ItemFn, config: &Config, errors: &Errors) -> TokenStream {
    let errors = errors.to_compile_errors();
    let companion = &config.companion;
    let vis = &item.vis;
    quote! {
        #item
        #errors
        #[allow(non_camel_case_types, dead_code, missing_docs, missing_debug_implementations)]
        #vis enum #companion {}
    }
}

/// What is not a function comes out unchanged, with the message.
pub fn unparsed(item: TokenStream, error: &syn::Error) -> TokenStream {
    let error = error.to_compile_error();
    quote!(#item #error)
}
