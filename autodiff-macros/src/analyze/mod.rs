//! What is known about a function before it is transformed: side tables keyed by value and by statement.
//!
//! | table | says |
//! |---|---|
//! | [`Layout`] | where everything is: statement numbers, blocks, homes of values |
//! | [`Memory`] | which names may refer to the same memory, and who writes there |
//! | [`Activity`] | which values carry derivatives |
//! | [`affine::Forms`] | integers as sums, to tell places apart |
//! | [`sizes::Sizes`] | which integers are `usize` |
//! | [`Record`] | how the reverse sweep finds again what it needs |

pub mod activity;
pub mod affine;
pub mod layout;
pub mod memory;
pub mod record;
pub mod sizes;

pub use activity::Activity;
pub use layout::Layout;
pub use memory::Memory;
pub use record::Record;
