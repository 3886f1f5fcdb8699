//! Items that a chain chooses among, by number: of any type, since what is chosen is looked up where it is.

use super::closure::Func;
use super::env::Binding;
use super::iterator::{Chain, Over};
use super::optional::Held;
use super::range::Range;
use super::source::{By, Source};
use super::term::Term;
use super::{Lower, kind};
use crate::ir::{Kind, Value};
use proc_macro2::Span;

impl Source {
    /// The item at an index can be asked for again: nothing changes, and nothing is moved.
    pub(super) fn is_repeatable(&self) -> bool {
        match self {
            Source::Elements { by, .. } => *by != By::Value,
            Source::Blocks { .. } | Source::Range(_) => true,
            Source::Enumerate(inner)
            | Source::Rev(inner)
            | Source::Skip(inner, _)
            | Source::Take(inner, _)
            | Source::StepBy(inner, _)
            | Source::Copied(inner) => inner.is_repeatable(),
            Source::Zip(a, b) | Source::Chain(a, b) => a.is_repeatable() && b.is_repeatable(),
            Source::Map(inner, f) => f.only_computes() && inner.is_repeatable(),
            Source::From(_) | Source::Once(_) | Source::Repeat(_) => false,
        }
    }
}

impl<'e> Lower<'e> {
    /// `find`: the first item that fulfils a condition.
    pub(super) fn pointed_at(
        &mut self,
        source: &Source,
        f: &Func,
        span: Span,
        expected: Option<&Kind>,
        then: Held<'_, 'e>,
    ) -> Term {
        let level = self.frames.len();
        let found = self.counter("found");
        let some = self.env.synthetic("some", Binding::Term(Term::bool(false)));
        let indices = self.indices(source);
        self.over(indices, &Over::new(span), &mut |this, index| {
            let at = this.value(index, Some(&Kind::Integer));
            let item = this.item(source, at);
            let fits = this.call_func(f, vec![lent(item)], Some(&Kind::Bool));
            this.either(fits, None, |this, fits| {
                if fits {
                    this.env.set(found, Term::Value(at));
                    this.env.set(some, Term::bool(true));
                    this.leave(level, true);
                }
                Term::Unit
            });
        });
        self.held_variable(some, found, expected, &mut |this, at| {
            let item = at.map(|at| this.numbered(source, at));
            then(this, item)
        })
    }

    /// `max_by` and its like.
    pub(super) fn best_at(
        &mut self,
        source: &Source,
        (name, f): (&str, &Func),
        span: Span,
        expected: Option<&Kind>,
        then: Held<'_, 'e>,
    ) -> Term {
        let indices = self.indices(source);
        let keep = &mut |this: &mut Self, best: Term, at: Term| {
            let (of_best, of_next) = (this.numbered(source, best.clone()), this.numbered(source, at.clone()));
            let keep = this.keeps(name, f, &of_best, &of_next);
            this.either(keep, None, |_, keep| if keep { best.clone() } else { at.clone() })
        };
        self.reduced(indices, span, keep, expected, &mut |this, at| {
            let item = at.map(|at| this.numbered(source, at));
            then(this, item)
        })
    }

    /// Items that a loop carries from one iteration to the next as what they are: numbers, and what has to be asked for only once.
    pub(super) fn is_carried(&mut self, source: &Source) -> bool {
        if !source.is_repeatable() {
            return true;
        }
        let mark = self.mark();
        let (_, item) = self.nested(|this| {
            let first = this.literal(0);
            this.item(source, first)
        });
        let is_number = self.is_number(&item);
        self.rollback(&mark);
        is_number
    }

    fn is_number(&self, item: &Term) -> bool {
        match item {
            Term::Tuple(parts) => parts.iter().all(|part| self.is_number(part)),
            Term::Ref(mutable, to) => !mutable && self.is_number(to),
            item => kind::is_scalar(kind::pointee(&self.kind(item))),
        }
    }

    fn indices(&mut self, source: &Source) -> Chain {
        let (lo, hi): (Value, Value) = (self.literal(0), self.source_len(source));
        Chain::of(Source::Range(Range { lo, hi, inclusive: false, step: None, rev: false, bare: false, other: false }))
    }

    fn numbered(&mut self, source: &Source, at: Term) -> Term {
        let at = self.value(at, Some(&Kind::Integer));
        self.item(source, at)
    }
}

fn lent(item: Term) -> Term {
    Term::Ref(false, Box::new(item))
}
