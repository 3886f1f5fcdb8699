//! Functions whose return type is an alias of a `Result` or an `Option`.
//!
//! A macro cannot look behind a name, but it sees what the body returns: what ends in `Ok(…)` or `Err(…)` is a `Result`, whatever its
//! type is called. Then `Loss` is the same type as `Result<ValueOf<Loss>, ErrorOf<Loss>>`, as which derivatives see it.

use syn::visit::{self, Visit};
use syn::{Block, Expr, GenericArgument, ItemFn, Path, PathArguments, ReturnType, Stmt, Type, parse_quote};

/// The function with its return type as a `Result` or `Option`, if it is an alias of one; `krate` is where the runtime lives.
pub fn resolved(item: &ItemFn, krate: &Path) -> Option<ItemFn> {
    let ReturnType::Type(_, ty) = &item.sig.output else { return None };
    if !may_be_alias(ty) {
        return None;
    }
    let value = type_parameter(item, ty).unwrap_or_else(|| parse_quote!(#krate::rt::ValueOf<#ty>));
    let ty: Type = match wrapper_of(&item.block)? {
        Wrapper::Result => parse_quote!(::core::result::Result<#value, #krate::rt::ErrorOf<#ty>>),
        Wrapper::Option => parse_quote!(::core::option::Option<#value>),
    };
    let mut item = item.clone();
    item.sig.output = parse_quote!(-> #ty);
    Some(item)
}

/// The `T` of `Fallible<T>`, a type parameter of the function's: nobody calls anything else so than what holds it.
fn type_parameter(item: &ItemFn, ty: &Type) -> Option<Type> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(Type::Path(first)) => {
            let is_first = |param: &syn::TypeParam| first.path.is_ident(&param.ident);
            item.sig.generics.type_params().any(is_first).then(|| Type::Path(first.clone()))
        }
        _ => None,
    }
}

/// The type is what an alias holds, as [`resolved`] writes it.
pub fn is_behind_alias(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let mut names = path.path.segments.iter().rev().map(|segment| &segment.ident);
    names.next().is_some_and(|last| last == "ValueOf") && names.next().is_some_and(|module| module == "rt")
}

/// A path that does not say itself which `Result` or `Option` it is, and that can be written again in a `where` clause.
fn may_be_alias(ty: &Type) -> bool {
    struct Lifetimes(bool);
    impl<'t> Visit<'t> for Lifetimes {
        fn visit_lifetime(&mut self, _: &'t syn::Lifetime) {
            self.0 = true;
        }
        fn visit_type_reference(&mut self, _: &'t syn::TypeReference) {
            self.0 = true;
        }
        fn visit_type_impl_trait(&mut self, _: &'t syn::TypeImplTrait) {
            self.0 = true;
        }
    }
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else { return false };
    let says_value = matches!(&last.arguments, PathArguments::AngleBracketed(arguments)
        if matches!(arguments.args.first(), Some(GenericArgument::Type(_))));
    if says_value && (last.ident == "Result" || last.ident == "Option") {
        return false;
    }
    let mut lifetimes = Lifetimes(false);
    lifetimes.visit_type(ty);
    !lifetimes.0
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrapper {
    Result,
    Option,
}

/// What everything that a body is seen to return is made by.
fn wrapper_of(body: &Block) -> Option<Wrapper> {
    let mut returned = Returned { found: Vec::new() };
    returned.block(body);
    returned.visit_block(body);
    let (first, others) = returned.found.split_first()?;
    others.iter().all(|other| other == first).then_some(*first)
}

struct Returned {
    found: Vec<Wrapper>,
}

impl Returned {
    fn block(&mut self, block: &Block) {
        if let Some(Stmt::Expr(last, None)) = block.stmts.last() {
            self.value(last);
        }
    }

    /// An expression whose value is returned.
    fn value(&mut self, e: &Expr) {
        match e {
            Expr::Paren(paren) => self.value(&paren.expr),
            Expr::Group(group) => self.value(&group.expr),
            Expr::Block(block) => self.block(&block.block),
            Expr::If(e) => {
                self.block(&e.then_branch);
                e.else_branch.iter().for_each(|(_, otherwise)| self.value(otherwise));
            }
            Expr::Match(e) => e.arms.iter().for_each(|arm| self.value(&arm.body)),
            Expr::Call(call) => {
                if let Expr::Path(path) = &*call.func {
                    self.found.extend(variant(&path.path).filter(|_| !is_none(&path.path)));
                }
            }
            Expr::Path(path) if is_none(&path.path) => self.found.extend(variant(&path.path)),
            Expr::MethodCall(call) if call.method == "ok_or" || call.method == "ok_or_else" => self.found.push(Wrapper::Result),
            _ => {}
        }
    }
}

impl<'b> Visit<'b> for Returned {
    fn visit_expr_return(&mut self, e: &'b syn::ExprReturn) {
        e.expr.iter().for_each(|value| self.value(value));
        visit::visit_expr_return(self, e);
    }
    fn visit_expr_closure(&mut self, _: &'b syn::ExprClosure) {}
    fn visit_expr_async(&mut self, _: &'b syn::ExprAsync) {}
    fn visit_item(&mut self, _: &'b syn::Item) {}
}

/// `Ok`, `Result::Ok` and the like.
fn variant(path: &Path) -> Option<Wrapper> {
    let mut names = path.segments.iter().rev().map(|segment| segment.ident.to_string());
    let wrapper = match names.next()?.as_str() {
        "Ok" | "Err" => Wrapper::Result,
        "Some" | "None" => Wrapper::Option,
        _ => return None,
    };
    let of = match wrapper {
        Wrapper::Result => "Result",
        Wrapper::Option => "Option",
    };
    names.next().is_none_or(|owner| owner == of).then_some(wrapper)
}

fn is_none(path: &Path) -> bool {
    path.segments.last().is_some_and(|last| last.ident == "None")
}

#[cfg(test)]
mod tests {
    use super::resolved;
    use quote::ToTokens as _;

    fn returns(source: &str) -> Option<String> {
        let item = syn::parse_str(source).expect("it is a function");
        resolved(&item, &syn::parse_quote!(d)).map(|item| item.sig.output.to_token_stream().to_string().replace(' ', ""))
    }

    #[test]
    fn what_is_returned_tells_what_an_alias_stands_for() {
        let result = Some("->::core::result::Result<d::rt::ValueOf<Loss>,d::rt::ErrorOf<Loss>>".to_owned());
        assert_eq!(returns("fn f() -> Loss { Ok(1.0) }"), result);
        assert_eq!(returns("fn f(c: bool) -> Loss { if c { return Err(E); } g() }"), result);
        assert_eq!(returns("fn f(c: bool) -> Loss { match c { true => g(), false => { Err(E) } } }"), result);
        assert_eq!(returns("fn f() -> Maybe { None }"), Some("->::core::option::Option<d::rt::ValueOf<Maybe>>".to_owned()));
    }

    #[test]
    fn what_is_not_returned_tells_nothing() {
        assert_eq!(returns("fn f() -> Result<f64, E> { Ok(1.0) }"), None);
        assert_eq!(returns("fn f() -> Loss { let g = || return Ok(1); fn h() -> R { Err(1) } k(Ok(1)) }"), None);
        assert_eq!(returns("fn f() -> Loss { my::Ok(1.0) }"), None);
        assert_eq!(returns("fn f<'a>(e: &'a str) -> Loss<'a> { Err(e) }"), None);
        assert_eq!(returns("fn f(c: bool) -> Loss { if c { Ok(1) } else { None } }"), None);
    }
}
