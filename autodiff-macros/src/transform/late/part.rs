//! A branch that chooses a view may compute, too: `if c { &mut h.w[h.n..] } else { … }` reads `h.n`, which may be another when the view is
//! derived again. Such a branch is two: one that computes, where it stood, and one that only derives.

use super::{Late, rename};
use crate::ir::visit::{by_ref, mentions};
use crate::ir::{Block, Branch, Class, Kind, On, Op, Opaque, Stmt, Value, build};
use proc_macro2::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The arms of a branch, apart.
pub(super) struct Parts {
    /// What computes, arm by arm.
    now: Vec<Vec<Stmt>>,
    /// What derives.
    later: Vec<Vec<Stmt>>,
    /// What that needs of what was computed, with its arm.
    wanted: Vec<(usize, Value)>,
}

impl Late<'_> {
    /// Whether a branch tells the same when it is asked again.
    fn repeatable(&self, on: &On) -> bool {
        let fixed = |guard: &Opaque| guard.uses.iter().all(|(_, v)| self.values[v.0 as usize].class == Class::Plain);
        match on {
            On::If(_) | On::Arm { .. } => true,
            On::Match { patterns, .. } => patterns.iter().filter_map(|p| p.guard.as_ref()).all(fixed),
        }
    }

    /// The parts of a branch that yields views; none if it cannot be taken apart.
    pub(super) fn parts(&self, branch: &Branch) -> Option<Parts> {
        if !self.repeatable(&branch.on) {
            return None;
        }
        let ends: Vec<&Block> = branch.arms.iter().filter(|arm| !arm.diverges).collect();
        let all_same = ends.iter().flat_map(|arm| &arm.stmts).all(|stmt| self.is_fixed(stmt) || self.derives(stmt));
        let mut parts = Parts { now: Vec::new(), later: Vec::new(), wanted: Vec::new() };
        for (k, arm) in branch.arms.iter().enumerate() {
            let (mut now, mut later) = (Vec::new(), Vec::new());
            for stmt in &arm.stmts {
                if arm.diverges || all_same || self.derives(stmt) { &mut later } else { &mut now }.push(stmt.clone());
            }
            let (made, derived) = (defined(&now), defined(&later));
            if now.iter().any(|stmt| uses_any(stmt, &derived)) {
                return None;
            }
            let needed = made.iter().copied().filter(|v| arm.yields.contains(v) || mentions(&later, *v));
            let needed: Vec<(usize, Value)> = needed.map(|v| (k, v)).collect();
            if needed.iter().any(|(_, v)| self.values[v.0 as usize].kind != Kind::Integer) {
                return None;
            }
            parts.wanted.extend(needed);
            parts.now.push(now);
            parts.later.push(later);
        }
        Some(parts)
    }

    /// What computes, if anything does, and what derives.
    pub(super) fn parted(&mut self, stmt: Stmt) -> (Option<Stmt>, Stmt) {
        let Stmt::Branch(branch) = &stmt else { return (None, stmt) };
        let parts = self.parts(branch).filter(|parts| parts.now.iter().any(|arm| !arm.is_empty()));
        let Some(Parts { now, later, wanted }) = parts else { return (None, stmt) };
        let mut names = BTreeMap::new();
        let mut results = Vec::new();
        for (_, v) in &wanted {
            let result = self.another(*v);
            names.insert(*v, result);
            results.push(result);
        }
        let mut computing = Branch { on: branch.on.clone(), arms: Vec::new(), results };
        let mut deriving = Branch { arms: Vec::new(), ..branch.clone() };
        for (k, (mut now, later)) in now.into_iter().zip(later).enumerate() {
            let arm = &branch.arms[k];
            if arm.diverges {
                computing.arms.push(arm.clone());
                deriving.arms.push(arm.clone());
                continue;
            }
            let yields = wanted.iter().map(|(of, v)| if *of == k { *v } else { self.no_number(&mut now) }).collect();
            computing.arms.push(Block { stmts: now, yields, diverges: false });
            deriving.arms.push(Block { stmts: later, yields: arm.yields.clone(), diverges: false });
        }
        let mut deriving = Stmt::Branch(deriving);
        let mut computing = Stmt::Branch(computing);
        // Patterns and records bind in both.
        let mut again = BTreeMap::new();
        if let Stmt::Branch(branch) = &mut computing {
            let binds = match &mut branch.on {
                On::If(_) => Vec::new(),
                On::Match { patterns, .. } => patterns.iter_mut().flat_map(|p| &mut p.binds).map(|(_, v)| v).collect(),
                On::Arm { values, .. } => values.iter_mut().flatten().flatten().collect(),
            };
            for v in binds {
                let another = self.another(*v);
                again.insert(*v, another);
                *v = another;
            }
        }
        rename(&mut computing, &again);
        rename(&mut deriving, &names);
        (Some(computing), deriving)
    }

    /// An index for the arm that has none.
    fn no_number(&mut self, stmts: &mut Vec<Stmt>) -> Value {
        let value = build::fresh(self.values, "k", Class::Plain, Kind::Integer, Span::mixed_site());
        let op = Op::Opaque(Opaque { expr: syn::parse_quote!(0), uses: Vec::new(), pure_: true, writes: false });
        stmts.push(Stmt::Let { value, op });
        value
    }

    /// The statement derives a view, and nothing else.
    fn derives(&self, stmt: &Stmt) -> bool {
        match stmt {
            Stmt::Branch(branch) => {
                !self.derived(stmt).is_empty() && branch.arms.iter().all(|arm| arm.diverges || self.only_derives(&arm.stmts))
            }
            _ => !self.derived(stmt).is_empty(),
        }
    }

    fn only_derives(&self, stmts: &[Stmt]) -> bool {
        stmts.iter().all(|stmt| self.is_fixed(stmt) || self.derives(stmt))
    }

    /// The statement gives the same whenever it runs.
    fn is_fixed(&self, stmt: &Stmt) -> bool {
        let plain = |v: &Value| self.values[v.0 as usize].class == Class::Plain;
        match stmt {
            Stmt::Let { value, op: Op::Opaque(opaque) } => {
                plain(value) && opaque.pure_ && !opaque.writes && opaque.uses.iter().all(|(_, v)| plain(v))
            }
            Stmt::Let { value, op: Op::Move(from) } => plain(value) && plain(from),
            _ => false,
        }
    }
}

fn defined(stmts: &[Stmt]) -> BTreeSet<Value> {
    let mut all = BTreeSet::new();
    stmts.iter().for_each(|stmt| {
        by_ref::defs(stmt, &mut |v| {
            all.insert(*v);
        })
    });
    all
}

fn uses_any(stmt: &Stmt, values: &BTreeSet<Value>) -> bool {
    values.iter().any(|v| mentions(std::slice::from_ref(stmt), *v))
}
