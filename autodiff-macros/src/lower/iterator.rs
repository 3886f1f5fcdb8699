//! Loops over sources: the body runs for each index, after what the chain does with the item.

use super::Lower;
use super::loops::Plan;
use super::pattern::name_of;
use super::range::Range;
use super::source::{By, Source};
use super::term::Term;
use crate::ir::{Class, Kind};
use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{Expr, Pat};

/// A source, and what is done with each item before it is used.
pub(super) struct Chain {
    pub(super) source: Source,
    pub(super) stages: Vec<Stage>,
}

/// How the loop over a chain is made.
pub(super) struct Over<'l> {
    label: Option<&'l syn::Label>,
    /// The index.
    name: String,
    span: Span,
    /// See [`Plan::part`].
    part: bool,
}

impl Over<'_> {
    pub(super) fn new(span: Span) -> Self {
        Over { label: None, name: "i".to_owned(), span, part: false }
    }
}

/// See [`Chain`].
#[derive(Clone)]
pub(super) enum Stage {
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

    /// Understands a chain of iterators.
    pub(super) fn chained(&mut self, e: &Expr) -> Option<Chain> {
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
    pub(super) fn over(&mut self, chain: Chain, over: &Over<'_>, each: Item<'_, 'e>) {
        let Chain { source, stages } = chain;
        let (source, range) = self.indexed(source);
        self.run(Plan {
            ty: None,
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
                (source, Range { lo, hi: n, inclusive: false, step: None, rev: false, bare: false })
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
