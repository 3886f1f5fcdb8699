//! The types of gradients, tangents and shadows, as they read best.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{GenericArgument, Lifetime, PathArguments, Type, TypeReference, parse_quote};

use super::signature::{Signature, ungrouped};

impl Signature {
    /// The gradient with respect to a `ty`, spelled out where syntax tells.
    pub(crate) fn grad(&self, ty: &Type) -> Type {
        self.spelled(ty).unwrap_or_else(|| self.projection("Grad", ty))
    }

    /// What a tangent of a `ty` is passed as, behind a reference.
    pub(crate) fn tangent(&self, ty: &Type) -> Type {
        match ungrouped(ty) {
            Type::Reference(reference) => self.tangent(&reference.elem),
            Type::Slice(slice) => {
                let elem = self.grad(&slice.elem);
                parse_quote!([#elem])
            }
            ty => self.spelled(ty).unwrap_or_else(|| self.projection("Tangent", ty)),
        }
    }

    /// What a tangent of a `ty` in several directions is passed as, behind a reference.
    pub(crate) fn wide(&self, ty: &Type) -> Type {
        self.lanes(ty).unwrap_or_else(|| self.projection("Wide", ty))
    }

    /// An owned tangent of a `ty` in several directions.
    pub(crate) fn wide_grad(&self, ty: &Type) -> Type {
        self.lanes(ty).unwrap_or_else(|| self.projection("WideGrad", ty))
    }

    /// Both, spelled out where syntax tells: rustc finds projections slowly.
    fn lanes(&self, ty: &Type) -> Option<Type> {
        let krate = &self.krate;
        Some(match ungrouped(ty) {
            Type::Slice(slice) => {
                let elem = self.lanes(&slice.elem)?;
                parse_quote!([#elem])
            }
            Type::Array(array) => {
                let (elem, len) = (self.lanes(&array.elem)?, &array.len);
                parse_quote!([#elem; #len])
            }
            ty if self.is_float(ty) => parse_quote!(#krate::rt::Lanes<#ty>),
            _ => return None,
        })
    }

    fn spelled(&self, ty: &Type) -> Option<Type> {
        Some(match ungrouped(ty) {
            Type::Reference(reference) => self.grad(&reference.elem),
            Type::Slice(slice) => {
                let elem = self.grad(&slice.elem);
                parse_quote!(::std::vec::Vec<#elem>)
            }
            Type::Array(array) => {
                let (elem, len) = (self.grad(&array.elem), &array.len);
                parse_quote!([#elem; #len])
            }
            Type::Tuple(tuple) => {
                let mut tuple = tuple.clone();
                tuple.elems.iter_mut().for_each(|elem| *elem = self.grad(elem));
                Type::Tuple(tuple)
            }
            ty if self.is_float(ty) => ty.clone(),
            ty if is_inactive(ty) => parse_quote!(()),
            ty => return self.grad_of_container(ty),
        })
    }

    /// `Vec<T>` and the like keep the name that the user gave them.
    fn grad_of_container(&self, ty: &Type) -> Option<Type> {
        let elem = self.grad(container_elem(ty)?);
        let mut ty = ty.clone();
        let Type::Path(path) = &mut ty else { return None };
        path.path.segments.last_mut()?.arguments = PathArguments::AngleBracketed(parse_quote!(<#elem>));
        Some(ty)
    }

    /// `Grad<ty>` and its relatives. All of it has the span of the type: rustc reports the same error at the same place once.
    pub(crate) fn projection(&self, alias: &str, ty: &Type) -> Type {
        let (krate, ty, alias) = (self.krate_at(ty.span()), owned(ty), syn::Ident::new(alias, ty.span()));
        let tokens = quote_spanned!(ty.span()=> #krate::rt::#alias<#ty>);
        Type::Verbatim(tokens)
    }

    /// The path of the runtime, as if it were written at `span`.
    pub(crate) fn krate_at(&self, span: Span) -> TokenStream {
        let respan = |mut token: proc_macro2::TokenTree| {
            token.set_span(token.span().located_at(span));
            token
        };
        self.krate.to_token_stream().into_iter().map(respan).collect()
    }

    /// The user's types on which it depends whether derivatives exist, where they can be asked for in a `where` clause: plain
    /// names. (Paths with arguments may hide lifetimes, or would hide the impl that they ask for.)
    pub(crate) fn judged(&self) -> Vec<Type> {
        let mut judged = Vec::new();
        let mut leaves = Leaves { sig: self, found: &mut judged };
        self.active().map(|param| &param.ty).chain([&self.ret]).for_each(|ty| leaves.visit(ty));
        judged
    }

    /// The type parameters in what is differentiated.
    fn differentiated_params(&self) -> Vec<Type> {
        self.mentioned_params(self.active().map(|param| &param.ty).chain([&self.ret]))
    }

    /// The type parameters in `types`.
    pub(crate) fn mentioned_params<'t>(&'t self, types: impl Iterator<Item = &'t Type>) -> Vec<Type> {
        let mut mentioned = Mentioned { sig: self, found: Vec::new() };
        types.for_each(|ty| mentioned.visit_type(ty));
        mentioned.found
    }

    /// A type parameter stands for more than a float: whether its gradients are differentiable themselves is not known.
    pub(crate) fn is_opaque(&self) -> bool {
        self.differentiated_params().iter().any(|ty| !self.is_float(ty) && *ty != self.ret)
    }

    /// The type parameters in what is differentiated whose bounds do not say that they can be.
    pub(crate) fn undecided(&self) -> Vec<Type> {
        let mut mentioned = self.differentiated_params();
        let says =
            |path: &syn::Path| path.segments.last().is_some_and(|last| DIFFERENTIABLE.iter().any(|known| last.ident == known));
        mentioned.retain(|ty| !self.bounds(ty).into_iter().any(says));
        mentioned
    }

    /// A tensor is differentiated, or one is returned.
    pub(crate) fn has_tensors(&self) -> bool {
        struct Tensors(bool);
        impl<'t> Visit<'t> for Tensors {
            fn visit_path_segment(&mut self, segment: &'t syn::PathSegment) {
                self.0 |= segment.ident == "Tensor";
                syn::visit::visit_path_segment(self, segment);
            }
        }
        let mut tensors = Tensors(false);
        self.active().map(|param| &param.ty).chain([&self.ret]).for_each(|ty| tensors.visit_type(ty));
        tensors.0
    }

    /// All values of this type have the same shape, as far as syntax tells.
    pub(crate) fn has_fixed_shape(&self, ty: &Type) -> bool {
        match ungrouped(ty) {
            Type::Array(array) => self.has_fixed_shape(&array.elem),
            Type::Tuple(tuple) => tuple.elems.iter().all(|elem| self.has_fixed_shape(elem)),
            ty => self.is_float(ty) || is_inactive(ty),
        }
    }

    /// How a buffer for the gradient of a `ty` serves as its shadow, after `Cell::from_mut`.
    pub(crate) fn cells_of(&self, ty: &Type) -> Option<TokenStream> {
        match ungrouped(ty) {
            Type::Slice(slice) if self.is_float(&slice.elem) => Some(quote!(.as_slice_of_cells())),
            Type::Array(array) if self.is_float(&array.elem) => Some(quote!(.as_array_of_cells())),
            _ => None,
        }
    }

    /// The elements of a `Vec<T>` or `[T; N]`, whose gradients are passed as slices.
    pub(crate) fn sequence_elem<'t>(&self, ty: &'t Type) -> Option<&'t Type> {
        match ungrouped(ty) {
            Type::Array(array) => Some(&array.elem),
            Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Vec") => container_elem(ty),
            _ => None,
        }
    }
}

/// `T` of `Vec<T>`, `Option<T>`, `Box<T>`.
fn container_elem(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(elem) if ["Vec", "Option", "Box"].iter().any(|known| last.ident == known) => Some(elem),
        _ => None,
    }
}

/// Bounds of which it follows that there are derivatives; functions have none.
const DIFFERENTIABLE: [&str; 5] = ["Real", "Differentiable", "Fn", "FnMut", "FnOnce"];

/// See [`Signature::undecided`].
struct Mentioned<'a> {
    sig: &'a Signature,
    found: Vec<Type>,
}

impl<'t> Visit<'t> for Mentioned<'_> {
    fn visit_type_path(&mut self, path: &'t syn::TypePath) {
        let ty = Type::Path(path.clone());
        if path.qself.is_none() && self.sig.is_type_param(&path.path) && !self.found.contains(&ty) {
            self.found.push(ty);
        }
        syn::visit::visit_type_path(self, path);
    }
}

/// See [`Signature::judged`].
struct Leaves<'a> {
    sig: &'a Signature,
    found: &'a mut Vec<Type>,
}

impl Leaves<'_> {
    fn visit(&mut self, ty: &Type) {
        match ungrouped(ty) {
            Type::Reference(reference) => self.visit(&reference.elem),
            Type::Slice(slice) => self.visit(&slice.elem),
            Type::Array(array) => self.visit(&array.elem),
            Type::Tuple(tuple) => tuple.elems.iter().for_each(|elem| self.visit(elem)),
            Type::Path(path) => {
                let declared = self.sig.is_type_param(&path.path);
                let is_plain = path.qself.is_none() && path.path.segments.iter().all(|segment| segment.arguments.is_none());
                let is_new = !self.found.contains(ty);
                if is_plain && is_new && !declared && self.sig.spelled(ty).is_none() {
                    self.found.push(ty.clone());
                } else if let (false, Some(elem)) = (is_plain, container_elem(ty)) {
                    self.visit(elem);
                }
            }
            _ => {}
        }
    }
}

/// Carries no derivative, by syntax.
pub(crate) fn is_inactive(ty: &Type) -> bool {
    const KNOWN: [&str; 16] =
        ["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "bool", "char", "str", "String"];
    match ty {
        Type::Path(path) => path.path.get_ident().is_some_and(|ident| KNOWN.iter().any(|known| ident == known)),
        _ => false,
    }
}

/// The type with its references replaced by what they refer to, which has the same gradient and shadow: no lifetime is
/// left that a signature would have to name.
pub(crate) fn owned(ty: &Type) -> Type {
    let mut ty = ty.clone();
    while let Type::Reference(reference) = ungrouped(&ty) {
        ty = (*reference.elem).clone();
    }
    Owned.visit_type_mut(&mut ty);
    ty
}

struct Owned;

impl VisitMut for Owned {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        if let Type::Reference(reference) = ty {
            *ty = match ungrouped(&reference.elem) {
                Type::Slice(slice) => {
                    let elem = &slice.elem;
                    parse_quote!(::std::vec::Vec<#elem>)
                }
                elem if is_inactive(elem) => parse_quote!(()),
                elem => elem.clone(),
            };
        }
    }
}

/// The type for an argument of a pullback: every lifetime is left to the call.
pub(crate) fn without_lifetimes(ty: &Type) -> Type {
    let mut ty = ty.clone();
    WithoutLifetimes.visit_type_mut(&mut ty);
    ty
}

struct WithoutLifetimes;

impl VisitMut for WithoutLifetimes {
    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        visit_mut::visit_type_reference_mut(self, reference);
        if reference.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident != "static") {
            reference.lifetime = None;
        }
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident != "static" {
            lifetime.ident = syn::Ident::new("_", lifetime.span());
        }
    }
}

/// Gives every lifetime that is left out in a type a name, so that `use<…>` can list it. Hidden ones in paths stay hidden.
pub(crate) struct NameLifetimes<'a> {
    /// The names given so far.
    pub(crate) named: Vec<Lifetime>,
    /// Where the user's are.
    pub(crate) taken: &'a Signature,
}

impl NameLifetimes<'_> {
    fn fresh(&mut self) -> Lifetime {
        let names = ('a'..='z').map(String::from).chain((0..).map(|i| format!("a{i}")));
        let is_free = |name: &String| {
            let is = |lifetime: &Lifetime| lifetime.ident == name;
            !self.taken.all_generics().flat_map(syn::Generics::lifetimes).any(|param| is(&param.lifetime))
                && !self.named.iter().any(is)
        };
        let mut names = names.filter(is_free);
        let name = names.next().unwrap_or_default();
        let lifetime = Lifetime::new(&format!("'{name}"), Span::call_site());
        self.named.push(lifetime.clone());
        lifetime
    }
}

impl VisitMut for NameLifetimes<'_> {
    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
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

/// One gradient bare, several as a tuple.
pub(crate) fn bare_or_tuple(items: &[TokenStream]) -> TokenStream {
    match items {
        [one] => one.to_token_stream(),
        _ => quote!((#(#items),*)),
    }
}
