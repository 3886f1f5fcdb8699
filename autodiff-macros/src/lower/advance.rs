//! Iterators in variables, which are asked for some of their items, and later for others.
//!
//! How many items of its source such an iterator was asked for is counted by a variable: what remains is the source without these.

use super::Lower;
use super::adaptor::as_source;
use super::env::VarId;
use super::iterator::{Chain, Head, Lazy};
use super::optional::Held;
use super::source::Source;
use super::stage::Stage;
use super::term::Term;
use crate::ir::Kind;
use std::rc::Rc;
use syn::Expr;

impl<'e> Lower<'e> {
    /// An iterator for a mutable variable.
    pub(super) fn countable(&mut self, lazy: Rc<Lazy>) -> Rc<Lazy> {
        match (&lazy.chain.head, lazy.at) {
            (Head::Indexed(_), None) => {
                let at = Some(self.counter("at"));
                Rc::new(Lazy { chain: lazy.chain.clone(), expr: lazy.expr.clone(), at })
            }
            (Head::Indexed(_) | Head::Items(_) | Head::Both(..) | Head::Successors(..) | Head::FromFn(_), _) => lazy,
        }
    }

    /// The items that nobody has asked for yet.
    pub(super) fn remaining(&mut self, lazy: &Lazy) -> Chain {
        let chain = lazy.chain.clone();
        let Some(at) = lazy.at.and_then(|at| self.env.read(at)) else { return chain };
        if at.same(&Term::constant(syn::parse_quote!(0usize), Kind::Integer)) {
            return chain;
        }
        let at = self.value(at, Some(&Kind::Integer));
        match chain.head {
            Head::Indexed(source) => Chain { head: Head::Indexed(self.skipped(source, at)), stages: chain.stages },
            head @ (Head::Items(_) | Head::Both(..) | Head::Successors(..) | Head::FromFn(_)) => Chain { head, ..chain },
        }
    }

    /// The same, by an expression that uses an iterator up only as far as it is asked. Others are gone afterwards, and stand for themselves.
    pub(super) fn advanced(&mut self, e: &Expr) -> Option<Chain> {
        let e = unparenthesized(e);
        let lazy = match e {
            Expr::Path(path) => match self.variable_of(path) {
                Some(Term::Iterator(lazy)) => lazy,
                _ => return self.chained(e),
            },
            _ => return self.chained(e),
        };
        match (&lazy.chain.head, lazy.at) {
            (Head::Indexed(_), Some(at)) => {
                let mut chain = self.remaining(&lazy);
                chain.stages.insert(0, Stage::Tally(at));
                Some(chain)
            }
            // What it remembers is in variables of the user's.
            (Head::FromFn(_), _) => Some(lazy.chain.clone()),
            (Head::Indexed(_) | Head::Items(_) | Head::Both(..) | Head::Successors(..), _) => {
                let what = "this iterator is asked for some of its items here, and may be asked for others later";
                self.error(e, what, "loop over it once, or over a range of indices");
                Some(lazy.chain.clone())
            }
        }
    }

    /// The expression is such a variable, and its items are found by their index.
    pub(super) fn counts_items(&self, e: &Expr) -> bool {
        let Expr::Path(path) = unparenthesized(e) else { return false };
        matches!(self.variable_of(path), Some(Term::Iterator(lazy)) if lazy.at.is_some() && as_source(lazy.chain.clone()).is_ok())
    }

    /// `it.next()` and `it.nth(n)` of a variable whose items are found by their index.
    pub(super) fn next_of_variable(
        &mut self,
        e: &Expr,
        leave_out: Option<&Expr>,
        expected: Option<&Kind>,
        then: Held<'_, 'e>,
    ) -> Option<Term> {
        let Expr::Path(path) = unparenthesized(e) else { return None };
        let Term::Iterator(lazy) = self.variable_of(path)? else { return None };
        let (at, source) = (lazy.at?, as_source(lazy.chain.clone()).ok()?);
        if let Some(n) = leave_out {
            self.leave_out(at, &source, n);
        }
        let before = self.env.read(at)?;
        let some = match source.is_endless() {
            true => Term::bool(true),
            false => {
                let len = self.source_len(&source);
                self.inactive_pair(before, Term::Value(len), |at, len| syn::parse_quote!(#at < #len), Kind::Bool)
            }
        };
        Some(self.either(some, expected, |this, some| {
            let item = some.then(|| {
                let index = this.counted_on(at);
                let index = this.value(index, Some(&Kind::Integer));
                this.item(&source, index)
            });
            then(this, item)
        }))
    }

    /// So many items are asked for and not looked at.
    fn leave_out(&mut self, at: VarId, source: &Source, n: &Expr) {
        let n = self.integer(n);
        let Some(before) = self.env.read(at) else { return };
        let after = self.inactive_pair(before, Term::Value(n), |at, n| syn::parse_quote!(#at + #n), Kind::Integer);
        let after = match source.is_endless() {
            true => after,
            false => {
                let len = self.source_len(source);
                self.inactive_pair(after, Term::Value(len), |at, len| syn::parse_quote!((#at).min(#len)), Kind::Integer)
            }
        };
        let after = self.value(after, Some(&Kind::Integer));
        self.env.set(at, Term::Value(after));
    }
}

fn unparenthesized(e: &Expr) -> &Expr {
    match e {
        Expr::Paren(paren) => unparenthesized(&paren.expr),
        Expr::Group(group) => unparenthesized(&group.expr),
        e => e,
    }
}
