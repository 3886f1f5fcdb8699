//! Understanding chains of iterators: which head, which stages.

use super::closure::Func;
use super::env::{Binding, VarId};
use super::iterator::{Chain, Head, Lazy, of_iter};
use super::source::{By, Source};
use super::stage::Stage;
use super::term::Term;
use super::{Lower, optional};
use crate::ir::{Kind, Opaque};
use std::rc::Rc;
use syn::{Expr, ExprMethodCall};

/// Methods that make an iterator of an iterator, with the number of their arguments.
pub(super) fn adapts(name: &str, args: usize) -> bool {
    let names = match args {
        0 => "copied cloned flatten enumerate rev fuse",
        1 => "map filter filter_map flat_map inspect zip chain skip take step_by skip_while take_while map_while",
        2 => "scan",
        _ => "",
    };
    names.split(' ').any(|known| known == name)
}

/// Methods that make an iterator of something else.
fn begins(name: &str, args: usize) -> bool {
    // Text is split by one thing, a tensor by two.
    if name == "split" && args != 1 {
        return false;
    }
    let names = "iter iter_mut into_iter windows chunks chunks_exact chunks_mut chunks_exact_mut rchunks chars bytes char_indices lines \
        keys values into_keys into_values split split_whitespace drain";
    names.split_whitespace().any(|known| known == name)
}

impl<'e> Lower<'e> {
    /// The expression is an iterator, as far as its form tells.
    pub(super) fn is_iterator(&self, e: &Expr) -> bool {
        match e {
            Expr::Paren(paren) => self.is_iterator(&paren.expr),
            Expr::Range(range) => range.start.is_some(),
            Expr::Call(call) => of_iter(&call.func).is_some(),
            Expr::Path(path) => matches!(self.variable_of(path), Some(Term::Iterator(_))),
            Expr::Reference(reference) if reference.mutability.is_some() => {
                matches!(&*reference.expr, Expr::Path(path) if matches!(self.variable_of(path), Some(Term::Iterator(_))))
            }
            Expr::MethodCall(call) => {
                let name = call.method.to_string();
                let same = matches!(name.as_str(), "clone" | "by_ref") && call.args.is_empty();
                let goes_on = adapts(&name, call.args.len()) || same;
                begins(&name, call.args.len()) || goes_on && self.is_iterator(&call.receiver)
            }
            _ => false,
        }
    }

    /// Understands a chain of iterators; what was lowered on the way is to be rolled back if it is none.
    pub(super) fn chained(&mut self, e: &Expr) -> Option<Chain> {
        if let Some(range) = self.range(e) {
            return Some(Chain::of(Source::Range(range)));
        }
        match e {
            Expr::Paren(paren) => self.chained(&paren.expr),
            Expr::MethodCall(call) if adapts(&call.method.to_string(), call.args.len()) => {
                let chain = self.chained(&call.receiver)?;
                self.adapted(chain, call, e)
            }
            Expr::Path(path) if let Some(Term::Iterator(lazy)) = self.variable_of(path) => Some(self.remaining(&lazy)),
            Expr::Reference(reference) if reference.mutability.is_some() && self.is_iterator(e) => self.advanced(&reference.expr),
            Expr::MethodCall(call) if call.method == "by_ref" && call.args.is_empty() => self.advanced(&call.receiver),
            Expr::MethodCall(call)
                if call.method == "clone"
                    && let Expr::Path(path) = &*call.receiver
                    && let Some(Term::Iterator(lazy)) = self.variable_of(path) =>
            {
                let chain = self.remaining(&lazy);
                self.restarted(&chain, e)
            }
            Expr::Call(call) => self.unfolded(call).or_else(|| self.source(e).map(Chain::of)),
            Expr::MethodCall(call) => match self.source(e) {
                Some(source) => Some(Chain::of(source)),
                None if begins(&call.method.to_string(), call.args.len()) => self.foreign(e),
                None => None,
            },
            _ => self.source(e).map(Chain::of),
        }
    }

    pub(super) fn variable_of(&self, path: &syn::ExprPath) -> Option<Term> {
        self.env.lookup(&path.path.get_ident()?.to_string()).and_then(|id| self.env.read(id))
    }

    /// The chain once more, if it remembers nothing.
    fn restarted(&mut self, chain: &Chain, e: &Expr) -> Option<Chain> {
        let forgets = |chain: &Chain| chain.stages.iter().all(|stage| stage.clone().reversed().is_some());
        match &chain.head {
            Head::Indexed(_) | Head::Items(_) if forgets(chain) => Some(chain.clone()),
            _ => {
                self.error(e, "an iterator that remembers something is cloned", "write the chain twice, or `collect` it");
                Some(chain.clone())
            }
        }
    }

    /// An iterator as the value of an expression: nobody has asked for its items yet.
    pub(super) fn lazy(&mut self, e: &ExprMethodCall) -> Option<Term> {
        let whole = Expr::MethodCall(e.clone());
        if !self.is_iterator(&whole) || !self.mentions_varied(&whole) || self.selects(&whole) {
            return None;
        }
        let mark = self.mark();
        match self.chained(&whole) {
            Some(chain) => Some(Term::Iterator(Rc::new(Lazy { chain, expr: whole, at: None }))),
            None => {
                self.rollback(&mark);
                None
            }
        }
    }

    /// An iterator of the user's, over what carries no derivatives.
    fn foreign(&mut self, e: &Expr) -> Option<Chain> {
        if self.mentions_varied(e) {
            return None;
        }
        let errors = self.errors.len();
        let term = self.whole(e, Some(&Kind::Passive), "this iterator is not known", "loop over a range of indices");
        let Term::Inactive(inactive) = term else { return None };
        let iterator = Opaque { pure_: super::free::of_expr(e).plain, ..inactive.opaque };
        (self.errors.len() == errors).then_some(Chain { head: Head::Items(iterator), stages: Vec::new() })
    }

    /// `successors(Some(first), next)` and `from_fn(next)`.
    fn unfolded(&mut self, call: &syn::ExprCall) -> Option<Chain> {
        let head = match (of_iter(&call.func)?.as_str(), call.args.len()) {
            ("successors", 2) => {
                let first = optional::some(&call.args[0])?;
                let first = self.operand(first, None);
                let next = self.accumulator("next", first);
                Head::Successors(next, self.func(&call.args[1]))
            }
            ("from_fn", 1) => Head::FromFn(self.func(&call.args[0])),
            _ => return None,
        };
        Some(Chain { head, stages: Vec::new() })
    }

    fn adapted(&mut self, chain: Chain, call: &ExprMethodCall, e: &Expr) -> Option<Chain> {
        if let (Head::Items(_), []) = (&chain.head, &chain.stages[..])
            && let Some(chain) = self.foreign(e)
        {
            return Some(chain);
        }
        if let (Head::Indexed(source), [], Some(Expr::Closure(f))) = (&chain.head, &chain.stages[..], call.args.first())
            && f.inputs.first().is_some_and(|pat| self.may_be_pairs(source, pat))
            && let Some(items) = self.foreign(&call.receiver)
        {
            return self.adapted(items, call, e);
        }
        let name = call.method.to_string();
        let stage = match (name.as_str(), call.args.first()) {
            ("copied" | "cloned", None) => Stage::Copied,
            ("fuse", None) => return Some(chain),
            ("flatten", None) => return Some(flattened(chain)),
            ("rev", None) => return self.reversed(chain),
            ("enumerate", None) => match as_source(chain) {
                Ok(source) => return Some(Chain::of(Source::Enumerate(Box::new(source)))),
                Err(chain) if chain.keeps_indices() => {
                    return Some(chain.around(1, |source| Source::Enumerate(Box::new(source))));
                }
                Err(chain) => return Some(chain.then(Stage::Enumerate(self.counter("i")))),
            },
            ("map", Some(f)) => Stage::Map(self.func(f)),
            ("filter", Some(f)) => Stage::Filter(self.func(f)),
            ("filter_map", Some(f)) => Stage::FilterMap(self.func(f)),
            ("flat_map", Some(f)) => Stage::FlatMap { f: self.func(f), rev: false },
            ("inspect", Some(f)) => Stage::Inspect(self.func(f)),
            ("take_while", Some(f)) => Stage::TakeWhile(self.func(f)),
            ("map_while", Some(f)) => Stage::MapWhile(self.func(f)),
            ("skip_while", Some(f)) => {
                let skips = self.env.synthetic("skips", Binding::Term(Term::bool(true)));
                Stage::SkipWhile(skips, self.func(f))
            }
            ("scan", Some(state)) => {
                let state = self.operand(state, None);
                let state = self.stored(state);
                self.data_mut(state.base).mutable = true;
                Stage::Scan(Term::Place(state), self.func(&call.args[1]))
            }
            ("zip", Some(other)) => return self.paired(chain, other),
            ("chain", Some(other)) => {
                let other = self.chained(other)?;
                return Some(Chain { head: Head::Both(Box::new(chain), Box::new(other)), stages: Vec::new() });
            }
            ("skip" | "take" | "step_by", Some(n)) => {
                let n = self.integer(n);
                return Some(match (as_source(chain), name.as_str()) {
                    (Ok(source), "skip") => Chain::of(self.skipped(source, n)),
                    (Ok(source), "take") => Chain::of(Source::Take(Box::new(source), n)),
                    (Ok(source), _) => Chain::of(Source::StepBy(Box::new(source), n)),
                    (Err(chain), "skip") => chain.then(Stage::Skip(self.counter("skipped"), n)),
                    (Err(chain), "take") if chain.keeps_indices() => {
                        let Head::Indexed(source) = chain.head else { unreachable!("the chain keeps indices") };
                        Chain { head: Head::Indexed(Source::Take(Box::new(source), n)), stages: chain.stages }
                    }
                    (Err(chain), "take") => chain.then(Stage::Take(self.counter("taken"), n)),
                    (Err(chain), _) => chain.then(Stage::StepBy(self.counter("left"), n)),
                });
            }
            _ => return None,
        };
        Some(chain.then(stage))
    }

    /// A counter that starts at zero.
    pub(super) fn counter(&mut self, name: &str) -> VarId {
        self.env.synthetic(name, Binding::Term(Term::constant(syn::parse_quote!(0usize), Kind::Integer)))
    }

    fn paired(&mut self, chain: Chain, other: &Expr) -> Option<Chain> {
        let other_chain = match other {
            Expr::Array(_) => {
                let array = self.expr(other, None);
                let array = self.owned(array, None);
                Chain::of(self.elements(Term::whole(array), By::Value)?)
            }
            other => self.chained(other)?,
        };
        match (as_source(chain), as_source(other_chain)) {
            (Ok(a), Ok(b)) => Some(Chain::of(Source::Zip(Box::new(a), Box::new(b)))),
            (Err(chain), Ok(other)) if chain.keeps_indices() => {
                Some(chain.around(0, |source| Source::Zip(Box::new(source), Box::new(other))))
            }
            (Ok(other), Err(chain)) if chain.keeps_indices() => {
                Some(chain.around(1, |source| Source::Zip(Box::new(other), Box::new(source))))
            }
            (Err(chain), Ok(other)) => {
                let next = self.counter("next");
                Some(chain.then(Stage::Zip { other, next }))
            }
            (Ok(first), Err(chain)) => {
                let (next, len) = (self.counter("next"), self.source_len(&first));
                Some(chain.then(Stage::ZipBehind { first, next, len }))
            }
            (Err(chain), Err(_)) => {
                self.error(other, "two iterators without a known length are zipped", "collect one of them into a `Vec` first");
                Some(chain)
            }
        }
    }
}

impl Chain {
    pub(super) fn of(source: Source) -> Chain {
        Chain { head: Head::Indexed(source), stages: Vec::new() }
    }

    pub(super) fn then(mut self, stage: Stage) -> Chain {
        self.stages.push(stage);
        self
    }

    /// An item that comes out has the index that it had in the source.
    fn keeps_indices(&self) -> bool {
        matches!(&self.head, Head::Indexed(source) if !source.lends()) && self.stages.iter().all(Stage::keeps_indices)
    }

    /// The same stages on one component of pairs.
    fn around(self, component: usize, pairs: impl FnOnce(Source) -> Source) -> Chain {
        let Head::Indexed(source) = self.head else { unreachable!("the chain keeps indices") };
        let stages = self.stages.into_iter().map(|stage| Stage::Within(Box::new(stage), component)).collect();
        Chain { head: Head::Indexed(pairs(source)), stages }
    }

    /// As many items come out as its source has.
    pub(super) fn keeps_all(&self) -> bool {
        self.stages.iter().all(|stage| matches!(stage, Stage::Map(_) | Stage::Copied | Stage::Inspect(_) | Stage::Enumerate(_)))
    }
}

/// `.map(f).flatten()` is `.flat_map(f)`.
fn flattened(mut chain: Chain) -> Chain {
    let stage = match chain.stages.pop() {
        Some(Stage::Map(f @ Func::Inlined(_))) => Stage::FlatMap { f, rev: false },
        last => {
            chain.stages.extend(last);
            Stage::Flatten { rev: false }
        }
    };
    chain.then(stage)
}

/// The chain as something with a length and an item for each index, if it is that.
pub(super) fn as_source(chain: Chain) -> Result<Source, Chain> {
    // A closure may change what its items lend to it.
    let lends = matches!(&chain.head, Head::Indexed(source) if source.lends());
    let indexed = |stage: &Stage| match stage {
        Stage::Map(f) => f.only_computes() && !lends,
        Stage::Copied => true,
        _ => false,
    };
    let head = match chain.head.clone() {
        _ if !chain.stages.iter().all(indexed) => None,
        Head::Indexed(source) => Some(source),
        Head::Both(a, b) => match (as_source(*a), as_source(*b)) {
            (Ok(a), Ok(b)) => Some(Source::Chain(Box::new(a), Box::new(b))),
            _ => None,
        },
        Head::Items(_) | Head::Successors(..) | Head::FromFn(_) => None,
    };
    let Some(head) = head else { return Err(chain) };
    Ok(chain.stages.into_iter().fold(head, |source, stage| match stage {
        Stage::Map(f) => Source::Map(Box::new(source), f),
        _ => Source::Copied(Box::new(source)),
    }))
}
