//! The hidden functions' bodies, from the programs.

use super::companion::{Body, companion, signature::Signature};
use super::{body, body_boxed, param_ident};
use crate::ir::Function;
use proc_macro2::TokenStream;
use quote::ToTokens as _;

/// The companion of a function, given its adjoint and its tangent program.
pub(crate) fn companion_of(sig: &Signature, adjoint: &Function, tangent: &Function) -> TokenStream {
    let krate = sig.krate.to_token_stream();
    let forward = if sig.recursive { body_boxed(adjoint, &krate) } else { body(adjoint, &krate) };
    companion(sig, &with_params(adjoint, forward), &with_params(tangent, body(tangent, &krate)))
}

fn with_params(f: &Function, tokens: TokenStream) -> Body {
    let params = f.params.iter().map(|param| param_ident(&f[param.value])).collect();
    // A program without any tangents has no list of them.
    let mut dots: Vec<_> = f.dots.iter().map(|dot| dot.map(|dot| param_ident(&f[dot]))).collect();
    dots.resize(f.params.len(), None);
    Body { params, dots, tokens }
}
