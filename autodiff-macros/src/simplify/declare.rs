//! Accumulators: which of them change, and starting them with their first contribution.

use crate::ir::visit::{Role, by_mut, by_ref};
use crate::ir::{Block, Branch, On, Op, Stmt, Value};
use std::collections::{HashMap, HashSet};

/// For each value, whether it is assigned to after its declaration.
pub(super) fn changed(body: &Block, count: usize) -> Vec<bool> {
    fn walk(block: &Block, changed: &mut [bool]) {
        for stmt in &block.stmts {
            if let Some(acc) = stmt.assigned() {
                changed[acc.0 as usize] = true;
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

/// Makes accumulators start with their first contribution, and takes contributions that all arms of a branch make out of it.
pub(super) fn prepare(body: &mut Block) {
    let mut zeros = HashSet::new();
    collect_zeros(body, &mut zeros);
    block(body, &zeros);
}

fn collect_zeros(block: &Block, zeros: &mut HashSet<Value>) {
    for stmt in &block.stmts {
        if let Stmt::Let { value, op: Op::Float(x) } = stmt
            && *x == 0.0
        {
            zeros.insert(*value);
        }
        for block in by_ref::scopes(stmt).into_iter().flat_map(|scope| scope.blocks) {
            collect_zeros(block, zeros);
        }
    }
}

fn block(b: &mut Block, zeros: &HashSet<Value>) {
    for mut stmt in std::mem::take(&mut b.stmts) {
        for inner in by_mut::scopes(&mut stmt).into_iter().flat_map(|scope| scope.blocks) {
            block(inner, zeros);
        }
        if let Stmt::Branch(branch) = &mut stmt {
            b.stmts.extend(hoist(branch));
        }
        b.stmts.push(stmt);
    }
    sink(&mut b.stmts, zeros);
}

/// `x += a;` in all arms of a branch, where nothing else is done with `x`, may as well stand before it.
fn hoist(branch: &mut Branch) -> Vec<Stmt> {
    let mut arms: Vec<_> = branch.arms.iter_mut().filter(|arm| !arm.diverges).collect();
    let mut hoisted = Vec::new();
    let Some((first, others)) = arms.split_first() else { return Vec::new() };
    let made: Vec<HashSet<_>> = others.iter().map(|arm| arm.stmts.iter().filter_map(contribution).collect()).collect();
    for (acc, value) in first.stmts.iter().filter_map(contribution) {
        let in_all = hoisted.len() < MOST && made.iter().all(|made| made.contains(&(acc, value)));
        let fits = |arm: &&mut Block| arm.stmts.iter().all(|stmt| leaves(stmt, acc, value));
        if in_all && arms.iter().all(fits) && !bound(&branch.on, value) {
            hoisted.push((acc, value));
        }
    }
    for (acc, value) in &hoisted {
        for arm in &mut arms {
            if let Some(at) = arm.stmts.iter().position(|stmt| contribution(stmt) == Some((*acc, *value))) {
                arm.stmts.remove(at);
            }
        }
    }
    hoisted.into_iter().map(|(acc, value)| Stmt::Add { acc, value }).collect()
}

/// Contributions taken out of one branch.
const MOST: usize = 8;

fn contribution(stmt: &Stmt) -> Option<(Value, Value)> {
    match stmt {
        Stmt::Add { acc, value } => Some((*acc, *value)),
        _ => None,
    }
}

/// Does not define the value, and does nothing with the accumulator but add to it.
fn leaves(stmt: &Stmt, acc: Value, value: Value) -> bool {
    let mut fits = true;
    by_ref::defs(stmt, &mut |v| fits &= *v != value);
    if !matches!(stmt, Stmt::Add { .. }) {
        touched(stmt, &mut |v| fits &= v != acc);
    }
    fits
}

/// The arms define the value by themselves.
fn bound(on: &On, value: Value) -> bool {
    match on {
        On::If(_) => false,
        On::Match { patterns, .. } => patterns.iter().any(|p| p.binds.iter().any(|(_, v)| *v == value)),
        On::Arm { values, .. } => values.iter().flatten().flatten().any(|v| *v == value),
    }
}

/// `let mut x = 0.0; …; x += a;` with nothing about `x` in between is `…; let mut x = a;`.
fn sink(stmts: &mut Vec<Stmt>, zeros: &HashSet<Value>) {
    let mut open: HashMap<Value, usize> = HashMap::new();
    let mut moved = Vec::new();
    for (at, stmt) in stmts.iter().enumerate() {
        match stmt {
            Stmt::Declare { acc, init } if zeros.contains(init) => {
                open.insert(*acc, at);
            }
            Stmt::Add { acc, .. } if open.contains_key(acc) => moved.extend(open.remove(acc).map(|declared| (declared, at))),
            _ if open.is_empty() => {}
            _ => touched(stmt, &mut |v| {
                open.remove(&v);
            }),
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
