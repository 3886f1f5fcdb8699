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
//! * what it adds to `a_bar[i - 1]`, `a_bar[i]` and `a_bar[i + 1]` is gathered into one addition for each element ([`gather`]);
//! * what it goes through element by element is taken as slices as long as the loop ([`window`]).
//!
//! All that pays for many iterations; for few, one loop does all the work beside ([`outside`]: or beside a whole nest of loops). A sum for an adjoint that the caller has declined
//! ([`declined`]) is left out.
//!
//! What an iteration recorded is read by its number instead of from the last one backwards ([`replay`]).

mod body;
mod commute;
mod declined;
mod gather;
mod guarded;
mod in_place;
mod outside;
mod regions;
mod replay;
#[cfg(test)]
mod tests;
mod window;

use crate::analyze::affine::Forms;
use crate::analyze::memory::ClassId;
use crate::ir::build::fresh;
use crate::ir::visit::by_ref;
use crate::ir::{Block, Class, Function, Header, Kind, Loop, Op, Opaque, Proj, Stmt, Value, ValueData};
use body::{Body, Copy, Part, Sink};
use outside::Few;
use regions::Regions;
use std::collections::BTreeMap;

/// Rearranges the loops of a pullback. `classes` tells which shadows may share memory.
pub fn fission(f: &mut Function, classes: &BTreeMap<Value, ClassId>) {
    let (regions, declined) = (regions::regions(f, classes), declined::declined(f));
    let mut pass = Fission { values: &mut f.values, regions, declined, forms: Forms::default(), few: BTreeMap::new() };
    pass.block(&mut f.body, false);
}

impl<'a> Fission<'a> {
    /// For parts of the adjoint program `of`, whose new values go to `values`.
    pub fn new(of: &Function, values: &'a mut Vec<ValueData>, classes: &BTreeMap<Value, ClassId>) -> Fission<'a> {
        Fission {
            values,
            regions: regions::regions(of, classes),
            declined: declined::declined(of),
            forms: Forms::default(),
            few: BTreeMap::new(),
        }
    }

    /// Notes what integers are in the forward sweep.
    pub fn learn(&mut self, stmts: &[Stmt]) {
        for stmt in stmts {
            if let Stmt::Let { value, op } = stmt {
                self.forms.learn(*value, op);
            }
            stmt.blocks().into_iter().for_each(|block| self.learn(&block.stmts));
        }
    }

    /// Rearranges loops of the reverse sweep.
    pub fn reverse(&mut self, block: &mut Block) {
        self.block(block, true);
    }
}

/// How many iterations are few: in triangles of 20 to 64 rows one loop takes 0.8 to 0.93 of the time, in one of 128 both take the same.
const FEW: i64 = 64;
/// How many the compiler unrolls if it knows that they are no more.
const UNROLLED: i64 = 16;

/// See the module docs.
pub struct Fission<'a> {
    values: &'a mut Vec<ValueData>,
    regions: Regions,
    /// Sums that serve one shadow only, which may not be wanted.
    declined: BTreeMap<Value, Value>,
    /// What is known of integers.
    forms: Forms,
    /// Tests for few iterations.
    few: BTreeMap<Value, Few>,
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
                        let stmts = self.apart(l).unwrap_or_else(|| self.unswitched((**l).clone()));
                        block.stmts.extend(stmts);
                        continue;
                    }
                }
                _ => {}
            }
            block.stmts.push(stmt);
        }
        if reverse {
            in_place::read_what_is_put_back(&self.forms, &self.regions, &mut block.stmts);
        }
    }

    /// The loop runs upwards if its order does not matter.
    fn upwards(&self, l: &mut Loop) {
        let inside = defined_in(&l.body.stmts);
        if let Header::Range { index, rev: rev @ true, .. } = &mut l.header
            && commute::commutes(&self.forms, &self.regions, &l.body.stmts, &inside, *index)
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
        // The compiler unrolls few iterations that are known to be few.
        if self.trips(range).is_some_and(|trips| trips <= UNROLLED) || !self.counts_elements(&l.body.stmts, index) {
            return None;
        }
        // What a loop that ran downwards recorded lies there in that order.
        if !rev && body.read.is_some() {
            return None;
        }
        // The reverse of a loop that ran downwards runs upwards whether its order matters or not.
        if !commute::commutes(&self.forms, &self.regions, &body.rest, &inside, index) {
            return None;
        }
        let parts = self.parts(&body, range, &inside);
        let is_one = match &parts[..] {
            [] | [Part::Irregular(_)] => return None,
            [Part::Regular(sinks)] => sinks.len() == 1 && body.read.is_none(),
            parts => body.read.is_none() && self.vectorises(&body, parts),
        };
        if is_one {
            return Some(self.together(&body, range, l));
        }
        if !body.affordable(&parts) {
            return None;
        }
        // For few iterations one loop is faster than several, each with its preparations for many.
        let most = parts.iter().map(Part::span).fold(FEW, i64::max);
        if let Some(trips) = self.trips(range) {
            let is_few = trips <= most;
            return Some(if is_few { self.together(&body, range, l) } else { self.loops(&body, &parts, range, l) });
        }
        let (few, many) = (self.together(&body, range, l), self.loops(&body, &parts, range, l));
        let lo = (self.forms.of(lo).as_constant() != Some(0)).then_some(lo);
        Some(self.either(lo, hi, most, few, many).into())
    }

    /// Each iteration adds to one place each of two arrays: rustc tells these apart by itself.
    fn vectorises(&self, body: &Body, parts: &[Part]) -> bool {
        let region = |part: &Part| match part {
            Part::Regular(sinks) => match (&sinks[..], sinks.first().map(|(at, _)| &body.sinks[*at])) {
                ([_], Some(Sink::Scatter { place, .. })) => self.regions.get(&place.base).copied(),
                _ => None,
            },
            Part::Sum(_) | Part::Irregular(_) => None,
        };
        let regions: Vec<_> = parts.iter().map(region).collect();
        matches!(regions[..], [Some(a), Some(b)] if a != b)
    }

    /// The number of iterations, if it is known.
    fn trips(&self, range: Range) -> Option<i64> {
        self.forms.of(range.hi).minus(&self.forms.of(range.lo))?.as_constant()
    }

    /// The index is a `usize`: it selects elements.
    fn counts_elements(&self, stmts: &[Stmt], index: Value) -> bool {
        let mut found = false;
        for stmt in stmts {
            let (Stmt::Let { op: Op::Load(place) | Op::Take(place) | Op::Peek(place), .. }
            | Stmt::ShadowAdd { place, .. }
            | Stmt::ShadowClear(place)) = stmt
            else {
                continue;
            };
            let indices = place.proj.iter().filter_map(|proj| if let Proj::Index(v) = proj { Some(*v) } else { None });
            found |= indices.into_iter().any(|v| self.forms.of(v).coefficient(index) != 0);
        }
        found
    }

    /// What is added to, by where it goes: parts that may run one after the other.
    fn parts(&self, body: &Body, range: Range, inside: &[Value]) -> Vec<Part> {
        let (mut sums, mut irregular) = (Vec::<(Value, Vec<usize>)>::new(), Vec::new());
        let mut regular: Vec<(gather::Target, Vec<(usize, i64)>)> = Vec::new();
        for (at, sink) in body.sinks.iter().enumerate() {
            match sink {
                Sink::Sum { acc, .. } => match sums.iter_mut().find(|(other, _)| other == acc) {
                    Some((_, sinks)) => sinks.push(at),
                    None => sums.push((*acc, vec![at])),
                },
                Sink::Scatter { place, .. } => {
                    let target = gather::target(&self.forms, place, range.index, inside);
                    let distance = target.distance;
                    if !target.is_regular() {
                        irregular.push(at);
                    } else if let Some((_, sinks)) = regular.iter_mut().find(|(other, _)| other.near(&target)) {
                        sinks.push((at, distance));
                    } else {
                        regular.push((target, vec![(at, distance)]));
                    }
                }
            }
        }
        // Sums first: they only read. What is taken is taken by the last loop.
        let sums = sums.into_iter().map(|(_, sinks)| Part::Sum(sinks));
        let irregular = (!irregular.is_empty()).then_some(Part::Irregular(irregular));
        let regular = regular.into_iter().map(|(_, sinks)| Part::Regular(sinks));
        sums.chain(irregular).chain(regular).collect()
    }

    fn loops(&mut self, body: &Body, parts: &[Part], range: Range, l: &Loop) -> Vec<Stmt> {
        let mut out = Vec::new();
        let record = body.read.as_ref().map(|read| self.replayed(read, range, &mut out));
        for (k, part) in parts.iter().enumerate() {
            let last = k + 1 == parts.len();
            match part {
                Part::Sum(sinks) => {
                    let stmts = self.one(body, record, range, l, true, |copy| copy.do_all(sinks));
                    out.extend(self.if_wanted(body, sinks, stmts));
                }
                Part::Irregular(sinks) => out.extend(self.one(body, record, range, l, false, |copy| copy.do_all(sinks))),
                Part::Regular(sinks) if part.span() > 0 => {
                    out.extend(self.gathered(body, sinks, record, range, l));
                }
                Part::Regular(sinks) => out.extend(self.one(body, record, range, l, false, |copy| {
                    copy.taking = last;
                    copy.add_together(sinks);
                    if last {
                        copy.clear();
                    }
                })),
            }
            let cleared = matches!(part, Part::Regular(_)) && part.span() == 0;
            if last && !cleared && !body.takes.is_empty() {
                out.extend(self.one(body, record, range, l, false, |copy| copy.clear()));
            }
        }
        out
    }

    /// One of the loops.
    fn one(
        &mut self,
        body: &Body,
        record: Option<Value>,
        range: Range,
        l: &Loop,
        lanes: bool,
        work: impl FnOnce(&mut Copy<'_, '_>),
    ) -> Vec<Stmt> {
        let mut copy = Copy::new(self, body, record, range);
        work(&mut copy);
        let (index, stmts) = (copy.index, copy.stmts);
        self.through_windows(index, [range.lo, range.hi], stmts, lanes, l)
    }

    /// A value like another one.
    fn fresh_like(&mut self, like: Value) -> Value {
        let value = Value(self.values.len() as u32);
        self.values.push(self.values[like.0 as usize].clone());
        value
    }

    fn fresh(&mut self, name: &str, class: Class, kind: Kind) -> Value {
        self.fresh_at(name, class, kind, proc_macro2::Span::mixed_site())
    }

    /// A new value of the program.
    pub fn fresh_at(&mut self, name: &str, class: Class, kind: Kind, span: proc_macro2::Span) -> Value {
        fresh(self.values, name, class, kind, span)
    }

    /// New memory of the program, which it writes to.
    pub fn fresh_memory(&mut self, name: &str, kind: Kind, span: proc_macro2::Span) -> Value {
        let value = self.fresh_at(name, Class::Owner, kind, span);
        self.values[value.0 as usize].mutable = true;
        value
    }
}

/// A loop over `stmts`.
fn looped(header: Header, stmts: Vec<Stmt>, lanes: bool, like: &Loop) -> Stmt {
    let body = Block { stmts, ..Block::default() };
    Stmt::Loop(Box::new(Loop { header, carried: Vec::new(), body, can_stop: false, trips: None, lanes, span: like.span }))
}

/// `let value = expr;` of the user's kind.
fn opaque(value: Value, expr: syn::Expr, uses: Vec<(syn::Ident, Value)>) -> Stmt {
    Stmt::Let { value, op: Op::Opaque(Opaque { expr, uses, pure_: true, writes: false }) }
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
