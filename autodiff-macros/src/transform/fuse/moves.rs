//! What of the reverse sweep may move.

use super::Caller;
use crate::analyze::Memory;
use crate::analyze::memory::is_memory;
use crate::ir::visit::by_ref;
use crate::ir::{Arg, Call, Callee, Class, Function, Header, Loop, Memory as Write, On, Op, SlotArg, Stmt, Value};
use std::collections::BTreeSet;

/// What is asked about the adjoint program.
#[derive(Clone, Copy)]
pub(super) struct Facts<'a> {
    pub(super) f: &'a Function,
    pub(super) caller: Caller<'a>,
    pub(super) memory: &'a Memory,
    pub(super) own: usize,
    pub(super) out_bar: Value,
}

impl Facts<'_> {
    pub(super) fn is_users(&self, v: Value) -> bool {
        (v.0 as usize) < self.own
    }

    /// A number, or memory that the function never writes to: the same whenever it is looked at.
    pub(super) fn is_steady(&self, v: Value) -> bool {
        let Some(data) = self.f.values.get(v.0 as usize) else { return true };
        match data.class {
            Class::Plain => data.kind.is_scalar(),
            Class::Owner | Class::View { .. } => {
                self.is_users(v) && is_memory(self.f, v) && self.memory.writes(self.memory.class(v)).is_empty()
            }
            Class::Accumulator | Class::Shadow | Class::Record | Class::Pull => true,
        }
    }

    /// Everything that a statement of the reverse sweep does may be done later or earlier, as far as the user's memory goes.
    pub(super) fn is_movable(&self, stmt: &Stmt) -> bool {
        let itself = match stmt {
            // The pullback would undo what the call wrote.
            Stmt::Pull(pull) => !pull.args.iter().any(|arg| matches!(arg, Arg::Borrow { mutable: true, .. })),
            Stmt::Let { op: Op::Opaque(opaque), .. } => opaque.pure_ && !opaque.writes,
            // A number is copied.
            Stmt::Let { op: Op::Move(v), .. } => self.class(*v) == Class::Plain,
            Stmt::Let { op: Op::Alloc(_) | Op::Arm { .. }, .. } => false,
            Stmt::Let { .. }
            | Stmt::Split { .. }
            | Stmt::Branch(_)
            | Stmt::Loop(_)
            | Stmt::Declare { .. }
            | Stmt::Set { .. }
            | Stmt::Add { .. }
            | Stmt::ShadowAdd { .. }
            | Stmt::ShadowAddFrom { .. }
            | Stmt::ShadowClear(_)
            | Stmt::RecordNew { .. }
            | Stmt::RecordRead { .. }
            | Stmt::RecordPart { .. }
            | Stmt::RecordAt { .. }
            | Stmt::CursorNew { .. } => true,
            Stmt::Store { .. }
            | Stmt::Memory(_)
            | Stmt::Call(_)
            | Stmt::Observe(_)
            | Stmt::RecordPush { .. }
            | Stmt::LogRange { .. }
            | Stmt::UnlogRange { .. }
            | Stmt::Unshare(_)
            | Stmt::Closure(_) => false,
        };
        let mut steady = true;
        by_ref::uses(stmt, &mut |role, v| {
            let ignored = self.f.values.get(v.0 as usize).is_some_and(|data| role.is_ignored(data));
            steady &= ignored || self.is_steady(*v);
        });
        let mut nested = by_ref::scopes(stmt).into_iter().flat_map(|scope| scope.blocks).flat_map(|block| &block.stmts);
        itself && steady && nested.all(|stmt| self.is_movable(stmt))
    }

    /// The reverse sweep without what is in scope already, and without putting memory back: nothing that stays looks at what was
    /// written to. `None`: something else would be defined again.
    pub(super) fn without_repetition(&self, mut reverse: Vec<Stmt>, scope: &BTreeSet<Value>) -> Option<Vec<Stmt>> {
        reverse.retain(|stmt| !matches!(stmt, Stmt::Store { old: None, .. }));
        self.once(reverse, scope)
    }

    /// The reverse sweep without what is in scope already.
    pub(super) fn once(&self, reverse: Vec<Stmt>, scope: &BTreeSet<Value>) -> Option<Vec<Stmt>> {
        let mut kept = Vec::new();
        for stmt in reverse {
            let mut defs = Vec::new();
            by_ref::defs(&stmt, &mut |v| defs.push(*v));
            let again = defs.iter().filter(|v| self.is_users(**v) && scope.contains(v)).count();
            match &stmt {
                Stmt::Let { .. } | Stmt::Split { .. } if again > 0 => {
                    // A borrow that lasts longer must not be in the way of a write, nor what was moved be missed.
                    if again < defs.len() || !defs.iter().all(|v| self.is_steady(*v)) {
                        return None;
                    }
                }
                _ if again > 0 => return None,
                _ => kept.push(stmt),
            }
        }
        Some(kept)
    }

    /// The statement of the forward sweep that a statement reverses, if the two can be one.
    pub(super) fn partner(&self, reverse: &Stmt, forward: &[Option<Stmt>]) -> Option<usize> {
        let is_partner = |stmt: &Stmt| match (stmt, reverse) {
            (Stmt::Loop(l), Stmt::Loop(r)) => same_range(l, r) && records(stmt),
            (Stmt::Branch(b), Stmt::Branch(r)) => matches!(&r.on, On::Arm { arm, .. } if b.results.contains(arm)),
            (Stmt::Call(call), Stmt::Pull(pull)) => {
                let lends = |(arg, slot): (&Arg, &SlotArg)| is_lent(arg) && !matches!(slot, SlotArg::None);
                call.pull == Some(pull.pull) && self.is_recursion(call) && !pull.args.iter().zip(&pull.slots).any(lends)
            }
            _ => false,
        };
        let may_be_one = matches!(reverse, Stmt::Loop(_) | Stmt::Branch(_) | Stmt::Pull(_));
        may_be_one.then(|| forward.iter().position(|stmt| stmt.as_ref().is_some_and(is_partner)))?
    }

    /// A call of the function itself.
    fn is_recursion(&self, call: &Call) -> bool {
        let named = match self.caller {
            Caller::Function(name) => call.callee == Callee::Companion && call.path.is_ident(name),
            Caller::Method => false,
        };
        named && call.tangents.is_empty() && call.error.is_none()
    }

    /// The statements before the `k`-th that it depends on, if it may move up with them to where everything is known that the two use.
    pub(super) fn seeds(&self, reverse: &[Stmt], k: usize) -> Option<(Vec<usize>, BTreeSet<Value>)> {
        let mut wanted = given(&reverse[k]);
        let mut seeds = Vec::new();
        for i in (0..k).rev() {
            let mut defines = false;
            by_ref::defs(&reverse[i], &mut |v| defines |= wanted.contains(v));
            if defines {
                if !self.is_pure(&reverse[i]) {
                    return None;
                }
                wanted.extend(free(&reverse[i]));
                seeds.push(i);
            }
        }
        seeds.reverse();
        let overtaken = (0..k).filter(|i| !seeds.contains(i)).any(|i| self.is_ordered(&reverse[i], &mut BTreeSet::new()));
        (!overtaken && !self.is_ordered(&reverse[k], &mut BTreeSet::new())).then_some((seeds, wanted))
    }

    /// Gives the same whenever it is done.
    pub(super) fn is_pure(&self, stmt: &Stmt) -> bool {
        match stmt {
            Stmt::Let { op, .. } => match op {
                Op::Prim { .. } | Op::Select(..) | Op::Float(_) | Op::Zeros(_) | Op::Len(_) | Op::Load(_) | Op::Borrow { .. } => {
                    self.is_movable(stmt)
                }
                Op::Peek(place) => place.base == self.out_bar,
                Op::Opaque(_) => self.is_movable(stmt),
                Op::Read(_)
                | Op::Move(_)
                | Op::Alloc(_)
                | Op::Take(_)
                | Op::Pullback { .. }
                | Op::Pushforward { .. }
                | Op::ZeroTangent(_)
                | Op::Arm { .. } => false,
            },
            Stmt::Declare { .. } => true,
            _ => false,
        }
    }

    /// It matters what comes before: it looks at a shadow or an accumulator that is not its own, or sets one. `own`: those made in it.
    pub(super) fn is_ordered(&self, stmt: &Stmt, own: &mut BTreeSet<Value>) -> bool {
        let ordered = match stmt {
            Stmt::Let { op: Op::Take(place) | Op::Peek(place), .. } => place.base != self.out_bar && !own.contains(&place.base),
            Stmt::Let { op: Op::Read(acc), .. } | Stmt::Set { acc, .. } => !own.contains(acc),
            Stmt::ShadowClear(place) => !own.contains(&place.base),
            Stmt::ShadowAddFrom { from, .. } => !own.contains(&from.base),
            Stmt::Memory(Write::Assign { .. } | Write::Swap { .. } | Write::SwapElements { .. }) => true,
            // A callee takes the adjoint of what it is lent, and of its result if that is memory.
            Stmt::Pull(pull) => {
                let others = |slot: &SlotArg| match slot {
                    SlotArg::None => false,
                    SlotArg::Shadow(place) => !own.contains(&place.base),
                    SlotArg::Cell(_) => true,
                };
                let lends = |(arg, slot): (&Arg, &SlotArg)| is_lent(arg) && others(slot);
                let takes = pull.out_bar.leaves().iter().any(|v| self.class(*v) == Class::Shadow && !own.contains(v));
                takes || pull.args.iter().zip(&pull.slots).any(lends)
            }
            _ => false,
        };
        match stmt {
            Stmt::Let { value, op: Op::Zeros(_) } => {
                own.insert(*value);
            }
            Stmt::Let { value, op: Op::Borrow { place, .. } } if own.contains(&place.base) => {
                own.insert(*value);
            }
            Stmt::Declare { acc, .. } => {
                own.insert(*acc);
            }
            _ => {}
        }
        let nested = by_ref::scopes(stmt).into_iter().flat_map(|scope| scope.blocks);
        ordered || nested.into_iter().any(|block| block.stmts.iter().any(|stmt| self.is_ordered(stmt, own)))
    }

    fn class(&self, v: Value) -> Class {
        self.f.values.get(v.0 as usize).map_or(Class::Plain, |data| data.class)
    }
}

fn is_lent(arg: &Arg) -> bool {
    matches!(arg, Arg::Borrow { mutable: true, .. })
}

/// The same iterations, in any direction, none of them left early.
fn same_range(l: &Loop, r: &Loop) -> bool {
    let (
        Header::Range { index, lo, hi, inclusive, step, .. },
        Header::Range { index: index_r, lo: lo_r, hi: hi_r, inclusive: inclusive_r, step: step_r, .. },
    ) = (&l.header, &r.header)
    else {
        return false;
    };
    let same = (index, lo, hi, inclusive, step) == (index_r, lo_r, hi_r, inclusive_r, step_r);
    same && !l.can_stop && l.trips.is_none() && r.carried.is_empty()
}

/// Something is recorded in it.
pub(super) fn records(stmt: &Stmt) -> bool {
    let mut nested = by_ref::scopes(stmt).into_iter().flat_map(|scope| scope.blocks).flat_map(|block| &block.stmts);
    matches!(stmt, Stmt::RecordPush { .. }) || nested.any(records)
}

/// What a statement uses that it does not define itself.
pub(super) fn free(stmt: &Stmt) -> BTreeSet<Value> {
    let mut used = BTreeSet::new();
    by_ref::uses(stmt, &mut |_, v| {
        used.insert(*v);
    });
    for scope in by_ref::scopes(stmt) {
        let mut inside: BTreeSet<Value> = scope.uses.iter().map(|v| **v).collect();
        for block in scope.blocks {
            let mut defined = BTreeSet::new();
            for stmt in &block.stmts {
                inside.extend(free(stmt).into_iter().filter(|v| !defined.contains(v)));
                by_ref::defs(stmt, &mut |v| {
                    defined.insert(*v);
                });
            }
            inside.extend(block.yields.iter().copied().filter(|v| !defined.contains(v)));
        }
        scope.defs.iter().for_each(|v| {
            inside.remove(*v);
        });
        used.extend(inside);
    }
    used
}

/// What the reverse of a statement is given by the reverse sweep or finds defined before the statement.
pub(super) fn given(reverse: &Stmt) -> BTreeSet<Value> {
    let mut all = free(reverse);
    match reverse {
        Stmt::Branch(branch) => {
            if let On::Arm { arm, .. } = &branch.on {
                all.remove(arm);
            }
        }
        Stmt::Pull(pull) => {
            all.remove(&pull.pull);
        }
        _ => {}
    }
    all
}
