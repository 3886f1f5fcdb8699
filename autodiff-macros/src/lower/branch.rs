//! `if` and `match`: arms start from the same bindings; what differs afterwards is joined.

use super::env::{Binding, VarId};
use super::term::Term;
use super::{Flow, Lower};
use crate::ir::{Block, Branch, Kind, On, Stmt, Value};
use std::collections::{BTreeMap, BTreeSet};
use syn::Expr;

/// One arm as lowered.
#[derive(Debug)]
pub(super) struct Arm {
    pub(super) stmts: Vec<Stmt>,
    pub(super) term: Term,
    pub(super) flow: Flow,
    /// The variables that it has bound again, and what they stand for at its end.
    pub(super) bound: BTreeMap<VarId, Binding>,
    pub(super) yields: Vec<Value>,
}

/// Lowers the body of an arm; `None` is an `else` that is not written.
pub(super) type Body<'b, 'e> = &'b mut dyn FnMut(&mut Lower<'e>, Option<&Expr>) -> Term;

/// A branch whose arms are being joined.
pub(super) struct Join {
    pub(super) arms: Vec<Arm>,
    pub(super) results: Vec<Value>,
    /// Values below were made before the branch.
    pub(super) first: u32,
}

impl<'e> Lower<'e> {
    /// `if` or `match` as an expression.
    pub(super) fn branch(&mut self, e: &Expr, expected: Option<&Kind>) -> Term {
        self.branch_with(e, expected, &mut |this, body| match body {
            Some(body) => match this.hoisted(&syn::Stmt::Expr(body.clone(), None)) {
                Some(stmts) => this.sequence(&stmts, expected, &mut |_, term| term),
                None => this.expr(body, expected),
            },
            None => Term::Unit,
        })
    }

    /// `if` or `match`, the bodies of whose arms are lowered by `body`.
    pub(super) fn branch_with(&mut self, e: &Expr, expected: Option<&Kind>, body: Body<'_, 'e>) -> Term {
        match e {
            Expr::If(e) => self.if_with(e, expected, body),
            Expr::Match(e) => self.match_with(e, expected, body),
            _ => unreachable!("not a branch"),
        }
    }

    fn if_with(&mut self, e: &syn::ExprIf, expected: Option<&Kind>, body: Body<'_, 'e>) -> Term {
        if let Expr::Let(cond) = &*e.cond {
            return self.if_let_with(e, cond, expected, body);
        }
        let then_branch = Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block: e.then_branch.clone() });
        let cond = self.expr(&e.cond, Some(&Kind::Bool));
        self.either(cond, expected, |this, holds| match holds {
            true => body(this, Some(&then_branch)),
            false => body(this, e.else_branch.as_ref().map(|(_, otherwise)| &**otherwise)),
        })
    }

    /// `if cond { f(true) } else { f(false) }`.
    pub(super) fn either(&mut self, cond: Term, expected: Option<&Kind>, mut f: impl FnMut(&mut Self, bool) -> Term) -> Term {
        let cond = self.value(cond, Some(&Kind::Bool));
        let first = self.next_value();
        let arms = [true, false].map(|holds| self.arm(|this| f(this, holds)));
        self.join(On::If(cond), arms.into(), first, expected)
    }

    /// Lowers one arm; the bindings are then those before the branch again.
    pub(super) fn arm(&mut self, f: impl FnOnce(&mut Self) -> Term) -> Arm {
        let before = self.env.point();
        self.flow = Flow::Live;
        let (stmts, term) = self.nested(f);
        let bound = self.env.bound_since(before).into_keys().map(|id| (id, self.env.vars[id.0].binding.clone())).collect();
        self.env.rewind(before);
        Arm { stmts, term, flow: self.flow, bound, yields: Vec::new() }
    }

    /// Puts the arms together and returns the branch's value.
    pub(super) fn join(&mut self, on: On, arms: Vec<Arm>, first: u32, expected: Option<&Kind>) -> Term {
        self.flow = match () {
            () if arms.iter().any(|arm| arm.flow == Flow::Live) => Flow::Live,
            () if arms.iter().any(|arm| arm.flow == Flow::Exited) => Flow::Exited,
            () => Flow::Diverged,
        };
        let mut join = Join { arms, results: Vec::new(), first };
        let term = match self.flow {
            Flow::Live => {
                let live = |arm: &Arm| (arm.flow == Flow::Live).then(|| arm.term.clone());
                let terms: Vec<Option<Term>> = join.arms.iter().map(live).collect();
                self.join_terms(&mut join, terms, expected, None, "t")
            }
            Flow::Exited | Flow::Diverged => Term::Unit,
        };
        let bound: BTreeSet<VarId> = join.arms.iter().flat_map(|arm| arm.bound.keys()).copied().collect();
        for id in bound {
            self.join_variable(&mut join, id);
        }
        let Join { arms, results, .. } = join;
        if results.is_empty() && arms.iter().all(|arm| arm.stmts.is_empty() && arm.flow != Flow::Diverged) {
            return term;
        }
        let block = |arm: Arm| Block { stmts: arm.stmts, yields: arm.yields, diverges: arm.flow == Flow::Diverged };
        let arms = arms.into_iter().map(block).collect();
        self.stmts.push(Stmt::Branch(Branch { on, arms, results }));
        term
    }
}

/// The binding is what it was.
pub(super) fn unchanged(a: &Binding, b: &Binding) -> bool {
    match (a, b) {
        (Binding::Unset, Binding::Unset) | (Binding::Tuple(_), Binding::Tuple(_)) => true,
        (Binding::Term(a), Binding::Term(b)) => a.same(b),
        _ => false,
    }
}
