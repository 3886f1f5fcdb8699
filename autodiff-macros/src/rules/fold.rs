//! What becomes of primitives and conditions when operands are literals: `x.powi(2)` has the derivative `2.0 * x`, and
//! not `if 2 == 0 { 0.0 } else { 2 as f64 * x.powi(2 - 1) }`.

use super::{Form, Prim};
use crate::ir::Opaque;
use syn::{BinOp, Expr, Lit, UnOp};

/// A value that is known before the program runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Known {
    /// A bool.
    Bool(bool),
    /// An integer of any type.
    Integer(i64),
    /// A float of any type.
    Float(f64),
}

/// What a primitive comes down to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fold {
    /// One of its operands.
    Operand(usize),
    /// A literal.
    Float(f64),
}

/// What a primitive comes down to when some operands are known. Exact: no rounding differs.
pub fn fold(prim: Prim, known: &[Option<Known>]) -> Option<Fold> {
    use Known::{Float, Integer};
    let rule = prim.rule();
    match (rule.form, rule.name, known) {
        (Form::Function(_), "float_like", [Some(Integer(n)), _]) => Some(Fold::Float(*n as f64)),
        (Form::Method, "powi", [_, Some(Integer(1))]) | (Form::Method, "powf", [_, Some(Float(1.0))]) => Some(Fold::Operand(0)),
        (Form::Operator("-"), _, [Some(Float(a)), Some(Float(b))]) if is_small(*a) && is_small(*b) => Some(Fold::Float(a - b)),
        _ => None,
    }
}

/// Few enough digits that sums are exact in all float types.
fn is_small(x: f64) -> bool {
    (x * 1024.0).fract() == 0.0 && x.abs() < 1024.0
}

/// The value of an inactive expression, if its operands tell.
pub fn evaluate(opaque: &Opaque, known: &dyn Fn(crate::ir::Value) -> Option<Known>) -> Option<Known> {
    let operand = |ident: &syn::Ident| opaque.uses.iter().find(|(name, _)| name == ident).and_then(|(_, value)| known(*value));
    if opaque.pure_ { value(&opaque.expr, &operand) } else { None }
}

/// `a || false`, `a | false` and `a && true` without what is known.
pub fn shortened(opaque: &Opaque, known: &dyn Fn(crate::ir::Value) -> Option<Known>) -> Option<Opaque> {
    let operand = |ident: &syn::Ident| opaque.uses.iter().find(|(name, _)| name == ident).and_then(|(_, value)| known(*value));
    let Expr::Binary(binary) = &opaque.expr else { return None };
    let neutral = match binary.op {
        BinOp::Or(_) | BinOp::BitOr(_) => Known::Bool(false),
        BinOp::And(_) => Known::Bool(true),
        _ => return None,
    };
    let rest = match (value(&binary.left, &operand), value(&binary.right, &operand)) {
        (_, Some(right)) if right == neutral => &binary.left,
        (Some(left), _) if left == neutral => &binary.right,
        _ => return None,
    };
    let rest = if let Expr::Paren(paren) = &**rest { &paren.expr } else { rest };
    let mut names = Names(Vec::new());
    syn::visit::Visit::visit_expr(&mut names, rest);
    let uses = opaque.uses.iter().filter(|(name, _)| names.0.contains(&name)).cloned().collect();
    Some(Opaque { expr: (**rest).clone(), uses, ..opaque.clone() })
}

struct Names<'a>(Vec<&'a syn::Ident>);

impl<'a> syn::visit::Visit<'a> for Names<'a> {
    fn visit_ident(&mut self, ident: &'a syn::Ident) {
        self.0.push(ident);
    }
}

fn value(expr: &Expr, operand: &dyn Fn(&syn::Ident) -> Option<Known>) -> Option<Known> {
    match expr {
        Expr::Paren(paren) => value(&paren.expr, operand),
        Expr::Group(group) => value(&group.expr, operand),
        Expr::Lit(lit) => match &lit.lit {
            // `0f64` is an integer to the parser.
            Lit::Int(x) if x.suffix().starts_with('f') => x.base10_parse().ok().map(Known::Float),
            Lit::Int(n) => n.base10_parse().ok().map(Known::Integer),
            Lit::Float(x) => x.base10_parse().ok().map(Known::Float),
            Lit::Bool(b) => Some(Known::Bool(b.value)),
            _ => None,
        },
        Expr::Path(path) => operand(path.path.get_ident()?),
        Expr::Unary(unary) => match (unary.op, value(&unary.expr, operand)?) {
            (UnOp::Neg(_), Known::Integer(n)) => n.checked_neg().map(Known::Integer),
            (UnOp::Neg(_), Known::Float(x)) => Some(Known::Float(-x)),
            (UnOp::Not(_), Known::Bool(b)) => Some(Known::Bool(!b)),
            _ => None,
        },
        Expr::Binary(binary) => joined(&binary.op, value(&binary.left, operand), value(&binary.right, operand)),
        _ => None,
    }
}

fn joined(op: &BinOp, a: Option<Known>, b: Option<Known>) -> Option<Known> {
    use Known::{Bool, Integer};
    match (op, a, b) {
        (BinOp::Or(_) | BinOp::BitOr(_), Some(Bool(true)), _) | (BinOp::Or(_) | BinOp::BitOr(_), _, Some(Bool(true))) => {
            Some(Bool(true))
        }
        (BinOp::And(_), Some(Bool(false)), _) | (BinOp::And(_), _, Some(Bool(false))) => Some(Bool(false)),
        (BinOp::Or(_) | BinOp::BitOr(_), Some(Bool(false)), Some(Bool(false))) => Some(Bool(false)),
        (BinOp::And(_), Some(Bool(true)), Some(Bool(true))) => Some(Bool(true)),
        (BinOp::Sub(_), Some(Integer(a)), Some(Integer(b))) => a.checked_sub(b).map(Integer),
        (BinOp::Add(_), Some(Integer(a)), Some(Integer(b))) => a.checked_add(b).map(Integer),
        (BinOp::Eq(_), Some(a), Some(b)) => Some(Bool(a == b)),
        (BinOp::Ne(_), Some(a), Some(b)) => Some(Bool(a != b)),
        _ => None,
    }
}
