//! Closures bound by `let` are inlined where they are called, and so are pullbacks.

use super::env::{Binding, Scopes, VarId};
use super::pullback::Pullback;
use super::term::Term;
use super::{Lower, free, kind};
use crate::ir::{Class, Kind};
use std::collections::HashMap;
use std::rc::Rc;
use syn::{Expr, ExprClosure, ExprPath};

/// A function value that is known.
#[derive(Debug)]
pub(super) struct Closure {
    /// As written; of a pullback the call that made it.
    pub(super) def: ExprClosure,
    body: Body,
}

/// See [`Closure`].
#[derive(Debug)]
pub(super) enum Body {
    /// The user's, with the scopes in which its names have a meaning.
    Written {
        scopes: Scopes,
        /// The variables it mentions.
        captured: Vec<VarId>,
    },
    Pullback(Pullback),
}

impl Closure {
    pub(super) fn new(def: ExprClosure, body: Body) -> Closure {
        Closure { def, body }
    }

    /// One that knows these variables.
    pub(super) fn over(def: &ExprClosure, variables: HashMap<String, VarId>) -> Closure {
        let captured = variables.values().copied().collect();
        Closure { def: def.clone(), body: Body::Written { scopes: vec![variables], captured } }
    }

    pub(super) fn body(&self) -> &Body {
        &self.body
    }

    pub(super) fn is_pullback(&self) -> bool {
        matches!(self.body, Body::Pullback(_))
    }

    /// What it is, in words.
    pub(super) fn what(&self) -> &'static str {
        match self.body {
            Body::Written { .. } => "a closure",
            Body::Pullback(_) => "a pullback",
        }
    }
}

impl<'e> Lower<'e> {
    pub(super) fn closure(&mut self, def: &ExprClosure) -> Term {
        if let Some(token) = &def.asyncness {
            return self.error(token, "`async` closures are not supported", "compute synchronously");
        }
        let names = free::of_expr(&Expr::Closure(def.clone())).names;
        let mut scopes = self.env.scopes.clone();
        if def.capture.is_some() {
            let own = self.copies(&names);
            scopes.push(own);
        }
        let lookup = |name: &proc_macro2::Ident| scopes.iter().rev().find_map(|scope| scope.get(&name.to_string())).copied();
        let captured = names.iter().filter_map(lookup).collect();
        Term::Closure(Rc::new(Closure::new(def.clone(), Body::Written { scopes, captured })))
    }

    /// It mentions something that may depend on a differentiable parameter.
    pub(super) fn closure_varies(&self, closure: &Closure) -> bool {
        match &closure.body {
            Body::Written { captured, .. } => captured.iter().any(|id| self.env.read(*id).is_some_and(|term| self.varies(&term))),
            Body::Pullback(pullback) => self.pullback_varies(pullback),
        }
    }

    /// A `move` closure has its own copies of what is `Copy` among what it mentions.
    fn copies(&mut self, names: &[proc_macro2::Ident]) -> HashMap<String, VarId> {
        let mut own = HashMap::new();
        for name in names {
            if let Some(id) = self.env.lookup(&name.to_string())
                && let Some(copy) = self.copy(id)
            {
                own.insert(name.to_string(), copy);
            }
        }
        own
    }

    /// A variable with the value that another one has now. `None` for what is moved or borrowed.
    fn copy(&mut self, id: VarId) -> Option<VarId> {
        let binding = match self.env.vars[id.0].binding.clone() {
            Binding::Tuple(parts) => {
                let parts = parts.into_iter().map(|part| self.copy(part).unwrap_or(part)).collect();
                Binding::Tuple(parts)
            }
            Binding::Term(term @ Term::Value(value)) if self.data(value).class == Class::Plain => Binding::Term(term),
            Binding::Term(Term::Place(place)) if kind::is_copy(&self.place_kind(&place)) => {
                let kind = self.place_kind(&place);
                let memory = self.data(place.base).class == Class::Owner;
                let value = self.owned(Term::Place(place), Some(&kind));
                let value =
                    if memory && self.data(value).class == Class::Plain { self.stored(Term::Value(value)).base } else { value };
                self.data_mut(value).mutable |= self.data(value).class == Class::Owner;
                Binding::Term(if self.data(value).class == Class::Owner { Term::whole(value) } else { Term::Value(value) })
            }
            Binding::Term(_) | Binding::Unset => return None,
        };
        let (name, mutable) = (self.env.vars[id.0].name.clone(), self.env.vars[id.0].mutable);
        let copy = self.env.anonymous(&name, mutable, binding);
        self.env.vars[copy.0].ty = self.env.vars[id.0].ty.clone();
        Some(copy)
    }

    /// Calls a closure with evaluated arguments.
    pub(super) fn inline(&mut self, closure: &Closure, args: Vec<Term>, expected: Option<&Kind>) -> Term {
        if let Body::Pullback(pullback) = &closure.body {
            return self.pulled(pullback, args, expected, &Expr::Closure(closure.def.clone()));
        }
        let ty = match &closure.def.output {
            syn::ReturnType::Type(_, ty) => Some(&**ty),
            syn::ReturnType::Default => None,
        };
        let kind = ty.map(kind::of_type);
        let guessed = super::question::wrapper_of(&closure.def.body);
        let ty = ty.or(guessed.as_ref());
        // The value must not refer to the closure's own variables by name, which is true of terms.
        self.entered(closure, args, |this| this.body(&closure.def.body, kind.as_ref().or(expected), ty))
    }

    /// Runs `f` where the closure's names have their meanings, and its parameters are bound.
    pub(super) fn entered(&mut self, closure: &Closure, args: Vec<Term>, f: impl FnOnce(&mut Self) -> Term) -> Term {
        let Body::Written { scopes, .. } = &closure.body else {
            return self.error(&closure.def, "a pullback is applied to items here", "call it in a `for` loop");
        };
        if args.len() != closure.def.inputs.len() {
            let what = format!("this closure takes {}, and is called with {}", count(closure.def.inputs.len()), args.len());
            return self.error(&closure.def, what, "pass one value for each parameter");
        }
        let mut scopes = scopes.clone();
        scopes.push(HashMap::new());
        self.in_scopes(scopes, |this| {
            for (pat, arg) in closure.def.inputs.iter().zip(args) {
                this.bind(pat, arg, None);
            }
            f(this)
        })
    }

    /// Runs `f` with other scopes.
    pub(super) fn in_scopes<R>(&mut self, scopes: Scopes, f: impl FnOnce(&mut Self) -> R) -> R {
        let outer = std::mem::replace(&mut self.env.scopes, scopes);
        let result = f(self);
        self.env.scopes = outer;
        result
    }

    /// What a chain of iterators applies, with the meanings that names have here.
    pub(super) fn func(&mut self, f: &Expr) -> Func {
        match f {
            Expr::Closure(def) => match self.closure(def) {
                Term::Closure(closure) => Func::Inlined(closure),
                _ => Func::Unknown(f.clone()),
            },
            Expr::Paren(paren) => self.func(&paren.expr),
            Expr::Reference(reference) => self.func(&reference.expr),
            Expr::Path(path) => match path.path.get_ident().and_then(|name| self.env.lookup(&name.to_string())) {
                Some(id) => self.env.read(id).map_or_else(|| Func::Unknown(f.clone()), |term| self.func_of(f, term)),
                None => Func::Named(path.clone()),
            },
            _ => Func::Unknown(f.clone()),
        }
    }

    /// The same of a variable.
    fn func_of(&mut self, f: &Expr, term: Term) -> Func {
        if let Some(function) = self.function_of(&term) {
            return self.func(&self.calling(f, function));
        }
        let named = super::function::named(&term).map(Func::Named);
        named.or_else(|| super::call::closure_of(term).map(Func::Inlined)).unwrap_or_else(|| Func::Unknown(f.clone()))
    }

    /// Applies a function to evaluated arguments.
    pub(super) fn call_func(&mut self, f: &Func, args: Vec<Term>, expected: Option<&Kind>) -> Term {
        match f {
            Func::Inlined(closure) => self.inline(closure, args, expected),
            Func::Named(path) => self.call_path(path, args, expected, &Expr::Path(path.clone())),
            Func::Unknown(f) => self.error(f, "this is not a closure that can be looked into", "write the closure in place"),
        }
    }

    /// A closure argument written in place, or a path to a function, applied to terms.
    pub(super) fn apply(&mut self, f: &Expr, args: Vec<Term>, expected: Option<&Kind>) -> Term {
        let f = self.func(f);
        self.call_func(&f, args, expected)
    }
}

/// See [`Lower::func`].
#[derive(Clone, Debug)]
pub(super) enum Func {
    /// A closure, inlined.
    Inlined(Rc<Closure>),
    /// A function by its path.
    Named(ExprPath),
    /// A value that is called.
    Unknown(Expr),
}

impl Func {
    /// Calling it changes nothing: it may be called less often than the user's iterator would, or in another order.
    pub(super) fn only_computes(&self) -> bool {
        match self {
            Func::Inlined(closure) => {
                let free = free::of_expr(&Expr::Closure(closure.def.clone()));
                free.assigned.is_empty() && free.changed.is_empty() && free.suspected.is_empty()
            }
            Func::Named(_) | Func::Unknown(_) => true,
        }
    }
}

/// `1 argument`, `2 arguments`.
fn count(n: usize) -> String {
    format!("{n} argument{}", if n == 1 { "" } else { "s" })
}
