//! Making expressions out of expressions. Printing puts the parentheses that precedence asks for, parsing tokens would lose them.

use proc_macro2::Span;
use syn::{BinOp, Expr, Member, Type, UnOp};

/// `a op b`.
pub(super) fn binary(a: &Expr, op: BinOp, b: &Expr) -> Expr {
    Expr::Binary(syn::ExprBinary { attrs: Vec::new(), left: Box::new(a.clone()), op, right: Box::new(b.clone()) })
}

/// `op e`.
pub(super) fn unary(op: UnOp, e: Expr) -> Expr {
    Expr::Unary(syn::ExprUnary { attrs: Vec::new(), op, expr: Box::new(e) })
}

/// `*e`.
pub(super) fn deref(e: Expr) -> Expr {
    unary(UnOp::Deref(Default::default()), e)
}

/// `&e` or `&mut e`.
pub(super) fn reference(mutable: bool, e: Expr) -> Expr {
    let mutability = mutable.then(Default::default);
    Expr::Reference(syn::ExprReference { attrs: Vec::new(), and_token: Default::default(), mutability, expr: Box::new(e) })
}

/// `e as ty`.
pub(super) fn cast(e: Expr, ty: &Type) -> Expr {
    let (as_token, ty) = (Default::default(), Box::new(ty.clone()));
    Expr::Cast(syn::ExprCast { attrs: Vec::new(), expr: Box::new(e), as_token, ty })
}

/// `base.member`.
pub(super) fn field(base: Expr, member: &Member) -> Expr {
    let (dot_token, member) = (Default::default(), member.clone());
    Expr::Field(syn::ExprField { attrs: Vec::new(), base: Box::new(base), dot_token, member })
}

/// `base[index]`.
pub(super) fn index(base: Expr, index: Expr) -> Expr {
    let bracket_token = Default::default();
    Expr::Index(syn::ExprIndex { attrs: Vec::new(), expr: Box::new(base), bracket_token, index: Box::new(index) })
}

/// `lo..hi` or `lo..=hi`.
pub(super) fn range(lo: Option<Expr>, hi: Option<Expr>, inclusive: bool) -> Expr {
    let limits = match inclusive {
        true => syn::RangeLimits::Closed(Default::default()),
        false => syn::RangeLimits::HalfOpen(Default::default()),
    };
    Expr::Range(syn::ExprRange { attrs: Vec::new(), start: lo.map(Box::new), limits, end: hi.map(Box::new) })
}

/// `target = value`.
pub(super) fn assign(target: &Expr, value: &Expr, span: Span) -> Expr {
    let (left, right) = (Box::new(target.clone()), Box::new(value.clone()));
    Expr::Assign(syn::ExprAssign { attrs: Vec::new(), left, eq_token: syn::Token![=](span), right })
}

/// A field, an element, or what a reference refers to.
pub(super) fn is_part(e: &Expr) -> bool {
    match e {
        Expr::Field(_) | Expr::Index(_) | Expr::Unary(syn::ExprUnary { op: UnOp::Deref(_), .. }) => true,
        Expr::Paren(paren) => is_part(&paren.expr),
        Expr::Group(group) => is_part(&group.expr),
        _ => false,
    }
}

/// A type without the references around it.
pub(super) fn pointee(ty: &Type) -> &Type {
    match ty {
        Type::Reference(reference) => pointee(&reference.elem),
        Type::Paren(paren) => pointee(&paren.elem),
        Type::Group(group) => pointee(&group.elem),
        _ => ty,
    }
}
