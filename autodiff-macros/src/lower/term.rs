//! Lowered expressions, before it is decided whether they are read, written or borrowed.

use super::closure::Closure;
use super::iterator::Lazy;
use super::{Lower, kind};
use crate::ir::{Alloc, Class, Kind, Op, Opaque, Place, Value};
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
    /// A closure or a pullback, inlined where it is called.
    Closure(Rc<Closure>),
    /// An iterator, of which no item has been asked for yet.
    Iterator(Rc<Lazy>),
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
            (Term::Iterator(a), Term::Iterator(b)) => Rc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// Memory can be written to through it.
    pub(super) fn lends(&self) -> bool {
        match self {
            Term::Ref(mutable, to) => *mutable || to.lends(),
            Term::Tuple(parts) => parts.iter().any(Term::lends),
            Term::Unit | Term::Inactive(_) | Term::Value(_) | Term::Place(_) | Term::Closure(_) | Term::Iterator(_) => false,
        }
    }

    /// Every value it mentions was made before `next`.
    pub(super) fn older_than(&self, next: u32) -> bool {
        let old = |value: &Value| value.0 < next;
        match self {
            Term::Unit | Term::Closure(_) | Term::Iterator(_) => true,
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
            Term::Closure(_) | Term::Iterator(_) => Kind::Passive,
        }
    }

    /// What the kind of a term says of what takes its place later: that a constant is of a type that cannot be seen says nothing.
    pub(super) fn known_kind(&self, term: &Term) -> Option<Kind> {
        Some(self.kind(term)).filter(|kind| !holds_passive(kind))
    }

    /// The term may depend on a differentiable parameter.
    pub(super) fn varies(&self, term: &Term) -> bool {
        match term {
            Term::Unit | Term::Inactive(_) => false,
            Term::Value(value) => self.is_varied(*value),
            Term::Place(place) => self.is_varied(place.base) && !self.place_kind(place).is_inactive(),
            Term::Ref(_, to) => self.varies(to),
            Term::Tuple(parts) => parts.iter().any(|part| self.varies(part)),
            Term::Iterator(_) => true,
            Term::Closure(closure) => self.closure_varies(closure),
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
            Term::Unit | Term::Ref(..) | Term::Closure(_) | Term::Iterator(_) => term,
        }
    }

    pub(super) fn reads_memory(&self, opaque: &Opaque) -> bool {
        opaque.uses.iter().any(|(_, value)| self.data(*value).class != Class::Plain)
    }

    /// `let name = expression;` What is not known to be a scalar is memory, because it may be modified or borrowed later.
    pub(super) fn evaluate(&mut self, inactive: Inactive, name: &str) -> Value {
        let Inactive { opaque, kind } = inactive;
        let span = syn::spanned::Spanned::span(&opaque.expr);
        // A function of the user's may return a reference, or a tuple of them.
        let refers = |opaque: &Opaque| is_call(field_base(&opaque.expr)) || self.is_field_of_what_refers(opaque);
        let may_refer = match kind {
            Kind::Passive | Kind::Unknown => refers(&opaque),
            // A float as far as its use tells: `x * map.get(key).unwrap()`.
            Kind::Float => is_unwrapped(&opaque.expr),
            _ => false,
        };
        let value = match kind::is_scalar(&kind) || matches!(kind, Kind::Ref(..)) {
            true => self.let_(name, Class::Plain, kind, Op::Opaque(opaque), span, false),
            false => self.let_(name, Class::Owner, kind, Op::Alloc(Alloc::Opaque(opaque)), span, false),
        };
        self.data_mut(value).may_refer = may_refer;
        value
    }

    fn is_field_of_what_refers(&self, opaque: &Opaque) -> bool {
        matches!(opaque.expr, syn::Expr::Field(_)) && opaque.uses.iter().any(|(_, value)| self.data(*value).may_refer)
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
            Term::Unit | Term::Inactive(_) | Term::Tuple(_) | Term::Closure(_) | Term::Iterator(_) => term,
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
                let may_refer = place.proj.is_empty() && self.data(place.base).may_refer;
                let value = self.let_("t", Class::Plain, kind, Op::Load(place), span, varied);
                self.data_mut(value).may_refer = may_refer;
                Term::Value(value)
            }
            None if matches!(kind, Kind::Ref(..)) => Term::Ref(matches!(kind, Kind::Ref(true, _)), Box::new(Term::Place(place))),
            None if place.proj.is_empty() => Term::Place(place),
            None if kind == Kind::Unknown => Term::Value(self.let_("t", Class::Owner, kind, Op::Load(place), span, varied)),
            None => Term::Place(place),
        }
    }
}

/// What a field is one of.
fn field_base(e: &syn::Expr) -> &syn::Expr {
    match e {
        syn::Expr::Field(field) => field_base(&field.base),
        e => e,
    }
}

/// What an option held, which may have been a reference.
fn is_unwrapped(e: &syn::Expr) -> bool {
    matches!(e, syn::Expr::MethodCall(call) if matches!(call.method.to_string().as_str(), "unwrap" | "expect" | "unwrap_or" | "unwrap_or_else"))
}

/// What a function returns.
pub(super) fn is_call(e: &syn::Expr) -> bool {
    match e {
        syn::Expr::Call(_) | syn::Expr::MethodCall(_) => true,
        syn::Expr::Paren(inner) => is_call(&inner.expr),
        syn::Expr::Group(inner) => is_call(&inner.expr),
        _ => false,
    }
}

fn holds_passive(kind: &Kind) -> bool {
    match kind {
        Kind::Passive => true,
        Kind::Float | Kind::Integer | Kind::Bool | Kind::Unit | Kind::Unknown => false,
        Kind::Array(kind) | Kind::Slice(kind) | Kind::Vec(kind) | Kind::Ref(_, kind) => holds_passive(kind),
        Kind::Tuple(kinds) => kinds.iter().any(holds_passive),
    }
}
