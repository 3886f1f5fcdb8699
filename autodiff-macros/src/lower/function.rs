//! Function values: parameters that are functions, and closures that are handed to differentiated functions.
//!
//! A closure that is passed on becomes a function of its own, of what it captures and what it takes ([`ClosureCode`]): the callee calls its
//! derivatives, and what it captures is passed beside it, like arguments. So the adjoints of captures go where those of arguments go.

use super::closure::{Body, Closure};
use super::env::{Binding, Var, VarId};
use super::function_type::FunctionType;
use super::term::Term;
use super::{Flow, Lower, free, kind};
use crate::errors::Errors;
use crate::ir::{
    Arg, Callee, Capture, Class, ClosureCode, Code, FunctionArg, Kind, Mode, Param, Place, Proj, Receiver, Tree, Value,
};
use proc_macro2::{Ident, Span};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use syn::spanned::Spanned as _;
use syn::{Expr, Pat};

/// A parameter that is a function.
#[derive(Clone, Debug)]
pub(super) struct FunctionParam {
    pub(super) ty: Rc<FunctionType>,
    /// What its derivative is called.
    pub(super) code: Ident,
    /// Its derivative with respect to its arguments is asked for.
    pub(super) needs_derivative: bool,
}

/// The name of what computes a function value and its derivatives, beside the parameter that holds what that captures.
pub(crate) fn code_name(param: &str) -> Ident {
    quote::format_ident!("{}_code", param, span = Span::mixed_site())
}

/// Arguments as they are passed.
#[derive(Debug, Default)]
pub(super) struct Passed {
    pub(super) args: Vec<Arg>,
    pub(super) functions: Vec<FunctionArg>,
    pub(super) receiver: Receiver,
}

impl<'e> Lower<'e> {
    /// The parameter that a term stands for, if that is a function.
    pub(super) fn function_of(&self, term: &Term) -> Option<Value> {
        match term {
            Term::Ref(_, to) => self.function_of(to),
            Term::Place(place) if place.proj.iter().all(|step| *step == Proj::Deref) => {
                Some(place.base).filter(|base| self.functions.contains_key(base))
            }
            Term::Place(_)
            | Term::Unit
            | Term::Inactive(_)
            | Term::Value(_)
            | Term::Tuple(_)
            | Term::Closure(_)
            | Term::Iterator(_) => None,
        }
    }

    /// `f(x)`, where `f` is a parameter.
    pub(super) fn call_function(&mut self, f: Value, e: &syn::ExprCall, expected: Option<&Kind>) -> Term {
        let ty = self.functions[&f].ty.clone();
        if ty.inputs.len() != e.args.len() {
            let what = "this function takes another number of arguments";
            return self.error(e, what, "pass one value for each argument that its type names");
        }
        let args = e.args.iter().zip(&ty.inputs).map(|(arg, ty)| {
            let term = self.expr(arg, Some(&kind::of_type(ty)).filter(|kind| **kind != Kind::Unknown));
            self.settle(term, None)
        });
        let args: Vec<Term> = args.collect();
        let needs = args.iter().any(|arg| self.varies(arg));
        let function = self.functions.get_mut(&f).expect("it has been looked up");
        function.needs_derivative |= needs;
        let path = function.code.clone().into();
        let known = Some(kind::of_type(&ty.output)).filter(|kind| *kind != Kind::Unknown);
        let mut passed = Passed::default();
        passed.args.push(Arg::Borrow { mutable: false, place: Place::whole(f) });
        self.pass(args, &mut passed);
        self.call_of(path, Callee::Function, passed, known.as_ref().or(expected), e.span())
    }

    /// `|a, b| f(a, b)`
    pub(super) fn calling(&self, f: &Expr, function: Value) -> Expr {
        let names = (0..self.functions[&function].ty.inputs.len()).map(|i| quote::format_ident!("__arg{i}", span = f.span()));
        let names: Vec<Ident> = names.collect();
        syn::parse_quote_spanned!(f.span()=> |#(#names),*| #f(#(#names),*))
    }

    /// Arguments of a call, with the captures of closures among them.
    pub(super) fn pass(&mut self, terms: Vec<Term>, passed: &mut Passed) {
        for term in terms {
            let at = passed.args.len();
            if let Some(f) = self.function_of(&term) {
                let function = self.functions.get_mut(&f).expect("it is one");
                // What the callee does with it is not known.
                function.needs_derivative = true;
                let code = Code::Param(function.code.clone());
                passed.functions.push(FunctionArg { at, captures: vec![Capture::Function], code });
                passed.args.push(Arg::Borrow { mutable: false, place: Place::whole(f) });
                continue;
            }
            let term = self.named_function(term);
            match super::call::closure_of(term.clone()).filter(|closure| !closure.is_pullback()) {
                Some(closure) if self.changes_captures(&closure) => passed.args.push(Arg::Value(self.value(Term::Unit, None))),
                Some(closure) => {
                    let (captures, args, code) = self.closure_code(&closure);
                    passed.args.extend(args);
                    passed.functions.push(FunctionArg { at, captures, code: Code::Closure(Rc::new(code)) });
                }
                None => {
                    let arg = self.passed(term);
                    passed.args.push(arg);
                }
            }
        }
    }

    /// A function that is passed by its name, as a closure that calls it. How many arguments it takes is known of functions of floats and of
    /// methods of the same block; of others one is the rule, and rustc finds the exceptions.
    fn named_function(&mut self, term: Term) -> Term {
        let Some(path) = named(&term) else { return term };
        let mut segments = path.path.segments.iter().rev().map(|segment| &segment.ident);
        let (name, owner) = (segments.next(), segments.next());
        let float = owner.filter(|owner| *owner == "f64" || *owner == "f32");
        let of_floats = || (1..4).find(|n| name.is_some_and(|name| crate::rules::by_method(&name.to_string(), *n).is_some()));
        let known = float.and_then(|float| Some((of_floats()?, Some(float))));
        let (arity, float) = known.unwrap_or_else(|| (self.neighbour_at(&path.path).map_or(1, |known| known.arity), None));
        let args: Vec<Ident> = (0..arity).map(|i| quote::format_ident!("__arg{i}", span = path.span())).collect();
        let types = float.map(|float| quote::quote!(:#float));
        self.closure(&syn::parse_quote_spanned!(path.span()=> |#(#args #types),*| #path(#(#args),*)))
    }

    /// A closure as a function of its own.
    fn closure_code(&mut self, closure: &Closure) -> (Vec<Capture>, Vec<Arg>, ClosureCode) {
        let Body::Written { scopes, captured } = closure.body() else { unreachable!("pullbacks are no functions") };
        let def = &closure.def;
        let mut errors = Errors::default();
        let mut inner = Lower::new(&mut errors);
        inner.krate = self.krate.clone();
        inner.float = self.float.clone();
        inner.real = self.real.clone();
        inner.receiver = self.receiver.clone();
        inner.neighbours = self.neighbours.clone();
        inner.mut_borrowed = self.mut_borrowed.clone();
        inner.changed_in_place = self.changed_in_place.clone();
        inner.reach.known = self.reach.known.clone();
        inner.lists = self.lists.clone();
        let unset =
            |var: &Var| Var { name: var.name.clone(), mutable: false, synthetic: false, ty: None, binding: Binding::Unset };
        inner.env.vars = self.env.vars.iter().map(unset).collect();
        inner.env.scopes = scopes.clone();
        inner.env.scopes.push(HashMap::new());
        let mut capturing = Capturing { inner, params: Vec::new(), captures: Vec::new(), args: Vec::new(), done: HashSet::new() };
        for id in captured {
            self.capture(*id, &mut capturing);
        }
        let Capturing { mut inner, mut params, captures, args, .. } = capturing;
        let patterns: Vec<(Pat, Term)> =
            def.inputs.iter().enumerate().map(|(i, pat)| inner.closure_param(i, pat, &def.body, &mut params)).collect();
        for (pat, term) in patterns {
            inner.bind_param(&pat, term, None);
        }
        let ty = match &def.output {
            syn::ReturnType::Type(_, ty) => Some(&**ty),
            syn::ReturnType::Default => None,
        };
        let kind = ty.map_or(Kind::Unknown, kind::of_type);
        let term = inner.body(&def.body, Some(&kind).filter(|kind| **kind != Kind::Unknown), ty);
        let diverges = inner.flow == Flow::Diverged;
        let result = match diverges {
            true => Tree::Unit,
            false if matches!(term, Term::Ref(..)) && inner.varies(&term) => {
                inner.error(
                    &def.body,
                    "a closure that is passed to a function returns a reference",
                    "return what it refers to by value",
                );
                Tree::Unit
            }
            false => inner.tree(term, &kind),
        };
        // What is asked of a function that was captured is asked of it here.
        let needs: Vec<Ident> = inner.functions.values().filter(|f| f.needs_derivative).map(|f| f.code.clone()).collect();
        let (stmts, values) = (std::mem::take(&mut inner.stmts), std::mem::take(&mut inner.values));
        let found = std::mem::take(&mut inner.reach.found);
        drop(inner);
        self.reach.found.extend(found);
        self.errors.append(errors);
        for function in self.functions.values_mut() {
            function.needs_derivative |= needs.contains(&function.code);
        }
        let body = crate::ir::Block { stmts, yields: Vec::new(), diverges };
        let result_ty = syn::parse_quote!(_);
        let mut function = crate::ir::Function {
            values,
            params,
            body,
            result,
            result_ty,
            dots: Vec::new(),
            result_dots: Vec::new(),
            cotangents: None,
        };
        super::prune::function(&mut function);
        (captures, args, ClosureCode { function, adjoints: Vec::new(), tangents: Vec::new() })
    }

    /// A closure that changes what it captures cannot be called as often as a derivative calls it: that is an error.
    fn changes_captures(&mut self, closure: &Closure) -> bool {
        let Body::Written { captured, .. } = closure.body() else { return false };
        let free = free::of_expr(&Expr::Closure(closure.def.clone()));
        let is_variable = |name: &&Ident| {
            let var = captured.iter().map(|id| &self.env.vars[id.0]).find(|var| **name == var.name);
            var.is_some_and(|var| var.mutable || matches!(&var.binding, Binding::Term(Term::Ref(true, _))))
        };
        let Some(name) = free.assigned.iter().chain(&free.changed).find(is_variable).cloned() else { return false };
        let what = format!("this closure is passed to a function, and changes `{name}`, which it captures");
        let help = "return what it computes, let the function pass it what it changes as a `&mut` argument, or write the loop that calls it here";
        self.errors.push_spanned(&name, what, help);
        true
    }

    /// Makes a variable a parameter of the closure, and what the closures and tuples that it stands for are made of.
    fn capture(&mut self, id: VarId, to: &mut Capturing<'_>) {
        if !to.done.insert(id) {
            return;
        }
        let binding = match self.env.vars[id.0].binding.clone() {
            Binding::Unset => Binding::Unset,
            Binding::Tuple(parts) => {
                parts.iter().for_each(|part| self.capture(*part, to));
                Binding::Tuple(parts)
            }
            Binding::Term(term) => {
                let name = self.env.vars[id.0].name.clone();
                Binding::Term(self.captured(term, &name, to))
            }
        };
        to.inner.env.vars[id.0].binding = binding;
    }

    fn captured(&mut self, term: Term, name: &str, to: &mut Capturing<'_>) -> Term {
        if let Some(f) = self.function_of(&term) {
            let function = self.functions[&f].clone();
            let value =
                to.param(Capture::Function, Arg::Borrow { mutable: false, place: Place::whole(f) }, function_kind(), name, true);
            to.inner.functions.insert(value, FunctionParam { needs_derivative: false, ..function });
            return Term::Ref(false, Box::new(Term::whole(value)));
        }
        match term {
            Term::Unit => Term::Unit,
            Term::Inactive(inactive) if inactive.opaque.uses.is_empty() && inactive.opaque.pure_ => Term::Inactive(inactive),
            Term::Inactive(inactive) => {
                let value = self.evaluate(inactive, name);
                self.captured_value(value, name, to)
            }
            Term::Value(value) => self.captured_value(value, name, to),
            Term::Place(place) => {
                let value = self.captured_place(place, name, to);
                Term::Place(Place { base: value, proj: vec![Proj::Deref] })
            }
            Term::Ref(_, inner) => match self.dereferenced(*inner) {
                Term::Place(place) => {
                    let value = self.captured_place(place, name, to);
                    Term::Ref(false, Box::new(Term::whole(value)))
                }
                inner => Term::Ref(false, Box::new(self.captured(inner, name, to))),
            },
            Term::Tuple(parts) => Term::Tuple(parts.into_iter().map(|part| self.captured(part, name, to)).collect()),
            Term::Closure(closure) => {
                if let Body::Written { captured, .. } = closure.body() {
                    captured.iter().for_each(|id| self.capture(*id, to));
                } else {
                    let what = "a pullback is called in a closure that is passed to a function";
                    self.errors.push_spanned(&closure.def, what, "call it here, and use what it returns");
                }
                Term::Closure(closure)
            }
            Term::Iterator(lazy) => {
                let help = "`collect` it into a `Vec`, and use that";
                self.errors.push_spanned(&lazy.expr, "a closure that is passed to a function captures an iterator", help);
                Term::error()
            }
        }
    }

    fn captured_value(&mut self, value: Value, name: &str, to: &mut Capturing<'_>) -> Term {
        if self.data(value).class != Class::Plain {
            return self.captured(Term::whole(value), name, to);
        }
        let (kind, varied) = (self.data(value).kind.clone(), self.is_varied(value));
        let capture = match (kind.is_scalar(), varied) {
            (true, true) => Capture::Number,
            (true, false) => Capture::Fixed,
            (false, _) => Capture::Inert,
        };
        let param = to.param(capture, Arg::Value(value), kind, name, varied);
        Term::Value(param)
    }

    fn captured_place(&mut self, place: Place, name: &str, to: &mut Capturing<'_>) -> Value {
        let (kind, varied) = (self.place_kind(&place), self.varies(&Term::Place(place.clone())));
        let kind = Kind::Ref(false, Box::new(kind::pointee(&kind).clone()));
        let capture = if varied { Capture::Active } else { Capture::Inert };
        let value = to.param(capture, Arg::Borrow { mutable: false, place }, kind, name, varied);
        if !varied {
            to.inner.constants.insert(value);
        }
        value
    }

    /// A parameter of a closure that is passed on. Its type is not known unless it is written.
    fn closure_param(&mut self, i: usize, pat: &Pat, body: &Expr, params: &mut Vec<Param>) -> (Pat, Term) {
        let (pat, kind) = match pat {
            Pat::Type(typed) => ((*typed.pat).clone(), kind::of_type(&typed.ty)),
            Pat::Reference(reference) => (pat.clone(), Kind::Ref(reference.mutability.is_some(), Box::new(Kind::Unknown))),
            Pat::Ident(ident) => {
                let free = free::of_expr(body);
                let is_changed = ident.mutability.is_none() && free.changed.contains(&ident.ident);
                (pat.clone(), if is_changed { Kind::Ref(true, Box::new(Kind::Unknown)) } else { Kind::Unknown })
            }
            pat => (pat.clone(), Kind::Unknown),
        };
        let (name, mutable) = match &pat {
            Pat::Ident(ident) => (super::pattern::name_of(&ident.ident), ident.mutability.is_some()),
            _ => (format!("arg{i}"), false),
        };
        let active = !kind.is_inactive();
        let class = match &kind {
            Kind::Ref(mutable, _) => Class::View { mutable: *mutable },
            kind if kind::is_scalar(kind) => Class::Plain,
            _ => Class::Owner,
        };
        let name = free_name(&name, params, &self.values);
        let value = self.fresh(&name, class, kind.clone(), pat.span(), active);
        self.data_mut(value).mutable = mutable && class == Class::Owner;
        params.push(Param { value, ty: syn::parse_quote!(_), mode: kind::mode(&kind), active, needs_derivative: false });
        let term = match class {
            Class::View { mutable } => Term::Ref(mutable, Box::new(Term::whole(value))),
            Class::Owner => Term::whole(value),
            _ => Term::Value(value),
        };
        (pat, term)
    }
}

/// The parameters of a closure that come from what it captures.
struct Capturing<'i> {
    inner: Lower<'i>,
    params: Vec<Param>,
    captures: Vec<Capture>,
    args: Vec<Arg>,
    done: HashSet<VarId>,
}

impl Capturing<'_> {
    fn param(&mut self, capture: Capture, arg: Arg, kind: Kind, name: &str, active: bool) -> Value {
        let name = free_name(name, &self.params, &self.inner.values);
        let class = if matches!(kind, Kind::Ref(..)) { Class::View { mutable: false } } else { Class::Plain };
        let mode = match capture {
            Capture::Function => Mode::Function,
            Capture::Number | Capture::Fixed => Mode::Copy,
            Capture::Inert if class == Class::Plain => Mode::Move,
            Capture::Active | Capture::Inert => Mode::Shared,
        };
        let value = self.inner.fresh(&name, class, kind, Span::mixed_site(), active);
        let needs_derivative = false;
        self.params.push(Param { value, ty: syn::parse_quote!(_), mode, active, needs_derivative });
        self.captures.push(capture);
        self.args.push(arg);
        value
    }
}

/// A function by its name, or a reference to it. Names of constants and variants begin with a capital letter.
pub(super) fn named(term: &Term) -> Option<syn::ExprPath> {
    match term {
        Term::Ref(_, to) => named(to),
        Term::Inactive(inactive) if inactive.opaque.uses.is_empty() => match &inactive.opaque.expr {
            Expr::Path(path) if path.path.segments.last().is_some_and(|last| !free::is_constant_name(&last.ident)) => {
                Some(path.clone())
            }
            _ => None,
        },
        Term::Inactive(_)
        | Term::Place(_)
        | Term::Unit
        | Term::Value(_)
        | Term::Tuple(_)
        | Term::Closure(_)
        | Term::Iterator(_) => None,
    }
}

/// What is known of a function value.
pub(super) fn function_kind() -> Kind {
    Kind::Ref(false, Box::new(Kind::Unknown))
}

/// Parameters have names of their own.
fn free_name(name: &str, params: &[Param], values: &[crate::ir::ValueData]) -> String {
    let is_taken = |name: &str| params.iter().any(|param| values[param.value.0 as usize].name == name);
    let candidates = std::iter::once(name.to_owned()).chain((1..).map(|i| format!("{name}{i}")));
    candidates.into_iter().find(|name| !is_taken(name)).unwrap_or_default()
}
