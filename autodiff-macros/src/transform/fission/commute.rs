//! Reverse loops whose iterations may run in any order.
//!
//! A loop that only adds to shadows gives the same sums in either direction (up to rounding), and an upward loop is what compilers
//! vectorise best. So a reverse loop runs upwards unless its order matters: it reads a record from the end, puts memory back, hands an
//! adjoint from one iteration to the next, calls a pullback that may, or looks at a place that another iteration adds to or
//! takes from.

use super::regions::Regions;
use crate::analyze::affine::Forms;
use crate::analyze::memory::ClassId;
use crate::ir::{Memory, Op, Place, Proj, Stmt, Value};
use std::collections::BTreeSet;

/// Whether the iterations of a reverse loop over `index` commute. `inside`: what an iteration defines.
pub(super) fn commutes(forms: &Forms, regions: &Regions, body: &[Stmt], inside: &[Value], index: Value) -> bool {
    let mut uses = Uses::new(forms, regions, index, inside);
    uses.block(body)
        && uses.added.is_disjoint(&uses.taken)
        && uses.seen.is_disjoint(&uses.taken)
        && uses.seen.is_disjoint(&uses.added)
        && uses.summed.is_disjoint(&uses.read)
}

struct Uses<'a> {
    forms: &'a Forms,
    /// The memory behind each shadow.
    regions: &'a Regions,
    index: Value,
    inside: &'a [Value],
    /// Defined by the iteration itself: shadows and accumulators that no other iteration sees.
    local: BTreeSet<Value>,
    /// Shadows that are added to.
    added: BTreeSet<ClassId>,
    /// Shadows that are taken from, each iteration at its own place.
    taken: BTreeSet<ClassId>,
    /// Shadows that are read.
    seen: BTreeSet<ClassId>,
    /// Accumulators that are added to, and read.
    summed: BTreeSet<Value>,
    read: BTreeSet<Value>,
}

impl<'a> Uses<'a> {
    fn new(forms: &'a Forms, regions: &'a Regions, index: Value, inside: &'a [Value]) -> Self {
        let (local, summed, read) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let (added, taken, seen) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        Uses { forms, regions, index, inside, local, added, taken, seen, summed, read }
    }

    fn block(&mut self, stmts: &[Stmt]) -> bool {
        stmts.iter().all(|stmt| self.stmt(stmt))
    }

    fn stmt(&mut self, stmt: &Stmt) -> bool {
        match stmt {
            Stmt::Let { value, op } => self.op(*value, op),
            Stmt::Split { .. } | Stmt::RecordAt { .. } => true,
            Stmt::Declare { acc, .. } => self.local.insert(*acc),
            Stmt::Set { acc, .. } => self.local.contains(acc),
            Stmt::Add { acc, .. } => {
                if !self.local.contains(acc) {
                    self.summed.insert(*acc);
                }
                true
            }
            Stmt::ShadowAdd { place, .. } => self.add(place),
            Stmt::ShadowAddFrom { to, from, take } => self.add(to) && if *take { self.take(from) } else { self.see(from) },
            Stmt::ShadowClear(place) => self.take(place),
            Stmt::Branch(branch) => branch.results.is_empty() && branch.arms.iter().all(|arm| self.block(&arm.stmts)),
            Stmt::Loop(l) => self.block(&l.body.stmts),
            Stmt::Memory(Memory::Swap { .. } | Memory::SwapElements { .. }) => false,
            Stmt::Store { .. } | Stmt::Memory(_) | Stmt::Call(_) | Stmt::Observe(_) => false,
            Stmt::RecordNew { .. }
            | Stmt::RecordPush { .. }
            | Stmt::RecordRead { .. }
            | Stmt::RecordPart { .. }
            | Stmt::CursorNew { .. }
            | Stmt::LogRange { .. }
            | Stmt::UnlogRange { .. }
            | Stmt::Unshare(_)
            | Stmt::Pull(_)
            | Stmt::Closure(_) => false,
        }
    }

    fn op(&mut self, value: Value, op: &Op) -> bool {
        match op {
            Op::Take(place) => self.take(place),
            Op::Peek(place) => self.see(place),
            Op::Zeros(_) => self.local.insert(value),
            Op::Borrow { place, .. } => {
                if self.local.contains(&place.base) {
                    self.local.insert(value);
                }
                true
            }
            Op::Read(acc) => {
                if !self.local.contains(acc) {
                    self.read.insert(*acc);
                }
                true
            }
            Op::Alloc(_) | Op::Move(_) | Op::Arm { .. } => false,
            Op::Opaque(opaque) => opaque.pure_ && !opaque.writes,
            Op::Prim { .. }
            | Op::Select(..)
            | Op::Load(_)
            | Op::Len(_)
            | Op::Float(_)
            | Op::Pullback { .. }
            | Op::Pushforward { .. }
            | Op::ZeroTangent(_) => true,
        }
    }

    fn add(&mut self, place: &Place) -> bool {
        self.note(place, |uses| &mut uses.added)
    }

    fn see(&mut self, place: &Place) -> bool {
        self.note(place, |uses| &mut uses.seen)
    }

    fn note(&mut self, place: &Place, to: impl FnOnce(&mut Self) -> &mut BTreeSet<ClassId>) -> bool {
        if self.local.contains(&place.base) {
            return true;
        }
        let Some(region) = self.regions.get(&place.base).copied() else { return false };
        to(self).insert(region);
        true
    }

    /// Taking is in order if it is from the iteration's own shadow, or from a place that only this iteration has.
    fn take(&mut self, place: &Place) -> bool {
        if self.local.contains(&place.base) {
            return true;
        }
        // Two takes from one shadow, at different places of one iteration, may meet in another iteration.
        self.own(place) && self.regions.get(&place.base).is_some_and(|region| self.taken.insert(*region))
    }

    /// Whether each iteration selects another place: its index is in it, and all else is the same throughout.
    fn own(&self, place: &Place) -> bool {
        let varies = |v: Value| v == self.index || self.inside.contains(&v);
        place.proj.iter().any(|proj| {
            let Proj::Index(v) = proj else { return false };
            let form = self.forms.of(*v);
            form.coefficient(self.index) != 0 && !form.without(self.index).depends_on(&varies)
        })
    }
}
