//! Iterators over memory and ranges as indexed sources: a length, and the item at an index.

use super::closure::Func;
use super::place::pushed;
use super::range::Range;
use super::term::Term;
use super::{Lower, kind};
use crate::ir::{Class, Kind, Place, Proj, Value};
use syn::{Expr, ExprMethodCall, Pat};

/// Something with a length and an item for each index below it.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// `x.iter()`, `x.iter_mut()`, or the elements by value.
    Elements { place: Place, by: By },
    /// `x.windows(k)`, `x.chunks(k)`, `x.chunks_exact(k)`, `…_mut`.
    Blocks { place: Place, len: Value, size: Value, form: Blocks, mutable: bool },
    /// `lo..hi`.
    Range(Range),
    /// `lo..`.
    From(Value),
    /// `.enumerate()`.
    Enumerate(Box<Source>),
    /// `.zip(…)`.
    Zip(Box<Source>, Box<Source>),
    /// `.rev()`.
    Rev(Box<Source>),
    /// `.skip(n)`.
    Skip(Box<Source>, Value),
    /// `.take(n)`.
    Take(Box<Source>, Value),
    /// `.step_by(k)`.
    StepBy(Box<Source>, Value),
    /// `.copied()`, `.cloned()`.
    Copied(Box<Source>),
    /// `.map(f)`.
    Map(Box<Source>, Func),
    /// `.chain(…)`.
    Chain(Box<Source>, Box<Source>),
    /// `once(x)`.
    Once(Term),
    /// `repeat(x)`.
    Repeat(Term),
}

/// How elements are handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Value,
    Ref,
    Mut,
}

/// How a slice is cut into blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blocks {
    Windows,
    Chunks,
    Exact,
}

impl Source {
    /// Its items are references through which memory can be changed.
    pub(super) fn lends(&self) -> bool {
        match self {
            Source::Elements { by, .. } => *by == By::Mut,
            Source::Blocks { mutable, .. } => *mutable,
            Source::Once(item) | Source::Repeat(item) => item.lends(),
            Source::Range(_) | Source::From(_) => false,
            Source::Enumerate(inner)
            | Source::Rev(inner)
            | Source::Skip(inner, _)
            | Source::Take(inner, _)
            | Source::StepBy(inner, _)
            | Source::Copied(inner)
            | Source::Map(inner, _) => inner.lends(),
            Source::Zip(a, b) | Source::Chain(a, b) => a.lends() || b.lends(),
        }
    }

    /// Two sources, of which the longer one is cut.
    pub(super) fn is_cut(&self) -> bool {
        matches!(self, Source::Zip(a, b) if !a.is_endless() && !b.is_endless())
    }

    /// There is no last item.
    pub(super) fn is_endless(&self) -> bool {
        match self {
            Source::From(_) | Source::Repeat(_) => true,
            Source::Enumerate(inner)
            | Source::Copied(inner)
            | Source::Map(inner, _)
            | Source::Skip(inner, _)
            | Source::StepBy(inner, _) => inner.is_endless(),
            Source::Zip(a, b) => a.is_endless() && b.is_endless(),
            Source::Chain(a, b) => a.is_endless() || b.is_endless(),
            Source::Elements { .. }
            | Source::Blocks { .. }
            | Source::Range(_)
            | Source::Rev(_)
            | Source::Take(..)
            | Source::Once(_) => false,
        }
    }
}

impl Lower<'_> {
    /// Understands an iterator; `None` if it is not known, or not over memory or integers.
    pub(super) fn source(&mut self, e: &Expr) -> Option<Source> {
        match e {
            Expr::Paren(paren) => self.source(&paren.expr),
            Expr::Range(range) if range.end.is_none() => {
                let lo = self.integer(range.start.as_deref()?);
                Some(Source::From(lo))
            }
            Expr::Range(_) => self.range(e).map(Source::Range),
            Expr::MethodCall(call) => self.made(call),
            Expr::Call(call) => self.called(call),
            Expr::Path(_) | Expr::Reference(_) | Expr::Field(_) | Expr::Index(_) => {
                let term = self.expr(e, None);
                let by = match &term {
                    Term::Ref(true, _) => By::Mut,
                    Term::Ref(false, _) => By::Ref,
                    _ => By::Value,
                };
                self.elements(term, by)
            }
            Expr::Array(_) | Expr::Repeat(_) => {
                let term = self.expr(e, None);
                match self.varies(&term) {
                    true => self.elements(term, By::Value),
                    false => None,
                }
            }
            _ => None,
        }
    }

    /// Iterators that methods make of memory.
    fn made(&mut self, call: &ExprMethodCall) -> Option<Source> {
        let name = call.method.to_string();
        match (name.as_str(), call.args.first()) {
            ("iter" | "into_iter" | "iter_mut", None) => {
                if super::range::is_range(&call.receiver) {
                    return self.source(&call.receiver);
                }
                let term = self.expr(&call.receiver, None);
                let by = match (name.as_str(), &term) {
                    ("iter_mut", _) | ("into_iter", Term::Ref(true, _)) => By::Mut,
                    ("iter", _) | (_, Term::Ref(false, _)) => By::Ref,
                    _ => By::Value,
                };
                self.elements(term, by)
            }
            ("drain", Some(Expr::Range(range))) => {
                let drained = self.drained(call, range)?;
                self.elements(drained, By::Value)
            }
            ("windows", Some(size)) => self.blocks(call, size, Blocks::Windows),
            ("chunks" | "chunks_mut", Some(size)) => self.blocks(call, size, Blocks::Chunks),
            ("chunks_exact" | "chunks_exact_mut", Some(size)) => self.blocks(call, size, Blocks::Exact),
            _ => None,
        }
    }

    /// `once(x)`, `repeat(x)`, and calls whose results are iterated over.
    fn called(&mut self, call: &syn::ExprCall) -> Option<Source> {
        match (super::iterator::of_iter(&call.func)?.as_str(), call.args.first()) {
            ("once", Some(item)) => Some(Source::Once(self.operand(item, None))),
            ("repeat", Some(item)) => Some(Source::Repeat(self.operand(item, None))),
            _ => None,
        }
    }

    pub(super) fn elements(&mut self, term: Term, by: By) -> Option<Source> {
        let Term::Place(place) = self.place_of(term) else { return None };
        // What is not known is most likely a sequence: rustc says if it cannot be indexed.
        if !matches!(self.place_kind(&place), Kind::Array(_) | Kind::Slice(_) | Kind::Vec(_) | Kind::Unknown) {
            return None;
        }
        // What iterates over an array by value has its own copy, whatever becomes of the variable.
        let changes = match self.data(place.base).class {
            Class::View { mutable } => mutable,
            _ => self.data(place.base).mutable,
        };
        if by == By::Value && changes && kind::is_copy(&self.place_kind(&place)) {
            let copy = self.owned(Term::Place(place), None);
            return Some(Source::Elements { place: Place::whole(copy), by });
        }
        Some(Source::Elements { place, by })
    }

    /// What is iterated over need not be a sequence, by the pattern that its items are taken apart with: it may be a map.
    pub(super) fn may_be_pairs(&self, source: &Source, pat: &Pat) -> bool {
        match (source, pat) {
            (source, Pat::Paren(inner)) => self.may_be_pairs(source, &inner.pat),
            (source, Pat::Reference(inner)) => self.may_be_pairs(source, &inner.pat),
            (source, Pat::Type(inner)) => self.may_be_pairs(source, &inner.pat),
            (Source::Elements { place, .. }, Pat::Tuple(_)) => {
                self.place_kind(place) == Kind::Unknown && !self.is_varied(place.base)
            }
            (Source::Enumerate(inner), Pat::Tuple(pair)) => pair.elems.get(1).is_some_and(|item| self.may_be_pairs(inner, item)),
            (
                Source::Rev(inner)
                | Source::Skip(inner, _)
                | Source::Take(inner, _)
                | Source::StepBy(inner, _)
                | Source::Copied(inner),
                pat,
            ) => self.may_be_pairs(inner, pat),
            (
                Source::Elements { .. }
                | Source::Enumerate(_)
                | Source::Blocks { .. }
                | Source::Range(_)
                | Source::From(_)
                | Source::Zip(..)
                | Source::Map(..)
                | Source::Chain(..)
                | Source::Once(_)
                | Source::Repeat(_),
                _,
            ) => false,
        }
    }

    fn blocks(&mut self, call: &ExprMethodCall, size: &Expr, form: Blocks) -> Option<Source> {
        let term = self.expr(&call.receiver, None);
        let Source::Elements { place, .. } = self.elements(term, By::Ref)? else { return None };
        // Known before the loop: in it the memory may be borrowed.
        let len = self.len(place.clone(), self.data(place.base).span);
        let size = self.integer(size);
        Some(Source::Blocks { place, len, size, form, mutable: call.method.to_string().ends_with("_mut") })
    }

    /// `x.iter().skip(n)` iterates over a smaller slice.
    pub(super) fn skipped(&mut self, source: Source, n: Value) -> Source {
        let Source::Elements { place, by } = source else { return Source::Skip(Box::new(source), n) };
        let len = self.len(place.clone(), self.data(n).span);
        let lo = self.computed(&[n, len], |n| {
            let (n, len) = (&n[0], &n[1]);
            syn::parse_quote!(#n.min(#len))
        });
        let place = self.resliced(place, by, Proj::Range { lo: Some(lo), hi: None, inclusive: false });
        Source::Elements { place, by }
    }

    /// A view of part of a slice.
    pub(super) fn resliced(&mut self, place: Place, by: By, range: Proj) -> Place {
        let name = self.data(place.base).name.clone();
        let part = Term::Place(pushed(place, range));
        Place::whole(self.view(by == By::Mut, part, &name))
    }
}
