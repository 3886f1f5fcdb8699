//! The hidden functions' bodies, from the programs.

use super::companion::{Body, companion, signature::Signature, types::without_lifetimes};
use super::{body, body_boxed, param_ident};
use crate::ir::Function;
use proc_macro2::TokenStream;
use quote::ToTokens as _;

/// The companion of a function, given its adjoint and its tangent program.
pub(crate) fn companion_of(sig: &Signature, adjoint: &Function, tangent: &Function) -> TokenStream {
    let adjoint = &with_types(sig, adjoint);
    let krate = sig.krate.to_token_stream();
    let forward = if sig.recursive { body_boxed(adjoint, &krate) } else { body(adjoint, &krate) };
    companion(sig, &with_params(adjoint, forward), &with_params(tangent, body(tangent, &krate)))
}

/// The pullback writes out the types of its parameters: `impl Trait` has a name there, and lifetimes are the caller's.
fn with_types(sig: &Signature, f: &Function) -> Function {
    let mut f = f.clone();
    for (param, outer) in f.params.iter_mut().zip(&sig.params) {
        param.ty = without_lifetimes(&outer.ty);
    }
    f.result_ty = without_lifetimes(&f.result_ty);
    f
}

fn with_params(f: &Function, tokens: TokenStream) -> Body {
    let params = f.params.iter().map(|param| param_ident(&f[param.value])).collect();
    // A program without any tangents has no list of them.
    let mut dots: Vec<_> = f.dots.iter().map(|dot| dot.map(|dot| param_ident(&f[dot]))).collect();
    dots.resize(f.params.len(), None);
    Body { params, dots, tokens }
}
