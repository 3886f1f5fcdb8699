//! `f::vjp(x)`, and `T::m_vjp(t, x)` and `t.m_vjp(x)` of methods, in a differentiated function.
//!
//! The pullback is no value of the program: where it is called, `f::vjp_pulled` is, which runs forward sweep and pullback and takes the
//! cotangents behind the parameters of `f` (see `emit::companion::nested`). What it is handed is what `f::vjp` was handed: rustc sees to it that
//! what was borrowed has not changed since, and what was moved or lent mutably is kept as a copy here.

use super::closure::{Body, Closure};
use super::term::Term;
use super::{Lower, kind};
use crate::ir::{Alloc, Arg, Class, Kind, Op, Place, Value};
use proc_macro2::Ident;
use std::rc::Rc;
use syn::{Expr, ExprCall, ExprMethodCall, ExprPath, Member, PathArguments};

/// The pullback of a call.
#[derive(Debug)]
pub(super) struct Pullback {
    pulled: Pulled,
    args: Vec<Kept>,
}

/// What is called instead of the pullback.
#[derive(Debug)]
enum Pulled {
    /// `path::to::f::vjp_pulled`.
    Path(ExprPath),
    /// `receiver.m_vjp_pulled`. A receiver that is lent mutably is a copy.
    Method { call: ExprMethodCall, receiver: Arg },
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
        let function = differentiated(path)?;
        let whole = Expr::Call(e.clone());
        let args = self.arguments(&e.args);
        if !args.iter().any(|arg| self.varies(arg)) {
            return Some(self.call_path(path, args, expected, &whole));
        }
        let (args, kept) = args.into_iter().map(|arg| self.keep(arg)).unzip();
        let value = self.call_path(&function, args, of_value(expected), &whole);
        Some(with_pullback(value, Pullback { pulled: Pulled::Path(pulled(path)), args: kept }, &whole))
    }

    /// `receiver.m_vjp(…)`, of a method `m` of the user's.
    pub(super) fn method_vjp(
        &mut self,
        (e, method): (&ExprMethodCall, Ident),
        receiver: Term,
        args: Vec<Term>,
        expected: Option<&Kind>,
    ) -> Term {
        let call = ExprMethodCall { method, ..e.clone() };
        let (receiver, known) = self.receiver_of(&call, receiver, &args);
        let kept_receiver = match &receiver {
            Arg::Borrow { mutable: true, place } => {
                Arg::Borrow { mutable: true, place: Place::whole(self.copy_of(place.clone())) }
            }
            Arg::Borrow { mutable: false, .. } | Arg::Value(_) => receiver.clone(),
        };
        let (args, kept) = args.into_iter().map(|arg| self.keep(arg)).unzip();
        let value = self.call_method(&call, receiver, args, of_value(expected).or(known.as_ref()));
        let call = ExprMethodCall { method: pulled_name(&e.method), ..call };
        let pullback = Pullback { pulled: Pulled::Method { call, receiver: kept_receiver }, args: kept };
        with_pullback(value, pullback, &Expr::MethodCall(e.clone()))
    }

    /// `f::vjp(x).1` and `both.1`, where that is a pullback or another closure.
    pub(super) fn closure_in_tuple(&mut self, e: &Expr) -> Option<Rc<Closure>> {
        let e = match e {
            Expr::Paren(paren) => return self.closure_in_tuple(&paren.expr),
            Expr::Field(e) => e,
            _ => return None,
        };
        let Member::Unnamed(index) = &e.member else { return None };
        let makes_pullback = match &*e.base {
            Expr::Call(call) => matches!(&*call.func, Expr::Path(path) if differentiated(path).is_some()),
            Expr::MethodCall(call) => method_of(&call.method).is_some(),
            Expr::Path(_) => true,
            _ => false,
        };
        if !makes_pullback {
            return None;
        }
        match self.expr(&e.base, None) {
            Term::Tuple(mut parts) if parts.len() > index.index as usize => {
                super::call::closure_of(parts.swap_remove(index.index as usize))
            }
            _ => None,
        }
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
        let (kind, method): (Kind, Option<Ident>) = match kind {
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
        match &pullback.pulled {
            Pulled::Path(path) => self.call_path(path, args, expected, e),
            Pulled::Method { call, receiver } => {
                let receiver = match receiver {
                    Arg::Borrow { mutable: true, place } => {
                        let copy = self.copy_of(place.clone());
                        self.data_mut(copy).mutable = true;
                        Arg::Borrow { mutable: true, place: Place::whole(copy) }
                    }
                    Arg::Borrow { mutable: false, .. } | Arg::Value(_) => receiver.clone(),
                };
                self.call_method(call, receiver, args, expected)
            }
        }
    }

    /// What the pullback is handed may carry derivatives.
    pub(super) fn pullback_varies(&self, pullback: &Pullback) -> bool {
        let receiver = match &pullback.pulled {
            Pulled::Path(_) => false,
            Pulled::Method { receiver: Arg::Value(value), .. } => self.is_varied(*value),
            Pulled::Method { receiver: Arg::Borrow { place, .. }, .. } => self.is_varied(place.base),
        };
        receiver
            || pullback.args.iter().any(|arg| match arg {
                Kept::Same(term) => self.varies(term),
                Kept::Moved(value) | Kept::Lent(value) => self.is_varied(*value),
            })
    }
}

/// What is expected of the value beside a pullback.
fn of_value(expected: Option<&Kind>) -> Option<&Kind> {
    match expected {
        Some(Kind::Tuple(kinds)) => kinds.first(),
        _ => None,
    }
}

fn with_pullback(value: Term, pullback: Pullback, e: &Expr) -> Term {
    let def = syn::parse_quote_spanned!(syn::spanned::Spanned::span(e)=> || #e);
    Term::Tuple(vec![value, Term::Closure(Rc::new(Closure::new(def, Body::Pullback(pullback))))])
}

/// `path::to::f` of `path::to::f::vjp`, and `T::m` of `T::m_vjp`.
fn differentiated(path: &ExprPath) -> Option<ExprPath> {
    let mut function = path.clone();
    let segments = &mut function.path.segments;
    if super::sibling::is_associated(path) {
        let last = segments.last_mut()?;
        last.ident = method_of(&last.ident)?;
        return Some(function);
    }
    if segments.len() < 2 || !segments.last().is_some_and(|last| last.ident == "vjp" || last.ident == "vjp_persistent") {
        return None;
    }
    let arguments = segments.pop().map(|last| last.into_value().arguments);
    segments.pop_punct();
    if let (Some(last), Some(arguments @ PathArguments::AngleBracketed(_))) = (segments.last_mut(), arguments) {
        last.arguments = arguments;
    }
    Some(function)
}

/// `m` of `m_vjp` and `m_vjp_persistent`.
pub(super) fn method_of(name: &Ident) -> Option<Ident> {
    let text = name.to_string();
    let method = text.strip_suffix("_persistent").unwrap_or(&text).strip_suffix("_vjp").filter(|method| !method.is_empty())?;
    Some(Ident::new(method, name.span()))
}

/// `vjp_pulled` of `vjp`, and `m_vjp_pulled` of `m_vjp`, persistent or not.
fn pulled_name(name: &Ident) -> Ident {
    let text = name.to_string();
    quote::format_ident!("{}_pulled", text.strip_suffix("_persistent").unwrap_or(&text), span = name.span())
}

/// The path of that.
fn pulled(path: &ExprPath) -> ExprPath {
    let mut path = path.clone();
    if let Some(last) = path.path.segments.last_mut() {
        last.ident = pulled_name(&last.ident);
    }
    path
}
