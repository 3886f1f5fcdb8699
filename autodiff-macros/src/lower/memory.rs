//! Methods and functions of slices, arrays and `Vec`s.

use super::Lower;
use super::term::Term;
use crate::ir::{Alloc, Class, Kind, Memory, Op, Place, Proj, Stmt, Value};
use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprMethodCall};

impl Lower<'_> {
    /// A method of memory; `None` if the receiver is something else, or the method is.
    pub(super) fn memory_method(
        &mut self,
        e: &ExprMethodCall,
        name: &str,
        receiver: &Term,
        expected: Option<&Kind>,
    ) -> Option<Term> {
        if let (Term::Place(_) | Term::Ref(..), "unwrap" | "expect") = (receiver, name)
            && matches!(&*e.receiver, Expr::MethodCall(inner) if matches!(inner.method.to_string().as_str(), "first" | "last" | "first_mut" | "last_mut"))
        {
            return Some(receiver.clone());
        }
        if let (Term::Tuple(_), "clone") = (receiver, name) {
            return Some(receiver.clone());
        }
        let Term::Place(place) = self.place_of(receiver.clone()) else { return None };
        let assumed = self.memory_kind(&place, name, e.args.len());
        let known = matches!(assumed, Kind::Array(_) | Kind::Slice(_) | Kind::Vec(_));
        let unknown = self.place_kind(&place) == Kind::Unknown;
        if name == "len" && e.args.is_empty() && (known || unknown) {
            return Some(Term::Value(self.len(place, e.span())));
        }
        if matches!(name, "clone" | "to_vec" | "to_owned")
            && e.args.is_empty()
            && (known || unknown && self.is_varied(place.base))
        {
            return Some(self.copy_by(place, e, name, expected));
        }
        if !known {
            return None;
        }
        let span = e.span();
        match (name, e.args.len()) {
            ("is_empty", 0) => {
                let len = self.len(place, span);
                let len = self.mention(len);
                Some(Term::Inactive(len.map(|len| syn::parse_quote!(#len == 0), Kind::Bool)))
            }
            ("as_slice" | "as_ref" | "as_mut_slice" | "as_mut", 0) => {
                Some(Term::Ref(name.contains("mut"), Box::new(Term::Place(place))))
            }
            // Of a constant it is the option that is asked for; `unwrapped_end` has seen to the rest.
            ("first" | "last", 0) if !self.is_varied(place.base) => None,
            ("first" | "last" | "first_mut" | "last_mut", 0) => Some(self.end(place, name, span)),
            ("push", 1) => {
                let kind = super::kind::element(&self.place_kind(&place));
                let value = self.operand(&e.args[0], Some(&kind));
                self.push(place, value, e.method.span());
                Some(Term::Unit)
            }
            ("fill", 1) => {
                let value = self.operand(&e.args[0], Some(&Kind::Float));
                self.written(&place, &value, span);
                let value = self.value(value, Some(&Kind::Float));
                self.stmts.push(Stmt::Memory(Memory::Fill { place, value }));
                Some(Term::Unit)
            }
            ("copy_from_slice" | "clone_from_slice", 1) => Some(self.copy_from(place, &e.args[0], span)),
            ("concat", 0) => Some(self.concatenated(place, span)),
            ("copy_within", 2) => self.copy_within(place, e),
            ("swap", 2) => {
                let [i, j] = [0, 1].map(|k| {
                    let index = self.operand(&e.args[k], Some(&Kind::Integer));
                    self.value(index, Some(&Kind::Integer))
                });
                self.stmts.push(Stmt::Memory(Memory::SwapElements { place, i, j }));
                Some(Term::Unit)
            }
            ("reverse", 0) => Some(self.turned_around(&place, span)),
            ("rotate_left" | "rotate_right", 1) => Some(self.turned(&place, e, name == "rotate_left")),
            ("split_at" | "split_at_mut", 1) => Some(self.split_at(place, e, name == "split_at_mut")),
            _ => self.resized(&place, e, name),
        }
    }

    /// Part of what a differentiable `&mut` parameter refers to.
    pub(super) fn is_field_of_the_callers(&self, place: &Place) -> bool {
        let base = place.base;
        let is_param = matches!(self.data(base).class, Class::View { .. }) && self.roots[base.0 as usize].is_empty();
        is_param && !self.constants.contains(&base) && place.proj.iter().any(|step| *step != Proj::Deref)
    }

    /// The length of memory.
    pub(super) fn len(&mut self, place: Place, span: Span) -> Value {
        self.let_("t", Class::Plain, Kind::Integer, Op::Len(place), span, false)
    }

    fn copy_by(&mut self, place: Place, e: &ExprMethodCall, name: &str, _expected: Option<&Kind>) -> Term {
        let kind = match (self.place_kind(&place), name) {
            (Kind::Array(elem) | Kind::Slice(elem), "to_vec") | (Kind::Slice(elem), _) => Kind::Vec(elem),
            (Kind::Unknown, "to_vec") => Kind::Vec(Box::new(Kind::Unknown)),
            (kind, _) => kind,
        };
        let varied = self.is_varied(place.base);
        let op = Op::Alloc(Alloc::Copy { place, method: Some(e.method.clone()) });
        Term::Value(self.let_("t", Class::Owner, kind, op, e.span(), varied))
    }

    /// The `v.first()` or `v.last()` of a method call, if that is what `unwrap` is called on.
    pub(super) fn unwrapped_end(&mut self, e: &ExprMethodCall) -> Option<Term> {
        let Expr::MethodCall(inner) = &*e.receiver else { return None };
        let name = inner.method.to_string();
        if !(matches!(&*name, "first" | "last") && inner.args.is_empty() && (e.method == "unwrap" || e.method == "expect")) {
            return None;
        }
        let mark = self.mark();
        let receiver = self.expr(&inner.receiver, None);
        if let Term::Place(place) = self.place_of(receiver)
            && matches!(self.memory_kind(&place, &name, 0), Kind::Array(_) | Kind::Slice(_) | Kind::Vec(_))
        {
            return Some(self.end(place, &name, inner.span()));
        }
        self.rollback(&mark);
        None
    }

    /// `v.first()` and `v.last()`, which only make sense with the `unwrap` that follows: a reference to the element.
    fn end(&mut self, place: Place, name: &str, span: Span) -> Term {
        let index = match name.starts_with("first") {
            true => self.literal(0),
            false => {
                let len = self.len(place.clone(), span);
                let len = self.mention(len);
                self.evaluate(len.map(|len| syn::parse_quote!(#len - 1), Kind::Integer), "t")
            }
        };
        let place = super::place::pushed(place, Proj::Index(index));
        Term::Ref(name.ends_with("_mut"), Box::new(Term::Place(place)))
    }

    /// `place.push(value)`.
    pub(super) fn push(&mut self, place: Place, value: Term, span: Span) {
        if self.is_field_of_the_callers(&place) {
            let what = "a field of the caller's gets longer, and its derivative cannot change its length";
            let help = "take the field as a parameter of its own (`points: &mut Vec<f64>`); what carries no derivative (text, counts, a log) is changed in a function without `#[differentiate]`";
            return self.errors.push(span, what, help);
        }
        self.written(&place, &value, span);
        let value = self.element_term(value);
        let value = self.moved(value, None);
        // The first element says what an empty `Vec` holds.
        let elem = self.data(value).kind.clone();
        if place.proj.is_empty()
            && let Kind::Vec(kind) = &mut self.data_mut(place.base).kind
            && **kind == Kind::Unknown
        {
            **kind = elem;
        }
        self.stmts.push(Stmt::Memory(Memory::Push { place, value }));
    }

    /// A value is written to memory: what it depends on, the memory depends on.
    pub(super) fn written(&mut self, place: &Place, value: &Term, span: Span) {
        if self.varies(value) && !self.place_kind(place).is_inactive() {
            self.mark_varied(place.base, span);
        }
    }

    fn copy_from(&mut self, place: Place, src: &Expr, span: Span) -> Term {
        let src = self.expr(src, None);
        self.written(&place, &src, span);
        let src = match self.place_of(src) {
            Term::Place(src) => src,
            term => self.stored(term),
        };
        self.stmts.push(Stmt::Memory(Memory::CopyFrom { place, src }));
        Term::Unit
    }

    /// `place.copy_within(from, to)`: by a copy, as the ranges may overlap.
    fn copy_within(&mut self, place: Place, e: &ExprMethodCall) -> Option<Term> {
        let (Expr::Range(range), span) = (&e.args[0], e.span()) else { return None };
        let mut end = |end: &Option<Box<Expr>>| end.as_ref().map(|end| self.integer(end));
        let (lo, hi) = (end(&range.start), end(&range.end));
        let to = self.integer(&e.args[1]);
        let from = Proj::Range { lo, hi, inclusive: matches!(range.limits, syn::RangeLimits::Closed(_)) };
        let (kind, varied) = (Kind::Vec(Box::new(super::kind::element(&self.place_kind(&place)))), self.is_varied(place.base));
        let op = Op::Alloc(Alloc::Copy {
            place: super::place::pushed(place.clone(), from),
            method: Some(proc_macro2::Ident::new("to_vec", span)),
        });
        let copy = self.let_("t", Class::Owner, kind, op, span, varied);
        let len = self.len(Place::whole(copy), span);
        let hi = self.computed(&[to, len], |n| {
            let (to, len) = (&n[0], &n[1]);
            syn::parse_quote!(#to + #len)
        });
        let place = super::place::pushed(place, Proj::Range { lo: Some(to), hi: Some(hi), inclusive: false });
        self.stmts.push(Stmt::Memory(Memory::CopyFrom { place, src: Place::whole(copy) }));
        Some(Term::Unit)
    }

    fn split_at(&mut self, place: Place, e: &ExprMethodCall, mutable: bool) -> Term {
        let at = self.operand(&e.args[0], Some(&Kind::Integer));
        let at = self.value(at, Some(&Kind::Integer));
        let kind = Kind::Ref(mutable, Box::new(Kind::Slice(Box::new(super::kind::element(&self.place_kind(&place))))));
        let base = place.base;
        let results: Vec<Value> = (0..2)
            .map(|_| {
                let view = self.fresh("t", Class::View { mutable }, kind.clone(), e.span(), false);
                self.roots[view.0 as usize] = vec![base];
                self.same_width(view, [base]);
                view
            })
            .collect();
        let terms = results.iter().map(|view| Term::Ref(mutable, Box::new(Term::whole(*view)))).collect();
        self.stmts.push(Stmt::Split { results, method: e.method.clone(), place, args: vec![at] });
        Term::Tuple(terms)
    }

    /// `std::mem::swap(&mut a, &mut b)`, `std::mem::replace(&mut a, b)` and `std::mem::take(&mut a)`.
    pub(super) fn mem(&mut self, name: &str, e: &syn::ExprCall) -> Option<Term> {
        let target = |arg: &Expr| match arg {
            Expr::Reference(reference) if reference.mutability.is_some() => (*reference.expr).clone(),
            other => super::syntax::deref(other.clone()),
        };
        let a = target(e.args.first()?);
        match name {
            "replace" => {
                let hint = self.target_kind(&a);
                let value = self.operand(&e.args[1], hint.as_ref());
                let old = self.expr(&a, None);
                Some(self.exchanged(&a, old, value, e.span()))
            }
            "take" => {
                let old = self.expr(&a, None);
                let kind = super::kind::pointee(&self.kind(&old)).clone();
                let empty = match &kind {
                    Kind::Vec(_) => self.empty_vec(None, Some(&kind)),
                    // An option or a struct of the user's.
                    Kind::Unknown => Term::constant(syn::parse_quote!(::core::default::Default::default()), Kind::Unknown),
                    kind => super::exit::default_of(kind)?,
                };
                Some(self.exchanged(&a, old, empty, e.span()))
            }
            _ => {
                let b = target(&e.args[1]);
                Some(self.swap(&a, &b, e))
            }
        }
    }

    /// The old value of a target that gets a new one.
    fn exchanged(&mut self, target: &Expr, old: Term, new: Term, span: Span) -> Term {
        match old {
            // A part of memory cannot be moved out of it.
            Term::Place(place) if !place.proj.is_empty() && !super::kind::is_copy(&self.place_kind(&place)) => {
                let kind = self.place_kind(&place);
                self.written(&place, &new, span);
                let new = self.as_unknown(new);
                let other = self.owned(new, Some(&kind));
                self.data_mut(other).mutable = true;
                let old = Term::whole(other);
                self.written(&Place::whole(other), &Term::Place(place.clone()), span);
                self.stmts.push(Stmt::Memory(Memory::Swap { a: place, b: Place::whole(other) }));
                old
            }
            old => {
                let old = self.by_value(old);
                self.assign_to(target, new);
                old
            }
        }
    }

    fn swap(&mut self, a: &Expr, b: &Expr, e: &syn::ExprCall) -> Term {
        let (x, y) = (self.expr(a, None), self.expr(b, None));
        match (&x, &y) {
            (Term::Place(p), Term::Place(q)) if !super::kind::is_scalar(&self.place_kind(p)) => {
                let (p, q) = (p.clone(), q.clone());
                self.written(&p, &y, e.span());
                self.written(&q, &x, e.span());
                self.stmts.push(Stmt::Memory(Memory::Swap { a: p, b: q }));
            }
            (Term::Ref(..), _) | (_, Term::Ref(..)) => {
                return self.error(e, "references are swapped", "choose the references by `if`, or swap what they refer to");
            }
            _ => {
                let (x, y) = (self.by_value(x), self.by_value(y));
                self.assign_to(a, y);
                self.assign_to(b, x);
            }
        }
        Term::Unit
    }
}
