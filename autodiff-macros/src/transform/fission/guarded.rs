//! Loops that run under a condition.

use super::body::{Body, Sink};
use super::{Fission, Range, opaque};
use crate::ir::{Block, Branch, Class, Kind, Loop, On, Stmt};

impl Fission<'_> {
    /// All the work in one loop, through slices. These may only be taken if the loop runs at all.
    pub(super) fn together(&mut self, body: &Body, range: Range, l: &Loop) -> Vec<Stmt> {
        let mut out = Vec::new();
        let record = body.read.as_ref().map(|read| self.replayed(read, range, &mut out));
        let all: Vec<usize> = (0..body.sinks.len()).collect();
        out.extend(self.one(body, record, range, l, false, |copy| {
            copy.taking = true;
            copy.do_all(&all);
            copy.clear();
        }));
        let test = self.fresh("runs", Class::Plain, Kind::Bool);
        let uses = vec![(syn::parse_quote!(lo), range.lo), (syn::parse_quote!(hi), range.hi)];
        let arms = vec![Block { stmts: out, ..Block::default() }, Block::default()];
        let branch = Stmt::Branch(Branch { on: On::If(test), arms, results: Vec::new() });
        vec![opaque(test, syn::parse_quote!(lo < hi), uses), branch]
    }

    /// A loop that adds up what the caller may decline.
    pub(super) fn if_wanted(&mut self, body: &Body, sinks: &[usize], stmts: Vec<Stmt>) -> Vec<Stmt> {
        let acc = sinks.first().and_then(|at| match &body.sinks[*at] {
            Sink::Sum { acc, .. } => Some(*acc),
            Sink::Scatter { .. } => None,
        });
        let Some(slot) = acc.and_then(|acc| self.declined.get(&acc)).copied() else { return stmts };
        let test = self.fresh("wanted", Class::Plain, Kind::Bool);
        let arms = vec![Block { stmts, ..Block::default() }, Block::default()];
        let branch = Stmt::Branch(Branch { on: On::If(test), arms, results: Vec::new() });
        vec![opaque(test, syn::parse_quote!(slot.is_some()), vec![(syn::parse_quote!(slot), slot)]), branch]
    }
}
