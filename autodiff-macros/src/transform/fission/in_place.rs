//! `c[i] += e` leaves the adjoint of `c[i]` where it is.
//!
//! Its reverse, as of any store, takes the adjoint out, and then adds it back for the old value that is read. That is the same as
//! reading it, if nothing in between looks at the shadow.

use super::regions::Regions;
use crate::analyze::affine::Forms;
use crate::ir::visit::by_ref;
use crate::ir::{Op, Place, SlotArg, Stmt, Value};

/// How far apart the two may be.
const NEAR: usize = 64;

/// Replaces `let c = place.take(); … place.add(c)` by `let c = place.get(); …`.
pub(super) fn read_what_is_put_back(forms: &Forms, regions: &Regions, stmts: &mut Vec<Stmt>) {
    let mut dropped = Vec::new();
    for at in 0..stmts.len() {
        let Stmt::Let { value, op: Op::Take(place) } = &stmts[at] else { continue };
        let (value, place) = (*value, place.clone());
        if let Some(add) = put_back(forms, regions, &stmts[at + 1..], value, &place) {
            dropped.push(at + 1 + add);
            stmts[at] = Stmt::Let { value, op: Op::Peek(place) };
        }
    }
    dropped.sort_unstable();
    dropped.into_iter().rev().for_each(|at| drop(stmts.remove(at)));
}

/// Which of the statements adds `value` back to `place`.
fn put_back(forms: &Forms, regions: &Regions, stmts: &[Stmt], value: Value, place: &Place) -> Option<usize> {
    let region = regions.get(&place.base)?;
    let steps = forms.steps(place);
    for (at, stmt) in stmts.iter().take(NEAR).enumerate() {
        if let Stmt::ShadowAdd { place: to, value: added } = stmt
            && *added == value
            && to.base == place.base
            && forms.steps(to) == steps
        {
            return Some(at);
        }
        if looks_at(stmt, &|shadow| regions.get(&shadow).is_none_or(|other| other == region)) {
            return None;
        }
    }
    None
}

/// Whether a statement, with all that is nested in it, does more with one of these shadows than adding to it.
fn looks_at(stmt: &Stmt, these: &dyn Fn(Value) -> bool) -> bool {
    let here = match stmt {
        Stmt::Let { op: Op::Take(place) | Op::Peek(place) | Op::Borrow { place, .. }, .. }
        | Stmt::Split { place, .. }
        | Stmt::ShadowClear(place)
        | Stmt::ShadowAddFrom { from: place, .. } => these(place.base),
        Stmt::Memory(memory) => {
            let mut found = false;
            by_ref::uses(&Stmt::Memory(memory.clone()), &mut |_, v| found |= these(*v));
            found
        }
        Stmt::Pull(pull) => {
            let slot = |slot: &SlotArg| match slot {
                SlotArg::Shadow(place) => these(place.base),
                SlotArg::None | SlotArg::Cell(_) => false,
            };
            pull.slots.iter().any(slot) || pull.out_bar.leaves().into_iter().any(these)
        }
        Stmt::Let { .. }
        | Stmt::Store { .. }
        | Stmt::Branch(_)
        | Stmt::Loop(_)
        | Stmt::Call(_)
        | Stmt::Observe(_)
        | Stmt::Declare { .. }
        | Stmt::Set { .. }
        | Stmt::Add { .. }
        | Stmt::ShadowAdd { .. }
        | Stmt::RecordNew { .. }
        | Stmt::RecordPush { .. }
        | Stmt::RecordRead { .. }
        | Stmt::RecordPart { .. }
        | Stmt::RecordAt { .. }
        | Stmt::CursorNew { .. }
        | Stmt::LogRange { .. }
        | Stmt::UnlogRange { .. }
        | Stmt::Unshare(_)
        | Stmt::Closure(_) => false,
    };
    here || stmt.blocks().into_iter().any(|block| block.stmts.iter().any(|stmt| looks_at(stmt, these)))
}
