//! The hidden functions' bodies, from the programs.

use super::companion::{Body, Wide, companion, hessian, signature::Home, signature::Signature, types::without_lifetimes};
use super::{body, body_boxed, body_once, body_wide, param_ident};
use crate::ir::{Block, Callee, Function, Stmt};
use crate::transform::rows::rows;
use crate::transform::spare::Spared;
use crate::transform::wide::wide;
use proc_macro2::TokenStream;
use quote::ToTokens as _;

/// The companion of a function, given its adjoint and tangent programs by order, whose first `own` values are the user's.
pub(crate) fn companion_of(
    sig: &Signature,
    adjoints: Vec<Function>,
    tangents: Vec<Function>,
    fused: Option<Function>,
    spared: Option<&Spared>,
    own: usize,
) -> TokenStream {
    let krate = sig.krate.to_token_stream();
    let forward = |adjoint: Function| {
        let adjoint = with_types(sig, adjoint);
        with_params(adjoint, |adjoint| if sig.recursive { body_boxed(adjoint, &krate) } else { body(adjoint, &krate) })
    };
    let tangent = |tangent: Function| with_params(tangent, |tangent| body(tangent, &krate));
    let wide = wide_bodies(sig, &adjoints, &tangents, own);
    let once = once_body(sig, &adjoints);
    let adjoints: Vec<Body> = adjoints.into_iter().map(forward).collect();
    let tangents: Vec<Body> = tangents.into_iter().map(tangent).collect();
    let fused = fused.map(|fused| with_params(fused, |fused| body(fused, &krate)));
    companion(sig, &adjoints, once.as_ref(), &tangents, fused.as_ref(), &wide, spared)
}

/// The first adjoint program with a pullback for one use. What calls itself has its pullback in a box, where it is run by reference.
fn once_body(sig: &Signature, adjoints: &[Function]) -> Option<Body> {
    let has_once = matches!(sig.home, Home::Companion) && !sig.has_functions() && !sig.recursive;
    let adjoint = with_types(sig, adjoints.first().filter(|_| has_once)?.clone());
    with_params_if(adjoint, |adjoint| body_once(adjoint, &sig.krate.to_token_stream()))
}

/// Only what is called by a path is called with tangents in several directions. Operations on tensors gain nothing by that.
fn wide_bodies(sig: &Signature, adjoints: &[Function], tangents: &[Function], own: usize) -> Wide {
    if !matches!(sig.home, Home::Companion) || sig.has_tensors() || sig.has_functions() {
        return Wide::default();
    }
    let print = |f: Function| with_params(f, |f| body_wide(f, &sig.krate.to_token_stream()));
    let tangent = tangents.first().and_then(|tangent| wide(tangent, &sig.krate));
    let rows = adjoints.get(1).filter(|_| hessian::gains_by_lanes(sig)).and_then(|adjoint| rows(adjoint, own, &sig.krate));
    Wide { tangent: tangent.map(print), rows: rows.map(|rows| print(with_types(sig, rows))) }
}

/// The pullback writes out the types of its parameters: `impl Trait` has a name there, and lifetimes are the caller's.
fn with_types(sig: &Signature, mut f: Function) -> Function {
    for (param, outer) in f.params.iter_mut().zip(&sig.params) {
        param.ty = match &outer.function {
            Some(function) => {
                let captures = &function.captures;
                syn::parse_quote!(#captures)
            }
            None => without_lifetimes(&outer.ty),
        };
    }
    f.result_ty = without_lifetimes(&f.result_ty);
    f
}

fn with_params(f: Function, print: impl FnOnce(Function) -> TokenStream) -> Body {
    with_params_if(f, |f| Some(print(f))).expect("it is printed")
}

fn with_params_if(f: Function, print: impl FnOnce(Function) -> Option<TokenStream>) -> Option<Body> {
    let params = f.params.iter().map(|param| param_ident(&f[param.value])).collect();
    let dots = f.dots.iter().map(|dots| dots.iter().map(|dot| dot.map(|dot| param_ident(&f[dot]))).collect()).collect();
    let cotangents = f.cotangents.as_ref().map(|cotangents| {
        let shadows = cotangents.shadows.iter().map(|shadow| shadow.map(|shadow| param_ident(&f[shadow])));
        (param_ident(&f[cotangents.out_bar]), shadows.collect())
    });
    let gives_up = f.cotangents.as_ref().is_some_and(|cotangents| cotangents.gives_up);
    let is_inlined = is_leaf(&f.body) || size(&f.body) <= SMALL;
    let mut body = Body::new(params, dots, print(f)?);
    body.is_inlined = is_inlined;
    (body.cotangents, body.gives_up) = (cotangents, gives_up);
    Some(body)
}

/// How many statements a function may have that is inlined although it calls others: what it hands to its pullback then stays in registers.
/// A residual with its two rows of derivatives takes four fifths of the time so (`benches/jacobians`).
const SMALL: usize = 150;

fn size(block: &Block) -> usize {
    block.stmts.iter().map(|stmt| 1 + stmt.blocks().into_iter().map(size).sum::<usize>()).sum()
}

fn is_leaf(block: &Block) -> bool {
    let calls = |stmt: &Stmt| matches!(stmt, Stmt::Call(call) if call.callee == Callee::Companion);
    block.stmts.iter().all(|stmt| !calls(stmt) && stmt.blocks().into_iter().all(is_leaf))
}
