//! The intermediate representation: what it can say, and what each form means.
//!
//! A [`Function`] is one body: a tree of [`Block`]s of [`Stmt`]s over [`Value`]s.
//! It is structured (no jumps), in A-normal form (operands are values), close to the source, and **closed**: the adjoint
//! and the tangent of a function are functions in the same representation, so that transforms compose.
//!
//! # Values
//!
//! A value is a name for something that a statement defines. What may be done with it depends on its [`Class`]:
//!
//! * [`Class::Plain`]: assigned exactly once, read any number of times. Floats that the macro knows to be floats, and
//!   everything inactive (integers, bools, enums, ranges, strings …). User variables that are assigned several times
//!   become several values ("renamed per assignment"); [`Branch::results`] and [`Carried`] join them again.
//! * [`Class::Owner`]: owned *memory*: arrays, `Vec`s, tuples kept whole, values of unknown type, and scalars whose
//!   address is taken (`&s`, `&mut s`). Defined once, modified in place by [`Stmt::Store`] and its relatives through [`Place`]s.
//! * [`Class::View`]: a reference into memory: a reference parameter, or one derived by [`Op::Borrow`], [`Stmt::Split`],
//!   or a [`Branch`] that yields views. Never reassigned.
//! * [`Class::Accumulator`]: a mutable float local of an adjoint program (`x_bar`), or a mutable integer that walks back.
//! * [`Class::Shadow`]: a zero-initialised owner of `Cell`s, or a shared reference into one. Used through shared references only.
//! * [`Class::Record`], [`Class::Pull`]: a vector of recorded tuples; a callee's pullback.
//!
//! Only active memory and active plain floats have adjoints. Inactive memory (`perm: Vec<usize>`) is memory all the same,
//! because the reverse sweep may need what it held.
//!
//! # Order of evaluation
//!
//! Statements run in order; an operand is evaluated where its value is defined. `emit` may print a value that is used once
//! at its place of use when nothing in between could change it: that is a matter of style, not of meaning.
//!
//! # Scope
//!
//! A value is visible in the rest of its block and in the blocks nested there. What leaves a block leaves through
//! its `yields`. Nested blocks `{ … }` of the source are flattened.
//!
//! # Exits
//!
//! `break`, `continue`, `return` and `?` do not occur. Statements behind an exit become the other arm of its branch; a loop
//! that can be left early yields a `stop` flag ([`Loop::stop`]). A function's result is [`Function::result`].

pub mod build;
pub mod print;
pub mod verify;
pub mod visit;

use proc_macro2::Span;

/// Handle of a value; an index into [`Function::values`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Value(pub u32);

/// What is known of a value, apart from its definition.
#[derive(Clone, Debug)]
pub struct ValueData {
    /// Name to start from: the user's identifier, `t` for temporaries; `emit::names` makes it unique.
    pub name: String,
    /// The user's expression or binding that this value comes from.
    pub span: Span,
    /// What may be done with it.
    pub class: Class,
    /// The light, syntactic type.
    pub kind: Kind,
    /// The user's annotation (`let x: T = …`), printed where the value is defined.
    pub ty: Option<syn::Type>,
    /// Declared `mut` where it is defined: owners that are modified.
    pub mutable: bool,
    /// A shadow that the caller may decline (`Option<&Shadow>`): all that touches it is printed under `if let Some`.
    pub optional: bool,
}

/// See the module docs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Assigned once.
    Plain,
    /// Owned memory.
    Owner,
    /// A reference into memory, of kind [`Kind::Ref`].
    View {
        /// `&mut`.
        mutable: bool,
    },
    /// A mutable local of an adjoint program.
    Accumulator,
    /// Zero-initialised cells, or a shared reference into them.
    Shadow,
    /// A vector of recorded tuples.
    Record,
    /// A pullback returned by a callee's `forward`.
    Pull,
}

/// The light type inferred from syntax. Used for readable output, for cost, and to know what cannot be active;
/// never trusted for soundness: `Unknown` is always right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `f64` or `f32`: known to be a float.
    Float,
    /// Any integer.
    Integer,
    /// `bool`.
    Bool,
    /// `()`.
    Unit,
    /// Known to carry no derivative, otherwise opaque (`char`, `String`, ranges, a `#[constant]` of any type).
    Passive,
    /// `[T; N]`.
    Array(Box<Kind>),
    /// `[T]`.
    Slice(Box<Kind>),
    /// `Vec<T>`.
    Vec(Box<Kind>),
    /// A tuple that is kept whole.
    Tuple(Vec<Kind>),
    /// `&T` or `&mut T`.
    Ref(bool, Box<Kind>),
    /// Anything else: may be active, treated as memory, rules found by traits.
    Unknown,
}

/// One function in the representation.
#[derive(Clone, Debug)]
pub struct Function {
    /// All values, indexed by [`Value`].
    pub values: Vec<ValueData>,
    /// The parameters, in the user's order.
    pub params: Vec<Param>,
    /// The body.
    pub body: Block,
    /// What the function returns, available at the end of `body`.
    pub result: Tree,
    /// The written return type; `()` if none.
    pub result_ty: syn::Type,
    /// Tangent programs: for each parameter its tangent parameter, if it is active.
    pub dots: Vec<Option<Value>>,
    /// Tangent programs: the tangent of `result`, of the same shape, with `()` for integers and the like; printed as the second
    /// half of a pair.
    pub result_dot: Option<Tree>,
}

impl Kind {
    /// A number or a bool: always `Copy`.
    pub fn is_scalar(&self) -> bool {
        matches!(self, Kind::Float | Kind::Integer | Kind::Bool)
    }

    /// Known by syntax to carry no derivative.
    pub fn is_inactive(&self) -> bool {
        match self {
            Kind::Integer | Kind::Bool | Kind::Unit | Kind::Passive => true,
            Kind::Float | Kind::Unknown => false,
            Kind::Array(k) | Kind::Slice(k) | Kind::Vec(k) | Kind::Ref(_, k) => k.is_inactive(),
            Kind::Tuple(kinds) => kinds.iter().all(Kind::is_inactive),
        }
    }
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
            | Stmt::CursorNew { .. }
            | Stmt::LogRange { .. }
            | Stmt::UnlogRange { .. }
            | Stmt::Unshare(_)
            | Stmt::Pull(_)
            | Stmt::Closure(_) => Vec::new(),
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
            | Stmt::CursorNew { .. }
            | Stmt::LogRange { .. }
            | Stmt::UnlogRange { .. }
            | Stmt::Unshare(_)
            | Stmt::Pull(_)
            | Stmt::Closure(_) => false,
        })
    }
}

impl Tree {
    /// The values in it, from left to right.
    pub fn leaves(&self) -> Vec<Value> {
        match self {
            Tree::Unit => Vec::new(),
            Tree::Leaf(value) => vec![*value],
            Tree::Tuple(parts) => parts.iter().flat_map(Tree::leaves).collect(),
        }
    }
}

impl std::ops::Index<Value> for Function {
    type Output = ValueData;
    fn index(&self, value: Value) -> &ValueData {
        &self.values[value.0 as usize]
    }
}

/// One parameter. Pattern parameters (`(a, b): (f64, f64)`) have been given a name and are taken apart in the body.
#[derive(Clone, Debug)]
pub struct Param {
    /// The parameter as a value: Plain for by-value floats, integers, bools and passive types; `Owner` for other by-value
    /// types; `View` for references.
    pub value: Value,
    /// The type as written, without `#[constant]`.
    pub ty: syn::Type,
    /// How it is passed.
    pub mode: Mode,
    /// Differentiable: has a shadow and a tangent.
    pub active: bool,
}

/// How a parameter is passed by the user; see the calling convention in the crate docs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// By value, `Copy` by syntax (floats, integers, `bool`, `char`, and arrays and tuples of those).
    Copy,
    /// By value, anything else.
    Move,
    /// `&T`.
    Shared,
    /// `&mut T`.
    Mut,
}

/// A result made of values: functions return trees, so that tuples need no temporaries.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// `()`.
    Unit,
    /// One value: Plain, or an Owner that is moved out (or copied, for arrays).
    Leaf(Value),
    /// `(a, b, …)`.
    Tuple(Vec<Tree>),
}

/// A sequence of statements and what it hands to the outside.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// In order of execution.
    pub stmts: Vec<Stmt>,
    /// Values yielded to the enclosing construct, which says what they mean.
    pub yields: Vec<Value>,
    /// The block ends in a panic and yields nothing.
    pub diverges: bool,
}

/// A memory location or part of memory: `base` followed by projections. The base is an Owner, a View or a Shadow.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Where it starts.
    pub base: Value,
    /// Applied from left to right.
    pub proj: Vec<Proj>,
}

/// One step into memory.
#[derive(Clone, Debug, PartialEq)]
pub enum Proj {
    /// `*p`. Omitted where Rust dereferences by itself (before an index, a field, a method). Dropped on shadows.
    Deref,
    /// `p[i]` with an integer.
    Index(Value),
    /// `p.field`, `p.0`.
    Field(syn::Member),
    /// `p[lo..hi]`, either end may be missing; `inclusive` for `..=`.
    Range {
        /// Lower end.
        lo: Option<Value>,
        /// Upper end.
        hi: Option<Value>,
        /// `..=`.
        inclusive: bool,
    },
}

/// An inactive expression of the user's, kept as it is. Free local names in it are operands.
#[derive(Clone, Debug)]
pub struct Opaque {
    /// The user's tokens.
    pub expr: syn::Expr,
    /// Each local identifier that occurs free, and the value it stands for at this point. Printing replaces the identifier by
    /// the value's emitted name, everywhere but inside macro invocations (which are wrapped in `let`s instead).
    pub uses: Vec<(syn::Ident, Value)>,
    /// Evaluating it again gives the same and has no effect: arithmetic, casts, comparisons, literals, paths, `len()`.
    /// False for calls, macros and unknown methods.
    pub pure_: bool,
    /// It may modify the memory behind the Owners and Views among `uses` (a method call on a mutable one).
    pub writes: bool,
}

/// Right-hand sides that define one value.
#[derive(Clone, Debug)]
pub enum Op {
    /// An inactive expression. Literals and constants are this too, with no uses.
    Opaque(Opaque),
    /// A primitive of the rule table on floats (or, if an operand's kind is Unknown, on whatever has the rule).
    Prim {
        /// Index into the rule table.
        prim: crate::rules::Prim,
        /// Operands; inactive ones (the exponent of `powi`) may be integers.
        args: Vec<Value>,
    },
    /// `if c { a } else { b }` on floats, without control flow (rule partials, simplification).
    Select(Value, Value, Value),
    /// Reads a float (or an inactive scalar) out of memory; the result is Plain. An `Unknown` element is a Load with an Owner result.
    Load(Place),
    /// `place.len()`: depends on the length only, not on what is stored.
    Len(Place),
    /// `&place` or `&mut place`: the result is a View (or, in adjoint programs, a Shadow reference if the base is a shadow).
    Borrow {
        /// `&mut`.
        mutable: bool,
        /// What is borrowed.
        place: Place,
    },
    /// New memory; the result is an Owner.
    Alloc(Alloc),
    /// Moves an Owner to a new name (`let v = u;`, a moved `Vec`, a value of unknown type).
    Move(Value),
    /// The current value of an accumulator.
    Read(Value),
    /// A literal float of an adjoint or tangent program.
    Float(f64),
    /// A shadow of the given shape, all zero.
    Zeros(Shape),
    /// Takes the adjoint out of a shadow place, leaving zero. Floats: Plain. Unknown types: by value, `Grad`.
    Take(Place),
    /// Reads the adjoint in a shadow place.
    Peek(Place),
    /// The contribution of `out_bar` to operand `operand` of a primitive on operands of unknown type (`Rule1`/`Rule2` of the runtime).
    Pullback {
        /// The primitive.
        prim: crate::rules::Prim,
        /// Its operands in the forward sweep.
        args: Vec<Value>,
        /// Its result in the forward sweep.
        out: Value,
        /// The adjoint of the result, by value.
        out_bar: Value,
        /// Which operand the contribution is for.
        operand: usize,
    },
    /// The tangent of a primitive on operands of unknown type; a missing tangent is zero.
    Pushforward {
        /// The primitive.
        prim: crate::rules::Prim,
        /// Its operands.
        args: Vec<Value>,
        /// Its result.
        out: Value,
        /// Tangents of the operands.
        dots: Vec<Option<Value>>,
    },
    /// A zero tangent (`Grad`) shaped like a place of unknown type.
    ZeroTangent(Place),
    /// Adjoint programs: what arm `index` recorded, as `rt::ArmN::X((a, b, …))`, yielded by that arm as one more result of its
    /// branch and taken apart by [`On::Arm`]. If `of` is 1 it is the bare tuple.
    Arm {
        /// Which of the arms that do not diverge, counted from 0.
        index: usize,
        /// How many arms do not diverge.
        of: usize,
        /// What is recorded; Owners, pulls and records are moved in.
        values: Vec<Value>,
    },
}

/// How new memory is made. The result has the tangent and the shadow that follow from its elements.
#[derive(Clone, Debug)]
pub enum Alloc {
    /// `let mut s = value;` of a scalar whose address is taken later (`&s`, `&mut s`): memory of kind Float, Integer or Bool,
    /// read by [`Op::Load`] and written by [`Stmt::Store`] with an empty projection.
    Scalar(Value),
    /// `[elem; len]` or `vec![elem; len]`; `elem` is Plain or an Owner.
    Repeat {
        /// The element.
        elem: Value,
        /// How many.
        len: Value,
        /// `vec!`.
        vec: bool,
    },
    /// `[a, b]`, `vec![a, b]`, or a tuple kept whole.
    List {
        /// The elements, Plain or Owners.
        elems: Vec<Value>,
        /// Which brackets.
        form: ListForm,
    },
    /// `Vec::new()` or `Vec::with_capacity(n)`.
    Empty {
        /// The capacity.
        capacity: Option<Value>,
    },
    /// A copy of memory: `p.to_vec()`, `p.clone()`, or a plain use of a `Copy` array.
    Copy {
        /// What is copied.
        place: Place,
        /// The method, or none for a `Copy` use.
        method: Option<syn::Ident>,
    },
    /// An inactive allocation of the user's (`(0..n).collect()`): zero shadow like its result.
    Opaque(Opaque),
}

/// See [`Alloc::List`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListForm {
    /// `[a, b]`.
    Array,
    /// `vec![a, b]`.
    Vec,
    /// `(a, b)`.
    Tuple,
}

/// The shape of a zero shadow.
#[derive(Clone, Debug)]
pub enum Shape {
    /// Like this memory: `rt::zeros(&place)`.
    Like(Place),
    /// `vec![0.0; len]` of floats.
    Vec(Value),
    /// `[0.0; len]` of floats.
    Array(Value),
    /// One float.
    Float,
    /// As many floats as were listed (`[a, b, c]`).
    List(usize, ListForm),
}

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

/// `if` or `match`: runs one arm. Arms yield as many values as there are `results`.
#[derive(Clone, Debug)]
pub struct Branch {
    /// What is tested.
    pub on: On,
    /// The arms: for [`On::If`] exactly two, then and else; for [`On::Match`] one for each pattern.
    pub arms: Vec<Block>,
    /// What the arms' `yields` become: Plain values, Owners (moved out of the arm) or Views.
    pub results: Vec<Value>,
}

/// What a [`Branch`] tests.
#[derive(Clone, Debug)]
pub enum On {
    /// A bool.
    If(Value),
    /// `match scrutinee { pattern if guard => … }`. Patterns bind nothing active.
    Match {
        /// Inactive, Plain.
        scrutinee: Value,
        /// One for each arm.
        patterns: Vec<Pattern>,
    },
    /// Adjoint programs: which arm ran, as recorded (`rt::ArmN`), with that arm's recorded values, defined again in the arm.
    Arm {
        /// The recorded arm.
        arm: Value,
        /// For each arm, the values in its tuple; `None` for an arm that diverges (it has no variant).
        values: Vec<Option<Vec<Value>>>,
    },
}

/// One arm's pattern.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// The user's pattern, `|` alternatives included.
    pub pat: syn::Pat,
    /// The user's guard.
    pub guard: Option<Opaque>,
    /// Names that the pattern binds, as inactive Plain values of the arm's block.
    pub binds: Vec<(syn::Ident, Value)>,
}

/// `for`, `while` and `loop`.
#[derive(Clone, Debug)]
pub struct Loop {
    /// What makes it go on.
    pub header: Header,
    /// Plain values that change from one iteration to the next.
    pub carried: Vec<Carried>,
    /// One iteration; its `yields` are the next values of `carried`, in order, and then, if `can_stop`, one bool: leave the loop after this iteration.
    pub body: Block,
    /// The body's last yield is a stop flag.
    pub can_stop: bool,
    /// If set: defined by the loop for the reverse sweep. Range: the end that replaces `hi` (for `rev`: `lo`) when the loop was
    /// left early; others: how many iterations ran.
    pub trips: Option<Value>,
    /// The user's label and span, for messages.
    pub span: Span,
}

/// A Plain value that a loop changes: `param` is what an iteration starts with (first `init`), `result` what remains after the loop.
#[derive(Clone, Copy, Debug)]
pub struct Carried {
    /// Before the first iteration.
    pub init: Value,
    /// At the start of an iteration; visible in the header's condition and the body.
    pub param: Value,
    /// After the loop.
    pub result: Value,
}

/// What makes a loop go on.
#[derive(Clone, Debug)]
pub enum Header {
    /// `for index in lo..hi`, with `.step_by(step)` and then `.rev()` if so.
    Range {
        /// Integer, Plain, defined for each iteration.
        index: Value,
        /// Lower end.
        lo: Value,
        /// Upper end.
        hi: Value,
        /// `..=`.
        inclusive: bool,
        /// `.step_by(step)`.
        step: Option<Value>,
        /// Runs downwards.
        rev: bool,
    },
    /// `while { stmts; yields[0] }`. The reverse sweep passes it by, so it [only observes](Block::only_observes).
    While(Block),
    /// `loop`, and adjoints of while loops: `for _ in 0..count` when a count is given.
    Forever,
    /// `for _ in 0..count` (adjoints of `While`, `Forever` and `Items`).
    Times(Value),
    /// `for pattern in iterator`, all inactive: iterators that the macro does not know.
    Items {
        /// The user's iterator.
        iterator: Opaque,
        /// The user's pattern.
        pat: syn::Pat,
        /// Names that it binds, inactive, Plain.
        binds: Vec<(syn::Ident, Value)>,
    },
}

/// A call of a function that has (or must have) a companion.
#[derive(Clone, Debug)]
pub struct Call {
    /// `path::to::g`, with the user's span and turbofish.
    pub path: syn::Path,
    /// In the callee's order.
    pub args: Vec<Arg>,
    /// What the call defines: Plain (known to be a float or inactive), Owner (unknown, arrays, `Vec`s), a tuple of those as destructured at the
    /// call, or nothing.
    pub result: Tree,
    /// Defined in adjoint programs: the callee's pullback. `Some` makes this a call of `path::forward`.
    pub pull: Option<Value>,
    /// Defined in tangent programs: `Some` makes this a call of `path::tangent`.
    pub tangent: Option<TangentCall>,
}

/// See [`Call::tangent`].
#[derive(Clone, Debug)]
pub struct TangentCall {
    /// For each argument its tangent; `None` for what is zero or has none (integers, constants of unknown type).
    pub args: Vec<Option<Arg>>,
    /// The result's tangent, shaped like [`Call::result`].
    pub result: Tree,
}

/// An argument as the user passes it.
#[derive(Clone, Debug)]
pub enum Arg {
    /// By value: Plain or an Owner (moved, or copied if it can be).
    Value(Value),
    /// A reference variable passed on (`w`), or memory borrowed in place (`&w[1..]`, `&mut buf`); an empty projection of a View is that view itself.
    Borrow {
        /// `&mut`.
        mutable: bool,
        /// What is passed.
        place: Place,
    },
}

/// See [`Stmt::Pull`].
#[derive(Clone, Debug)]
pub struct Pull {
    /// The pullback.
    pub pull: Value,
    /// The arguments of the forward call, for the slots of the primal.
    pub args: Vec<Arg>,
    /// The shadow of the result: for a Plain float its adjoint (wrapped in a new cell), for an Owner its shadow; shaped like [`Call::result`].
    pub out_bar: Tree,
    /// For each argument where its adjoint goes.
    pub slots: Vec<SlotArg>,
}

/// Where the adjoint of one argument goes.
#[derive(Clone, Debug)]
pub enum SlotArg {
    /// Not wanted.
    None,
    /// Into a shadow.
    Shadow(Place),
    /// Into a new cell, read back into this Plain value after the pull (arguments that are Plain floats).
    Cell(Value),
}

/// See [`Stmt::Closure`].
#[derive(Clone, Debug)]
pub struct Closure {
    /// For each parameter of the function: the primal in its after-call state, visible in `body` under the parameter's own value unless `Ignored`.
    pub primals: Vec<PrimalSlot>,
    /// The result's shadow: Plain floats as accumulators are read from it in `body` by [`Op::Peek`].
    pub out_bar: Value,
    /// For each parameter its shadow, if it is active: a Shadow with `optional`.
    pub shadows: Vec<Option<Value>>,
    /// The reverse sweep.
    pub body: Block,
}

/// One primal slot of a pullback.
#[derive(Clone, Copy, Debug)]
pub enum PrimalSlot {
    /// By-value `Copy` parameter: the closure captured it if it is needed.
    Ignored,
    /// Passed again; bound to this parameter value.
    Again(Value),
}
