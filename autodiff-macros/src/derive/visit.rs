//! The two forms of a function over all fields: to build a value of the same shape, and to do something to each field.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::shape::{Field, Shape, Variant};

/// An operand, and the path of its type (without generics).
pub(super) struct Operand {
    /// An expression.
    pub(super) value: TokenStream,
    /// `Self`, `SGrad`, …
    pub(super) ty: TokenStream,
}

impl Operand {
    pub(super) fn new(value: TokenStream, ty: &TokenStream) -> Operand {
        Operand { value, ty: ty.clone() }
    }
}

impl Shape {
    /// A value of type `to`, whose fields are what `f` makes of those of `from`; what carries nothing is `()`, or `constant`.
    pub(super) fn build(&self, from: &Operand, to: &TokenStream, f: impl Fn(&Field, &Ident) -> TokenStream) -> TokenStream {
        self.matched(std::slice::from_ref(from), None, |variant, names| {
            let fields = variant.fields.iter().zip(&names[0]).map(|(field, name)| {
                let member = &field.member;
                let made = if field.active { f(field, name) } else { quote!(()) };
                quote!(#member: #made)
            });
            let path = path(to, variant);
            quote!(#path { #(#fields),* })
        })
    }

    /// Does `f` to the active fields of the operands, which are of the same variant, and joins what comes out.
    pub(super) fn each(
        &self,
        operands: &[Operand],
        otherwise: &TokenStream,
        join: impl Fn(Vec<TokenStream>) -> TokenStream,
        f: impl Fn(&Field, &[Ident]) -> TokenStream,
    ) -> TokenStream {
        self.matched(operands, Some(otherwise), |variant, names| {
            let active = variant.fields.iter().enumerate().filter(|(_, field)| field.active);
            join(active.map(|(i, field)| f(field, &names.iter().map(|names| names[i].clone()).collect::<Vec<_>>())).collect())
        })
    }

    /// A `match` over the variants, which all operands have in common; `otherwise` if they have not.
    fn matched(
        &self,
        operands: &[Operand],
        otherwise: Option<&TokenStream>,
        arm: impl Fn(&Variant, &[Vec<Ident>]) -> TokenStream,
    ) -> TokenStream {
        let arms = self.variants.iter().map(|variant| {
            let names: Vec<Vec<Ident>> = (0..operands.len()).map(|of| bindings(variant, of)).collect();
            let patterns = operands.iter().zip(&names).map(|(operand, names)| pattern(&operand.ty, variant, names));
            let body = arm(variant, &names);
            quote!((#(#patterns,)*) => #body,)
        });
        let values = operands.iter().map(|operand| &operand.value);
        let otherwise = otherwise.filter(|_| operands.len() > 1 && self.variants.len() > 1).map(|body| quote!(_ => #body,));
        quote!(match (#(#values,)*) { #(#arms)* #otherwise })
    }

    /// The position of the variant, if there are several.
    pub(super) fn discriminant(&self, operand: &Operand) -> Option<TokenStream> {
        if self.variants.len() < 2 {
            return None;
        }
        let arms = self.variants.iter().enumerate().map(|(i, variant)| {
            let path = path(&operand.ty, variant);
            quote!(#path { .. } => #i)
        });
        let value = &operand.value;
        Some(quote!(match #value { #(#arms),* }))
    }
}

fn bindings(variant: &Variant, of: usize) -> Vec<Ident> {
    let letter = ["a", "b"][of];
    (0..variant.fields.len()).map(|i| format_ident!("{letter}{i}", span = Span::mixed_site())).collect()
}

fn path(ty: &TokenStream, variant: &Variant) -> TokenStream {
    match &variant.ident {
        Some(ident) => quote!(#ty::#ident),
        None => ty.clone(),
    }
}

/// `S { x: a0, y: a1, .. }`, which fits every style of fields.
fn pattern(ty: &TokenStream, variant: &Variant, names: &[Ident]) -> TokenStream {
    let active = variant.fields.iter().zip(names).filter(|(field, _)| field.active).map(|(field, name)| {
        let member = &field.member;
        quote!(#member: #name,)
    });
    let path = path(ty, variant);
    quote!(#path { #(#active)* .. })
}
