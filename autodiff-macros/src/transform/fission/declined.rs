//! Sums that nobody wants.
//!
//! What a loop adds up for the adjoint of a number goes into that number's shadow, behind the loop, if the caller has not declined it. Where it
//! goes nowhere else, the loop need not run for it.

use crate::ir::visit::by_ref;
use crate::ir::{Block, Function, Op, Stmt, Value};
use std::collections::{BTreeMap, BTreeSet};

/// For each accumulator that serves one shadow only, which the caller may decline: that shadow.
pub(super) fn declined(f: &Function) -> BTreeMap<Value, Value> {
    let mut found = Found::default();
    for stmt in &f.body.stmts {
        if let Stmt::Closure(closure) = stmt {
            let by_set = std::iter::once(&closure.shadows).chain(closure.tangents.iter().map(|t| &t.shadows));
            found.slots.extend(by_set.flatten().flatten().filter(|v| f[**v].optional));
            found.block(&closure.body);
        }
    }
    found.result()
}

#[derive(Default)]
struct Found {
    /// The caller's shadows.
    slots: BTreeSet<Value>,
    /// Of each value read out of an accumulator, which one.
    reads: Vec<(Value, Value)>,
    /// Where values are added to shadows.
    added: BTreeMap<Value, BTreeSet<Value>>,
    /// What is used otherwise.
    used: BTreeSet<Value>,
}

impl Found {
    fn block(&mut self, block: &Block) {
        self.used.extend(&block.yields);
        for stmt in &block.stmts {
            match stmt {
                Stmt::Let { value, op: Op::Read(acc) } => self.reads.push((*value, *acc)),
                Stmt::Declare { init, .. } => {
                    self.used.insert(*init);
                }
                Stmt::Add { value, .. } => {
                    self.used.insert(*value);
                }
                Stmt::ShadowAdd { place, value } => {
                    self.added.entry(*value).or_default().insert(place.base);
                    self.used.extend(place.operands());
                }
                _ => by_ref::uses(stmt, &mut |_, v| {
                    self.used.insert(*v);
                }),
            }
            for scope in by_ref::scopes(stmt) {
                self.used.extend(scope.uses.iter().map(|v| **v));
                scope.blocks.into_iter().for_each(|block| self.block(block));
            }
        }
    }

    fn result(self) -> BTreeMap<Value, Value> {
        let mut all: BTreeMap<Value, BTreeSet<Option<Value>>> = BTreeMap::new();
        for (value, acc) in &self.reads {
            let places = self.added.get(value).filter(|_| !self.used.contains(value) && !self.used.contains(acc));
            let slots = places.into_iter().flatten().map(|base| Some(*base).filter(|base| self.slots.contains(base)));
            let into = all.entry(*acc).or_default();
            into.extend(slots);
            if places.is_none() {
                into.insert(None);
            }
        }
        let one = |slots: BTreeSet<Option<Value>>| (slots.len() == 1).then(|| slots.into_iter().next().flatten())?;
        all.into_iter().filter_map(|(acc, slots)| Some((acc, one(slots)?))).collect()
    }
}
