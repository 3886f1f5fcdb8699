//! Which names may stand for the same memory, in a finished program.

use super::is_memory;
use crate::analyze::Memory;
use crate::analyze::memory::ClassId;
use crate::ir::visit::by_ref;
use crate::ir::{Alloc, Block, Function, Memory as Write, Op, Stmt, Value};
use std::collections::BTreeMap;

/// Which names may stand for the same memory.
pub(super) struct Names {
    parent: Vec<u32>,
}

impl Names {
    pub(super) fn new(f: &Function, memory: &Memory, classes: &BTreeMap<Value, ClassId>) -> Names {
        let mut names = Names { parent: (0..f.values.len() as u32).collect() };
        // The user's own.
        for v in (0..memory.count() as u32).map(Value) {
            names.union(v, Value(memory.class(v)));
        }
        let mut firsts: BTreeMap<ClassId, Value> = BTreeMap::new();
        for (shadow, class) in classes {
            let first = *firsts.entry(*class).or_insert(*shadow);
            names.union(first, *shadow);
        }
        names.join(f, &f.body);
        names
    }

    pub(super) fn root(&self, v: Value) -> Value {
        let mut at = v.0;
        while self.parent[at as usize] != at {
            at = self.parent[at as usize];
        }
        Value(at)
    }

    fn union(&mut self, a: Value, b: Value) {
        let (a, b) = (self.root(a).0, self.root(b).0);
        self.parent[a.max(b) as usize] = a.min(b);
    }

    fn join(&mut self, f: &Function, block: &Block) {
        for stmt in &block.stmts {
            match stmt {
                Stmt::Let { value, op: Op::Borrow { place, .. } | Op::Load(place) | Op::Take(place) | Op::Peek(place) }
                    if is_memory(f, *value) =>
                {
                    self.union(*value, place.base);
                }
                Stmt::Let { value, op }
                    if is_memory(f, *value) && !matches!(op, Op::Alloc(Alloc::Copy { .. }) | Op::Zeros(_)) =>
                {
                    by_ref::op(op, &mut |_, v| {
                        if is_memory(f, *v) {
                            self.union(*value, *v);
                        }
                    });
                }
                Stmt::Split { results, place, .. } => results.iter().for_each(|v| self.union(*v, place.base)),
                Stmt::Memory(write) => match write {
                    Write::Assign { place, src, old } => {
                        self.union(place.base, *src);
                        old.iter().for_each(|old| self.union(place.base, *old));
                    }
                    Write::Push { place, value } if is_memory(f, *value) => self.union(place.base, *value),
                    Write::Swap { a, b } => self.union(a.base, b.base),
                    Write::Push { .. } | Write::Fill { .. } | Write::CopyFrom { .. } | Write::SwapElements { .. } => {}
                },
                Stmt::Branch(branch) => {
                    for arm in &branch.arms {
                        for (result, from) in branch.results.iter().zip(&arm.yields).filter(|(v, _)| is_memory(f, **v)) {
                            self.union(*result, *from);
                        }
                    }
                }
                _ => {}
            }
            by_ref::scopes(stmt).into_iter().flat_map(|scope| scope.blocks).for_each(|block| self.join(f, block));
        }
    }
}
