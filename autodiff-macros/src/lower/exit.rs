//! `break`, `continue` and `return`: none of them reaches the representation.
//!
//! Statements behind an `if` or `match` that may leave move into its only arm that does not ([`Lower::split`]). Where several arms may
//! go on, a bool `go` says whether the rest runs, and loops get a bool `stop`; both are ordinary variables of the environment,
//! so that joins and loops carry them like any other.

use super::env::{Binding, Frame, FrameKind, VarId};
use super::stmt::Then;
use super::term::Term;
use super::{Flow, Lower, kind};
use crate::ir::{Alloc, Class, Kind, Op};
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Lifetime};

/// Control may leave the expression through `break`, `continue`, `return` or `?`.
pub(super) fn may_leave(e: &Expr) -> bool {
    let mut exits = Exits::default();
    exits.visit_expr(e);
    exits.found
}

/// Control never reaches what stands behind the expression.
pub(super) fn always_leaves(e: &Expr) -> bool {
    match e {
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
        Expr::Macro(mac) => panics(&mac.mac),
        Expr::Paren(paren) => always_leaves(&paren.expr),
        Expr::Group(group) => always_leaves(&group.expr),
        Expr::Block(block) if block.label.is_none() => block_leaves(&block.block),
        Expr::If(e) => {
            e.else_branch.as_ref().is_some_and(|(_, otherwise)| block_leaves(&e.then_branch) && always_leaves(otherwise))
        }
        Expr::Match(e) => !e.arms.is_empty() && e.arms.iter().all(|arm| always_leaves(&arm.body)),
        Expr::Loop(e) => !breaks(e),
        _ => false,
    }
}

fn block_leaves(block: &Block) -> bool {
    block.stmts.iter().any(|stmt| match stmt {
        syn::Stmt::Expr(e, _) => always_leaves(e),
        syn::Stmt::Macro(mac) => panics(&mac.mac),
        syn::Stmt::Local(local) => local.init.as_ref().is_some_and(|init| always_leaves(&init.expr)),
        syn::Stmt::Item(_) => false,
    })
}

/// `panic!` and its relatives.
pub(super) fn panics(mac: &syn::Macro) -> bool {
    let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    matches!(name.as_str(), "panic" | "unreachable" | "todo" | "unimplemented")
}

/// A `break` leaves this `loop`.
fn breaks(e: &syn::ExprLoop) -> bool {
    struct Breaks<'a> {
        label: Option<&'a Lifetime>,
        depth: usize,
        found: bool,
    }
    impl<'a> Visit<'a> for Breaks<'a> {
        fn visit_expr(&mut self, e: &'a Expr) {
            let inner = matches!(e, Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_));
            self.depth += usize::from(inner);
            if let Expr::Break(e) = e {
                self.found |= match &e.label {
                    Some(label) => self.label == Some(label),
                    None => self.depth == 0,
                };
            }
            if !matches!(e, Expr::Closure(_)) {
                visit::visit_expr(self, e);
            }
            self.depth -= usize::from(inner);
        }
        fn visit_item(&mut self, _: &'a syn::Item) {}
    }
    let mut breaks = Breaks { label: e.label.as_ref().map(|label| &label.name), depth: 0, found: false };
    breaks.visit_block(&e.body);
    breaks.found
}

#[derive(Default)]
struct Exits<'a> {
    loops: usize,
    labels: Vec<&'a Lifetime>,
    found: bool,
    in_loop: bool,
}

impl<'a> Visit<'a> for Exits<'a> {
    fn visit_expr(&mut self, e: &'a Expr) {
        let (label, inner) = match e {
            Expr::Loop(e) => (e.label.as_ref(), true),
            Expr::While(e) => (e.label.as_ref(), true),
            Expr::ForLoop(e) => (e.label.as_ref(), true),
            Expr::Block(e) => (e.label.as_ref(), false),
            _ => (None, false),
        };
        let leaves = |this: &Self, label: &Option<Lifetime>| match label {
            Some(label) => !this.labels.contains(&label),
            None => this.loops == 0,
        };
        let found = match e {
            Expr::Return(_) | Expr::Try(_) => true,
            Expr::Break(e) => leaves(self, &e.label),
            Expr::Continue(e) => leaves(self, &e.label),
            _ => false,
        };
        self.found |= found;
        self.in_loop |= found && self.loops > 0;
        let depth = self.labels.len();
        self.labels.extend(label.map(|label| &label.name));
        self.loops += usize::from(inner);
        if !matches!(e, Expr::Closure(_)) {
            visit::visit_expr(self, e);
        }
        self.loops -= usize::from(inner);
        self.labels.truncate(depth);
    }

    fn visit_item(&mut self, _: &'a syn::Item) {}
}

impl<'e> Lower<'e> {
    /// Lowers `e`, and then what comes after it, where control goes on.
    pub(super) fn split(&mut self, e: &Expr, expected: Option<&Kind>, then: Then<'_, 'e>) -> Term {
        if !may_leave(e) {
            let term = self.expr(e, expected);
            return if self.flow == Flow::Live { then(self, term) } else { Term::Unit };
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
            Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) | Expr::Try(_) => self.expr(e, expected),
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
            _ => self.error(e, "control leaves from inside an expression", "bind the part that leaves with a `let` of its own"),
        }
    }

    fn split_branch(&mut self, e: &Expr, expected: Option<&Kind>, then: Then<'_, 'e>) -> Term {
        let falling = match e {
            Expr::If(e) => {
                let otherwise = e.else_branch.as_ref().is_some_and(|(_, otherwise)| always_leaves(otherwise));
                usize::from(!block_leaves(&e.then_branch)) + usize::from(!otherwise)
            }
            Expr::Match(e) => e.arms.iter().filter(|arm| !always_leaves(&arm.body)).count(),
            _ => unreachable!("only branches are split"),
        };
        if falling > 1 {
            let term = self.branch(e, expected);
            return self.guarded(term, then);
        }
        self.branch_with(e, expected, &mut |this, body| match body {
            Some(body) if always_leaves(body) => this.expr(body, expected),
            Some(body) => this.split(body, expected, then),
            None => then(this, Term::Unit),
        })
    }

    /// Runs what comes after a construct that may have left, unless it has.
    fn guarded(&mut self, term: Term, then: Then<'_, 'e>) -> Term {
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
                (FrameKind::Loop { part: true, .. }, _) if is_break => false,
                (FrameKind::Loop { .. }, None) => true,
                (FrameKind::Loop { label: Some(own), .. } | FrameKind::Block { label: own, .. }, Some(label)) => {
                    label.ident == own
                }
                _ => false,
            }),
        };
        let Some(target) = target else { return self.error(e, "there is nothing to leave here", "remove it") };
        let result = match &self.frames[target].kind {
            FrameKind::Body { result } => *result,
            FrameKind::Loop { value, .. } | FrameKind::Block { value, .. } => *value,
        };
        if let Some(value) = value {
            let hint = self.env.vars[result.0]
                .ty
                .as_ref()
                .map(kind::of_type)
                .or_else(|| self.env.read(result).map(|term| self.kind(&term)));
            let value = self.expr(value, hint.as_ref());
            self.set_result(result, value, e);
        } else if matches!(e, Expr::Return(_)) {
            self.env.set(result, Term::Unit);
        }
        self.leave(target, is_break);
        Term::Unit
    }

    /// Sets the flags of all frames up to `target`.
    fn leave(&mut self, target: usize, is_break: bool) {
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

    /// The body of a function or of an inlined closure, where `return` has nothing else to leave.
    pub(super) fn body(&mut self, e: &Expr, kind: Option<&Kind>, ty: Option<&syn::Type>) -> Term {
        let mut exits = Exits::default();
        exits.visit_expr(e);
        if !exits.found {
            return self.expr(e, kind);
        }
        let result = self.result_variable(ty, exits.in_loop);
        let go = self.env.synthetic("go", Binding::Term(Term::bool(true)));
        self.frames.push(Frame { kind: FrameKind::Body { result }, go });
        self.split(e, kind, &mut |this, term| {
            this.set_result(result, term, e);
            Term::Unit
        });
        self.frames.pop();
        if self.flow == Flow::Exited {
            self.flow = Flow::Live;
        }
        self.env.read(result).unwrap_or(Term::Unit)
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
            _ => return default_of(&kind),
        };
        let value = self.let_("result", Class::Owner, kind, op, ty.span(), false);
        self.data_mut(value).mutable = true;
        self.data_mut(value).ty = Some(ty.clone());
        Some(Term::whole(value))
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
