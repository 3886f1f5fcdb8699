//! The pullback as a closure.
//!
//! Its parameters take their types from the signature. Written out again they would cost rustc as much as the signature itself; in a box
//! they have to be.

use super::Emitter;
use super::frag::Moved;
use crate::ir::{Closure, Mode, Param, PrimalSlot};
use proc_macro2::{Ident, Span, TokenStream};
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

/// The type of the slot of a parameter's tangent.
fn tangent_slot_type(param: &Param, rt: &TokenStream) -> TokenStream {
    let ty = referent(&param.ty);
    match param.mode {
        Mode::Copy => quote!(#rt::Ignored),
        _ if !param.active => quote!(#rt::Ignored),
        Mode::Move | Mode::Shared => quote!(::core::option::Option<&#rt::Tangent<#ty>>),
        Mode::Mut => quote!(::core::option::Option<&mut #rt::Tangent<#ty>>),
    }
}

/// `dot`, an `Option`, as the reference in it or one to a zero.
pub(super) fn tangent_or_zero(mode: Mode, dot: &Ident, primal: &Ident, rt: &TokenStream) -> TokenStream {
    let zero = quote::format_ident!("{dot}_zero", span = Span::mixed_site());
    let (function, looked_at) = match mode {
        Mode::Mut => (quote!(tangent_or_zero_mut), quote!(&*#primal)),
        Mode::Copy | Mode::Move | Mode::Shared => (quote!(tangent_or_zero), quote!(#primal)),
    };
    quote! {
        let mut #zero = ::core::option::Option::None;
        let #dot = #rt::#function(#dot, #looked_at, &mut #zero);
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
    /// A parameter of the pullback.
    fn parameter(&self, name: &TokenStream, ty: impl FnOnce(&TokenStream) -> TokenStream) -> TokenStream {
        if !self.boxed {
            return name.clone();
        }
        let ty = ty(&self.rt);
        quote!(#name: #ty)
    }

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
            params.push(self.parameter(&name, |rt| primal_slot_type(param, rt)));
        }
        let mut zeros = TokenStream::new();
        for t in &c.tangents {
            for (i, (param, slot)) in f.params.iter().zip(&t.primals).enumerate() {
                let name = match slot {
                    PrimalSlot::Again(dot) if self.used(*dot) => {
                        if param.mode == Mode::Move {
                            self.refs.insert(*dot);
                        }
                        // The zero in place of a missing one is shaped like the primal, which so needs its name.
                        let primal = self.ident(param.value);
                        params[i] = self.parameter(&quote!(#primal), |rt| primal_slot_type(param, rt));
                        let dot = self.ident(*dot);
                        zeros.extend(tangent_or_zero(param.mode, &dot, &primal, &rt));
                        quote!(#dot)
                    }
                    PrimalSlot::Again(_) | PrimalSlot::Ignored => quote!(_),
                };
                params.push(self.parameter(&name, |rt| tangent_slot_type(param, rt)));
            }
        }
        for out_bar in [c.out_bar].into_iter().chain(c.tangents.iter().map(|t| t.out_bar)) {
            self.refs.insert(out_bar);
            let name = self.binding(out_bar);
            params.push(self.parameter(&name, |rt| shadow_type(&f.result_ty, rt)));
        }
        for shadows in [&c.shadows].into_iter().chain(c.tangents.iter().map(|t| &t.shadows)) {
            for (param, shadow) in f.params.iter().zip(shadows) {
                let name = match shadow {
                    None => quote!(_),
                    Some(v) => {
                        self.refs.insert(*v);
                        self.binding(*v)
                    }
                };
                params.push(self.parameter(&name, |rt| shadow_slot_type(param, rt)));
            }
        }
        self.in_closure = true;
        let (body, ()) = self.nested(&c.body, |e| e.stmts(&c.body.stmts));
        self.in_closure = false;
        let body = Moved::new(body);
        let closure = quote!(move |#(#params),*| { #zeros #body });
        if !self.boxed {
            return closure;
        }
        let closure = Moved::new(closure);
        quote!(::std::boxed::Box::new(#closure))
    }
}
