//! `break`, `continue` and `return`: none of them reaches the representation.
//!
//! Statements behind an `if` or `match` that may leave move into its only arm that does not ([`Lower::split`]). Where several arms may
//! go on, a bool `go` says whether the rest runs, and loops get a bool `stop`; both are ordinary variables of the environment,
//! so that joins and loops carry them like any other.

use super::env::{Binding, Frame, FrameKind, VarId};
use super::flow::{Exits, always_leaves, may_leave};
use super::question::only_failures_leave_loops;
use super::stmt::Then;
use super::term::{Inactive, Term};
use super::{Flow, Lower, kind};
use crate::ir::{Alloc, Class, Kind, Memory, Op, Opaque, Place, Stmt, Value};
use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, Lifetime};

impl<'e> Lower<'e> {
    /// Lowers `e`, and then what comes after it, where control goes on.
    pub(super) fn split(&mut self, e: &Expr, expected: Option<&Kind>, then: Then<'_, 'e>) -> Term {
        if !may_leave(e) {
            let term = self.expr(e, expected);
            return if self.flow == Flow::Live { then(self, term) } else { Term::Unit };
        }
        // As an arm: no statement has been made of it yet.
        if let Some(stmts) = self.hoisted(&syn::Stmt::Expr(e.clone(), None)) {
            return self.sequence(&stmts, expected, then);
        }
        match e {
            Expr::Paren(paren) => self.split(&paren.expr, expected, then),
            Expr::Group(group) => self.split(&group.expr, expected, then),
            Expr::Block(block) if block.label.is_none() => self.block_then(&block.block, expected, then),
            Expr::If(_) | Expr::Match(_) => self.split_branch(e, expected, then),
            Expr::Block(_) | Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) => {
                let term = self.expr(e, expected);
                self.guarded(term, then)
            }
            Expr::Try(e) => self.question(e, expected, then),
            Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => self.expr(e, expected),
            Expr::Assign(assign) => {
                let hint = self.target_kind(&assign.left);
                self.split(&assign.right, hint.as_ref(), &mut |this, term| {
                    this.assign_to(&assign.left, term);
                    then(this, Term::Unit)
                })
            }
            Expr::Binary(binary) if super::operator::assigning(&binary.op).is_some() => {
                let op = super::operator::assigning(&binary.op).expect("just seen");
                let hint = self.target_kind(&binary.left);
                self.split(&binary.right, hint.as_ref(), &mut |this, term| {
                    let term = this.settle(term, None);
                    this.compound_assign_to(&binary.left, op, term, binary);
                    then(this, Term::Unit)
                })
            }
            _ => self.leaves_inside(e),
        }
    }

    pub(super) fn leaves_inside(&mut self, e: &Expr) -> Term {
        self.error(e, "control leaves from inside an expression", "bind the part that leaves with a `let` of its own")
    }

    fn split_branch(&mut self, e: &Expr, expected: Option<&Kind>, then: Then<'_, 'e>) -> Term {
        if super::tail::falling(e) > 1 {
            let term = self.branch(e, expected);
            return self.guarded(term, then);
        }
        // The value of the branch is that of what comes after it, of which nothing is known here.
        let rest = expected.filter(|kind| **kind != Kind::Unit);
        // The names that an arm's pattern binds mean something else behind the branch.
        let depth = self.env.scopes.len();
        self.branch_with(e, rest, &mut |this, body| match body {
            Some(body) if always_leaves(body) => this.expr(body, expected),
            Some(body) => this.split(body, expected, &mut |this, term| this.behind(depth, |this| then(this, term))),
            None => this.behind(depth, |this| then(this, Term::Unit)),
        })
    }

    /// Runs what comes after a construct that may have left, unless it has.
    pub(super) fn guarded(&mut self, term: Term, then: Then<'_, 'e>) -> Term {
        let Some(go) = self.frames.last().map(|frame| frame.go) else { return then(self, term) };
        let go = self.env.read(go).expect("exit flags are always set");
        if self.flow != Flow::Live {
            return Term::Unit;
        }
        if go.same(&Term::bool(true)) {
            return then(self, term);
        }
        self.either(go, None, |this, goes_on| match goes_on {
            true => then(this, term.clone()),
            false => {
                if let Some(FrameKind::Body { result, failure: Some(failure) }) = this.frames.last().map(|frame| &frame.kind)
                    && matches!(this.env.vars[result.0].binding, Binding::Unset)
                {
                    let (result, failure) = (*result, *failure);
                    let failed = this.failed(failure);
                    this.assign_variable(result, failed, Span::mixed_site());
                }
                this.flow = Flow::Exited;
                Term::Unit
            }
        })
    }

    /// `break`, `continue` and `return`.
    pub(super) fn exit(&mut self, e: &Expr) -> Term {
        let is_break = matches!(e, Expr::Break(_));
        let (label, value) = match e {
            Expr::Return(e) => (None, e.expr.as_deref()),
            Expr::Break(e) => (e.label.as_ref(), e.expr.as_deref()),
            Expr::Continue(e) => (e.label.as_ref(), None),
            _ => unreachable!("not an exit"),
        };
        let target = match e {
            Expr::Return(_) => self.frames.iter().rposition(|frame| matches!(frame.kind, FrameKind::Body { .. })),
            _ => self.frames.iter().rposition(|frame| match (&frame.kind, label) {
                (FrameKind::Loop { part: true, .. } | FrameKind::Loops { part: true, .. }, _) if is_break => false,
                (FrameKind::Loop { .. }, None) => true,
                (FrameKind::Loops { .. }, None) => is_break,
                (FrameKind::Loops { label: Some(own), .. }, Some(label)) => is_break && label.ident == own,
                (FrameKind::Loop { label: Some(own), .. } | FrameKind::Block { label: own, .. }, Some(label)) => {
                    label.ident == own
                }
                _ => false,
            }),
        };
        let Some(target) = target else { return self.error(e, "there is nothing to leave here", "remove it") };
        let in_loop =
            self.frames[target + 1..].iter().any(|frame| matches!(frame.kind, FrameKind::Loop { .. } | FrameKind::Loops { .. }));
        let (result, failure) = match &self.frames[target].kind {
            FrameKind::Body { result, failure } => (*result, failure.filter(|_| in_loop)),
            FrameKind::Loop { value, .. } | FrameKind::Loops { value, .. } | FrameKind::Block { value, .. } => (*value, None),
        };
        if let (Some(value), Some(failure)) = (value, failure) {
            self.fail(failure, value);
        } else if let Some(value) = value {
            let hint = self.env.vars[result.0]
                .ty
                .as_ref()
                .map(kind::of_type)
                .or_else(|| self.env.read(result).and_then(|term| self.known_kind(&term)));
            self.split(value, hint.as_ref(), &mut |this, value| {
                this.set_result(result, value, e);
                this.leave(target, is_break);
                Term::Unit
            });
            return Term::Unit;
        } else if matches!(e, Expr::Return(_)) {
            self.env.set(result, Term::Unit);
        }
        self.leave(target, is_break);
        Term::Unit
    }

    /// Sets the flags of all frames up to `target`.
    pub(super) fn leave(&mut self, target: usize, is_break: bool) {
        for i in target..self.frames.len() {
            self.env.set(self.frames[i].go, Term::bool(false));
            if let FrameKind::Loop { stop, .. } = self.frames[i].kind
                && (i > target || is_break)
            {
                self.env.set(stop, Term::bool(true));
            }
        }
        self.flow = Flow::Exited;
    }

    fn set_result(&mut self, id: VarId, term: Term, at: &Expr) {
        match &self.env.vars[id.0].ty {
            Some(ty) if kind::of_type(ty) == Kind::Unit => self.env.set(id, Term::Unit),
            _ => self.assign_variable(id, term, at.span()),
        }
    }

    /// The body of a function or of an inlined closure, where `return` has nothing else to leave. A result that is not there on every way
    /// out, and of which there is no placeholder, is held in an `Option`.
    pub(super) fn body(&mut self, e: &Expr, kind: Option<&Kind>, ty: Option<&syn::Type>) -> Term {
        let (mark, reported) = (self.mark(), self.errors.len());
        let outer = std::mem::replace(&mut self.missing, false);
        let term = self.bare_body(e, kind, ty);
        let missing = std::mem::replace(&mut self.missing, outer);
        let Some(held) = missing.then(|| held(e, ty)).flatten() else { return term };
        self.rollback(&mark);
        let term = self.expr(&held, kind);
        if self.errors.len() == reported {
            return term;
        }
        self.rollback(&mark);
        let term = self.bare_body(e, kind, ty);
        self.missing = outer;
        term
    }

    fn bare_body(&mut self, e: &Expr, kind: Option<&Kind>, ty: Option<&syn::Type>) -> Term {
        let mut exits = Exits::default();
        syn::visit::Visit::visit_expr(&mut exits, e);
        if !exits.found {
            return self.expr(e, kind);
        }
        let failure = ty.filter(|_| exits.in_loop).and_then(|ty| self.failure_variable(ty, e));
        let result = self.result_variable(ty, exits.in_loop && failure.is_none());
        let go = self.env.synthetic("go", Binding::Term(Term::bool(true)));
        self.frames.push(Frame { kind: FrameKind::Body { result, failure }, go });
        let mut e = e.clone();
        super::tail::return_from_arms(&mut e);
        self.split(&e, kind, &mut |this, term| {
            this.set_result(result, term, &e);
            Term::Unit
        });
        self.frames.pop();
        if self.flow == Flow::Exited {
            self.flow = Flow::Live;
        }
        match (self.env.read(result), failure) {
            (Some(term), _) => term,
            (None, Some(failure)) => self.failed(failure),
            (None, None) => Term::Unit,
        }
    }

    /// `'label: { … break 'label value; … }`.
    pub(super) fn labelled_block(&mut self, label: &Lifetime, block: &Block, expected: Option<&Kind>) -> Term {
        let value = self.env.synthetic("value", Binding::Unset);
        let go = self.env.synthetic("go", Binding::Term(Term::bool(true)));
        self.frames.push(Frame { kind: FrameKind::Block { label: label.ident.to_string(), value }, go });
        self.block_then(block, expected, &mut |this, term| {
            this.assign_variable(value, term, label.span());
            Term::Unit
        });
        self.frames.pop();
        if self.flow == Flow::Exited {
            self.flow = Flow::Live;
        }
        self.env.read(value).unwrap_or(Term::Unit)
    }

    /// Holds the result of a body that is left early. Inside loops memory has to exist before it is assigned.
    fn result_variable(&mut self, ty: Option<&syn::Type>, in_loop: bool) -> VarId {
        let binding = match ty {
            Some(syn::Type::Tuple(tys)) if !tys.elems.is_empty() => {
                Binding::Tuple(tys.elems.iter().map(|ty| self.result_variable(Some(ty), in_loop)).collect())
            }
            Some(ty) if in_loop && !kind::is_scalar(&kind::of_type(ty)) => match self.placeholder(ty) {
                Some(term) => Binding::Term(term),
                None => Binding::Unset,
            },
            _ => Binding::Unset,
        };
        let id = self.env.synthetic("result", binding);
        self.env.vars[id.0].ty = ty.cloned();
        id
    }

    /// Any value of a type, for results that are not there yet.
    pub(super) fn placeholder(&mut self, ty: &syn::Type) -> Option<Term> {
        let kind = kind::of_type(ty);
        let op = match (&kind, ty) {
            (Kind::Vec(_), _) => Op::Alloc(Alloc::Empty { capacity: None }),
            (Kind::Array(_), syn::Type::Array(array)) => {
                let elem = self.placeholder(&array.elem)?;
                let elem = self.owned(elem, None);
                let len = self.expr(&array.len, Some(&Kind::Integer));
                let len = self.value(len, Some(&Kind::Integer));
                Op::Alloc(Alloc::Repeat { elem, len, vec: false })
            }
            _ => match self.wrapped_placeholder(ty) {
                Some(op) => op,
                None => return default_of(&kind),
            },
        };
        let value = self.let_("result", Class::Owner, kind, op, ty.span(), false);
        self.data_mut(value).mutable = true;
        self.data_mut(value).ty = Some(ty.clone());
        Some(Term::whole(value))
    }
}

impl Lower<'_> {
    /// Where loops put the error that they leave the function by: inactive memory, `None` until then.
    fn failure_variable(&mut self, ty: &syn::Type, body: &Expr) -> Option<Value> {
        let syn::Type::Path(path) = ty else { return None };
        let last = path.path.segments.last()?;
        if last.ident != "Option" && last.ident != "Result" || !only_failures_leave_loops(body) {
            return None;
        }
        let none = Inactive::constant(syn::parse_quote!(None), Kind::Passive).opaque;
        let failure = self.let_("failure", Class::Owner, Kind::Passive, Op::Alloc(Alloc::Opaque(none)), ty.span(), false);
        self.data_mut(failure).mutable = true;
        self.data_mut(failure).ty = Some(syn::parse_quote!(::core::option::Option<#ty>));
        Some(failure)
    }

    /// `failure = Some(value);`
    fn fail(&mut self, failure: Value, value: &Expr) {
        let value = self.expr(value, None);
        let value = self.inactive(value);
        let wrapped = value.map(|value| syn::parse_quote!(Some(#value)), Kind::Passive);
        let op = Op::Alloc(Alloc::Opaque(Opaque { pure_: false, ..wrapped.opaque }));
        let src = self.let_("t", Class::Owner, Kind::Passive, op, Span::mixed_site(), false);
        self.stmts.push(Stmt::Memory(Memory::Assign { place: Place::whole(failure), src, old: None }));
    }

    /// What a loop has left the function by.
    fn failed(&mut self, failure: Value) -> Term {
        let failed = self.mention(failure).map(|failure| syn::parse_quote!(#failure.unwrap()), Kind::Unknown);
        Term::Inactive(Inactive { opaque: Opaque { pure_: false, ..failed.opaque }, ..failed })
    }

    /// `None`, or `Ok` around a literal.
    fn wrapped_placeholder(&mut self, ty: &syn::Type) -> Option<Op> {
        let syn::Type::Path(path) = ty else { return None };
        let last = path.path.segments.last()?;
        if last.ident == "Option" {
            return Some(Op::Alloc(Alloc::Opaque(Inactive::constant(syn::parse_quote!(None), Kind::Unknown).opaque)));
        }
        let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
        let Some(syn::GenericArgument::Type(value)) = arguments.args.first().filter(|_| last.ident == "Result") else {
            return None;
        };
        let Term::Inactive(value) = default_of(&kind::of_type(value))? else { return None };
        let value = value.opaque.expr;
        Some(Op::Alloc(Alloc::Opaque(Inactive::constant(syn::parse_quote!(Ok(#value)), Kind::Unknown).opaque)))
    }
}

/// A body that hands its result over through an `Option`, if it contains a `return`.
fn held(body: &Expr, ty: Option<&syn::Type>) -> Option<Expr> {
    struct Returns(bool);
    impl VisitMut for Returns {
        fn visit_expr_mut(&mut self, e: &mut Expr) {
            if matches!(e, Expr::Closure(_)) {
                return;
            }
            visit_mut::visit_expr_mut(self, e);
            if let Expr::Return(returned) = e
                && let Some(value) = &returned.expr
            {
                *e = syn::parse_quote_spanned!(returned.span()=> { __returned = Some(#value); break '__body; });
                self.0 = true;
            }
        }
        fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    }
    let mut inner = body.clone();
    let mut returns = Returns(false);
    returns.visit_expr_mut(&mut inner);
    let ty = ty.map(|ty| quote::quote!(: Option<#ty>));
    returns.0.then(|| {
        syn::parse_quote!({
            let mut __returned #ty = None;
            '__body: {
                let __value = #inner;
                __returned = Some(__value);
            }
            __returned.unwrap()
        })
    })
}

impl Lower<'_> {
    /// A loop that is left with structs hands them over through an `Option`.
    pub(super) fn held_break(&mut self, e: &syn::ExprLoop) -> Option<Expr> {
        struct Breaks<'a> {
            label: Option<&'a Lifetime>,
            variable: syn::Ident,
            depth: usize,
            builds: bool,
        }
        impl VisitMut for Breaks<'_> {
            fn visit_expr_mut(&mut self, e: &mut Expr) {
                if matches!(e, Expr::Closure(_)) {
                    return;
                }
                let inner = matches!(e, Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_));
                self.depth += usize::from(inner);
                visit_mut::visit_expr_mut(self, e);
                self.depth -= usize::from(inner);
                let Expr::Break(left) = e else { return };
                let leaves = match &left.label {
                    Some(label) => self.label == Some(label),
                    None => self.depth == 0,
                };
                if let Some(value) = left.expr.take_if(|_| leaves) {
                    self.builds |= builds(&value);
                    let (variable, left) = (&self.variable, &*left);
                    *e = syn::parse_quote_spanned!(value.span()=> { #variable = Some(#value); #left; });
                }
            }
            fn visit_item_mut(&mut self, _: &mut syn::Item) {}
        }
        let variable = quote::format_ident!("__left{}", self.held);
        let label = e.label.as_ref().map(|label| &label.name);
        let mut breaks = Breaks { label, variable: variable.clone(), depth: 0, builds: false };
        let mut inner = e.clone();
        breaks.visit_block_mut(&mut inner.body);
        self.held += usize::from(breaks.builds);
        breaks.builds.then(|| syn::parse_quote!({ let mut #variable = None; #inner #variable.unwrap() }))
    }
}

/// `S { x, y }` and `S(x, y)`.
fn builds(e: &Expr) -> bool {
    match e {
        Expr::Struct(_) => true,
        Expr::Call(call) => matches!(&*call.func, Expr::Path(path) if path.path.segments.last().is_some_and(|last| {
            let is_type = last.ident.to_string().starts_with(char::is_uppercase);
            is_type && !["Some", "Ok", "Err"].iter().any(|known| last.ident == known)
        })),
        Expr::Paren(paren) => builds(&paren.expr),
        _ => false,
    }
}

/// A literal of a scalar kind.
pub(super) fn default_of(kind: &Kind) -> Option<Term> {
    let expr: Expr = match kind {
        Kind::Float => syn::parse_quote!(0.0),
        Kind::Integer => syn::parse_quote!(0),
        Kind::Bool => syn::parse_quote!(false),
        Kind::Unit => return Some(Term::Unit),
        _ => return None,
    };
    Some(Term::constant(expr, kind.clone()))
}
