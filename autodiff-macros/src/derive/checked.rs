//! That the type of a field carries derivatives is asked in one place, so that there is one message if it does not.
//!
//! Where a type lacks a trait, rustc says so at every mention. Of what mentions a constant that is wrong it says no more: so derivatives are asked
//! for by way of `rt::Checked`, the field's type beside a constant in which the type has to carry derivatives.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Generics, Type};

use super::shape::{Shape, Variant, mentions};
use crate::ir::Kind;
use crate::lower::kind;

impl Shape {
    /// The type of a field, by which its derivatives are asked for.
    pub(super) fn known(&self, ty: &Type) -> TokenStream {
        match self.alias(ty) {
            Some(alias) => alias.to_token_stream(),
            None => ty.to_token_stream(),
        }
    }

    fn alias(&self, ty: &Type) -> Option<Ident> {
        let at = self.checked.iter().position(|checked| checked == ty)?;
        Some(format_ident!("__Field{at}", span = ty.span().resolved_at(Span::mixed_site())))
    }

    /// Names for the types of fields that have to be checked.
    pub(super) fn aliases(&self) -> TokenStream {
        let alias = |ty: &Type| {
            let (alias, checked) = (self.alias(ty), self.checked(ty));
            quote!(type #alias = #checked;)
        };
        self.checked.iter().map(alias).collect()
    }

    /// A type that is the field's, if that carries derivatives. If not, a constant in it is wrong, and of what mentions such a constant rustc
    /// says no more: so there is one message, at the field. None if there is nothing to check, or what there is depends on parameters, which a
    /// constant does not know.
    pub(super) fn checked(&self, ty: &Type) -> Option<TokenStream> {
        if !self.checked.contains(ty) {
            return None;
        }
        let checks = unknown(ty).into_iter().map(|ty| {
            let krate = self.krate_at(ty.span());
            quote_spanned!(ty.span()=> #krate::rt::carries_derivatives::<#ty>())
        });
        let krate = self.krate_at(ty.span());
        Some(quote_spanned!(ty.span()=> #krate::rt::Checked<#ty, { #(#checks)&&* }>))
    }
}

/// What of a type is not known to be a number.
fn unknown(ty: &Type) -> Vec<&Type> {
    let is_number = |ty: &&Type| matches!(kind::of_type(ty), Kind::Float | Kind::Integer | Kind::Bool);
    elements(ty).into_iter().filter(|ty| !is_number(ty)).collect()
}

/// The types of active fields that have to be checked, and can be.
pub(super) fn types(generics: &Generics, variants: &[Variant]) -> Vec<Type> {
    let params: Vec<&Ident> =
        generics.type_params().map(|param| &param.ident).chain(generics.const_params().map(|param| &param.ident)).collect();
    let mut all = Vec::new();
    for field in variants.iter().flat_map(|variant| &variant.fields).filter(|field| field.active) {
        let ty = &field.ty;
        if !all.contains(ty) && !unknown(ty).is_empty() && !mentions(params.iter().copied(), ty) {
            all.push(ty.clone());
        }
    }
    all
}

/// What arrays, tuples, `Vec`s, `Option`s and `Box`es are made of.
pub(super) fn elements(ty: &Type) -> Vec<&Type> {
    match ty {
        Type::Array(array) => elements(&array.elem),
        Type::Tuple(tuple) => tuple.elems.iter().flat_map(elements).collect(),
        Type::Paren(inner) => elements(&inner.elem),
        Type::Group(inner) => elements(&inner.elem),
        Type::Path(path) if path.path.segments.len() == 1 => match &path.path.segments[0].arguments {
            syn::PathArguments::AngleBracketed(arguments)
                if ["Vec", "Option", "Box"].iter().any(|name| path.path.segments[0].ident == name)
                    && let [syn::GenericArgument::Type(elem)] = arguments.args.iter().collect::<Vec<_>>()[..] =>
            {
                elements(elem)
            }
            _ => vec![ty],
        },
        _ => vec![ty],
    }
}
