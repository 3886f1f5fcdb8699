//! Methods as functions: `self` becomes a parameter with a name that can be bound anywhere.

use crate::args::Receiver;
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens as _;
use std::collections::HashSet;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Block, FnArg, ItemFn, Lifetime, Pat, PatIdent, PatType, Signature, Type, Visibility};

/// The method as a function, and what stands for `self` in it. In the types of the signature `Self` is written out where that can be done,
/// so that it is known what is a float.
pub(super) fn function(
    attrs: &[Attribute],
    vis: &Visibility,
    sig: &Signature,
    body: Option<&Block>,
    outside: &Outside,
) -> (ItemFn, Option<Receiver>) {
    let mut sig = sig.clone();
    let mut block = body.cloned().unwrap_or_else(|| syn::parse_quote!({}));
    let receiver = sig.receiver().cloned().map(|receiver| {
        let mut names = HashSet::new();
        identifiers(sig.to_token_stream(), &mut names);
        identifiers(block.to_token_stream(), &mut names);
        let mut name = String::from("this");
        while names.contains(&name) {
            name.push('_');
        }
        let written = Ident::new("self", receiver.self_token.span);
        Receiver { ident: Ident::new(&name, receiver.self_token.span), written, ty: (*receiver.ty).clone(), copied: None }
    });
    if let (Some(receiver), Some(first)) = (&receiver, sig.inputs.first_mut()) {
        *first = parameter(first, receiver);
        Renamed { name: receiver.ident.to_string() }.visit_block_mut(&mut block);
    }
    let mut written_out = WrittenOut { outside };
    sig.inputs.iter_mut().for_each(|arg| written_out.visit_fn_arg_mut(arg));
    written_out.visit_return_type_mut(&mut sig.output);
    (ItemFn { attrs: attrs.to_vec(), vis: vis.clone(), sig, block: Box::new(block) }, receiver)
}

/// `&self` as `this: &Self`.
fn parameter(arg: &FnArg, receiver: &Receiver) -> FnArg {
    let FnArg::Receiver(written) = arg else { return arg.clone() };
    FnArg::Typed(PatType {
        attrs: written.attrs.clone(),
        pat: Box::new(Pat::Ident(PatIdent {
            attrs: Vec::new(),
            by_ref: None,
            mutability: written.mutability.filter(|_| written.reference.is_none()),
            ident: receiver.ident.clone(),
            subpat: None,
        })),
        colon_token: syn::Token![:](receiver.ident.span()),
        ty: written.ty.clone(),
    })
}

/// Puts that name for `self` into an expression of the attribute's.
pub(super) fn rename(expr: &mut syn::Expr, receiver: &Receiver) {
    Renamed { name: receiver.ident.to_string() }.visit_expr_mut(expr);
}

fn identifiers(tokens: TokenStream, found: &mut HashSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => _ = found.insert(ident.to_string()),
            TokenTree::Group(group) => identifiers(group.stream(), found),
            TokenTree::Literal(_) | TokenTree::Punct(_) => {}
        }
    }
}

/// Replaces `self` in expressions.
struct Renamed {
    name: String,
}

impl VisitMut for Renamed {
    fn visit_expr_path_mut(&mut self, path: &mut syn::ExprPath) {
        if path.path.is_ident("self") {
            path.path.segments[0].ident = Ident::new(&self.name, path.path.segments[0].ident.span());
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        mac.tokens = self.tokens(std::mem::take(&mut mac.tokens));
    }

    // Items have a `self` of their own.
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

impl Renamed {
    fn tokens(&self, tokens: TokenStream) -> TokenStream {
        let mut tokens = tokens.into_iter().peekable();
        let mut renamed = Vec::new();
        while let Some(token) = tokens.next() {
            // `self::module` is a path.
            let is_path = matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
            renamed.push(match token {
                TokenTree::Ident(ident) if ident == "self" && !is_path => TokenTree::Ident(Ident::new(&self.name, ident.span())),
                TokenTree::Group(group) => {
                    let mut inner = Group::new(group.delimiter(), self.tokens(group.stream()));
                    inner.set_span(group.span());
                    TokenTree::Group(inner)
                }
                TokenTree::Literal(literal) => self.format_string(literal).into(),
                token @ (TokenTree::Ident(_) | TokenTree::Punct(_)) => token,
            });
        }
        renamed.into_iter().collect()
    }

    /// `"{self}"` mentions it too.
    fn format_string(&self, literal: proc_macro2::Literal) -> proc_macro2::Literal {
        let text = literal.to_string();
        let renamed = text.replace("{self}", &format!("{{{}}}", self.name)).replace("{self:", &format!("{{{}:", self.name));
        match renamed.parse::<proc_macro2::Literal>() {
            Ok(mut renamed) if renamed.to_string() != text => {
                renamed.set_span(literal.span());
                renamed
            }
            Ok(_) | Err(_) => literal,
        }
    }
}

/// What `Self` stands for in a block.
#[derive(Clone, Debug, Default)]
pub(super) struct Outside {
    /// `Self`, if it can be written elsewhere.
    self_ty: Option<Type>,
    /// `Self::Output` and the like.
    associated: Vec<(Ident, Type)>,
}

impl Outside {
    /// Of an `impl`.
    pub(super) fn new(self_ty: &Type, associated: Vec<(Ident, Type)>) -> Outside {
        Outside { self_ty: Some(self_ty.clone()).filter(|ty| !leaves_out_lifetimes(ty)), associated }
    }

    /// The last name of `Self`.
    pub(super) fn name(&self) -> Option<Ident> {
        match &self.self_ty {
            Some(Type::Path(path)) => path.path.segments.last().map(|last| last.ident.clone()),
            _ => None,
        }
    }

    fn of(&self, path: &syn::Path) -> Option<&Type> {
        let names: Vec<&Ident> = path.segments.iter().map(|segment| &segment.ident).collect();
        match names.as_slice() {
            [this] if *this == "Self" => self.self_ty.as_ref(),
            [this, name] if *this == "Self" => self.associated.iter().find(|(known, _)| known == *name).map(|(_, ty)| ty),
            _ => None,
        }
    }
}

/// Replaces `Self` in types.
struct WrittenOut<'a> {
    outside: &'a Outside,
}

impl VisitMut for WrittenOut<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        match ty {
            Type::Path(path) if path.qself.is_none() && self.outside.of(&path.path).is_some() => {
                if let Some(written) = self.outside.of(&path.path) {
                    let mut written = located(written, syn::spanned::Spanned::span(&*path));
                    // `type Output = Self;`
                    if written != Type::Path(path.clone()) && path.path.segments.len() > 1 {
                        self.visit_type_mut(&mut written);
                    }
                    *ty = written;
                }
            }
            ty => visit_mut::visit_type_mut(self, ty),
        }
    }
}

/// The type as if it were written at `span`: what is wrong with it is wrong there.
fn located(ty: &Type, span: Span) -> Type {
    let respan = |mut token: TokenTree| {
        token.set_span(token.span().located_at(span));
        token
    };
    let tokens: TokenStream = ty.to_token_stream().into_iter().map(respan).collect();
    syn::parse2(tokens).unwrap_or_else(|_| ty.clone())
}

/// `View<'_>`, `&T`: a new lifetime wherever it is written.
fn leaves_out_lifetimes(ty: &Type) -> bool {
    struct LeftOut(bool);
    impl<'t> syn::visit::Visit<'t> for LeftOut {
        fn visit_lifetime(&mut self, lifetime: &'t Lifetime) {
            self.0 |= lifetime.ident == "_";
        }

        fn visit_type_reference(&mut self, reference: &'t syn::TypeReference) {
            self.0 |= reference.lifetime.is_none();
            syn::visit::visit_type_reference(self, reference);
        }
    }
    let mut left_out = LeftOut(false);
    syn::visit::Visit::visit_type(&mut left_out, ty);
    left_out.0
}

/// Gives each lifetime that the head of an impl leaves out a name, and returns the names.
pub(super) fn written_lifetimes(block: &mut syn::ItemImpl) -> Vec<Lifetime> {
    struct Named(Vec<Lifetime>);
    impl Named {
        fn fresh(&mut self) -> Lifetime {
            let lifetime = Lifetime::new(&format!("'elided{}", self.0.len()), Span::call_site());
            self.0.push(lifetime.clone());
            lifetime
        }
    }
    impl VisitMut for Named {
        fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
            if reference.lifetime.is_none() {
                reference.lifetime = Some(self.fresh());
            }
            visit_mut::visit_type_reference_mut(self, reference);
        }

        fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
            if lifetime.ident == "_" {
                *lifetime = self.fresh();
            }
        }

        // Lifetimes left out in `Fn(&T)` are the callee's to choose.
        fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut syn::ParenthesizedGenericArguments) {}

        fn visit_type_bare_fn_mut(&mut self, _: &mut syn::TypeBareFn) {}
    }
    let mut named = Named(Vec::new());
    named.visit_type_mut(&mut block.self_ty);
    if let Some((_, path, _)) = &mut block.trait_ {
        named.visit_path_mut(path);
    }
    named.0
}
