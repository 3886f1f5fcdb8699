//! The hidden functions' bodies, from the programs.

use super::companion::{Body, companion, signature::Signature, types::without_lifetimes};
use super::{body, body_boxed, param_ident};
use crate::ir::Function;
use proc_macro2::TokenStream;
use quote::ToTokens as _;

/// The companion of a function, given its adjoint and tangent programs by order.
pub(crate) fn companion_of(sig: &Signature, adjoints: &[Function], tangents: &[Function]) -> TokenStream {
    let krate = sig.krate.to_token_stream();
    let forward = |adjoint| {
        let adjoint = &with_types(sig, adjoint);
        with_params(adjoint, if sig.recursive { body_boxed(adjoint, &krate) } else { body(adjoint, &krate) })
    };
    let adjoints: Vec<Body> = adjoints.iter().map(forward).collect();
    let tangents: Vec<Body> = tangents.iter().map(|tangent| with_params(tangent, body(tangent, &krate))).collect();
    companion(sig, &adjoints, &tangents)
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
    let dots = f.dots.iter().map(|dots| dots.iter().map(|dot| dot.map(|dot| param_ident(&f[dot]))).collect()).collect();
    Body { params, dots, tokens }
}
