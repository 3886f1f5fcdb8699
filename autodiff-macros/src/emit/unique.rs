//! One definition for each value.
//!
//! A pullback defines again what it recomputes or reads from a record. Here such definitions become values of their own,
//! so that everything behind can be tabulated by value; they keep the name of their [`Unique::origin`].

use crate::ir::visit::by_mut;
use crate::ir::{Block, Cotangents, Function, Value};

/// See the module docs.
#[derive(Debug)]
pub(super) struct Unique {
    pub(super) f: Function,
    /// For each value the one that it was in the function given.
    pub(super) origin: Vec<Value>,
}

impl Unique {
    pub(super) fn of(mut f: Function) -> Unique {
        let mut body = std::mem::take(&mut f.body);
        let count = f.values.len();
        let mut pass = Pass {
            now: (0..count as u32).map(Value).collect(),
            defined: vec![false; count],
            origin: Vec::new(),
            undo: Vec::new(),
            f,
        };
        pass.origin = pass.now.clone();
        let cotangents = pass.f.cotangents.iter().flat_map(Cotangents::values);
        for v in pass.f.params.iter().map(|param| param.value).chain(cotangents) {
            pass.defined[v.0 as usize] = true;
        }
        pass.block(&mut body);
        Unique { f: Function { body, ..pass.f }, origin: pass.origin }
    }
}

struct Pass {
    f: Function,
    /// What each value of the function given is called at this point.
    now: Vec<Value>,
    defined: Vec<bool>,
    origin: Vec<Value>,
    undo: Vec<(Value, Value)>,
}

impl Pass {
    fn used(&self, v: &mut Value) {
        *v = self.now[v.0 as usize];
    }

    fn define(&mut self, v: &mut Value) {
        let at = v.0 as usize;
        if !std::mem::replace(&mut self.defined[at], true) {
            return;
        }
        let fresh = Value(self.f.values.len() as u32);
        let data = self.f.values[at].clone();
        self.f.values.push(data);
        self.origin.push(*v);
        self.undo.push((*v, self.now[at]));
        self.now[at] = fresh;
        *v = fresh;
    }

    /// Forgets the definitions of a scope that ends.
    fn leave(&mut self, mark: usize) {
        for (v, before) in self.undo.drain(mark..).rev() {
            self.now[v.0 as usize] = before;
        }
    }

    fn block(&mut self, block: &mut Block) {
        let mark = self.undo.len();
        for stmt in &mut block.stmts {
            by_mut::uses(stmt, &mut |_, v| self.used(v));
            for scope in by_mut::scopes(stmt) {
                let mark = self.undo.len();
                for v in scope.defs {
                    self.define(v);
                }
                for v in scope.uses {
                    self.used(v);
                }
                for block in scope.blocks {
                    self.block(block);
                }
                self.leave(mark);
            }
            by_mut::defs(stmt, &mut |v| self.define(v));
        }
        for v in &mut block.yields {
            self.used(v);
        }
        self.leave(mark);
    }
}
