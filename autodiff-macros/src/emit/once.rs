//! Pullbacks that run once.
//!
//! A pullback that may run again leaves what it has recorded where it lies, and copies what it rewinds. One that is used up need not:
//! it takes memory as it is, and what an iteration recorded out of its record, with the pullbacks of callees, so that what they hold is given
//! back right after it was looked at. Of long loops that is a third of the time: all of it given back at the end would have left the caches
//! long before.
//!
//! So beside `forward` stands `forward_for_one_use`, the same program printed in this manner where it makes a difference, for `grad`, `vjp` and
//! what is like them. Callers use `forward`: if all companions had both, everything would take a sixth longer to check, and little would be gained. A
//! callee's pullback is used up where nothing but one run of it stands between its definition and the end of that scope; one that an arm has
//! recorded is borrowed as before.

use crate::ir::visit::by_ref;
use crate::ir::{Block, Class, Closure, Function, Stmt, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What is used up.
#[derive(Debug, Default)]
pub(super) struct Once {
    /// Records whose entries are taken out.
    popped: BTreeSet<Value>,
    /// Pullbacks of callees, where they are made and where they are run.
    spent: BTreeSet<Value>,
}

impl Once {
    /// `None`: it would be the same program. `f` defines each value once.
    pub(super) fn of(f: &Function) -> Option<Once> {
        let Some((Stmt::Closure(closure), forward)) = f.body.stmts.split_last() else { return None };
        let mut once = Once::default();
        let captured: BTreeSet<Value> = forward.iter().filter_map(pull_of).collect();
        let runs = Runs::of(f, closure, &captured);
        once.spent.extend(captured.into_iter().filter(|pull| runs.is_spent(*pull)));
        let mut records = Records::default();
        forward.iter().for_each(|stmt| records.pushes(stmt));
        closure.body.stmts.iter().for_each(|stmt| records.reads(stmt));
        for (record, Record { pushed, read, cursors, in_parts }) in records.0 {
            let ([pushed], 1, false) = (&pushed[..], cursors, in_parts) else { continue };
            for (i, pull) in pushed.iter().enumerate().filter(|(_, v)| f[**v].class == Class::Pull) {
                if !read.is_empty() && read.iter().all(|values| runs.is_spent(values[i])) {
                    once.popped.insert(record);
                    once.spent.insert(*pull);
                    once.spent.extend(read.iter().map(|values| values[i]));
                }
            }
        }
        let rewinds = closure.body.stmts.iter().any(|stmt| matches!(stmt, Stmt::Unshare(_)));
        (rewinds || !once.popped.is_empty()).then_some(once)
    }

    /// Entries of the record are taken out.
    pub(super) fn pops(&self, record: Value) -> bool {
        self.popped.contains(&record)
    }

    /// The pullback is used up.
    pub(super) fn spends(&self, pull: Value) -> bool {
        self.spent.contains(&pull)
    }
}

fn pull_of(stmt: &Stmt) -> Option<Value> {
    match stmt {
        Stmt::Call(call) => call.pull,
        _ => None,
    }
}

/// How a pullback runs those of callees.
struct Runs<'a> {
    f: &'a Function,
    /// How often each one is mentioned.
    mentioned: BTreeMap<Value, u32>,
    /// Those that are run in the scope where they are defined, or an arm of it.
    run: BTreeSet<Value>,
}

impl Runs<'_> {
    fn of<'a>(f: &'a Function, closure: &Closure, captured: &BTreeSet<Value>) -> Runs<'a> {
        let mut runs = Runs { f, mentioned: BTreeMap::new(), run: BTreeSet::new() };
        runs.block(&closure.body, captured.clone());
        runs
    }

    /// `own`: what the iteration, or the pullback itself, has for its own.
    fn block(&mut self, block: &Block, mut own: BTreeSet<Value>) {
        for stmt in &block.stmts {
            by_ref::uses(stmt, &mut |_, v| {
                if self.f[*v].class == Class::Pull {
                    *self.mentioned.entry(*v).or_insert(0) += 1;
                }
            });
            match stmt {
                Stmt::RecordRead { values, .. } => own.extend(values),
                Stmt::Pull(pull) if own.contains(&pull.pull) => drop(self.run.insert(pull.pull)),
                _ => {}
            }
            let inner = if matches!(stmt, Stmt::Loop(_)) { BTreeSet::new() } else { own.clone() };
            for block in by_ref::scopes(stmt).into_iter().flat_map(|scope| scope.blocks) {
                self.block(block, inner.clone());
            }
        }
    }

    fn is_spent(&self, pull: Value) -> bool {
        self.run.contains(&pull) && self.mentioned.get(&pull) == Some(&1)
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
