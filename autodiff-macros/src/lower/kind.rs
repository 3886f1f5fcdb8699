//! Kinds from types, and how kinds join.

use crate::ir::{Kind, Mode};
use syn::{GenericArgument, PathArguments, Type, TypeParamBound};

/// The kind of a type as written.
pub(crate) fn of_type(ty: &Type) -> Kind {
    match ty {
        Type::Path(path) if path.qself.is_none() => of_path(&path.path),
        Type::Reference(reference) => Kind::Ref(reference.mutability.is_some(), Box::new(of_type(&reference.elem))),
        Type::Array(array) => Kind::Array(Box::new(of_type(&array.elem))),
        Type::Slice(slice) => Kind::Slice(Box::new(of_type(&slice.elem))),
        Type::Tuple(tuple) if tuple.elems.is_empty() => Kind::Unit,
        Type::Tuple(tuple) => Kind::Tuple(tuple.elems.iter().map(of_type).collect()),
        Type::Paren(paren) => of_type(&paren.elem),
        Type::Group(group) => of_type(&group.elem),
        Type::Never(_) => Kind::Unit,
        Type::BareFn(_) | Type::Ptr(_) => Kind::Passive,
        Type::ImplTrait(bounds) if bounds.bounds.iter().any(is_fn_bound) => Kind::Passive,
        Type::TraitObject(bounds) if bounds.bounds.iter().any(is_fn_bound) => Kind::Passive,
        _ => Kind::Unknown,
    }
}

fn of_path(path: &syn::Path) -> Kind {
    let Some(last) = path.segments.last() else { return Kind::Unknown };
    match last.ident.to_string().as_str() {
        "f32" | "f64" => Kind::Float,
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => Kind::Integer,
        "bool" => Kind::Bool,
        "char" | "str" | "String" => Kind::Passive,
        "Vec" => Kind::Vec(Box::new(type_argument(&last.arguments).map_or(Kind::Unknown, of_type))),
        "Option" | "Box" if type_argument(&last.arguments).is_some_and(|ty| of_type(ty).is_inactive()) => Kind::Passive,
        _ => Kind::Unknown,
    }
}

fn type_argument(arguments: &PathArguments) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

fn is_fn_bound(bound: &TypeParamBound) -> bool {
    let TypeParamBound::Trait(bound) = bound else { return false };
    bound.path.segments.last().is_some_and(|last| last.ident == "Fn" || last.ident == "FnMut" || last.ident == "FnOnce")
}

/// `Box<f64>`, and references to it.
pub(crate) fn is_boxed_number(ty: &Type) -> bool {
    let Type::Path(path) = super::syntax::pointee(ty) else { return false };
    let last = path.path.segments.last().filter(|last| last.ident == "Box");
    last.and_then(|last| type_argument(&last.arguments)).is_some_and(|ty| of_type(ty) == Kind::Float)
}

/// Held as a [`Plain`](crate::ir::Class::Plain) value, renamed per assignment.
pub(crate) fn is_scalar(kind: &Kind) -> bool {
    match kind {
        Kind::Float | Kind::Integer | Kind::Bool | Kind::Passive | Kind::Unit => true,
        Kind::Array(_) | Kind::Slice(_) | Kind::Vec(_) | Kind::Tuple(_) | Kind::Ref(..) | Kind::Unknown => false,
    }
}

/// `Copy` by syntax.
pub(crate) fn is_copy(kind: &Kind) -> bool {
    match kind {
        Kind::Float | Kind::Integer | Kind::Bool | Kind::Unit => true,
        Kind::Array(elem) => is_copy(elem),
        Kind::Tuple(kinds) => kinds.iter().all(is_copy),
        Kind::Ref(mutable, _) => !mutable,
        Kind::Passive | Kind::Slice(_) | Kind::Vec(_) | Kind::Unknown => false,
    }
}

/// How a parameter of this kind is passed.
pub(crate) fn mode(kind: &Kind) -> Mode {
    match kind {
        Kind::Ref(true, _) => Mode::Mut,
        Kind::Ref(false, _) => Mode::Shared,
        kind if is_copy(kind) => Mode::Copy,
        _ => Mode::Move,
    }
}

/// How a parameter of this type is passed: type parameters that stand for floats are `Copy`, as floats are.
pub(crate) fn mode_of<'g>(ty: &Type, generics: impl IntoIterator<Item = &'g syn::Generics>) -> Mode {
    let stands_for_float = |generics: &syn::Generics| match ty {
        Type::Path(path) => bounds(generics, path).any(|name| implies_copy(&name)),
        _ => false,
    };
    match mode(&of_type(ty)) {
        Mode::Move if generics.into_iter().any(stands_for_float) => Mode::Copy,
        mode => mode,
    }
}

/// Bounds, by their last names, of which it follows that values are copied.
pub(crate) fn implies_copy(name: &str) -> bool {
    matches!(name, "Real" | "Float" | "Copy")
}

/// The type parameters that stand for floats.
pub(crate) fn reals(generics: &syn::Generics) -> impl Iterator<Item = &syn::Ident> {
    let stands_for_float = |param: &&syn::Ident| bounds_of(generics, param).any(|name| matches!(name.as_str(), "Real" | "Float"));
    generics.type_params().map(|param| &param.ident).filter(stands_for_float)
}

/// A type parameter that is known to outlive everything.
pub(crate) fn is_static(generics: &syn::Generics, param: &syn::Ident) -> bool {
    bounds_of(generics, param).any(|name| matches!(name.as_str(), "Real" | "static"))
}

/// The last names of a type parameter's bounds, lifetimes among them.
fn bounds<'g>(generics: &'g syn::Generics, ty: &'g syn::TypePath) -> impl Iterator<Item = String> + use<'g> {
    ty.path.get_ident().into_iter().flat_map(|param| bounds_of(generics, param))
}

fn bounds_of<'g>(generics: &'g syn::Generics, param: &'g syn::Ident) -> impl Iterator<Item = String> + use<'g> {
    let declared = generics.type_params().filter(move |declared| declared.ident == *param).map(|param| &param.bounds);
    let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let in_where = predicates.filter_map(move |predicate| match predicate {
        syn::WherePredicate::Type(syn::PredicateType { bounded_ty: Type::Path(ty), bounds, .. }) if ty.path.is_ident(param) => {
            Some(bounds)
        }
        _ => None,
    });
    let is_declared = generics.type_params().any(|declared| declared.ident == *param);
    declared.chain(in_where.filter(move |_| is_declared)).flatten().filter_map(|bound| match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last().map(|last| last.ident.to_string()),
        TypeParamBound::Lifetime(lifetime) => Some(lifetime.ident.to_string()),
        _ => None,
    })
}

/// The kind of an element, seen through references.
pub(crate) fn element(kind: &Kind) -> Kind {
    match kind {
        Kind::Array(elem) | Kind::Slice(elem) | Kind::Vec(elem) => (**elem).clone(),
        Kind::Ref(_, inner) => element(inner),
        Kind::Passive => Kind::Passive,
        Kind::Float | Kind::Integer | Kind::Bool | Kind::Unit | Kind::Tuple(_) | Kind::Unknown => Kind::Unknown,
    }
}

/// What a reference refers to; other kinds as they are.
pub(crate) fn pointee(kind: &Kind) -> &Kind {
    match kind {
        Kind::Ref(_, inner) => pointee(inner),
        _ => kind,
    }
}

/// The kind of a value that comes from either of two places. What is known wins over what is not; that a constant carries no
/// derivative says nothing of the other.
pub(crate) fn join(a: &Kind, b: &Kind) -> Kind {
    match (a, b) {
        _ if a == b => a.clone(),
        (Kind::Float, _) | (_, Kind::Float) => Kind::Float,
        (Kind::Unknown, Kind::Passive) | (Kind::Passive, Kind::Unknown) => Kind::Unknown,
        (Kind::Unknown, other) | (other, Kind::Unknown) => other.clone(),
        (Kind::Passive, other) | (other, Kind::Passive) => other.clone(),
        (Kind::Array(x), Kind::Array(y)) => Kind::Array(Box::new(join(x, y))),
        (Kind::Vec(x), Kind::Vec(y)) => Kind::Vec(Box::new(join(x, y))),
        (Kind::Slice(x), Kind::Slice(y) | Kind::Array(y) | Kind::Vec(y)) => Kind::Slice(Box::new(join(x, y))),
        (Kind::Array(x) | Kind::Vec(x), Kind::Slice(y) | Kind::Array(y) | Kind::Vec(y)) => Kind::Slice(Box::new(join(x, y))),
        (Kind::Ref(m, x), Kind::Ref(n, y)) => Kind::Ref(*m && *n, Box::new(join(x, y))),
        (Kind::Tuple(xs), Kind::Tuple(ys)) if xs.len() == ys.len() => {
            Kind::Tuple(xs.iter().zip(ys).map(|(x, y)| join(x, y)).collect())
        }
        _ => Kind::Unknown,
    }
}

/// `f64` or `f32`, if only one of them occurs.
pub(crate) fn only_float(tokens: proc_macro2::TokenStream) -> Option<Type> {
    fn visit(tokens: proc_macro2::TokenStream, found: &mut [bool; 2]) {
        for token in tokens {
            match token {
                proc_macro2::TokenTree::Group(group) => visit(group.stream(), found),
                proc_macro2::TokenTree::Punct(_) => {}
                word => {
                    let word = word.to_string();
                    found[0] |= word.ends_with("f64");
                    found[1] |= word.ends_with("f32");
                }
            }
        }
    }
    let mut found = [false; 2];
    visit(tokens, &mut found);
    match found {
        [true, false] => Some(syn::parse_quote!(f64)),
        [false, true] => Some(syn::parse_quote!(f32)),
        _ => None,
    }
}
