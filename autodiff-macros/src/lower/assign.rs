//! Assignments: to variables, places, and patterns of those.

use super::env::{Binding, VarId};
use super::term::{Inactive, Term};
use super::{Lower, kind};
use crate::ir::{Alloc, Class, Kind, Memory, Op, Opaque, Place, Proj, Stmt};
use crate::rules::{self, Prim};
use proc_macro2::{Ident, Span};
use quote::ToTokens as _;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{BinOp, Expr, Token};

impl Lower<'_> {
    /// `target = value`.
    pub(super) fn assign(&mut self, e: &syn::ExprAssign) -> Term {
        if let Some(term) = self.assigned_from_fn(e) {
            return term;
        }
        let hint = self.target_kind(&e.left);
        let value = self.expr(&e.right, hint.as_ref());
        self.assign_to(&e.left, value);
        Term::Unit
    }

    /// Assigns a term to an expression on the left of `=`.
    pub(super) fn assign_to(&mut self, target: &Expr, value: Term) {
        match target {
            Expr::Paren(paren) => self.assign_to(&paren.expr, value),
            Expr::Infer(_) => self.discard(value),
            Expr::Tuple(syn::ExprTuple { elems, .. }) | Expr::Array(syn::ExprArray { elems, .. }) => {
                let value = self.settle(value, None);
                let parts = self.assigned_parts(value, elems, target);
                // All components are evaluated before the first one is overwritten.
                let parts: Vec<Term> = parts.into_iter().map(|part| self.by_value(part)).collect();
                for (target, part) in elems.iter().filter(|target| !is_rest(target)).zip(parts) {
                    self.assign_to(target, part);
                }
            }
            _ => match self.variable(target) {
                Some(id) => self.assign_variable(id, value, target.span()),
                None => self.assign_place(target, value),
            },
        }
    }

    /// The components for the targets of a destructuring assignment, of which one may be `..`.
    fn assigned_parts(&mut self, value: Term, targets: &Punctuated<Expr, Token![,]>, tokens: &Expr) -> Vec<Term> {
        let rest = targets.iter().position(is_rest);
        let (before, n) = match rest {
            Some(rest) => (rest, targets.len() - 1),
            None => (targets.len(), targets.len()),
        };
        if let Expr::Array(_) = tokens
            && !matches!(value, Term::Tuple(_))
        {
            return self.assigned_elements(value, before, n, tokens);
        }
        let all = match (rest, &value, self.kind(&value)) {
            (None, ..) => n,
            (Some(_), Term::Tuple(parts), _) => parts.len(),
            (Some(_), _, Kind::Tuple(kinds)) => kinds.len(),
            (Some(_), ..) => {
                self.error(tokens, "how many components this value has is not known", "write `_` for each that is left out");
                return vec![Term::error(); n];
            }
        };
        let mut parts = self.parts(value, all, tokens);
        parts.drain(before..all.saturating_sub(n - before));
        parts
    }

    fn assigned_elements(&mut self, value: Term, before: usize, n: usize, tokens: &Expr) -> Vec<Term> {
        let place = match self.place_of(value) {
            Term::Place(place) => place,
            Term::Inactive(inactive) => Place::whole(self.evaluate(inactive, "t")),
            _ => {
                self.error(tokens, "this value is no array", "bind it to a variable first");
                return vec![Term::error(); n];
            }
        };
        let elements = (0..n).map(|i| {
            let index = match i < before {
                true => self.literal(i),
                false => {
                    let len = self.len(place.clone(), tokens.span());
                    let back = proc_macro2::Literal::usize_unsuffixed(n - i);
                    self.computed(&[len], |len| {
                        let len = &len[0];
                        syn::parse_quote!(#len - #back)
                    })
                }
            };
            Term::Place(super::place::pushed(place.clone(), Proj::Index(index)))
        });
        elements.collect()
    }

    /// The term as what it evaluates to now.
    pub(super) fn by_value(&mut self, term: Term) -> Term {
        match term {
            Term::Ref(..) | Term::Unit | Term::Closure(_) | Term::Iterator(_) => term,
            Term::Inactive(_) => self.settle(term, None),
            Term::Tuple(parts) => Term::Tuple(parts.into_iter().map(|part| self.by_value(part)).collect()),
            term => Term::Value(self.owned(term, None)),
        }
    }

    /// The variable that a target names: `x`, or `t.0` of a tuple that was taken apart.
    fn variable(&self, target: &Expr) -> Option<VarId> {
        match target {
            Expr::Path(path) => self.env.lookup(&path.path.get_ident()?.to_string()),
            Expr::Paren(paren) => self.variable(&paren.expr),
            Expr::Field(field) => {
                let syn::Member::Unnamed(index) = &field.member else { return None };
                match &self.env.vars[self.variable(&field.base)?.0].binding {
                    Binding::Tuple(parts) => parts.get(index.index as usize).copied(),
                    Binding::Unset | Binding::Term(_) => None,
                }
            }
            _ => None,
        }
    }

    /// The kind that a target asks of the value.
    pub(super) fn target_kind(&mut self, target: &Expr) -> Option<Kind> {
        if let Expr::Tuple(tuple) = target {
            return Some(Kind::Tuple(tuple.elems.iter().map(|elem| self.target_kind(elem).unwrap_or(Kind::Unknown)).collect()));
        }
        if let Some(id) = self.variable(target) {
            let var = &self.env.vars[id.0];
            if let Some(ty) = &var.ty {
                return Some(kind::of_type(ty));
            }
            return self.env.read(id).and_then(|term| self.known_kind(&term));
        }
        // The kind of a place needs its base only; lowering it twice must not leave traces.
        let mark = self.mark();
        let (_, kind) = self.nested(|this| {
            let term = this.expr(target, None);
            this.kind(&term)
        });
        self.rollback(&mark);
        Some(kind).filter(|kind| !matches!(kind, Kind::Unknown | Kind::Passive))
    }

    /// `x = value`: a plain scalar gets a new binding, memory is overwritten.
    pub(super) fn assign_variable(&mut self, id: VarId, value: Term, span: Span) {
        let name = self.env.vars[id.0].name.clone();
        match self.env.vars[id.0].binding.clone() {
            Binding::Tuple(parts) => {
                let values = self.parts(value, parts.len(), &Ident::new(&name, span));
                let values: Vec<Term> = values.into_iter().map(|value| self.by_value(value)).collect();
                for (part, value) in parts.into_iter().zip(values) {
                    self.assign_variable(part, value, span);
                }
            }
            Binding::Term(Term::Place(place)) => self.store(place, value, span),
            Binding::Term(Term::Ref(..)) => self.errors.push(
                span,
                format!("the reference `{name}` is assigned again"),
                "declare a new variable for the other reference, choose with `let r = if … { &a } else { &b };`, or keep an index where a loop moves on: `&v[i..]`",
            ),
            Binding::Term(Term::Iterator(lazy)) => {
                let help = "declare a new variable for the other iterator";
                self.errors.push_spanned(&lazy.expr, "a variable that holds an iterator is assigned again", help);
            }
            Binding::Term(Term::Closure(_)) => {
                self.errors.push(span, "a closure is assigned", "declare a new variable for the other closure");
            }
            Binding::Unset | Binding::Term(Term::Unit | Term::Inactive(_) | Term::Value(_) | Term::Tuple(_)) => {
                let ty = self.env.vars[id.0].ty.clone();
                let known = self.env.read(id).and_then(|term| self.known_kind(&term)).filter(kind::is_scalar);
                let kind = ty.as_ref().map(kind::of_type).or(known);
                let first = matches!(self.env.vars[id.0].binding, Binding::Unset);
                let term = self.assigned(value, kind.as_ref(), id, span);
                let term = if first { self.first_assigned(term, id, span) } else { term };
                self.env.set(id, term);
            }
        }
    }

    /// What a variable stands for that was declared without a value: memory, if its address is taken.
    fn first_assigned(&mut self, term: Term, id: VarId, span: Span) -> Term {
        let var = &self.env.vars[id.0];
        let (name, lent) = (var.name.clone(), var.mutable && self.mut_borrowed.contains(&var.name));
        match self.as_unknown_if(lent, term) {
            Term::Value(value) if lent && self.data(value).class == Class::Plain => {
                let (kind, varied) = (self.data(value).kind.clone(), self.is_varied(value));
                let owner = self.let_(&name, Class::Owner, kind, Op::Alloc(Alloc::Scalar(value)), span, varied);
                self.data_mut(owner).mutable = true;
                Term::whole(owner)
            }
            Term::Value(value) if lent => {
                self.data_mut(value).mutable = true;
                Term::whole(value)
            }
            term => term,
        }
    }

    fn as_unknown_if(&mut self, lent: bool, term: Term) -> Term {
        match lent && matches!(term, Term::Value(_)) && self.kind(&term) == Kind::Passive {
            true => self.as_unknown(term),
            false => term,
        }
    }

    /// What a plain variable stands for after an assignment.
    fn assigned(&mut self, value: Term, kind: Option<&Kind>, id: VarId, span: Span) -> Term {
        match value {
            Term::Unit | Term::Closure(_) | Term::Iterator(_) => value,
            Term::Ref(..) if kind.is_none_or(|kind| matches!(kind, Kind::Ref(..))) => value,
            Term::Tuple(parts) => Term::Tuple(parts.into_iter().map(|part| self.assigned(part, None, id, span)).collect()),
            value => {
                let value = match value {
                    // `None` for an `Option` whose values carry derivatives.
                    Term::Inactive(inactive) if kind == Some(&Kind::Unknown) => {
                        Term::Inactive(Inactive { kind: Kind::Unknown, ..inactive })
                    }
                    value => value,
                };
                let value = self.owned(value, kind);
                let name = self.env.vars[id.0].name.clone();
                self.rename(value, &name, span);
                match self.data(value).class {
                    Class::Owner => {
                        self.data_mut(value).mutable = self.env.vars[id.0].mutable;
                        Term::whole(value)
                    }
                    _ => Term::Value(value),
                }
            }
        }
    }

    /// `place = value`, `*r = value`, `x[i] = value`.
    fn assign_place(&mut self, target: &Expr, value: Term) {
        let value = self.settle(value, None);
        if self.set_element(target, &value) {
            return;
        }
        if self.is_in_element(target) {
            self.refuse_element(target);
            return;
        }
        match self.expr(target, None) {
            Term::Place(place) => self.store(place, value, target.span()),
            Term::Ref(..) => {
                self.error(target, "a reference is assigned", "write `*r = …` to change what it refers to");
            }
            Term::Inactive(target) if is_computed(&target) && !self.varies(&value) => {
                self.change_what_is_computed(target, None, value);
            }
            term if !self.varies(&term) && !self.varies(&value) => self.error_free_store(target, term, value),
            term if self.is_stored_through(&term) => {}
            _ => {
                self.error(target, "this cannot be assigned to", "assign to a variable, an element or `*r`");
            }
        }
    }

    /// An inactive reference is assigned through.
    fn is_stored_through(&mut self, target: &Term) -> bool {
        let values: Vec<crate::ir::Value> = match target {
            Term::Value(value) => vec![*value],
            Term::Inactive(inactive) => inactive.opaque.uses.iter().map(|(_, value)| *value).collect(),
            _ => return false,
        };
        self.stored_through(values)
    }

    /// `*counts.entry(k).or_insert(0) += 1`: what is changed is found once.
    fn change_what_is_computed(&mut self, target: Inactive, op: Option<BinOp>, value: Term) {
        let mut value = self.inactive(value);
        if super::inactive::conflicts(&target.opaque.uses, &value.opaque.uses) {
            let evaluated = self.evaluate(value, "t");
            value = self.mention(evaluated);
        }
        let (target, value) = (target.opaque, value.opaque);
        let (left, right) = (&target.expr, &value.expr);
        let expr = match op {
            Some(op) => syn::parse_quote!(#left #op #right),
            None => syn::parse_quote!(#left = #right),
        };
        let mut uses = target.uses;
        let more: Vec<_> = value.uses.into_iter().filter(|mention| !uses.contains(mention)).collect();
        uses.extend(more);
        self.stmts.push(Stmt::Observe(Opaque { expr, uses, pure_: false, writes: true }));
    }

    /// A store into inactive memory that is not a place of the representation.
    fn error_free_store(&mut self, target: &Expr, term: Term, value: Term) {
        let (parts, mut whole) = self.compose(vec![term, value]);
        let (target_expr, value) = (&parts[0], &parts[1]);
        whole.expr = super::syntax::assign(target_expr, value, target.span());
        whole.pure_ = false;
        whole.writes = true;
        self.stmts.push(Stmt::Observe(whole));
    }

    /// Writes to memory.
    pub(super) fn store(&mut self, place: Place, value: Term, span: Span) {
        let kind = self.place_kind(&place);
        let varied = self.varies(&value);
        let value = match value {
            // It may have another shape than what it replaces: another variant.
            value if kind == Kind::Unknown && !varied && !matches!(value, Term::Ref(..)) => self.as_unknown(value),
            value => value,
        };
        let value = self.moved(value, Some(&kind));
        let scalar = kind::is_scalar(&kind) || kind == Kind::Unknown && self.data(value).class == Class::Plain;
        if varied && !kind.is_inactive() {
            self.mark_varied(place.base, span);
        }
        match scalar {
            true => self.stmts.push(Stmt::Store { place, value, old: None }),
            false => self.stmts.push(Stmt::Memory(Memory::Assign { place, src: value, old: None })),
        }
    }

    /// `target op= value`.
    pub(super) fn compound_assign(&mut self, e: &syn::ExprBinary, op: BinOp) -> Term {
        let hint = self.target_kind(&e.left);
        let hint = super::operator::arithmetic(hint.as_ref().map(kind::pointee)).cloned();
        let value = self.operand(&e.right, hint.as_ref());
        self.compound_assign_to(&e.left, op, value, e);
        Term::Unit
    }

    /// `target op= value` of an evaluated value.
    pub(super) fn compound_assign_to(&mut self, target: &Expr, op: BinOp, value: Term, tokens: &dyn quote::ToTokens) {
        if let Some(id) = self.variable(target) {
            let Some(old) = self.env.read(id) else { return };
            let result = self.combined(old, op, value, tokens);
            return self.assign_variable(id, result, target.span());
        }
        if self.change_element(target, op, &value, tokens) {
            return;
        }
        if self.is_in_element(target) {
            self.refuse_element(target);
            return;
        }
        match self.expr(target, None) {
            Term::Place(place) => {
                let result = self.combined(Term::Place(place.clone()), op, value, tokens);
                self.store(place, result, target.span());
            }
            Term::Inactive(target) if is_computed(&target) && !self.varies(&value) => {
                self.change_what_is_computed(target, Some(super::operator::with_assignment(op)), value);
            }
            term if !self.varies(&term) && !self.varies(&value) => {
                let old = term.clone();
                let result = self.combined(old, op, value, tokens);
                self.error_free_store(target, term, result);
            }
            term if self.is_stored_through(&term) => {}
            _ => {
                self.error(target, "this cannot be assigned to", "assign to a variable, an element or `*r`");
            }
        }
    }

    pub(super) fn combined(&mut self, old: Term, op: BinOp, value: Term, tokens: &dyn quote::ToTokens) -> Term {
        let kind = self.kind(&old);
        let kind = kind::pointee(&kind).clone();
        let old = self.settle(old, Some(&kind));
        match rules::by_assignment(&op.to_token_stream().to_string()) {
            Some(prim) if matches!(kind, Kind::Unknown | Kind::Passive) => {
                self.of_unknown_type(prim, op, old, value, &kind, tokens)
            }
            _ => self.arithmetic(op, old, value, Some(&kind), tokens),
        }
    }

    /// What is of unknown type after `old op= value`, which need not be `old op value`: the impl of the former may be the user's.
    fn of_unknown_type(
        &mut self,
        prim: Prim,
        op: BinOp,
        old: Term,
        value: Term,
        kind: &Kind,
        tokens: &dyn quote::ToTokens,
    ) -> Term {
        let value_kind = self.kind(&value);
        if self.varies(&old) || self.varies(&value) {
            // Beside a float that varies, a constant is a float or does not compile.
            return match (kind, kind::pointee(&value_kind)) {
                (Kind::Passive, Kind::Float) => self.arithmetic(op, old, value, Some(kind), tokens),
                _ => self.prim(prim, vec![old, value], Some(kind), tokens.span()),
            };
        }
        let kind = match kind {
            Kind::Unknown => super::operator::inactive_kind(kind, &value_kind, None),
            _ => Kind::Passive,
        };
        let (parts, whole) = self.compose(vec![old, value]);
        let (krate, name) = (&self.krate, Ident::new(prim.rule().name, tokens.span()));
        let (old, value) = (&parts[0], &parts[1]);
        let expr = syn::parse_quote_spanned!(tokens.span()=> #krate::rt::#name(#old, #value));
        Term::Inactive(Inactive { opaque: Opaque { expr, ..whole }, kind })
    }
}

/// Behind a reference that a function returns.
fn is_computed(target: &Inactive) -> bool {
    !target.opaque.pure_ && matches!(target.opaque.expr, Expr::Unary(_))
}

/// `..` among the targets of an assignment.
fn is_rest(target: &Expr) -> bool {
    matches!(target, Expr::Range(range) if range.start.is_none() && range.end.is_none())
}
