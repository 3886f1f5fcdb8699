//! Operands are what they are when they are evaluated, whatever the operands behind them change.
//!
//! Scalars are loaded when they are evaluated; memory stays where it is, to be read where it is used. In `v + bump(&mut v)` that would be
//! too late: the user may only write it if `v` is `Copy`, and the sum is that of the copy. So an operand that is memory is copied if what
//! is evaluated behind it writes there.

use super::Lower;
use super::free::{self, Free};
use super::term::Term;
use crate::analyze::memory;
use crate::ir::visit::by_mut;
use crate::ir::{Arg, Callee, Class, Kind, Op, Place, Receiver, Stmt, Value};
use proc_macro2::Ident;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprMethodCall};

impl Lower<'_> {
    /// The arguments of a call.
    pub(super) fn arguments<'a>(&mut self, args: impl IntoIterator<Item = &'a Expr>) -> Vec<Term> {
        self.in_order(args, |this, arg| this.argument(arg))
    }

    /// Operands, each by `lower`.
    pub(super) fn in_order<T>(
        &mut self,
        operands: impl IntoIterator<Item = T>,
        mut lower: impl FnMut(&mut Self, T) -> Term,
    ) -> Vec<Term> {
        let mut evaluated = Vec::new();
        for operand in operands {
            let term = lower(self, operand);
            evaluated.push((term, self.stmts.len()));
        }
        // From behind, as what is put in moves what follows.
        let terms = evaluated.into_iter().rev().map(|(term, since)| self.as_it_was(term, since));
        let mut terms: Vec<Term> = terms.collect();
        terms.reverse();
        terms
    }

    /// A term as it was when `since` statements had been made.
    pub(super) fn as_it_was(&mut self, term: Term, since: usize) -> Term {
        match term {
            Term::Place(place) if self.is_written(&place, since, true) => self.copied_at(place, since),
            Term::Inactive(inactive)
                if inactive.opaque.uses.iter().any(|(_, used)| self.is_written(&Place::whole(*used), since, true)) =>
            {
                self.inserted(since, |this| this.evaluate(inactive, "t"))
            }
            Term::Tuple(parts) => Term::Tuple(parts.into_iter().map(|part| self.as_it_was(part, since)).collect()),
            Term::Place(_)
            | Term::Inactive(_)
            | Term::Unit
            | Term::Value(_)
            | Term::Ref(..)
            | Term::Closure(_)
            | Term::Iterator(_) => term,
        }
    }

    /// The same of what a method is called on. It is lent to most methods, and its arguments may change it only if it is not: by an
    /// assignment or a `&mut`. That they call methods on it says nothing, where it is not known how those take it. Most only look at it
    /// (`m.set(i, m.get(i))`), and the others rustc finds (`v.plus(v.bumped())`): to copy it would be right for them, and wrong for the former.
    pub(super) fn receiver_as_it_was(&mut self, receiver: Term, since: usize) -> Term {
        let place = match &receiver {
            Term::Place(place) => Term::Place(place.clone()),
            Term::Ref(_, to) => self.dereferenced((**to).clone()),
            Term::Inactive(_) | Term::Tuple(_) | Term::Unit | Term::Value(_) | Term::Closure(_) | Term::Iterator(_) => {
                return receiver;
            }
        };
        let Term::Place(place) = place else { return receiver };
        if self.is_written(&place, since, false) {
            return self.copied_at(place, since);
        }
        let mut behind = self.stmts.split_off(since);
        self.hold(&mut behind, &place);
        self.stmts.append(&mut behind);
        receiver
    }

    /// Methods are not to change what they are called on if they could change `place` so.
    fn hold(&self, stmts: &mut [Stmt], place: &Place) {
        for stmt in stmts {
            if let Stmt::Call(call) = stmt
                && call.receiver == Receiver::Unseen
                && let Some(Arg::Borrow { mutable: true, place: lent }) = call.args.first()
                && self.overlap(lent, place)
            {
                call.receiver = Receiver::Unchanged;
            }
            for scope in by_mut::scopes(stmt) {
                scope.blocks.into_iter().for_each(|block| self.hold(&mut block.stmts, place));
            }
        }
    }

    fn copied_at(&mut self, place: Place, since: usize) -> Term {
        self.inserted(since, |this| match this.place_kind(&place) {
            Kind::Unknown => {
                let (varied, span) = (this.is_varied(place.base), this.data(place.base).span);
                this.let_("t", Class::Owner, Kind::Unknown, Op::Load(place), span, varied)
            }
            _ => this.owned(Term::Place(place), None),
        })
    }

    /// What `make` makes, made when `since` statements had been.
    fn inserted(&mut self, since: usize, make: impl FnOnce(&mut Self) -> Value) -> Term {
        let (stmts, value) = self.nested(make);
        self.stmts.splice(since..since, stmts);
        match self.data(value).class {
            Class::Owner => Term::whole(value),
            _ => Term::Value(value),
        }
    }

    /// Statements behind the first `since` write to memory.
    fn is_written(&self, memory: &Place, since: usize, by_receivers: bool) -> bool {
        matches!(self.data(memory.base).class, Class::Owner | Class::View { .. })
            && self.stmts[since..].iter().any(|stmt| self.writes(stmt, memory, by_receivers))
    }

    fn writes(&self, stmt: &Stmt, memory: &Place, by_receivers: bool) -> bool {
        let is_receiver = |written: Value| {
            let Stmt::Call(call) = stmt else { return false };
            let lent = |arg: &Arg| matches!(arg, Arg::Borrow { mutable: true, place } if place.base == written);
            let Some((Arg::Borrow { place, .. }, rest)) = call.args.split_first() else { return false };
            let is_known = call.receiver == Receiver::Known && self.overlap(place, memory);
            matches!(call.callee, Callee::Method) && !is_known && !rest.iter().any(lent)
        };
        let written = memory::writes(&self.values, stmt).into_iter().map(|(written, _)| written);
        let mut written = written.filter(|written| by_receivers || !is_receiver(*written));
        let mut nested = stmt.blocks().into_iter().flat_map(|block| &block.stmts);
        written.any(|written| self.shares(written, memory.base)) || nested.any(|stmt| self.writes(stmt, memory, by_receivers))
    }

    /// Two values look into the same memory, perhaps through others.
    fn shares(&self, a: Value, b: Value) -> bool {
        let roots = &self.roots[a.0 as usize];
        a == b || self.is_root(a, b) || roots.iter().any(|root| self.shares(*root, b))
    }

    /// `option.unwrap_or(default)` where it counts that the default is evaluated behind the option.
    pub(super) fn eager_default(&mut self, e: &ExprMethodCall) -> Option<Expr> {
        let (name, of, mut args) = (&e.method, &e.receiver, e.args.clone());
        if !matches!((name.to_string().as_str(), args.len()), ("unwrap_or", 1) | ("map_or", 2)) || is_held(&args[0]) {
            return None;
        }
        let meets = |touched: Vec<Ident>, e: &Expr| touched.iter().any(|name| free::of_expr(e).names.contains(name));
        if !meets(self.touched(of), &args[0]) && !meets(self.touched(&args[0]), of) {
            return None;
        }
        let default = std::mem::replace(&mut args[0], syn::parse_quote!(__held_default));
        Some(syn::parse_quote_spanned!(e.span()=> {
            let __held = #of;
            let __held_default = #default;
            __held.#name(#args)
        }))
    }

    /// The variables that an expression may change.
    pub(super) fn touched(&self, e: &Expr) -> Vec<Ident> {
        let Free { changed, assigned, suspected, handed, .. } = free::of_expr(e);
        let lent = |name: &Ident| {
            let term = self.env.lookup(&name.to_string()).and_then(|id| self.env.read(id));
            match term {
                Some(Term::Ref(mutable, _)) => mutable,
                Some(Term::Place(place)) => matches!(self.data(place.base).class, Class::View { mutable: true }),
                _ => false,
            }
        };
        [changed, assigned, suspected, handed.into_iter().filter(lent).collect()].concat()
    }
}

fn is_held(e: &Expr) -> bool {
    matches!(e, Expr::Path(path) if path.path.is_ident("__held_default"))
}
