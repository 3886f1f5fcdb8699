//! `for`, `while` and `loop`.
//!
//! Which variables a body changes is found by lowering it, in [`rounds`](super::rounds).

use super::branch::unchanged;
use super::env::{Binding, Frame, FrameKind, Point, VarId};
use super::exit::default_of;
use super::rounds::Expected;
use super::term::Term;
use super::{Flow, Lower, kind};
use crate::ir::{Block, Carried, Class, Header, Kind, Loop, Stmt, Value};
use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{Expr, Label};

/// A loop to be lowered.
pub(super) struct Plan<'l, 'e> {
    /// The type of what `break` gives the loop as its value, if it is known.
    pub(super) ty: Option<syn::Type>,
    pub(super) label: Option<&'l Label>,
    pub(super) span: Span,
    /// The user's loop is this one and the one around it: `break` leaves both.
    pub(super) part: bool,
    /// Makes the header, and binds what it defines. Runs where the carried variables have their values of the iteration's start.
    pub(super) header: &'l mut dyn FnMut(&mut Lower<'e>) -> Header,
    /// Lowers one iteration.
    pub(super) body: &'l mut dyn FnMut(&mut Lower<'e>),
}

impl<'e> Lower<'e> {
    pub(super) fn loop_expr(&mut self, e: &Expr, expected: Option<&Kind>) -> Term {
        match e {
            Expr::ForLoop(e) => {
                self.for_loop(e);
                Term::Unit
            }
            Expr::While(e) => self.while_loop(e),
            // A struct has no placeholder for until the loop is left with one.
            Expr::Loop(e) if let Some(held) = self.held_break(e) => self.expr(&held, expected),
            Expr::Loop(e) => {
                let term = self.run(Plan {
                    ty: self.float.clone().filter(|_| expected == Some(&Kind::Float)),
                    label: e.label.as_ref(),
                    span: e.span(),
                    part: false,
                    header: &mut |_| Header::Forever,
                    body: &mut |this| {
                        this.block(&e.body, Some(&Kind::Unit));
                    },
                });
                if super::flow::always_leaves(&Expr::Loop(e.clone())) {
                    self.flow = if super::flow::may_leave(&Expr::Loop(e.clone())) { Flow::Exited } else { Flow::Diverged };
                }
                term
            }
            _ => unreachable!("not a loop"),
        }
    }

    fn while_loop(&mut self, e: &syn::ExprWhile) -> Term {
        let only_observes = self.only_observes(&e.cond);
        let body = |this: &mut Self| {
            this.block(&e.body, Some(&Kind::Unit));
        };
        self.run(Plan {
            ty: None,
            label: e.label.as_ref(),
            span: e.span(),
            part: false,
            header: &mut |this| match only_observes {
                true => Header::While(this.condition(&e.cond)),
                false => Header::Forever,
            },
            body: &mut |this| match only_observes {
                true => body(this),
                false => this.unless_over(e),
            },
        })
    }

    /// A condition that changes something is a statement of the body: `loop { if cond { … } else { break } }`.
    fn unless_over(&mut self, e: &syn::ExprWhile) {
        let (cond, body) = (&e.cond, &e.body);
        let iteration = syn::parse_quote_spanned!(cond.span()=> if #cond #body else { break });
        self.block(&syn::Block { brace_token: e.body.brace_token, stmts: vec![iteration] }, Some(&Kind::Unit));
    }

    /// Neither memory nor variables change where the expression is evaluated, as far as one attempt can tell.
    fn only_observes(&mut self, e: &Expr) -> bool {
        let mark = self.mark();
        let block = self.condition(e);
        let rebound = self.env.bound_since(mark.env);
        let changed = rebound.iter().any(|(id, before)| !unchanged(before, &self.env.vars[id.0].binding));
        self.rollback(&mark);
        !changed && block.only_observes()
    }

    fn condition(&mut self, cond: &Expr) -> Block {
        let (stmts, value) = self.nested(|this| {
            let term = this.expr(cond, Some(&Kind::Bool));
            this.value(term, Some(&Kind::Bool))
        });
        Block { stmts, yields: vec![value], diverges: false }
    }

    /// Lowers the loop under the assumption that exactly the `expected` variables are carried. Returns what it should have expected, and
    /// what should have been in memory; if that is not the same, the statement is of no use, but the bindings are those behind a loop with the better expectation.
    pub(super) fn attempt(&mut self, plan: &mut Plan<'_, 'e>, value: VarId, expected: &[Expected]) -> Vec<Expected> {
        let before = self.env.point();
        let mut carried = self.carried(expected);
        let at_start = self.env.point();
        self.env.scopes.push(Default::default());
        let header = (plan.header)(self);
        let (mut stmts, stop) = self.iteration(plan, value);
        self.env.scopes.pop();
        let flow = std::mem::replace(&mut self.flow, Flow::Live);
        let diverges = flow == Flow::Diverged;
        let better = if diverges { expected.to_vec() } else { self.compare(before, at_start, expected, plan.span) };
        let outer = std::mem::replace(&mut self.stmts, stmts);
        let mut yields = if diverges { Vec::new() } else { self.yields(expected) };
        let can_stop = !diverges && !stop.same(&Term::bool(false));
        if can_stop {
            let stop = self.value(stop, Some(&Kind::Bool));
            yields.push(stop);
        }
        stmts = std::mem::replace(&mut self.stmts, outer);
        self.env.rewind(before);
        for (i, expected) in better.iter().enumerate() {
            let name = self.env.vars[expected.id.0].name.clone();
            let (name, span) =
                carried.get(i).map_or((name, plan.span), |c| (self.data(c.param).name.clone(), self.data(c.param).span));
            if !kind::is_scalar(&expected.kind) {
                let memory = self.fresh(&name, Class::Owner, expected.kind.clone(), span, expected.varied);
                self.env.set(expected.id, Term::whole(memory));
                continue;
            }
            let result = self.fresh(&name, Class::Plain, expected.kind.clone(), span, expected.varied);
            if let Some(carried) = carried.get_mut(i) {
                carried.result = result;
                self.same_width(result, [carried.init, carried.param]);
            }
            self.env.set(expected.id, Term::Value(result));
        }
        let body = Block { stmts, yields, diverges };
        let l = Loop { header, carried, body, can_stop, trips: None, lanes: false, span: plan.span };
        self.stmts.push(Stmt::Loop(Box::new(l)));
        better
    }

    /// Gives the carried variables their values of an iteration's start.
    fn carried(&mut self, expected: &[Expected]) -> Vec<Carried> {
        let mut carried = Vec::new();
        for Expected { id, kind, varied } in expected {
            let name = self.env.vars[id.0].name.clone();
            let init = match &self.env.vars[id.0].binding {
                Binding::Term(term) => term.clone(),
                Binding::Unset | Binding::Tuple(_) => default_of(kind).unwrap_or(Term::Unit),
            };
            let fresh_from = self.next_value();
            let init = self.value(init, Some(kind));
            if init.0 >= fresh_from {
                self.data_mut(init).name = name.clone();
                self.data_mut(init).ty = self.env.vars[id.0].ty.clone();
            }
            let span = self.data(init).span;
            let param = self.fresh(&name, Class::Plain, kind.clone(), span, *varied);
            self.same_width(param, [init]);
            self.env.set(*id, Term::Value(param));
            carried.push(Carried { init, param, result: param });
        }
        carried
    }

    /// Lowers the body. Returns its statements and the stop flag.
    fn iteration(&mut self, plan: &mut Plan<'_, 'e>, value: VarId) -> (Vec<Stmt>, Term) {
        let go = self.env.synthetic("go", Binding::Term(Term::bool(true)));
        let stop = self.env.synthetic("stop", Binding::Term(Term::bool(false)));
        let label = plan.label.map(|label| label.name.ident.to_string());
        self.frames.push(Frame { kind: FrameKind::Loop { label, stop, value, part: plan.part }, go });
        let (stmts, ()) = self.nested(|this| (plan.body)(this));
        self.frames.pop();
        (stmts, self.env.read(stop).expect("exit flags are always set"))
    }

    /// Compares the bindings at the end of an iteration with what was expected, and says what to expect instead. What comes out of unknown
    /// kind has to be memory before the loop, and is not carried then.
    fn compare(&mut self, before: Point, at_start: Point, expected: &[Expected], span: Span) -> Vec<Expected> {
        let mut better = expected.to_vec();
        let mut not_carried = Vec::new();
        let inits = self.env.bound_since(before);
        for (id, start) in self.env.bound_since(at_start) {
            if id.0 >= before.vars() || unchanged(&self.env.vars[id.0].binding, start) {
                continue;
            }
            let Some(term) = self.env.read(id) else { continue };
            let mut kind = self.kind(&term);
            let init = inits[&id];
            if let Binding::Term(init) = init {
                kind = kind::join(&kind, &self.kind(init));
            }
            let varied = self.varies(&term) && !kind.is_inactive();
            let from_value = matches!(init, Binding::Term(Term::Inactive(_) | Term::Value(_)));
            let becomes_memory = from_value && kind == Kind::Unknown;
            if !becomes_memory && (!kind::is_scalar(&kind) || matches!(init, Binding::Term(Term::Place(_)))) {
                not_carried.push((id, matches!(init, Binding::Unset)));
                continue;
            }
            match better.iter_mut().find(|expected| expected.id == id) {
                Some(known) => {
                    known.kind = kind::join(&known.kind, &kind);
                    known.varied |= varied;
                }
                None => {
                    let varied = varied || matches!(init, Binding::Term(init) if self.varies(init));
                    better.push(Expected { id, kind, varied });
                }
            }
        }
        for (id, was_unset) in not_carried {
            self.not_carried(id, was_unset, span);
        }
        better
    }

    /// A variable that is no scalar has changed its binding in the loop at `span`.
    fn not_carried(&mut self, id: VarId, was_unset: bool, span: Span) {
        let var = &self.env.vars[id.0];
        let (name, synthetic) = (var.name.clone(), var.synthetic);
        let bound = self.env.read(id).and_then(|term| self.term_span(&term)).unwrap_or(span);
        self.missing |= synthetic;
        match (was_unset, synthetic) {
            // Declared before the loop and given a value inside of it: nobody can read it afterwards.
            (true, false) => {}
            (_, true) => self.errors.push(
                span,
                "a value of a type that is not known here leaves a loop",
                "annotate the type, or assign to a variable that is declared before the loop, and `break`",
            ),
            (false, false) => self.errors.push(
                bound,
                format!("`{name}` refers to something else in the next iteration"),
                "declare it inside of the loop, or copy what it refers to",
            ),
        }
    }

    fn term_span(&self, term: &Term) -> Option<Span> {
        match term {
            Term::Value(value) => Some(self.data(*value).span),
            Term::Place(place) => Some(self.data(place.base).span),
            Term::Ref(_, to) => self.term_span(to),
            Term::Tuple(parts) => parts.first().and_then(|part| self.term_span(part)),
            Term::Closure(closure) => Some(closure.def.span()),
            Term::Iterator(lazy) => Some(lazy.expr.span()),
            Term::Unit | Term::Inactive(_) => None,
        }
    }

    fn yields(&mut self, expected: &[Expected]) -> Vec<Value> {
        let mut yields = Vec::new();
        for Expected { id, kind, .. } in expected {
            let term = self.env.read(*id).or_else(|| default_of(kind)).unwrap_or(Term::Unit);
            yields.push(self.value(term, Some(kind)));
        }
        yields
    }
}
