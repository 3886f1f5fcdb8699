//! What was once wrong, found by random programs (`tests/properties.rs`): one file a fault, with what it was about.
#![forbid(unsafe_code)]

#[path = "harness/mod.rs"]
#[macro_use]
mod harness;

#[path = "regression/assigned_vector.rs"]
mod assigned_vector;
#[path = "regression/parentheses.rs"]
mod parentheses;
#[path = "regression/unused_accumulator.rs"]
mod unused_accumulator;
