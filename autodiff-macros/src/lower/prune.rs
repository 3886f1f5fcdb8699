//! Removes what the joins made in vain: results of branches and loops that nobody reads, and literals that nobody uses.
//!
//! Nothing that could panic or have an effect is removed, so that the primal stays what it was.

use crate::ir::visit::by_ref;
use crate::ir::{Block, Branch, Function, Header, Loop, Op, Stmt, Value};
use std::collections::{HashMap, HashSet};

/// Prunes a function as lowered.
pub(super) fn function(function: &mut Function) {
    let mut uses = Uses::default();
    uses.block(&function.body);
    uses.roots.extend(function.result.leaves());
    let live = uses.live();
    prune(&mut function.body, &live);
}

/// Who needs whom.
#[derive(Default)]
struct Uses {
    /// Needed whatever happens.
    roots: Vec<Value>,
    /// What a joined value needs if it is needed itself.
    behind: HashMap<Value, Vec<Value>>,
}

impl Uses {
    fn block(&mut self, block: &Block) {
        for stmt in &block.stmts {
            if !is_literal(stmt) {
                self.stmt(stmt);
            }
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        let mut own = Vec::new();
        by_ref::uses(stmt, &mut |_, value| own.push(*value));
        match stmt {
            Stmt::Branch(branch) => self.branch(branch),
            Stmt::Loop(l) => {
                // The initial values of what is carried are visited last.
                own.truncate(own.len() - l.carried.len());
                self.loop_(l);
            }
            _ => {}
        }
        self.roots.extend(own);
        for scope in by_ref::scopes(stmt) {
            self.roots.extend(scope.uses.into_iter().copied());
            scope.blocks.into_iter().for_each(|block| self.block(block));
        }
    }

    fn branch(&mut self, branch: &Branch) {
        for (i, result) in branch.results.iter().enumerate() {
            let yields = branch.arms.iter().filter_map(|arm| arm.yields.get(i)).copied();
            self.behind.entry(*result).or_default().extend(yields);
        }
    }

    fn loop_(&mut self, l: &Loop) {
        for (i, carried) in l.carried.iter().enumerate() {
            let sources = std::iter::once(carried.init).chain(l.body.yields.get(i).copied());
            for joined in [carried.param, carried.result] {
                self.behind.entry(joined).or_default().extend(sources.clone());
            }
        }
        self.roots.extend(l.body.yields.iter().skip(l.carried.len()));
        if let Header::While(cond) = &l.header {
            self.roots.extend(&cond.yields);
        }
    }

    fn live(mut self) -> HashSet<Value> {
        let mut live = HashSet::new();
        while let Some(value) = self.roots.pop() {
            if live.insert(value) {
                self.roots.extend(self.behind.get(&value).into_iter().flatten());
            }
        }
        live
    }
}

/// `let c = 1.0;`
fn is_literal(stmt: &Stmt) -> bool {
    matches!(stmt, Stmt::Let { op: Op::Opaque(opaque), .. } if opaque.pure_ && opaque.uses.is_empty())
}

fn prune(block: &mut Block, live: &HashSet<Value>) {
    for stmt in &mut block.stmts {
        match stmt {
            Stmt::Branch(branch) => prune_branch(branch, live),
            Stmt::Loop(l) => prune_loop(l, live),
            _ => {}
        }
    }
    block.stmts.retain(|stmt| match stmt {
        Stmt::Let { value, .. } => live.contains(value) || !is_literal(stmt),
        Stmt::Branch(branch) => !branch.results.is_empty() || branch.arms.iter().any(|arm| !arm.stmts.is_empty() || arm.diverges),
        _ => true,
    });
}

fn prune_branch(branch: &mut Branch, live: &HashSet<Value>) {
    let keep: Vec<bool> = branch.results.iter().map(|result| live.contains(result)).collect();
    retain(&mut branch.results, &keep);
    for arm in &mut branch.arms {
        retain(&mut arm.yields, &keep);
        prune(arm, live);
    }
}

fn prune_loop(l: &mut Loop, live: &HashSet<Value>) {
    let mut keep: Vec<bool> = l.carried.iter().map(|c| live.contains(&c.result) || live.contains(&c.param)).collect();
    retain(&mut l.carried, &keep);
    keep.resize(l.body.yields.len().max(keep.len()), true);
    retain(&mut l.body.yields, &keep);
    prune(&mut l.body, live);
    if let Header::While(cond) = &mut l.header {
        prune(cond, live);
    }
}

fn retain<T>(items: &mut Vec<T>, keep: &[bool]) {
    let mut keep = keep.iter();
    items.retain(|_| *keep.next().unwrap_or(&true));
}
