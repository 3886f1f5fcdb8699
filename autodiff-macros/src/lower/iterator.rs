//! Loops over sources, and chains of iterators that end in a value.

use super::env::{Binding, VarId};
use super::loops::Plan;
use super::pattern::name_of;
use super::range::Range;
use super::source::{By, Source};
use super::term::Term;
use super::{Lower, free, kind};
use crate::ir::{Alloc, Class, Kind, Op, Place};
use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprMethodCall, Pat};

/// A source, and what is done with each item before it is used.
struct Chain {
    source: Source,
    stages: Vec<Stage>,
}

/// How the loop over a chain is made.
struct Over<'l> {
    label: Option<&'l syn::Label>,
    /// The index.
    name: String,
    span: Span,
    /// See [`Plan::part`].
    part: bool,
}

impl Over<'_> {
    fn new(span: Span) -> Self {
        Over { label: None, name: "i".to_owned(), span, part: false }
    }
}

/// See [`Chain`].
#[derive(Clone)]
enum Stage {
    Map(Expr),
    Filter(Expr),
    Copied,
    Flatten,
}

/// Uses one item.
type Item<'t, 'e> = &'t mut dyn FnMut(&mut Lower<'e>, Term);

impl<'e> Lower<'e> {
    /// Lowers a loop over memory to a loop over indices; false if the iterator is none of memory.
    pub(super) fn for_source(&mut self, e: &syn::ExprForLoop) -> bool {
        let mark = self.mark();
        let Some(chain) = self.chained(&e.expr) else {
            self.rollback(&mark);
            return false;
        };
        let name = match &chain.source {
            Source::Enumerate(_) => index_name(&e.pat),
            _ => "i".to_owned(),
        };
        let over = Over { label: e.label.as_ref(), name, span: e.span(), part: false };
        self.over(chain, &over, &mut |this, item| {
            this.bind(&e.pat, item, None);
            this.block(&e.body, Some(&Kind::Unit));
        });
        true
    }

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
        let uses = self.uses(&free.names)?;
        let kind = match name {
            "any" | "all" | "is_sorted" => Kind::Bool,
            "count" => Kind::Integer,
            _ => Kind::Passive,
        };
        let opaque = crate::ir::Opaque { expr: e.clone(), uses, pure_: false, writes: false };
        Some(self.evaluated(super::term::Inactive { opaque, kind }))
    }

    fn chained(&mut self, e: &Expr) -> Option<Chain> {
        let Expr::MethodCall(call) = e else {
            return self.source(e).map(|source| Chain { source, stages: Vec::new() });
        };
        if let "filter" = call.method.to_string().as_str() {
            let mut chain = self.chained(&call.receiver)?;
            chain.stages.push(Stage::Filter(call.args.first()?.clone()));
            return Some(chain);
        }
        let stage = match (call.method.to_string().as_str(), call.args.first()) {
            ("map", Some(f)) => Stage::Map(f.clone()),
            ("copied" | "cloned", None) => Stage::Copied,
            ("flatten", None) => Stage::Flatten,
            _ => return self.source(e).map(|source| Chain { source, stages: Vec::new() }),
        };
        let mut chain = self.chained(&call.receiver)?;
        chain.stages.push(stage);
        Some(chain)
    }

    /// Runs `each` on every item, in a loop over indices.
    fn over(&mut self, chain: Chain, over: &Over<'_>, each: Item<'_, 'e>) {
        let Chain { source, stages } = chain;
        let (source, range) = self.indexed(source);
        self.run(Plan {
            label: over.label,
            span: over.span,
            part: over.part,
            header: &mut |this| {
                let index = this.fresh(&over.name, Class::Plain, Kind::Integer, over.span, false);
                this.loop_index.push(index);
                range.header(index)
            },
            body: &mut |this| {
                let index = this.loop_index.pop().expect("the header was made before");
                let item = match &source {
                    Source::Range(_) => Term::Value(index),
                    source => this.item(source, index),
                };
                this.staged(&stages, item, over, each);
            },
        });
    }

    /// The source, ready to be indexed, and the range of its indices. Over a range of integers the index is the item.
    fn indexed(&mut self, source: Source) -> (Source, Range) {
        match source {
            Source::Range(range) => (source, range),
            Source::Rev(inner) => {
                let (source, range) = self.indexed(*inner);
                (source, Range { rev: !range.rev, ..range })
            }
            source => {
                let n = self.source_len(&source);
                let cut = matches!(&source, Source::Zip(..))
                    || matches!(&source, Source::Enumerate(inner) if matches!(**inner, Source::Zip(..)));
                let source = if cut { self.limited(source, n) } else { source };
                let lo = self.literal(0);
                (source, Range { lo, hi: n, inclusive: false, step: None, rev: false })
            }
        }
    }

    fn staged(&mut self, stages: &[Stage], item: Term, over: &Over<'_>, each: Item<'_, 'e>) {
        let Some((stage, rest)) = stages.split_first() else { return each(self, item) };
        match stage {
            Stage::Map(f) => {
                let item = self.apply(f, vec![item], None);
                self.staged(rest, item, over, each);
            }
            Stage::Copied => {
                let item = self.deref(item);
                let item = self.settle(item, None);
                self.staged(rest, item, over, each);
            }
            Stage::Flatten => {
                let by = match &item {
                    Term::Ref(true, _) => By::Mut,
                    Term::Ref(false, _) => By::Ref,
                    _ => By::Value,
                };
                match self.elements(item, by) {
                    Some(source) => {
                        let inner = Over { name: "j".to_owned(), part: true, ..*over };
                        self.over(Chain { source, stages: rest.to_vec() }, &inner, each);
                    }
                    None => self.errors.push(
                        over.span,
                        "what is flattened here is no slice, array or `Vec`",
                        "write two nested loops",
                    ),
                }
            }
            Stage::Filter(f) => {
                let item = self.by_reference(item);
                let keep = self.apply(f, vec![Term::Ref(false, Box::new(item.clone()))], Some(&Kind::Bool));
                self.either(keep, None, |this, keep| {
                    if keep {
                        this.staged(rest, item.clone(), over, each);
                    }
                    Term::Unit
                });
            }
        }
    }

    /// The item, evaluated once, so that it can be looked at and then used.
    fn by_reference(&mut self, item: Term) -> Term {
        match item {
            Term::Ref(..) => item,
            item => self.settle(item, None),
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

/// The user's name for the index, if the pattern has one.
fn index_name(pat: &Pat) -> String {
    match pat {
        Pat::Tuple(tuple) => match tuple.elems.first() {
            Some(Pat::Ident(ident)) if tuple.elems.len() == 2 => name_of(&ident.ident),
            _ => "i".to_owned(),
        },
        _ => "i".to_owned(),
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
