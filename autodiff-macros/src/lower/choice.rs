//! Chains of iterators that only choose: what they look at decides which index, number or bool comes out, and that carries no derivative.
//! They stay as the user wrote them.

use super::term::{Inactive, Term};
use super::{Lower, free};
use crate::ir::{Kind, Opaque};
use syn::Expr;

impl Lower<'_> {
    /// `any`, `all`, `count`, `position`, `partition_point` and their like: the result carries no derivative, whatever is looked at.
    pub(super) fn inspected(&mut self, e: &Expr, name: &str) -> Option<Term> {
        let free = free::of_expr(e);
        if !free.assigned.is_empty() || free.exits {
            return None;
        }
        let writes = self.changes(&free).ok()?;
        let uses = self.uses(&free.names)?;
        let kind = match name {
            "any" | "all" | "is_sorted" => Kind::Bool,
            "count" | "partition_point" => Kind::Integer,
            _ => Kind::Passive,
        };
        let opaque = Opaque { expr: e.clone(), uses, pure_: false, writes };
        Some(self.evaluated(Inactive { opaque, kind }))
    }

    /// An iterator over what carries no derivatives, or what is chosen from it: closures only choose, whatever they look at.
    pub(super) fn selects(&self, e: &Expr) -> bool {
        let is_inactive = |e: &Expr| {
            free::of_expr(e).names.iter().all(|name| {
                let term = self.env.lookup(&name.to_string()).and_then(|id| self.env.read(id));
                !term.is_some_and(|term| self.varies(&term))
            })
        };
        match e {
            Expr::MethodCall(call) => match call.method.to_string().as_str() {
                "filter" | "take_while" | "skip_while" | "max_by" | "min_by" | "max_by_key" | "min_by_key" | "find" => {
                    self.selects(&call.receiver)
                }
                "rev" | "skip" | "take" | "step_by" | "copied" | "cloned" | "enumerate" | "next" | "last" | "nth" | "unwrap"
                | "expect" | "unwrap_or" | "collect" => self.selects(&call.receiver) && call.args.iter().all(is_inactive),
                "map" if numbers_items(&call.receiver) => {
                    call.args.first().is_some_and(|f| takes_the_number(f) && is_inactive(f))
                }
                _ => is_inactive(e),
            },
            Expr::Paren(paren) => self.selects(&paren.expr),
            // Made of integers: floats cannot be iterated over.
            Expr::Range(_) => true,
            e => is_inactive(e),
        }
    }
}

/// The items are pairs of a number and something that may carry derivatives.
fn numbers_items(e: &Expr) -> bool {
    let Expr::MethodCall(call) = e else { return false };
    match call.method.to_string().as_str() {
        "enumerate" => true,
        "filter" | "take_while" | "skip_while" | "max_by" | "min_by" | "find" | "rev" | "skip" | "take" | "step_by" | "last" => {
            numbers_items(&call.receiver)
        }
        _ => false,
    }
}

/// `|(i, _)| …`
fn takes_the_number(f: &Expr) -> bool {
    let Expr::Closure(closure) = f else { return false };
    let Some(syn::Pat::Tuple(pair)) = closure.inputs.first() else { return false };
    closure.inputs.len() == 1 && pair.elems.len() == 2 && matches!(pair.elems[1], syn::Pat::Wild(_))
}
