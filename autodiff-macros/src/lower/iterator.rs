//! Chains of iterators as loops.
//!
//! A chain is a head and the stages behind it. What has a length and an item for each index is a [`Source`], and the loop over it
//! counts; everything else pushes items through the [stages](super::stage), each of which runs what comes after it, or does not.

use super::closure::Func;
use super::env::{Binding, Frame, FrameKind, VarId};
use super::loops::Plan;
use super::pattern::name_of;
use super::range::Range;
use super::source::Source;
use super::stage::{Stage, Step};
use super::term::Term;
use super::{Flow, Lower};
use crate::ir::{Class, Header, Kind, Opaque};
use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{Expr, Pat};

/// A head, and what is done with each of its items before it is used.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    pub(super) head: Head,
    pub(super) stages: Vec<Stage>,
}

/// A chain that is bound to a variable.
#[derive(Debug)]
pub(super) struct Lazy {
    pub(super) chain: Chain,
    /// As written, for messages.
    pub(super) expr: Expr,
    /// Of a mutable variable: how many items of its source have been asked for.
    pub(super) at: Option<VarId>,
}

/// Where the items of a chain come from.
#[derive(Clone, Debug)]
pub(super) enum Head {
    /// Memory, ranges, and what keeps their order and number.
    Indexed(Source),
    /// An iterator of the user's over what carries no derivatives.
    Items(Opaque),
    /// `a.chain(b)`.
    Both(Box<Chain>, Box<Chain>),
    /// `successors(first, next)`.
    Successors(VarId, Func),
    /// `from_fn(next)`.
    FromFn(Func),
}

/// How the loop over a chain is made.
#[derive(Clone)]
pub(super) struct Over<'l> {
    pub(super) label: Option<&'l syn::Label>,
    /// The index.
    pub(super) name: String,
    pub(super) span: Span,
    /// See [`Plan::part`].
    pub(super) part: bool,
}

impl Over<'_> {
    pub(super) fn new(span: Span) -> Self {
        Over { label: None, name: "i".to_owned(), span, part: false }
    }
}

/// Uses one item.
pub(super) type Item<'t, 'e> = &'t mut dyn FnMut(&mut Lower<'e>, Term);

impl<'e> Lower<'e> {
    /// Lowers a loop over an iterator; false if that is none that is known.
    pub(super) fn for_source(&mut self, e: &syn::ExprForLoop) -> bool {
        let mark = self.mark();
        let chain = self.chained(&e.expr).filter(|chain| match &chain.head {
            _ if !chain.stages.is_empty() => true,
            Head::Items(_) => false,
            Head::Indexed(source) => !self.may_be_pairs(source, &e.pat),
            Head::Both(..) | Head::Successors(..) | Head::FromFn(_) => true,
        });
        let Some(chain) = chain else {
            self.rollback(&mark);
            return false;
        };
        let name = match &chain.head {
            Head::Indexed(Source::Enumerate(_)) => index_name(&e.pat),
            _ => "i".to_owned(),
        };
        let over = Over { label: e.label.as_ref(), name, span: e.span(), part: false };
        self.over(chain, &over, &mut |this, item| {
            this.bind(&e.pat, item, None);
            this.block(&e.body, Some(&Kind::Unit));
        });
        true
    }

    /// Runs `each` on every item.
    pub(super) fn over(&mut self, chain: Chain, over: &Over<'_>, each: Item<'_, 'e>) {
        self.drive(chain, &[], over, each);
    }

    /// Runs the items of a chain through its stages, and then through the `rest`.
    pub(super) fn drive(&mut self, chain: Chain, rest: &[Step], over: &Over<'_>, each: Item<'_, 'e>) {
        let limits: Vec<Term> = chain.stages.iter().filter_map(Stage::limit).map(Term::Value).collect();
        let Some(limit) =
            limits.into_iter().reduce(|a, b| self.inactive_pair(a, b, |a, b| syn::parse_quote!(#a.min(#b)), Kind::Integer))
        else {
            return self.driven(chain, rest, over, each);
        };
        // Of no items none is asked for.
        let limit = self.inactive(limit);
        let some = Term::Inactive(limit.map(|limit| syn::parse_quote!(#limit != 0), Kind::Bool));
        self.either(some, None, |this, some| {
            if some {
                this.driven(chain.clone(), rest, over, each);
            }
            Term::Unit
        });
    }

    fn driven(&mut self, chain: Chain, rest: &[Step], over: &Over<'_>, each: Item<'_, 'e>) {
        let level = self.frames.len();
        let own = chain.stages.into_iter().map(|stage| Step { stage, level });
        let steps: Vec<Step> = own.chain(rest.iter().cloned()).collect();
        match chain.head {
            Head::Indexed(source) => self.indexed(source, &steps, over, each),
            Head::Items(iterator) => self.items(&iterator, &steps, over, each),
            Head::Both(a, b) => self.both(*a, *b, &steps, over, each),
            Head::Successors(next, f) => self.forever(over, &mut |this| {
                let item = this.env.read(next).expect("there is a first one");
                let argument = Term::Ref(false, Box::new(item.clone()));
                this.optional_call(&f, vec![argument], None, &mut |this, following| match following {
                    Some(following) => {
                        this.assign_variable(next, following, over.span);
                        Term::bool(false)
                    }
                    None => Term::bool(true),
                });
                this.staged(&steps, item, over, each);
            }),
            Head::FromFn(f) => self.forever(over, &mut |this| {
                this.optional_call(&f, Vec::new(), None, &mut |this, item| {
                    match item {
                        Some(item) => this.staged(&steps, item, over, each),
                        None => this.leave(level, true),
                    }
                    Term::Unit
                });
            }),
        }
    }

    fn forever(&mut self, over: &Over<'_>, body: &mut dyn FnMut(&mut Self)) {
        let header = &mut |_: &mut Self| Header::Forever;
        self.run(Plan { ty: None, label: over.label, span: over.span, part: over.part, header, body });
    }

    /// A loop over indices.
    fn indexed(&mut self, source: Source, steps: &[Step], over: &Over<'_>, each: Item<'_, 'e>) {
        let (source, range) = self.counted(source);
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
                this.staged(steps, item, over, each);
            },
        });
    }

    /// A loop over an iterator of the user's.
    fn items(&mut self, iterator: &Opaque, steps: &[Step], over: &Over<'_>, each: Item<'_, 'e>) {
        self.run(Plan {
            ty: None,
            label: over.label,
            span: over.span,
            part: over.part,
            header: &mut |this| {
                let ident = syn::Ident::new("item", over.span);
                let item = this.fresh("item", Class::Plain, Kind::Passive, over.span, false);
                this.data_mut(item).may_refer = true;
                this.loop_index.push(item);
                Header::Items { iterator: iterator.clone(), pat: syn::parse_quote!(#ident), binds: vec![(ident, item)] }
            },
            body: &mut |this| {
                let item = this.loop_index.pop().expect("the header was made before");
                let item = Term::Inactive(this.mention(item));
                this.staged(steps, item, over, each);
            },
        });
    }

    /// Two loops, which `break` leaves both.
    fn both(&mut self, a: Chain, b: Chain, steps: &[Step], over: &Over<'_>, each: Item<'_, 'e>) {
        let label = over.label.map(|label| label.name.ident.to_string());
        let go = self.env.synthetic("go", Binding::Term(Term::bool(true)));
        let value = self.env.synthetic("value", Binding::Unset);
        self.frames.push(Frame { kind: FrameKind::Loops { label, value, part: over.part }, go });
        let part = Over { part: true, ..over.clone() };
        self.drive(a, steps, &part, each);
        self.guarded(Term::Unit, &mut |this, _| {
            this.drive(b.clone(), steps, &part, each);
            Term::Unit
        });
        self.frames.pop();
        if self.flow == Flow::Exited {
            self.flow = Flow::Live;
        }
    }

    /// The source, ready to be indexed, and the range of its indices. Over a range of integers the index is the item.
    fn counted(&mut self, source: Source) -> (Source, Range) {
        match source {
            Source::Range(range) => (source, range),
            Source::Rev(inner) => {
                let (source, range) = self.counted(*inner);
                (source, Range { rev: !range.rev, ..range })
            }
            source => {
                let n = self.source_len(&source);
                let cut = match &source {
                    Source::Enumerate(inner) => inner.is_cut(),
                    source => source.is_cut(),
                };
                let source = if cut { self.limited(source, n) } else { source };
                let lo = self.literal(0);
                (source, Range { lo, hi: n, inclusive: false, step: None, rev: false, bare: false, other: false })
            }
        }
    }

    /// A chain that something else is done with than asking for its items.
    pub(super) fn iterator_as_value(&mut self, lazy: &Lazy) {
        let help = "end it in `sum`, `for`, … in this function, or `collect` it into a `Vec`";
        self.errors.push_spanned(&lazy.expr, "an iterator over values that may carry derivatives is used as a value", help);
    }

    /// An inactive expression of two terms.
    pub(super) fn inactive_pair(&mut self, a: Term, b: Term, f: impl FnOnce(&Expr, &Expr) -> Expr, kind: Kind) -> Term {
        let (parts, whole) = self.compose(vec![a, b]);
        let opaque = Opaque { expr: f(&parts[0], &parts[1]), ..whole };
        Term::Inactive(super::term::Inactive { opaque, kind })
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

/// The name of a function of `std::iter`.
pub(super) fn of_iter(func: &Expr) -> Option<String> {
    let Expr::Path(path) = func else { return None };
    let mut names = path.path.segments.iter().rev().map(|segment| segment.ident.to_string());
    let name = names.next()?;
    let known = match names.next() {
        Some(module) => module == "iter",
        None => false,
    };
    known.then_some(name)
}
