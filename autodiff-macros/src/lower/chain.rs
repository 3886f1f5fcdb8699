//! Chains of iterators that end in a value.

use super::env::{Binding, VarId};
use super::iterator::{Chain, Over, Stage};
use super::pattern::name_of;
use super::term::{Inactive, Term};
use super::{Lower, free, kind};
use crate::ir::{Alloc, Class, Kind, Op, Opaque, Place};
use syn::spanned::Spanned as _;
use syn::{Expr, ExprMethodCall};

impl<'e> Lower<'e> {
    /// A chain over memory that ends in `sum`, `product`, `fold`, `for_each` or `collect`.
    pub(super) fn chain(&mut self, e: &ExprMethodCall, expected: Option<&Kind>) -> Option<Term> {
        let name = e.method.to_string();
        let whole = Expr::MethodCall(e.clone());
        if matches!(name.as_str(), "any" | "all" | "count" | "position" | "is_sorted") {
            return self.inspected(&whole, &name);
        }
        if !matches!((name.as_str(), e.args.len()), ("sum" | "product" | "collect", 0) | ("fold", 2) | ("for_each", 1))
            || !self.mentions_varied(&whole)
        {
            return None;
        }
        let mark = self.mark();
        let Some(chain) = self.chained(&e.receiver) else {
            self.rollback(&mark);
            return None;
        };
        Some(match name.as_str() {
            "sum" => self.folded(chain, e, Term::constant(syn::parse_quote!(-0.0), Kind::Float), &mut |this, acc, item| {
                this.arithmetic(syn::parse_quote!(+), acc, item, Some(&Kind::Float), &e.method)
            }),
            "product" => self.folded(chain, e, Term::constant(syn::parse_quote!(1.0), Kind::Float), &mut |this, acc, item| {
                this.arithmetic(syn::parse_quote!(*), acc, item, Some(&Kind::Float), &e.method)
            }),
            "fold" => {
                let init = self.operand(&e.args[0], expected);
                self.folded(chain, e, init, &mut |this, acc, item| {
                    let kind = this.kind(&acc);
                    this.apply(&e.args[1], vec![acc, item], Some(&kind))
                })
            }
            "for_each" => {
                self.over(chain, &Over::new(e.span()), &mut |this, item| {
                    this.apply(&e.args[0], vec![item], Some(&Kind::Unit));
                });
                Term::Unit
            }
            _ => self.collected(chain, e, expected),
        })
    }

    /// Something that may carry derivatives, or that is assigned inside, is mentioned.
    fn mentions_varied(&mut self, e: &Expr) -> bool {
        let free = free::of_expr(e);
        free.names.iter().any(|name| {
            let term = self.env.lookup(&name.to_string()).and_then(|id| self.env.read(id));
            term.is_some_and(|term| self.varies(&term))
        }) || !free.assigned.is_empty()
            || e_writes(e)
    }

    /// `any`, `all`, `count`, `position`: the result carries no derivative, whatever is looked at.
    fn inspected(&mut self, e: &Expr, name: &str) -> Option<Term> {
        let free = free::of_expr(e);
        if !free.assigned.is_empty() || free.exits {
            return None;
        }
        let writes = self.changes(&free).ok()?;
        let uses = self.uses(&free.names)?;
        let kind = match name {
            "any" | "all" | "is_sorted" => Kind::Bool,
            "count" => Kind::Integer,
            _ => Kind::Passive,
        };
        let opaque = Opaque { expr: e.clone(), uses, pure_: false, writes };
        Some(self.evaluated(Inactive { opaque, kind }))
    }

    /// An iterator over what carries no derivatives, or what is chosen from it: closures only choose, whatever they look at.
    pub(super) fn selects(&self, e: &Expr) -> bool {
        let is_inactive = |e: &Expr| {
            free::of_expr(e).names.iter().all(|name| {
                let term = self.env.lookup(&name.to_string()).and_then(|id| self.env.read(id));
                !term.is_some_and(|term| self.varies(&term))
            })
        };
        match e {
            Expr::MethodCall(call) => match call.method.to_string().as_str() {
                "filter" | "take_while" | "skip_while" | "max_by" | "min_by" | "max_by_key" | "min_by_key" | "find" => {
                    self.selects(&call.receiver)
                }
                "rev" | "skip" | "take" | "step_by" | "copied" | "cloned" | "enumerate" | "next" | "last" | "nth" | "unwrap"
                | "expect" | "unwrap_or" | "collect" => self.selects(&call.receiver) && call.args.iter().all(is_inactive),
                "map" if numbers_items(&call.receiver) => {
                    call.args.first().is_some_and(|f| takes_the_number(f) && is_inactive(f))
                }
                _ => is_inactive(e),
            },
            Expr::Paren(paren) => self.selects(&paren.expr),
            // Made of integers: floats cannot be iterated over.
            Expr::Range(_) => true,
            e => is_inactive(e),
        }
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

    fn accumulator(&mut self, name: &str, init: Term) -> VarId {
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

    /// `collect::<Vec<_>>()`.
    fn collected(&mut self, chain: Chain, e: &ExprMethodCall, expected: Option<&Kind>) -> Term {
        let turbofish = e.turbofish.as_ref().and_then(|turbofish| turbofish.args.first());
        let kind = match turbofish {
            Some(syn::GenericArgument::Type(ty)) => Some(kind::of_type(ty)),
            _ => expected.cloned(),
        };
        let Some(kind @ Kind::Vec(_)) = kind else {
            return self.error(e, "what is collected into is not known", "write `collect::<Vec<_>>()`");
        };
        let filtered = chain.stages.iter().any(|stage| matches!(stage, Stage::Filter(_) | Stage::Flatten));
        let capacity = (!filtered).then(|| self.source_len(&chain.source));
        let vec = self.let_("t", Class::Owner, kind, Op::Alloc(Alloc::Empty { capacity }), e.span(), false);
        self.data_mut(vec).mutable = true;
        self.over(chain, &Over::new(e.span()), &mut |this, item| {
            let item = this.settle(item, None);
            this.push(Place::whole(vec), item, e.method.span());
        });
        Term::Value(vec)
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

/// The items are pairs of a number and something that may carry derivatives.
fn numbers_items(e: &Expr) -> bool {
    let Expr::MethodCall(call) = e else { return false };
    match call.method.to_string().as_str() {
        "enumerate" => true,
        "filter" | "take_while" | "skip_while" | "max_by" | "min_by" | "find" | "rev" | "skip" | "take" | "step_by" | "last" => {
            numbers_items(&call.receiver)
        }
        _ => false,
    }
}

/// `|(i, _)| …`
fn takes_the_number(f: &Expr) -> bool {
    let Expr::Closure(closure) = f else { return false };
    let Some(syn::Pat::Tuple(pair)) = closure.inputs.first() else { return false };
    closure.inputs.len() == 1 && pair.elems.len() == 2 && matches!(pair.elems[1], syn::Pat::Wild(_))
}
