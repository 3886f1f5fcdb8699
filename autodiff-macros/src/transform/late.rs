//! Views are derived as late as the borrow checker wants.
//!
//! Deriving a view has no effect, so that it may be done where the view is used, and more than once. This is done where the borrow
//! checker would refuse otherwise, by its own rule: the memory behind a view is used while the view is *live*, that is, used later on
//! the same way through the program. That happens
//!
//! * in the reverse sweep, which derives a view where the view lives. That may be before a branch in one of whose arms the view's owner
//!   is used first: in the forward sweep that arm came to the owner when the view was used up;
//! * where a `break` was: what the arm that leaves does to the owner of a view, the next iteration of the representation's loop would
//!   see, since it is the loop's `stop` that leaves.

mod conflict;
mod part;

pub(crate) use conflict::{sources, writes};

use crate::ir::visit::{by_mut, by_ref};
use crate::ir::{Block, Class, Op, Stmt, Value, ValueData};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Moves derivations of views to where they do not conflict.
pub fn settle(values: &mut Vec<ValueData>, body: &mut Block) {
    // Each move may bring a derivation between another one and its use. Two that are used in one branch would take turns in front of it.
    for round in 0..12 {
        let deep = round > 2;
        let mut late = Late { parents: BTreeMap::new(), children: BTreeMap::new(), values, deep, moved: false };
        late.family(body);
        if late.parents.is_empty() {
            return;
        }
        late.block(body);
        if !late.moved {
            return;
        }
    }
}

struct Late<'a> {
    values: &'a mut Vec<ValueData>,
    /// What each view is derived from.
    parents: BTreeMap<Value, BTreeSet<Value>>,
    /// The views derived from a value.
    children: BTreeMap<Value, BTreeSet<Value>>,
    /// Views are derived in the blocks that use them rather than before.
    deep: bool,
    moved: bool,
}

/// A statement that derives views.
struct Derivation {
    stmt: Stmt,
    views: Vec<Value>,
    mutable: bool,
    /// The views, and all that is derived from them.
    descendants: BTreeSet<Value>,
    /// The memory that they look into, and the views in between.
    ancestors: BTreeSet<Value>,
}

/// How a statement concerns a derivation, nested blocks included.
#[derive(Clone, Copy, Debug, Default)]
struct Concern {
    /// Uses one of the views.
    uses: bool,
    /// Uses the memory behind them in a way that ends their borrow.
    ends: bool,
}

impl Late<'_> {
    /// Notes what each view of a block is derived from.
    fn family(&mut self, block: &Block) {
        for stmt in &block.stmts {
            for view in self.derived(stmt) {
                let from = sources(stmt, view);
                for source in &from {
                    self.children.entry(*source).or_default().insert(view);
                }
                self.parents.entry(view).or_default().extend(from);
            }
            for nested in stmt.blocks() {
                self.family(nested);
            }
        }
    }

    /// The views that a statement derives.
    fn derived(&self, stmt: &Stmt) -> Vec<Value> {
        let is_view = |v: &Value| matches!(self.values[v.0 as usize].class, Class::View { .. });
        match stmt {
            Stmt::Let { value, op: Op::Borrow { .. } } => Some(*value).into_iter().filter(is_view).collect(),
            Stmt::Split { results, .. } => results.iter().copied().filter(is_view).collect(),
            Stmt::Branch(branch)
                if !branch.results.is_empty() && branch.results.iter().all(is_view) && self.parts(branch).is_some() =>
            {
                branch.results.clone()
            }
            _ => Vec::new(),
        }
    }

    fn derivation(&self, stmt: &Stmt) -> Option<Derivation> {
        let views = self.derived(stmt);
        let first = *views.first()?;
        let mutable = match stmt {
            Stmt::Let { op: Op::Borrow { mutable, .. }, .. } => *mutable,
            Stmt::Split { method, .. } => method.to_string().contains("_mut"),
            _ => views.iter().any(|v| self.values[v.0 as usize].class == Class::View { mutable: true }),
        };
        let ancestors = closure(sources(stmt, first), &self.parents);
        let descendants = closure(views.clone(), &self.children);
        Some(Derivation { stmt: stmt.clone(), views, mutable, descendants, ancestors })
    }

    /// Inner blocks first, and what is derived last first: a derivation counts as a use of what it derives from.
    fn block(&mut self, block: &mut Block) {
        for stmt in &mut block.stmts {
            by_mut::scopes(stmt).into_iter().flat_map(|scope| scope.blocks).for_each(|nested| self.block(nested));
        }
        let mut last_uses = None;
        for at in (0..block.stmts.len()).rev() {
            let Some(d) = self.derivation(&block.stmts[at]) else { continue };
            // Behind its last use a view does not matter.
            let last_uses = last_uses.get_or_insert_with(|| last_uses_in(&block.stmts));
            let end = d.descendants.iter().filter_map(|view| last_uses.get(view)).max().map_or(at, |last| *last) + 1;
            if d.clashes(&block.stmts[at + 1..end.max(at + 1)], false).0 {
                let rest = block.stmts.split_off(at + 1);
                block.stmts.pop();
                let (computed, derived) = self.parted(d.stmt.clone());
                block.stmts.extend(computed);
                let rest = self.sink(&Derivation { stmt: derived, ..d }, rest, &mut true);
                block.stmts.extend(rest);
                *last_uses = last_uses_in(&block.stmts);
                self.moved = true;
            }
        }
    }

    /// Derives the views in these statements where they are needed. The first time they keep their names.
    fn sink(&mut self, d: &Derivation, stmts: Vec<Stmt>, first: &mut bool) -> Vec<Stmt> {
        let mut out = Vec::new();
        let mut names: Option<BTreeMap<Value, Value>> = None;
        for mut stmt in stmts {
            let concern = d.concern(&stmt);
            if concern.uses {
                let inside = self.deep && !d.own_concern(&stmt).uses;
                if inside || concern.ends && d.clashes(std::slice::from_ref(&stmt), false).0 {
                    for scope in by_mut::scopes(&mut stmt) {
                        for block in scope.blocks {
                            block.stmts = self.sink(d, std::mem::take(&mut block.stmts), first);
                        }
                    }
                    names = None;
                } else {
                    let names = names.get_or_insert_with(|| {
                        let again = !std::mem::take(first);
                        let names = self.names(d, again);
                        let mut stmt = d.stmt.clone();
                        by_mut::defs(&mut stmt, &mut |v| *v = names[v]);
                        if again {
                            self.renew(&mut stmt);
                        }
                        out.push(stmt);
                        names
                    });
                    rename(&mut stmt, names);
                }
            }
            if concern.ends {
                names = None;
            }
            out.push(stmt);
        }
        out
    }

    /// The names that the views get, new ones when they are derived again.
    fn names(&mut self, d: &Derivation, again: bool) -> BTreeMap<Value, Value> {
        d.views.iter().map(|v| (*v, if again { self.another(*v) } else { *v })).collect()
    }

    fn another(&mut self, like: Value) -> Value {
        let value = Value(self.values.len() as u32);
        self.values.push(self.values[like.0 as usize].clone());
        value
    }

    /// Gives what the blocks in a statement define new names: a value has one definition.
    fn renew(&mut self, stmt: &mut Stmt) {
        let mut names = BTreeMap::new();
        each_definition_inside(stmt, &mut |v| {
            let another = self.another(*v);
            names.insert(*v, another);
            *v = another;
        });
        rename(stmt, &names);
    }
}

/// What the blocks nested in a statement define.
fn each_definition_inside(stmt: &mut Stmt, f: &mut dyn FnMut(&mut Value)) {
    for scope in by_mut::scopes(stmt) {
        scope.defs.into_iter().for_each(&mut *f);
        for stmt in scope.blocks.into_iter().flat_map(|block| &mut block.stmts) {
            by_mut::defs(stmt, f);
            each_definition_inside(stmt, f);
        }
    }
}

/// All that can be reached from some values.
fn closure(from: Vec<Value>, next: &BTreeMap<Value, BTreeSet<Value>>) -> BTreeSet<Value> {
    let (mut all, mut todo) = (BTreeSet::new(), from);
    while let Some(value) = todo.pop() {
        if all.insert(value) {
            todo.extend(next.get(&value).into_iter().flatten());
        }
    }
    all
}

/// For each value the last of these statements that uses it, nested statements included.
fn last_uses_in(stmts: &[Stmt]) -> HashMap<Value, usize> {
    fn note(stmt: &Stmt, at: usize, all: &mut HashMap<Value, usize>) {
        used(stmt, &mut |v| {
            all.insert(v, at);
        });
        stmt.blocks().into_iter().flat_map(|block| &block.stmts).for_each(|stmt| note(stmt, at, all));
    }
    let mut all = HashMap::new();
    stmts.iter().enumerate().for_each(|(at, stmt)| note(stmt, at, &mut all));
    all
}

/// What a statement uses without nested statements, but with what nested blocks yield.
fn used(stmt: &Stmt, f: &mut dyn FnMut(Value)) {
    by_ref::uses(stmt, &mut |_, v| f(*v));
    for scope in by_ref::scopes(stmt) {
        scope.uses.into_iter().for_each(|v| f(*v));
        scope.blocks.into_iter().flat_map(|block| &block.yields).for_each(|v| f(*v));
    }
}

/// Gives the views in a statement their new names.
fn rename(stmt: &mut Stmt, names: &BTreeMap<Value, Value>) {
    let renamed = |v: &mut Value| *v = names.get(v).copied().unwrap_or(*v);
    by_mut::uses(stmt, &mut |_, v| renamed(v));
    for scope in by_mut::scopes(stmt) {
        scope.uses.into_iter().for_each(renamed);
        for block in scope.blocks {
            block.stmts.iter_mut().for_each(|stmt| rename(stmt, names));
            block.yields.iter_mut().for_each(renamed);
        }
    }
}
