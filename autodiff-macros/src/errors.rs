//! Collected user errors.

use proc_macro2::{Span, TokenStream};

/// All errors of one function, reported together.
#[derive(Debug, Default)]
pub struct Errors {
    all: Vec<syn::Error>,
}

impl Errors {
    /// Reports `what` is wrong at `span` and what to write `instead`.
    pub fn push(&mut self, span: Span, what: impl std::fmt::Display, instead: impl std::fmt::Display) {
        self.all.push(syn::Error::new(span, format!("{what}\n  = help: {instead}")));
    }

    /// Like [`Errors::push`], for a stretch of tokens.
    pub fn push_spanned(&mut self, tokens: impl quote::ToTokens, what: impl std::fmt::Display, instead: impl std::fmt::Display) {
        self.all.push(syn::Error::new_spanned(tokens, format!("{what}\n  = help: {instead}")));
    }

    /// An error made elsewhere (by syn).
    pub fn extend(&mut self, error: syn::Error) {
        self.all.push(error);
    }

    /// Takes over what was reported elsewhere.
    pub fn append(&mut self, mut other: Errors) {
        self.all.append(&mut other.all);
    }

    /// Nothing was reported.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// How many were reported so far, for [`Errors::truncate`].
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Forgets what was reported since there were `len`: a speculative attempt failed.
    pub fn truncate(&mut self, len: usize) {
        self.all.truncate(len);
    }

    /// `compile_error!` invocations, one for each error.
    pub fn to_compile_errors(&self) -> TokenStream {
        self.all.iter().map(syn::Error::to_compile_error).collect()
    }
}

impl std::fmt::Display for Errors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.all.iter().try_for_each(|error| writeln!(f, "error: {error}"))
    }
}
