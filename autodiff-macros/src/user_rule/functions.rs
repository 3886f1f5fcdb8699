//! `vjp = path, jvp = path`: the companion's hidden functions around the user's.
//!
//! The user's functions have the signatures of the companion's public ones (`vjp` with the pullback's argument behind the
//! parameters), so that those of another companion can be given as they are. Nothing is kept for the pullback but the parameters
//! that are `Copy`; all others come again.

use crate::emit::companion::signature::{Param, Signature};
use crate::emit::companion::types::without_lifetimes;
use crate::emit::companion::{self, Body, Wide};
use crate::ir::Mode;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::Path;

/// The companion of a function that comes with its pullback and its directional derivative.
pub fn companion(sig: &Signature, vjp: &Path, jvp: &Path) -> TokenStream {
    companion::companion(sig, &[forward(sig, vjp)], None, &[tangent(sig, jvp)], None, &Wide::default(), None)
}

/// Runs the function; its pullback runs the user's, and adds what that returns.
fn forward(sig: &Signature, vjp: &Path) -> Body {
    let (krate, ret, primal) = (&sig.krate, without_lifetimes(&sig.ret), sig.own("primal"));
    let mut names = sig.names();
    let [y, y_bar] = [names.fresh(&["y", "y_value"]), names.fresh(&["y_bar", "y_cotangent"])];
    let copied = sig.params.iter().filter(|param| param.mode == Mode::Copy).map(|param| {
        let ident = &param.ident;
        quote!(let #ident = *#ident;)
    });
    let primals = sig.params.iter().map(|Param { ident, ty, mode, .. }| {
        let ty = without_lifetimes(ty);
        match mode {
            Mode::Copy => quote!(_: #krate::rt::Ignored),
            Mode::Move => quote!(#ident: &#ty),
            Mode::Shared | Mode::Mut | Mode::Function => quote!(#ident: #ty),
        }
    });
    let (mut slots, mut grads, mut adds) = (Vec::new(), Vec::new(), Vec::new());
    for param in &sig.params {
        if !param.active {
            slots.push(quote!(_: #krate::rt::Ignored));
            continue;
        }
        let (bar, grad) = (names.derived(&param.ident, "_bar"), names.derived(&param.ident, "_grad"));
        let ty = without_lifetimes(param.pointee());
        slots.push(quote!(#bar: ::core::option::Option<&#krate::rt::ShadowOf<#ty>>));
        adds.push(quote!(if let ::core::option::Option::Some(#bar) = #bar { #krate::rt::ShadowOps::add_grad(#bar, #grad); }));
        grads.push(grad);
    }
    let grads = if let [one] = grads.as_slice() { quote!(#one) } else { quote!((#(#grads),*)) };
    let args = args(sig, true);
    let tokens = quote! {
        #(#copied)*
        let #y = #primal(#args);
        (#y, move |#(#primals,)* #y_bar: &#krate::rt::ShadowOf<#ret>, #(#slots),*| {
            let #grads = #vjp(#args #krate::rt::ShadowOps::peek_grad(#y_bar));
            #(#adds)*
        })
    };
    Body::new(idents(sig), Vec::new(), tokens)
}

/// Calls the user's function with what its signature says.
fn tangent(sig: &Signature, jvp: &Path) -> Body {
    let mut names = sig.names();
    let dots: Vec<Option<Ident>> =
        sig.params.iter().map(|param| param.active.then(|| names.derived(&param.ident, "_dot"))).collect();
    let directions = dots.iter().zip(&sig.params).filter_map(|(dot, param)| {
        let dot = dot.as_ref()?;
        Some(if param.by_value() { quote!(::std::borrow::ToOwned::to_owned(#dot)) } else { quote!(#dot) })
    });
    let (args, directions) = (args(sig, false), directions.collect::<Vec<_>>());
    Body::new(idents(sig), vec![dots], quote!(#jvp(#args #(#directions),*)))
}

/// The parameters as the user's functions take them; `copied`, if those that are `Copy` are at hand by value.
fn args(sig: &Signature, copied: bool) -> TokenStream {
    let args = sig.params.iter().map(|Param { ident, mode, .. }| match mode {
        Mode::Copy if copied => quote!(#ident,),
        Mode::Copy => quote!(*#ident,),
        Mode::Move => quote!(::core::clone::Clone::clone(#ident),),
        Mode::Shared | Mode::Mut | Mode::Function => quote!(#ident,),
    });
    args.collect()
}

fn idents(sig: &Signature) -> Vec<Ident> {
    sig.params.iter().map(|param| param.ident.clone()).collect()
}
