//! Branches and loops.

use super::{Block, Opaque, Value};
use proc_macro2::Span;

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
    /// `match scrutinee { pattern if guard => … }`. Patterns bind nothing active: where the user's do, the scrutinee is the number of the arm.
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
    /// What the body adds to accumulators, by statements of its own, may be added up in any order: emitted as a sum in several lanes.
    pub lanes: bool,
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
