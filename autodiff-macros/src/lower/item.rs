//! The length of a source, and its items.

use super::Lower;
use super::place::pushed;
use super::range::Range;
use super::source::{Blocks, By, Source};
use super::term::Term;
use crate::ir::{Kind, Proj, Value};
use syn::Expr;

impl Lower<'_> {
    /// The number of items.
    pub(super) fn source_len(&mut self, source: &Source) -> Value {
        match source {
            Source::Elements { place, .. } => self.len(place.clone(), self.data(place.base).span),
            Source::Blocks { len, size, form, .. } => self.computed(&[*len, *size], |n| {
                let (len, size) = (&n[0], &n[1]);
                match form {
                    Blocks::Windows => syn::parse_quote!((#len + 1).saturating_sub(#size)),
                    Blocks::Chunks => syn::parse_quote!(#len.div_ceil(#size)),
                    Blocks::Exact => syn::parse_quote!(#len / #size),
                }
            }),
            Source::Range(range) => self.range_len(range),
            Source::From(lo) => self.computed(&[*lo], |_| syn::parse_quote!(usize::MAX)),
            Source::Enumerate(inner) | Source::Rev(inner) | Source::Copied(inner) | Source::Map(inner, _) => {
                self.source_len(inner)
            }
            Source::Zip(a, b) => match (&**a, &**b) {
                (source, other) | (other, source) if other.is_endless() => self.source_len(source),
                (a, b) => {
                    let lens = [self.source_len(a), self.source_len(b)];
                    self.minimum(&lens)
                }
            },
            Source::Take(inner, n) => match &**inner {
                inner if inner.is_endless() => *n,
                inner => {
                    let lens = [self.source_len(inner), *n];
                    self.minimum(&lens)
                }
            },
            Source::Skip(inner, n) => {
                let len = self.source_len(inner);
                self.computed(&[len, *n], |n| {
                    let (len, n) = (&n[0], &n[1]);
                    syn::parse_quote!(#len.saturating_sub(#n))
                })
            }
            Source::StepBy(inner, k) => {
                let len = self.source_len(inner);
                self.computed(&[len, *k], |n| {
                    let (len, k) = (&n[0], &n[1]);
                    syn::parse_quote!(#len.div_ceil(#k))
                })
            }
            Source::Chain(a, b) => {
                let lens = [self.source_len(a), self.source_len(b)];
                self.sum_of(lens[0], lens[1])
            }
            Source::Once(_) => self.literal(1),
            Source::Repeat(_) => {
                let most = Term::constant(syn::parse_quote!(usize::MAX), Kind::Integer);
                self.value(most, Some(&Kind::Integer))
            }
        }
    }

    /// The same as a `usize`, of whatever type the integers of a range are.
    pub(super) fn source_size(&mut self, source: &Source) -> Value {
        match source {
            Source::Rev(inner) | Source::Enumerate(inner) | Source::Copied(inner) | Source::Map(inner, _) => {
                self.source_size(inner)
            }
            Source::Range(range @ Range { step: None, .. }) => self.counted_range(range),
            source => self.source_len(source),
        }
    }

    fn counted_range(&mut self, range: &Range) -> Value {
        self.computed(&[range.lo, range.hi], |n| {
            let all = range.expr(&n[0], &n[1]);
            syn::parse_quote!(#all.size_hint().0)
        })
    }

    fn range_len(&mut self, range: &Range) -> Value {
        let len = if range.other { self.counted_range(range) } else { self.difference(range) };
        match range.step {
            None => len,
            Some(step) => self.computed(&[len, step], |n| {
                let (len, step) = (&n[0], &n[1]);
                syn::parse_quote!(#len.div_ceil(#step))
            }),
        }
    }

    fn difference(&mut self, range: &Range) -> Value {
        self.computed(&[range.lo, range.hi], |n| {
            let (lo, hi) = (&n[0], &n[1]);
            match (range.inclusive, range.bare) {
                (true, true) => syn::parse_quote!(usize::saturating_sub(#hi + 1, #lo)),
                (false, true) => syn::parse_quote!(usize::saturating_sub(#hi, #lo)),
                (true, false) => syn::parse_quote!((#hi + 1).saturating_sub(#lo)),
                (false, false) => syn::parse_quote!(#hi.saturating_sub(#lo)),
            }
        })
    }

    fn minimum(&mut self, lens: &[Value; 2]) -> Value {
        self.computed(lens, |n| {
            let (a, b) = (&n[0], &n[1]);
            syn::parse_quote!(#a.min(#b))
        })
    }

    /// The same source, cut to `n` items: slices are cut before the loop, so that no access in it is checked.
    pub(super) fn limited(&mut self, source: Source, n: Value) -> Source {
        match source {
            Source::Elements { place, by } => {
                let place = self.resliced(place, by, Proj::Range { lo: None, hi: Some(n), inclusive: false });
                Source::Elements { place, by }
            }
            Source::Enumerate(inner) => Source::Enumerate(Box::new(self.limited(*inner, n))),
            Source::Copied(inner) => Source::Copied(Box::new(self.limited(*inner, n))),
            Source::Map(inner, f) => Source::Map(Box::new(self.limited(*inner, n)), f),
            Source::Take(inner, _) => self.limited(*inner, n),
            Source::Zip(a, b) => Source::Zip(Box::new(self.limited(*a, n)), Box::new(self.limited(*b, n))),
            Source::Rev(_)
            | Source::Skip(..)
            | Source::StepBy(..)
            | Source::Range(_)
            | Source::From(_)
            | Source::Chain(..)
            | Source::Once(_)
            | Source::Repeat(_)
            | Source::Blocks { .. } => source,
        }
    }

    /// The item at an index below the length.
    pub(super) fn item(&mut self, source: &Source, i: Value) -> Term {
        match source {
            Source::Elements { place, by } => {
                let element = Term::Place(pushed(place.clone(), Proj::Index(i)));
                match by {
                    By::Value => element,
                    By::Ref => Term::Ref(false, Box::new(element)),
                    By::Mut => Term::Ref(true, Box::new(element)),
                }
            }
            Source::Blocks { place, len, size, form, mutable } => {
                let range = self.block_range(*len, *size, *form, i);
                Term::Ref(*mutable, Box::new(Term::Place(pushed(place.clone(), range))))
            }
            Source::Range(range) => self.range_item(range, i),
            // The index is a `usize`, and what is counted may be of another type.
            Source::From(lo) => Term::Value(self.computed(&[*lo, i], |n| {
                let (lo, i) = (&n[0], &n[1]);
                syn::parse_quote!((#lo..).nth(#i).unwrap())
            })),
            Source::Enumerate(inner) => Term::Tuple(vec![Term::Value(i), self.item(inner, i)]),
            Source::Zip(a, b) => Term::Tuple(vec![self.item(a, i), self.item(b, i)]),
            Source::Rev(inner) => {
                let len = self.source_len(inner);
                let index = self.computed(&[len, i], |n| {
                    let (len, i) = (&n[0], &n[1]);
                    syn::parse_quote!(#len - 1 - #i)
                });
                self.item(inner, index)
            }
            Source::Skip(inner, n) => {
                let index = self.sum_of(i, *n);
                self.item(inner, index)
            }
            Source::Take(inner, _) => self.item(inner, i),
            Source::StepBy(inner, k) => {
                let index = self.product_of(i, *k);
                self.item(inner, index)
            }
            Source::Copied(inner) => {
                let item = self.item(inner, i);
                let item = self.deref(item);
                self.settle(item, None)
            }
            Source::Map(inner, f) => {
                let item = self.item(inner, i);
                self.call_func(f, vec![item], None)
            }
            Source::Chain(a, b) => {
                let len = self.source_len(a);
                let first = self.computed(&[i, len], |n| {
                    let (i, len) = (&n[0], &n[1]);
                    syn::parse_quote!(#i < #len)
                });
                self.data_mut(first).kind = Kind::Bool;
                self.either(Term::Value(first), None, |this, first| match first {
                    true => this.item(a, i),
                    false => {
                        let i = this.computed(&[i, len], |n| {
                            let (i, len) = (&n[0], &n[1]);
                            syn::parse_quote!(#i - #len)
                        });
                        this.item(b, i)
                    }
                })
            }
            Source::Once(item) | Source::Repeat(item) => item.clone(),
        }
    }

    fn block_range(&mut self, len: Value, size: Value, form: Blocks, i: Value) -> Proj {
        let lo = match form {
            Blocks::Windows => i,
            Blocks::Chunks | Blocks::Exact => self.product_of(i, size),
        };
        let mut hi = self.sum_of(lo, size);
        if form == Blocks::Chunks {
            hi = self.minimum(&[hi, len]);
        }
        Proj::Range { lo: Some(lo), hi: Some(hi), inclusive: false }
    }

    fn range_item(&mut self, range: &Range, i: Value) -> Term {
        let offset = match range.step {
            Some(step) => self.product_of(i, step),
            None => i,
        };
        let Range { lo, hi, inclusive, rev, other, .. } = *range;
        if other {
            return self.nth_of_range(range, i, offset);
        }
        if !rev {
            return Term::Value(self.sum_of(lo, offset));
        }
        let Some(step) = range.step else {
            return Term::Value(self.computed(&[hi, offset], |n| {
                let (hi, offset) = (&n[0], &n[1]);
                if inclusive { syn::parse_quote!(#hi - #offset) } else { syn::parse_quote!(#hi - 1 - #offset) }
            }));
        };
        let len = self.range_len(range);
        Term::Value(self.computed(&[lo, len, i, step], |n| {
            let (lo, len, i, step) = (&n[0], &n[1], &n[2], &n[3]);
            syn::parse_quote!(#lo + (#len - 1 - #i) * #step)
        }))
    }

    /// The index is a `usize`, and what is counted is of another type.
    fn nth_of_range(&mut self, range: &Range, i: Value, offset: Value) -> Term {
        let nth: fn(&Expr, &Expr) -> Expr = match (range.rev, range.step) {
            (true, None) => |all, i| syn::parse_quote!(#all.nth_back(#i).unwrap()),
            (true, Some(_)) | (false, _) => |all, i| syn::parse_quote!(#all.nth(#i).unwrap()),
        };
        let at = match (range.rev, range.step) {
            (true, Some(step)) => {
                let len = self.range_len(range);
                let last = self.computed(&[len, i], |n| {
                    let (len, i) = (&n[0], &n[1]);
                    syn::parse_quote!(#len - 1 - #i)
                });
                self.product_of(last, step)
            }
            (true, None) | (false, _) => offset,
        };
        Term::Value(self.computed(&[range.lo, range.hi, at], |n| nth(&range.expr(&n[0], &n[1]), &n[2])))
    }

    pub(super) fn sum_of(&mut self, a: Value, b: Value) -> Value {
        self.computed(&[a, b], |n| {
            let (a, b) = (&n[0], &n[1]);
            syn::parse_quote!(#a + #b)
        })
    }

    fn product_of(&mut self, a: Value, b: Value) -> Value {
        self.computed(&[a, b], |n| {
            let (a, b) = (&n[0], &n[1]);
            syn::parse_quote!(#a * #b)
        })
    }

    /// An integer expression of the user's as a value.
    pub(super) fn integer(&mut self, e: &Expr) -> Value {
        let term = self.operand(e, Some(&Kind::Integer));
        self.value(term, Some(&Kind::Integer))
    }

    /// An integer expression in some values.
    pub(super) fn computed(&mut self, values: &[Value], f: impl FnOnce(&[Expr]) -> Expr) -> Value {
        let span = self.data(values[0]).span;
        let terms = values.iter().map(|value| Term::Value(*value)).collect();
        let (exprs, whole) = self.compose(terms);
        let opaque = crate::ir::Opaque { expr: f(&exprs), ..whole };
        let value = self.evaluate(super::term::Inactive { opaque, kind: Kind::Integer }, "t");
        self.data_mut(value).span = span;
        value
    }
}
