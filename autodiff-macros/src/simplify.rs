//! Removes what costs and does nothing: copies, `x * 1`, `x + 0`, `-(-x)`, variables that never change, values that nobody uses.
//!
//! The forward sweep is the user's program and stays as it is, but for values that are not used and can neither do anything
//! nor panic. Derived statements, in tangents and in the pullback, are fair game: constants that count here are those of
//! [`Op::Float`], which users do not write.

mod dead;
mod declare;

use crate::ir::visit::by_mut;
use crate::ir::{Block, Branch, Function, Kind, Loop, Op, Stmt, Value};
use crate::rules::fold::{Fold, Known, evaluate, fold, shortened};
use crate::rules::{Form, Prim, by_operator};

/// Simplifies a function in place. Its first `own` values are the user's.
pub(crate) fn simplify(f: &mut Function, own: usize) {
    let mut body = std::mem::take(&mut f.body);
    declare::prepare(&mut body);
    let count = f.values.len();
    let (changed, versions, known) = (declare::changed(&body, count), vec![0; count], vec![None; count]);
    let mut pass = Pass { f, own, facts: Vec::new(), known, changed, versions, events: 0, in_loop: 0, in_pullback: false };
    pass.forget();
    pass.block(&mut body);
    f.body = body;
    dead::remove(f, own);
}

/// Removes what nothing depends on.
pub(crate) fn without_dead(f: &mut Function, own: usize) {
    dead::remove(f, own);
}

/// What is known about a value at a point of the walk.
#[derive(Clone, Copy, Debug)]
struct Fact {
    /// Another name for the same.
    same: Value,
    /// A constant of [`Op::Float`].
    float: Option<f64>,
    /// The value that this is the negative of.
    negated: Option<Value>,
    /// Of an accumulator that never changes: what it was declared with.
    fixed: Option<Value>,
    /// What an accumulator holds: which, since which change, in which loop.
    read: Option<(Value, u32, u32)>,
    /// When it was defined.
    event: u32,
}

impl Fact {
    fn none(v: Value, event: u32) -> Fact {
        Fact { same: v, float: None, negated: None, fixed: None, read: None, event }
    }
}

/// What an operation turns out to be.
enum Finding {
    Same(Value),
    Op(Op),
}

struct Pass<'a> {
    f: &'a Function,
    /// How many values are the user's.
    own: usize,
    facts: Vec<Fact>,
    /// Values that literals determine. Wherever such a value is defined anew, it is the same.
    known: Vec<Option<Known>>,
    changed: Vec<bool>,
    /// How often an accumulator has changed so far.
    versions: Vec<u32>,
    events: u32,
    /// The loop around, by the event of its start.
    in_loop: u32,
    in_pullback: bool,
}

impl Pass<'_> {
    fn fact(&self, v: Value) -> Fact {
        self.facts[v.0 as usize]
    }

    fn forget(&mut self) {
        self.facts = (0..self.f.values.len() as u32).map(|v| Fact::none(Value(v), 0)).collect();
    }

    fn define(&mut self, v: Value) {
        self.events += 1;
        self.facts[v.0 as usize] = Fact::none(v, self.events);
    }

    fn rename(&self, v: &mut Value) {
        *v = self.fact(*v).same;
    }

    fn block(&mut self, block: &mut Block) {
        block.stmts.retain_mut(|stmt| {
            self.stmt(stmt);
            !self.changes_nothing(stmt)
        });
        for v in &mut block.yields {
            self.rename(v);
        }
    }

    fn stmt(&mut self, stmt: &mut Stmt) {
        if let Stmt::Closure(closure) = stmt {
            // Inside, values of the forward sweep may be defined anew: what was found out about them does not hold.
            self.forget();
            self.in_pullback = true;
            return self.block(&mut closure.body);
        }
        by_mut::uses(stmt, &mut |_, v| self.rename(v));
        let (before, around) = (self.events, self.in_loop);
        let kept = unchanged(stmt);
        if let Stmt::Loop(_) = stmt {
            self.events += 1;
            self.in_loop = self.events;
        }
        for scope in by_mut::scopes(stmt) {
            scope.defs.into_iter().for_each(|v| self.define(*v));
            for (init, param, _) in &kept {
                self.facts[param.0 as usize].same = *init;
            }
            scope.uses.into_iter().for_each(|v| self.rename(v));
            scope.blocks.into_iter().for_each(|block| self.block(block));
        }
        self.in_loop = around;
        by_mut::defs(stmt, &mut |v| self.define(*v));
        for (init, _, result) in &kept {
            self.facts[result.0 as usize].same = *init;
        }
        match stmt {
            Stmt::Let { value, op } => self.learn(*value, op),
            Stmt::Declare { acc, init } if !self.changed[acc.0 as usize] => self.facts[acc.0 as usize].fixed = Some(*init),
            Stmt::Branch(branch) => self.agreed(branch, before),
            _ => {}
        }
    }

    /// `acc = acc;`, with nothing in between. Other changes are counted.
    fn changes_nothing(&mut self, stmt: &Stmt) -> bool {
        let (Stmt::Set { acc, .. } | Stmt::Add { acc, .. }) = stmt else { return false };
        if let Stmt::Set { value, .. } = stmt
            && self.fact(*value).read == Some((*acc, self.versions[acc.0 as usize], self.in_loop))
        {
            return true;
        }
        self.versions[acc.0 as usize] += 1;
        false
    }

    /// Remembers what a value is, and says it more simply.
    fn learn(&mut self, v: Value, op: &mut Op) {
        let known = |v: Value| self.known[v.0 as usize];
        let derived = self.in_pullback || v.0 as usize >= self.own;
        let finding = match op {
            Op::Prim { prim, args } if self.f[v].kind == Kind::Float => {
                self.folded(*prim, args, derived).or_else(|| self.prim(*prim, args, derived))
            }
            Op::Select(_, a, b) if a == b => Some(Finding::Same(*a)),
            Op::Select(cond, a, b) => match known(*cond) {
                Some(Known::Bool(cond)) => Some(Finding::Same(if cond { *a } else { *b })),
                Some(Known::Integer(_) | Known::Float(_)) | None => None,
            },
            Op::Opaque(opaque) if derived => shortened(opaque, &known).map(|opaque| Finding::Op(Op::Opaque(opaque))),
            Op::Read(acc) => self.fact(*acc).fixed.map(Finding::Same),
            _ => None,
        };
        match finding {
            Some(Finding::Same(of)) => self.facts[v.0 as usize] = Fact { same: of, ..self.fact(of) },
            Some(Finding::Op(simpler)) => *op = simpler,
            None => {}
        }
        match op {
            Op::Read(acc) => {
                self.facts[v.0 as usize].read = Some((*acc, self.versions[acc.0 as usize], self.in_loop));
            }
            Op::Float(x) => {
                self.facts[v.0 as usize].float = Some(*x);
                self.known[v.0 as usize] = Some(Known::Float(*x));
            }
            Op::Opaque(opaque) => self.known[v.0 as usize] = evaluate(opaque, &|v| self.known[v.0 as usize]),
            Op::Prim { prim, args } if prim.rule().form == Form::Operator("neg") => {
                self.facts[v.0 as usize].negated = Some(args[0]);
            }
            _ => {}
        }
    }

    /// A derived primitive with literals for operands.
    fn folded(&self, prim: Prim, args: &[Value], derived: bool) -> Option<Finding> {
        let known: Vec<_> = args.iter().map(|v| self.known[v.0 as usize]).collect();
        match fold(prim, &known).filter(|_| derived)? {
            Fold::Operand(i) => (self.f[args[i]].kind == Kind::Float).then_some(Finding::Same(args[i])),
            Fold::Float(x) => Some(Finding::Op(Op::Float(x))),
        }
    }

    fn prim(&self, prim: Prim, args: &[Value], derived: bool) -> Option<Finding> {
        let is = |v: Value, x: f64| self.fact(v).float == Some(x);
        let negated = |v: Value| self.fact(v).negated.filter(|_| derived);
        let operator = |op: &str, args: &[Value]| by_operator(op).map(|prim| Finding::Op(Op::Prim { prim, args: args.to_vec() }));
        let Form::Operator(op) = prim.rule().form else { return None };
        match (op, args) {
            ("*", [x, y]) if is(*y, 1.0) => Some(Finding::Same(*x)),
            ("*", [x, y]) if is(*x, 1.0) => Some(Finding::Same(*y)),
            ("*", [x, y]) if is(*y, -1.0) => operator("neg", &[*x]),
            ("*", [x, y]) if is(*x, -1.0) => operator("neg", &[*y]),
            ("/", [x, y]) if is(*y, 1.0) => Some(Finding::Same(*x)),
            ("+" | "-", [x, y]) if is(*y, 0.0) => Some(Finding::Same(*x)),
            ("+", [x, y]) if is(*x, 0.0) => Some(Finding::Same(*y)),
            ("-", [x, y]) if is(*x, 0.0) => operator("neg", &[*y]),
            ("+", [x, y]) => match (negated(*x), negated(*y)) {
                (_, Some(y)) => operator("-", &[*x, y]),
                (Some(x), None) => operator("-", &[*y, x]),
                (None, None) => None,
            },
            ("-", [x, y]) => operator("+", &[*x, negated(*y)?]),
            (_, [x]) => match (self.fact(*x).float, negated(*x)) {
                (Some(x), _) => Some(Finding::Op(Op::Float(-x))),
                (None, Some(y)) => Some(Finding::Same(y)),
                (None, None) => None,
            },
            (_, _) => None,
        }
    }

    /// A result that is the same in all arms, and was there before.
    fn agreed(&mut self, branch: &Branch, before: u32) {
        let ends: Vec<_> = branch.arms.iter().filter(|arm| !arm.diverges).collect();
        for (k, result) in branch.results.iter().enumerate() {
            let Some(first) = ends.first().map(|arm| arm.yields[k]) else { continue };
            let is_plain = self.f[*result].class == crate::ir::Class::Plain;
            if is_plain && self.fact(first).event <= before && ends.iter().all(|arm| arm.yields[k] == first) {
                self.facts[result.0 as usize].same = first;
            }
        }
    }
}

/// Variables of a loop that no iteration changes: their start, and what they are called inside and behind.
fn unchanged(stmt: &Stmt) -> Vec<(Value, Value, Value)> {
    let Stmt::Loop(l) = stmt else { return Vec::new() };
    let Loop { carried, body, .. } = &**l;
    let ends = carried.iter().zip(&body.yields);
    ends.filter(|(c, next)| c.param == **next).map(|(c, _)| (c.init, c.param, c.result)).collect()
}

#[cfg(test)]
mod tests;
