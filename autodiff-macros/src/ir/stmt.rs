//! Statements.

use super::{Alloc, Arg, Block, Branch, Call, Closure, Header, Loop, Op, Opaque, Place, Pull, Value};

/// Statements.
#[derive(Clone, Debug)]
pub enum Stmt {
    /// `let value = op;`
    Let {
        /// What is defined.
        value: Value,
        /// How.
        op: Op,
    },
    /// `let (a, b) = place.split_at_mut(k);` and other methods of slices that return several views.
    Split {
        /// Views into `place` (or shadow references, if its base is a shadow).
        results: Vec<Value>,
        /// `split_at`, `split_at_mut`.
        method: syn::Ident,
        /// The receiver.
        place: Place,
        /// Other arguments.
        args: Vec<Value>,
    },
    /// `place = value;` of one scalar. `old` names what was overwritten, if it is recorded (`mem::replace`).
    Store {
        /// The target; its last projection selects a scalar.
        place: Place,
        /// Plain.
        value: Value,
        /// Plain; defined by this statement.
        old: Option<Value>,
    },
    /// Modifies memory as a whole.
    Memory(Memory),
    /// `if` and `match`.
    Branch(Branch),
    /// `for`, `while`, `loop`.
    Loop(Box<Loop>),
    /// Call of a differentiated function with at least one argument that may be active.
    Call(Box<Call>),
    /// Statements of the user's that only observe or only touch inactive values (`println!`, `assert!`, `let` of a foreign iterator):
    /// printed in the forward sweep, absent from the reverse sweep. An item in a body (`fn`, `const`, `use`) is this too, as [`syn::Expr::Verbatim`].
    Observe(Opaque),

    // ---- adjoint and tangent programs only
    /// `let mut acc = init;`
    Declare {
        /// The accumulator.
        acc: Value,
        /// Its first value.
        init: Value,
    },
    /// `acc = value;`
    Set {
        /// The accumulator.
        acc: Value,
        /// Its new value.
        value: Value,
    },
    /// `acc += value;`
    Add {
        /// The accumulator.
        acc: Value,
        /// What is added.
        value: Value,
    },
    /// Adds a float (or a `Grad`, for unknown types) into a shadow place.
    ShadowAdd {
        /// The place.
        place: Place,
        /// The contribution.
        value: Value,
    },
    /// Adds one shadow to another of the same shape, elementwise; `take` leaves zeros in `from`.
    ShadowAddFrom {
        /// Where to.
        to: Place,
        /// Where from.
        from: Place,
        /// Leave zeros behind.
        take: bool,
    },
    /// Sets a shadow place to zero, elementwise.
    ShadowClear(Place),
    /// `let mut record = Vec::new();`
    RecordNew {
        /// The record.
        record: Value,
        /// Known number of entries.
        capacity: Option<Value>,
    },
    /// `record.push((a, b, …));` Owners and pulls are moved in.
    RecordPush {
        /// The record.
        record: Value,
        /// What is recorded.
        values: Vec<Value>,
    },
    /// `cursor -= 1; let (a, b, …) = &record[cursor];`
    RecordRead {
        /// The record.
        record: Value,
        /// The accumulator that walks back through it.
        cursor: Value,
        /// The same values as pushed, defined again in this scope. Owners come as shared references.
        values: Vec<Value>,
    },
    /// `let part = rt::last(&record, &mut cursor, lo..hi);`: what the iterations of a loop over `lo..hi` recorded, in their order. Made by
    /// the last pass (`transform::fission`).
    RecordPart {
        /// A Record: a slice of `record`.
        part: Value,
        /// The record.
        record: Value,
        /// The accumulator that walks back through it.
        cursor: Value,
        /// The loop's lower end.
        lo: Value,
        /// Its upper end.
        hi: Value,
    },
    /// `let (a, b, …) = part[at];`
    RecordAt {
        /// See [`Stmt::RecordPart`].
        part: Value,
        /// Number of the iteration; Plain.
        at: Value,
        /// As for [`Stmt::RecordRead`].
        values: Vec<Value>,
    },
    /// `let mut cursor = record.len();` in the pullback.
    CursorNew {
        /// The accumulator.
        cursor: Value,
        /// The record.
        record: Value,
    },
    /// A log of whole ranges of one array: `log.extend_from_slice(&place)`.
    LogRange {
        /// The log, a Record.
        log: Value,
        /// A contiguous range of floats.
        place: Place,
    },
    /// `cursor -= place.len(); place.copy_from_slice(&log[cursor..][..place.len()])`.
    UnlogRange {
        /// The log.
        log: Value,
        /// The accumulator that walks back through it.
        cursor: Value,
        /// The range, as logged.
        place: Place,
    },
    /// `let mut owner = owner.clone();`: a captured or recorded owner that this pull rewinds.
    Unshare(Value),
    /// Runs a callee's pullback.
    Pull(Box<Pull>),
    /// `move |params…| { body }`, the second half of a `forward`.
    Closure(Box<Closure>),
}

/// See [`Stmt::Memory`].
#[derive(Clone, Debug)]
pub enum Memory {
    /// `place = src;` of an array, a `Vec`, a row: moves or copies `src` in. `old` receives the previous owner, if needed.
    Assign {
        /// The target.
        place: Place,
        /// An Owner.
        src: Value,
        /// An Owner defined by this statement (`mem::replace`).
        old: Option<Value>,
    },
    /// `place.fill(value)`.
    Fill {
        /// The target.
        place: Place,
        /// Plain.
        value: Value,
    },
    /// `place.copy_from_slice(&src)` (or `clone_from_slice`).
    CopyFrom {
        /// The target.
        place: Place,
        /// The source.
        src: Place,
    },
    /// `std::mem::swap(&mut a, &mut b)`.
    Swap {
        /// One.
        a: Place,
        /// The other.
        b: Place,
    },
    /// `place.swap(i, j)`.
    SwapElements {
        /// The slice.
        place: Place,
        /// One index.
        i: Value,
        /// The other.
        j: Value,
    },
    /// `place.push(value)`; `value` is Plain or an Owner.
    Push {
        /// The `Vec`.
        place: Place,
        /// The new element.
        value: Value,
    },
}

impl Stmt {
    /// The blocks nested in this statement, in order of execution; the blocks of a [`Closure`] are not among them.
    pub fn blocks(&self) -> Vec<&Block> {
        match self {
            Stmt::Branch(branch) => branch.arms.iter().collect(),
            Stmt::Loop(l) => match &l.header {
                Header::While(cond) => vec![cond, &l.body],
                Header::Range { .. } | Header::Forever | Header::Times(_) | Header::Items { .. } => vec![&l.body],
            },
            Stmt::Let { .. }
            | Stmt::Split { .. }
            | Stmt::Store { .. }
            | Stmt::Memory(_)
            | Stmt::Call(_)
            | Stmt::Observe(_)
            | Stmt::Declare { .. }
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
            | Stmt::Closure(_) => Vec::new(),
        }
    }
}

impl Stmt {
    /// The accumulator that this statement itself assigns to, after its declaration.
    pub fn assigned(&self) -> Option<Value> {
        match self {
            Stmt::Set { acc, .. }
            | Stmt::Add { acc, .. }
            | Stmt::RecordRead { cursor: acc, .. }
            | Stmt::RecordPart { cursor: acc, .. }
            | Stmt::UnlogRange { cursor: acc, .. } => Some(*acc),
            Stmt::Let { .. }
            | Stmt::Split { .. }
            | Stmt::Store { .. }
            | Stmt::Memory(_)
            | Stmt::Branch(_)
            | Stmt::Loop(_)
            | Stmt::Call(_)
            | Stmt::Observe(_)
            | Stmt::Declare { .. }
            | Stmt::ShadowAdd { .. }
            | Stmt::ShadowAddFrom { .. }
            | Stmt::ShadowClear(_)
            | Stmt::RecordNew { .. }
            | Stmt::RecordPush { .. }
            | Stmt::RecordAt { .. }
            | Stmt::CursorNew { .. }
            | Stmt::LogRange { .. }
            | Stmt::Unshare(_)
            | Stmt::Pull(_)
            | Stmt::Closure(_) => None,
        }
    }
}

impl Block {
    /// Nothing in it changes memory that exists outside of one evaluation.
    pub fn only_observes(&self) -> bool {
        self.stmts.iter().all(|stmt| match stmt {
            Stmt::Store { .. } | Stmt::Memory(_) => false,
            Stmt::Let { op: Op::Opaque(opaque) | Op::Alloc(Alloc::Opaque(opaque)), .. } | Stmt::Observe(opaque) => !opaque.writes,
            Stmt::Call(call) => !call.args.iter().any(|arg| matches!(arg, Arg::Borrow { mutable: true, .. })),
            Stmt::Branch(_) | Stmt::Loop(_) => stmt.blocks().into_iter().all(Block::only_observes),
            Stmt::Let { .. } | Stmt::Split { .. } => true,
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
            | Stmt::Closure(_) => false,
        })
    }
}
