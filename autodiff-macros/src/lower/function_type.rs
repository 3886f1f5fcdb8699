//! Parameters that are functions, by their types: `impl Fn(f64) -> f64`, `F` with such a bound, `&dyn Fn(f64) -> f64`, `fn(f64) -> f64`.

use syn::{Generics, PathArguments, ReturnType, Type, TypeParamBound, WherePredicate};

/// What a function that is a parameter takes and returns.
#[derive(Clone, Debug)]
pub(crate) struct FunctionType {
    /// The types of its arguments.
    pub(crate) inputs: Vec<Type>,
    /// `()` if nothing is written.
    pub(crate) output: Type,
    /// The type parameter that stands for it.
    pub(crate) param: Option<syn::Ident>,
}

/// Of a parameter of type `ty` in a function with these `generics`.
pub(crate) fn of(ty: &Type, generics: &Generics) -> Option<FunctionType> {
    match ty {
        Type::Reference(reference) => of(&reference.elem, generics),
        Type::Paren(paren) => of(&paren.elem, generics),
        Type::Group(group) => of(&group.elem, generics),
        Type::ImplTrait(ty) => ty.bounds.iter().find_map(of_bound),
        Type::TraitObject(ty) => ty.bounds.iter().find_map(of_bound),
        Type::BareFn(ty) => {
            let inputs = ty.inputs.iter().map(|input| input.ty.clone()).collect();
            Some(FunctionType { inputs, output: output(&ty.output), param: None })
        }
        Type::Path(path) if path.qself.is_none() => {
            let last = path.path.segments.last()?;
            if let (true, PathArguments::AngleBracketed(arguments)) = (last.ident == "Box", &last.arguments) {
                return match arguments.args.first()? {
                    syn::GenericArgument::Type(Type::TraitObject(ty)) => ty.bounds.iter().find_map(of_bound),
                    _ => None,
                };
            }
            let param = generics.type_params().find(|param| path.path.is_ident(&param.ident))?;
            let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
            let in_where = predicates.filter_map(|predicate| match predicate {
                WherePredicate::Type(bound) if bound.bounded_ty == *ty => Some(&bound.bounds),
                _ => None,
            });
            let mut bounds = std::iter::once(&param.bounds).chain(in_where).flatten();
            let function = bounds.find_map(of_bound)?;
            Some(FunctionType { param: Some(param.ident.clone()), ..function })
        }
        _ => None,
    }
}

fn of_bound(bound: &TypeParamBound) -> Option<FunctionType> {
    let TypeParamBound::Trait(bound) = bound else { return None };
    let last = bound.path.segments.last()?;
    let PathArguments::Parenthesized(arguments) = &last.arguments else { return None };
    let is_function = ["Fn", "FnMut", "FnOnce"].iter().any(|known| last.ident == known);
    is_function.then(|| FunctionType {
        inputs: arguments.inputs.iter().cloned().collect(),
        output: output(&arguments.output),
        param: None,
    })
}

fn output(output: &ReturnType) -> Type {
    match output {
        ReturnType::Default => syn::parse_quote!(()),
        ReturnType::Type(_, ty) => (**ty).clone(),
    }
}
