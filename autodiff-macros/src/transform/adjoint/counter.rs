//! Integers that a loop counts up or down.
//!
//! `p += 1` in a loop body is undone by `p -= 1`: what an iteration started with follows from what it ended with, so that a counter
//! is not recorded for each iteration; only its value after the loop is needed.

use super::Sweep;
use crate::analyze::layout::StmtId;
use crate::analyze::memory::is_memory;
use crate::ir::{Carried, Class, Kind, Loop, Op, Opaque, Stmt, Value};
use syn::{BinOp, Expr};

impl<'a> Sweep<'a> {
    /// Whether a value is what an iteration of loop `l` starts with, and can be counted back.
    pub(super) fn is_counter(&self, value: Value, l: &'a Loop) -> bool {
        let pair = l.carried.iter().zip(&l.body.yields).find(|(c, _)| c.param == value);
        pair.is_some_and(|(c, next)| self.step_back(c, *next).is_some())
    }

    /// `next - step` for `next = param + step` with a step that does not change in the loop; the other way round for `-`.
    fn step_back(&self, carried: &Carried, next: Value) -> Option<(Expr, Vec<(syn::Ident, Value)>)> {
        let Some(Op::Opaque(Opaque { expr: Expr::Binary(sum), uses, pure_: true, .. })) = self.layout.op_of(next) else {
            return None;
        };
        let value_of = |e: &Expr| {
            let Expr::Path(path) = strip(e) else { return None };
            let ident = path.path.get_ident()?;
            uses.iter().find(|(name, _)| name == ident).map(|(_, v)| *v)
        };
        let back: BinOp = match sum.op {
            BinOp::Add(_) => syn::parse_quote!(-),
            BinOp::Sub(_) => syn::parse_quote!(+),
            _ => return None,
        };
        let step = &sum.right;
        let body = self.layout.home[carried.param.0 as usize];
        let outside = |v: Value| !is_memory(self.f, v) && !self.layout.within(self.layout.home[v.0 as usize], body);
        let step_uses: Vec<_> = uses.iter().filter(|(_, v)| *v != carried.param).cloned().collect();
        let fixed = matches!(strip(step), Expr::Lit(_)) || value_of(step).is_some_and(outside);
        if self.f[carried.param].kind != Kind::Integer || value_of(&sum.left) != Some(carried.param) || !fixed {
            return None;
        }
        let name: syn::Ident = syn::parse_quote!(after);
        let mut all = vec![(name.clone(), next)];
        all.extend(step_uses);
        Some((syn::parse_quote!(#name #back #step), all))
    }

    /// For the counters that the reverse of a loop has asked for: what declares them before the loop is emitted, what counts them back
    /// is returned, for the beginning of the body.
    pub(super) fn count_back(&mut self, l: &'a Loop, asked: &[Value], at: StmtId) -> Vec<Stmt> {
        let mut prelude = Vec::new();
        for (carried, next) in l.carried.iter().zip(&l.body.yields).filter(|(c, _)| asked.contains(&c.param)) {
            let Some((expr, mut uses)) = self.step_back(carried, *next) else { continue };
            self.need(carried.result, at);
            for (_, v) in &uses[1..] {
                self.need(*v, at);
            }
            let name = self.name(carried.param);
            let acc = self.fresh(&name, Class::Accumulator, Kind::Integer);
            self.emit(Stmt::Declare { acc, init: carried.result });
            let after = self.fresh(&name, Class::Plain, Kind::Integer);
            uses[0].1 = after;
            prelude.push(Stmt::Let { value: after, op: Op::Read(acc) });
            let op = Op::Opaque(Opaque { expr, uses, pure_: true, writes: false });
            prelude.push(Stmt::Let { value: carried.param, op });
            prelude.push(Stmt::Set { acc, value: carried.param });
        }
        prelude
    }
}

fn strip(mut e: &Expr) -> &Expr {
    while let Expr::Paren(syn::ExprParen { expr, .. }) | Expr::Group(syn::ExprGroup { expr, .. }) = e {
        e = expr;
    }
    e
}
