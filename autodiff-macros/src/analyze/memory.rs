//! Which names may refer to the same memory, and who writes there.
//!
//! Names that may share memory (a view and its owner, what a branch may choose, what was moved or swapped) form one *class*. Within it the two
//! halves that a `split_at` gives, and what is a part of one and the other, are known to be *apart*.
//! Distinct parameters never share while one of them is written: Rust's references see to that.

use super::layout::{BlockId, Layout, StmtId};
use crate::ir::{Alloc, Arg, Class, Function, Kind, Memory as M, Op, Opaque, Stmt, Value, ValueData};
use std::collections::BTreeSet;

/// A class of memory, named by the number of one of its values.
pub type ClassId = u32;

/// One write.
#[derive(Clone, Copy, Debug)]
pub struct Write {
    /// Where.
    pub at: StmtId,
    /// By which name.
    pub base: Value,
    /// What kind.
    pub kind: WriteKind,
}

/// How a statement writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteKind {
    /// Overwrites elements.
    Elements,
    /// Appends: what was there stays, the length changes.
    Append,
    /// By a callee through `&mut`, whose pullback undoes it.
    Callee,
    /// By an opaque statement, which cannot be undone.
    Opaque,
}

/// See the module docs.
#[derive(Debug)]
pub struct Memory {
    parent: Vec<u32>,
    writes: Vec<Vec<Write>>,
    birth: Vec<BlockId>,
    /// Of a view the halves that it lies in: which split that was, and which half.
    halves: Vec<Vec<(StmtId, usize)>>,
}

impl Memory {
    /// Computes the classes of a function.
    pub fn new(f: &Function, layout: &Layout<'_>) -> Memory {
        let count = f.values.len();
        let mut memory = Memory {
            parent: (0..count as u32).collect(),
            writes: vec![Vec::new(); count],
            birth: vec![0; count],
            halves: vec![Vec::new(); count],
        };
        for stmt in &layout.stmts {
            memory.join(f, stmt);
        }
        memory.births(f, layout);
        memory.split(f, layout);
        for (at, stmt) in layout.stmts.iter().enumerate() {
            for (base, kind) in writes(&f.values, stmt) {
                let class = memory.class(base) as usize;
                memory.writes[class].push(Write { at: at as StmtId, base, kind });
            }
        }
        memory
    }

    /// How many values it knows: the user's.
    pub fn count(&self) -> usize {
        self.parent.len()
    }

    /// The class of an Owner or View.
    pub fn class(&self, value: Value) -> ClassId {
        let mut at = value.0;
        while self.parent[at as usize] != at {
            at = self.parent[at as usize];
        }
        at
    }

    /// The writes to a class, in order of the text.
    pub fn writes(&self, class: ClassId) -> &[Write] {
        &self.writes[class as usize]
    }

    /// Whether two names refer to different parts of the memory of their class.
    pub fn apart(&self, a: Value, b: Value) -> bool {
        let halves = |v: Value| &self.halves[v.0 as usize];
        halves(a).iter().any(|(at, half)| halves(b).iter().any(|(other, other_half)| at == other && half != other_half))
    }

    /// Where the class's memory comes into being: what an earlier iteration of a loop around that wrote went elsewhere.
    pub fn birth(&self, class: ClassId) -> BlockId {
        self.birth[class as usize]
    }

    /// The owners and reference parameters that a name may refer to. As long as nothing is moved or swapped, names with disjoint
    /// roots do not share memory, even if they are of one class.
    pub fn roots(&self, f: &Function, layout: &Layout<'_>, base: Value) -> BTreeSet<Value> {
        let mut roots = BTreeSet::new();
        let mut todo = vec![base];
        while let Some(value) = todo.pop() {
            let def = layout.def[value.0 as usize].map(|at| layout.stmts[at as usize]);
            match (f[value].class, def) {
                (Class::View { .. }, Some(Stmt::Let { op: Op::Borrow { place, .. }, .. } | Stmt::Split { place, .. })) => {
                    todo.push(place.base);
                }
                (Class::View { .. }, Some(Stmt::Branch(branch))) => {
                    let k = branch.results.iter().position(|r| *r == value).expect("defined by this branch");
                    todo.extend(branch.arms.iter().filter(|arm| !arm.diverges).map(|arm| arm.yields[k]));
                }
                _ => {
                    roots.insert(value);
                }
            }
        }
        roots
    }

    /// Whether a write moves memory between names.
    pub fn moves(&self, layout: &Layout<'_>, write: &Write) -> bool {
        match layout.stmts[write.at as usize] {
            Stmt::Memory(M::Swap { .. } | M::Assign { .. }) => true,
            _ => write.kind == WriteKind::Opaque,
        }
    }

    /// Whether statement `late` may run after statement `early` on the same memory of this class: it is written after it, or both
    /// stand in a loop that the memory outlives.
    pub fn may_follow(&self, layout: &Layout<'_>, class: ClassId, early: StmtId, late: StmtId) -> bool {
        let outlives = |l: StmtId| layout.within(layout.block[l as usize], self.birth(class));
        late > early || layout.loops_around(early).any(|l| layout.contains(l, late) && outlives(l))
    }

    fn union(&mut self, a: Value, b: Value) {
        let (a, b) = (self.class(a), self.class(b));
        self.parent[a.max(b) as usize] = a.min(b);
    }

    fn join(&mut self, f: &Function, stmt: &Stmt) {
        match stmt {
            Stmt::Let { value, op } => {
                for part in shared_by(op).into_iter().filter(|v| is_memory(f, *v)) {
                    self.union(*value, part);
                }
            }
            Stmt::Split { results, place, .. } => results.iter().for_each(|r| self.union(*r, place.base)),
            Stmt::Memory(M::Assign { place, src, .. }) => self.union(place.base, *src),
            Stmt::Memory(M::Push { place, value }) if is_memory(f, *value) => self.union(place.base, *value),
            Stmt::Memory(M::Swap { a, b }) => self.union(a.base, b.base),
            Stmt::Branch(branch) => {
                for arm in branch.arms.iter().filter(|arm| !arm.diverges) {
                    for (result, from) in branch.results.iter().zip(&arm.yields) {
                        if is_memory(f, *result) {
                            self.union(*result, *from);
                        }
                    }
                }
            }
            Stmt::Memory(M::Push { .. } | M::Fill { .. } | M::CopyFrom { .. } | M::SwapElements { .. })
            | Stmt::Store { .. }
            | Stmt::Loop(_)
            | Stmt::Call(_)
            | Stmt::Observe(_) => {}
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

    /// Notes the halves of slices of numbers; what is behind other elements may move from one half to the other. Of a split in a loop that the
    /// memory outlives each iteration may make others.
    fn split(&mut self, f: &Function, layout: &Layout<'_>) {
        for (at, stmt) in layout.stmts.iter().enumerate() {
            let at = at as StmtId;
            match stmt {
                Stmt::Let { value, op: Op::Borrow { place, .. } } if is_memory(f, *value) => {
                    self.halves[value.0 as usize] = self.halves[place.base.0 as usize].clone();
                }
                Stmt::Split { results, place, .. } => {
                    let birth = self.birth(self.class(place.base));
                    let is_once = !layout.loops_around(at).any(|l| layout.within(layout.block[l as usize], birth));
                    for (half, result) in results.iter().enumerate() {
                        let mut halves = self.halves[place.base.0 as usize].clone();
                        halves.extend((is_once && is_numbers(&f[*result].kind)).then_some((at, half)));
                        self.halves[result.0 as usize] = halves;
                    }
                }
                _ => {}
            }
        }
    }

    fn births(&mut self, f: &Function, layout: &Layout<'_>) {
        let mut seen = vec![false; f.values.len()];
        for index in 0..f.values.len() {
            let value = Value(index as u32);
            if !is_memory(f, value) {
                continue;
            }
            let class = self.class(value) as usize;
            let home = layout.home[index];
            if !seen[class] || layout.within(self.birth[class], home) {
                self.birth[class] = home;
            }
            seen[class] = true;
        }
    }
}

/// Whether a value names memory.
pub fn is_memory(f: &Function, value: Value) -> bool {
    match f[value].class {
        Class::Owner | Class::View { .. } => true,
        Class::Plain | Class::Accumulator | Class::Shadow | Class::Record | Class::Pull => false,
    }
}

/// A reference to numbers beside each other.
fn is_numbers(kind: &Kind) -> bool {
    matches!(kind, Kind::Ref(_, to) if matches!(&**to, Kind::Slice(elem) if elem.is_scalar()))
}

/// The memory that the result of an operation may share.
fn shared_by(op: &Op) -> Vec<Value> {
    match op {
        Op::Borrow { place, .. } => vec![place.base],
        Op::Move(from) => vec![*from],
        Op::Alloc(Alloc::List { elems, .. }) => elems.clone(),
        Op::Alloc(Alloc::Construct(construct)) => {
            let rest = construct.rest.iter().map(|rest| rest.base);
            construct.fields.iter().map(|(_, value)| *value).chain(rest).collect()
        }
        Op::Alloc(Alloc::Repeat { elem, .. }) => vec![*elem],
        // Copies, and what is no memory.
        Op::Alloc(Alloc::Scalar(_) | Alloc::Empty { .. } | Alloc::Copy { .. } | Alloc::Opaque(_))
        | Op::Opaque(_)
        | Op::Prim { .. }
        | Op::Select(..)
        | Op::Load(_)
        | Op::Len(_)
        | Op::Float(_) => Vec::new(),
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

/// The memory that a statement writes to (not counting nested statements).
pub fn writes(values: &[ValueData], stmt: &Stmt) -> Vec<(Value, WriteKind)> {
    match stmt {
        Stmt::Store { place, .. } => vec![(place.base, WriteKind::Elements)],
        Stmt::Memory(memory) => match memory {
            M::Assign { place, .. } | M::Fill { place, .. } | M::CopyFrom { place, .. } | M::SwapElements { place, .. } => {
                vec![(place.base, WriteKind::Elements)]
            }
            M::Swap { a, b } => vec![(a.base, WriteKind::Elements), (b.base, WriteKind::Elements)],
            M::Push { place, .. } => vec![(place.base, WriteKind::Append)],
        },
        Stmt::Call(call) => {
            let written = call.args.iter().filter_map(|arg| match arg {
                Arg::Borrow { mutable: true, place } => Some((place.base, WriteKind::Callee)),
                Arg::Borrow { mutable: false, .. } | Arg::Value(_) => None,
            });
            written.collect()
        }
        Stmt::Let { op: Op::Opaque(o) | Op::Alloc(Alloc::Opaque(o)), .. } | Stmt::Observe(o) => written_by_opaque(values, o),
        Stmt::Let { .. } | Stmt::Split { .. } | Stmt::Branch(_) | Stmt::Loop(_) => Vec::new(),
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

fn written_by_opaque(values: &[ValueData], opaque: &Opaque) -> Vec<(Value, WriteKind)> {
    let writable = |v: &Value| match values[v.0 as usize].class {
        Class::Owner => values[v.0 as usize].mutable,
        Class::View { mutable } => mutable,
        Class::Plain | Class::Accumulator | Class::Shadow | Class::Record | Class::Pull => false,
    };
    let uses = opaque.uses.iter().map(|(_, v)| *v).filter(|v| opaque.writes && writable(v));
    uses.map(|v| (v, WriteKind::Opaque)).collect()
}
