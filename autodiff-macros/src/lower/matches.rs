//! `match` and `if let` on inactive values.

use super::branch::{Arm, Body};
use super::env::Binding;
use super::pattern::name_of;
use super::term::{Inactive, Term};
use super::{Lower, free};
use crate::ir::{Class, Kind, On, Opaque, Pattern, Value};
use proc_macro2::Ident;
use std::collections::HashMap;
use syn::{Expr, Pat};

impl<'e> Lower<'e> {
    pub(super) fn match_with(&mut self, e: &syn::ExprMatch, expected: Option<&Kind>, body: Body<'_, 'e>) -> Term {
        let Some(scrutinee) = self.scrutinee(&e.expr, e.arms.iter().map(|arm| &arm.pat)) else { return Term::error() };
        let (before, first) = (self.env.snapshot(self.env.vars.len()), self.next_value());
        let mut patterns = Vec::new();
        let mut arms = Vec::new();
        for arm in &e.arms {
            let guard = arm.guard.as_ref().map(|(_, guard)| &**guard);
            let (pattern, arm) = self.match_arm(scrutinee, &arm.pat, guard, &before, &mut |this| body(this, Some(&arm.body)));
            patterns.push(pattern);
            arms.push(arm);
        }
        self.join(On::Match { scrutinee, patterns }, arms, &before, first, expected)
    }

    /// `if let pat = e { … } else { … }` is a `match` with two arms.
    pub(super) fn if_let_with(
        &mut self,
        e: &syn::ExprIf,
        cond: &syn::ExprLet,
        expected: Option<&Kind>,
        body: Body<'_, 'e>,
    ) -> Term {
        let Some(scrutinee) = self.scrutinee(&cond.expr, std::iter::once(&*cond.pat)) else { return Term::error() };
        let (before, first) = (self.env.snapshot(self.env.vars.len()), self.next_value());
        let then_branch = Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block: e.then_branch.clone() });
        let otherwise = e.else_branch.as_ref().map(|(_, otherwise)| &**otherwise);
        let wild: Pat = syn::parse_quote!(_);
        let (some, then_arm) = self.match_arm(scrutinee, &cond.pat, None, &before, &mut |this| body(this, Some(&then_branch)));
        let (none, else_arm) = self.match_arm(scrutinee, &wild, None, &before, &mut |this| body(this, otherwise));
        self.join(On::Match { scrutinee, patterns: vec![some, none] }, vec![then_arm, else_arm], &before, first, expected)
    }

    /// What is matched on, as an inactive value.
    fn scrutinee<'p>(&mut self, e: &Expr, mut patterns: impl Iterator<Item = &'p Pat>) -> Option<Value> {
        let term = self.expr(e, None);
        let scalar = super::kind::is_scalar(super::kind::pointee(&self.kind(&term)));
        if self.varies(&term) {
            self.error(
                e,
                "a `match` on a value that may carry derivatives",
                "compare with `if`, and match on integers, bools and enums",
            );
            return None;
        }
        if let Term::Value(value) = &term
            && self.data(*value).class == Class::Plain
        {
            return Some(*value);
        }
        let place = matches!(&term, Term::Place(_)) && !scalar;
        let mut inactive = self.inactive(term);
        if place && patterns.all(|pat| free::bound_by(pat).is_empty()) {
            // Not moved out of where it is: patterns see through the reference.
            inactive = inactive.map(|expr| super::syntax::reference(false, expr), Kind::Passive);
        }
        if !super::kind::is_scalar(&inactive.kind) {
            inactive.kind = Kind::Passive;
        }
        Some(self.evaluate(inactive, "t"))
    }

    fn match_arm(
        &mut self,
        scrutinee: Value,
        pat: &Pat,
        guard: Option<&Expr>,
        before: &[Binding],
        body: &mut dyn FnMut(&mut Self) -> Term,
    ) -> (Pattern, Arm) {
        let kind = match (pat, &self.data(scrutinee).kind) {
            (Pat::Ident(_), kind) => kind.clone(),
            _ => Kind::Passive,
        };
        let mut binds = Vec::new();
        let mut lowered_guard = None;
        let arm = self.arm(before, |this| {
            this.env.scopes.push(HashMap::new());
            binds = this.inactive_bindings(pat, &kind);
            lowered_guard = guard.and_then(|guard| this.guard(guard));
            let term = body(this);
            this.env.scopes.pop();
            term
        });
        (Pattern { pat: pat.clone(), guard: lowered_guard, binds }, arm)
    }

    /// Declares the names of a pattern that binds nothing active.
    pub(super) fn inactive_bindings(&mut self, pat: &Pat, kind: &Kind) -> Vec<(Ident, Value)> {
        let mut binds: Vec<(Ident, Value)> = Vec::new();
        for ident in free::bound_by(pat) {
            let name = name_of(&ident);
            if binds.iter().any(|(bound, _)| *bound == ident) {
                continue;
            }
            let value = self.fresh(&name, Class::Plain, kind.clone(), ident.span(), false);
            let id = self.env.anonymous(&name, false, Binding::Term(Term::Value(value)));
            self.env.name(&ident.to_string(), id);
            binds.push((ident, value));
        }
        binds
    }

    /// A guard stays the user's expression: it is evaluated between the patterns.
    fn guard(&mut self, guard: &Expr) -> Option<Opaque> {
        let free = free::of_expr(guard);
        let (stmts, uses) = self.nested(|this| this.uses(&free.names));
        match uses {
            Some(uses) if stmts.is_empty() && !free.exits => {
                Some(Opaque { expr: guard.clone(), uses, pure_: free.plain, writes: false })
            }
            _ => {
                self.error(guard, "this guard is not supported", "use an `if` inside of the arm");
                None
            }
        }
    }

    /// An inactive expression as a value of its own.
    pub(super) fn evaluated(&mut self, inactive: Inactive) -> Term {
        Term::Value(self.evaluate(inactive, "t"))
    }
}
