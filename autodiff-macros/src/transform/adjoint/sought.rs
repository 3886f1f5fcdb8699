//! Running minima and maxima of what is stored in an array.
//!
//! Which element it was is found again behind the loop: the first that is equal to the result. So the loop itself stays as it is, and is
//! vectorised.

use super::Sweep;
use super::running::{By, Running, constant};
use crate::analyze::layout::{BlockId, StmtId};
use crate::ir::{Block, Carried, Class, Header, Kind, Loop, Op, Opaque, Proj, Stmt, Value};
use crate::rules;

impl<'a> Sweep<'a> {
    /// Whether a choice is the maximum or minimum of what was so far and of an element of an array.
    pub(super) fn is_sought(&self, running: &Running, index: Value, home: BlockId) -> bool {
        let (By::Operand(new), Stmt::Let { op: Op::Prim { prim, .. }, .. }) =
            (running.by, self.layout.stmts[running.choice as usize])
        else {
            return false;
        };
        let Some(Op::Load(place)) = self.layout.op_of(new) else { return false };
        let at_hand = |v: Value| v == index || !self.layout.within(self.layout.home[v.0 as usize], home);
        // With the new value as the first operand, the last of several equal ones would count.
        let first_counts = matches!(prim.rule().name, "max" | "min") && !running.changes_if;
        first_counts && at_hand(place.base) && place.operands().all(at_hand)
    }

    /// Behind the loop in the forward sweep: looks for the iteration that counts.
    pub(super) fn seek_running(&mut self, stmt: &'a Stmt, at: StmtId) {
        let running = self.running.get(&at).filter(|running| running.sought).cloned();
        let (Some(running), Stmt::Loop(l)) = (running, stmt) else { return };
        let Stmt::Let { value: next, op: Op::Prim { prim, args } } = self.layout.stmts[running.choice as usize] else { return };
        let mut pairs = l.carried.iter().zip(&l.body.yields);
        let (Header::Range { index, lo, .. }, Some((carried, _)), Some(expr), Some(Op::Load(place))) =
            (&l.header, pairs.find(|(_, yielded)| *yielded == next), rules::choice(*prim), self.layout.op_of(args[1]))
        else {
            return;
        };
        // What the loop starts with counts if it is chosen before the result.
        let (result, name) = (carried.result, |name: &str| syn::Ident::new(name, proc_macro2::Span::call_site()));
        let first = self.test(expr, vec![(name("a"), carried.init), (name("b"), result)]);
        let start = self.let_("found", Kind::Bool, constant(&Kind::Bool));
        let i = self.fresh("i", Class::Plain, Kind::Integer);
        self.open(BlockId::MAX);
        let mut place = place.clone();
        place.proj.iter_mut().for_each(|step| rename(step, *index, i));
        let element = self.let_("t", Kind::Float, Op::Load(place));
        let uses = vec![(name("a"), element), (name("b"), result), (name("first"), first)];
        let same = self.test(syn::parse_quote!(a == b && !first), uses);
        let body = Block { stmts: self.close().stmts, yields: vec![same, i, same], diverges: false };
        let mut header = l.header.clone();
        if let Header::Range { index, .. } = &mut header {
            *index = i;
        }
        let found = self.fresh("found", Class::Plain, Kind::Bool);
        let last = self.fresh("last", Class::Plain, Kind::Integer);
        let carried = vec![
            Carried { init: start, param: found, result: running.found },
            Carried { init: *lo, param: last, result: running.last },
        ];
        self.emit(Stmt::Loop(Box::new(Loop { header, carried, body, can_stop: true, trips: None, lanes: false, span: l.span })));
    }

    fn test(&mut self, expr: syn::Expr, uses: Vec<(syn::Ident, Value)>) -> Value {
        self.let_("first", Kind::Bool, Op::Opaque(Opaque { expr, uses, pure_: true, writes: false }))
    }
}

/// One number in place of another.
fn rename(step: &mut Proj, from: Value, to: Value) {
    let ends = match step {
        Proj::Index(i) => [Some(i), None],
        Proj::Range { lo, hi, .. } => [lo.as_mut(), hi.as_mut()],
        Proj::Deref | Proj::Field(_) | Proj::Payload(_) => [None, None],
    };
    ends.into_iter().flatten().filter(|v| **v == from).for_each(|v| *v = to);
}
