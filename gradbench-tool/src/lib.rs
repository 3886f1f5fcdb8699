//! GradBench's functions, each with its primal and its derivative, and the protocol by which GradBench asks for them.
//!
//! [`functions`] holds one module a function: what `#[differentiate]` stands on is what is differentiated. [`evaluation`] runs and
//! times one of them, [`protocol`] speaks to the benchmark.

#![forbid(unsafe_code)]

pub mod evaluation;
pub mod functions;
pub mod protocol;
