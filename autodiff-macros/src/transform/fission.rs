//! Loops of the reverse sweep whose iterations may run in any order: upwards, apart, and in lanes.
//!
//! A reverse loop that only adds to shadows gives the same sums in any order (up to rounding). As it comes out of the adjoint
//! transform it cannot be vectorised: it adds to several places, which may be one another's in the next iteration, and to a local in
//! strict order. So
//!
//! * it runs upwards ([`commute`]);
//! * `let c = a_bar[i].take(); …; a_bar[i].add(c)` reads instead ([`in_place`]);
//! * it becomes one loop for each place that it adds to, each with its share of the work ("loop fission": Allen and Kennedy,
//!   Optimizing Compilers for Modern Architectures, section 5.7), and one in eight lanes for each sum;
//! * what it adds to `a_bar[i - 1]`, `a_bar[i]` and `a_bar[i + 1]` is gathered into one addition for each element ([`gather`]).
//!
//! What an iteration recorded is read by its number instead of from the last one backwards ([`replay`]).

mod affine;
mod body;
mod commute;
mod gather;
mod in_place;
mod replay;
#[cfg(test)]
mod tests;

use crate::analyze::memory::ClassId;
use crate::ir::build::fresh;
use crate::ir::visit::by_ref;
use crate::ir::{Block, Class, Function, Header, Kind, Loop, Op, Place, Stmt, Value, ValueData};
use affine::Forms;
use body::{Body, Part, Sink};
use std::collections::BTreeMap;

/// Rearranges the loops of a pullback. `classes` tells which shadows may share memory.
pub fn fission(f: &mut Function, classes: &BTreeMap<Value, ClassId>) {
    let mut pass = Fission { values: &mut f.values, classes, forms: Forms::default() };
    pass.block(&mut f.body, false);
}

struct Fission<'a> {
    values: &'a mut Vec<ValueData>,
    classes: &'a BTreeMap<Value, ClassId>,
    /// What is known of integers.
    forms: Forms,
}

/// The range of a loop that is taken apart.
#[derive(Clone, Copy, Debug)]
struct Range {
    index: Value,
    lo: Value,
    hi: Value,
}

impl Fission<'_> {
    /// `reverse`: inside of the pullback.
    fn block(&mut self, block: &mut Block, reverse: bool) {
        let stmts = std::mem::take(&mut block.stmts);
        for mut stmt in stmts {
            if let Stmt::Let { value, op } = &stmt {
                self.forms.learn(*value, op);
            }
            match &mut stmt {
                Stmt::Closure(closure) => self.block(&mut closure.body, true),
                Stmt::Branch(branch) => branch.arms.iter_mut().for_each(|arm| self.block(arm, reverse)),
                Stmt::Loop(l) => {
                    self.block(&mut l.body, reverse);
                    if reverse {
                        self.upwards(l);
                        if let Some(stmts) = self.apart(l) {
                            block.stmts.extend(stmts);
                            continue;
                        }
                    }
                }
                _ => {}
            }
            block.stmts.push(stmt);
        }
        if reverse {
            in_place::read_what_is_put_back(&self.forms, self.classes, &mut block.stmts);
        }
    }

    /// The loop runs upwards if its order does not matter.
    fn upwards(&self, l: &mut Loop) {
        let inside = defined_in(&l.body.stmts);
        if let Header::Range { index, rev: rev @ true, .. } = &mut l.header
            && commute::commutes(&self.forms, self.classes, &l.body.stmts, &inside, *index)
        {
            *rev = false;
        }
    }

    /// The loop in parts, if that is worth while.
    fn apart(&mut self, l: &Loop) -> Option<Vec<Stmt>> {
        let Header::Range { index, lo, hi, inclusive: false, step: None, rev } = l.header else { return None };
        let range = Range { index, lo, hi };
        let body = Body::of(l, self.values)?;
        let inside = defined_in(&l.body.stmts);
        if self.short(range) || !self.counts_elements(&l.body.stmts, index) {
            return None;
        }
        if rev && (body.read.is_none() || !commute::commutes(&self.forms, self.classes, &body.rest, &inside, index)) {
            return None;
        }
        let parts = self.parts(&body, range, &inside);
        let alone = parts.len() == 1 && parts.iter().all(|part| matches!(part, Part::Scatter(_)));
        if (alone && body.read.is_none()) || !body.affordable(&parts) {
            return None;
        }
        Some(self.loops(&body, &parts, range, l))
    }

    /// Few iterations, known to be few: the compiler unrolls those.
    fn short(&self, range: Range) -> bool {
        const FEW: i64 = 16;
        let (lo, hi) = (self.forms.of(range.lo), self.forms.of(range.hi));
        hi.minus(&lo).as_constant().is_some_and(|trips| trips <= FEW)
    }

    /// The index is a `usize`: it selects elements.
    fn counts_elements(&self, stmts: &[Stmt], index: Value) -> bool {
        let mut found = false;
        for stmt in stmts {
            by_ref::places(stmt, &mut |place: &Place| {
                found |= place.indices().any(|v| self.forms.of(v).coefficient(index) != 0);
            });
        }
        found
    }

    /// What is added to, by where it goes: parts that may run one after the other.
    fn parts(&self, body: &Body, range: Range, inside: &[Value]) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        let mut keys: Vec<Option<gather::Target>> = Vec::new();
        for (at, sink) in body.sinks.iter().enumerate() {
            match sink {
                Sink::Sum { acc, .. } => match parts.iter_mut().find(|p| matches!(p, Part::Sum { acc: a, .. } if a == acc)) {
                    Some(Part::Sum { sinks, .. }) => sinks.push(at),
                    Some(Part::Scatter(_) | Part::Gather { .. }) | None => {
                        parts.push(Part::Sum { acc: *acc, sinks: vec![at] });
                        keys.push(None);
                    }
                },
                Sink::Scatter { place, .. } => {
                    let target = gather::target(&self.forms, place, range.index, inside);
                    match keys.iter().position(|key| key.as_ref().is_some_and(|key| key.same(&target))) {
                        Some(k) => parts[k].join(at, target.offset, keys[k].as_ref().and_then(|key| key.offset)),
                        None => {
                            parts.push(Part::Scatter(vec![at]));
                            keys.push(Some(target));
                        }
                    }
                }
            }
        }
        parts
    }

    fn loops(&mut self, body: &Body, parts: &[Part], range: Range, l: &Loop) -> Vec<Stmt> {
        let mut out = Vec::new();
        let read = body.read.as_ref().map(|read| self.replayed(read, range, &mut out));
        let header = |index| Header::Range { index, lo: range.lo, hi: range.hi, inclusive: false, step: None, rev: false };
        // Sums first: they only read. What is taken is taken by the last loop, or cleared behind it.
        let (sums, others): (Vec<&Part>, Vec<&Part>) = parts.iter().partition(|part| matches!(part, Part::Sum { .. }));
        for (k, part) in sums.iter().chain(&others).enumerate() {
            let last = k + 1 == parts.len() && matches!(part, Part::Scatter(_));
            match part {
                Part::Sum { sinks, .. } | Part::Scatter(sinks) => {
                    let mut copy = self.copy(body, read, range);
                    let sinks: Vec<&Sink> = sinks.iter().map(|at| &body.sinks[*at]).collect();
                    copy.sinks(&sinks);
                    if last {
                        copy.takes();
                    }
                    let (index, stmts) = copy.finish(last);
                    let lanes = matches!(part, Part::Sum { .. });
                    out.push(looped(header(index), stmts, lanes, l));
                    if !last && k + 1 == parts.len() {
                        out.extend(self.clearing(body, read, range, l));
                    }
                }
                Part::Gather { sinks } => {
                    self.gathered(body, sinks, read, range, l, &mut out);
                    if k + 1 == parts.len() {
                        out.extend(self.clearing(body, read, range, l));
                    }
                }
            }
        }
        out
    }

    /// What the iterations take, cleared in a loop of its own.
    fn clearing(&mut self, body: &Body, read: Option<Value>, range: Range, l: &Loop) -> Option<Stmt> {
        if body.takes.is_empty() {
            return None;
        }
        let mut copy = self.copy(body, read, range);
        copy.clears();
        let (index, stmts) = copy.finish(false);
        let header = Header::Range { index, lo: range.lo, hi: range.hi, inclusive: false, step: None, rev: false };
        Some(looped(header, stmts, false, l))
    }

    fn fresh(&mut self, name: &str, class: Class, kind: Kind) -> Value {
        fresh(self.values, name, class, kind, proc_macro2::Span::mixed_site())
    }
}

/// A loop over `stmts`.
fn looped(header: Header, stmts: Vec<Stmt>, lanes: bool, like: &Loop) -> Stmt {
    let body = Block { stmts, ..Block::default() };
    Stmt::Loop(Box::new(Loop { header, carried: Vec::new(), body, can_stop: false, trips: None, lanes, span: like.span }))
}

/// Everything that statements define, nested ones included.
fn defined_in(stmts: &[Stmt]) -> Vec<Value> {
    let mut all = Vec::new();
    for stmt in stmts {
        by_ref::defs(stmt, &mut |v| all.push(*v));
        for scope in by_ref::scopes(stmt) {
            all.extend(scope.defs.into_iter().copied());
            scope.blocks.into_iter().for_each(|block| all.extend(defined_in(&block.stmts)));
        }
    }
    all
}
