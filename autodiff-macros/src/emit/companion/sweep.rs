//! `sweep_order_2` and so on: `forward` of that order and the pull in one call, for who is given all cotangents beforehand.
//!
//! Products with the Hessian run it, and so do derivatives of `f::grad`, `f::value_and_grad` and `f::vjp`, all with cotangents and shadows of
//! their own; rustc checks every call of a pullback anew, so that it stands here once. Only functions whose result is a float have it, for
//! that has all of these, and only without `&mut` parameters, which would have to be copied between sweep and pull.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::hidden::{self, Program};
use super::nested::local;
use super::signature::Signature;
use super::types::owned;
use super::{Body, Item};
use crate::ir::Mode;

/// Its name: that of the `forward` which it runs.
pub(super) fn name(directions: u32) -> String {
    format!("sweep_order_{}", directions + 1)
}

/// One for each higher order.
pub(super) fn all(sig: &Signature) -> Vec<Item> {
    if sig.has_sweeps() { (1..sig.order).map(|directions| sweep(sig, directions)).collect() } else { Vec::new() }
}

impl Signature {
    /// See the module.
    pub(super) fn has_sweeps(&self) -> bool {
        self.returns_float() && !self.is_opaque() && !self.has_functions() && !self.has_mut() && !self.is_in_trait()
    }
}

/// The parameters are those of `forward`, the cotangents of the result and the shadows, in all sets of directions.
fn sweep(sig: &Signature, directions: u32) -> Item {
    let (krate, sets, pull, ys) = (&sig.krate, 1_usize << directions, local("pull"), local("ys"));
    let primals: Vec<Ident> = sig.params.iter().map(|param| param.ident.clone()).collect();
    let dot = |set: usize, i: usize| sig.params[i].active.then(|| local(format_args!("{}_dots{set}", primals[i])));
    let each = |set: usize| (0..primals.len()).map(move |i| (set, i));
    let dots: Vec<Vec<Option<Ident>>> = (1..sets).map(|set| each(set).map(|(set, i)| dot(set, i)).collect()).collect();
    let given = dots.iter().flatten().map(|dot| dot.as_ref().map_or_else(|| quote!(#krate::rt::Ignored), |dot| quote!(#dot)));
    let again = std::iter::once(None).chain(dots.iter().map(Some)).flat_map(|dots| {
        sig.params.iter().enumerate().map(move |(i, param)| {
            let name = dots.map_or(Some(&param.ident), |dots| dots[i].as_ref());
            let name = name.filter(|_| param.mode != Mode::Copy);
            name.map_or_else(|| quote!(#krate::rt::Ignored), |name| quote!(#name))
        })
    });
    let (mut params, mut ends) = (TokenStream::new(), TokenStream::new());
    let shadow = |ty| hidden::shadow(sig, &owned(ty));
    for set in 0..sets {
        let (name, ty) = (local(format_args!("out_bar{set}")), shadow(&sig.ret));
        params.extend(quote!(#name: &#ty,));
        ends.extend(quote!(#name,));
    }
    for (set, i) in (0..sets).flat_map(each) {
        let (param, name) = (&sig.params[i], local(format_args!("{}_slot{set}", primals[i])));
        let ty = shadow(param.pointee());
        let slot = if param.active { quote!(::core::option::Option<&#ty>) } else { quote!(#krate::rt::Ignored) };
        params.extend(quote!(#name: #slot,));
        ends.extend(quote!(#name,));
    }
    let forward = sig.own(&Program::Adjoint.name(directions));
    let tokens = quote! {
        let (#ys, #pull) = #forward(#(#primals,)* #(#given),*);
        #pull(#(#again,)* #ends);
        #ys
    };
    let mut body = Body::new(primals.clone(), dots.clone(), tokens);
    body.handed_on = primals.len();
    let mut item = hidden::tangent(sig, &name(directions), &body);
    item.params.extend(params);
    Item { private: true, ..item }
}
