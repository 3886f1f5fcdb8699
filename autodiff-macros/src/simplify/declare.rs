//! Accumulators: which of them change, and starting them with their first contribution.

use crate::ir::visit::{Role, by_ref};
use crate::ir::{Block, Stmt, Value};
use std::collections::HashMap;

/// For each value, whether it is assigned to after its declaration.
pub(super) fn changed(body: &Block, count: usize) -> Vec<bool> {
    fn walk(block: &Block, changed: &mut [bool]) {
        for stmt in &block.stmts {
            match stmt {
                Stmt::Set { acc, .. }
                | Stmt::Add { acc, .. }
                | Stmt::RecordRead { cursor: acc, .. }
                | Stmt::UnlogRange { cursor: acc, .. } => changed[acc.0 as usize] = true,
                _ => {}
            }
            for block in by_ref::scopes(stmt).into_iter().flat_map(|scope| scope.blocks) {
                walk(block, changed);
            }
        }
    }
    let mut all = vec![false; count];
    walk(body, &mut all);
    all
}

/// `let mut x = 0.0; …; x += a;` with nothing about `x` in between is `…; let mut x = a;`.
pub(super) fn sink(stmts: &mut Vec<Stmt>, is_zero: &dyn Fn(Value) -> bool) {
    let mut open: HashMap<Value, usize> = HashMap::new();
    let mut moved = Vec::new();
    for (at, stmt) in stmts.iter().enumerate() {
        match stmt {
            Stmt::Declare { acc, init } if is_zero(*init) => drop(open.insert(*acc, at)),
            Stmt::Add { acc, .. } if open.contains_key(acc) => moved.extend(open.remove(acc).map(|declared| (declared, at))),
            _ if open.is_empty() => {}
            _ => touched(stmt, &mut |v| drop(open.remove(&v))),
        }
    }
    if moved.is_empty() {
        return;
    }
    let mut dropped = vec![false; stmts.len()];
    for (declared, at) in moved {
        dropped[declared] = true;
        if let Stmt::Add { acc, value } = stmts[at] {
            stmts[at] = Stmt::Declare { acc, init: value };
        }
    }
    let mut at = 0;
    stmts.retain(|_| {
        at += 1;
        !dropped[at - 1]
    });
}

/// All variables that a statement names, in nested blocks too.
fn touched(stmt: &Stmt, f: &mut dyn FnMut(Value)) {
    by_ref::uses(stmt, &mut |role, v| {
        if role == Role::Name {
            f(*v);
        }
    });
    for block in by_ref::scopes(stmt).into_iter().flat_map(|scope| scope.blocks) {
        for stmt in &block.stmts {
            touched(stmt, f);
        }
    }
}
