//! Inactive expressions: terms as parts of larger ones.

use super::closure::{Body, Closure};
use super::term::{Inactive, Term};
use super::{Lower, syntax};
use crate::ir::{Class, Kind, Opaque, Place, Proj, Value};
use proc_macro2::{Ident, Span};

impl Inactive {
    /// A larger expression around this one.
    pub(super) fn map(self, f: impl FnOnce(syn::Expr) -> syn::Expr, kind: Kind) -> Inactive {
        Inactive { opaque: Opaque { expr: f(self.opaque.expr), ..self.opaque }, kind }
    }
}

impl Lower<'_> {
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
            Term::Iterator(lazy) => {
                self.iterator_as_value(&lazy);
                Inactive::constant(syn::parse_quote!(()), Kind::Passive)
            }
            Term::Closure(closure) if !closure.is_pullback() => self.inactive_closure(&closure),
            Term::Closure(closure) => {
                let what = format!("{} is used as a value", closure.what());
                self.errors.push_spanned(&closure.def, what, "call it here, or write a function");
                Inactive::constant(syn::parse_quote!(()), Kind::Passive)
            }
        }
    }

    /// A closure that is no business of a derivative's: as it was written.
    fn inactive_closure(&mut self, closure: &Closure) -> Inactive {
        let Body::Written { scopes, .. } = closure.body() else { unreachable!("pullbacks are not written") };
        let (def, scopes) = (syn::Expr::Closure(closure.def.clone()), scopes.clone());
        let what = "a closure over values that may carry derivatives is used as a value";
        let help = "call it here, or pass it to a differentiated function";
        match self.in_scopes(scopes, |this| this.whole(&def, Some(&Kind::Passive), what, help)) {
            Term::Inactive(inactive) => Inactive { opaque: Opaque { pure_: true, ..inactive.opaque }, ..inactive },
            _ => Inactive::constant(syn::parse_quote!(()), Kind::Passive),
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
                    // What a reference refers to need not have a size: text, for instance.
                    Term::Place(place) if place.proj.last() == Some(&Proj::Deref) && self.place_kind(&place) == Kind::Passive => {
                        let (expr, uses) = self.place_expr(&place);
                        Inactive { opaque: Opaque { expr, uses, pure_: true, writes: false }, kind: Kind::Passive }
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
            // One value may be mentioned by two names.
            let more = part.opaque.uses.into_iter().filter(|mention| !whole.uses.contains(mention)).collect::<Vec<_>>();
            whole.uses.extend(more);
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
                Proj::Payload(_) => unreachable!("only what is borrowed is a variant's"),
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
pub(super) fn conflicts(a: &[(Ident, Value)], b: &[(Ident, Value)]) -> bool {
    b.iter().any(|(name, value)| a.iter().any(|(other, used)| name == other && value != used))
}
