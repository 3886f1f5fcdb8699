//! What the companion needs to know of the user's function.

use std::collections::HashSet;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, FnArg, GenericParam, Generics, Ident, ItemFn, Pat, Path, ReturnType, Type, TypeImplTrait, TypeParamBound,
    Visibility, WherePredicate, parse_quote,
};

use super::function::FunctionParam;
use crate::args::Config;
use crate::ir::Mode;

/// The user's function from the outside.
#[derive(Clone, Debug)]
pub(crate) struct Signature {
    /// The function.
    pub(crate) name: Ident,
    /// Its companion type.
    pub(crate) companion: Ident,
    /// The visibility of both.
    pub(crate) vis: Visibility,
    /// The user's attributes that the companion shares: `#[cfg]` and `#[doc(hidden)]`.
    pub(crate) attrs: Vec<Attribute>,
    /// Where its derivatives are.
    pub(crate) home: Home,
    /// Type parameters stand for each argument-position `impl Trait`, which `use<…>` could not name.
    pub(crate) generics: Generics,
    /// How many of them, at the end, stand for an `impl Trait`.
    pub(crate) impl_traits: usize,
    /// In the user's order.
    pub(crate) params: Vec<Param>,
    /// `()` if none is written.
    pub(crate) ret: Type,
    /// Where the runtime lives.
    pub(crate) krate: Path,
    /// `forward` returns a boxed pullback.
    pub(crate) recursive: bool,
    /// The highest order of derivatives.
    pub(crate) order: u32,
}

/// How a parameter is passed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct How {
    pub(crate) mode: Mode,
    pub(crate) active: bool,
    /// See [`crate::ir::Param::needs_derivative`].
    pub(crate) needs_derivative: bool,
}

/// Where the derivatives of a function are, and how they are called there.
#[derive(Clone, Debug)]
pub(crate) enum Home {
    /// In a type of the function's name.
    Companion,
    /// Beside a method, each behind the method's name.
    Member(Member),
}

/// A method's surroundings.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// Which block it stands in.
    pub(crate) block: Block,
    /// The generics of that.
    pub(crate) outer: Generics,
    /// `Self`, or `<Self as Trait>`.
    pub(crate) owner: TokenStream,
    /// A trait whose implementors are `Copy`.
    pub(crate) is_copy: bool,
}

/// Where a method stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    /// `impl T`.
    Inherent,
    /// `impl Trait for T`: the trait has what follows from the hidden functions.
    TraitImpl,
    /// `trait Trait`.
    Trait,
}

/// One parameter.
#[derive(Clone, Debug)]
pub(crate) struct Param {
    /// What the public functions call it.
    pub(crate) ident: Ident,
    /// The method's receiver: `self` as it was written, and its type.
    pub(crate) receiver: Option<(Ident, Type)>,
    /// As written, without attributes.
    pub(crate) ty: Type,
    /// How it is passed.
    pub(crate) mode: Mode,
    /// Differentiable.
    pub(crate) active: bool,
    /// It is a function.
    pub(crate) function: Option<FunctionParam>,
}

impl Param {
    /// What users know it as.
    pub(crate) fn shown(&self) -> &Ident {
        self.receiver.as_ref().map_or(&self.ident, |(this, _)| this)
    }

    /// The type as it stands in signatures.
    pub(crate) fn declared(&self) -> &Type {
        self.receiver.as_ref().map_or(&self.ty, |(_, ty)| ty)
    }

    /// The type without the reference that the mode stands for.
    pub(crate) fn pointee(&self) -> &Type {
        match (self.mode, ungrouped(&self.ty)) {
            (Mode::Shared | Mode::Mut, Type::Reference(reference)) => &reference.elem,
            _ => &self.ty,
        }
    }

    /// `&mut`.
    pub(crate) fn is_mut(&self) -> bool {
        self.mode == Mode::Mut
    }

    /// Passed without a reference, which the hidden functions add.
    pub(crate) fn by_value(&self) -> bool {
        matches!(self.mode, Mode::Copy | Mode::Move)
    }
}

/// A type without parentheses around it.
pub(crate) fn ungrouped(ty: &Type) -> &Type {
    match ty {
        Type::Paren(paren) => ungrouped(&paren.elem),
        Type::Group(group) => ungrouped(&group.elem),
        _ => ty,
    }
}

impl Signature {
    /// Of `item`, whose parameters are active and passed as `how` says, in order.
    pub(crate) fn new(item: &ItemFn, how: &[How], config: &Config, recursive: bool) -> Signature {
        let mut generics = item.sig.generics.clone();
        let mut name = NameImplTraits { generics: &mut generics, count: 0 };
        let params =
            item.sig.inputs.iter().zip(how).enumerate().filter_map(|(i, (arg, &How { mode, active, needs_derivative }))| {
                let FnArg::Typed(typed) = arg else { return None };
                let mut ty = (*typed.ty).clone();
                name.visit_type_mut(&mut ty);
                let ident = param_name(&typed.pat, i);
                let receiver = config.receiver.as_ref().filter(|receiver| receiver.ident == ident);
                let receiver = receiver.map(|receiver| (receiver.written.clone(), receiver.ty.clone()));
                let (is_function, function) = (mode == Mode::Function, None);
                Some((needs_derivative, Param { ident, receiver, ty, mode, active: active && !is_function, function }))
            });
        let params: Vec<(bool, Param)> = params.collect();
        let impl_traits = name.count;
        let with_function = |(i, (needs_derivative, param)): (usize, (bool, Param))| {
            let is_function = param.mode == Mode::Function;
            let function = is_function.then(|| FunctionParam::new(&param.ty, &generics, i, needs_derivative)).flatten();
            Param { function, ..param }
        };
        let params = params.into_iter().enumerate().map(with_function).collect();
        Signature {
            name: item.sig.ident.clone(),
            companion: config.companion.clone(),
            vis: item.vis.clone(),
            attrs: item.attrs.iter().filter(|attr| is_shared(attr)).cloned().collect(),
            home: config.home.clone(),
            generics,
            impl_traits,
            params,
            ret: match &item.sig.output {
                ReturnType::Default => parse_quote!(()),
                ReturnType::Type(_, ty) => ungrouped(ty).clone(),
            },
            krate: config.krate.clone(),
            recursive,
            order: config.order,
        }
    }

    /// The active parameters.
    pub(crate) fn active(&self) -> impl DoubleEndedIterator<Item = &Param> {
        self.params.iter().filter(|param| param.active)
    }

    /// There is an `&mut` parameter: the pullback is handed a copy of what the call left in it.
    pub(crate) fn has_mut(&self) -> bool {
        self.params.iter().any(Param::is_mut)
    }

    /// Nothing is returned.
    pub(crate) fn returns_unit(&self) -> bool {
        matches!(&self.ret, Type::Tuple(tuple) if tuple.elems.is_empty())
    }

    /// A float is returned, so that there is a gradient. A type parameter may be one whose bound is a trait of the user's
    /// (`trait Scalar: Real`).
    pub(crate) fn returns_float(&self) -> bool {
        let may_be = |bound: &Path| !says_nothing(bound);
        is_plain_float(&self.ret) || self.bounds(&self.ret).into_iter().any(may_be)
    }

    /// `f64`, `f32`, or a type parameter that is a `Real`.
    pub(crate) fn is_float(&self, ty: &Type) -> bool {
        is_plain_float(ty)
            || self.bounds(ty).into_iter().any(|bound| bound.segments.last().is_some_and(|last| last.ident == "Real"))
    }

    /// The bounds of a type that is a bare type parameter.
    pub(crate) fn bounds(&self, ty: &Type) -> Vec<&Path> {
        let Type::Path(path) = ungrouped(ty) else { return Vec::new() };
        let declared = self.type_params().find(|param| path.path.is_ident(&param.ident));
        let Some(declared) = declared else { return Vec::new() };
        let predicates = self.all_generics().filter_map(|generics| generics.where_clause.as_ref());
        let predicates = predicates.flat_map(|clause| &clause.predicates);
        let in_where = predicates.filter_map(|predicate| match predicate {
            WherePredicate::Type(bound) if bound.bounded_ty == *ungrouped(ty) => Some(&bound.bounds),
            _ => None,
        });
        let bounds = std::iter::once(&declared.bounds).chain(in_where).flatten();
        let paths = bounds.filter_map(|bound| match bound {
            TypeParamBound::Trait(bound) => Some(&bound.path),
            _ => None,
        });
        paths.collect()
    }

    /// Names for the locals and buffers of the emitted functions.
    pub(crate) fn names(&self) -> Names {
        let receiver = self.params.iter().find_map(|param| Some((param.ident.clone(), param.receiver.as_ref()?.0.clone())));
        Names { taken: self.params.iter().map(|param| param.ident.to_string()).collect(), receiver }
    }

    /// A method's surroundings.
    pub(crate) fn member(&self) -> Option<&Member> {
        match &self.home {
            Home::Companion => None,
            Home::Member(member) => Some(member),
        }
    }

    /// A trait or an impl of one: all in it is as visible as the trait.
    pub(crate) fn is_in_trait(&self) -> bool {
        self.member().is_some_and(|member| member.block != Block::Inherent)
    }

    /// The method's own generics, and those around it.
    pub(crate) fn all_generics(&self) -> impl Iterator<Item = &Generics> {
        self.member().map(|member| &member.outer).into_iter().chain([&self.generics])
    }

    /// All type parameters in scope.
    pub(crate) fn type_params(&self) -> impl Iterator<Item = &syn::TypeParam> {
        self.all_generics().flat_map(Generics::type_params)
    }

    /// Whether the type's name is that of a type parameter.
    pub(crate) fn is_type_param(&self, path: &Path) -> bool {
        let in_trait = self.member().is_some_and(|member| member.block == Block::Trait);
        in_trait && path.is_ident("Self") || self.type_params().any(|param| path.is_ident(&param.ident))
    }

    /// What `use<…>` must list besides lifetimes: every type and const parameter.
    pub(crate) fn captured(&self) -> Vec<TokenStream> {
        let this = self.member().filter(|member| member.block == Block::Trait).map(|_| quote!(Self));
        this.into_iter().chain(self.all_generics().flat_map(named)).collect()
    }

    /// What one of the derivatives is called: `grad`, or `energy_grad` beside the method `energy`.
    pub(crate) fn member_name(&self, name: &str) -> Ident {
        match &self.home {
            Home::Companion => format_ident!("{name}"),
            Home::Member(_) => format_ident!("{}_{name}", self.name),
        }
    }

    /// One of the derivatives, as its neighbours call it.
    pub(crate) fn own(&self, name: &str) -> TokenStream {
        // What a hidden function captures and calls cannot be named.
        let is_inferred = self.has_functions() && (name.starts_with("forward") || name.starts_with("tangent"));
        let own = if is_inferred { Vec::new() } else { named(&self.generics) };
        let name = self.member_name(name);
        let owner = self.member().map_or_else(|| quote!(Self), |member| member.owner.clone());
        if own.is_empty() { quote!(#owner::#name) } else { quote!(#owner::#name::<#(#own),*>) }
    }
}

/// The type and const parameters.
pub(crate) fn named(generics: &Generics) -> Vec<TokenStream> {
    let names = generics.params.iter().filter_map(|param| match param {
        GenericParam::Type(param) => Some(param.ident.to_token_stream()),
        GenericParam::Const(param) => Some(param.ident.to_token_stream()),
        GenericParam::Lifetime(_) => None,
    });
    names.collect()
}

/// `f64` or `f32` as written.
pub(crate) fn is_plain_float(ty: &Type) -> bool {
    matches!(ungrouped(ty), Type::Path(path) if path.path.is_ident("f64") || path.path.is_ident("f32"))
}

/// Traits that are no reason to take a type parameter for a float.
fn says_nothing(path: &Path) -> bool {
    const KNOWN: [&str; 14] = [
        "Differentiable",
        "Clone",
        "Copy",
        "Debug",
        "Display",
        "Default",
        "PartialEq",
        "PartialOrd",
        "Eq",
        "Ord",
        "Hash",
        "Send",
        "Sync",
        "Sized",
    ];
    path.segments.last().is_none_or(|last| KNOWN.iter().any(|known| last.ident == known))
}

fn is_shared(attr: &Attribute) -> bool {
    let hides = || attr.parse_args::<Ident>().is_ok_and(|argument| argument == "hidden");
    attr.path().is_ident("cfg") || attr.path().is_ident("doc") && hides()
}

fn param_name(pat: &Pat, index: usize) -> Ident {
    match pat {
        Pat::Ident(pat) => pat.ident.clone(),
        _ => format_ident!("arg{index}"),
    }
}

/// Replaces `impl Trait` by a new type parameter.
struct NameImplTraits<'a> {
    generics: &'a mut Generics,
    count: usize,
}

impl VisitMut for NameImplTraits<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        if let Type::ImplTrait(TypeImplTrait { bounds, .. }) = ty {
            self.count += 1;
            let name = format_ident!("Impl{}", self.count);
            self.generics.params.push(parse_quote!(#name: #bounds));
            *ty = parse_quote!(#name);
        }
    }
}

/// Makes names that differ from the parameters' and from each other.
#[derive(Debug)]
pub(crate) struct Names {
    taken: HashSet<String>,
    /// What stands for `self`, and that.
    receiver: Option<(Ident, Ident)>,
}

impl Names {
    /// The first candidate that is free, else the last with underscores behind it.
    pub(crate) fn fresh(&mut self, candidates: &[&str]) -> Ident {
        let last = candidates.last().copied().unwrap_or("t");
        let free = candidates.iter().find(|name| !self.taken.contains(**name));
        let mut name = free.unwrap_or(&last).to_string();
        while !self.taken.insert(name.clone()) {
            name.push('_');
        }
        Ident::new(name.trim_start_matches("r#"), Span::call_site())
    }

    /// `x_bar` for `x` and the like.
    pub(crate) fn derived(&mut self, ident: &Ident, suffix: &str) -> Ident {
        let shown = self.receiver.as_ref().filter(|(receiver, _)| receiver == ident).map_or(ident, |(_, shown)| shown);
        self.fresh(&[format_ident!("{shown}{suffix}").to_string().as_str()])
    }
}
