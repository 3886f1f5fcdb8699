//! Adjoints of plain floats.
//!
//! A plain float is defined once, so its adjoint is a sum of contributions, complete when the reverse sweep comes to the definition.
//! As long as all of them stand in the block of the definition, the sum is an expression; once a nested block contributes, it is
//! a mutable local of the outer block.

use super::Sweep;
use crate::ir::{Class, Kind, Op, Stmt, Value};

/// What has been contributed so far.
#[derive(Clone, Copy, Debug)]
pub(super) enum Adjoint {
    /// A plain value.
    Sum(Value),
    /// An accumulator.
    Local(Value),
}

impl Sweep<'_> {
    /// Adds a contribution, made in the innermost block, to the adjoint of a plain float.
    pub(super) fn add_adjoint(&mut self, value: Value, contribution: Value) {
        if !self.activity.active(value) {
            return;
        }
        let level = self.level_of(self.layout.home[value.0 as usize]);
        if level + 1 < self.levels.len() {
            let acc = self.accumulator(value, level);
            self.emit(Stmt::Add { acc, value: contribution });
            return;
        }
        match self.levels[level].adjoints.get(&value).copied() {
            None => {
                self.levels[level].adjoints.insert(value, Adjoint::Sum(contribution));
            }
            Some(Adjoint::Sum(so_far)) => {
                let add = crate::rules::by_operator("+").expect("the table has `+`");
                let name = self.bar_name(value);
                let sum = self.let_(&name, Kind::Float, Op::Prim { prim: add, args: vec![so_far, contribution] });
                self.levels[level].adjoints.insert(value, Adjoint::Sum(sum));
            }
            Some(Adjoint::Local(acc)) => self.emit(Stmt::Add { acc, value: contribution }),
        }
    }

    /// The adjoint as a mutable local of the level where the value lives.
    pub(super) fn accumulator(&mut self, value: Value, level: usize) -> Value {
        let init = match self.levels[level].adjoints.get(&value).copied() {
            Some(Adjoint::Local(acc)) => return acc,
            Some(Adjoint::Sum(sum)) => sum,
            None => {
                let zero = self.fresh("c", Class::Plain, Kind::Float);
                self.emit_at(level, Stmt::Let { value: zero, op: Op::Float(0.0) });
                zero
            }
        };
        let name = self.bar_name(value);
        let acc = self.fresh(&name, Class::Accumulator, Kind::Float);
        self.emit_at(level, Stmt::Declare { acc, init });
        self.levels[level].adjoints.insert(value, Adjoint::Local(acc));
        acc
    }

    /// The complete adjoint of a value that lives in the innermost block; none if nothing contributed.
    pub(super) fn take_adjoint(&mut self, value: Value) -> Option<Value> {
        let level = self.levels.last_mut().expect("a block is open");
        match level.adjoints.remove(&value)? {
            Adjoint::Sum(sum) => Some(sum),
            Adjoint::Local(acc) => {
                let name = self.bar_name(value);
                Some(self.let_(&name, Kind::Float, Op::Read(acc)))
            }
        }
    }

    /// As [`Sweep::take_adjoint`], zero if nothing contributed.
    pub(super) fn take_adjoint_or_zero(&mut self, value: Value) -> Value {
        match self.take_adjoint(value) {
            Some(bar) => bar,
            None => self.let_("c", Kind::Float, Op::Float(0.0)),
        }
    }

    pub(super) fn bar_name(&self, value: Value) -> String {
        format!("{}_bar", self.name(value))
    }
}
