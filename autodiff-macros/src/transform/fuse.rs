//! Forward and reverse sweep in one, for a cotangent that is known beforehand, as a gradient's is.
//!
//! A loop that adds up, `sum += f(i)`, hands each iteration the same adjoint: that of the sum, which is there before the loop runs. So the
//! reverse of an iteration may follow at once on its forward sweep, and what it needs is still at hand: nothing is recorded but what the
//! loops inside of it record, and that is dropped after each iteration. The same goes for a function that calls itself, where the adjoint of
//! what the call returns is known before the call: its pullback runs inside of the call, which then keeps nothing, instead of a tree of all
//! calls.
//!
//! A gradient only adds to shadows, and adding commutes. So the reverse of a statement may move up to the statement itself if
//!
//! * what it is given (its *seeds*) is computed from what is there before the statement;
//! * it looks at no shadow, and nothing that looks at one comes before it;
//! * it carries no adjoint from one iteration to the next.
//!
//! What it needs of the forward sweep is not derived again, being in scope; so that this is the same, and no borrow lasts too long, it
//! looks only at numbers and at memory that the function never writes to. Sums whose terms work in buffers are fused otherwise
//! ([`terms`]). Where anything else is needed, nothing is fused, and gradients go through the pullback.

mod give_up;
mod moves;
mod terms;
#[cfg(test)]
mod tests;

use super::fission::Fission;
use crate::analyze::Memory;
use crate::analyze::memory::ClassId;
use crate::ir::visit::{by_ref, mentions};
use crate::ir::{
    AtOnce, Block, Branch, Call, Class, Cotangents, Function, Header, Kind, Loop, Mode, On, Op, Opaque, Param, Pull, Stmt, Tree,
    Value, ValueData,
};
use moves::Facts;
use std::collections::{BTreeMap, BTreeSet};

/// Whose program it is, that is, who calls a fused one beside gradients.
#[derive(Clone, Copy, Debug)]
pub enum Caller<'a> {
    /// A function: also itself, by this name.
    Function(&'a str),
    /// A method: nobody. Whose method of its name it calls is not known.
    Method,
}

/// The fused program of an adjoint program, if there is one and it is worth while. The first `own` values are the user's.
pub fn fuse(
    adjoint: &Function,
    caller: Caller<'_>,
    memory: &Memory,
    own: usize,
    classes: &BTreeMap<Value, ClassId>,
) -> Option<Function> {
    let mut f = adjoint.clone();
    let mut forward = std::mem::take(&mut f.body);
    let Some(Stmt::Closure(closure)) = forward.stmts.pop() else { return None };
    let is_float = matches!(&f.result, Tree::Leaf(v) if f[*v].class == Class::Plain && f[*v].kind == Kind::Float);
    // The adjoints of others arrive with the cotangent, or belong to a copy.
    let is_plain = |param: &Param| match param.mode {
        Mode::Copy => f[param.value].class == Class::Plain,
        Mode::Shared => true,
        Mode::Mut => !param.active,
        Mode::Move | Mode::Function => false,
    };
    if !is_float || !f.params.iter().all(is_plain) || !closure.tangents.is_empty() || forward.diverges {
        return None;
    }
    let (cursors, reverse): (Vec<Stmt>, Vec<Stmt>) =
        closure.body.stmts.into_iter().partition(|stmt| matches!(stmt, Stmt::CursorNew { .. }));
    let visible = f.params.iter().map(|param| param.value).chain(closure.shadows.iter().flatten().copied()).collect();
    let facts = Facts { f: adjoint, caller, memory, own, out_bar: closure.out_bar };
    let is_own = f.params.iter().all(|param| param.mode != Mode::Mut);
    let adds_up = |stmt: &Stmt| matches!(stmt, Stmt::Loop(_)) && moves::records(stmt);
    // What has been written to others' memory cannot be done once more.
    let second = (is_own && forward.stmts.iter().any(adds_up)).then(|| (forward.clone(), reverse.clone()));
    let mut values = f.values.clone();
    let mut fuser = Fuser::new(facts, &mut values, classes, &forward, &cursors);
    let steady = fuser.block(forward, reverse, &visible).filter(|_| fuser.gains);
    let (mut body, gives_up, reused) = match steady {
        Some(body) => (body, false, fuser.reused),
        None => {
            let (forward, reverse) = second?;
            values.clone_from(&f.values);
            let mut fuser = Fuser::new(facts, &mut values, classes, &forward, &cursors);
            let (body, gives_up) = fuser.terms(forward, reverse, &visible).filter(|_| fuser.gains)?;
            (body, gives_up, fuser.reused)
        }
    };
    let unread: Vec<bool> = body.stmts.iter().map(|stmt| is_unread(stmt, &body.stmts)).collect();
    let mut unread = unread.into_iter();
    body.stmts.retain(|_| unread.next() != Some(true));
    shrink(&mut body.stmts, &reused);
    (f.body, f.values) = (body, values);
    f.cotangents = Some(Cotangents { out_bar: closure.out_bar, shadows: closure.shadows, gives_up });
    Some(f)
}

/// Records that each iteration uses anew are not as long as all iterations together.
fn shrink(stmts: &mut Vec<Stmt>, reused: &BTreeSet<Value>) {
    let mut capacities = BTreeSet::new();
    for stmt in stmts.iter_mut() {
        if let Stmt::RecordNew { record, capacity } = stmt
            && reused.contains(record)
        {
            capacities.extend(capacity.take());
        }
    }
    let all = stmts.clone();
    stmts.retain(|stmt| !matches!(stmt, Stmt::Let { value, .. } if capacities.contains(value) && !mentions(&all, *value)));
}

/// A record that nothing is pushed to any more.
fn is_unread(stmt: &Stmt, all: &[Stmt]) -> bool {
    matches!(stmt, Stmt::RecordNew { record, .. } if !mentions(all, *record))
}

/// A block of the forward sweep, with what moves up into it.
struct Front {
    /// Without what has moved up.
    stmts: Vec<Option<Stmt>>,
    /// What is to stand before each of them.
    before: Vec<Vec<Stmt>>,
    /// Which statement defines a value.
    homes: BTreeMap<Value, usize>,
}

impl Front {
    fn new(stmts: Vec<Stmt>) -> Front {
        let mut homes = BTreeMap::new();
        for (at, stmt) in stmts.iter().enumerate() {
            by_ref::defs(stmt, &mut |v| {
                homes.insert(*v, at);
            });
        }
        Front { before: vec![Vec::new(); stmts.len()], stmts: stmts.into_iter().map(Some).collect(), homes }
    }

    /// Not known yet where statement `at` begins.
    fn is_late(&self, v: Value, at: usize) -> bool {
        self.homes.get(&v).is_some_and(|home| *home >= at)
    }

    /// Which statements define values that are wanted before statement `at`, if these can be computed there.
    fn lifted(&self, facts: &Facts<'_>, wanted: &BTreeSet<Value>, at: usize) -> Option<BTreeSet<usize>> {
        let mut all = BTreeSet::new();
        let mut open: Vec<Value> = wanted.iter().copied().filter(|v| self.is_late(*v, at)).collect();
        while let Some(v) = open.pop() {
            let home = self.homes[&v];
            let stmt = self.stmts[home].as_ref().filter(|stmt| is_arithmetic(facts, stmt))?;
            if all.insert(home) {
                by_ref::uses(stmt, &mut |_, v| open.extend(self.is_late(*v, at).then_some(*v)));
            }
        }
        Some(all)
    }

    /// Puts a statement before statement `at`.
    fn insert(&mut self, stmt: Stmt, at: usize) {
        by_ref::defs(&stmt, &mut |v| {
            self.homes.insert(*v, at);
        });
        self.before[at].push(stmt);
    }

    fn into_stmts(self) -> Vec<Stmt> {
        self.before.into_iter().zip(self.stmts).flat_map(|(before, stmt)| before.into_iter().chain(stmt)).collect()
    }
}

/// Computes a number from numbers.
fn is_arithmetic(facts: &Facts<'_>, stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Let { op: Op::Len(place), .. } => place.proj.is_empty() && facts.is_steady(place.base),
        Stmt::Let { op: Op::Prim { .. } | Op::Float(_), .. } => true,
        Stmt::Let { op: Op::Opaque(opaque), .. } => {
            opaque.pure_ && !opaque.writes && opaque.uses.iter().all(|(_, v)| facts.is_steady(*v))
        }
        _ => false,
    }
}

struct Fuser<'a> {
    facts: Facts<'a>,
    fission: Fission<'a>,
    /// Each record that is read backwards has one.
    cursors: Vec<Stmt>,
    /// Records that are used anew by each iteration.
    reused: BTreeSet<Value>,
    /// Inside of a loop that is fused.
    in_loop: bool,
    /// Something need not be recorded.
    gains: bool,
}

impl<'a> Fuser<'a> {
    fn new(
        facts: Facts<'a>,
        values: &'a mut Vec<ValueData>,
        classes: &BTreeMap<Value, ClassId>,
        forward: &Block,
        cursors: &[Stmt],
    ) -> Fuser<'a> {
        let mut fission = Fission::new(facts.f, values, classes);
        fission.learn(&forward.stmts);
        Fuser { facts, fission, cursors: cursors.to_vec(), reused: BTreeSet::new(), in_loop: false, gains: false }
    }
}

impl Fuser<'_> {
    /// A block of the forward sweep with its reverse: what can be fused where it stands, then the rest of the reverse. `visible`: what is
    /// defined around. `None`: this cannot be done.
    fn block(&mut self, forward: Block, reverse: Vec<Stmt>, visible: &BTreeSet<Value>) -> Option<Block> {
        let mut front = Front::new(forward.stmts);
        let scope = visible.iter().chain(front.homes.keys()).copied().collect();
        let mut reverse = self.facts.without_repetition(reverse, &scope)?;
        let mut k = 0;
        while k < reverse.len() {
            let found = self.facts.partner(&reverse[k], &front.stmts).and_then(|at| {
                let (seeds, wanted) = self.facts.seeds(&reverse, k)?;
                Some((at, seeds, front.lifted(&self.facts, &wanted, at)?))
            });
            let Some((at, seeds, lifted)) = found else {
                k += 1;
                continue;
            };
            let mut known: BTreeSet<Value> = scope.iter().copied().filter(|v| !front.is_late(*v, at)).collect();
            let stmt = reverse.remove(k);
            let lifted: Vec<Stmt> = lifted.into_iter().filter_map(|home| front.stmts[home].take()).collect();
            let seeds: Vec<Stmt> = seeds.iter().enumerate().map(|(moved, i)| reverse.remove(i - moved)).collect();
            k -= seeds.len();
            for seed in lifted.into_iter().chain(seeds) {
                by_ref::defs(&seed, &mut |v| {
                    known.insert(*v);
                });
                front.insert(seed, at);
            }
            front.stmts[at] = Some(self.pair(front.stmts[at].clone()?, stmt, &known)?);
        }
        if !reverse.iter().all(|stmt| self.facts.is_movable(stmt)) {
            return None;
        }
        let mut stmts = front.into_stmts();
        stmts.extend(self.rest(reverse));
        Some(Block { stmts, yields: forward.yields, diverges: forward.diverges })
    }

    /// What is left of the reverse sweep of a block, behind the block.
    fn rest(&mut self, reverse: Vec<Stmt>) -> Vec<Stmt> {
        let (here, elsewhere) = std::mem::take(&mut self.cursors).into_iter().partition(|stmt| match stmt {
            Stmt::CursorNew { cursor, .. } => mentions(&reverse, *cursor),
            _ => false,
        });
        self.cursors = elsewhere;
        let mut stmts: Vec<Stmt> = here;
        let records: Vec<Value> =
            stmts.iter().flat_map(|s| if let Stmt::CursorNew { record, .. } = s { Some(*record) } else { None }).collect();
        let mut rest = Block { stmts: reverse, ..Block::default() };
        self.fission.reverse(&mut rest);
        stmts.extend(rest.stmts);
        if self.in_loop {
            self.reused.extend(&records);
            stmts.extend(records.into_iter().map(cleared));
        }
        stmts
    }

    /// A statement with its reverse.
    fn pair(&mut self, forward: Stmt, reverse: Stmt, known: &BTreeSet<Value>) -> Option<Stmt> {
        match (forward, reverse) {
            (Stmt::Loop(l), Stmt::Loop(r)) => self.loops(*l, *r, known),
            (Stmt::Branch(b), Stmt::Branch(r)) => self.branches(b, r, known),
            (Stmt::Call(call), Stmt::Pull(pull)) => {
                self.gains = true;
                let Pull { out_bar, slots, .. } = *pull;
                Some(Stmt::Call(Box::new(Call { pull: None, at_once: Some(AtOnce { out_bar, slots }), ..*call })))
            }
            _ => None,
        }
    }

    fn loops(&mut self, mut l: Loop, r: Loop, known: &BTreeSet<Value>) -> Option<Stmt> {
        let mut inner = known.clone();
        if let Header::Range { index, .. } = l.header {
            inner.insert(index);
        }
        inner.extend(l.carried.iter().map(|c| c.param));
        let mut reverse = r.body.stmts;
        if let Some(Stmt::RecordRead { record, .. }) = reverse.first() {
            let Some(Stmt::RecordPush { record: pushed, .. }) = l.body.stmts.pop() else { return None };
            if pushed != *record {
                return None;
            }
            reverse.remove(0);
        }
        self.gains = true;
        let around = std::mem::replace(&mut self.in_loop, true);
        l.body = self.block(l.body, reverse, &inner)?;
        self.in_loop = around;
        Some(Stmt::Loop(Box::new(l)))
    }

    fn branches(&mut self, mut b: Branch, r: Branch, known: &BTreeSet<Value>) -> Option<Stmt> {
        let On::Arm { arm: recorded, .. } = r.on else { return None };
        let at = b.results.iter().position(|result| *result == recorded)?;
        b.results.remove(at);
        let mut arms = Vec::new();
        for ((k, mut arm), reversed) in b.arms.into_iter().enumerate().zip(r.arms) {
            if arm.diverges {
                arms.push(arm);
                continue;
            }
            // Which arm ran is seen from where it stands.
            let record = arm.yields.remove(at);
            arm.stmts.retain(|stmt| !matches!(stmt, Stmt::Let { value, op: Op::Arm { .. } } if *value == record));
            let mut inner = known.clone();
            if let On::Match { patterns, .. } = &b.on {
                inner.extend(patterns[k].binds.iter().map(|(_, v)| *v));
            }
            arms.push(self.block(arm, reversed.stmts, &inner)?);
        }
        b.arms = arms;
        Some(Stmt::Branch(b))
    }
}

/// `record.clear();`: what an iteration recorded has been read.
fn cleared(record: Value) -> Stmt {
    let uses = vec![(syn::parse_quote!(record), record)];
    Stmt::Observe(Opaque { expr: syn::parse_quote!(record.clear()), uses, pure_: false, writes: true })
}
