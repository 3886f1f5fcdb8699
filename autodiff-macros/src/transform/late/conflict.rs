//! When statements and the views that are derived before them conflict.

use super::{Concern, Derivation, used};
use crate::ir::{Arg, Memory, Op, Stmt, Value};

impl Derivation {
    /// Whether in some way through these statements the borrow ends before a use, and whether the views are used in them or `live` after.
    pub(super) fn clashes(&self, stmts: &[Stmt], mut live: bool) -> (bool, bool) {
        for stmt in stmts.iter().rev() {
            let blocks = stmt.blocks();
            let own = self.own_concern(stmt);
            if !blocks.is_empty() {
                // What comes later in a loop's body comes earlier in the next iteration.
                let again = matches!(stmt, Stmt::Loop(_)) && self.concern(stmt).uses;
                let after = live;
                for block in blocks {
                    let (clash, used) = self.clashes(&block.stmts, after || again);
                    if clash {
                        return (true, true);
                    }
                    live |= used;
                }
            }
            if live && own.ends && !own.uses {
                return (true, true);
            }
            live |= own.uses;
        }
        (false, live)
    }

    pub(super) fn concern(&self, stmt: &Stmt) -> Concern {
        let own = self.own_concern(stmt);
        stmt.blocks().into_iter().flat_map(|block| &block.stmts).fold(own, |sum, stmt| {
            let inner = self.concern(stmt);
            Concern { uses: sum.uses || inner.uses, ends: sum.ends || inner.ends }
        })
    }

    /// Without nested statements, but with what nested blocks yield.
    pub(super) fn own_concern(&self, stmt: &Stmt) -> Concern {
        let mut concern = Concern::default();
        used(stmt, &mut |v| {
            concern.uses |= self.descendants.contains(&v);
            concern.ends |= self.ancestors.contains(&v) && (self.mutable || writes(stmt, v));
        });
        concern
    }
}

/// What a statement derives a view from.
pub(crate) fn sources(stmt: &Stmt, view: Value) -> Vec<Value> {
    match stmt {
        Stmt::Let { op: Op::Borrow { place, .. }, .. } | Stmt::Split { place, .. } => vec![place.base],
        Stmt::Branch(branch) => {
            let k = branch.results.iter().position(|r| *r == view).expect("defined by this branch");
            branch.arms.iter().filter(|arm| !arm.diverges).map(|arm| arm.yields[k]).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a statement, which uses `base`, needs it for itself: shared borrows of it end.
pub(crate) fn writes(stmt: &Stmt, base: Value) -> bool {
    match stmt {
        Stmt::Let { op, .. } => match op {
            Op::Borrow { mutable, .. } => *mutable,
            Op::Opaque(opaque) => opaque.writes,
            _ => false,
        },
        Stmt::Split { method, .. } => method.to_string().contains("_mut"),
        Stmt::Memory(Memory::CopyFrom { place, .. }) => place.base == base,
        Stmt::Store { .. } | Stmt::Memory(_) | Stmt::UnlogRange { .. } | Stmt::Unshare(_) => true,
        Stmt::Call(call) => call.args.iter().any(|arg| lends(arg, base)),
        Stmt::Pull(pull) => pull.args.iter().any(|arg| lends(arg, base)),
        Stmt::Observe(opaque) => opaque.writes,
        Stmt::Branch(_)
        | Stmt::Loop(_)
        | Stmt::Declare { .. }
        | Stmt::Set { .. }
        | Stmt::Add { .. }
        | Stmt::ShadowAdd { .. }
        | Stmt::ShadowAddFrom { .. }
        | Stmt::ShadowClear(_)
        | Stmt::RecordNew { .. }
        | Stmt::RecordPush { .. }
        | Stmt::RecordRead { .. }
        | Stmt::CursorNew { .. }
        | Stmt::RecordPart { .. }
        | Stmt::RecordAt { .. }
        | Stmt::LogRange { .. }
        | Stmt::Closure(_) => false,
    }
}

fn lends(arg: &Arg, base: Value) -> bool {
    matches!(arg, Arg::Borrow { mutable: true, place } if place.base == base)
}
