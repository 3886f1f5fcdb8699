//! Chains of iterators that end in at most one item: `reduce`, `max_by`, `last`, `find`, …

use super::adaptor::as_source;
use super::closure::Func;
use super::env::{Binding, VarId};
use super::exit::default_of;
use super::iterator::{Chain, Over};
use super::optional::Held;
use super::source::Source;
use super::stage::Stage;
use super::term::Term;
use super::width::Width;
use super::{Lower, kind, place};
use crate::ir::{Kind, Place, Proj, Value};
use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprMethodCall};

/// Which of two items to keep: what was best so far, and the next one.
type Keep<'k, 'e> = &'k mut dyn FnMut(&mut Lower<'e>, Term, Term) -> Term;

impl<'e> Lower<'e> {
    /// A method whose result is an option: of a chain, or of memory.
    pub(super) fn found(&mut self, e: &ExprMethodCall, expected: Option<&Kind>, then: Held<'_, 'e>) -> Option<Term> {
        let name = e.method.to_string();
        match (name.as_str(), e.args.first()) {
            ("first" | "last" | "first_mut" | "last_mut", None) | ("get" | "get_mut", Some(_))
                if !self.is_iterator(&e.receiver) =>
            {
                self.element(e, &name, expected, then)
            }
            ("split_first" | "split_last", None) if !self.is_iterator(&e.receiver) => {
                self.split_off_one(e, name == "split_last", expected, then)
            }
            ("pop", None) => self.popped(e, expected, then),
            ("reduce", Some(f)) => {
                let chain = self.chained(&e.receiver)?;
                let f = self.func(f);
                let step = &mut |this: &mut Self, best, item| this.call_func(&f, vec![best, item], None);
                Some(self.reduced(chain, e.span(), step, expected, then))
            }
            ("last", None) => {
                let chain = self.chained(&e.receiver)?;
                Some(self.reduced(chain, e.span(), &mut |_, _, item| item, expected, then))
            }
            ("max_by" | "min_by" | "max_by_key" | "min_by_key", Some(f)) => {
                let chain = self.chained(&e.receiver)?;
                let f = self.func(f);
                let chain = match as_source(chain) {
                    Ok(source) if !self.is_carried(&source) => {
                        return Some(self.best_at(&source, (&name, &f), e.span(), expected, then));
                    }
                    Ok(source) => Chain::of(source),
                    Err(chain) => chain,
                };
                let keep = &mut |this: &mut Self, best: Term, item: Term| {
                    let keep = this.keeps(&name, &f, &best, &item);
                    this.either(keep, None, |_, keep| if keep { best.clone() } else { item.clone() })
                };
                Some(self.reduced(chain, e.span(), keep, expected, then))
            }
            ("next", None) | ("nth", Some(_)) if self.counts_items(&e.receiver) => {
                self.next_of_variable(&e.receiver, e.args.first(), expected, then)
            }
            ("next", None) if self.is_iterator(&e.receiver) => {
                let chain = self.advanced(&e.receiver)?;
                self.first(chain, e.span(), expected, then)
            }
            ("nth", Some(n)) => {
                let chain = self.advanced(&e.receiver)?;
                let n = self.integer(n);
                let chain = match as_source(chain) {
                    Ok(source) => Chain::of(self.skipped(source, n)),
                    Err(chain) => chain.then(Stage::Skip(self.counter("skipped"), n)),
                };
                self.first(chain, e.span(), expected, then)
            }
            ("find", Some(f)) => {
                let (chain, f) = (self.advanced(&e.receiver)?, self.func(f));
                let chain = match as_source(chain) {
                    Ok(source) if !self.is_carried(&source) => {
                        return Some(self.pointed_at(&source, &f, e.span(), expected, then));
                    }
                    Ok(source) => Chain::of(source),
                    Err(chain) => chain,
                };
                self.first(chain.then(Stage::Filter(f)), e.span(), expected, then)
            }
            ("find_map", Some(f)) => {
                let chain = self.advanced(&e.receiver)?.then(Stage::FilterMap(self.func(f)));
                self.first(chain, e.span(), expected, then)
            }
            ("position", Some(f)) => {
                let chain = self.advanced(&e.receiver)?;
                let (at, f) = (self.counter("at"), self.func(f));
                let chain = chain.then(Stage::Enumerate(at));
                self.position(chain, &f, e.span(), expected, then)
            }
            _ => None,
        }
    }

    /// Whether `max_by` and its like stay with the best item so far.
    pub(super) fn keeps(&mut self, name: &str, f: &Func, best: &Term, item: &Term) -> Term {
        let lent = |term: &Term| match term {
            Term::Ref(..) => term.clone(),
            term => Term::Ref(false, Box::new(term.clone())),
        };
        let (best, item) = (lent(best), lent(item));
        if name.ends_with("key") {
            let (best, item) = (self.call_func(f, vec![best], None), self.call_func(f, vec![item], None));
            return match name {
                "max_by_key" => self.inactive_pair(best, item, |a, b| syn::parse_quote!(#a > #b), Kind::Bool),
                _ => self.inactive_pair(best, item, |a, b| syn::parse_quote!(#a <= #b), Kind::Bool),
            };
        }
        let order = self.call_func(f, vec![best, item], Some(&Kind::Passive));
        let order = self.inactive(order);
        Term::Inactive(order.map(
            |order| match name {
                "max_by" => syn::parse_quote!(#order == ::core::cmp::Ordering::Greater),
                _ => syn::parse_quote!(#order != ::core::cmp::Ordering::Greater),
            },
            Kind::Bool,
        ))
    }

    /// All items, put together two by two.
    pub(super) fn reduced(
        &mut self,
        chain: Chain,
        span: Span,
        step: Keep<'_, 'e>,
        expected: Option<&Kind>,
        then: Held<'_, 'e>,
    ) -> Term {
        match as_source(chain) {
            Ok(source) if !source.is_endless() => self.reduced_source(source, span, step, expected, then),
            Ok(source) => self.reduced_items(Chain::of(source), span, step, expected, then),
            Err(chain) => self.reduced_items(chain, span, step, expected, then),
        }
    }

    /// The first item is taken before the loop.
    fn reduced_source(
        &mut self,
        source: Source,
        span: Span,
        step: Keep<'_, 'e>,
        expected: Option<&Kind>,
        then: Held<'_, 'e>,
    ) -> Term {
        let len = self.source_len(&source);
        let some = self.mention(len).map(|len| syn::parse_quote!(#len > 0), Kind::Bool);
        self.either(Term::Inactive(some), expected, |this, some| {
            if !some {
                return then(this, None);
            }
            let zero = this.literal(0);
            let first = this.item(&source, zero);
            let first = this.carried_item(first, span);
            let best = this.accumulator("best", first);
            let one = this.literal(1);
            let rest = Chain::of(this.skipped(source.clone(), one));
            this.over(rest, &Over::new(span), &mut |this, item| this.step(best, item, span, step));
            let best = this.env.read(best);
            then(this, best)
        })
    }

    /// Whether there was an item is known after the loop.
    fn reduced_items(
        &mut self,
        chain: Chain,
        span: Span,
        step: Keep<'_, 'e>,
        expected: Option<&Kind>,
        then: Held<'_, 'e>,
    ) -> Term {
        let Some(best) = self.item_variable(&chain, span) else { return Term::error() };
        let some = self.env.synthetic("some", Binding::Term(Term::bool(false)));
        self.over(chain, &Over::new(span), &mut |this, item| {
            let item = this.carried_item(item, span);
            let had = this.env.read(some).expect("it has a value from the start");
            this.either(had, None, |this, had| {
                match had {
                    true => this.step(best, item.clone(), span, step),
                    false => this.assign_variable(best, item.clone(), span),
                }
                Term::Unit
            });
            this.env.set(some, Term::bool(true));
        });
        self.held_variable(some, best, expected, then)
    }

    fn step(&mut self, best: VarId, item: Term, span: Span, step: Keep<'_, 'e>) {
        let item = self.carried_item(item, span);
        let old = self.env.read(best).expect("there is a best item");
        let new = step(self, old, item);
        self.assign_variable(best, new, span);
    }

    /// The first item.
    fn first(&mut self, chain: Chain, span: Span, expected: Option<&Kind>, then: Held<'_, 'e>) -> Option<Term> {
        let level = self.frames.len();
        let chain = match as_source(chain) {
            Ok(source) => {
                let len = self.source_len(&source);
                let some = self.mention(len).map(|len| syn::parse_quote!(#len > 0), Kind::Bool);
                return Some(self.either(Term::Inactive(some), expected, |this, some| {
                    let zero = this.literal(0);
                    let item = some.then(|| this.item(&source, zero));
                    then(this, item)
                }));
            }
            Err(chain) => chain,
        };
        let Some(found) = self.item_variable(&chain, span) else { return Some(Term::error()) };
        let some = self.env.synthetic("some", Binding::Term(Term::bool(false)));
        self.over(chain, &Over::new(span), &mut |this, item| {
            let item = this.carried_item(item, span);
            this.assign_variable(found, item, span);
            this.env.set(some, Term::bool(true));
            this.leave(level, true);
        });
        Some(self.held_variable(some, found, expected, then))
    }

    /// The number of the first item that fulfils a condition.
    fn position(&mut self, chain: Chain, f: &Func, span: Span, expected: Option<&Kind>, then: Held<'_, 'e>) -> Option<Term> {
        let level = self.frames.len();
        let found = self.counter("found");
        let some = self.env.synthetic("some", Binding::Term(Term::bool(false)));
        self.over(chain, &Over::new(span), &mut |this, item| {
            let Term::Tuple(mut pair) = item else { unreachable!("the items are numbered") };
            let (item, at) = (pair.pop().expect("a pair"), pair.pop().expect("a pair"));
            let fits = this.call_func(f, vec![item], Some(&Kind::Bool));
            this.either(fits, None, |this, fits| {
                if fits {
                    this.env.set(found, at.clone());
                    this.env.set(some, Term::bool(true));
                    this.leave(level, true);
                }
                Term::Unit
            });
        });
        Some(self.held_variable(some, found, expected, then))
    }

    /// An item as a value that a loop can carry: what references refer to.
    fn carried_item(&mut self, item: Term, span: Span) -> Term {
        // A copy of something of unknown type; what is only referred to may be of a type without copies.
        let copied = !matches!(item, Term::Ref(..));
        let item = match item {
            Term::Ref(..) => self.deref(item),
            item => item,
        };
        match self.settle(item, None) {
            Term::Tuple(parts) => Term::Tuple(parts.into_iter().map(|part| self.carried_item(part, span)).collect()),
            Term::Ref(_, to) => self.carried_item(*to, span),
            term if kind::is_scalar(&self.kind(&term)) => term,
            term if copied && self.kind(&term) == Kind::Unknown => term,
            _ => {
                let help = "choose its index (`(0..n).max_by(…)`, or `enumerate` and `|(i, _)| i`), and index with that";
                self.errors.push(
                    span,
                    "an item that is no number, or a tuple of numbers, is chosen by a chain of iterators",
                    help,
                );
                Term::constant(syn::parse_quote!(0.0), Kind::Float)
            }
        }
    }

    /// A variable for an item of the chain, which has any value at first.
    fn item_variable(&mut self, chain: &Chain, span: Span) -> Option<VarId> {
        let mark = self.mark();
        let errors = self.errors.len();
        let mut first = None;
        self.over(chain.clone(), &Over::new(span), &mut |this, item| {
            let item = this.carried_item(item, span);
            first = this.any_like(&item);
        });
        if self.errors.len() > errors {
            return None;
        }
        self.rollback(&mark);
        Some(self.accumulator("best", first?))
    }

    /// `v.first()`, `v.get(i)`.
    fn element(&mut self, e: &ExprMethodCall, name: &str, expected: Option<&Kind>, then: Held<'_, 'e>) -> Option<Term> {
        let (place, index) = self.element_of(e)?;
        self.element_in(place, index, e, name, expected, then)
    }

    /// `v.get(i)` where a copy is made of what is found, of something that a call has returned and that carries derivatives: that is a sequence.
    pub(super) fn copied_element(&mut self, e: &Expr, expected: Option<&Kind>, then: Held<'_, 'e>) -> Option<Term> {
        let Expr::MethodCall(e) = e else { return None };
        let index = e.args.first().filter(|index| !matches!(index, Expr::Reference(_) | Expr::Range(_)))?;
        if e.method != "get" || e.args.len() != 1 {
            return None;
        }
        let receiver = self.expr(&e.receiver, None);
        let Term::Place(place) = self.place_of(receiver) else { return None };
        if self.place_kind(&place) != Kind::Unknown || !place.proj.is_empty() || !self.is_varied(place.base) {
            return None;
        }
        let index = self.integer(index);
        self.element_in(place, Some(index), e, "get", expected, then)
    }

    fn element_in(
        &mut self,
        place: Place,
        index: Option<Value>,
        e: &ExprMethodCall,
        name: &str,
        expected: Option<&Kind>,
        then: Held<'_, 'e>,
    ) -> Option<Term> {
        let len = self.len(place.clone(), e.span());
        let some = match index {
            Some(index) => {
                self.inactive_pair(Term::Value(index), Term::Value(len), |i, n| syn::parse_quote!(#i < #n), Kind::Bool)
            }
            None => Term::Inactive(self.mention(len).map(|len| syn::parse_quote!(#len > 0), Kind::Bool)),
        };
        Some(self.either(some, expected, |this, some| {
            let item = some.then(|| this.element_at(&place, name, index, len));
            then(this, item)
        }))
    }

    /// `v.split_first()`, `v.split_last()`: one element, and a slice of the others.
    fn split_off_one(&mut self, e: &ExprMethodCall, last: bool, expected: Option<&Kind>, then: Held<'_, 'e>) -> Option<Term> {
        let receiver = self.expr(&e.receiver, None);
        let Term::Place(place) = self.place_of(receiver) else { return None };
        if !matches!(self.place_kind(&place), Kind::Array(_) | Kind::Slice(_) | Kind::Vec(_)) {
            return None;
        }
        let len = self.len(place.clone(), e.span());
        let some = Term::Inactive(self.mention(len).map(|len| syn::parse_quote!(#len > 0), Kind::Bool));
        Some(self.either(some, expected, |this, some| {
            let item = some.then(|| {
                let name = if last { "last" } else { "first" };
                let one = this.element_at(&place, name, None, len);
                let rest = match last {
                    false => Proj::Range { lo: Some(this.literal(1)), hi: None, inclusive: false },
                    true => {
                        let hi = this.mention(len).map(|len| syn::parse_quote!(#len - 1), Kind::Integer);
                        Proj::Range { lo: None, hi: Some(this.evaluate(hi, "t")), inclusive: false }
                    }
                };
                let rest = Term::Ref(false, Box::new(Term::Place(place::pushed(place.clone(), rest))));
                Term::Tuple(vec![one, rest])
            });
            then(this, item)
        }))
    }

    /// The memory in which a method looks for one element, and the index if it is given.
    fn element_of(&mut self, e: &ExprMethodCall) -> Option<(Place, Option<Value>)> {
        let receiver = self.expr(&e.receiver, None);
        let Term::Place(place) = self.place_of(receiver) else { return None };
        let kind = self.memory_kind(&place, &e.method.to_string(), e.args.len());
        let memory = matches!(kind, Kind::Array(_) | Kind::Slice(_) | Kind::Vec(_));
        // Of a variable, too: what else has a first element that may not be there?
        let ends = e.args.is_empty() && kind == Kind::Unknown;
        // The key of a map is passed by reference.
        let indexed = e.args.first().is_some_and(|index| !matches!(index, Expr::Reference(_)));
        if !(memory || ends || indexed && kind == Kind::Unknown && !place.proj.is_empty())
            || matches!(e.args.first(), Some(Expr::Range(_)))
        {
            return None;
        }
        let index = e.args.first().map(|index| self.integer(index));
        Some((place, index))
    }

    /// `v.first()` and its like, where nothing happens if there is no element.
    pub(super) fn sure_element(&mut self, e: &Expr) -> Option<Term> {
        let Expr::MethodCall(e) = e else { return None };
        let name = e.method.to_string();
        match (name.as_str(), e.args.len()) {
            ("first" | "last" | "first_mut" | "last_mut", 0) | ("get" | "get_mut", 1) if !self.is_iterator(&e.receiver) => {
                let (place, index) = self.element_of(e)?;
                let len = self.len(place.clone(), e.span());
                Some(self.element_at(&place, &name, index, len))
            }
            _ => None,
        }
    }

    fn element_at(&mut self, place: &Place, name: &str, index: Option<Value>, len: Value) -> Term {
        let index = match index {
            Some(index) => index,
            None if name.starts_with("first") => self.literal(0),
            None => {
                let last = self.mention(len).map(|len| syn::parse_quote!(#len - 1), Kind::Integer);
                self.evaluate(last, "t")
            }
        };
        Term::Ref(name.ends_with("_mut"), Box::new(Term::Place(place::pushed(place.clone(), Proj::Index(index)))))
    }

    /// Some value of the type of a term; methods may be called on it before anything else says what type that is.
    fn any_like(&self, term: &Term) -> Option<Term> {
        match term {
            Term::Tuple(parts) => parts.iter().map(|part| self.any_like(part)).collect::<Option<_>>().map(Term::Tuple),
            term => {
                let kind = self.kind(term);
                let float = self.width_of_term(term).map(Width::zero).or_else(|| {
                    let ty = self.float.as_ref()?;
                    Some(syn::parse_quote!(0.0 as #ty))
                });
                match (&kind, float) {
                    (Kind::Float, Some(zero)) => Some(Term::constant(zero, kind)),
                    // Of the type of the items, which have to be copies.
                    (Kind::Unknown, _) => Some(Term::constant(syn::parse_quote!(::core::default::Default::default()), kind)),
                    (kind, _) => default_of(kind),
                }
            }
        }
    }
}
