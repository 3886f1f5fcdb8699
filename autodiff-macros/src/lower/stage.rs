//! What a chain of iterators does with each item: a stage runs what comes behind it on what it makes of the item, or not at all.

use super::Lower;
use super::closure::Func;
use super::env::{FrameKind, VarId};
use super::iterator::{Chain, Item, Over};
use super::source::{By, Source};
use super::term::{Inactive, Term};
use crate::ir::{Kind, Value};
use syn::Expr;

/// One adaptor. Variables hold what it remembers from one item to the next.
#[derive(Clone, Debug)]
pub(super) enum Stage {
    /// `.map(f)`.
    Map(Func),
    /// `.copied()`, `.cloned()`.
    Copied,
    /// `.filter(f)`.
    Filter(Func),
    /// `.filter_map(f)`.
    FilterMap(Func),
    /// `.flatten()`.
    Flatten { rev: bool },
    /// `.flat_map(f)`.
    FlatMap { f: Func, rev: bool },
    /// `.inspect(f)`.
    Inspect(Func),
    /// `.enumerate()`: how many there were.
    Enumerate(VarId),
    /// What was taken out of an iterator that is asked again: how many there were.
    Tally(VarId),
    /// `.zip(…)` with what has a length: the number of the next item.
    Zip { other: Source, next: VarId },
    /// The other way round: the chain is the second of the two, and no longer than `len`.
    ZipBehind { first: Source, next: VarId, len: Value },
    /// `.skip(n)`: how many were.
    Skip(VarId, Value),
    /// `.take(n)`: how many were.
    Take(VarId, Value),
    /// `.step_by(k)`: how many still to leave out.
    StepBy(VarId, Value),
    /// `.skip_while(f)`: it still does.
    SkipWhile(VarId, Func),
    /// `.take_while(f)`.
    TakeWhile(Func),
    /// `.map_while(f)`.
    MapWhile(Func),
    /// `.scan(state, f)`: the state, in memory.
    Scan(Term, Func),
    /// Another stage, on the component of that number of a pair.
    Within(Box<Stage>, usize),
}

/// A stage, and which frame it leaves if there are to be no more items.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) stage: Stage,
    pub(super) level: usize,
}

impl Stage {
    /// It lets no more items through than that.
    pub(super) fn limit(&self) -> Option<Value> {
        match self {
            Stage::Take(_, n) | Stage::ZipBehind { len: n, .. } => Some(*n),
            Stage::Map(_)
            | Stage::Copied
            | Stage::Filter(_)
            | Stage::FilterMap(_)
            | Stage::Flatten { .. }
            | Stage::FlatMap { .. }
            | Stage::Inspect(_)
            | Stage::Enumerate(_)
            | Stage::Tally(_)
            | Stage::Zip { .. }
            | Stage::Skip(..)
            | Stage::StepBy(..)
            | Stage::SkipWhile(..)
            | Stage::TakeWhile(_)
            | Stage::MapWhile(_)
            | Stage::Within(..)
            | Stage::Scan(..) => None,
        }
    }

    /// What comes out for an item comes out at its index, if anything does, and nothing else is changed.
    pub(super) fn keeps_indices(&self) -> bool {
        match self {
            Stage::Map(f) | Stage::TakeWhile(f) | Stage::MapWhile(f) | Stage::Scan(_, f) => f.only_computes(),
            Stage::Copied => true,
            Stage::Within(stage, _) => stage.keeps_indices(),
            Stage::Filter(_)
            | Stage::FilterMap(_)
            | Stage::Flatten { .. }
            | Stage::FlatMap { .. }
            | Stage::Inspect(_)
            | Stage::Enumerate(_)
            | Stage::Tally(_)
            | Stage::Zip { .. }
            | Stage::ZipBehind { .. }
            | Stage::Skip(..)
            | Stage::Take(..)
            | Stage::StepBy(..)
            | Stage::SkipWhile(..) => false,
        }
    }

    /// The same for items in the opposite order, if it remembers nothing.
    pub(super) fn reversed(self) -> Option<Stage> {
        match self {
            Stage::Map(_) | Stage::Copied | Stage::Filter(_) | Stage::FilterMap(_) | Stage::Inspect(_) => Some(self),
            Stage::Flatten { rev } => Some(Stage::Flatten { rev: !rev }),
            Stage::FlatMap { f, rev } => Some(Stage::FlatMap { f, rev: !rev }),
            Stage::Enumerate(_)
            | Stage::Tally(_)
            | Stage::Zip { .. }
            | Stage::ZipBehind { .. }
            | Stage::Skip(..)
            | Stage::Take(..)
            | Stage::StepBy(..)
            | Stage::SkipWhile(..)
            | Stage::TakeWhile(_)
            | Stage::MapWhile(_)
            | Stage::Within(..)
            | Stage::Scan(..) => None,
        }
    }
}

impl<'e> Lower<'e> {
    /// Runs an item through stages.
    pub(super) fn staged(&mut self, steps: &[Step], item: Term, over: &Over<'_>, each: Item<'_, 'e>) {
        let Some((Step { stage, level }, rest)) = steps.split_first() else { return each(self, item) };
        match stage {
            Stage::Map(f) => {
                let item = self.call_func(f, vec![item], None);
                self.staged(rest, item, over, each);
            }
            Stage::Copied => {
                let item = self.deref(item);
                let item = self.settle(item, None);
                self.staged(rest, item, over, each);
            }
            Stage::Inspect(f) => {
                let item = self.by_reference(item);
                self.call_func(f, vec![Term::Ref(false, Box::new(item.clone()))], Some(&Kind::Unit));
                self.staged(rest, item, over, each);
            }
            Stage::Filter(f) => {
                let (item, keep) = self.judged(f, item);
                self.only_if(keep, &mut |this| this.staged(rest, item.clone(), over, each));
            }
            Stage::TakeWhile(f) => {
                let (item, keep) = self.judged(f, item);
                self.go_on_if(keep, *level, &mut |this| this.staged(rest, item.clone(), over, each));
            }
            Stage::SkipWhile(skips, f) => {
                let item = self.by_reference(item);
                let so_far = self.env.read(*skips).expect("set when the chain was made");
                let skip = self.either(so_far, Some(&Kind::Bool), |this, so_far| match so_far {
                    true => this.call_func(f, vec![Term::Ref(false, Box::new(item.clone()))], Some(&Kind::Bool)),
                    false => Term::bool(false),
                });
                let skip = Term::Value(self.value(skip, Some(&Kind::Bool)));
                self.env.set(*skips, skip.clone());
                let keep = self.not(skip);
                self.only_if(keep, &mut |this| this.staged(rest, item.clone(), over, each));
            }
            Stage::FilterMap(f) | Stage::MapWhile(f) => {
                let stops = matches!(stage, Stage::MapWhile(_));
                self.optional_call(f, vec![item], None, &mut |this, item| {
                    match item {
                        Some(item) => this.staged(rest, item, over, each),
                        None if stops => this.leave(*level, true),
                        None => {}
                    }
                    Term::Unit
                });
            }
            Stage::Scan(state, f) => {
                let state = Term::Ref(true, Box::new(state.clone()));
                self.optional_call(f, vec![state, item], None, &mut |this, item| {
                    match item {
                        Some(item) => this.staged(rest, item, over, each),
                        None => this.leave(*level, true),
                    }
                    Term::Unit
                });
            }
            Stage::Enumerate(count) => {
                let i = self.counted_on(*count);
                self.staged(rest, Term::Tuple(vec![i, item]), over, each);
            }
            Stage::Tally(count) => {
                self.counted_on(*count);
                self.staged(rest, item, over, each);
            }
            Stage::Zip { other, next } => self.zipped(other, *next, *level, &mut |this, other| {
                this.staged(rest, Term::Tuple(vec![item.clone(), other]), over, each);
            }),
            Stage::ZipBehind { first, next, len } => {
                let i = self.counted_on(*next);
                let i = self.value(i, Some(&Kind::Integer));
                self.stop_behind(*next, *len, *level);
                let first = self.item(first, i);
                self.staged(rest, Term::Tuple(vec![first, item]), over, each);
            }
            Stage::Take(count, n) => {
                self.counted_on(*count);
                self.stop_behind(*count, *n, *level);
                self.staged(rest, item, over, each);
            }
            Stage::Skip(count, n) => {
                let skipped = self.env.read(*count).expect("set when the chain was made");
                let keep = self.inactive_pair(skipped, Term::Value(*n), |a, b| syn::parse_quote!(#a >= #b), Kind::Bool);
                self.either(keep, None, |this, keep| {
                    match keep {
                        true => this.staged(rest, item.clone(), over, each),
                        false => {
                            this.counted_on(*count);
                        }
                    }
                    Term::Unit
                });
            }
            Stage::StepBy(left, k) => {
                let before = self.env.read(*left).expect("set when the chain was made");
                let before = self.inactive(before);
                let keep = Term::Inactive(before.clone().map(|left| syn::parse_quote!(#left == 0), Kind::Bool));
                self.either(keep, None, |this, keep| {
                    let from = if keep { this.mention(*k) } else { before.clone() };
                    let after = this.evaluate(from.map(|left| syn::parse_quote!(#left - 1), Kind::Integer), "left");
                    this.env.set(*left, Term::Value(after));
                    if keep {
                        this.staged(rest, item.clone(), over, each);
                    }
                    Term::Unit
                });
            }
            Stage::Within(stage, component) => {
                let Term::Tuple(parts) = item else { unreachable!("the items are pairs") };
                let inner = [Step { stage: (**stage).clone(), level: *level }];
                self.staged(&inner, parts[*component].clone(), over, &mut |this, part| {
                    let mut pair = parts.clone();
                    pair[*component] = part;
                    this.staged(rest, Term::Tuple(pair), over, each);
                });
            }
            Stage::Flatten { rev } => self.flattened(item, *rev, rest, over, each),
            Stage::FlatMap { f, rev } => self.flat_mapped(f, item, *rev, rest, over, each),
        }
    }

    /// What a predicate says of an item, and the item evaluated.
    fn judged(&mut self, f: &Func, item: Term) -> (Term, Term) {
        let item = self.by_reference(item);
        let keep = self.call_func(f, vec![Term::Ref(false, Box::new(item.clone()))], Some(&Kind::Bool));
        (item, keep)
    }

    fn only_if(&mut self, keep: Term, then: &mut dyn FnMut(&mut Self)) {
        self.either(keep, None, |this, keep| {
            if keep {
                then(this);
            }
            Term::Unit
        });
    }

    /// There are no more items if `keep` does not hold.
    fn go_on_if(&mut self, keep: Term, level: usize, then: &mut dyn FnMut(&mut Self)) {
        self.either(keep, None, |this, keep| {
            match keep {
                true => then(this),
                false => this.leave(level, true),
            }
            Term::Unit
        });
    }

    fn zipped(&mut self, other: &Source, next: VarId, level: usize, then: &mut dyn FnMut(&mut Self, Term)) {
        let i = self.env.read(next).expect("set when the chain was made");
        let i = self.value(i, Some(&Kind::Integer));
        let mut with = |this: &mut Self| {
            this.counted_on(next);
            let other = this.item(other, i);
            then(this, other);
        };
        if other.is_endless() {
            return with(self);
        }
        let len = self.source_len(other);
        let more = self.inactive_pair(Term::Value(i), Term::Value(len), |i, len| syn::parse_quote!(#i < #len), Kind::Bool);
        self.go_on_if(more, level, &mut with);
    }

    /// Adds one to a counter; what it was before.
    pub(super) fn counted_on(&mut self, counter: VarId) -> Term {
        let before = self.env.read(counter).expect("set when the chain was made");
        let inactive = self.inactive(before.clone());
        let name = self.env.vars[counter.0].name.clone();
        let after = self.evaluate(inactive.map(|n| syn::parse_quote!(#n + 1), Kind::Integer), &name);
        self.env.set(counter, Term::Value(after));
        before
    }

    /// Once a counter has come to `n`, this item is the last.
    fn stop_behind(&mut self, counter: VarId, n: Value, level: usize) {
        let count = self.env.read(counter).expect("set when the chain was made");
        let last = self.inactive_pair(count, Term::Value(n), |count, n| syn::parse_quote!(#count == #n), Kind::Bool);
        let last = Term::Value(self.value(last, Some(&Kind::Bool)));
        for i in level..self.frames.len() {
            match self.frames[i].kind {
                FrameKind::Loop { stop, .. } => {
                    let before = self.env.read(stop).expect("exit flags are always set");
                    let stops = match before.same(&Term::bool(false)) {
                        true => last.clone(),
                        false => self.inactive_pair(before, last.clone(), |a, b| syn::parse_quote!(#a || #b), Kind::Bool),
                    };
                    self.env.set(stop, stops);
                }
                FrameKind::Loops { .. } => {
                    let (go, before) = (self.frames[i].go, self.env.read(self.frames[i].go));
                    let before = before.expect("exit flags are always set");
                    let goes = self.inactive_pair(before, last.clone(), |a, b| syn::parse_quote!(#a && !#b), Kind::Bool);
                    self.env.set(go, goes);
                }
                FrameKind::Body { .. } | FrameKind::Block { .. } => {}
            }
        }
    }

    fn not(&mut self, term: Term) -> Term {
        let inactive: Inactive = self.inactive(term);
        Term::Inactive(inactive.map(|e: Expr| syn::parse_quote!(!#e), Kind::Bool))
    }

    /// The item, evaluated once, so that it can be looked at and then used.
    fn by_reference(&mut self, item: Term) -> Term {
        match item {
            Term::Ref(..) => item,
            item => self.settle(item, None),
        }
    }

    /// A loop over an item that is memory.
    fn flattened(&mut self, item: Term, rev: bool, rest: &[Step], over: &Over<'_>, each: Item<'_, 'e>) {
        let by = match &item {
            Term::Ref(true, _) => By::Mut,
            Term::Ref(false, _) => By::Ref,
            _ => By::Value,
        };
        match self.elements(item, by) {
            Some(source) => {
                let chain = Chain { head: super::iterator::Head::Indexed(source), stages: Vec::new() };
                self.inner(chain, rev, rest, over, each);
            }
            None => {
                let what = "what is flattened here is no slice, array, `Vec` or chain of iterators";
                self.errors.push(over.span, what, "write two nested loops");
            }
        }
    }

    /// A loop over what a closure makes of an item.
    fn flat_mapped(&mut self, f: &Func, item: Term, rev: bool, rest: &[Step], over: &Over<'_>, each: Item<'_, 'e>) {
        let Func::Inlined(closure) = f else {
            let item = self.call_func(f, vec![item], None);
            return self.flattened(item, rev, rest, over, each);
        };
        let outer = self.env.scopes.clone();
        self.entered(closure, vec![item], |this| {
            this.tail(&closure.def.body, &mut |this, body| {
                let mark = this.mark();
                if let Some(chain) = this.chained(body) {
                    this.in_scopes(outer.clone(), |this| this.inner(chain, rev, rest, over, each));
                    return Term::Unit;
                }
                this.rollback(&mark);
                let understood = this.optional(body, None, &mut |this, item| {
                    this.in_scopes(outer.clone(), |this| {
                        if let Some(item) = item {
                            this.staged(rest, item, over, each);
                        }
                    });
                    Term::Unit
                });
                if understood.is_none() {
                    this.rollback(&mark);
                    let item = this.expr(body, None);
                    this.in_scopes(outer.clone(), |this| this.flattened(item, rev, rest, over, each));
                }
                Term::Unit
            })
        });
    }

    fn inner(&mut self, chain: Chain, rev: bool, rest: &[Step], over: &Over<'_>, each: Item<'_, 'e>) {
        let chain = match rev {
            true => match self.reversed(chain) {
                Some(chain) => chain,
                None => {
                    let what = "the order of this chain of iterators cannot be reversed here";
                    return self.errors.push(over.span, what, "collect it into a `Vec` first");
                }
            },
            false => chain,
        };
        let inner = Over { label: None, name: "j".to_owned(), part: true, ..*over };
        self.drive(chain, rest, &inner, each);
    }
}
