//! Lowered expressions, before it is decided whether they are read, written or borrowed.

use super::closure::Closure;
use super::{Lower, kind, syntax};
use crate::ir::{Alloc, Class, Kind, ListForm, Op, Opaque, Place, Proj, Value};
use proc_macro2::{Ident, Span};
use std::rc::Rc;

/// A lowered expression.
#[derive(Clone, Debug)]
pub(super) enum Term {
    /// `()`.
    Unit,
    /// An inactive expression that has not been evaluated yet.
    Inactive(Inactive),
    /// A Plain value, or an Owner that nobody else names.
    Value(Value),
    /// Memory.
    Place(Place),
    /// `&term` or `&mut term`.
    Ref(bool, Box<Term>),
    /// `(a, b)`.
    Tuple(Vec<Term>),
    /// A closure, inlined where it is called.
    Closure(Rc<Closure>),
}

/// See [`Term::Inactive`].
#[derive(Clone, Debug)]
pub(super) struct Inactive {
    pub(super) opaque: Opaque,
    pub(super) kind: Kind,
}

impl Inactive {
    /// A literal or a path to a constant.
    pub(super) fn constant(expr: syn::Expr, kind: Kind) -> Inactive {
        Inactive { opaque: Opaque { expr, uses: Vec::new(), pure_: true, writes: false }, kind }
    }
}

impl Term {
    /// Stands for an expression with an error, so that lowering can go on.
    pub(super) fn error() -> Term {
        Term::Inactive(Inactive::constant(syn::parse_quote!(()), Kind::Unknown))
    }

    /// A constant expression of the lowering's own.
    pub(super) fn constant(expr: syn::Expr, kind: Kind) -> Term {
        Term::Inactive(Inactive::constant(expr, kind))
    }

    /// `true` or `false`.
    pub(super) fn bool(value: bool) -> Term {
        Term::constant(syn::parse_quote!(#value), Kind::Bool)
    }

    /// The whole of an Owner or of what a View refers to.
    pub(super) fn whole(base: Value) -> Term {
        Term::Place(Place::whole(base))
    }

    /// The same term, written twice.
    pub(super) fn same(&self, other: &Term) -> bool {
        match (self, other) {
            (Term::Unit, Term::Unit) => true,
            (Term::Inactive(a), Term::Inactive(b)) => a.opaque.expr == b.opaque.expr && a.opaque.uses == b.opaque.uses,
            (Term::Value(a), Term::Value(b)) => a == b,
            (Term::Place(a), Term::Place(b)) => a == b,
            (Term::Ref(m, a), Term::Ref(n, b)) => m == n && a.same(b),
            (Term::Tuple(a), Term::Tuple(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b)),
            (Term::Closure(a), Term::Closure(b)) => Rc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// Every value it mentions was made before `next`.
    pub(super) fn older_than(&self, next: u32) -> bool {
        let old = |value: &Value| value.0 < next;
        match self {
            Term::Unit | Term::Closure(_) => true,
            Term::Inactive(inactive) => inactive.opaque.uses.iter().all(|(_, value)| old(value)),
            Term::Value(value) => old(value),
            Term::Place(place) => old(&place.base) && place.operands().all(|value| old(&value)),
            Term::Ref(_, to) => to.older_than(next),
            Term::Tuple(parts) => parts.iter().all(|part| part.older_than(next)),
        }
    }
}

impl Lower<'_> {
    /// The kind of what a term evaluates to.
    pub(super) fn kind(&self, term: &Term) -> Kind {
        match term {
            Term::Unit => Kind::Unit,
            Term::Inactive(inactive) => inactive.kind.clone(),
            Term::Value(value) => self.data(*value).kind.clone(),
            Term::Place(place) => self.place_kind(place),
            Term::Ref(mutable, to) => Kind::Ref(*mutable, Box::new(self.kind(to))),
            Term::Tuple(parts) => Kind::Tuple(parts.iter().map(|part| self.kind(part)).collect()),
            Term::Closure(_) => Kind::Passive,
        }
    }

    /// The term may depend on a differentiable parameter.
    pub(super) fn varies(&self, term: &Term) -> bool {
        match term {
            Term::Unit | Term::Inactive(_) => false,
            Term::Value(value) => self.is_varied(*value),
            Term::Place(place) => self.is_varied(place.base) && !self.place_kind(place).is_inactive(),
            Term::Ref(_, to) => self.varies(to),
            Term::Tuple(parts) => parts.iter().any(|part| self.varies(part)),
            Term::Closure(closure) => closure.captured.iter().any(|id| self.env.read(*id).is_some_and(|term| self.varies(&term))),
        }
    }

    /// Evaluates what reads memory or has an effect, so that the term means the same later.
    pub(super) fn settle(&mut self, term: Term, expected: Option<&Kind>) -> Term {
        match term {
            Term::Inactive(inactive) if inactive.opaque.pure_ && !self.reads_memory(&inactive.opaque) => Term::Inactive(inactive),
            Term::Inactive(inactive) => Term::Value(self.evaluate(inactive, "t")),
            Term::Place(_) => self.read(term, expected),
            Term::Tuple(parts) => Term::Tuple(parts.into_iter().map(|part| self.settle(part, None)).collect()),
            Term::Value(_) => self.read(term, expected),
            Term::Unit | Term::Ref(..) | Term::Closure(_) => term,
        }
    }

    fn reads_memory(&self, opaque: &Opaque) -> bool {
        opaque.uses.iter().any(|(_, value)| self.data(*value).class != Class::Plain)
    }

    /// `let name = expression;` What is not known to be a scalar is memory, because it may be modified or borrowed later.
    pub(super) fn evaluate(&mut self, inactive: Inactive, name: &str) -> Value {
        let Inactive { opaque, kind } = inactive;
        let span = syn::spanned::Spanned::span(&opaque.expr);
        match kind::is_scalar(&kind) || matches!(kind, Kind::Ref(..)) {
            true => self.let_(name, Class::Plain, kind, Op::Opaque(opaque), span, false),
            false => self.let_(name, Class::Owner, kind, Op::Alloc(Alloc::Opaque(opaque)), span, false),
        }
    }

    /// A use of the term as an operand: references are followed, scalars are loaded.
    pub(super) fn read(&mut self, term: Term, expected: Option<&Kind>) -> Term {
        match term {
            Term::Ref(_, to) => {
                let to = self.dereferenced(*to);
                self.read(to, expected)
            }
            Term::Place(place) => self.read_place(place, expected),
            Term::Value(value) => match expected {
                Some(Kind::Float | Kind::Integer | Kind::Bool) if self.data(value).kind == Kind::Unknown => {
                    self.read_place(Place::whole(value), expected)
                }
                _ => Term::Value(value),
            },
            Term::Unit | Term::Inactive(_) | Term::Tuple(_) | Term::Closure(_) => term,
        }
    }

    fn read_place(&mut self, place: Place, expected: Option<&Kind>) -> Term {
        let kind = self.place_kind(&place);
        let varied = self.is_varied(place.base);
        let span = self.data(place.base).span;
        let scalar = match (&kind, expected) {
            (Kind::Unknown, Some(Kind::Float | Kind::Integer | Kind::Bool)) => expected.cloned(),
            (kind, _) if kind::is_scalar(kind) => Some(kind.clone()),
            _ => None,
        };
        match scalar {
            Some(Kind::Passive) | None if !varied && matches!(kind, Kind::Unknown | Kind::Passive) => {
                let (expr, uses) = self.place_expr(&place);
                let opaque = Opaque { expr, uses, pure_: true, writes: false };
                Term::Inactive(Inactive { opaque, kind: Kind::Passive })
            }
            Some(kind) => {
                let varied = varied && !kind.is_inactive();
                Term::Value(self.let_("t", Class::Plain, kind, Op::Load(place), span, varied))
            }
            None if matches!(kind, Kind::Ref(..)) => Term::Ref(matches!(kind, Kind::Ref(true, _)), Box::new(Term::Place(place))),
            None if place.proj.is_empty() => Term::Place(place),
            None if kind == Kind::Unknown => Term::Value(self.let_("t", Class::Owner, kind, Op::Load(place), span, varied)),
            None => Term::Place(place),
        }
    }

    /// A value that is Plain if the kind is a scalar's, and otherwise an Owner or View that stands for the term.
    pub(super) fn value(&mut self, term: Term, expected: Option<&Kind>) -> Value {
        match self.read(term, expected) {
            Term::Value(value) => value,
            Term::Inactive(mut inactive) => {
                if let (Kind::Passive | Kind::Unknown, Some(kind)) = (&inactive.kind, expected)
                    && kind::is_scalar(kind)
                {
                    inactive.kind = kind.clone();
                }
                self.evaluate(inactive, "t")
            }
            Term::Place(place) if place.proj.is_empty() && self.data(place.base).class == Class::Owner => place.base,
            Term::Unit => self.evaluate(Inactive::constant(syn::parse_quote!(()), Kind::Unit), "t"),
            term @ (Term::Place(_) | Term::Tuple(_)) => self.owned(term, expected),
            Term::Ref(..) => unreachable!("references are followed"),
            Term::Closure(closure) => {
                self.errors.push_spanned(&closure.def, "a closure is used as a value", "call it here, or write a function");
                self.evaluate(Inactive::constant(syn::parse_quote!(()), Kind::Passive), "t")
            }
        }
    }

    /// A value of its own: what `let x = term;` binds. Scalars are Plain; memory is copied or moved to an Owner.
    pub(super) fn owned(&mut self, term: Term, expected: Option<&Kind>) -> Value {
        match term {
            Term::Place(place) if !self.reads_as_scalar(&place, expected) => self.copied(place),
            Term::Tuple(parts) => {
                let elems: Vec<Value> = parts.into_iter().map(|part| self.element(part, None)).collect();
                let kind = Kind::Tuple(elems.iter().map(|elem| self.data(*elem).kind.clone()).collect());
                let varied = elems.iter().any(|elem| self.is_varied(*elem));
                let alloc = Alloc::List { elems, form: ListForm::Tuple };
                self.let_("t", Class::Owner, kind, Op::Alloc(alloc), Span::mixed_site(), varied)
            }
            Term::Ref(mutable, to) => self.view(mutable, *to, "t"),
            term => self.value(term, expected),
        }
    }

    /// An element of a list or of a `Vec`.
    pub(super) fn element(&mut self, term: Term, expected: Option<&Kind>) -> Value {
        self.owned(term, expected)
    }

    fn reads_as_scalar(&self, place: &Place, expected: Option<&Kind>) -> bool {
        let kind = self.place_kind(place);
        let known = matches!(expected, Some(Kind::Float | Kind::Integer | Kind::Bool));
        kind::is_scalar(&kind) || kind == Kind::Unknown && (known || !self.is_varied(place.base))
    }

    /// A plain use of memory: copies what is `Copy` by syntax, moves the rest.
    fn copied(&mut self, place: Place) -> Value {
        let (kind, varied, span) = (self.place_kind(&place), self.is_varied(place.base), self.data(place.base).span);
        if place.proj.is_empty() && self.data(place.base).class == Class::Owner && !kind::is_copy(&kind) {
            return self.let_("t", Class::Owner, kind, Op::Move(place.base), span, varied);
        }
        if kind == Kind::Unknown {
            return self.let_("t", Class::Owner, kind, Op::Load(place), span, varied);
        }
        if let Kind::Ref(mutable, _) = kind {
            return self.view(mutable, Term::Place(place), "t");
        }
        self.let_("t", Class::Owner, kind, Op::Alloc(Alloc::Copy { place, method: None }), span, varied)
    }

    /// A reference as a View value.
    pub(super) fn view(&mut self, mutable: bool, to: Term, name: &str) -> Value {
        let place = match self.dereferenced(to) {
            Term::Place(place) => place,
            term => self.stored(term),
        };
        if place.proj.is_empty() && matches!(self.data(place.base).class, Class::View { .. }) {
            return place.base;
        }
        let mut place = place;
        if place.proj.len() > 1 && place.proj.last() == Some(&Proj::Deref) && matches!(self.place_kind(&place), Kind::Slice(_)) {
            place.proj.pop();
        }
        let kind = Kind::Ref(mutable, Box::new(self.place_kind(&place)));
        let (base, span) = (place.base, self.data(place.base).span);
        let value = self.let_(name, Class::View { mutable }, kind, Op::Borrow { mutable, place }, span, false);
        self.roots[value.0 as usize] = vec![base];
        value
    }

    /// Puts a temporary into memory, so that it can be borrowed.
    pub(super) fn stored(&mut self, term: Term) -> Place {
        let value = self.owned(term, None);
        if self.data(value).class != Class::Plain {
            return Place::whole(value);
        }
        let (kind, varied, span) = (self.data(value).kind.clone(), self.is_varied(value), self.data(value).span);
        Place::whole(self.let_("t", Class::Owner, kind, Op::Alloc(Alloc::Scalar(value)), span, varied))
    }

    /// The term as part of a larger inactive expression; what it reads of active values is evaluated before.
    pub(super) fn inactive(&mut self, term: Term) -> Inactive {
        let term = match term {
            Term::Place(_) => self.read(term, None),
            term => term,
        };
        match term {
            Term::Inactive(inactive) if inactive.opaque.pure_ => inactive,
            Term::Inactive(inactive) => {
                let value = self.evaluate(inactive, "t");
                self.mention(value)
            }
            Term::Value(value) => self.mention(value),
            Term::Place(place) => {
                let (kind, (expr, uses)) = (self.place_kind(&place), self.place_expr(&place));
                Inactive { opaque: Opaque { expr, uses, pure_: true, writes: false }, kind }
            }
            Term::Ref(mutable, to) => self.inactive_reference(mutable, *to),
            Term::Unit => Inactive::constant(syn::parse_quote!(()), Kind::Unit),
            Term::Tuple(parts) => {
                let kind = Kind::Tuple(parts.iter().map(|part| self.kind(part)).collect());
                let (exprs, opaque) = self.compose(parts);
                Inactive { opaque: Opaque { expr: syn::parse_quote!((#(#exprs,)*)), ..opaque }, kind }
            }
            Term::Closure(closure) => {
                self.errors.push_spanned(&closure.def, "a closure is used as a value", "call it here, or write a function");
                Inactive::constant(syn::parse_quote!(()), Kind::Passive)
            }
        }
    }

    /// `&term` as part of an inactive expression.
    fn inactive_reference(&mut self, mutable: bool, to: Term) -> Inactive {
        let kind = Kind::Ref(mutable, Box::new(self.kind(&to)));
        let mut inner = match to {
            Term::Ref(mutable, to) => self.inactive_reference(mutable, *to),
            Term::Place(place) if place.proj.is_empty() && self.data(place.base).class == (Class::View { mutable }) => {
                // The variable is the reference itself; a mutable one is borrowed again.
                let mut inactive = self.mention(place.base);
                if !mutable {
                    return inactive;
                }
                inactive.opaque.expr = syntax::deref(inactive.opaque.expr);
                inactive
            }
            to => {
                let to = self.dereferenced(to);
                match to {
                    Term::Place(place) if mutable => {
                        let (expr, uses) = self.place_expr(&place);
                        Inactive { opaque: Opaque { expr, uses, pure_: true, writes: true }, kind: Kind::Passive }
                    }
                    to => self.inactive(to),
                }
            }
        };
        inner.opaque.expr = syntax::reference(mutable, inner.opaque.expr);
        inner.opaque.writes |= mutable;
        Inactive { opaque: inner.opaque, kind }
    }

    /// An expression that mentions a value.
    pub(super) fn mention(&self, value: Value) -> Inactive {
        let data = self.data(value);
        let name = match self.temporary[value.0 as usize] {
            true => format!("t{}", value.0),
            false => data.name.clone(),
        };
        let ident = Ident::new(&name, data.span);
        let opaque = Opaque { expr: syn::parse_quote!(#ident), uses: vec![(ident, value)], pure_: true, writes: false };
        Inactive { opaque, kind: data.kind.clone() }
    }

    /// Makes the parts of an inactive expression. Returns their expressions, and the other properties of the whole.
    pub(super) fn compose(&mut self, terms: Vec<Term>) -> (Vec<syn::Expr>, Opaque) {
        let mut whole = Inactive::constant(syn::parse_quote!(()), Kind::Passive).opaque;
        let mut exprs = Vec::new();
        for term in terms {
            let mut part = self.inactive(term);
            if conflicts(&whole.uses, &part.opaque.uses) {
                let value = self.evaluate(part, "t");
                part = self.mention(value);
            }
            whole.uses.extend(
                part.opaque
                    .uses
                    .into_iter()
                    .filter(|(_, value)| !whole.uses.iter().any(|(_, used)| used == value))
                    .collect::<Vec<_>>(),
            );
            whole.writes |= part.opaque.writes;
            exprs.push(part.opaque.expr);
        }
        (exprs, whole)
    }

    /// The expression of the user's that stands for a place.
    pub(super) fn place_expr(&self, place: &Place) -> (syn::Expr, Vec<(Ident, Value)>) {
        let base = self.mention(place.base);
        let (mut expr, mut uses) = (base.opaque.expr, base.opaque.uses);
        let mut operand = |value: Value| -> syn::Expr {
            let mention = self.mention(value);
            let ident = match uses.iter().find(|(ident, used)| *ident == mention.opaque.uses[0].0 && *used != value) {
                Some(_) => Ident::new(&format!("t{}", value.0), Span::mixed_site()),
                None => mention.opaque.uses[0].0.clone(),
            };
            if !uses.contains(&(ident.clone(), value)) {
                uses.push((ident.clone(), value));
            }
            syn::parse_quote!(#ident)
        };
        for proj in &place.proj {
            expr = match proj {
                Proj::Deref => syntax::deref(expr),
                Proj::Field(member) => syntax::field(expr, member),
                Proj::Index(index) => syntax::index(expr, operand(*index)),
                Proj::Range { lo, hi, inclusive } => {
                    let (lo, hi) = (lo.map(&mut operand), hi.map(&mut operand));
                    syntax::index(expr, syntax::range(lo, hi, *inclusive))
                }
            };
        }
        (expr, uses)
    }
}

/// One name stands for two values.
fn conflicts(a: &[(Ident, Value)], b: &[(Ident, Value)]) -> bool {
    b.iter().any(|(name, value)| a.iter().any(|(other, used)| name == other && value != used))
}
