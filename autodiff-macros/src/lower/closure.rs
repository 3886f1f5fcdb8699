//! Closures bound by `let` are inlined where they are called.

use super::env::{Binding, Scopes, VarId};
use super::term::Term;
use super::{Lower, free, kind};
use crate::ir::{Class, Kind};
use std::collections::HashMap;
use std::rc::Rc;
use syn::{Expr, ExprClosure};

/// A closure, with the scopes in which its names have a meaning.
#[derive(Debug)]
pub(super) struct Closure {
    pub(super) def: ExprClosure,
    scopes: Scopes,
    /// The variables it mentions.
    pub(super) captured: Vec<VarId>,
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
        Term::Closure(Rc::new(Closure { def: def.clone(), scopes, captured }))
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
        if args.len() != closure.def.inputs.len() {
            return self.error(
                &closure.def,
                "this closure takes another number of arguments",
                "pass one value for each parameter",
            );
        }
        let mut scopes = closure.scopes.clone();
        scopes.push(HashMap::new());
        let outer = std::mem::replace(&mut self.env.scopes, scopes);
        for (pat, arg) in closure.def.inputs.iter().zip(args) {
            self.bind(pat, arg, None);
        }
        let ty = match &closure.def.output {
            syn::ReturnType::Type(_, ty) => Some(&**ty),
            syn::ReturnType::Default => None,
        };
        let kind = ty.map(kind::of_type);
        let term = self.body(&closure.def.body, kind.as_ref().or(expected), ty);
        // The value must not refer to the closure's own variables by name, which is true of terms.
        self.env.scopes = outer;
        term
    }

    /// A closure argument written in place, or a path to a function, applied to terms.
    pub(super) fn apply(&mut self, f: &Expr, args: Vec<Term>, expected: Option<&Kind>) -> Term {
        match f {
            Expr::Closure(def) => match self.closure(def) {
                Term::Closure(closure) => self.inline(&closure, args, expected),
                term => term,
            },
            Expr::Paren(paren) => self.apply(&paren.expr, args, expected),
            Expr::Reference(reference) => self.apply(&reference.expr, args, expected),
            Expr::Path(path) => match path.path.get_ident().and_then(|name| self.env.lookup(&name.to_string())) {
                Some(id) => match self.env.read(id) {
                    Some(Term::Closure(closure)) => self.inline(&closure, args, expected),
                    _ => self.error(f, "this is not a closure that can be looked into", "write the closure in place"),
                },
                None => self.call_path(path, args, expected, f),
            },
            _ => self.error(f, "this is not a closure that can be looked into", "write the closure in place"),
        }
    }
}
