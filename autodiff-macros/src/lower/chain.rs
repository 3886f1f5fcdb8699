//! Chains of iterators that end in a value.

use super::env::{Binding, VarId};
use super::iterator::{Chain, Head, Over};
use super::pattern::name_of;
use super::term::Term;
use super::{Lower, free, kind};
use crate::ir::{Alloc, Class, Kind, Op, Place, Value};
use syn::spanned::Spanned as _;
use syn::{Expr, ExprMethodCall};

impl<'e> Lower<'e> {
    /// A variable or a part of one: `sum` and the like are methods of its own, unless an iterator was bound to it.
    fn is_no_iterator(&self, e: &Expr) -> bool {
        match e {
            Expr::Path(path) => !matches!(self.variable_of(path), None | Some(Term::Iterator(_))),
            Expr::Field(_) | Expr::Index(_) => true,
            Expr::Paren(paren) => self.is_no_iterator(&paren.expr),
            _ => false,
        }
    }

    /// A chain over memory that ends in a value.
    pub(super) fn chain(&mut self, e: &ExprMethodCall, expected: Option<&Kind>) -> Option<Term> {
        if self.is_no_iterator(&e.receiver) {
            return None;
        }
        let name = e.method.to_string();
        let whole = Expr::MethodCall(e.clone());
        if matches!(name.as_str(), "any" | "all" | "count" | "position" | "is_sorted")
            && let Some(term) = self.inspected(&whole, &name)
        {
            return Some(term);
        }
        let known = match e.args.len() {
            0 => matches!(name.as_str(), "sum" | "product" | "collect" | "count" | "unzip"),
            1 => matches!(name.as_str(), "for_each" | "any" | "all" | "partition"),
            2 => name == "fold",
            _ => false,
        };
        if !known || self.is_memory(&e.receiver) || !self.mentions_varied(&whole) {
            return None;
        }
        let mark = self.mark();
        let chain = match name.as_str() {
            "any" | "all" => self.advanced(&e.receiver),
            _ => self.chained(&e.receiver),
        };
        let Some(chain) = chain else {
            self.rollback(&mark);
            return None;
        };
        Some(match name.as_str() {
            "sum" => self.total(chain, e, syn::parse_quote!(+), expected),
            "product" => self.total(chain, e, syn::parse_quote!(*), expected),
            "fold" => {
                let init = self.operand(&e.args[0], expected);
                let f = self.func(&e.args[1]);
                self.folded(chain, e, init, &mut |this, acc, item| {
                    let kind = this.known_kind(&acc);
                    this.call_func(&f, vec![acc, item], kind.as_ref())
                })
            }
            "for_each" => {
                let f = self.func(&e.args[0]);
                self.over(chain, &Over::new(e.span()), &mut |this, item| {
                    this.call_func(&f, vec![item], Some(&Kind::Unit));
                });
                Term::Unit
            }
            "any" | "all" => self.quantified(chain, e, name == "any"),
            "count" => {
                let count = self.counter("count");
                self.over(chain, &Over::new(e.span()), &mut |this, _| {
                    this.counted_on(count);
                });
                self.env.read(count).expect("counters are always set")
            }
            "unzip" => self.unzipped(chain, e, expected),
            "partition" => self.partitioned(chain, e, expected),
            _ => self.collected(chain, e, expected),
        })
    }

    /// What is named is memory, which can be iterated over but has no methods of iterators: `x.sum()` is a method of its own.
    fn is_memory(&self, e: &Expr) -> bool {
        match e {
            Expr::Paren(paren) => self.is_memory(&paren.expr),
            Expr::Path(path) => {
                let variable = path.path.get_ident().and_then(|name| self.env.lookup(&name.to_string()));
                !matches!(variable.and_then(|id| self.env.read(id)), Some(Term::Iterator(_)))
            }
            e => matches!(e, Expr::Field(_) | Expr::Index(_)),
        }
    }

    /// Something that may carry derivatives, or that is assigned inside, is mentioned.
    pub(super) fn mentions_varied(&mut self, e: &Expr) -> bool {
        let free = free::of_expr(e);
        free.names.iter().any(|name| {
            let term = self.env.lookup(&name.to_string()).and_then(|id| self.env.read(id));
            term.is_some_and(|term| self.varies(&term))
        }) || !free.assigned.is_empty()
            || e_writes(e)
    }

    /// `sum` and `product`: what they start with is of the type of the items, as far as that is known.
    fn total(&mut self, chain: Chain, e: &ExprMethodCall, op: syn::BinOp, expected: Option<&Kind>) -> Term {
        let (method, adds) = (&e.method, matches!(op, syn::BinOp::Add(_)));
        let start = match self.type_of_total(e, expected) {
            Some(ty) => Term::constant(syn::parse_quote!(::core::iter::empty::<#ty>().#method::<#ty>()), Kind::Unknown),
            None if adds => Term::constant(syn::parse_quote!(-0.0), Kind::Float),
            None => Term::constant(syn::parse_quote!(1.0), Kind::Float),
        };
        let kind = self.kind(&start);
        self.folded(chain, e, start, &mut |this, acc, item| this.arithmetic(op, acc, item, Some(&kind), method))
    }

    /// The type parameter that the items of a sum are of.
    fn type_of_total(&self, e: &ExprMethodCall, expected: Option<&Kind>) -> Option<syn::Ident> {
        let real = self.real.as_ref()?;
        let written = e.turbofish.as_ref().and_then(|turbofish| match turbofish.args.first() {
            Some(syn::GenericArgument::Type(syn::Type::Infer(_))) | None => None,
            Some(ty) => Some(quote::ToTokens::to_token_stream(ty).to_string()),
        });
        let is_real = match written {
            Some(written) => *real == written,
            None => self.float.is_none() && matches!(expected, None | Some(Kind::Unknown)),
        };
        is_real.then(|| real.clone())
    }

    /// A loop with an accumulator.
    fn folded(
        &mut self,
        chain: Chain,
        e: &ExprMethodCall,
        init: Term,
        step: &mut dyn FnMut(&mut Self, Term, Term) -> Term,
    ) -> Term {
        let name = name_of(&e.method);
        let acc = self.accumulator(&name, init);
        self.over(chain, &Over::new(e.span()), &mut |this, item| {
            let old = this.env.read(acc).expect("accumulators are always set");
            let new = step(this, old, item);
            this.assign_variable(acc, new, e.method.span());
        });
        self.env.read(acc).expect("accumulators are always set")
    }

    pub(super) fn accumulator(&mut self, name: &str, init: Term) -> VarId {
        let binding = match init {
            Term::Tuple(parts) => Binding::Tuple(parts.into_iter().map(|part| self.accumulator(name, part)).collect()),
            term => match self.by_value(term) {
                Term::Value(value) if self.data(value).class == Class::Owner => {
                    self.data_mut(value).mutable = true;
                    Binding::Term(Term::whole(value))
                }
                term => Binding::Term(term),
            },
        };
        self.env.synthetic(name, binding)
    }

    /// `any` and `all`: the first item that decides is the last one asked for.
    fn quantified(&mut self, chain: Chain, e: &ExprMethodCall, any: bool) -> Term {
        let level = self.frames.len();
        let result = self.env.synthetic(&name_of(&e.method), Binding::Term(Term::bool(!any)));
        let f = self.func(&e.args[0]);
        self.over(chain, &Over::new(e.span()), &mut |this, item| {
            let holds = this.call_func(&f, vec![item], Some(&Kind::Bool));
            this.either(holds, None, |this, holds| {
                if holds == any {
                    this.env.set(result, Term::bool(any));
                    this.leave(level, true);
                }
                Term::Unit
            });
        });
        self.env.read(result).expect("it has a value from the start")
    }

    /// `collect::<Vec<_>>()`.
    fn collected(&mut self, chain: Chain, e: &ExprMethodCall, expected: Option<&Kind>) -> Term {
        let turbofish = e.turbofish.as_ref().and_then(|turbofish| turbofish.args.first());
        let kind = match turbofish {
            Some(syn::GenericArgument::Type(ty)) => Some(kind::of_type(ty)),
            _ => expected.cloned(),
        };
        let kind = match kind {
            Some(kind @ Kind::Vec(_)) => kind,
            // A field, an argument, what a closure gives: a `Vec`, or else rustc will say what it should be.
            None => Kind::Vec(Box::new(Kind::Unknown)),
            Some(_) => {
                let what = "values that may carry derivatives are collected into something that is not known to be a `Vec`";
                return self.error(e, what, "write `collect::<Vec<_>>()`; fill an array with a loop or `std::array::from_fn`");
            }
        };
        let capacity = match &chain.head {
            Head::Indexed(source) if chain.keeps_all() && !source.is_endless() => Some(self.source_size(source)),
            _ => None,
        };
        let vec = self.filling(kind, capacity, e);
        self.over(chain, &Over::new(e.span()), &mut |this, item| {
            let item = this.settle(item, None);
            this.push(Place::whole(vec), item, e.method.span());
        });
        Term::Value(vec)
    }

    /// A new `Vec` that is going to be pushed to.
    fn filling(&mut self, kind: Kind, capacity: Option<Value>, e: &ExprMethodCall) -> Value {
        let vec = self.let_("t", Class::Owner, kind, Op::Alloc(Alloc::Empty { capacity }), e.span(), false);
        self.data_mut(vec).mutable = true;
        vec
    }

    /// The two `Vec`s of `unzip` and `partition`.
    fn two_vecs(&mut self, e: &ExprMethodCall, expected: Option<&Kind>) -> Option<[Value; 2]> {
        let turbofish = e.turbofish.as_ref().and_then(|turbofish| match turbofish.args.first() {
            Some(syn::GenericArgument::Type(ty)) => Some(kind::of_type(ty)),
            _ => None,
        });
        match turbofish.as_ref().or(expected) {
            Some(Kind::Tuple(kinds)) if kinds.len() == 2 && kinds.iter().all(|kind| matches!(kind, Kind::Vec(_))) => {
                Some([0, 1].map(|i| self.filling(kinds[i].clone(), None, e)))
            }
            _ => {
                self.error(e, "what the items are put into is not known", "annotate it: `let (a, b): (Vec<_>, Vec<_>) = …;`");
                None
            }
        }
    }

    fn unzipped(&mut self, chain: Chain, e: &ExprMethodCall, expected: Option<&Kind>) -> Term {
        let Some(vecs) = self.two_vecs(e, expected) else { return Term::error() };
        self.over(chain, &Over::new(e.span()), &mut |this, item| {
            for (part, vec) in this.parts(item, 2, &e.method).into_iter().zip(vecs) {
                let part = this.settle(part, None);
                this.push(Place::whole(vec), part, e.method.span());
            }
        });
        Term::Tuple(vecs.map(Term::Value).into())
    }

    fn partitioned(&mut self, chain: Chain, e: &ExprMethodCall, expected: Option<&Kind>) -> Term {
        let Some([first, second]) = self.two_vecs(e, expected) else { return Term::error() };
        let f = self.func(&e.args[0]);
        self.over(chain, &Over::new(e.span()), &mut |this, item| {
            let item = this.settle(item, None);
            let holds = this.call_func(&f, vec![Term::Ref(false, Box::new(item.clone()))], Some(&Kind::Bool));
            // `Vec`s of numbers are extended by references, too.
            let of_numbers = this.data(first).kind == Kind::Vec(Box::new(Kind::Float));
            let item = if of_numbers { this.read(item, Some(&Kind::Float)) } else { item };
            this.either(holds, None, |this, holds| {
                this.push(Place::whole(if holds { first } else { second }), item.clone(), e.method.span());
                Term::Unit
            });
        });
        Term::Tuple([first, second].map(Term::Value).into())
    }

    /// The items of an iterator, or of a list that is made here, pushed to a `Vec`.
    pub(super) fn extended(&mut self, place: &Place, items: &Expr, e: &ExprMethodCall) -> Option<Term> {
        let mark = self.mark();
        let chain = match self.chained(items) {
            Some(chain) => chain,
            None => {
                self.rollback(&mark);
                Chain::of(self.made_list(items)?)
            }
        };
        self.over(chain, &Over::new(e.span()), &mut |this, item| {
            // `Vec`s of numbers are extended by references, too.
            let item = if matches!(item, Term::Ref(..)) { this.deref(item) } else { item };
            let item = this.settle(item, None);
            this.push(place.clone(), item, e.method.span());
        });
        Some(Term::Unit)
    }
}

/// The chain may write through its items.
fn e_writes(e: &Expr) -> bool {
    match e {
        Expr::MethodCall(call) => {
            call.method.to_string().ends_with("_mut") || e_writes(&call.receiver) || call.args.iter().any(e_writes)
        }
        _ => false,
    }
}
