//! Tangents of writes and control flow.

use super::{Tangent, elem_kind, zero};
use crate::ir::build::Builder;
use crate::ir::{Block, Branch, Carried, Header, Kind, Loop, Memory, On, Place, Stmt, Value};

impl Tangent<'_> {
    /// A statement and its tangent.
    pub(super) fn stmt(&mut self, b: &mut Builder<'_>, stmt: &Stmt) {
        match stmt {
            Stmt::Let { value, op } => self.let_(b, *value, op),
            Stmt::Split { results, method, place, args } => {
                b.push(stmt.clone());
                if let Some(place) = self.place(place).filter(|_| !self.kind(place).is_inactive()) {
                    let results = self.defined_again(b, results);
                    b.push(Stmt::Split { results, method: method.clone(), place, args: args.clone() });
                }
            }
            Stmt::Store { place, value, old } => self.store(b, stmt, place, *value, *old),
            Stmt::Memory(memory) => self.memory(b, memory),
            Stmt::Branch(branch) => self.branch(b, branch),
            Stmt::Loop(l) => self.loop_(b, l),
            Stmt::Call(call) => self.call(b, call),
            Stmt::Observe(_) => b.push(stmt.clone()),
            Stmt::Declare { .. }
            | Stmt::Set { .. }
            | Stmt::Add { .. }
            | Stmt::ShadowAdd { .. }
            | Stmt::ShadowAddFrom { .. }
            | Stmt::ShadowClear(_)
            | Stmt::RecordNew { .. }
            | Stmt::RecordPush { .. }
            | Stmt::RecordRead { .. }
            | Stmt::RecordPart { .. }
            | Stmt::RecordAt { .. }
            | Stmt::CursorNew { .. }
            | Stmt::LogRange { .. }
            | Stmt::UnlogRange { .. }
            | Stmt::Unshare(_)
            | Stmt::Pull(_)
            | Stmt::Closure(_) => self.adjoint_form(b, stmt),
        }
    }

    fn store(&mut self, b: &mut Builder<'_>, stmt: &Stmt, place: &Place, value: Value, old: Option<Value>) {
        b.push(stmt.clone());
        let kind = self.kind(place);
        let passive = matches!(self.f[value].kind, Kind::Integer | Kind::Bool | Kind::Unit);
        match self.place(place) {
            Some(place) if !kind.is_inactive() && !passive => {
                let value = self.dot_or_zero(b, value, &kind);
                let old = old.map(|old| self.fresh_again(b, old));
                b.push(Stmt::Store { place, value, old });
            }
            Some(_) => {}
            None => self.assert_constant(value),
        }
    }

    /// Memory that something varying is put into varies: a gap here would be a wrong derivative.
    fn assert_constant(&self, value: Value) {
        assert!(
            !(self.varied)(value) || self.f[value].kind.is_inactive(),
            "`{}` varies, and is put into memory that does not",
            self.f[value].name
        );
    }

    fn memory(&mut self, b: &mut Builder<'_>, memory: &Memory) {
        let target = match memory {
            Memory::Assign { place, .. }
            | Memory::Fill { place, .. }
            | Memory::CopyFrom { place, .. }
            | Memory::Swap { a: place, .. }
            | Memory::SwapElements { place, .. }
            | Memory::Push { place, .. } => place,
        };
        let Some(dot) = self.place(target).filter(|_| !self.kind(target).is_inactive()) else {
            match memory {
                Memory::Assign { src: value, .. } | Memory::Fill { value, .. } | Memory::Push { value, .. } => {
                    self.assert_constant(*value);
                }
                Memory::CopyFrom { src, .. } => self.assert_constant(src.base),
                Memory::Swap { b: other, .. } => self.assert_constant(other.base),
                Memory::SwapElements { .. } => {}
            }
            return b.push(Stmt::Memory(memory.clone()));
        };
        let kind = self.kind(target);
        let elem = elem_kind(&kind);
        // Values that are moved need their zero tangents before the move.
        let mirrored = match memory {
            Memory::Assign { src, old, .. } => {
                let src = self.moved_dot(b, *src, &kind);
                let old = old.map(|old| self.fresh_again(b, old));
                Memory::Assign { place: dot, src, old }
            }
            Memory::Fill { value, .. } => Memory::Fill { place: dot, value: self.dot_or_zero(b, *value, &elem) },
            Memory::Push { value, .. } => Memory::Push { place: dot, value: self.moved_dot(b, *value, &elem) },
            Memory::CopyFrom { src, .. } => match self.place(src) {
                Some(src) => Memory::CopyFrom { place: dot, src },
                None if elem == Kind::Float => Memory::Fill { place: dot, value: zero(b) },
                None => Memory::CopyFrom { place: dot, src: Place::whole(self.zero_owner(b, src.clone(), src.base)) },
            },
            Memory::Swap { b: other, .. } => {
                let other = self.place(other).expect("`demand` links what is swapped");
                Memory::Swap { a: dot, b: other }
            }
            Memory::SwapElements { i, j, .. } => Memory::SwapElements { place: dot, i: *i, j: *j },
        };
        b.push(Stmt::Memory(memory.clone()));
        b.push(Stmt::Memory(mirrored));
    }

    fn branch(&mut self, b: &mut Builder<'_>, branch: &Branch) {
        let dotted: Vec<usize> = (0..branch.results.len()).filter(|i| self.dotted(branch.results[*i])).collect();
        let mut on = branch.on.clone();
        let mut arms = Vec::with_capacity(branch.arms.len());
        for (k, arm) in branch.arms.iter().enumerate() {
            // What an arm has recorded is defined in that arm only.
            let mark = self.undo.len();
            if let On::Arm { values, .. } = &mut on
                && let Some(values) = &mut values[k]
            {
                let dots = self.defined_again(b, &self.only_dotted(values));
                values.extend(dots);
            }
            arms.push(self.block(b, arm, |t, b| {
                let yields = dotted.iter().map(|i| (arm.yields[*i], &t.f[branch.results[*i]].kind));
                yields.map(|(value, kind)| t.moved_dot(b, value, kind)).collect()
            }));
            self.leave(mark);
        }
        let mut results = branch.results.clone();
        results.extend(self.defined_again(b, &self.only_dotted(&branch.results)));
        b.push(Stmt::Branch(Branch { on, arms, results }));
    }

    fn loop_(&mut self, b: &mut Builder<'_>, l: &Loop) {
        let dotted: Vec<usize> = (0..l.carried.len()).filter(|i| self.dotted(l.carried[*i].param)).collect();
        let mut carried = l.carried.clone();
        for i in &dotted {
            let Carried { init, param, result } = l.carried[*i];
            let init = self.dot_or_zero(b, init, &self.f[param].kind);
            let dot = self.fresh_dot(b, param);
            self.set(param, dot);
            let result_dot = self.fresh_dot(b, result);
            self.set(result, result_dot);
            carried.push(Carried { init, param: dot, result: result_dot });
        }
        let header = match &l.header {
            Header::While(cond) => Header::While(self.block(b, cond, |_, _| Vec::new())),
            Header::Range { .. } | Header::Forever | Header::Times(_) | Header::Items { .. } => l.header.clone(),
        };
        let mut body = self.block(b, &l.body, |t, b| {
            dotted.iter().map(|i| t.dot_or_zero(b, l.body.yields[*i], &t.f[l.carried[*i].param].kind)).collect()
        });
        // The stop flag stays last.
        if l.can_stop && !body.diverges {
            let stop = body.yields.remove(l.carried.len());
            body.yields.push(stop);
        }
        b.push(Stmt::Loop(Box::new(Loop { header, carried, body, ..l.clone() })));
    }

    /// A nested block that yields `extra` besides.
    fn block(
        &mut self,
        b: &mut Builder<'_>,
        block: &Block,
        extra: impl FnOnce(&mut Self, &mut Builder<'_>) -> Vec<Value>,
    ) -> Block {
        let mark = self.undo.len();
        let (stmts, extra) = b.nested(|b| {
            self.stmts(b, block);
            if block.diverges { Vec::new() } else { extra(self, b) }
        });
        self.leave(mark);
        Block { stmts, yields: [&block.yields[..], &extra].concat(), diverges: block.diverges }
    }

    pub(super) fn only_dotted(&self, values: &[Value]) -> Vec<Value> {
        values.iter().copied().filter(|value| self.dotted(*value)).collect()
    }

    /// The values, and behind them the tangents of those that have one.
    pub(super) fn doubled(&mut self, b: &mut Builder<'_>, values: &[Value]) -> Vec<Value> {
        let dots = self.only_dotted(values).into_iter().map(|value| self.dot_or_zero(b, value, &self.f[value].kind));
        values.iter().copied().chain(dots.collect::<Vec<_>>()).collect()
    }

    /// New tangents for values that are defined by one statement.
    pub(super) fn defined_again(&mut self, b: &mut Builder<'_>, values: &[Value]) -> Vec<Value> {
        values.iter().map(|value| self.fresh_again(b, *value)).collect()
    }

    pub(super) fn fresh_again(&mut self, b: &mut Builder<'_>, value: Value) -> Value {
        let dot = self.fresh_dot(b, value);
        self.set(value, dot);
        dot
    }
}
