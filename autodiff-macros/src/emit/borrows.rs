//! What is kept back may look through a view. It is printed before the memory behind that view is used in a way that ends the borrow: what
//! reads `*m` after `m = &mut h.w` comes before what reads `h.b`. And what reads `h.b` comes before `m` where that is live when it is printed.

use super::Emitter;
use crate::ir::visit::by_ref;
use crate::ir::{Block, Class, Function, Op, Stmt, Value};
use crate::transform::late::{sources, writes};
use std::collections::HashMap;

/// What the views of a function are derived from, directly, and whether mutably.
#[derive(Debug, Default)]
pub(super) struct Borrows {
    parents: HashMap<Value, Vec<(Value, bool)>>,
}

impl Borrows {
    pub(super) fn of(f: &Function) -> Borrows {
        let mut borrows = Borrows::default();
        borrows.block(f, &f.body);
        borrows
    }

    fn block(&mut self, f: &Function, block: &Block) {
        for stmt in &block.stmts {
            let views: &[Value] = match stmt {
                Stmt::Let { value, op: Op::Borrow { .. } } => std::slice::from_ref(value),
                Stmt::Split { results, .. } => results,
                Stmt::Branch(branch) => &branch.results,
                _ => &[],
            };
            for view in views {
                if let Class::View { mutable } = f[*view].class {
                    self.parents.insert(*view, sources(stmt, *view).into_iter().map(|from| (from, mutable)).collect());
                }
            }
            by_ref::scopes(stmt).into_iter().flat_map(|scope| scope.blocks).for_each(|block| self.block(f, block));
        }
    }

    /// A view that the function derives itself.
    pub(super) fn is_derived(&self, v: Value) -> bool {
        self.parents.contains_key(&v)
    }

    /// Whether the use of one of `used` by a statement ends the borrow that is `view`, or keeps others from looking at the memory `view`.
    fn ends(&self, view: Value, stmt: &Stmt, used: &[Value]) -> bool {
        let borrows = matches!(stmt, Stmt::Let { .. } | Stmt::Split { .. }) && used.contains(&view) && writes(stmt, view);
        borrows || self.ends_derived(view, stmt, used)
    }

    fn ends_derived(&self, view: Value, stmt: &Stmt, used: &[Value]) -> bool {
        self.parents.get(&view).into_iter().flatten().any(|(from, mutable)| {
            used.contains(from) && (*mutable || writes(stmt, *from)) || self.ends_derived(*from, stmt, used)
        })
    }
}

impl<'a> Emitter<'a> {
    /// Gives names to expressions kept back whose views end at a statement.
    pub(super) fn end_borrows(&mut self, stmt: &Stmt) {
        let views =
            |v: Value, looks: &[Value]| looks.iter().copied().chain(self.borrows.is_derived(v).then_some(v)).collect::<Vec<_>>();
        if self.pending.iter().all(|(v, frag)| frag.effects.views.is_empty() && !self.borrows.is_derived(*v)) {
            return;
        }
        let mut used = Vec::new();
        by_ref::uses(stmt, &mut |_, v| used.push(*v));
        let ended = self
            .pending
            .iter()
            .map(|(v, frag)| views(*v, &frag.effects.views).into_iter().any(|view| self.borrows.ends(view, stmt, &used)))
            .collect::<Vec<_>>();
        let mut ended = ended.into_iter();
        let (ended, kept) = std::mem::take(&mut self.pending).into_iter().partition(|_| ended.next() == Some(true));
        self.pending = kept;
        self.name_all(ended);
    }
}
