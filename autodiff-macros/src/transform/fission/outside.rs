//! Tests for few iterations, made once outside of a nest of loops.
//!
//! Where a loop runs in one of two ways, the other way costs it registers, and what is prepared for both ahead of them costs each iteration of the
//! loop around. So a loop in which all such tests are about one number, known before, stands there twice, once for few iterations and once for
//! many ("loop unswitching": Muchnick, Advanced Compiler Design and Implementation, section 18.1). Not where it calls, or puts back what was
//! recorded: there should be one pull for each call, and what it does beside its own loops costs more than the test.

use super::regions::Regions;
use super::{Fission, defined_in, opaque};
use crate::ir::visit::{by_mut, by_ref};
use crate::ir::{Block, Branch, Class, Kind, Loop, On, Stmt, Value, ValueData};
use std::collections::HashMap;

/// What a test for few iterations is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Few {
    /// The range's end.
    pub(super) hi: Value,
    /// How many are few.
    pub(super) most: i64,
    /// The range begins at zero; a later beginning is part of the test.
    pub(super) from_zero: bool,
}

/// Longer loops do not stand there twice.
const LONG: usize = 40;

impl Fission<'_> {
    /// A test whether `hi` is at most so many, or behind `lo` by so many, and the two ways.
    pub(super) fn either(&mut self, lo: Option<Value>, hi: Value, most: i64, few: Vec<Stmt>, many: Vec<Stmt>) -> [Stmt; 2] {
        let test = self.fresh("short", Class::Plain, Kind::Bool);
        self.few.insert(test, Few { hi, most, from_zero: lo.is_none() });
        let literal = proc_macro2::Literal::i64_unsuffixed(most);
        let mut uses = vec![(syn::parse_quote!(hi), hi)];
        let mut expr = syn::parse_quote!(hi <= #literal);
        if let Some(lo) = lo {
            uses.push((syn::parse_quote!(lo), lo));
            expr = syn::parse_quote!(hi <= lo + #literal);
        }
        let arms = [few, many].map(|stmts| Block { stmts, ..Block::default() }).into();
        [opaque(test, expr, uses), Stmt::Branch(Branch { on: On::If(test), arms, results: Vec::new() })]
    }

    /// A loop whose own loops have been taken apart.
    pub(super) fn unswitched(&mut self, l: Loop) -> Vec<Stmt> {
        let Some(few) = self.tested(&l) else { return vec![Stmt::Loop(Box::new(l))] };
        let mut for_few = l.clone();
        for_few.body.stmts = self.decided(for_few.body.stmts, true);
        let mut for_few = [Stmt::Loop(Box::new(for_few))];
        Renaming { values: self.values, regions: &mut self.regions, names: HashMap::new() }.stmts(&mut for_few);
        let mut for_many = l;
        for_many.body.stmts = self.decided(for_many.body.stmts, false);
        self.either(None, few.hi, few.most, for_few.into(), vec![Stmt::Loop(Box::new(for_many))]).into()
    }

    /// What all tests in the loop are about, if that is known before it.
    fn tested(&self, l: &Loop) -> Option<Few> {
        let mut found: Option<Few> = None;
        for stmt in &l.body.stmts {
            if let Some((_, few)) = self.test(stmt) {
                if found.is_some_and(|other| (other.hi, other.most) != (few.hi, few.most)) {
                    return None;
                }
                found = Some(few);
            }
        }
        let is_older = |few: &Few| {
            let mut own = defined_in(&l.body.stmts);
            let header = Stmt::Loop(Box::new(Loop { body: Block::default(), ..l.clone() }));
            by_ref::scopes(&header).into_iter().for_each(|scope| own.extend(scope.defs));
            !own.contains(&few.hi)
        };
        let others = l.body.stmts.iter().filter(|stmt| self.test(stmt).is_none());
        found.filter(|few| others.clone().all(only_computes) && others.map(size).sum::<usize>() <= LONG && is_older(few))
    }

    fn test(&self, stmt: &Stmt) -> Option<(Value, Few)> {
        match stmt {
            Stmt::Branch(Branch { on: On::If(test), .. }) => Some((*test, *self.few.get(test)?)),
            _ => None,
        }
    }

    /// Statements where the tests have been made: `few` iterations or many. Of many that begin later, there may still be few.
    fn decided(&self, stmts: Vec<Stmt>, few: bool) -> Vec<Stmt> {
        let decides = |test: &Value| self.few.get(test).is_some_and(|it| few || it.from_zero);
        let mut out = Vec::new();
        for stmt in stmts {
            match stmt {
                Stmt::Let { value, .. } if decides(&value) => {}
                Stmt::Branch(Branch { on: On::If(test), arms, .. }) if decides(&test) => {
                    out.extend(arms.into_iter().nth(usize::from(!few)).into_iter().flat_map(|arm| arm.stmts));
                }
                other => out.push(other),
            }
        }
        out
    }
}

/// It computes, and adds to shadows, and so does all in it.
fn only_computes(stmt: &Stmt) -> bool {
    let itself = match stmt {
        Stmt::Let { .. }
        | Stmt::Declare { .. }
        | Stmt::Set { .. }
        | Stmt::Add { .. }
        | Stmt::ShadowAdd { .. }
        | Stmt::ShadowAddFrom { .. }
        | Stmt::ShadowClear(_)
        | Stmt::Branch(_)
        | Stmt::Loop(_) => true,
        Stmt::Split { .. }
        | Stmt::Store { .. }
        | Stmt::Memory(_)
        | Stmt::Call(_)
        | Stmt::Observe(_)
        | Stmt::RecordNew { .. }
        | Stmt::RecordPush { .. }
        | Stmt::RecordRead { .. }
        | Stmt::RecordPart { .. }
        | Stmt::RecordAt { .. }
        | Stmt::CursorNew { .. }
        | Stmt::LogRange { .. }
        | Stmt::UnlogRange { .. }
        | Stmt::Unshare(_)
        | Stmt::Pull(_)
        | Stmt::Closure(_) => false,
    };
    itself && stmt.blocks().into_iter().all(|block| block.stmts.iter().all(only_computes))
}

/// How many statements there are in one.
fn size(stmt: &Stmt) -> usize {
    1 + stmt.blocks().into_iter().flat_map(|block| &block.stmts).map(size).sum::<usize>()
}

/// New names for all that a copy of statements defines.
struct Renaming<'a> {
    values: &'a mut Vec<ValueData>,
    regions: &'a mut Regions,
    names: HashMap<Value, Value>,
}

impl Renaming<'_> {
    fn stmts(&mut self, stmts: &mut [Stmt]) {
        for stmt in stmts {
            by_mut::uses(stmt, &mut |_, v| *v = self.name(*v));
            for scope in by_mut::scopes(stmt) {
                scope.defs.into_iter().for_each(|v| self.define(v));
                scope.uses.into_iter().for_each(|v| *v = self.name(*v));
                for block in scope.blocks {
                    self.stmts(&mut block.stmts);
                    block.yields.iter_mut().for_each(|v| *v = self.name(*v));
                }
            }
            by_mut::defs(stmt, &mut |v| self.define(v));
        }
    }

    fn name(&self, value: Value) -> Value {
        self.names.get(&value).copied().unwrap_or(value)
    }

    fn define(&mut self, value: &mut Value) {
        let new = Value(self.values.len() as u32);
        self.values.push(self.values[value.0 as usize].clone());
        if let Some(region) = self.regions.get(value).copied() {
            self.regions.insert(new, region);
        }
        self.names.insert(*value, new);
        *value = new;
    }
}
