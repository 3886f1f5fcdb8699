//! Where a fused program returns nothing, and gradients go through the pullback.

use crate::ir::{Opaque, Stmt, Value};

/// How many times as large as what a term records its buffers may be.
const TIMES: usize = 8;

/// Names of the values in an expression.
fn named(prefix: &str, values: &[Value]) -> Vec<(syn::Ident, Value)> {
    let name = |k: usize| syn::Ident::new(&format!("{prefix}{k}"), proc_macro2::Span::mixed_site());
    values.iter().enumerate().map(|(k, v)| (name(k), *v)).collect()
}

fn observe(expr: syn::Expr, uses: Vec<(syn::Ident, Value)>) -> Stmt {
    Stmt::Observe(Opaque { expr, uses, pure_: false, writes: false })
}

/// Gives up where little is recorded beside what is copied.
pub(super) fn unless_small(records: &[Value], sized: &[Value]) -> Option<Stmt> {
    if records.is_empty() {
        return None;
    }
    let (records, sized) = (named("record", records), named("buffer", sized));
    let (r, s) = (records.iter().map(|(name, _)| name), sized.iter().map(|(name, _)| name));
    let times = proc_macro2::Literal::usize_unsuffixed(TIMES);
    let expr = syn::parse_quote!(if #times * (#(#r.len())+*) < #(#s.len())+* { return ::core::option::Option::None; });
    Some(observe(expr, records.iter().chain(&sized).cloned().collect()))
}

/// Gives up where a callee has made a buffer shorter or longer: its shadow has the length from before the loop.
pub(super) fn unless_resized(buffer: Value, length: Value) -> Stmt {
    let expr = syn::parse_quote!(if buffer.len() != length {
        return ::core::option::Option::None;
    });
    observe(expr, vec![(syn::parse_quote!(buffer), buffer), (syn::parse_quote!(length), length)])
}

/// Gives up where an adjoint is left over for the term before.
pub(super) fn unless_zero(shadow: Value) -> Stmt {
    let expr = syn::parse_quote!(if shadow[..].iter().any(|bar| bar.get() != 0.0) {
        return ::core::option::Option::None;
    });
    observe(expr, vec![(syn::parse_quote!(shadow), shadow)])
}
