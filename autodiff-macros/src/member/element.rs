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
use syn::visit::{self, Visit};
use syn::{Block, Expr, FnArg, ImplItem, ItemImpl, Pat, ReturnType, Type, parse_quote};

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
        Some(indexing) if looks_at_values(indexing.body) => {
            let help = "find the element by the index alone, or write a method that returns it by value";
            errors.push_spanned(
                indexing.body,
                "what is stored decides which element this is: tangents and shadows store something else",
                help,
            );
            TokenStream::new()
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

/// What is stored is compared, or looked at by more than the methods that find an element: the same code would find another element in
/// a tangent. Lengths are the same everywhere.
fn looks_at_values(body: &Block) -> bool {
    struct Looks(bool);
    impl<'a> Visit<'a> for Looks {
        fn visit_expr_binary(&mut self, e: &'a syn::ExprBinary) {
            use syn::BinOp::{Eq, Ge, Gt, Le, Lt, Ne};
            self.0 |= matches!(e.op, Eq(_) | Ge(_) | Gt(_) | Le(_) | Lt(_) | Ne(_)) && (stored(&e.left) || stored(&e.right));
            visit::visit_expr_binary(self, e);
        }

        fn visit_expr_match(&mut self, e: &'a syn::ExprMatch) {
            self.0 |= stored(&e.expr);
            visit::visit_expr_match(self, e);
        }

        fn visit_expr_let(&mut self, e: &'a syn::ExprLet) {
            self.0 |= stored(&e.expr);
            visit::visit_expr_let(self, e);
        }

        fn visit_expr_method_call(&mut self, e: &'a syn::ExprMethodCall) {
            self.0 |= stored(&e.receiver) && !FINDING.contains(&e.method.to_string().as_str());
            visit::visit_expr_method_call(self, e);
        }

        fn visit_expr_call(&mut self, e: &'a syn::ExprCall) {
            self.0 |= e.args.iter().any(stored);
            visit::visit_expr_call(self, e);
        }
    }
    let mut looks = Looks(false);
    looks.visit_block(body);
    looks.0
}

/// Methods that find an element by its number.
const FINDING: [&str; 16] = [
    "len",
    "is_empty",
    "get",
    "get_mut",
    "first",
    "first_mut",
    "last",
    "last_mut",
    "unwrap",
    "expect",
    "as_slice",
    "as_mut_slice",
    "as_ref",
    "as_mut",
    "index",
    "index_mut",
];

/// `self` is mentioned by more than its length.
fn stored(e: &Expr) -> bool {
    struct Stored(bool);
    impl<'a> Visit<'a> for Stored {
        fn visit_expr_method_call(&mut self, e: &'a syn::ExprMethodCall) {
            if !matches!(e.method.to_string().as_str(), "len" | "is_empty") {
                visit::visit_expr_method_call(self, e);
            }
        }

        fn visit_expr_path(&mut self, e: &'a syn::ExprPath) {
            self.0 |= e.path.is_ident("self");
        }
    }
    let mut found = Stored(false);
    found.visit_expr(e);
    found.0
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
