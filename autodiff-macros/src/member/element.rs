//! `Index` and `IndexMut` of types of the user's: elements as places, or as what methods get and set.
//!
//! `v[i]`, by one number, is a place. What it is a place of, a derivative has three times: the value, its tangent and its shadow, which have
//! the same fields, so that the same code finds the element in each. It has to get along with these fields alone.
//!
//! `m[(i, j)]`, by a tuple, mostly looks at fields that carry nothing (how long a row is), which tangents and shadows have not. Such an element is
//! what a method returns, and what another one overwrites ([`GET`], [`SET`]), and these are differentiated like any other.

use super::implementation;
use crate::args::{self, Options};
use crate::emit::companion::allowed;
use crate::errors::Errors;
use crate::lower::element::{GET, SET};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote};
use syn::{Block, FnArg, ImplItem, ItemImpl, Pat, ReturnType, Type, parse_quote};

/// What is implemented is indexing.
pub(super) fn is_indexing(block: &ItemImpl) -> bool {
    let last = block.trait_.as_ref().and_then(|(_, path, _)| path.segments.last());
    last.is_some_and(|last| last.ident == "Index" || last.ident == "IndexMut")
}

/// `#[differentiate] impl Index<…> for …`.
pub(super) fn indexing(attribute: TokenStream, mut block: ItemImpl, least_order: u32) -> TokenStream {
    let mut errors = Errors::default();
    let options = Options::read(attribute.clone(), &mut errors);
    let again: Vec<_> = block.attrs.iter().filter(|attr| args::is_ours(attr)).cloned().collect();
    args::stacked(&mut block.attrs, &mut errors);
    let derivatives = match Indexing::of(&block) {
        Some(indexing) if matches!(indexing.index, Type::Tuple(_)) => {
            let mut methods = indexing.methods();
            methods.attrs.extend(again);
            implementation(attribute, methods, least_order)
        }
        Some(indexing) if block.generics.type_params().next().is_none() => indexing.places(&options.runtime()),
        Some(_) => {
            let help = "write a method that returns an element by value, and one that overwrites it";
            errors.push_spanned(&block.self_ty, "indexing a generic type by one number is not differentiated", help);
            TokenStream::new()
        }
        None => {
            let help = "write `fn index(&self, index: …) -> &…`, or `fn index_mut`";
            errors.push_spanned(&block.self_ty, "nothing in this block is indexing", help);
            TokenStream::new()
        }
    };
    let errors = errors.to_compile_errors();
    quote!(#block #errors #derivatives)
}

/// The one function of such a block.
struct Indexing<'b> {
    block: &'b ItemImpl,
    /// `Index<I>` or `IndexMut<I>`.
    path: &'b syn::Path,
    is_mut: bool,
    receiver: &'b FnArg,
    pat: &'b Pat,
    index: &'b Type,
    /// What is referred to.
    element: Type,
    body: &'b Block,
}

impl Indexing<'_> {
    fn of(block: &ItemImpl) -> Option<Indexing<'_>> {
        let (_, path, _) = block.trait_.as_ref()?;
        let is_mut = path.segments.last()?.ident == "IndexMut";
        let method = block.items.iter().find_map(|item| match item {
            ImplItem::Fn(method) if method.sig.ident == "index" || method.sig.ident == "index_mut" => Some(method),
            _ => None,
        })?;
        let receiver = method.sig.inputs.first()?;
        let Some(FnArg::Typed(index)) = method.sig.inputs.iter().nth(1) else { return None };
        let ReturnType::Type(_, ty) = &method.sig.output else { return None };
        let Type::Reference(reference) = &**ty else { return None };
        let output = block.items.iter().find_map(|item| match item {
            ImplItem::Type(ty) if ty.ident == "Output" => Some(ty.ty.clone()),
            _ => None,
        });
        // Only the other impl says what `Self::Output` is.
        let owner = &index.ty;
        let is_output = reference.elem.to_token_stream().to_string().contains("Output");
        let element = match output {
            Some(output) if is_output => output,
            None if is_output => parse_quote!(<Self as ::core::ops::Index<#owner>>::Output),
            _ => (*reference.elem).clone(),
        };
        Some(Indexing { block, path, is_mut, receiver, pat: &index.pat, index: &index.ty, element, body: &method.block })
    }

    /// What gets an element, or what sets one, beside the block.
    fn methods(&self) -> ItemImpl {
        let Indexing { block, receiver, pat, index, element, body, .. } = self;
        let (generics, self_ty, where_clause) = (&block.generics, &block.self_ty, &block.generics.where_clause);
        let value = format_ident!("new_element", span = Span::mixed_site());
        let (get, set) = (Ident::new(GET, Span::call_site()), Ident::new(SET, Span::call_site()));
        let method: ImplItem = match self.is_mut {
            false => parse_quote! {
                #[doc(hidden)]
                #[allow(unreachable_pub, clippy::all, clippy::pedantic, clippy::nursery)]
                pub fn #get(#receiver, #pat: #index) -> #element {
                    *#body
                }
            },
            true => parse_quote! {
                #[doc(hidden)]
                #[allow(unreachable_pub, clippy::all, clippy::pedantic, clippy::nursery)]
                pub fn #set(#receiver, #pat: #index, #value: #element) {
                    *#body = #value;
                }
            },
        };
        parse_quote!(impl #generics #self_ty #where_clause { #method })
    }

    /// The same indexing of tangents and of shadows.
    fn places(&self, krate: &syn::Path) -> TokenStream {
        let Indexing { block, path, receiver, pat, index, element, body, .. } = self;
        let (generics, self_ty, where_clause) = (&block.generics, &block.self_ty, &block.generics.where_clause);
        let allowed = allowed();
        let of = |what: &str| {
            let what = Ident::new(what, Span::call_site());
            let owner = quote!(<#self_ty as #krate::Differentiable>::#what);
            if self.is_mut {
                return quote! {
                    #allowed
                    impl #generics #path for #owner #where_clause {
                        fn index_mut(#receiver, #pat: #index) -> &mut Self::Output #body
                    }
                };
            }
            quote! {
                #allowed
                impl #generics #path for #owner #where_clause {
                    type Output = <#element as #krate::Differentiable>::#what;
                    fn index(#receiver, #pat: #index) -> &Self::Output #body
                }
            }
        };
        let (grad, shadow) = (of("Grad"), of("Shadow"));
        quote!(#grad #shadow)
    }
}
