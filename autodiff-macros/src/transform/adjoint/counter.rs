//! Integers that a loop counts up or down.
//!
//! A counter is not recorded for each iteration. In a loop over a range it follows from the index: after `p += 1` in each iteration
//! so far, `p` is its first value and `i - lo`. In other loops `p += 1` is undone by `p -= 1`, from its value after the loop. What an inner
//! loop over a range counts on is counted back by as much as that range is long.

use super::Sweep;
use crate::analyze::layout::{BlockId, StmtId};
use crate::analyze::memory::is_memory;
use crate::ir::{Carried, Class, Header, Kind, Loop, Op, Opaque, Stmt, Value};
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

    /// In a loop over a range: the first value, and how the index counts on from there.
    pub(super) fn closed_form(&self, value: Value, l: &'a Loop) -> Option<Opaque> {
        let Header::Range { index, lo, step: None, rev: false, .. } = l.header else { return None };
        let (carried, next) = l.carried.iter().zip(&l.body.yields).find(|(c, _)| c.param == value)?;
        let (back, uses) = self.step_back(carried, *next)?;
        let Expr::Binary(syn::ExprBinary { op, right: step, .. }) = back else { return None };
        if !self.facts.sizes.is_size(value) || !self.facts.sizes.is_size(index) {
            return None;
        }
        let mut uses: Vec<_> = uses.into_iter().skip(1).collect();
        let mut count: Expr = syn::parse_quote!(index);
        uses.push((syn::parse_quote!(index), index));
        if !self.is_zero(lo) {
            count = syn::parse_quote!((index - lo));
            uses.push((syn::parse_quote!(lo), lo));
        }
        if !is_one(&step) {
            count = syn::parse_quote!(#count * #step);
        }
        uses.push((syn::parse_quote!(first), carried.init));
        let expr = match op {
            BinOp::Add(_) => syn::parse_quote!(first - #count),
            _ => syn::parse_quote!(first + #count),
        };
        Some(Opaque { expr, uses, pure_: true, writes: false })
    }

    fn is_zero(&self, value: Value) -> bool {
        matches!(self.layout.op_of(value), Some(Op::Opaque(Opaque { expr, .. })) if literal(expr) == Some(0))
    }

    /// How to compute a counter at the start of an iteration, with all that this takes.
    pub(super) fn counted(&mut self, value: Value, def: StmtId, at: StmtId) -> Option<Op> {
        let Stmt::Loop(l) = self.layout.stmts[def as usize] else { return None };
        if self.layout.home[value.0 as usize] == self.layout.block[def as usize] {
            return None;
        }
        let opaque = self.closed_form(value, l).or_else(|| {
            let (carried, next) = l.carried.iter().zip(&l.body.yields).find(|(c, _)| c.param == value)?;
            self.counted_by_loop(carried, *next)
        })?;
        for (_, v) in &opaque.uses {
            self.need(*v, at);
        }
        Some(Op::Opaque(opaque))
    }

    /// `next - (hi - lo)`, if `next` is what an inner loop over `lo..hi` has made of the counter.
    fn counted_by_loop(&self, carried: &Carried, next: Value) -> Option<Opaque> {
        let def = self.layout.def[next.0 as usize]?;
        let Stmt::Loop(inner) = self.layout.stmts[def as usize] else { return None };
        let Header::Range { lo, hi, inclusive: false, step: None, .. } = inner.header else { return None };
        let (c, after) = inner.carried.iter().zip(&inner.body.yields).find(|(c, _)| c.result == next)?;
        let (back, _) = self.step_back(c, *after)?;
        let Expr::Binary(syn::ExprBinary { op, right: step, .. }) = back else { return None };
        let fits = c.init == carried.param && !inner.can_stop && matches!(*step, Expr::Lit(_));
        if !fits || !self.facts.sizes.is_size(next) || !self.facts.sizes.is_size(lo) {
            return None;
        }
        let mut count: Expr = syn::parse_quote!(::core::primitive::usize::saturating_sub(hi, lo));
        if !is_one(&step) {
            count = syn::parse_quote!(#count * #step);
        }
        let uses = vec![(syn::parse_quote!(next), next), (syn::parse_quote!(lo), lo), (syn::parse_quote!(hi), hi)];
        Some(Opaque { expr: syn::parse_quote!(next #op #count), uses, pure_: true, writes: false })
    }

    /// Whether a value is what an inner loop has made of a counter of the loop around: then it is what the iteration ends with, and
    /// comes from the iteration that was reversed before.
    pub(super) fn count_continues(&mut self, value: Value, home: BlockId) -> bool {
        let owner = self.layout.blocks[home as usize].owner.map(|at| self.layout.stmts[at as usize]);
        let Some(Stmt::Loop(l)) = owner else { return false };
        let mut pairs = l.carried.iter().zip(&l.body.yields);
        let continues = pairs.any(|(c, next)| *next == value && self.counted_by_loop(c, *next).is_some());
        if continues {
            let level = self.level_of(home);
            self.levels[level].counted.insert(value);
        }
        continues
    }

    /// The counters of [`Sweep::count_continues`] that the reverse of an iteration has asked for; what the iteration started with is made
    /// available for the one before.
    pub(super) fn continued_counts(&mut self, l: &'a Loop, at: StmtId) -> Vec<Carried> {
        let asked = self.levels.last().map(|level| level.counted.clone()).unwrap_or_default();
        let pairs = l.carried.iter().zip(&l.body.yields).filter(|(_, next)| asked.contains(next));
        let continued: Vec<Carried> = pairs.map(|(c, _)| *c).collect();
        for carried in &continued {
            self.need(carried.param, at);
        }
        continued
    }

    /// A local that holds such a counter from one iteration of the reverse loop to the next.
    pub(super) fn continue_count(&mut self, l: &'a Loop, carried: &Carried, stmts: &mut Vec<Stmt>, at: StmtId) {
        self.need(carried.result, at);
        let name = self.name(carried.param);
        let acc = self.fresh(&name, Class::Accumulator, Kind::Integer);
        self.emit(Stmt::Declare { acc, init: carried.result });
        let pair = l.carried.iter().zip(&l.body.yields).find(|(c, _)| c.param == carried.param);
        let (_, next) = pair.expect("the counter is carried by this loop");
        stmts.insert(0, Stmt::Let { value: *next, op: Op::Read(acc) });
        stmts.push(Stmt::Set { acc, value: carried.param });
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

fn literal(e: &Expr) -> Option<u64> {
    match strip(e) {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(lit), .. }) => lit.base10_parse().ok(),
        _ => None,
    }
}

fn is_one(step: &Expr) -> bool {
    literal(step) == Some(1)
}

fn strip(mut e: &Expr) -> &Expr {
    while let Expr::Paren(syn::ExprParen { expr, .. }) | Expr::Group(syn::ExprGroup { expr, .. }) = e {
        e = expr;
    }
    e
}
