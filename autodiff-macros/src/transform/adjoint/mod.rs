//! The adjoint program of a function: its forward sweep, with what has to be kept, and the pullback that runs it backwards.
//!
//! The reverse sweep is built first, statement by statement from the end. Whenever it needs something of the forward sweep it asks
//! ([`need`]), and the answer (at hand, recomputed, kept) is noted. The forward sweep ([`forward`]) is then the user's program plus
//! what was noted. How memory is found again has to be known beforehand ([`Record`]), hence one trial run first.
//!
//! | file | forward and reverse of |
//! |---|---|
//! | [`statement`] (with [`twin`]) | `let`: primitives, loads, allocations |
//! | [`store`], [`bulk`], [`lengths`] | writes to memory |
//! | [`branch`], [`loops`] (with [`counter`], [`running`], [`sought`], [`hoist`]), [`call`] | control flow and calls |
//! | [`need`] (with [`given`], [`late`](crate::transform::late)) | primal values and views in the reverse sweep |
//! | [`shadow`] | shadows of memory |
//! | [`adjoints`] | adjoints of plain floats |

mod adjoints;
mod branch;
mod bulk;
mod call;
mod capacity;
mod counter;
mod forward;
mod given;
mod hoist;
mod lengths;
mod loops;
mod need;
mod running;
mod shadow;
mod sought;
mod statement;
mod store;
mod twin;

use crate::analyze::layout::{BlockId, StmtId};
use crate::analyze::memory::{ClassId, WriteKind, writes};
use crate::analyze::record::Touch;
use crate::analyze::sizes::Sizes;
use crate::analyze::{Activity, Layout, Memory, Record};
use crate::errors::Errors;
use crate::ir::Memory as Write_;
use crate::ir::build::Builder;
use crate::ir::visit::mentions;
use crate::ir::{
    Alloc, Block, Class, Closure, Construct, Function, Kind, Mode, Op, Place, PrimalSlot, Proj, Stmt, Tree, Value, ValueData,
};
use adjoints::Adjoint;
use bulk::Bulk;
use lengths::Length;
use running::Running;
use std::collections::{BTreeMap, BTreeSet};
use twin::{Twins, twins};

/// What was decided for one function: its adjoint program and the table behind it.
#[derive(Debug)]
pub struct Adjoined {
    /// The program; its body ends with [`Stmt::Closure`].
    pub function: Function,
    /// Which shadows may share memory.
    pub classes: BTreeMap<Value, ClassId>,
    /// For tests: what is recorded, a line for each block that records.
    pub recorded: Vec<String>,
}

/// Derives the adjoint program. User errors: memory that would have to be rewound and cannot be.
pub fn adjoint(f: &Function, layout: &Layout<'_>, memory: &Memory, activity: &Activity, errors: &mut Errors) -> Adjoined {
    let mut record = Record::default();
    record.arms = branch::of_references(f, layout);
    let facts = Facts::new(f, layout);
    // Each round knows the decisions of the one before; they settle after two or three, since they only grow.
    for _ in 0..8 + layout.stmts.len() {
        let mut sweep = Sweep::new(f, layout, memory, activity, &record, &facts);
        sweep.reverse();
        let mut arms = sweep.recorded_arms();
        arms.extend(&record.arms);
        let mut mutable_views = record.mutable_views.clone();
        if record.decided {
            // In the trial run all that is written to was rewound.
            mutable_views.extend(&sweep.mutable_views);
        }
        let views = sweep.views.clone();
        let mut next = Record::decide(f, layout, memory, sweep.touches.clone());
        (next.arms, next.views, next.mutable_views) = (arms, views, mutable_views);
        next.wanted = sweep.kept.values().flatten().copied().filter(|v| (v.0 as usize) < f.values.len()).collect();
        next.wanted.extend(&record.wanted);
        next.stepwise = &sweep.stepwise | &record.stepwise;
        if next == record {
            return sweep.finish(errors);
        }
        record = next;
    }
    unreachable!("the decisions of `Record` settle: arms and views only grow, strategies follow from touches that only shrink")
}

/// What the forward sweep does to owners.
#[derive(Debug)]
struct Facts {
    /// Given away: to the result, into other memory, out of a branch.
    consumed: BTreeSet<Value>,
    /// Integers known to be `usize`.
    sizes: Sizes,
    /// Swapped or assigned as a whole or row by row, so that their shadows are replaced or parts of them.
    replaced: BTreeSet<Value>,
    /// What partial derivatives find computed.
    twins: Twins,
}

impl Facts {
    fn new(f: &Function, layout: &Layout<'_>) -> Facts {
        let mut facts = Facts {
            consumed: f.result.leaves().into_iter().collect(),
            sizes: Sizes::new(f),
            replaced: BTreeSet::new(),
            twins: twins(f, layout),
        };
        for stmt in &layout.stmts {
            match stmt {
                Stmt::Let { op: Op::Move(from), .. } => facts.consumed.extend([*from]),
                Stmt::Let { op: Op::Alloc(Alloc::Repeat { elem, .. }), .. } => facts.consumed.extend([*elem]),
                Stmt::Let { op: Op::Alloc(Alloc::List { elems, .. }), .. } => facts.consumed.extend(elems),
                Stmt::Let { op: Op::Alloc(Alloc::Construct(construct)), .. } => {
                    facts.consumed.extend(construct.fields.iter().map(|(_, value)| *value));
                    facts.consumed.extend(moved_rest(f, construct));
                }
                Stmt::Memory(Write_::Assign { place, src, .. }) => {
                    facts.consumed.insert(*src);
                    facts.replaced.extend(replaces_shape(f, place, *src).then_some(place.base));
                }
                Stmt::Memory(Write_::Push { value, .. }) => facts.consumed.extend([*value]),
                Stmt::Memory(Write_::Swap { a, b }) => {
                    let is_owner = |p: &&Place| f[p.base].class == Class::Owner;
                    facts.replaced.extend([a, b].into_iter().filter(is_owner).map(|p| p.base));
                }
                Stmt::Memory(Write_::SwapElements { place, .. }) if place.proj.is_empty() && has_rows(&f[place.base].kind) => {
                    facts.replaced.extend((f[place.base].class == Class::Owner).then_some(place.base));
                }
                Stmt::Branch(branch) => facts.consumed.extend(branch.arms.iter().flat_map(|arm| &arm.yields)),
                _ => {}
            }
        }
        facts
    }
}

/// The owner that the rest of the fields is moved out of.
fn moved_rest(f: &Function, construct: &Construct) -> Option<Value> {
    let rest = construct.rest.as_ref().filter(|rest| rest.proj.is_empty() && f[rest.base].class == Class::Owner);
    rest.map(|rest| rest.base)
}

/// Whether an assignment may give the memory, or a row of it, another shape.
fn replaces_shape(f: &Function, place: &Place, src: Value) -> bool {
    f[place.base].class == Class::Owner && (place.proj.is_empty() || !matches!(f[src].kind, Kind::Array(_)))
}

/// Elements may have shapes of their own.
fn has_rows(kind: &Kind) -> bool {
    matches!(kind, Kind::Array(elem) | Kind::Vec(elem) if matches!(**elem, Kind::Vec(_) | Kind::Unknown))
}

/// The state of one run.
struct Sweep<'a> {
    f: &'a Function,
    layout: &'a Layout<'a>,
    memory: &'a Memory,
    activity: &'a Activity,
    record: &'a Record,
    facts: &'a Facts,
    /// The function's values, and those of the adjoint program.
    values: Vec<ValueData>,
    /// Blocks of the reverse sweep under construction, from the closure's body inwards.
    levels: Vec<Level>,

    // What the forward sweep has to provide.
    /// For each block the values that it records (the function's body: owners that the closure captures).
    kept: BTreeMap<BlockId, BTreeSet<Value>>,
    /// Overwritten elements or owners, by statement.
    olds: BTreeMap<StmtId, Value>,
    /// Copies of ranges that are overwritten as a whole.
    copies: BTreeMap<StmtId, Value>,
    /// Copies of the caller's memory as it was at the start, with the parameter.
    lent: Vec<(Value, Value)>,
    /// Ranges that a loop overwrites from end to end, logged once before the loop; by store.
    bulk: BTreeMap<StmtId, Bulk>,
    /// Which operand a `max` or `min` chose, by statement.
    choices: BTreeMap<StmtId, Value>,
    /// Loops of which one iteration counts.
    running: BTreeMap<StmtId, Running>,
    /// Pullbacks of callees.
    pulls: BTreeMap<StmtId, Value>,
    /// How far loops ran.
    trips: BTreeMap<StmtId, Value>,
    /// Which arm ran, with what that arm recorded.
    arms: BTreeMap<StmtId, Value>,
    /// Records of loop bodies with their cursors.
    records: BTreeMap<BlockId, (Value, Value)>,
    /// Lengths at the time of a use, of `Vec`s that grow later.
    lengths: BTreeMap<StmtId, Vec<Length>>,
    /// Owners that are consumed in the forward sweep although the reverse sweep needs them: consumed as copies instead.
    rescued: BTreeSet<Value>,
    /// Memory that this pull writes to.
    rewound: BTreeSet<ClassId>,

    /// Shadows that are no references into others.
    owned_shadows: BTreeSet<Value>,
    /// The memory behind each shadow.
    shadow_classes: BTreeMap<Value, ClassId>,

    // What the next round has to know.
    touches: BTreeSet<Touch>,
    views: BTreeSet<Value>,
    mutable_views: BTreeSet<Value>,
    stepwise: BTreeSet<StmtId>,
    /// Writes that would have to be undone and cannot be.
    stuck: BTreeSet<StmtId>,
}

/// One block of the reverse sweep.
struct Level {
    /// The block of the user's program that it reverses.
    home: BlockId,
    stmts: Vec<Stmt>,
    /// Shadows of memory that lives in `home`.
    shadows: BTreeMap<Value, Value>,
    /// Adjoints of plain floats that live in `home`.
    adjoints: BTreeMap<Value, Adjoint>,
    /// Primal values and views of `home` that are there already.
    present: BTreeSet<Value>,
    /// Counters whose value at the end of the iteration is asked for.
    counted: BTreeSet<Value>,
    /// For `Vec`s that were appended to: an accumulator that walks back through the length.
    lengths: BTreeMap<Value, Value>,
}

impl<'a> Sweep<'a> {
    fn new(
        f: &'a Function,
        layout: &'a Layout<'a>,
        memory: &'a Memory,
        activity: &'a Activity,
        record: &'a Record,
        facts: &'a Facts,
    ) -> Sweep<'a> {
        Sweep {
            f,
            layout,
            memory,
            activity,
            record,
            facts,
            values: f.values.clone(),
            levels: Vec::new(),
            kept: BTreeMap::new(),
            olds: BTreeMap::new(),
            copies: BTreeMap::new(),
            lent: Vec::new(),
            bulk: BTreeMap::new(),
            choices: BTreeMap::new(),
            running: BTreeMap::new(),
            pulls: BTreeMap::new(),
            trips: BTreeMap::new(),
            arms: BTreeMap::new(),
            records: BTreeMap::new(),
            lengths: BTreeMap::new(),
            rescued: BTreeSet::new(),
            rewound: BTreeSet::new(),
            owned_shadows: BTreeSet::new(),
            shadow_classes: BTreeMap::new(),
            touches: BTreeSet::new(),
            views: BTreeSet::new(),
            mutable_views: BTreeSet::new(),
            stepwise: BTreeSet::new(),
            stuck: BTreeSet::new(),
        }
    }

    /// Builds the reverse sweep; leaves the closure's body as the only level.
    fn reverse(&mut self) {
        self.open(0);
        let kind = match &self.f.result {
            Tree::Leaf(result) => self.f[*result].kind.clone(),
            Tree::Unit | Tree::Tuple(_) => Kind::Unknown,
        };
        let out_bar = self.fresh("out_bar", Class::Shadow, kind);
        let mut shadows = Vec::new();
        for param in &self.f.params {
            let slot = param.active.then(|| {
                let name = format!("{}_bar", self.name(param.value));
                let slot = self.fresh(&name, Class::Shadow, self.f[param.value].kind.clone());
                self.values[slot.0 as usize].optional = true;
                slot
            });
            shadows.push(slot);
        }
        self.enter_params(&shadows);
        self.seed(&self.f.result, Place::whole(out_bar));
        self.reverse_block(&self.f.body, 0, 0);
        self.leave_params(&shadows);
        self.give_back();
        let primals = self.f.params.iter().map(|p| self.primal_slot(p.value, p.mode)).collect();
        let mut level = self.levels.pop().expect("the closure's body is open");
        let prelude = self.closure_prelude(&level.stmts);
        level.stmts.splice(0..0, prelude);
        let body = Block { stmts: level.stmts, yields: Vec::new(), diverges: false };
        self.open(0);
        self.emit(Stmt::Closure(Box::new(Closure { primals, out_bar, shadows, tangents: Vec::new(), body })));
    }

    /// Parameters that are memory have their slots as shadows, unless the function works on its own copy.
    fn enter_params(&mut self, shadows: &[Option<Value>]) {
        for (param, slot) in self.f.params.iter().zip(shadows) {
            let by_reference = matches!(param.mode, Mode::Shared | Mode::Mut | Mode::Function);
            if let Some(slot) = slot
                && (by_reference || (self.f[param.value].class == Class::Owner && !self.written(param.value)))
            {
                self.set_shadow(0, param.value, *slot);
            }
        }
    }

    /// Hands the adjoints of by-value parameters over.
    fn leave_params(&mut self, shadows: &[Option<Value>]) {
        for (param, slot) in self.f.params.iter().zip(shadows) {
            let Some(slot) = *slot else { continue };
            if self.f[param.value].class == Class::Plain {
                if let Some(bar) = self.take_adjoint(param.value) {
                    self.emit(Stmt::ShadowAdd { place: Place::whole(slot), value: bar });
                }
            } else if let Some(own) = self.levels[0].shadows.get(&param.value).copied()
                && own != slot
            {
                self.emit(Stmt::ShadowAddFrom { to: Place::whole(slot), from: Place::whole(own), take: false });
            }
        }
    }

    /// An owner that this pull writes to, so that it needs a copy of its own.
    fn is_unshared(&self, value: Value) -> bool {
        self.values[value.0 as usize].class == Class::Owner
            && (value.0 as usize) < self.f.values.len()
            && self.rewound.contains(&self.memory.class(value))
    }

    /// A by-value parameter that the function modifies: the closure captured the modified copy.
    fn written(&self, value: Value) -> bool {
        !self.memory.writes(self.memory.class(value)).is_empty()
    }

    fn primal_slot(&self, value: Value, mode: Mode) -> PrimalSlot {
        match mode {
            Mode::Copy => PrimalSlot::Ignored,
            Mode::Move if self.f[value].mutable => PrimalSlot::Ignored,
            Mode::Move | Mode::Shared | Mode::Mut | Mode::Function => PrimalSlot::Again(value),
        }
    }

    /// The adjoints of the result come in through `out_bar`.
    fn seed(&mut self, result: &Tree, place: Place) {
        match result {
            Tree::Unit => {}
            Tree::Tuple(parts) => {
                for (k, part) in parts.iter().enumerate() {
                    let mut place = place.clone();
                    place.proj.push(Proj::Field(syn::Member::Unnamed(syn::Index::from(k))));
                    self.seed(part, place);
                }
            }
            Tree::Leaf(value) if !self.activity.active(*value) => {}
            Tree::Leaf(value) if self.f[*value].class == Class::Plain => {
                let name = format!("{}_bar", self.name(*value));
                let bar = self.let_(&name, Kind::Float, Op::Peek(place));
                self.add_adjoint(*value, bar);
            }
            Tree::Leaf(value) => self.alias_shadow(*value, place, 0),
        }
    }

    /// Cursors, and clones of what this pull rewinds.
    fn closure_prelude(&mut self, body: &[Stmt]) -> Vec<Stmt> {
        let mut prelude: Vec<Stmt> = Vec::new();
        for owner in self.kept.get(&0).into_iter().flatten() {
            if self.is_unshared(*owner) {
                prelude.push(Stmt::Unshare(*owner));
            }
        }
        for param in &self.f.params {
            let captured = matches!(param.mode, Mode::Copy | Mode::Move) && self.f[param.value].class == Class::Owner;
            // One that was moved on is not there to be captured.
            if captured && self.is_unshared(param.value) && mentions(body, param.value) {
                prelude.push(Stmt::Unshare(param.value));
            }
        }
        let logs = self.bulk.values().map(|bulk| (bulk.log, bulk.cursor));
        let all = self.records.values().copied().chain(logs);
        prelude.extend(all.map(|(record, cursor)| Stmt::CursorNew { cursor, record }));
        prelude
    }

    /// Reverses the statements of a block, whose first statement has number `first`.
    fn reverse_block(&mut self, block: &'a Block, id: BlockId, first: StmtId) {
        let mut ids = Vec::with_capacity(block.stmts.len());
        let mut at = first;
        for _ in &block.stmts {
            ids.push(at);
            at = self.layout.end[at as usize];
        }
        debug_assert!(block.stmts.is_empty() || self.layout.block[first as usize] == id);
        for (stmt, at) in block.stmts.iter().zip(ids).rev() {
            self.reverse_stmt(stmt, at);
        }
    }

    fn reverse_stmt(&mut self, stmt: &'a Stmt, at: StmtId) {
        for (base, kind) in writes(&self.f.values, stmt) {
            if kind == WriteKind::Opaque && self.undone(base, at) {
                self.stuck.insert(at);
            }
        }
        if self.reverse_running_choice(stmt, at) {
            return;
        }
        match stmt {
            Stmt::Let { value, op } => self.reverse_let(*value, op, at),
            Stmt::Store { place, value, .. } => self.reverse_store(place, *value, at),
            Stmt::Memory(memory) => self.reverse_memory(memory, at),
            Stmt::Branch(branch) => self.reverse_branch(branch, at),
            Stmt::Loop(l) => self.reverse_loop(l, at),
            Stmt::Call(call) => self.reverse_call(call, at),
            // Views are derived again where they are needed; observers and items belong to the forward sweep.
            Stmt::Split { .. } | Stmt::Observe(_) => {}
            Stmt::Declare { .. }
            | Stmt::Set { .. }
            | Stmt::Add { .. }
            | Stmt::ShadowAdd { .. }
            | Stmt::ShadowAddFrom { .. }
            | Stmt::ShadowClear(_)
            | Stmt::RecordNew { .. }
            | Stmt::RecordPush { .. }
            | Stmt::RecordRead { .. }
            | Stmt::RecordPart { .. }
            | Stmt::RecordAt { .. }
            | Stmt::CursorNew { .. }
            | Stmt::LogRange { .. }
            | Stmt::UnlogRange { .. }
            | Stmt::Unshare(_)
            | Stmt::Pull(_)
            | Stmt::Closure(_) => unreachable!("not in user programs"),
        }
    }

    /// Opens a block of the reverse sweep.
    fn open(&mut self, home: BlockId) {
        self.levels.push(Level {
            home,
            stmts: Vec::new(),
            shadows: BTreeMap::new(),
            adjoints: BTreeMap::new(),
            present: BTreeSet::new(),
            counted: BTreeSet::new(),
            lengths: BTreeMap::new(),
        });
    }

    /// Closes the innermost block.
    fn close(&mut self) -> Level {
        self.levels.pop().expect("every block that is closed was opened")
    }

    /// The open level that reverses a block.
    fn level_of(&self, home: BlockId) -> usize {
        self.levels.iter().rposition(|l| l.home == home).expect("a value is asked for where it is visible")
    }

    /// Appends a statement to the innermost block.
    fn emit(&mut self, stmt: Stmt) {
        self.levels.last_mut().expect("a block is open").stmts.push(stmt);
    }

    fn emit_at(&mut self, level: usize, stmt: Stmt) {
        self.levels[level].stmts.push(stmt);
    }

    fn let_(&mut self, name: &str, kind: Kind, op: Op) -> Value {
        let value = self.fresh(name, Class::Plain, kind);
        self.emit(Stmt::Let { value, op });
        value
    }

    fn fresh(&mut self, name: &str, class: Class, kind: Kind) -> Value {
        crate::ir::build::fresh(&mut self.values, name, class, kind, proc_macro2::Span::mixed_site())
    }

    /// A value's name, for names made from it.
    fn name(&self, value: Value) -> String {
        self.values[value.0 as usize].name.trim_start_matches("r#").to_owned()
    }

    fn optional(&self, value: Value) -> bool {
        self.values[value.0 as usize].optional
    }

    /// Runs `build` on a block of its own: the statements, and what it returns.
    fn aside<R>(&mut self, build: impl FnOnce(&mut Builder<'_>) -> R) -> (Vec<Stmt>, R) {
        let mut builder = Builder::new(&mut self.values);
        let result = build(&mut builder);
        (builder.stmts, result)
    }

    /// Runs `build` on the innermost block.
    fn with_builder<R>(&mut self, build: impl FnOnce(&mut Builder<'_>) -> R) -> R {
        let stmts = std::mem::take(&mut self.levels.last_mut().expect("a block is open").stmts);
        let mut builder = Builder { values: &mut self.values, stmts };
        let result = build(&mut builder);
        let stmts = builder.stmts;
        self.levels.last_mut().expect("a block is open").stmts = stmts;
        result
    }
}

#[cfg(test)]
mod tests;
