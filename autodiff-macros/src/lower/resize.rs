//! Methods that change how long a `Vec` is, in terms of pushes, swaps and the assignment of a shorter copy.

use super::Lower;
use super::iterator::{Chain, Over};
use super::optional::Held;
use super::place::pushed;
use super::range::Range;
use super::source::{By, Source};
use super::term::Term;
use crate::ir::{Alloc, Class, Kind, Memory, Op, Place, Proj, Stmt, Value};
use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprMethodCall};

impl<'e> Lower<'e> {
    /// A method that changes the length of a `Vec` whose elements may carry derivatives.
    pub(super) fn resized(&mut self, place: &Place, e: &ExprMethodCall, name: &str) -> Option<Term> {
        let Kind::Vec(elem) = self.memory_kind(place, name, e.args.len()) else { return None };
        if elem.is_inactive() {
            return None;
        }
        let span = e.span();
        if self.is_lent(place) && shortens(name) {
            return Some(self.shortened_for_the_caller(e));
        }
        match (name, e.args.len()) {
            ("clear", 0) => {
                let zero = self.literal(0);
                self.truncated(place, zero, span);
            }
            ("truncate", 1) => {
                let (n, len) = (self.integer(&e.args[0]), self.len(place.clone(), span));
                let shorter =
                    self.inactive_pair(Term::Value(n), Term::Value(len), |n, len| syn::parse_quote!(#n < #len), Kind::Bool);
                self.either(shorter, None, |this, shorter| {
                    if shorter {
                        this.truncated(place, n, span);
                    }
                    Term::Unit
                });
            }
            ("pop", 0) => {
                let taken: Expr = syn::parse_quote_spanned!(span=> match #e { Some(__value) => Some(__value), None => None });
                return Some(self.expr(&taken, None));
            }
            ("insert", 2) => {
                let at = self.integer(&e.args[0]);
                let value = self.operand(&e.args[1], Some(&elem));
                let len = self.len(place.clone(), span);
                self.push(place.clone(), value, span);
                self.rotated(place, at, len, true, span);
            }
            ("remove" | "swap_remove", 1) => {
                let at = self.integer(&e.args[0]);
                let len = self.len(place.clone(), span);
                let last = self.one_less(len);
                match name {
                    "remove" => self.rotated(place, at, last, false, span),
                    _ => self.stmts.push(Stmt::Memory(Memory::SwapElements { place: place.clone(), i: at, j: last })),
                }
                return Some(self.last_taken(place, len, span));
            }
            ("resize", 2) => {
                let n = self.integer(&e.args[0]);
                let value = self.operand(&e.args[1], Some(&elem));
                self.resized_to(place, n, value, span);
            }
            ("extend", 1) => return self.extended(place, &e.args[0], e),
            ("extend_from_slice", 1) => {
                let items = self.expr(&e.args[0], None);
                let source = self.elements(items, By::Ref)?;
                self.pushed_all(place, source, span);
            }
            ("append", 1) => {
                let Term::Ref(true, other) = self.expr(&e.args[0], None) else { return None };
                let Source::Elements { place: other, by } = self.elements(*other, By::Ref)? else { return None };
                self.pushed_all(place, Source::Elements { place: other.clone(), by }, span);
                let zero = self.literal(0);
                self.truncated(&other, zero, span);
            }
            ("split_off", 1) => {
                let at = self.integer(&e.args[0]);
                let tail = self.copy_of_part(place, Some(at), None, span);
                self.truncated(place, at, span);
                return Some(Term::Value(tail));
            }
            ("retain" | "retain_mut" | "dedup_by" | "dedup_by_key", 1) | ("dedup", 0) => return self.thinned(place, e, name),
            ("drain" | "splice", _) => {
                let what = format!("`{name}` on a `Vec` that may carry derivatives");
                return Some(self.error(e, what, "push what stays to a new `Vec`, and assign that"));
            }
            _ => return None,
        }
        Some(Term::Unit)
    }

    /// `v.pop()`, where it is used at once.
    pub(super) fn popped(&mut self, e: &ExprMethodCall, expected: Option<&Kind>, then: Held<'_, 'e>) -> Option<Term> {
        let receiver = self.expr(&e.receiver, None);
        let Term::Place(place) = self.place_of(receiver) else { return None };
        if !matches!(self.memory_kind(&place, "pop", 0), Kind::Vec(elem) if !elem.is_inactive()) {
            return None;
        }
        let span = e.span();
        if self.is_lent(&place) {
            return Some(self.shortened_for_the_caller(e));
        }
        let len = self.len(place.clone(), span);
        let some = self.mention(len).map(|len| syn::parse_quote!(#len > 0), Kind::Bool);
        Some(self.either(Term::Inactive(some), expected, |this, some| {
            let item = some.then(|| this.last_taken(&place, len, span));
            then(this, item)
        }))
    }

    /// A parameter by `&mut`: its shadow is the caller's, and keeps its length.
    pub(super) fn is_lent(&self, place: &Place) -> bool {
        let base = place.base.0 as usize;
        matches!(self.values[base].class, Class::View { .. }) && self.roots[base].is_empty() && place.proj.is_empty()
    }

    pub(super) fn shortened_for_the_caller(&mut self, e: &ExprMethodCall) -> Term {
        let what = "a `Vec` of the caller's is made shorter, whose derivative cannot change its length";
        self.error(e, what, "return what stays, or work on a copy: `let mut v = v.clone();`")
    }

    /// Moves the last element out.
    fn last_taken(&mut self, place: &Place, len: Value, span: Span) -> Term {
        let last = self.one_less(len);
        let item = self.by_value(Term::Place(pushed(place.clone(), Proj::Index(last))));
        self.truncated(place, last, span);
        item
    }

    fn one_less(&mut self, len: Value) -> Value {
        self.computed(&[len], |n| {
            let len = &n[0];
            syn::parse_quote!(#len - 1)
        })
    }

    /// A copy of part of a `Vec`.
    fn copy_of_part(&mut self, place: &Place, lo: Option<Value>, hi: Option<Value>, span: Span) -> Value {
        let (kind, varied) = (self.place_kind(place), self.is_varied(place.base));
        let place = pushed(place.clone(), Proj::Range { lo, hi, inclusive: false });
        let op = Op::Alloc(Alloc::Copy { place, method: Some(proc_macro2::Ident::new("to_vec", span)) });
        self.let_("t", Class::Owner, kind, op, span, varied)
    }

    /// Leaves the first `n` elements.
    fn truncated(&mut self, place: &Place, n: Value, span: Span) {
        let src = self.copy_of_part(place, None, Some(n), span);
        self.stmts.push(Stmt::Memory(Memory::Assign { place: place.clone(), src, old: None }));
    }

    /// Moves the element at one end of `lo..=hi` to the other, by swaps.
    fn rotated(&mut self, place: &Place, lo: Value, hi: Value, down: bool, span: Span) {
        let range = Range { lo, hi, inclusive: false, step: None, rev: down, bare: false, other: false };
        self.over(Chain::of(Source::Range(range)), &Over::new(span), &mut |this, i| {
            let i = this.value(i, Some(&Kind::Integer));
            let j = this.computed(&[i], |n| {
                let i = &n[0];
                syn::parse_quote!(#i + 1)
            });
            this.stmts.push(Stmt::Memory(Memory::SwapElements { place: place.clone(), i, j }));
        });
    }

    fn resized_to(&mut self, place: &Place, n: Value, value: Term, span: Span) {
        let len = self.len(place.clone(), span);
        let shorter = self.inactive_pair(Term::Value(n), Term::Value(len), |n, len| syn::parse_quote!(#n < #len), Kind::Bool);
        self.either(shorter, None, |this, shorter| {
            match shorter {
                true => this.truncated(place, n, span),
                false => {
                    let range = Range { lo: len, hi: n, inclusive: false, step: None, rev: false, bare: false, other: false };
                    this.over(Chain::of(Source::Range(range)), &Over::new(span), &mut |this, _| {
                        this.push(place.clone(), value.clone(), span);
                    });
                }
            }
            Term::Unit
        });
    }

    pub(super) fn pushed_all(&mut self, place: &Place, items: Source, span: Span) {
        self.over(Chain::of(items), &Over::new(span), &mut |this, item| {
            let item = this.deref(item);
            let item = this.settle(item, None);
            this.push(place.clone(), item, span);
        });
    }
}

/// The method may leave fewer elements than there were.
fn shortens(name: &str) -> bool {
    let known = "clear truncate pop remove swap_remove resize split_off retain retain_mut dedup dedup_by dedup_by_key";
    known.split(' ').any(|known| known == name)
}
