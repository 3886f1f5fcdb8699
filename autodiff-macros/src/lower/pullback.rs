//! `f::vjp(x)` in a differentiated function.
//!
//! The pullback is no value of the program: where it is called, `f::vjp_pulled` is, which runs forward sweep and pullback and takes the
//! cotangents behind the parameters of `f` (see `emit::companion::nested`). What it is handed is what `f::vjp` was handed: rustc sees to it that
//! what was borrowed has not changed since, and what was moved or lent mutably is kept as a copy here.

use super::closure::{Body, Closure};
use super::term::Term;
use super::{Lower, kind};
use crate::ir::{Alloc, Class, Kind, Op, Place, Value};
use std::rc::Rc;
use syn::{Expr, ExprCall, ExprPath, PathArguments};

/// The pullback of a call.
#[derive(Debug)]
pub(super) struct Pullback {
    /// `path::to::f::vjp_pulled`.
    path: ExprPath,
    args: Vec<Kept>,
}

/// An argument of `f::vjp`, for the pullback.
#[derive(Clone, Debug)]
enum Kept {
    /// A scalar, or a shared reference.
    Same(Term),
    /// What was handed over by value.
    Moved(Value),
    /// What an `&mut` argument held.
    Lent(Value),
}

impl Lower<'_> {
    /// `f::vjp(…)` or `f::vjp_persistent(…)`, of what may carry derivatives: the call of `f` and the pullback.
    pub(super) fn vjp(&mut self, path: &ExprPath, e: &ExprCall, expected: Option<&Kind>) -> Option<Term> {
        let segments = &path.path.segments;
        let last = segments.last().filter(|_| segments.len() > 1 && path.qself.is_none())?;
        if last.ident != "vjp" && last.ident != "vjp_persistent" || super::sibling::is_associated(path) {
            return None;
        }
        let whole = Expr::Call(e.clone());
        let args: Vec<Term> = e.args.iter().map(|arg| self.argument(arg)).collect();
        if !args.iter().any(|arg| self.varies(arg)) {
            return Some(self.call_path(path, args, expected, &whole));
        }
        let (args, kept) = args.into_iter().map(|arg| self.keep(arg)).unzip();
        let value = match expected {
            Some(Kind::Tuple(kinds)) => kinds.first(),
            _ => None,
        };
        let value = self.call_path(&function(path), args, value, &whole);
        let pullback = Pullback { path: pulled(path), args: kept };
        let def = syn::parse_quote_spanned!(syn::spanned::Spanned::span(e)=> || #e);
        Some(Term::Tuple(vec![value, Term::Closure(Rc::new(Closure::new(def, Body::Pullback(pullback))))]))
    }

    /// An argument for the call, and for the pullback.
    fn keep(&mut self, arg: Term) -> (Term, Kept) {
        match arg {
            Term::Ref(true, to) => {
                let place = match self.dereferenced(*to) {
                    Term::Place(place) => place,
                    to => self.stored(to),
                };
                let before = self.copy_of(place.clone());
                (Term::Ref(true, Box::new(Term::Place(place))), Kept::Lent(before))
            }
            Term::Value(value) if self.data(value).class == Class::Plain => (arg.clone(), Kept::Same(arg)),
            Term::Value(_) | Term::Place(_) | Term::Tuple(_) => {
                let value = self.owned(arg, None);
                if self.data(value).class == Class::Plain {
                    return (Term::Value(value), Kept::Same(Term::Value(value)));
                }
                (Term::Value(self.copy_of(Place::whole(value))), Kept::Moved(value))
            }
            Term::Ref(false, _) | Term::Unit | Term::Inactive(_) | Term::Closure(_) | Term::Iterator(_) => {
                (arg.clone(), Kept::Same(arg))
            }
        }
    }

    /// A new Owner with what a place holds.
    fn copy_of(&mut self, place: Place) -> Value {
        let (kind, varied, span) = (self.place_kind(&place), self.is_varied(place.base), self.data(place.base).span);
        if kind::is_scalar(&kind) {
            let value = self.value(Term::Place(place), Some(&kind));
            return self.stored(Term::Value(value)).base;
        }
        let (kind, method): (Kind, Option<syn::Ident>) = match kind {
            Kind::Slice(elem) => (Kind::Vec(elem), Some(syn::parse_quote!(to_vec))),
            kind if kind::is_copy(&kind) => (kind, None),
            kind => (kind, Some(syn::parse_quote!(clone))),
        };
        self.let_("t", Class::Owner, kind, Op::Alloc(Alloc::Copy { place, method }), span, varied)
    }

    /// The call of a pullback.
    pub(super) fn pulled(&mut self, pullback: &Pullback, cotangents: Vec<Term>, expected: Option<&Kind>, e: &Expr) -> Term {
        let mut args = Vec::new();
        for arg in &pullback.args {
            args.push(match arg {
                Kept::Same(term) => term.clone(),
                Kept::Moved(value) => Term::Value(self.copy_of(Place::whole(*value))),
                Kept::Lent(value) => {
                    let copy = self.copy_of(Place::whole(*value));
                    self.data_mut(copy).mutable = true;
                    Term::Ref(true, Box::new(Term::whole(copy)))
                }
            });
        }
        args.extend(cotangents);
        self.call_path(&pullback.path, args, expected, e)
    }

    /// What the pullback is handed may carry derivatives.
    pub(super) fn pullback_varies(&self, pullback: &Pullback) -> bool {
        pullback.args.iter().any(|arg| match arg {
            Kept::Same(term) => self.varies(term),
            Kept::Moved(value) | Kept::Lent(value) => self.is_varied(*value),
        })
    }
}

/// `path::to::f` of `path::to::f::vjp`.
fn function(path: &ExprPath) -> ExprPath {
    let mut path = path.clone();
    let arguments = path.path.segments.pop().map(|last| last.into_value().arguments);
    path.path.segments.pop_punct();
    if let (Some(last), Some(arguments @ PathArguments::AngleBracketed(_))) = (path.path.segments.last_mut(), arguments) {
        last.arguments = arguments;
    }
    path
}

/// `path::to::f::vjp_pulled`.
fn pulled(path: &ExprPath) -> ExprPath {
    let mut path = path.clone();
    if let Some(last) = path.path.segments.last_mut() {
        last.ident = syn::Ident::new("vjp_pulled", last.ident.span());
    }
    path
}
