//! What the user's type looks like, and which of it carries derivatives.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{
    Attribute, Data, DeriveInput, Fields, GenericParam, Generics, Ident, Index, Member, Path, Type, Visibility, WherePredicate,
};

use super::checked;
use crate::errors::Errors;
use crate::ir::Kind;
use crate::lower::kind;

/// A struct, or an enum.
pub(super) struct Shape {
    pub(super) vis: Visibility,
    /// `#[cfg]` and `#[doc(hidden)]`.
    pub(super) attrs: Vec<Attribute>,
    pub(super) ident: Ident,
    /// `SGrad`.
    pub(super) grad: Ident,
    /// As written.
    pub(super) generics: Generics,
    /// Those of `SGrad` and the shadow: no lifetimes, and every type parameter that a field carries derivatives of is `Differentiable`.
    pub(super) owned: Generics,
    /// The type parameters that fields carry derivatives of.
    pub(super) carried: Vec<Ident>,
    /// The types of fields of which it has to be checked that they carry derivatives.
    pub(super) checked: Vec<Type>,
    /// Where the runtime lives.
    pub(super) krate: Path,
    pub(super) is_enum: bool,
    /// One without a name for a struct.
    pub(super) variants: Vec<Variant>,
}

/// What stands between the braces of a struct or of one variant.
pub(super) struct Variant {
    pub(super) ident: Option<Ident>,
    pub(super) style: Style,
    pub(super) fields: Vec<Field>,
}

/// How the fields are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Named,
    Tuple,
    Unit,
}

/// One field.
pub(super) struct Field {
    pub(super) member: Member,
    pub(super) vis: Visibility,
    pub(super) ty: Type,
    /// It is mirrored in shadows and gradients.
    pub(super) active: bool,
    /// Gradients are zero there, whatever flows in: `#[constant]`, of a type that is known by syntax to be mirrored. Arithmetic on it is that
    /// of other floats, as a function cannot see how a field was declared. (Of other types what is constant is not mirrored.)
    pub(super) constant: bool,
}

impl Shape {
    /// Of a type as written. What cannot be differentiated is reported, and counts as constant from there on.
    pub(super) fn new(input: &DeriveInput, errors: &mut Errors) -> Option<Shape> {
        let variants = match &input.data {
            Data::Struct(data) => vec![variant(None, &data.fields, &input.generics, errors)],
            Data::Enum(data) => {
                let variant = |v: &syn::Variant| variant(Some(v.ident.clone()), &v.fields, &input.generics, errors);
                data.variants.iter().map(variant).collect()
            }
            Data::Union(data) => {
                let help = "an `enum` says which of its fields is there, and can be differentiated";
                errors.push(data.union_token.span, "a union has no derivative: what it holds is not known", help);
                return None;
            }
        };
        if variants.is_empty() {
            errors.push(input.ident.span(), "there is no value of this type", "leave the derive out");
            return None;
        }
        let carried = carried(&input.generics, &variants);
        let checked = checked::types(&input.generics, &variants);
        let krate = krate(&input.attrs, errors);
        let owned = owned(&input.generics, &carried, &krate);
        Some(Shape {
            vis: input.vis.clone(),
            attrs: input.attrs.iter().filter(|attr| attr.path().is_ident("cfg")).cloned().collect(),
            ident: input.ident.clone(),
            grad: format_ident!("{}Grad", input.ident, span = input.ident.span()),
            generics: input.generics.clone(),
            owned,
            carried,
            checked,
            krate,
            is_enum: matches!(input.data, Data::Enum(_)),
            variants,
        })
    }

    /// The generics of an `impl` for the user's type: what its parameters must be is added.
    pub(super) fn implemented(&self, bound: &TokenStream) -> Generics {
        let mut generics = self.generics.clone();
        for param in generics.type_params_mut().filter(|param| self.carried.contains(&param.ident) && !is_float(param)) {
            param.bounds.push(syn::parse_quote!(#bound));
        }
        generics
    }

    /// The user's type, for any lifetimes.
    pub(super) fn without_lifetimes(&self) -> TokenStream {
        let arguments = self.generics.params.iter().map(|param| match param {
            GenericParam::Lifetime(_) => quote!('_),
            GenericParam::Type(param) => param.ident.to_token_stream(),
            GenericParam::Const(param) => param.ident.to_token_stream(),
        });
        let ident = &self.ident;
        quote!(#ident<#(#arguments),*>)
    }

    /// The gradient's type, where it is the type itself with floats for parameters: rustdoc cannot see through
    /// `<T as Differentiable>::Grad` of a parameter (it panics over the auto traits of the struct).
    fn is_own_gradient(&self, ty: &Type) -> bool {
        made_of(ty, |ty| is_float_name(&self.generics, ty))
    }

    /// What a field is in a shadow (`Zeros`) or gradient (`Grad`).
    pub(super) fn mirrored(&self, of: &str, field: &Field) -> TokenStream {
        self.mirrored_as(of, field, |ty| self.known(ty))
    }

    /// What a field is in the gradient, beside which nothing else has been defined.
    pub(super) fn gradient(&self, field: &Field) -> TokenStream {
        self.mirrored_as("Grad", field, |ty| self.checked(ty).unwrap_or_else(|| ty.to_token_stream()))
    }

    fn mirrored_as(&self, of: &str, field: &Field, known: impl Fn(&Type) -> TokenStream) -> TokenStream {
        let ty = &field.ty;
        let (span, of) = (ty.span(), Ident::new(of, ty.span()));
        match field.active {
            true if of == "Grad" && self.is_own_gradient(ty) => quote!(#ty),
            true => {
                let (known, krate) = (known(ty), self.krate_at(span));
                quote_spanned!(span=> <#known as #krate::rt::Differentiable>::#of)
            }
            // A parameter that occurs nowhere else has to occur here.
            false if mentions(self.generics.type_params().map(|param| &param.ident), ty) && !mentions_lifetimes(ty) => {
                let krate = self.krate_at(span);
                quote!(<#ty as #krate::rt::Constant>::Unit)
            }
            false => quote!(()),
        }
    }

    pub(super) fn krate_at(&self, span: Span) -> TokenStream {
        respanned(self.krate.to_token_stream(), span)
    }
}

/// The tokens as if written at `span`.
pub(super) fn respanned(tokens: TokenStream, span: Span) -> TokenStream {
    let respan = |mut token: proc_macro2::TokenTree| {
        token.set_span(token.span().located_at(span));
        token
    };
    tokens.into_iter().map(respan).collect()
}

fn variant(ident: Option<Ident>, fields: &Fields, generics: &Generics, errors: &mut Errors) -> Variant {
    let style = match fields {
        Fields::Named(_) => Style::Named,
        Fields::Unnamed(_) => Style::Tuple,
        Fields::Unit => Style::Unit,
    };
    let fields = fields.iter().enumerate().map(|(index, field)| {
        let index = Index { index: index as u32, span: field.ty.span() };
        let is_constant = field.attrs.iter().any(|attr| attr.path().is_ident("constant"));
        let constant = is_constant && holds_floats(generics, &field.ty);
        Field {
            member: field.ident.clone().map_or(Member::Unnamed(index), Member::Named),
            vis: field.vis.clone(),
            ty: field.ty.clone(),
            active: constant || !is_constant && !carries_nothing(&field.ty) && has_shadow(&field.ty, errors),
            constant,
        }
    });
    Variant { ident, style, fields: fields.collect() }
}

/// Floats, and what the standard library makes of floats, integers and bools: known by syntax to be mirrored.
fn holds_floats(generics: &Generics, ty: &Type) -> bool {
    let holds = std::cell::Cell::new(false);
    let mirrored = made_of(ty, |ty| {
        let is_float = is_float_name(generics, ty);
        holds.set(holds.get() || is_float);
        is_float || matches!(kind::of_type(ty), Kind::Integer | Kind::Bool)
    });
    mirrored && holds.get()
}

/// All of what the type is made of.
fn made_of(ty: &Type, is_element: impl Fn(&Type) -> bool) -> bool {
    checked::elements(ty).into_iter().all(is_element)
}

/// `f64`, `f32`, or a parameter that stands for one.
fn is_float_name(generics: &Generics, ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let is_param = generics.type_params().any(|param| path.path.is_ident(&param.ident) && is_float(param));
    is_param || path.path.is_ident("f64") || path.path.is_ident("f32")
}

/// Known by syntax to have `()` for its shadow, whatever else it may be.
fn carries_nothing(ty: &Type) -> bool {
    match kind::of_type(ty) {
        Kind::Integer | Kind::Bool | Kind::Unit => true,
        // `Option<usize>` is mirrored as an option.
        Kind::Passive => match ty {
            Type::Path(path) => path.path.segments.iter().all(|segment| segment.arguments.is_none()),
            _ => !matches!(ty, Type::Ptr(_)),
        },
        Kind::Float | Kind::Array(_) | Kind::Slice(_) | Kind::Vec(_) | Kind::Tuple(_) | Kind::Unknown => false,
        Kind::Ref(_, pointee) => pointee.is_inactive(),
    }
}

/// Reports what cannot be mirrored.
fn has_shadow(ty: &Type, errors: &mut Errors) -> bool {
    let mut obstacles = Obstacles { errors, found: false };
    obstacles.visit_type(ty);
    !obstacles.found
}

struct Obstacles<'e> {
    errors: &'e mut Errors,
    found: bool,
}

impl Obstacles<'_> {
    fn report(&mut self, at: &impl quote::ToTokens, what: &str, instead: &str) {
        self.errors.push_spanned(at, what, instead);
        self.found = true;
    }
}

impl<'ast> Visit<'ast> for Obstacles<'_> {
    fn visit_type(&mut self, ty: &'ast Type) {
        match ty {
            Type::Ptr(_) => self.report(
                ty,
                "a raw pointer has no derivative: what it points to is not known",
                "own the memory (`Vec`, `Box`), or mark the field `#[constant]`",
            ),
            Type::Reference(_) => self.report(
                ty,
                "a struct that borrows has no gradient: nobody would own it",
                "own the memory (`Vec`, an array), pass it as a parameter of its own, or mark the field `#[constant]`",
            ),
            Type::TraitObject(_) => self.report(
                ty,
                "the fields behind a `dyn` type are not known",
                "name the type, or an enum of the types that it may be, or mark the field `#[constant]`",
            ),
            _ => visit::visit_type(self, ty),
        }
    }

    fn visit_lifetime(&mut self, lifetime: &'ast syn::Lifetime) {
        if lifetime.ident != "static" {
            self.report(
                lifetime,
                "a struct that borrows has no gradient: nobody would own it",
                "own the memory (`Vec`, an array), pass it as a parameter of its own, or mark the field `#[constant]`",
            );
        }
    }

    // The length of an array.
    fn visit_expr(&mut self, _: &'ast syn::Expr) {}
}

/// The type parameters that occur in what carries derivatives; `PhantomData` carries none, whatever it is of.
fn carried(generics: &Generics, variants: &[Variant]) -> Vec<Ident> {
    let is_phantom =
        |ty: &Type| matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "PhantomData"));
    let active = || variants.iter().flat_map(|variant| &variant.fields).filter(|field| field.active && !is_phantom(&field.ty));
    let params = generics.type_params().map(|param| param.ident.clone());
    params.filter(|param| active().any(|field| mentions([param].into_iter(), &field.ty))).collect()
}

fn owned(generics: &Generics, carried: &[Ident], krate: &Path) -> Generics {
    let mut owned = generics.clone();
    owned.params = owned.params.into_iter().filter(|param| !matches!(param, GenericParam::Lifetime(_))).collect();
    for param in owned.type_params_mut() {
        param.bounds = std::mem::take(&mut param.bounds)
            .into_iter()
            .filter(|bound| !matches!(bound, syn::TypeParamBound::Lifetime(lifetime) if lifetime.ident != "static"))
            .collect();
        if carried.contains(&param.ident) && !is_float(param) {
            param.bounds.push(syn::parse_quote!(#krate::rt::Differentiable));
        }
    }
    if let Some(clause) = &mut owned.where_clause {
        clause.predicates = std::mem::take(&mut clause.predicates).into_iter().filter(|p| !borrows(p)).collect();
    }
    owned
}

/// `T: Real`, which promises all that is asked of a parameter: rustc, and rustdoc, are confused by being told twice.
pub(super) fn is_float(param: &syn::TypeParam) -> bool {
    param.bounds.iter().any(|bound| match bound {
        syn::TypeParamBound::Trait(bound) => bound.path.segments.last().is_some_and(|last| last.ident == "Real"),
        _ => false,
    })
}

fn borrows(predicate: &WherePredicate) -> bool {
    let mut lifetimes = Lifetimes(false);
    lifetimes.visit_where_predicate(predicate);
    lifetimes.0
}

fn mentions_lifetimes(ty: &Type) -> bool {
    let mut lifetimes = Lifetimes(false);
    lifetimes.visit_type(ty);
    lifetimes.0
}

struct Lifetimes(bool);

impl Visit<'_> for Lifetimes {
    fn visit_lifetime(&mut self, lifetime: &syn::Lifetime) {
        self.0 |= lifetime.ident != "static";
    }

    fn visit_type_reference(&mut self, reference: &syn::TypeReference) {
        self.0 |= reference.lifetime.is_none();
        visit::visit_type_reference(self, reference);
    }
}

/// One of the names occurs in the type.
pub(super) fn mentions<'n>(names: impl Iterator<Item = &'n Ident>, ty: &Type) -> bool {
    struct Mentions<'n>(Vec<&'n Ident>, bool);
    impl Visit<'_> for Mentions<'_> {
        fn visit_ident(&mut self, ident: &Ident) {
            self.1 |= self.0.contains(&ident);
        }
    }
    let mut mentions = Mentions(names.collect(), false);
    mentions.visit_type(ty);
    mentions.1
}

/// `#[differentiable(crate = path)]`.
fn krate(attrs: &[Attribute], errors: &mut Errors) -> Path {
    let mut krate = syn::parse_quote!(::differentiate);
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("differentiable")) {
        let parsed = attr.parse_nested_meta(|meta| {
            if meta.path.is_ident("crate") {
                krate = meta.value()?.call(Path::parse_mod_style)?;
                return Ok(());
            }
            errors.push_spanned(&meta.path, "unknown option", "the only option is `crate = path`, where the runtime lives");
            if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<syn::Expr>()?;
            }
            Ok(())
        });
        if let Err(error) = parsed {
            errors.extend(error);
        }
    }
    krate
}
