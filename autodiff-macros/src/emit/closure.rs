//! The pullback as a closure, with the types of its parameters.
//!
//! Inside of a tuple a closure's parameters take no types from the signature, so they are written out.

use super::Emitter;
use crate::ir::{Closure, Mode, Param, PrimalSlot};
use proc_macro2::TokenStream;
use quote::quote;

/// The type of a parameter's primal slot in the pullback.
fn primal_slot_type(param: &Param, rt: &TokenStream) -> TokenStream {
    let ty = referent(&param.ty);
    match param.mode {
        Mode::Copy => quote!(#rt::Ignored),
        Mode::Move | Mode::Shared => quote!(&#ty),
        Mode::Mut => quote!(&mut #ty),
    }
}

/// The type of a parameter's shadow slot in the pullback.
fn shadow_slot_type(param: &Param, rt: &TokenStream) -> TokenStream {
    if param.active {
        let shadow = shadow_type(referent(&param.ty), rt);
        quote!(::core::option::Option<#shadow>)
    } else {
        quote!(#rt::Ignored)
    }
}

/// A reference to the shadow of a `ty`.
fn shadow_type(ty: &syn::Type, rt: &TokenStream) -> TokenStream {
    quote!(&#rt::ShadowOf<#ty>)
}

/// What a reference type refers to.
fn referent(ty: &syn::Type) -> &syn::Type {
    match ty {
        syn::Type::Reference(reference) => &reference.elem,
        syn::Type::Paren(inner) => referent(&inner.elem),
        syn::Type::Group(inner) => referent(&inner.elem),
        ty => ty,
    }
}

impl<'a> Emitter<'a> {
    /// `move |…| { … }`
    pub(super) fn closure(&mut self, c: &'a Closure) -> TokenStream {
        let (f, rt) = (self.f, self.rt.clone());
        let mut params = Vec::new();
        for (param, slot) in f.params.iter().zip(&c.primals) {
            let name = match slot {
                PrimalSlot::Ignored => quote!(_),
                PrimalSlot::Again(v) => {
                    if param.mode == Mode::Move {
                        self.refs.insert(*v);
                    }
                    self.binding(*v)
                }
            };
            let ty = primal_slot_type(param, &rt);
            params.push(quote!(#name: #ty));
        }
        self.refs.insert(c.out_bar);
        let (name, ty) = (self.binding(c.out_bar), shadow_type(&f.result_ty, &rt));
        params.push(quote!(#name: #ty));
        for (param, shadow) in f.params.iter().zip(&c.shadows) {
            let name = match shadow {
                None => quote!(_),
                Some(v) => {
                    self.refs.insert(*v);
                    self.binding(*v)
                }
            };
            let ty = shadow_slot_type(param, &rt);
            params.push(quote!(#name: #ty));
        }
        self.in_closure = true;
        let (body, ()) = self.nested(&c.body, |e| e.stmts(&c.body.stmts));
        self.in_closure = false;
        let closure = quote!(move |#(#params),*| { #body });
        if self.boxed { quote!(::std::boxed::Box::new(#closure)) } else { closure }
    }
}
