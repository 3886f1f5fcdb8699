//! `forward` and `tangent`: the calling convention between derivatives. It cannot depend on what a caller does not see, so every
//! by-value parameter is passed by reference, and every parameter has a slot of each sort.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote};

use super::signature::{Param, Signature};
use super::types::{owned, without_lifetimes};
use super::{Body, Item};
use crate::ir::Mode;

/// A parameter of a hidden function.
fn primal_type(param: &Param) -> TokenStream {
    let ty = &param.ty;
    if param.by_value() { quote!(&#ty) } else { quote!(#ty) }
}

fn hidden(sig: &Signature, name: &str, body: &Body) -> Item {
    let params = body.params.iter().zip(&sig.params).map(|(name, param)| {
        let ty = primal_type(param);
        quote!(#name: #ty,)
    });
    Item { doc: None, params: params.collect(), body: body.tokens.clone(), ..Item::new(sig, name, String::new()) }
}

/// The value, and the pullback with one primal slot and one shadow slot a parameter.
pub(super) fn forward(sig: &Signature, body: &Body) -> Item {
    let (krate, ret) = (&sig.krate, &sig.ret);
    let primals = sig.params.iter().map(|param| {
        let ty = without_lifetimes(&param.ty);
        match param.mode {
            Mode::Copy => quote!(#krate::rt::Ignored),
            Mode::Move => quote!(&#ty),
            Mode::Shared | Mode::Mut => ty.into_token_stream(),
        }
    });
    let shadow = |ty| sig.projection("ShadowOf", &without_lifetimes(&owned(ty)));
    let shadows = sig.params.iter().map(|param| {
        if param.active {
            let shadow = shadow(param.pointee());
            quote!(::core::option::Option<&#shadow>)
        } else {
            quote!(#krate::rt::Ignored)
        }
    });
    let out_bar = shadow(ret);
    let signature = quote!(Fn(#(#primals,)* &#out_bar, #(#shadows),*));
    let captured = sig.captured();
    let pullback =
        if sig.recursive { quote!(::std::boxed::Box<dyn #signature>) } else { quote!(impl #signature + use<#(#captured),*>) };
    Item {
        ret: quote!(-> (#ret, #pullback)),
        pullback: Some(2 * sig.params.len() + 1),
        boxed: sig.recursive,
        ..hidden(sig, "forward", body)
    }
}

/// The value and its directional derivative; the tangents of `&mut` parameters are updated in place. A tangent that is not
/// given is zero: a caller cannot make one for a constant whose type it cannot see.
pub(super) fn tangent(sig: &Signature, body: &Body) -> Item {
    let krate = &sig.krate;
    let (mut dots, mut zeros) = (TokenStream::new(), TokenStream::new());
    for (i, (name, param)) in body.dots.iter().zip(&sig.params).enumerate() {
        let Some(name) = name.as_ref().filter(|_| param.active) else {
            dots.extend(quote!(_: #krate::rt::Ignored,));
            continue;
        };
        let ty = sig.projection("Tangent", &owned(param.pointee()));
        let (primal, zero) = (&body.params[i], quote::format_ident!("{name}_zero", span = Span::mixed_site()));
        let (slot, function, looked_at) = if param.is_mut() {
            (quote!(&mut #ty), quote!(tangent_or_zero_mut), quote!(&*#primal))
        } else {
            (quote!(&#ty), quote!(tangent_or_zero), quote!(#primal))
        };
        dots.extend(quote!(#name: ::core::option::Option<#slot>,));
        zeros.extend(quote! {
            let mut #zero = ::core::option::Option::None;
            let #name = #krate::rt::#function(#name, #looked_at, &mut #zero);
        });
    }
    let (ret, ret_dot) = (&sig.ret, sig.grad(&sig.ret));
    let mut item = hidden(sig, "tangent", body);
    item.params.extend(dots);
    let tokens = &body.tokens;
    item.body = quote!(#zeros #tokens);
    item.ret = quote!(-> (#ret, #ret_dot));
    item
}

/// Calls the function, for rustc's sake: a private function of which only the derivatives are used is no dead code.
pub(super) fn primal(sig: &Signature) -> TokenStream {
    let (name, generics, ret) = (&sig.name, &sig.generics, &sig.ret);
    let (_, _, where_clause) = generics.split_for_impl();
    // Not the parameters' names: one of them may be the function's.
    let args: Vec<_> = (0..sig.params.len()).map(|i| quote::format_ident!("arg{i}")).collect();
    let types = sig.params.iter().map(|param| &param.ty);
    let mut named = sig.captured();
    named.truncate(named.len() - sig.impl_traits);
    let turbofish = (!named.is_empty()).then(|| quote!(::<#(#named),*>));
    quote! {
        fn primal #generics(#(#args: #types),*) -> #ret #where_clause {
            #name #turbofish(#(#args),*)
        }
    }
}
