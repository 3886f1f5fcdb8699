//! What a partial derivative is made of, with what the forward sweep has computed already: the slope of a sine is a cosine, and
//! whoever rotates something has it beside the sine.

use super::Sweep;
use crate::analyze::Layout;
use crate::analyze::layout::{BlockId, StmtId};
use crate::ir::visit::{by_mut, by_ref};
use crate::ir::{Class, Function, Op, Stmt, Value};
use crate::rules::Prim;
use std::collections::HashMap;

/// By primitive, operands and block the value that the block computes so, where computing it again would cost more than keeping it.
pub(super) type Twins = HashMap<(Prim, Vec<Value>, BlockId), Value>;

/// All of a function's.
pub(super) fn twins(f: &Function, layout: &Layout<'_>) -> Twins {
    let mut twins = Twins::new();
    for (stmt, block) in layout.stmts.iter().zip(&layout.block) {
        if let Stmt::Let { value, op: Op::Prim { prim, args } } = stmt
            && !prim.cheap()
            && [value].into_iter().chain(args).all(|v| f[*v].class == Class::Plain)
        {
            twins.entry((*prim, args.clone(), *block)).or_insert(*value);
        }
    }
    twins
}

impl Sweep<'_> {
    /// Appends statements that compute a contribution of statement `at`, behind what they need of the forward sweep. What has a twin
    /// there is not computed again; the contribution is no such thing, being a product with an adjoint.
    pub(super) fn contributed(&mut self, mut stmts: Vec<Stmt>, at: StmtId) {
        let block = self.layout.block[at as usize];
        let mut twins: HashMap<Value, Value> = HashMap::new();
        stmts.retain_mut(|stmt| {
            by_mut::uses(stmt, &mut |_, v| *v = *twins.get(v).unwrap_or(v));
            let Stmt::Let { value, op: Op::Prim { prim, args } } = stmt else { return true };
            match self.facts.twins.get(&(*prim, args.clone(), block)) {
                Some(twin) => {
                    twins.insert(*value, *twin);
                    false
                }
                None => true,
            }
        });
        for stmt in &stmts {
            by_ref::uses(stmt, &mut |_, v| self.need(*v, at));
        }
        stmts.into_iter().for_each(|stmt| self.emit(stmt));
    }
}
