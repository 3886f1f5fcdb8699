//! `match` and `if let` on inactive values.

use super::branch::{Arm, Body};
use super::env::Binding;
use super::pattern::name_of;
use super::term::{Inactive, Term};
use super::{Lower, free, syntax};
use crate::ir::{Class, Kind, On, Opaque, Pattern, Proj, Stmt, Tree, Value};
use proc_macro2::Ident;
use std::collections::HashMap;
use syn::spanned::Spanned as _;
use syn::{Expr, Pat};

/// One arm as written.
#[derive(Clone)]
pub(super) struct Case<'m> {
    pub(super) pat: Pat,
    pub(super) guard: Option<&'m Expr>,
    pub(super) body: Option<&'m Expr>,
}

impl<'m> Case<'m> {
    /// One for each of several patterns that bind names, with the same body.
    fn alternatives(&self) -> Vec<Case<'m>> {
        super::unpack::alternatives(&self.pat).into_iter().map(|pat| Case { pat, ..self.clone() }).collect()
    }
}

impl<'e> Lower<'e> {
    pub(super) fn match_with(&mut self, e: &syn::ExprMatch, expected: Option<&Kind>, body: Body<'_, 'e>) -> Term {
        let mut cases = Vec::new();
        for arm in &e.arms {
            let guard = arm.guard.as_ref().map(|(_, guard)| &**guard);
            cases.push(Case { pat: arm.pat.clone(), guard, body: Some(&arm.body) });
        }
        self.cases(&e.expr, cases, expected, body)
    }

    /// `if let pat = e { … } else { … }` is a `match` with two arms.
    pub(super) fn if_let_with(
        &mut self,
        e: &syn::ExprIf,
        cond: &syn::ExprLet,
        expected: Option<&Kind>,
        body: Body<'_, 'e>,
    ) -> Term {
        let then_branch = Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block: e.then_branch.clone() });
        let otherwise = e.else_branch.as_ref().map(|(_, otherwise)| &**otherwise);
        let some = Case { pat: (*cond.pat).clone(), guard: None, body: Some(&then_branch) };
        let none = Case { pat: syn::parse_quote!(_), guard: None, body: otherwise };
        self.cases(&cond.expr, vec![some, none], expected, body)
    }

    /// `let pat = e else { … };` and the rest of its block; also `let A(x) | B(x) = e;`, which has no `else`.
    pub(super) fn let_else(
        &mut self,
        pat: &Pat,
        init: &syn::LocalInit,
        expected: Option<&Kind>,
        rest: &mut dyn FnMut(&mut Self) -> Term,
    ) -> Term {
        let otherwise = init.diverge.as_ref().map(|(_, diverge)| &**diverge);
        let some = Case { pat: pat.clone(), guard: None, body: None };
        let none = otherwise.map(|otherwise| Case { pat: syn::parse_quote!(_), guard: None, body: Some(otherwise) });
        let cases = std::iter::once(some).chain(none).collect();
        self.cases(&init.expr, cases, expected, &mut |this, body| match body {
            Some(otherwise) => this.expr(otherwise, None),
            None => rest(this),
        })
    }

    fn cases(&mut self, scrutinee: &Expr, mut cases: Vec<Case<'_>>, expected: Option<&Kind>, body: Body<'_, 'e>) -> Term {
        if let Some(term) = self.optional_cases(scrutinee, &cases, expected, body) {
            return term;
        }
        let subject = self.subject(scrutinee, &cases);
        if self.varies(&subject) {
            return self.active_cases(subject, cases, expected, body);
        }
        let Some(scrutinee) = self.scrutinee(subject, &mut cases) else { return Term::error() };
        let first = self.next_value();
        let mut patterns = Vec::new();
        let mut arms = Vec::new();
        for case in &cases {
            let (pattern, arm) = self.match_arm(scrutinee, &case.pat, case.guard, &mut |this| body(this, case.body));
            patterns.push(pattern);
            arms.push(arm);
        }
        self.join(On::Match { scrutinee, patterns }, arms, first, expected)
    }

    fn subject(&mut self, e: &Expr, cases: &[Case<'_>]) -> Term {
        let pats: Vec<&Pat> = cases.iter().map(|case| &case.pat).collect();
        self.expr(e, kind_of_patterns(&pats).as_ref())
    }

    /// What is matched on may carry derivatives: the number of the arm is found by the user's patterns, and what they bind is a part of the
    /// memory that is matched on.
    fn active_cases(&mut self, subject: Term, cases: Vec<Case<'_>>, expected: Option<&Kind>, body: Body<'_, 'e>) -> Term {
        let mut cases: Vec<Case<'_>> = cases.iter().flat_map(Case::alternatives).collect();
        let pats: Vec<Pat> = cases.iter().map(|case| case.pat.clone()).collect();
        let error = self.split_error(&subject, &pats);
        let (subject, mut tested) = self.tested(subject);
        for case in &mut cases {
            super::unpack::forget_names(&mut case.pat, case.guard);
            if error.is_some() {
                super::unpack::of_halves(&mut case.pat);
            }
        }
        if let (Some(error), Some(last)) = (error, cases.last_mut()) {
            // Of two options rustc does not know that one is there.
            last.pat = syn::parse_quote!(_);
            let error = self.mention(error).opaque;
            let (value, error_expr) = (&tested.opaque.expr, &error.expr);
            tested.opaque.expr = syn::parse_quote!((&#value, &#error_expr));
            tested.opaque.uses.extend(error.uses);
            // The error will have been moved away.
            tested.opaque.pure_ = false;
        }
        let Some(choice) = self.choice(tested, &mut cases) else { return Term::error() };
        let first = self.next_value();
        let mut patterns = Vec::new();
        let mut arms = Vec::new();
        for (case, pat) in cases.iter().zip(&pats) {
            let (pattern, arm) = self.match_arm(choice, &case.pat, None, &mut |this| {
                match (error, super::unpack::in_error(pat)) {
                    (Some(error), Some(pat)) => this.unpack_error(pat, error),
                    _ => this.unpack(pat, subject.clone()),
                }
                body(this, case.body)
            });
            patterns.push(pattern);
            arms.push(arm);
        }
        self.join(On::Match { scrutinee: choice, patterns }, arms, first, expected)
    }

    /// A call whose result is matched on right there, with its error bound: the two are taken apart, since the error is moved away.
    fn split_error(&mut self, subject: &Term, pats: &[Pat]) -> Option<Value> {
        let binds = |pat: &Pat| super::unpack::in_error(pat).is_some_and(|pat| !free::bound_by(pat).is_empty());
        let Term::Value(value) = subject else { return None };
        if !pats.iter().any(binds) {
            return None;
        }
        let span = self.data(*value).span;
        let is_call = matches!(self.stmts.last(), Some(Stmt::Call(call)) if call.result == Tree::Leaf(*value));
        let error = is_call.then(|| self.fresh("error", Class::Owner, Kind::Passive, span, false))?;
        if let Some(Stmt::Call(call)) = self.stmts.last_mut() {
            call.error = Some(error);
        }
        Some(error)
    }

    /// What is matched on, as the memory that patterns bind parts of, and as an expression that moves nothing.
    fn tested(&mut self, subject: Term) -> (Term, Inactive) {
        let subject = match subject {
            Term::Value(value) if self.data(value).class != Class::Plain => Term::whole(value),
            subject => subject,
        };
        let tested = match &subject {
            Term::Place(place) => {
                let (expr, uses) = self.place_expr(place);
                Inactive { opaque: Opaque { expr, uses, pure_: true, writes: false }, kind: Kind::Passive }
            }
            Term::Ref(_, to) => match self.dereferenced((**to).clone()) {
                Term::Place(place) => {
                    let (expr, uses) = self.place_expr(&place);
                    let expr = syntax::reference(false, expr);
                    Inactive { opaque: Opaque { expr, uses, pure_: true, writes: false }, kind: Kind::Passive }
                }
                _ => self.inactive(subject.clone()),
            },
            subject => self.inactive(subject.clone()),
        };
        (subject, tested)
    }

    /// What is matched on, as an inactive value.
    fn scrutinee(&mut self, term: Term, cases: &mut [Case<'_>]) -> Option<Value> {
        let scalar = super::kind::is_scalar(super::kind::pointee(&self.kind(&term)));
        if let Term::Value(value) = &term
            && self.data(*value).class == Class::Plain
        {
            return Some(*value);
        }
        let in_memory = matches!(&term, Term::Place(_) | Term::Ref(..)) && !scalar;
        let binds = !cases.iter().all(|case| free::bound_by(&case.pat).is_empty());
        if let Term::Ref(false, to) = &term
            && in_memory
            && binds
            && let Term::Place(place) = self.dereferenced((**to).clone())
        {
            // A reference is not recorded, it is made again.
            let is_view = place.proj == [Proj::Deref] && matches!(self.data(place.base).class, Class::View { .. });
            return Some(if is_view { place.base } else { self.view(false, Term::Place(place), "t") });
        }
        let mut inactive = self.inactive(term);
        if in_memory && !binds {
            return self.choice(inactive, cases);
        }
        let mut may_refer = inactive.opaque.uses.iter().any(|(_, used)| self.data(*used).may_refer);
        if binds && syntax::is_part(&inactive.opaque.expr) && !inactive.kind.is_scalar() {
            // Part of what a reference refers to cannot be moved out of it: it is looked at where it is.
            inactive.opaque.expr = syntax::reference(false, inactive.opaque.expr);
            inactive.kind = Kind::Passive;
            may_refer = true;
            for case in cases.iter_mut() {
                let pat = &case.pat;
                case.pat = match pat {
                    Pat::Or(_) | Pat::Range(_) => syn::parse_quote_spanned!(pat.span()=> &(#pat)),
                    pat => syn::parse_quote_spanned!(pat.span()=> &#pat),
                };
            }
        }
        if !super::kind::is_scalar(&inactive.kind) {
            inactive.kind = Kind::Passive;
        }
        let scrutinee = self.evaluate(inactive, "t");
        self.data_mut(scrutinee).may_refer |= may_refer;
        Some(scrutinee)
    }

    /// Something in memory is neither moved out of it, nor can a reference to it be recorded: the user's patterns yield the number
    /// of the arm, and that is matched on.
    fn choice(&mut self, scrutinee: Inactive, cases: &mut [Case<'_>]) -> Option<Value> {
        let Opaque { expr, mut uses, pure_, .. } = scrutinee.opaque;
        let mut arms: Vec<syn::Arm> = Vec::new();
        for (i, case) in cases.iter_mut().enumerate() {
            let (pat, number) = (&case.pat, proc_macro2::Literal::usize_suffixed(i));
            let guard = case.guard.take().map(|guard| {
                let around = self.seen_by_guard(guard, &case.pat);
                self.guard(guard, &[], around).map(|opaque| (guard, opaque.uses))
            });
            arms.push(match guard {
                None => syn::parse_quote!(#pat => #number,),
                Some(None) => return None,
                Some(Some((guard, own))) => {
                    uses.extend(own.into_iter().filter(|used| !uses.contains(used)).collect::<Vec<_>>());
                    syn::parse_quote!(#pat if #guard => #number,)
                }
            });
        }
        let last = cases.len() - 1;
        for (i, case) in cases.iter_mut().enumerate() {
            let number = proc_macro2::Literal::usize_unsuffixed(i);
            case.pat = if i == last { syn::parse_quote!(_) } else { syn::parse_quote!(#number) };
        }
        let expr = syn::parse_quote!(match #expr { #(#arms)* });
        let opaque = Opaque { expr, uses, pure_, writes: false };
        Some(self.evaluate(Inactive { opaque, kind: Kind::Integer }, "choice"))
    }

    fn match_arm(
        &mut self,
        scrutinee: Value,
        pat: &Pat,
        guard: Option<&Expr>,
        body: &mut dyn FnMut(&mut Self) -> Term,
    ) -> (Pattern, Arm) {
        let kind = match (pat, &self.data(scrutinee).kind) {
            (Pat::Ident(_), kind) => kind.clone(),
            _ => Kind::Passive,
        };
        let mut binds = Vec::new();
        let mut lowered_guard = None;
        let around = guard.map(|guard| self.seen_by_guard(guard, pat));
        let arm = self.arm(|this| {
            this.env.scopes.push(HashMap::new());
            binds = this.inactive_bindings(pat, &kind);
            this.pass_reach(scrutinee, &binds);
            lowered_guard = guard.zip(around).and_then(|(guard, around)| this.guard(guard, &free::bound_by(pat), around));
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
            self.data_mut(value).may_refer = *kind == Kind::Passive;
            let id = self.env.anonymous(&name, false, Binding::Term(Term::Value(value)));
            self.env.name(&ident.to_string(), id);
            binds.push((ident, value));
        }
        binds
    }

    /// What a guard reads that is no variable of the pattern's: views of it are made in front of the `match`. `None` if it cannot be read so.
    fn seen_by_guard(&mut self, guard: &Expr, pat: &Pat) -> Option<Vec<(Ident, Value)>> {
        let (bound, free) = (free::bound_by(pat), free::of_expr(guard));
        let names: Vec<Ident> = free.names.into_iter().filter(|name| !bound.contains(name)).collect();
        self.reads(&names)
    }

    /// A guard stays the user's expression: it is evaluated between the patterns. Those of the patterns' variables that are values are `bound`.
    fn guard(&mut self, guard: &Expr, bound: &[Ident], around: Option<Vec<(Ident, Value)>>) -> Option<Opaque> {
        let free = free::of_expr(guard);
        let own: Vec<Ident> = free.names.iter().filter(|name| bound.contains(name)).cloned().collect();
        let own = self.reads(&own);
        match around.zip(own) {
            Some((around, own)) if !free.exits && matches!(self.changes(&free), Ok(false)) => {
                let uses = around.into_iter().chain(own).collect();
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

/// What the literals among the patterns say about the value they are compared with.
fn kind_of_patterns(pats: &[&Pat]) -> Option<Kind> {
    let tuples = || pats.iter().filter_map(|pat| if let Pat::Tuple(tuple) = pat { Some(&tuple.elems) } else { None });
    let is_rest = |pat: &Pat| matches!(pat, Pat::Rest(_));
    let Some(n) = tuples().map(|elems| elems.len()).next() else { return pats.iter().find_map(|pat| kind_of_pattern(pat)) };
    if tuples().any(|elems| elems.len() != n || elems.iter().any(is_rest)) {
        return None;
    }
    let component = |i: usize| kind_of_patterns(&tuples().map(|elems| &elems[i]).collect::<Vec<_>>()).unwrap_or(Kind::Unknown);
    Some(Kind::Tuple((0..n).map(component).collect()))
}

fn kind_of_pattern(pat: &Pat) -> Option<Kind> {
    match pat {
        Pat::Lit(lit) => kind_of_literal(&Expr::Lit(lit.clone())),
        Pat::Range(range) => range.start.iter().chain(&range.end).find_map(|end| kind_of_literal(end)),
        Pat::Or(or) => or.cases.iter().find_map(kind_of_pattern),
        Pat::Paren(paren) => kind_of_pattern(&paren.pat),
        Pat::Ident(ident) => ident.subpat.as_ref().and_then(|(_, pat)| kind_of_pattern(pat)),
        _ => None,
    }
}

fn kind_of_literal(e: &Expr) -> Option<Kind> {
    match e {
        Expr::Lit(lit) => match &lit.lit {
            syn::Lit::Bool(_) => Some(Kind::Bool),
            syn::Lit::Int(int) if !int.suffix().starts_with('f') => Some(Kind::Integer),
            _ => None,
        },
        Expr::Unary(unary) => kind_of_literal(&unary.expr),
        _ => None,
    }
}
