//! Which values need a tangent.
//!
//! Those that vary, and memory around them: floats that are handed to a callee together with something that varies, because the
//! callee may have a tangent slot for them, and one zero tangent made where the memory is made serves every call; and all
//! views of the same memory, so that lengths agree and a view can be mirrored.

use super::{contains_unknown, place_kind};
use crate::ir::visit::by_ref;
use crate::ir::{Arg, Block, Call, Callee, Class, Function, Memory, Op, Stmt, Value};

/// For each value whether it needs a tangent.
pub(super) fn dotted(f: &Function, varied: &dyn Fn(Value) -> bool) -> Vec<bool> {
    let mut demand = Demand { f, dotted: vec![false; f.values.len()], changed: false };
    for i in 0..f.values.len() as u32 {
        if varied(Value(i)) {
            demand.mark(Value(i));
        }
    }
    loop {
        demand.changed = false;
        demand.block(&f.body);
        if !demand.changed {
            return demand.dotted;
        }
    }
}

struct Demand<'a> {
    f: &'a Function,
    dotted: Vec<bool>,
    changed: bool,
}

impl Demand<'_> {
    fn mark(&mut self, value: Value) {
        let dotted = &mut self.dotted[value.0 as usize];
        if !*dotted && !self.f[value].kind.is_inactive() {
            *dotted = true;
            self.changed = true;
        }
    }

    fn any(&self, values: &[Value]) -> bool {
        values.iter().any(|value| self.dotted[value.0 as usize])
    }

    /// All of them or none.
    fn link(&mut self, values: &[Value]) {
        if self.any(values) {
            values.iter().for_each(|value| self.mark(*value));
        }
    }

    fn block(&mut self, block: &Block) {
        for stmt in &block.stmts {
            self.stmt(stmt);
            for block in by_ref::scopes(stmt).iter().flat_map(|scope| &scope.blocks) {
                self.block(block);
            }
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Let { value, op: Op::Borrow { place, .. } } => self.link(&[*value, place.base]),
            Stmt::Split { results, place, .. } => results.iter().for_each(|view| self.link(&[*view, place.base])),
            Stmt::Memory(Memory::Swap { a, b }) => self.link(&[a.base, b.base]),
            Stmt::Branch(branch) => {
                for (i, result) in branch.results.iter().enumerate() {
                    for arm in branch.arms.iter().filter(|arm| !arm.diverges) {
                        if let Class::View { .. } = self.f[*result].class {
                            self.link(&[*result, arm.yields[i]]);
                        } else if self.any(&arm.yields[i..=i]) {
                            self.mark(*result);
                        }
                    }
                }
            }
            Stmt::Loop(l) => l.carried.iter().for_each(|c| self.link(&[c.init, c.param, c.result])),
            Stmt::Call(call) => self.call(call),
            Stmt::CursorNew { cursor: other, record } => self.link(&[*other, *record]),
            Stmt::LogRange { log, place } | Stmt::UnlogRange { log, place, .. } => self.link(&[*log, place.base]),
            Stmt::Let { .. }
            | Stmt::Store { .. }
            | Stmt::Memory(
                Memory::Assign { .. }
                | Memory::Fill { .. }
                | Memory::CopyFrom { .. }
                | Memory::SwapElements { .. }
                | Memory::Push { .. },
            )
            | Stmt::Observe(_)
            | Stmt::Declare { .. }
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
            | Stmt::Unshare(_)
            | Stmt::Pull(_)
            | Stmt::Closure(_) => {}
        }
    }

    fn call(&mut self, call: &Call) {
        let varies = call.args.iter().any(|arg| match arg {
            Arg::Value(v) => self.any(&[*v]),
            Arg::Borrow { place, .. } => self.any(&[place.base]) && !place_kind(self.f, place).is_inactive(),
        });
        if let Callee::Ruled(_) = call.callee {
            // What is constant there has no slot.
            call.result.leaves().into_iter().filter(|_| varies).for_each(|value| self.mark(value));
        } else if varies {
            let memory = call.args.iter().filter_map(|arg| match arg {
                Arg::Value(v) => (self.f[*v].class != Class::Plain).then_some(*v),
                Arg::Borrow { place, .. } => (!place_kind(self.f, place).is_inactive()).then_some(place.base),
            });
            // A constant of unknown type may have no tangent; the callee makes its zero itself.
            let memory = memory.filter(|value| !contains_unknown(&self.f[*value].kind));
            memory.chain(call.result.leaves()).collect::<Vec<_>>().into_iter().for_each(|value| self.mark(value));
        }
    }
}
