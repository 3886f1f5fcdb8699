//! `SGrad`, and the shadow.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::Member;

use super::shape::{Field, Shape, Style, Variant};

/// What the shadow is called inside of its `const _`.
pub(super) fn shadow_ident() -> Ident {
    Ident::new("Shadow", Span::mixed_site())
}

/// `SGrad`.
pub(super) fn gradient(shape: &Shape) -> TokenStream {
    let doc = format!("The gradient with respect to a [`{}`]; also its tangents and cotangents.", shape.ident);
    let (vis, attrs) = (&shape.vis, &shape.attrs);
    let body = declaration(shape, &shape.grad, |field| {
        let (doc, ty) = (field_doc(field), shape.gradient(field));
        (quote!(#[doc = #doc]), ty)
    });
    quote! {
        #[doc = #doc]
        #(#attrs)*
        #[allow(non_camel_case_types, private_interfaces, private_bounds, dead_code, unused_qualifications)]
        #[allow(clippy::all, clippy::pedantic, clippy::nursery)]
        #vis #body
    }
}

/// The shadow.
pub(super) fn shadow(shape: &Shape) -> TokenStream {
    let body = declaration(shape, &shadow_ident(), |field| (TokenStream::new(), shape.mirrored("Zeros", field)));
    let vis = &shape.vis;
    quote!(#vis #body)
}

fn field_doc(field: &Field) -> String {
    let constant = if field.constant { " It is constant: this is zero in every gradient." } else { "" };
    match &field.member {
        Member::Named(name) => format!("With respect to `{name}`.{constant}"),
        Member::Unnamed(index) => format!("With respect to element {}.{constant}", index.index),
    }
}

/// A type of the shape of the user's, whose fields have the attributes and types that `of` says.
fn declaration(shape: &Shape, ident: &Ident, of: impl Fn(&Field) -> (TokenStream, TokenStream)) -> TokenStream {
    let generics = &shape.owned;
    let where_clause = &generics.where_clause;
    let fields = |variant: &Variant| {
        let fields = variant.fields.iter().map(|field| {
            let ((attr, ty), vis) = (of(field), &field.vis);
            match &field.member {
                Member::Named(name) => quote!(#attr #vis #name: #ty),
                Member::Unnamed(_) => quote!(#attr #vis #ty),
            }
        });
        match variant.style {
            Style::Named => quote!({ #(#fields,)* }),
            Style::Tuple => quote!((#(#fields,)*)),
            Style::Unit => TokenStream::new(),
        }
    };
    match shape.variants.as_slice() {
        [only] if !shape.is_enum => {
            let fields = fields(only);
            match only.style {
                Style::Named => quote!(struct #ident #generics #where_clause #fields),
                Style::Tuple | Style::Unit => quote!(struct #ident #generics #fields #where_clause;),
            }
        }
        variants => {
            let variants = variants.iter().map(|variant| {
                let (doc, ident, fields) =
                    (variant.ident.as_ref().map(|v| format!("With respect to a `{v}`.")), &variant.ident, fields(variant));
                quote!(#[doc = #doc] #ident #fields)
            });
            quote!(enum #ident #generics #where_clause { #(#variants,)* })
        }
    }
}
