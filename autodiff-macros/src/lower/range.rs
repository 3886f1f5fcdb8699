//! `for` over ranges of integers and over iterators that carry nothing active.

use super::env::Binding;
use super::loops::Plan;
use super::pattern::name_of;
use super::term::Term;
use super::{Lower, free};
use crate::ir::{Class, Header, Kind, Opaque, Value};
use syn::spanned::Spanned as _;
use syn::{Expr, Pat};

/// `lo..hi`, `lo..=hi`, with `.step_by(k)` and `.rev()`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    pub(super) lo: Value,
    pub(super) hi: Value,
    pub(super) inclusive: bool,
    pub(super) step: Option<Value>,
    pub(super) rev: bool,
    /// The upper bound is a number without suffix, whose type is nobody's yet: no method can be called on it.
    pub(super) bare: bool,
    /// Its integers are known to be no `usize`, which indices are.
    pub(super) other: bool,
}

impl Range {
    /// The header of a loop over it.
    pub(super) fn header(self, index: Value) -> Header {
        let Range { lo, hi, inclusive, step, rev, .. } = self;
        Header::Range { index, lo, hi, inclusive, step, rev }
    }

    /// All of its integers in their order, as an iterator, by its ends.
    pub(super) fn expr(&self, lo: &Expr, hi: &Expr) -> Expr {
        if self.inclusive { syn::parse_quote!((#lo..=#hi)) } else { syn::parse_quote!((#lo..#hi)) }
    }
}

impl<'e> Lower<'e> {
    pub(super) fn for_loop(&mut self, e: &syn::ExprForLoop) {
        if let Some(range) = self.range(&e.expr) {
            return self.for_range(e, range);
        }
        if self.for_source(e) {
            return;
        }
        match self.is_sequence_of_call(&e.expr) {
            true => self.for_returned(e),
            false => self.for_items(e),
        }
    }

    /// What a call returns is most likely a sequence: rustc says if it cannot be indexed.
    fn is_sequence_of_call(&mut self, e: &Expr) -> bool {
        let is_call = match e {
            Expr::Call(call) => super::iterator::of_iter(&call.func).is_none(),
            Expr::MethodCall(call) => !super::adaptor::adapts(&call.method.to_string(), call.args.len()),
            _ => false,
        };
        is_call && !self.is_iterator(e) && self.mentions_varied(e) && !self.selects(e)
    }

    /// `let items = f(x); for item in items { … }`.
    fn for_returned(&mut self, e: &syn::ExprForLoop) {
        let (items, returned) = (syn::Ident::new("__items", e.expr.span()), &e.expr);
        let over = Expr::ForLoop(syn::ExprForLoop { expr: Box::new(syn::parse_quote!(#items)), ..e.clone() });
        self.block(&syn::parse_quote!({ let #items = #returned; #over }), Some(&Kind::Unit));
    }

    /// Understands an integer range.
    pub(super) fn range(&mut self, e: &Expr) -> Option<Range> {
        match e {
            Expr::Paren(paren) => self.range(&paren.expr),
            Expr::Range(range) => {
                let (lo, hi) = (range.start.as_deref()?, range.end.as_deref()?);
                let bare = is_bare(hi);
                let other = [lo, hi].into_iter().any(|end| self.is_other_integer(end));
                let (lo, hi) = (self.operand(lo, Some(&Kind::Integer)), self.operand(hi, Some(&Kind::Integer)));
                let (lo, hi) = (self.value(lo, Some(&Kind::Integer)), self.value(hi, Some(&Kind::Integer)));
                let inclusive = matches!(range.limits, syn::RangeLimits::Closed(_));
                Some(Range { lo, hi, inclusive, step: None, rev: false, bare, other })
            }
            Expr::MethodCall(call) if is_range(&call.receiver) && call.method == "rev" && call.args.is_empty() => {
                let range = self.range(&call.receiver)?;
                Some(Range { rev: !range.rev, ..range })
            }
            // The steps count from the end that the range starts with, so they must come before `rev`.
            Expr::MethodCall(call)
                if is_range(&call.receiver)
                    && call.method == "step_by"
                    && call.args.len() == 1
                    && !is_reversed(&call.receiver) =>
            {
                let range = self.range(&call.receiver)?;
                let step = self.operand(&call.args[0], Some(&Kind::Integer));
                let step = self.value(step, Some(&Kind::Integer));
                Some(Range { step: Some(step), ..range })
            }
            _ => None,
        }
    }

    /// An integer of a type that is written, and is not `usize`.
    fn is_other_integer(&self, e: &Expr) -> bool {
        match e {
            Expr::Paren(paren) => self.is_other_integer(&paren.expr),
            Expr::Unary(unary) => self.is_other_integer(&unary.expr),
            Expr::Binary(binary) => self.is_other_integer(&binary.left) || self.is_other_integer(&binary.right),
            Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(int), .. }) => !matches!(int.suffix(), "" | "usize"),
            Expr::Cast(cast) => is_other(&cast.ty),
            Expr::Path(path) => {
                let id = path.path.get_ident().and_then(|name| self.env.lookup(&name.to_string()));
                id.and_then(|id| self.env.vars[id.0].ty.as_ref()).is_some_and(is_other)
            }
            _ => false,
        }
    }

    fn for_range(&mut self, e: &syn::ExprForLoop, range: Range) {
        self.run(Plan {
            ty: None,
            label: e.label.as_ref(),
            span: e.span(),
            part: false,
            header: &mut |this| {
                let index = this.index_variable(&e.pat);
                range.header(index)
            },
            body: &mut |this| {
                this.block(&e.body, Some(&Kind::Unit));
            },
        });
    }

    /// Defines the index of a loop, and the user's name for it.
    pub(super) fn index_variable(&mut self, pat: &Pat) -> Value {
        let (name, span) = match pat {
            Pat::Ident(ident) => (name_of(&ident.ident), ident.ident.span()),
            other => ("i".to_owned(), other.span()),
        };
        let index = self.fresh(&name, Class::Plain, Kind::Integer, span, false);
        match pat {
            Pat::Ident(ident) if !self.mut_borrowed.contains(&ident.ident.to_string()) => {
                let id = self.env.anonymous(&name, ident.mutability.is_some(), Binding::Term(Term::Value(index)));
                self.env.name(&ident.ident.to_string(), id);
            }
            pat => self.bind(pat, Term::Value(index), None),
        }
        index
    }

    /// An iterator that the macro does not know, over inactive items.
    fn for_items(&mut self, e: &syn::ExprForLoop) {
        let help = "loop over a range of indices";
        let iterator =
            self.whole(&e.expr, Some(&Kind::Passive), "this iterator is not known, and its items may carry derivatives", help);
        let Term::Inactive(iterator) = iterator else { return };
        let free = free::of_expr(&e.expr);
        let iterator = Opaque { pure_: free.plain, ..iterator.opaque };
        self.run(Plan {
            ty: None,
            label: e.label.as_ref(),
            span: e.span(),
            part: false,
            header: &mut |this| {
                let kind = if is_range(&e.expr) { Kind::Integer } else { Kind::Passive };
                let binds = this.inactive_bindings(&e.pat, &kind);
                Header::Items { iterator: iterator.clone(), pat: (*e.pat).clone(), binds }
            },
            body: &mut |this| {
                this.block(&e.body, Some(&Kind::Unit));
            },
        });
    }
}

/// A range, possibly stepped or reversed.
pub(super) fn is_range(e: &Expr) -> bool {
    match e {
        Expr::Paren(paren) => is_range(&paren.expr),
        Expr::Range(range) => range.start.is_some() && range.end.is_some(),
        Expr::MethodCall(call) => (call.method == "rev" || call.method == "step_by") && is_range(&call.receiver),
        _ => false,
    }
}

/// A literal without suffix.
fn is_bare(e: &Expr) -> bool {
    matches!(e, Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(int), .. }) if int.suffix().is_empty())
}

fn is_reversed(e: &Expr) -> bool {
    match e {
        Expr::Paren(paren) => is_reversed(&paren.expr),
        Expr::MethodCall(call) => call.method == "rev" || is_reversed(&call.receiver),
        _ => false,
    }
}

/// A type of integers, and not `usize`.
fn is_other(ty: &syn::Type) -> bool {
    let is_usize = matches!(ty, syn::Type::Path(path) if path.path.is_ident("usize"));
    super::kind::of_type(ty) == Kind::Integer && !is_usize
}
