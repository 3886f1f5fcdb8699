//! Pullbacks that run once.
//!
//! A pullback that may run again leaves what it has recorded where it lies, and copies what it rewinds. One that is used up need not:
//! it takes memory as it is, and what an iteration recorded out of its record, with the pullbacks of callees, so that what they hold is given
//! back right after it was looked at. Of long loops that is a third of the time: all of it given back at the end would have left the caches
//! long before.
//!
//! So beside `forward` stands `forward_for_one_use`, the same program printed in this manner where it makes a difference, for `grad`, `vjp` and
//! what is like them. Callers use `forward`: if all companions had both, everything would take a sixth longer to check, and little would be gained.
//! Pullbacks that only an arm records lie in its part of the entry, and stay there.

use crate::ir::{Class, Function, Stmt, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What is used up.
#[derive(Debug, Default)]
pub(super) struct Once {
    /// Records whose entries are taken out.
    popped: BTreeSet<Value>,
    /// Pullbacks of callees that come with them.
    taken: BTreeSet<Value>,
}

impl Once {
    /// `None`: it would be the same program. `f` defines each value once.
    pub(super) fn of(f: &Function) -> Option<Once> {
        let Some((Stmt::Closure(closure), forward)) = f.body.stmts.split_last() else { return None };
        let mut once = Once::default();
        let mut records = Records::default();
        forward.iter().for_each(|stmt| records.pushes(stmt));
        closure.body.stmts.iter().for_each(|stmt| records.reads(stmt));
        for (record, Record { pushed, read, cursors, in_parts }) in records.0 {
            let ([pushed], 1, false) = (&pushed[..], cursors, in_parts) else { continue };
            let pulls: Vec<usize> = (0..pushed.len()).filter(|i| f[pushed[*i]].class == Class::Pull).collect();
            if !pulls.is_empty() && !read.is_empty() {
                once.popped.insert(record);
                once.taken.extend(read.iter().flat_map(|values| pulls.iter().map(|i| values[*i])));
            }
        }
        let rewinds = closure.body.stmts.iter().any(|stmt| matches!(stmt, Stmt::Unshare(_)));
        (rewinds || !once.popped.is_empty()).then_some(once)
    }

    /// Entries of the record are taken out.
    pub(super) fn pops(&self, record: Value) -> bool {
        self.popped.contains(&record)
    }

    /// The pullback comes out of a record.
    pub(super) fn takes(&self, pull: Value) -> bool {
        self.taken.contains(&pull)
    }
}

/// Who writes and reads a record.
#[derive(Default)]
struct Record {
    pushed: Vec<Vec<Value>>,
    read: Vec<Vec<Value>>,
    cursors: u32,
    /// It is looked at other than entry by entry.
    in_parts: bool,
}

#[derive(Default)]
struct Records(BTreeMap<Value, Record>);

impl Records {
    fn pushes(&mut self, stmt: &Stmt) {
        if let Stmt::RecordPush { record, values } = stmt {
            self.0.entry(*record).or_default().pushed.push(values.clone());
        }
        stmt.blocks().into_iter().flat_map(|block| &block.stmts).for_each(|stmt| self.pushes(stmt));
    }

    fn reads(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::RecordRead { record, values, .. } => self.0.entry(*record).or_default().read.push(values.clone()),
            Stmt::CursorNew { record, .. } => self.0.entry(*record).or_default().cursors += 1,
            Stmt::RecordPart { record, .. } => self.0.entry(*record).or_default().in_parts = true,
            _ => {}
        }
        stmt.blocks().into_iter().flat_map(|block| &block.stmts).for_each(|stmt| self.reads(stmt));
    }
}

#[cfg(test)]
mod tests;
