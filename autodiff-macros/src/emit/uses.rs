//! Where and how often each value is used.

use super::opaque::has_room;
use crate::ir::visit::{Role, by_ref};
use crate::ir::{Alloc, Block, Function, Op, Stmt, Value};

/// How the last use found of a value looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Site {
    /// An operand.
    Operand,
    /// What a variable starts with, or what a block yields: the value goes on under another name.
    Handover,
    /// Only a name can stand there.
    Name,
}

/// All that is known about the uses of one value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Use {
    pub(super) count: u32,
    pub(super) site: Site,
    /// The block that the use is in.
    pub(super) block: BlockId,
    /// The block that the definition is in.
    pub(super) home: BlockId,
    /// An accumulator is changed after its declaration.
    pub(super) changed: bool,
}

/// Identity of a block: its address, the function being frozen during emission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) struct BlockId(usize);

impl BlockId {
    pub(super) fn of(block: &Block) -> BlockId {
        BlockId(std::ptr::from_ref(block) as usize)
    }
}

/// Counts the uses of all values of a function.
pub(super) fn count(f: &Function) -> Vec<Use> {
    let none = Use { count: 0, site: Site::Operand, block: BlockId::default(), home: BlockId::default(), changed: false };
    let mut pass = Pass { f, uses: vec![none; f.values.len()] };
    pass.block(&f.body);
    let body = BlockId::of(&f.body);
    for v in f.result.leaves().into_iter().chain(f.result_dots.iter().flat_map(crate::ir::Tree::leaves)) {
        pass.used(v, Site::Handover, body);
    }
    pass.uses
}

struct Pass<'a> {
    f: &'a Function,
    uses: Vec<Use>,
}

impl Pass<'_> {
    fn used(&mut self, v: Value, site: Site, block: BlockId) {
        let u = &mut self.uses[v.0 as usize];
        u.count += 1;
        u.site = site;
        u.block = block;
    }

    fn block(&mut self, block: &Block) {
        let here = BlockId::of(block);
        for stmt in &block.stmts {
            by_ref::uses(stmt, &mut |role, v| {
                if !role.is_ignored(&self.f[*v]) {
                    self.used(*v, site(stmt, role, *v), here);
                }
            });
            if let Some(acc) = stmt.assigned() {
                self.uses[acc.0 as usize].changed = true;
            }
            for scope in by_ref::scopes(stmt) {
                for v in scope.uses {
                    self.used(*v, Site::Name, BlockId::default());
                }
                for block in scope.blocks {
                    self.block(block);
                }
            }
            by_ref::defs(stmt, &mut |v| self.uses[v.0 as usize].home = here);
        }
        for v in &block.yields {
            self.used(*v, Site::Handover, here);
        }
    }
}

/// A statement and all those nested in it.
pub(super) fn walk(stmt: &Stmt, f: &mut dyn FnMut(&Stmt)) {
    f(stmt);
    for block in by_ref::scopes(stmt).into_iter().flat_map(|scope| scope.blocks) {
        block.stmts.iter().for_each(|stmt| walk(stmt, f));
    }
}

/// How often a statement uses a value, nested statements left out, but not what nested blocks yield.
pub(super) fn of(f: &Function, stmt: &Stmt, value: Value) -> u32 {
    let mut count = 0;
    by_ref::uses(stmt, &mut |role, v| count += u32::from(*v == value && !role.is_ignored(&f[*v])));
    for scope in by_ref::scopes(stmt) {
        count += scope.uses.iter().filter(|v| ***v == value).count() as u32;
        let yields = scope.blocks.iter().flat_map(|block| &block.yields);
        count += yields.filter(|v| **v == value).count() as u32;
    }
    count
}

fn site(stmt: &Stmt, role: Role, v: Value) -> Site {
    match role {
        Role::Name | Role::Slot => Site::Name,
        Role::Opaque => match stmt {
            Stmt::Let { op: Op::Opaque(o) | Op::Alloc(Alloc::Opaque(o)), .. } | Stmt::Observe(o) if has_room(o, v) => {
                Site::Operand
            }
            _ => Site::Name,
        },
        Role::Value => match stmt {
            Stmt::Loop(l) if l.carried.iter().any(|c| c.init == v) => Site::Handover,
            Stmt::Declare { .. } | Stmt::Set { .. } => Site::Handover,
            _ => Site::Operand,
        },
    }
}
