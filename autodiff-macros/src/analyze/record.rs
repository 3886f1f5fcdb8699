//! What the reverse sweep finds again, and how: keep, recompute, or rewind.
//!
//! The reverse sweep asks for a value or for memory when it comes to a statement; the answer is one of
//!
//! * *at hand*: parameters, loop indices, memory that holds what it held then;
//! * *recomputed*: cheap and pure operations on values that are at hand (index loads, `+ - * /`, casts, comparisons);
//! * *kept*: captured by the closure in the function's body, recorded for each iteration or arm inside of loops and branches.
//!
//! For plain values that is decided on demand (`transform::adjoint::need`). For memory it has to be decided beforehand, by class
//! ([`Strategy`]), from the *touches*: the places where the reverse sweep reads it. They are collected by a trial run of the adjoint
//! transform, so that the demand is by construction what the transform asks for.
//!
//! See Note [rewound memory].

use super::layout::{Layout, StmtId};
use super::memory::{ClassId, Memory, Write, WriteKind};
use crate::ir::{Function, Kind, Memory as M, Mode, Op, Opaque, Stmt, Value};
use std::collections::{BTreeMap, BTreeSet};

/// How the values of one class of memory are found again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// It holds its final values throughout: what is read before a later write must be kept at the read.
    Final,
    /// Writes log what they overwrite, and the reverse sweep puts it back.
    Rewind,
}

/// The reverse sweep reads memory of a class, as it was right after statement `at`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Touch {
    /// Which memory.
    pub class: ClassId,
    /// By which name.
    pub base: Value,
    /// When, in the forward sweep.
    pub at: StmtId,
    /// As a whole (for a callee's pullback), so that keeping one element is no way out.
    pub whole: bool,
    /// Statement `at` is a store that writes to another element each time, and it is that element which is read: the store itself leaves
    /// it as it is.
    pub own: bool,
}

impl Touch {
    /// The write may change what is read, after it was there.
    fn is_followed(&self, layout: &Layout<'_>, memory: &Memory, write: &Write) -> bool {
        memory.may_follow(layout, self.class, self.at, write.at)
            && !(self.own && self.at == write.at)
            && !memory.apart(self.base, write.base)
    }
}

/// See the module docs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    strategies: BTreeMap<ClassId, Strategy>,
    touches: BTreeSet<Touch>,
    /// Memory behind `&mut` parameters: whoever called expects it as it was before the call.
    lent: BTreeSet<ClassId>,
    /// Lent memory that is copied at the start instead of being rewound write by write.
    pub copied: BTreeSet<ClassId>,
    /// Branches whose arms record something, so that which arm ran is known from the record.
    pub arms: BTreeSet<StmtId>,
    /// Values that have been kept in some round: if they are stored, they are read back from there.
    pub wanted: BTreeSet<Value>,
    /// Views that the reverse sweep derives again.
    pub views: BTreeSet<Value>,
    /// Loops of which one iteration counts, whose reverse needs more than can be carried to the end of the loop.
    pub stepwise: BTreeSet<StmtId>,
    /// Those of them through which it writes.
    pub mutable_views: BTreeSet<Value>,
    /// False during the trial run.
    pub decided: bool,
}

impl Record {
    /// Decides from what a run of the transform has asked for.
    pub fn decide(f: &Function, layout: &Layout<'_>, memory: &Memory, touches: BTreeSet<Touch>) -> Record {
        let lent = lent(f, memory);
        let mut by_class: BTreeMap<ClassId, Vec<Touch>> = BTreeMap::new();
        for touch in &touches {
            by_class.entry(touch.class).or_default().push(*touch);
        }
        let decide = |(class, touches): (&ClassId, &Vec<Touch>)| (*class, strategy(layout, memory, *class, touches));
        let mut strategies: BTreeMap<_, _> = by_class.iter().map(decide).collect();
        let copied: BTreeSet<ClassId> = lent
            .iter()
            .copied()
            .filter(|class| {
                let touches = by_class.get(class).map_or(&[][..], Vec::as_slice);
                can_be_copied(f, layout, memory, *class) && copying_is_cheaper(layout, memory, *class, touches)
            })
            .collect();
        let strategy = |class| if copied.contains(&class) { Strategy::Final } else { Strategy::Rewind };
        strategies.extend(lent.iter().map(|class| (*class, strategy(*class))));
        Record { strategies, touches, lent, copied, decided: true, ..Record::default() }
    }

    /// How a class is found again. In the trial run everything that is written is rewound.
    pub fn strategy(&self, memory: &Memory, class: ClassId) -> Strategy {
        if !self.decided && !memory.writes(class).is_empty() {
            return Strategy::Rewind;
        }
        self.strategies.get(&class).copied().unwrap_or(Strategy::Final)
    }

    /// The places where the reverse sweep looks at a class.
    pub fn touches_of(&self, class: ClassId) -> impl Iterator<Item = &Touch> {
        let first = |class| Touch { class, base: Value(0), at: 0, whole: false, own: false };
        self.touches.range(first(class)..first(class + 1))
    }

    /// Whether a write to a class has to be undone: something that ran before it is looked at by the reverse sweep.
    pub fn undone(&self, layout: &Layout<'_>, memory: &Memory, class: ClassId, write: StmtId) -> bool {
        match self.strategy(memory, class) {
            Strategy::Final => false,
            Strategy::Rewind if !self.decided => true,
            Strategy::Rewind if self.lent.contains(&class) => true,
            Strategy::Rewind => {
                let mut writes = memory.writes(class).iter().filter(|w| w.at == write);
                writes.any(|w| self.touches_of(class).any(|t| t.is_followed(layout, memory, w)))
            }
        }
    }

    /// Whether the element that statement `write` stores in memory called `base` is still there when the reverse sweep comes to that statement. `own` says that
    /// each time the statement runs it stores to another place.
    pub fn holds(&self, layout: &Layout<'_>, memory: &Memory, base: Value, write: StmtId, own: bool) -> bool {
        let class = memory.class(base);
        let touch = Touch { class, base, at: write, whole: false, own };
        let later = |w: &Write| touch.is_followed(layout, memory, w);
        match self.strategy(memory, class) {
            Strategy::Final => !memory.writes(class).iter().any(later),
            Strategy::Rewind => true,
        }
    }

    /// Whether memory called `base`, read by statement `read` (whose result lives in the block of `read`), still holds the same when the
    /// reverse sweep is at statement `at`. Appending to a `Vec` does not change its elements, but its length.
    pub fn reloadable(&self, layout: &Layout<'_>, memory: &Memory, base: Value, read: StmtId, at: StmtId, length: bool) -> bool {
        let class = memory.class(base);
        let home = layout.block[read as usize];
        let last = layout.end[layout.ancestor_in(home, at) as usize] - 1;
        let disturbs = |w: &&Write| match w.kind {
            WriteKind::Append => length,
            WriteKind::Elements | WriteKind::Callee => true,
            WriteKind::Opaque => true,
        };
        let mut writes = memory.writes(class).iter().filter(disturbs).filter(|w| !memory.apart(base, w.base));
        match self.strategy(memory, class) {
            Strategy::Final => !writes.any(|w| memory.may_follow(layout, class, read, w.at)),
            Strategy::Rewind => !writes.any(|w| {
                // Lengths and opaque writes are not rewound.
                let permanent = matches!(w.kind, WriteKind::Append | WriteKind::Opaque);
                if permanent { memory.may_follow(layout, class, read, w.at) } else { w.at > read && w.at <= last }
            }),
        }
    }
}

/// The memory behind `&mut` parameters that is written. What is opaque (a generator of random numbers) is the user's own affair.
fn lent(f: &Function, memory: &Memory) -> BTreeSet<ClassId> {
    let lent = f
        .params
        .iter()
        .filter(|p| p.mode == Mode::Mut && !matches!(&f[p.value].kind, Kind::Ref(_, kind) if **kind == Kind::Passive));
    lent.map(|p| memory.class(p.value)).filter(|class| !memory.writes(*class).is_empty()).collect()
}

/// Whether all of the caller's memory in a class is arrays of numbers that keep their length, and nothing else than this function
/// writes to it.
fn can_be_copied(f: &Function, layout: &Layout<'_>, memory: &Memory, class: ClassId) -> bool {
    let mut lent = f.params.iter().filter(|p| p.mode == Mode::Mut && memory.class(p.value) == class);
    let numbers = |kind: &Kind| match kind {
        Kind::Ref(true, to) => match &**to {
            Kind::Array(elem) | Kind::Slice(elem) | Kind::Vec(elem) => elem.is_scalar(),
            Kind::Float | Kind::Integer | Kind::Bool | Kind::Unit => false,
            Kind::Passive | Kind::Tuple(_) | Kind::Ref(..) | Kind::Unknown => false,
        },
        _ => false,
    };
    let in_place = |w: &Write| w.kind == WriteKind::Elements && !memory.moves(layout, w);
    lent.all(|p| numbers(&f[p.value].kind)) && memory.writes(class).iter().all(in_place)
}

/// Whether one copy at the start, with reads kept where that is needed, is cheaper than logging every write.
fn copying_is_cheaper(layout: &Layout<'_>, memory: &Memory, class: ClassId, touches: &[Touch]) -> bool {
    let unsettled = || touches.iter().filter(|t| memory.writes(class).iter().any(|w| t.is_followed(layout, memory, w)));
    let kept: f64 = unsettled().map(|t| weight(layout.depth(t.at))).sum();
    let logged: f64 = memory.writes(class).iter().map(|w| log_cost(layout, w)).sum();
    !unsettled().any(|t| t.whole) && logged > kept + weight(1)
}

/// Whether an operation may be evaluated a second time, if its operands and memory are there.
pub fn repeatable(f: &Function, op: &Op) -> bool {
    match op {
        Op::Opaque(Opaque { pure_, writes, .. }) => *pure_ && !*writes,
        Op::Prim { prim, args } => prim.cheap() && args.iter().all(|a| f[*a].class == crate::ir::Class::Plain),
        Op::Select(..) | Op::Load(_) | Op::Len(_) | Op::Float(_) => true,
        Op::Borrow { .. } | Op::Alloc(_) | Op::Move(_) => false,
        Op::Read(_)
        | Op::Arm { .. }
        | Op::Zeros(_)
        | Op::Take(_)
        | Op::Peek(_)
        | Op::Pullback { .. }
        | Op::Pushforward { .. }
        | Op::ZeroTangent(_) => unreachable!("not in user programs"),
    }
}

/// The cheaper of logging writes and keeping reads; see Note [rewound memory].
fn strategy(layout: &Layout<'_>, memory: &Memory, class: ClassId, touches: &[Touch]) -> Strategy {
    let writes = memory.writes(class);
    let overwriting = |w: &&Write| w.kind != WriteKind::Append;
    let unsettled = |t: &&Touch| writes.iter().filter(overwriting).any(|w| t.is_followed(layout, memory, w));
    let unsettled: Vec<&Touch> = touches.iter().filter(unsettled).collect();
    if unsettled.is_empty() {
        return Strategy::Final;
    }
    if unsettled.iter().any(|t| t.whole) {
        return Strategy::Rewind;
    }
    let opaque = writes.iter().any(|w| w.kind == WriteKind::Opaque);
    let logged: f64 =
        writes.iter().filter(|w| unsettled.iter().any(|t| t.is_followed(layout, memory, w))).map(|w| log_cost(layout, w)).sum();
    let kept: f64 = unsettled.iter().map(|t| weight(layout.depth(t.at))).sum();
    if opaque || logged > kept { Strategy::Final } else { Strategy::Rewind }
}

/// How often a statement at this loop depth runs, roughly.
fn weight(depth: u32) -> f64 {
    100f64.powi(depth.min(20) as i32)
}

fn log_cost(layout: &Layout<'_>, write: &Write) -> f64 {
    let whole = match layout.stmts[write.at as usize] {
        Stmt::Memory(M::Fill { .. } | M::CopyFrom { .. }) => 1,
        _ => 0,
    };
    match write.kind {
        WriteKind::Elements => weight(layout.depth(write.at) + whole),
        WriteKind::Append | WriteKind::Callee | WriteKind::Opaque => 0.0,
    }
}

// Note [rewound memory]
//
// The invariant: when the reverse of statement S runs, every array whose values are still needed holds what it held right after S.
// A class that is never written after it was last looked at keeps it for free (`Strategy::Final`). Otherwise either each write
// logs the element that it overwrites and the reverse of the write puts it back (`Rewind`), or each read is kept (`Final`).
// What costs less is decided by loop depth: an in-place Cholesky factorisation reads at depth 3 and writes at depth 2, so that
// logging costs n² / 2 floats where keeping reads costs n³ / 3. Memory that is handed to a callee's pullback cannot be kept by
// element and is always rewound; the callee's pullback undoes the callee's own writes, whether it looks at them itself or not:
// its caller may.
//
// Memory that a caller lends by `&mut` has to be given back as it was in any case. Where the function does not look at it itself and
// writes more often than the memory has elements, going by loop depth (`c[i * n + j] += …` of a matrix product), one copy at the
// start does that.
