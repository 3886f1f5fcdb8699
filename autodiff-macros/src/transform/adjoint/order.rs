//! Reverse loops whose iterations may run in any order.
//!
//! A loop that only adds to shadows gives the same sums in either direction (up to rounding), and an upward loop is what compilers
//! vectorise best. So a reverse loop runs upwards unless its order matters: it reads a record, puts memory back, hands an adjoint
//! from one iteration to the next, calls a pullback that may, or takes an adjoint out of a place that another iteration
//! adds to or takes from.

use crate::analyze::memory::ClassId;
use crate::ir::{Block, Memory, Op, Place, Proj, Stmt, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Whether the iterations of a reverse loop over `index` commute.
pub(super) fn commutes(classes: &BTreeMap<Value, ClassId>, body: &[Stmt], index: Value) -> bool {
    let mut uses = Uses { classes, index, local: BTreeSet::new(), added: BTreeSet::new(), taken: BTreeSet::new() };
    uses.block(body) && uses.added.is_disjoint(&uses.taken)
}

struct Uses<'a> {
    /// The memory behind each shadow.
    classes: &'a BTreeMap<Value, ClassId>,
    index: Value,
    /// Defined by the iteration itself: shadows and accumulators that no other iteration sees.
    local: BTreeSet<Value>,
    /// Shadows that are added to.
    added: BTreeSet<ClassId>,
    /// Shadows that are taken from, each iteration at its own place.
    taken: BTreeSet<ClassId>,
}

impl Uses<'_> {
    fn block(&mut self, stmts: &[Stmt]) -> bool {
        stmts.iter().all(|stmt| self.stmt(stmt))
    }

    fn stmt(&mut self, stmt: &Stmt) -> bool {
        match stmt {
            Stmt::Let { value, op } => self.op(*value, op),
            Stmt::Split { .. } => true,
            Stmt::Declare { acc, .. } => self.local.insert(*acc),
            Stmt::Set { acc, .. } => self.local.contains(acc),
            Stmt::Add { .. } => true,
            Stmt::ShadowAdd { place, .. } => self.add(place),
            Stmt::ShadowAddFrom { to, from, take } => self.add(to) && (!take || self.take(from)),
            Stmt::ShadowClear(place) => self.take(place),
            Stmt::Branch(branch) => branch.results.is_empty() && branch.arms.iter().all(|arm| self.block(&arm.stmts)),
            Stmt::Loop(l) => self.nested(&l.body),
            Stmt::Memory(Memory::Swap { .. } | Memory::SwapElements { .. }) => false,
            Stmt::Store { .. } | Stmt::Memory(_) | Stmt::Call(_) | Stmt::Observe(_) => false,
            Stmt::RecordNew { .. }
            | Stmt::RecordPush { .. }
            | Stmt::RecordRead { .. }
            | Stmt::CursorNew { .. }
            | Stmt::LogRange { .. }
            | Stmt::UnlogRange { .. }
            | Stmt::Unshare(_)
            | Stmt::Pull(_)
            | Stmt::Closure(_) => false,
        }
    }

    fn nested(&mut self, body: &Block) -> bool {
        self.block(&body.stmts)
    }

    fn op(&mut self, value: Value, op: &Op) -> bool {
        match op {
            Op::Take(place) => self.take(place),
            Op::Zeros(_) => self.local.insert(value),
            Op::Borrow { place, .. } => {
                if self.local.contains(&place.base) {
                    self.local.insert(value);
                }
                true
            }
            Op::Alloc(_) | Op::Move(_) | Op::Arm { .. } => false,
            Op::Opaque(opaque) => opaque.pure_ && !opaque.writes,
            Op::Prim { .. }
            | Op::Select(..)
            | Op::Load(_)
            | Op::Len(_)
            | Op::Read(_)
            | Op::Float(_)
            | Op::Peek(_)
            | Op::Pullback { .. }
            | Op::Pushforward { .. }
            | Op::ZeroTangent(_) => true,
        }
    }

    fn add(&mut self, place: &Place) -> bool {
        if self.local.contains(&place.base) {
            return true;
        }
        self.classes.get(&place.base).is_some_and(|class| {
            self.added.insert(*class);
            true
        })
    }

    /// Taking is in order if it is from the iteration's own shadow, or from a place that only this iteration has.
    fn take(&mut self, place: &Place) -> bool {
        if self.local.contains(&place.base) {
            return true;
        }
        // Two takes from one shadow, at different places of one iteration, may meet in another iteration.
        let own = place.proj.contains(&Proj::Index(self.index));
        own && self.classes.get(&place.base).is_some_and(|class| self.taken.insert(*class))
    }
}
