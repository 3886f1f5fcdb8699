//! Methods that find the fields of a variant that is there, as if they were fields of the enum.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Generics, Member};

use super::shape::{Field, Shape};
use super::types::shadow_ident;

/// What stands for the variant in the name of the method that finds what is in a box.
pub const BOXED: &str = "__boxed";

/// The name of such a method. `Option`, `Result` and `Box` have theirs from the runtime.
pub fn accessor(variant: &Ident, field: &Member, mutable: bool) -> Ident {
    let suffix = if mutable { "_mut" } else { "" };
    let name = match variant.to_string().as_str() {
        "Some" | "Ok" => format!("__value{suffix}"),
        "Err" => format!("__error{suffix}"),
        BOXED => format!("{BOXED}{suffix}"),
        variant => {
            let field = match field {
                Member::Named(name) => name.to_string(),
                Member::Unnamed(index) => index.index.to_string(),
            };
            format!("__{}_{}{suffix}", variant.trim_start_matches("r#"), field.trim_start_matches("r#"))
        }
    };
    Ident::new(&name, Span::call_site())
}

/// Those of the user's enum, of its gradient and of its shadow.
pub(super) fn all(shape: &Shape) -> TokenStream {
    let own = inherent(shape, &shape.generics, &shape.ident, |field| {
        let ty = &field.ty;
        quote!(#ty)
    });
    let grad = inherent(shape, &shape.owned, &shape.grad, |field| shape.mirrored("Grad", field));
    let shadow = inherent(shape, &shape.owned, &shadow_ident(), |field| shape.mirrored("Zeros", field));
    quote!(#own #grad #shadow)
}

fn inherent(shape: &Shape, generics: &Generics, ident: &Ident, ty: impl Fn(&Field) -> TokenStream) -> TokenStream {
    let (params, args, where_clause) = generics.split_for_impl();
    let vis = &shape.vis;
    let methods = shape.variants.iter().flat_map(|variant| {
        let of = variant.ident.as_ref().expect("an enum's variants have names");
        let ty = &ty;
        variant.fields.iter().map(move |field| {
            let (member, ty) = (&field.member, ty(field));
            let value = format_ident!("value", span = Span::mixed_site());
            let [shared, exclusive] = [false, true].map(|mutable| accessor(of, member, mutable));
            let otherwise = (shape.variants.len() > 1).then(|| quote!(_ => ::core::unreachable!("another variant is there"),));
            quote! {
                #[doc(hidden)]
                #[inline(always)]
                #vis fn #shared(&self) -> &#ty {
                    match self { Self::#of { #member: #value, .. } => #value, #otherwise }
                }
                #[doc(hidden)]
                #[inline(always)]
                #vis fn #exclusive(&mut self) -> &mut #ty {
                    match self { Self::#of { #member: #value, .. } => #value, #otherwise }
                }
            }
        })
    });
    let methods: Vec<TokenStream> = methods.collect();
    quote!(impl #params #ident #args #where_clause { #(#methods)* })
}
