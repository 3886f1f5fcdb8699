//! The rows, read.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{Expr, Token, Type, bracketed, parenthesized};

/// All rows.
pub(super) struct Rows(pub(super) Vec<Row>);

/// A method.
pub(super) struct Row {
    pub(super) passive: bool,
    pub(super) name: Ident,
    /// A type parameter and its bound.
    pub(super) generic: Option<(Ident, Option<TokenStream>)>,
    pub(super) params: Vec<Param>,
    pub(super) out: Type,
    /// The type in `out`, if that is a `Result`.
    pub(super) ok: Option<Type>,
    pub(super) operation: Expr,
    pub(super) form: Option<Expr>,
}

/// A parameter.
pub(super) struct Param {
    pub(super) name: Ident,
    pub(super) sort: Sort,
}

/// What a parameter is.
pub(super) enum Sort {
    Tensor,
    Tensors,
    Passive { ty: Type, slot: Option<Type> },
}

impl Parse for Rows {
    fn parse(input: ParseStream<'_>) -> syn::Result<Rows> {
        let mut rows = Vec::new();
        while !input.is_empty() {
            rows.push(input.parse()?);
        }
        Ok(Rows(rows))
    }
}

impl Parse for Row {
    fn parse(input: ParseStream<'_>) -> syn::Result<Row> {
        let first: Ident = input.parse()?;
        let passive = first == "passive" && input.peek(syn::Ident);
        let name = if passive { input.parse()? } else { first };
        let generic = if input.peek(Token![<]) { Some(generic(input)?) } else { None };
        let (params, inner);
        parenthesized!(inner in input);
        params = inner.parse_terminated(Param::parse, Token![,])?;
        input.parse::<Token![->]>()?;
        let out: Type = input.parse()?;
        let ok = ok_of(&out);
        input.parse::<Token![=]>()?;
        let operation = input.parse()?;
        let form = if input.parse::<Option<Token![=>]>>()?.is_some() { Some(input.parse()?) } else { None };
        input.parse::<Token![;]>()?;
        Ok(Row { passive, name, generic, params: params.into_iter().collect(), out, ok, operation, form })
    }
}

/// `T` of `Result<T, E>`.
fn ok_of(ty: &Type) -> Option<Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Result")?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        syn::GenericArgument::Type(ok) => Some(ok.clone()),
        _ => None,
    }
}

/// `<A: Axes>` or `<B>`.
fn generic(input: ParseStream<'_>) -> syn::Result<(Ident, Option<TokenStream>)> {
    input.parse::<Token![<]>()?;
    let name = input.parse()?;
    let bound = match input.parse::<Option<Token![:]>>()? {
        Some(_) => {
            let path: syn::Path = input.parse()?;
            Some(quote!(#path))
        }
        None => None,
    };
    input.parse::<Token![>]>()?;
    Ok((name, bound))
}

impl Parse for Param {
    fn parse(input: ParseStream<'_>) -> syn::Result<Param> {
        if input.peek(syn::token::Bracket) {
            let inner;
            bracketed!(inner in input);
            return Ok(Param { name: inner.parse()?, sort: Sort::Tensors });
        }
        let name = input.parse()?;
        if input.parse::<Option<Token![:]>>()?.is_none() {
            return Ok(Param { name, sort: Sort::Tensor });
        }
        let ty = input.parse()?;
        let slot = if input.parse::<Option<Token![as]>>()?.is_some() { Some(input.parse()?) } else { None };
        Ok(Param { name, sort: Sort::Passive { ty, slot } })
    }
}
