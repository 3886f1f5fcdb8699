//! Calls: closures, primitives written as functions, what the standard library offers, and functions of the user's.

use super::closure::Closure;
use super::function::{Passed, named};
use super::term::{Inactive, Term};
use super::{Lower, free, kind};
use crate::ir::{Alloc, Arg, Callee, Class, Kind, Op, Opaque, Stmt, Tree, Value};
use crate::rules;
use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprPath};

impl<'e> Lower<'e> {
    pub(super) fn call(&mut self, e: &syn::ExprCall, expected: Option<&Kind>) -> Term {
        let path = match &*e.func {
            Expr::Path(path) => path,
            Expr::Paren(paren) if matches!(&*paren.expr, Expr::Closure(_)) => {
                let args = self.arguments(&e.args);
                return self.apply(&paren.expr, args, expected);
            }
            Expr::Paren(paren) if matches!(&*paren.expr, Expr::Path(_) | Expr::Paren(_)) => {
                return self.call(&syn::ExprCall { func: paren.expr.clone(), ..e.clone() }, expected);
            }
            func if let Some(closure) = self.closure_in_tuple(func) => {
                let args = self.arguments(&e.args);
                return self.inline(&closure, args, expected);
            }
            _ => {
                let what = "a function that is stored or computed is called with values that may carry derivatives, and its derivative is not known";
                let help = "call a function by its path, or take it as a parameter: `f: impl Fn(f64) -> f64`";
                return self.whole(&Expr::Call(e.clone()), expected, what, help);
            }
        };
        if let Some(id) = path.path.get_ident().and_then(|name| self.env.lookup(&name.to_string())) {
            let term = self.env.read(id);
            if let Some(f) = term.as_ref().and_then(|term| self.function_of(term)) {
                return self.call_function(f, e, expected);
            }
            if let Some(path) = term.as_ref().and_then(named) {
                let args = self.arguments(&e.args);
                return self.call_path(&path, args, expected, &Expr::Call(e.clone()));
            }
            let Some(closure) = term.and_then(closure_of) else {
                let what =
                    "a function value is called with values that may carry derivatives, and its own derivative is not known";
                let help = "call a function by its path, or a closure that is written in this function; to choose, choose the call: `if c { f(x) } else { g(x) }`";
                return self.whole(&Expr::Call(e.clone()), expected, what, help);
            };
            let args = self.arguments(&e.args);
            return self.inline(&closure, args, expected);
        }
        if let Some(term) = self.standard(path, e, expected).or_else(|| self.vjp(path, e, expected)) {
            return term;
        }
        let args = self.arguments(&e.args);
        self.call_path(path, args, expected, &Expr::Call(e.clone()))
    }

    /// An argument: scalars are evaluated now, references stay references.
    pub(super) fn argument(&mut self, e: &Expr) -> Term {
        match self.expr(e, None) {
            // What does not change means the same later.
            Term::Place(place)
                if place.proj.is_empty()
                    && self.data(place.base).class == Class::Owner
                    && !self.data(place.base).mutable
                    && !kind::is_scalar(&self.place_kind(&place)) =>
            {
                Term::Place(place)
            }
            term => self.settle(term, None),
        }
    }

    /// Functions of the standard library that are not the user's, by the end of their path.
    fn standard(&mut self, path: &ExprPath, e: &syn::ExprCall, expected: Option<&Kind>) -> Option<Term> {
        let names: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let [.., module, name] = names.as_slice() else {
            return match names.as_slice() {
                [name] if name == "stop_gradient" => Some(self.stop_gradient(e)),
                [name] if name == "Err" => Some(self.error_call(&path.path, e)),
                [name] if name == "drop" && e.args.len() == 1 => Some(self.drop(path, e, expected)),
                _ => None,
            };
        };
        if let Some((f, ty)) = super::from_fn::from_fn(&Expr::Call(e.clone())) {
            return Some(match ty.and_then(|ty| self.array_from_fn(&ty, f)) {
                Some(term) => term,
                None if !self.mentions_varied(f) => return None,
                None => self.error(e, "the type of this array is not known here", "annotate it: `let a: [f64; 3] = …;`"),
            });
        }
        match (module.as_str(), name.as_str()) {
            (_, "stop_gradient") => Some(self.stop_gradient(e)),
            ("mem", "drop") if e.args.len() == 1 => Some(self.drop(path, e, expected)),
            ("mem", "swap" | "replace") if e.args.len() == 2 => self.mem(name, e),
            ("mem", "take") if e.args.len() == 1 => self.mem(name, e),
            ("Vec", "new") => Some(self.empty_vec(None, expected)),
            ("Vec", "with_capacity") if e.args.len() == 1 => {
                let capacity = self.operand(&e.args[0], Some(&Kind::Integer));
                let capacity = self.value(capacity, Some(&Kind::Integer));
                Some(self.empty_vec(Some(capacity), expected))
            }
            _ => None,
        }
    }

    pub(super) fn empty_vec(&mut self, capacity: Option<Value>, expected: Option<&Kind>) -> Term {
        let kind = match expected {
            Some(kind @ Kind::Vec(_)) => kind.clone(),
            _ => Kind::Vec(Box::new(Kind::Unknown)),
        };
        let op = Op::Alloc(Alloc::Empty { capacity });
        Term::Value(self.let_("t", Class::Owner, kind, op, Span::mixed_site(), false))
    }

    /// `stop_gradient(e)`: the user's call, whose result is constant.
    fn stop_gradient(&mut self, e: &syn::ExprCall) -> Term {
        let args = self.arguments(&e.args);
        if args.iter().any(Term::lends) {
            return self.error(e, "`stop_gradient` of a `&mut` reference", "stop the gradient of what is read through it");
        }
        let kind = args.first().map_or(Kind::Unknown, |arg| kind::pointee(&self.kind(arg)).clone());
        let func = &e.func;
        let (args, whole) = self.compose(args);
        let opaque = Opaque { expr: syn::parse_quote!(#func(#(#args),*)), ..whole };
        self.evaluated(Inactive { opaque, kind })
    }

    /// `drop(x)`: what may carry derivatives is kept for the reverse sweep, and closures are nothing.
    fn drop(&mut self, path: &ExprPath, e: &syn::ExprCall, expected: Option<&Kind>) -> Term {
        let arg = self.argument(&e.args[0]);
        match arg {
            Term::Closure(_) => Term::Unit,
            Term::Value(_) | Term::Place(_) | Term::Tuple(_) if self.varies(&arg) => Term::Unit,
            arg => self.call_path(path, vec![arg], expected, &Expr::Call(e.clone())),
        }
    }

    /// A call by path with evaluated arguments.
    pub(super) fn call_path(&mut self, path: &ExprPath, args: Vec<Term>, expected: Option<&Kind>, e: &Expr) -> Term {
        if let Some(term) = self.float_function(path, &args, expected, e) {
            return term;
        }
        let known = self.result_of_neighbour(&path.path);
        let expected = expected.or(known.as_ref());
        if self.neighbour_at(&path.path).is_some_and(|known| known.is_constant) {
            // Fields of numbers that cannot be seen, for instance.
            let args = args.into_iter().map(|arg| Term::Inactive(self.inactive(arg))).collect();
            return self.inactive_call(path, args, expected, e);
        }
        let varied = args.iter().any(|arg| self.varies(arg));
        let writes = args.iter().any(Term::lends);
        let inactive_result = expected.is_some_and(|kind| kind.is_inactive() && *kind != Kind::Unit);
        if !varied || inactive_result && !writes {
            return self.inactive_call(path, args, expected, e);
        }
        let last = path.path.segments.last().map(|last| last.ident.clone());
        let constructs = last.as_ref().is_some_and(free::is_constant_name) || super::construct::is_box(&path.path);
        if constructs && path.qself.is_none() {
            return self.constructor_call(&path.path, args, e);
        }
        let mut passed = Passed::default();
        self.pass(args, &mut passed);
        let callee = match super::sibling::is_associated(path) {
            true => Callee::Associated { qself: path.qself.clone() },
            false => Callee::Companion,
        };
        self.call_of(path.path.clone(), callee, passed, expected, e.span())
    }

    /// `f64::max(a, b)` and `T::max(a, b)` are `a.max(b)`, `f64::from(n)` is a cast.
    fn float_function(&mut self, path: &ExprPath, args: &[Term], expected: Option<&Kind>, e: &Expr) -> Option<Term> {
        let n = path.path.segments.len();
        let (module, name) = (path.path.segments.iter().rev().nth(1)?, path.path.segments.last()?);
        let (ty, name) = (syn::parse_quote!(#module), name.ident.to_string());
        let is_method = || rules::by_method(&name, args.len()).is_some() || super::method::inspects(&name);
        let known = matches!(module.ident.to_string().as_str(), "f64" | "f32");
        let generic =
            || matches!(module.ident.to_string().as_str(), "Real" | "Float") || self.real.as_ref() == Some(&module.ident);
        if n < 2 || !(known || generic() && is_method()) {
            return None;
        }
        let expected = expected.filter(|kind| **kind == Kind::Float).or(known.then_some(&Kind::Float));
        if self.varies(&Term::Tuple(args.to_vec())) {
            if name == "sin_cos" && args.len() == 1 {
                return Some(self.sin_cos(args[0].clone(), e.span()));
            }
            if let ("from", [arg]) = (name.as_str(), args) {
                return Some(self.active_cast(arg.clone(), &ty, e));
            }
            if let Some(prim) = rules::by_method(&name, args.len()) {
                return Some(self.prim(prim, args.to_vec(), expected, e.span()));
            }
            if !super::method::inspects(&name) {
                // A function of a trait of the user's.
                return None;
            }
        }
        let kind = match super::method::inspects(&name) {
            true => Kind::Bool,
            false if known => Kind::Float,
            false => Kind::Unknown,
        };
        let (args, whole) = self.compose(args.to_vec());
        Some(Term::Inactive(Inactive { opaque: Opaque { expr: syn::parse_quote!(#path(#(#args),*)), ..whole }, kind }))
    }

    /// A call without active arguments passes through as it is.
    fn inactive_call(&mut self, path: &ExprPath, args: Vec<Term>, expected: Option<&Kind>, e: &Expr) -> Term {
        let writes = args.iter().any(Term::lends);
        let (args, whole) = self.compose(args);
        let kind = match expected {
            Some(kind @ (Kind::Float | Kind::Integer | Kind::Bool | Kind::Passive | Kind::Array(_) | Kind::Vec(_))) => {
                kind.clone()
            }
            _ => Kind::Unknown,
        };
        let expr = syn::parse_quote_spanned!(e.span()=> #path(#(#args),*));
        let opaque = Opaque { expr, pure_: false, writes: writes || whole.writes, ..whole };
        if expected == Some(&Kind::Unit) {
            self.stmts.push(Stmt::Observe(opaque));
            return Term::Unit;
        }
        Term::Inactive(Inactive { opaque, kind })
    }

    /// An argument as it is handed to a differentiated function.
    pub(super) fn passed(&mut self, term: Term) -> Arg {
        match term {
            Term::Ref(mutable, to) => match self.dereferenced(*to) {
                Term::Place(mut place) => {
                    // A reference that is passed on is itself.
                    if place.proj.len() == 1 && place.proj[0] == crate::ir::Proj::Deref {
                        place.proj.clear();
                    }
                    Arg::Borrow { mutable, place }
                }
                to => {
                    let place = self.stored(to);
                    self.data_mut(place.base).mutable |= mutable;
                    Arg::Borrow { mutable, place }
                }
            },
            Term::Iterator(lazy) => {
                let help = "`collect` it into a `Vec`, and pass that";
                self.errors.push_spanned(
                    &lazy.expr,
                    "an iterator over values that may carry derivatives is passed to a function",
                    help,
                );
                Arg::Value(self.value(Term::Unit, None))
            }
            Term::Closure(closure) => {
                let term =
                    self.error(&closure.def, "a pullback is passed to a function", "call it here, and pass what it returns");
                Arg::Value(self.value(term, None))
            }
            Term::Place(place)
                if place.proj.is_empty()
                    && self.data(place.base).class == Class::Owner
                    && !kind::is_scalar(&self.place_kind(&place)) =>
            {
                Arg::Value(place.base)
            }
            term => Arg::Value(self.owned(term, None)),
        }
    }

    /// New values for the result of a call.
    pub(super) fn call_result(&mut self, expected: Option<&Kind>, span: Span) -> (Tree, Term) {
        match expected {
            Some(Kind::Unit) => (Tree::Unit, Term::Unit),
            Some(Kind::Tuple(kinds)) => {
                let (trees, terms) = kinds.iter().map(|kind| self.call_result(Some(kind), span)).unzip();
                (Tree::Tuple(trees), Term::Tuple(terms))
            }
            Some(kind) if kind::is_scalar(kind) => {
                let value = self.fresh("t", Class::Plain, kind.clone(), span, !kind.is_inactive());
                (Tree::Leaf(value), Term::Value(value))
            }
            _ => {
                let kind = match expected {
                    Some(kind @ (Kind::Array(_) | Kind::Vec(_))) => kind.clone(),
                    _ => Kind::Unknown,
                };
                let value = self.fresh("t", Class::Owner, kind, span, true);
                (Tree::Leaf(value), Term::Value(value))
            }
        }
    }
}

/// A closure, or what a reference to one refers to.
pub(super) fn closure_of(term: Term) -> Option<std::rc::Rc<Closure>> {
    match term {
        Term::Closure(closure) => Some(closure),
        Term::Ref(_, to) => closure_of(*to),
        Term::Unit | Term::Inactive(_) | Term::Value(_) | Term::Place(_) | Term::Tuple(_) | Term::Iterator(_) => None,
    }
}
