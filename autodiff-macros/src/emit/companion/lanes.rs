//! Hidden functions for several directions at once: `tangent_wide`, also where that is one after the other, and `hessian_rows`.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::closure::wide_or_zero;
use super::hidden::{HESSIAN_ROWS, Program, WIDE, primal_type};
use super::signature::{Home, Signature};
use super::types::owned;
use super::{Body, Item};
use crate::ir::Mode;

/// With `body` if there is one. `None` beside methods and functions that take functions, which are not called with such tangents.
pub(super) fn tangent(sig: &Signature, body: Option<&Body>) -> Option<Item> {
    if !matches!(sig.home, Home::Companion) || sig.has_functions() {
        return None;
    }
    let one_by_one = one_by_one(sig);
    let body = body.unwrap_or(&one_by_one);
    let (krate, ret) = (&sig.krate, &sig.ret);
    let (mut params, mut zeros) = (TokenStream::new(), TokenStream::new());
    for (name, param) in body.params.iter().zip(&sig.params) {
        let ty = primal_type(param);
        params.extend(quote!(#name: #ty,));
    }
    for ((name, param), primal) in body.dots.iter().flatten().zip(&sig.params).zip(&body.params) {
        let Some(name) = name.as_ref().filter(|_| param.active) else {
            params.extend(quote!(_: #krate::rt::Ignored,));
            continue;
        };
        let ty = sig.wide(param.pointee());
        let slot = if param.is_mut() { quote!(&mut #ty) } else { quote!(&#ty) };
        params.extend(quote!(#name: ::core::option::Option<#slot>,));
        zeros.extend(wide_or_zero(param.mode, name, primal, &quote!(#krate::rt)));
    }
    let (ret_dot, tokens) = (sig.wide_grad(ret), &body.tokens);
    let (ret, body) = (quote!(-> (#ret, #ret_dot)), quote!(#zeros #tokens));
    let mut item = Item { doc: None, params, ret, body, ..Item::new(sig, WIDE, String::new()) };
    item.demand_copies(sig);
    Some(item)
}

/// Several rows of the Hessian, which are added to shadows: the tangent of forward sweep and pullback in one function, since nobody else calls
/// them.
pub(super) fn hessian_rows(sig: &Signature, body: &Body) -> Item {
    let (krate, mut names, some) = (&sig.krate, sig.names(), quote!(::core::option::Option::Some));
    let ignored = quote!(#krate::rt::Ignored,);
    let (mut params, mut dots, mut bars) = (TokenStream::new(), TokenStream::new(), TokenStream::new());
    let (mut primals_again, mut dots_again, mut unwanted, mut wanted) =
        (TokenStream::new(), TokenStream::new(), TokenStream::new(), TokenStream::new());
    for ((name, param), dot) in body.params.iter().zip(&sig.params).zip(body.dots.iter().flatten()) {
        let (ty, wide, is_copy) = (primal_type(param), sig.wide(param.pointee()), param.mode == Mode::Copy);
        params.extend(quote!(#name: #ty,));
        primals_again.extend(if is_copy { ignored.clone() } else { quote!(#name,) });
        let Some(dot) = dot.as_ref().filter(|_| param.active) else {
            for slots in [&mut dots_again, &mut unwanted, &mut wanted] {
                slots.extend(ignored.clone());
            }
            continue;
        };
        let bar = names.derived(&param.ident, "_rows");
        dots.extend(quote!(#dot: &#wide,));
        bars.extend(quote!(#bar: &#krate::rt::ShadowOf<#wide>,));
        dots_again.extend(if is_copy { ignored.clone() } else { quote!(#some(#dot),) });
        unwanted.extend(quote!(::core::option::Option::None,));
        wanted.extend(quote!(#some(#bar),));
    }
    let (pull, tokens, one) = (names.fresh(&["pull", "pullback"]), &body.tokens, sig.one());
    let body = quote! {
        let (_, #pull) = { #tokens };
        #pull(
            #primals_again #dots_again
            &::core::cell::Cell::new(#one), &::core::cell::Cell::new(#krate::rt::lanes(0.0)),
            #unwanted #wanted
        );
    };
    Item { doc: None, params: quote!(#params #dots #bars), body, private: true, ..Item::new(sig, HESSIAN_ROWS, String::new()) }
}

/// A run of `tangent` for each direction.
fn one_by_one(sig: &Signature) -> Body {
    let mut names = sig.names();
    let params: Vec<_> = sig.params.iter().map(|param| param.ident.clone()).collect();
    let dots: Vec<_> = sig.params.iter().map(|param| param.active.then(|| names.derived(&param.ident, "_dot"))).collect();
    let [lane, result] = ["lane", "result"].map(|name| names.fresh(&[name, &format!("{name}_local")]));
    let (krate, function) = (&sig.krate, sig.own(&Program::Tangent.name(1)));
    let (mut primals, mut args) = (TokenStream::new(), TokenStream::new());
    let (mut taken, mut put) = (TokenStream::new(), TokenStream::new());
    for (dot, param) in dots.iter().zip(&sig.params) {
        let (ident, ty) = (&param.ident, owned(param.pointee()));
        if param.is_mut() {
            // What a run changes is there again for the next one; direction 0 comes last.
            let (copy, ty) = (names.derived(ident, "_copy"), &param.ty);
            taken.extend(quote! {
                let mut #copy;
                let #ident: #ty = if #lane == 0 {
                    &mut *#ident
                } else {
                    #copy = ::std::borrow::ToOwned::to_owned(&*#ident);
                    ::std::borrow::BorrowMut::borrow_mut(&mut #copy)
                };
            });
        }
        primals.extend(quote!(#ident,));
        let Some(dot) = dot else {
            args.extend(quote!(#krate::rt::Ignored,));
            continue;
        };
        let (one, mutable) = (names.derived(dot, "_lane"), param.is_mut().then(|| quote!(mut)));
        taken.extend(quote!(let #mutable #one = #krate::rt::lane::<#ty>(#dot, #lane);));
        if param.is_mut() {
            args.extend(quote!(::core::option::Option::Some(::std::borrow::BorrowMut::borrow_mut(&mut #one)),));
            put.extend(quote!(#krate::rt::set_lane::<#ty>(#dot, #lane, #krate::rt::tangent_of::<#ty>(&#one));));
        } else {
            args.extend(quote!(::core::option::Option::Some(#krate::rt::tangent_of::<#ty>(&#one)),));
        }
    }
    let tokens = quote! {
        #krate::rt::one_by_one(|#lane: usize| {
            #taken
            let #result = #function(#primals #args);
            #put
            #result
        })
    };
    Body::new(params, vec![dots], tokens)
}
