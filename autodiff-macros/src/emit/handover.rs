//! Temporaries of which the pullback needs the shape only.
//!
//! In `(x * w + b).tanh()` the pullback looks at none of the elements of `x * w`: the adjoint of a sum needs no operand. Kept as it is, that
//! tensor would lie in memory until the pullback has run, and `+` could not reuse it. So the forward sweep hands it over, by
//! `rt::hand_over(&mut t) + b`, and keeps what that leaves behind: of a tensor its shape, of anything else a copy, as before.

use super::uses::{self, Use};
use crate::ir::visit::by_ref;
use crate::ir::{Block, Class, Function, Kind, Op, Shape, Stmt, Value};
use crate::rules::{self, Form, Name};
use std::collections::{HashMap, HashSet};

/// The values that are handed over at their one use in the forward sweep. `origin` is that of [`Unique`](super::unique::Unique).
pub(super) fn handed(f: &Function, origin: &[Value], uses: &[Use]) -> HashSet<Value> {
    let Some((Stmt::Closure(closure), forward)) = f.body.stmts.split_last() else { return HashSet::new() };
    let looked_at = looked_at(&closure.body, origin);
    let mut sweep = Forward { uses: HashMap::new(), given: Vec::new() };
    forward.iter().for_each(|stmt| uses::walk(stmt, &mut |stmt| sweep.stmt(stmt)));
    sweep.yields(&f.body);
    f.result.leaves().into_iter().for_each(|v| sweep.used(v));
    let is_handed = |v: &Value| {
        let (data, count) = (&f[*v], sweep.uses.get(v).copied().unwrap_or(0));
        let is_temporary = data.class == Class::Owner && data.kind == Kind::Unknown && !data.mutable;
        is_temporary && count == 1 && uses[v.0 as usize].count > 1 && !looked_at.contains(v)
    };
    let handed: HashSet<Value> = sweep.given.iter().copied().filter(is_handed).collect();
    let mut here = HashSet::new();
    defined_beside(&f.body, &handed, &mut here);
    here
}

/// What the pullback looks at beyond the shape.
fn looked_at(body: &Block, origin: &[Value]) -> HashSet<Value> {
    let mut looked_at = HashSet::new();
    let mut note = |v: Value| {
        looked_at.insert(origin[v.0 as usize]);
    };
    body.stmts.iter().for_each(|stmt| {
        uses::walk(stmt, &mut |stmt| {
            match stmt {
                Stmt::Let { op: Op::Zeros(Shape::Like(place)), .. } if place.proj.is_empty() => {}
                Stmt::Let { op: Op::Pullback { prim, args, out, out_bar, operand, tangents }, .. } if tangents.is_empty() => {
                    let reads = |name| rules::reads(*prim, *operand, name);
                    args.iter().enumerate().filter(|(i, _)| reads(Name::Operand(*i))).for_each(|(_, v)| note(*v));
                    [*out].into_iter().filter(|_| reads(Name::Out)).chain([*out_bar]).for_each(&mut note);
                }
                other => by_ref::uses(other, &mut |_, v| note(*v)),
            }
            for scope in by_ref::scopes(stmt) {
                scope.uses.into_iter().for_each(|v| note(*v));
                scope.blocks.into_iter().flat_map(|block| &block.yields).for_each(|v| note(*v));
            }
        });
    });
    looked_at
}

/// How the forward sweep uses values, but for recording them.
struct Forward {
    uses: HashMap<Value, u32>,
    /// Operands of primitives.
    given: Vec<Value>,
}

impl Forward {
    fn used(&mut self, v: Value) {
        *self.uses.entry(v).or_insert(0) += 1;
    }

    fn yields(&mut self, block: &Block) {
        block.yields.iter().for_each(|v| self.used(*v));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::RecordPush { .. } | Stmt::Let { op: Op::Arm { .. }, .. } => {}
            other => by_ref::uses(other, &mut |_, v| self.used(*v)),
        }
        if let Stmt::Let { op: Op::Prim { prim, args }, .. } = stmt
            && !matches!(prim.rule().form, Form::Assign(_))
        {
            self.given.extend(args);
        }
        for scope in by_ref::scopes(stmt) {
            scope.uses.into_iter().for_each(|v| self.used(*v));
            scope.blocks.into_iter().for_each(|block| self.yields(block));
        }
    }
}

/// Those of the values that are defined in the block where they are handed over, and once.
fn defined_beside(block: &Block, handed: &HashSet<Value>, found: &mut HashSet<Value>) {
    let mut defined = HashSet::new();
    for stmt in &block.stmts {
        if let Stmt::Let { op: Op::Prim { args, .. }, .. } = stmt {
            found.extend(args.iter().filter(|v| handed.contains(v) && defined.contains(*v)));
        }
        if matches!(stmt, Stmt::Closure(_)) {
            return;
        }
        let makes = matches!(stmt, Stmt::Let { op: Op::Prim { .. }, .. } | Stmt::Call(_));
        by_ref::defs(stmt, &mut |v| {
            defined.extend(makes.then_some(*v));
        });
        for scope in by_ref::scopes(stmt) {
            scope.blocks.into_iter().for_each(|block| defined_beside(block, handed, found));
        }
    }
}
