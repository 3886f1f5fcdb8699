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
//! # Order
//!
//! A tangent program is the derivative of a program in one direction; its own tangent is the derivative in a second one, and so on.
//! After `k` of them there is one tangent for each non-empty set of the `k` directions (`x_dot`, `x_dot2`, and `x_dot_dot2` for both at
//! once). Wherever a statement has tangents beside its operands they are listed by set, the set as a bit mask, from mask 1 on: a
//! list of `2^k - 1`. The tangent transform doubles it: behind what is there comes the tangent of the operands themselves, then that
//! of each tangent in the list.
//!
//! # Function values
//!
//! A parameter that is a function is a View of what it captures ([`Mode::Function`]), called by [`Callee::Function`]. Where one is passed, what it captures
//! stands among the arguments, and [`Call::functions`] says which of them are one to the callee.
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
//! that can be left early yields a `stop` flag ([`Loop::can_stop`]). A function's result is [`Function::result`]; an error or `None` by
//! which loops leave a function goes into inactive memory of its own.

pub mod build;
pub mod print;
pub mod verify;
pub mod visit;

// The parts of one representation; all of it is reached as `ir::X`.
mod call;
mod control;
mod function;
mod op;
mod stmt;
mod value;

pub use call::*;
pub use control::*;
pub use function::*;
pub use op::*;
pub use stmt::*;
pub use value::*;
