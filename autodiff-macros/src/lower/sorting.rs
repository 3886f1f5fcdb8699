//! Methods that change the order of memory that may carry derivatives.
//!
//! Sorting decides on an order, as a `Vec` of indices that carries nothing, by the user's comparison; then the elements are gathered in it, or
//! swapped until they are in it.

use super::Lower;
use super::iterator::{Chain, Over};
use super::place::pushed;
use super::range::Range;
use super::source::Source;
use super::term::{Inactive, Term};
use super::{free, kind};
use crate::ir::{Alloc, Class, Kind, Memory, Op, Opaque, Place, Proj, Stmt, Value};
use proc_macro2::{Ident, Span};
use syn::spanned::Spanned as _;
use syn::{Expr, ExprMethodCall};

impl<'e> Lower<'e> {
    /// `v.sort_by(…)` and its like on memory that may carry derivatives.
    pub(super) fn ordered(&mut self, e: &ExprMethodCall) -> Option<Term> {
        let (name, span) = (e.method.to_string(), e.span());
        let compares = match (name.as_str(), e.args.len()) {
            ("sort_by" | "sort_unstable_by", 1) | ("select_nth_unstable_by", 2) => true,
            ("sort_by_key" | "sort_unstable_by_key" | "sort_by_cached_key", 1) | ("select_nth_unstable_by_key", 2) => false,
            _ => return None,
        };
        let receiver = self.expr(&e.receiver, None);
        let Term::Place(place) = self.place_of(receiver) else { return None };
        let elem = kind::element(&self.place_kind(&place));
        if elem.is_inactive() || !self.is_varied(place.base) {
            return None;
        }
        let nth = (e.args.len() == 2).then(|| self.integer(&e.args[0]));
        let Some(order) = self.order(&place, e, nth, compares) else {
            let help = "write the comparison in place, as a closure that changes nothing";
            return Some(self.error(e, "what this is sorted by cannot be looked into", help));
        };
        match kind::is_copy(&elem) {
            true => self.gathered(&place, order, span),
            false => self.swapped_into(&place, order, span),
        }
        let Some(nth) = nth else { return Some(Term::Unit) };
        let behind = self.computed(&[nth], |n| {
            let n = &n[0];
            syn::parse_quote!(#n + 1)
        });
        let parts = [
            Proj::Range { lo: None, hi: Some(nth), inclusive: false },
            Proj::Index(nth),
            Proj::Range { lo: Some(behind), hi: None, inclusive: false },
        ];
        let part = |part| Term::Ref(true, Box::new(Term::Place(pushed(place.clone(), part))));
        Some(Term::Tuple(parts.into_iter().map(part).collect()))
    }

    /// The order that the user's comparison gives, as indices.
    fn order(&mut self, place: &Place, e: &ExprMethodCall, nth: Option<Value>, compares: bool) -> Option<Value> {
        let f = e.args.last()?;
        let free = free::of_expr(f);
        if !free.assigned.is_empty() || !matches!(self.changes(&free), Ok(false)) {
            return None;
        }
        let mut uses = self.reads(&free.names)?;
        let (memory, own) = self.place_expr(place);
        let nth = nth.map(|nth| self.mention(nth).opaque);
        for used in own.into_iter().chain(nth.iter().flat_map(|nth| nth.uses.clone())) {
            if uses.iter().any(|(name, value)| *name == used.0 && *value != used.1) {
                return None;
            }
            uses.push(used);
        }
        let (method, nth) = (&e.method, nth.iter().map(|nth| &nth.expr));
        let [order, i, j] = ["__order", "__i", "__j"].map(|name| Ident::new(name, Span::mixed_site()));
        // Closures are taken apart: the types of what they compare are known from the memory then.
        let by: Expr = match (f, compares) {
            (Expr::Closure(f), true) if f.inputs.len() == 2 => {
                let (a, b, body) = (&f.inputs[0], &f.inputs[1], &f.body);
                syn::parse_quote!(|&#i, &#j| { let (#a, #b) = (&#memory[#i], &#memory[#j]); #body })
            }
            (Expr::Closure(f), false) if f.inputs.len() == 1 => {
                let (a, body) = (&f.inputs[0], &f.body);
                syn::parse_quote!(|&#i| { let #a = &#memory[#i]; #body })
            }
            (Expr::Path(f), true) => syn::parse_quote!(|&#i, &#j| #f(&#memory[#i], &#memory[#j])),
            (Expr::Path(f), false) => syn::parse_quote!(|&#i| #f(&#memory[#i])),
            _ => return None,
        };
        let expr = syn::parse_quote!({
            let mut #order: Vec<usize> = (0..#memory.len()).collect();
            #order.#method(#(#nth,)* #by);
            #order
        });
        let opaque = Opaque { expr, uses, pure_: false, writes: false };
        let order = self.evaluate(Inactive { opaque, kind: Kind::Vec(Box::new(Kind::Integer)) }, "order");
        self.data_mut(order).span = e.method.span();
        Some(order)
    }

    /// `place[i] = place[order[i]]` for all `i` at once.
    fn gathered(&mut self, place: &Place, order: Value, span: Span) {
        let elem = kind::element(&self.place_kind(place));
        let len = self.len(Place::whole(order), span);
        let op = Op::Alloc(Alloc::Empty { capacity: Some(len) });
        let vec = self.let_("sorted", Class::Owner, Kind::Vec(Box::new(elem)), op, span, false);
        self.data_mut(vec).mutable = true;
        let indices = Chain::of(self.up_to(len));
        self.over(indices, &Over::new(span), &mut |this, i| {
            let i = this.value(i, Some(&Kind::Integer));
            let from = this.read(Term::Place(pushed(Place::whole(order), Proj::Index(i))), Some(&Kind::Integer));
            let from = this.value(from, Some(&Kind::Integer));
            let item = this.by_value(Term::Place(pushed(place.clone(), Proj::Index(from))));
            this.push(Place::whole(vec), item, span);
        });
        self.written(place, &Term::whole(vec), span);
        self.stmts.push(Stmt::Memory(Memory::CopyFrom { place: place.clone(), src: Place::whole(vec) }));
    }

    /// The same by swaps: elements that are not known to be `Copy` may differ in what they hold, and their shadows with them.
    fn swapped_into(&mut self, place: &Place, order: Value, span: Span) {
        let krate = self.krate.clone();
        let swaps =
            self.mention(order).map(|order| syn::parse_quote!(#krate::rt::swaps(&#order)), Kind::Vec(Box::new(Kind::Integer)));
        let swaps = self.evaluate(Inactive { opaque: Opaque { pure_: false, ..swaps.opaque }, ..swaps }, "swaps");
        let len = self.len(Place::whole(swaps), span);
        let indices = Chain::of(self.up_to(len));
        self.over(indices, &Over::new(span), &mut |this, i| {
            let i = this.value(i, Some(&Kind::Integer));
            let j = this.read(Term::Place(pushed(Place::whole(swaps), Proj::Index(i))), Some(&Kind::Integer));
            let j = this.value(j, Some(&Kind::Integer));
            this.stmts.push(Stmt::Memory(Memory::SwapElements { place: place.clone(), i, j }));
        });
    }

    /// `0..n`.
    pub(super) fn up_to(&mut self, n: Value) -> Source {
        let lo = self.literal(0);
        Source::Range(Range { lo, hi: n, inclusive: false, step: None, rev: false, bare: false, other: false })
    }

    /// `v.reverse()`: swaps from both ends.
    pub(super) fn turned_around(&mut self, place: &Place, span: Span) -> Term {
        let len = self.len(place.clone(), span);
        let half = self.computed(&[len], |n| {
            let len = &n[0];
            syn::parse_quote!(#len / 2)
        });
        let indices = Chain::of(self.up_to(half));
        self.over(indices, &Over::new(span), &mut |this, i| {
            let i = this.value(i, Some(&Kind::Integer));
            let j = this.computed(&[len, i], |n| {
                let (len, i) = (&n[0], &n[1]);
                syn::parse_quote!(#len - 1 - #i)
            });
            this.stmts.push(Stmt::Memory(Memory::SwapElements { place: place.clone(), i, j }));
        });
        Term::Unit
    }

    /// `v.rotate_left(k)` and `v.rotate_right(k)`: from a copy.
    pub(super) fn turned(&mut self, place: &Place, e: &ExprMethodCall, left: bool) -> Term {
        let span = e.span();
        let k = self.integer(&e.args[0]);
        let len = self.len(place.clone(), span);
        let rest = self.computed(&[len, k], |n| {
            let (len, k) = (&n[0], &n[1]);
            syn::parse_quote!(#len - #k)
        });
        // The first `front` elements come to the end.
        let (front, back) = if left { (k, rest) } else { (rest, k) };
        let (kind, varied) = (Kind::Vec(Box::new(kind::element(&self.place_kind(place)))), self.is_varied(place.base));
        let op = Op::Alloc(Alloc::Copy { place: place.clone(), method: Some(Ident::new("to_vec", span)) });
        let copy = self.let_("t", Class::Owner, kind, op, span, varied);
        let first = |n| Proj::Range { lo: None, hi: Some(n), inclusive: false };
        let behind = |n| Proj::Range { lo: Some(n), hi: None, inclusive: false };
        for (to, from) in [(first(back), behind(front)), (behind(back), first(front))] {
            let (place, src) = (pushed(place.clone(), to), pushed(Place::whole(copy), from));
            self.stmts.push(Stmt::Memory(Memory::CopyFrom { place, src }));
        }
        Term::Unit
    }
}
