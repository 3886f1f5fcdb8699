//! Which shadows may share memory.
//!
//! Classes of memory are coarse: what is ever swapped or moved is one class. At any time, though, two shadows that are owned are two.

use crate::analyze::memory::ClassId;
use crate::ir::visit::by_ref;
use crate::ir::{Block, Class, Function, Memory, Op, Stmt, Value};
use std::collections::{BTreeMap, BTreeSet};

/// For each shadow a number; shadows with different numbers do not share memory.
pub(super) type Regions = BTreeMap<Value, ClassId>;

/// Refines classes: in those whose shadows are all known to be owned, or views into one that is.
pub(super) fn regions(f: &Function, classes: &BTreeMap<Value, ClassId>) -> Regions {
    let mut roots = BTreeMap::new();
    find(f, &f.body, &mut roots);
    let coarse: BTreeSet<ClassId> = classes.iter().filter(|(v, _)| !roots.contains_key(v)).map(|(_, class)| *class).collect();
    let count = classes.values().max().map_or(0, |most| most + 1);
    let region = |(v, class): (&Value, &ClassId)| match roots.get(v) {
        Some(root) if !coarse.contains(class) => (*v, count + root.0),
        Some(_) | None => (*v, *class),
    };
    classes.iter().map(region).collect()
}

fn find(f: &Function, block: &Block, roots: &mut BTreeMap<Value, Value>) {
    for stmt in &block.stmts {
        match stmt {
            Stmt::Closure(closure) => {
                let by_set = std::iter::once(&closure.shadows).chain(closure.tangents.iter().map(|t| &t.shadows));
                roots.extend(by_set.flatten().flatten().map(|v| (*v, *v)));
            }
            Stmt::Let { value, op: Op::Zeros(_) } | Stmt::Memory(Memory::Assign { old: Some(value), .. })
                if f[*value].class == Class::Shadow =>
            {
                roots.insert(*value, *value);
            }
            Stmt::Let { value, op: Op::Borrow { place, .. } } => {
                if let Some(root) = roots.get(&place.base).copied() {
                    roots.insert(*value, root);
                }
            }
            Stmt::Split { results, place, .. } => {
                if let Some(root) = roots.get(&place.base).copied() {
                    roots.extend(results.iter().map(|v| (*v, root)));
                }
            }
            _ => {}
        }
        for block in by_ref::scopes(stmt).into_iter().flat_map(|scope| scope.blocks) {
            find(f, block, roots);
        }
    }
}
