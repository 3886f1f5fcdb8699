//! Jacobians and Hessians: of programs of `tests/programs`, against columns of `jvp` and `hvp`, and what they look like.
// Clippy's lints do not count here, rustc's are denied, so it would find nothing; `tests/lints.rs` is there for them.
#![cfg(not(clippy))]
#![forbid(unsafe_code)]
#![deny(warnings)]
#![allow(clippy::all, reason = "forms that lints advise against are what is tested")]
#![allow(unused_qualifications)]

use autodiff_macros::__differentiate_twice as differentiate;

#[path = "../harness/mod.rs"]
#[macro_use]
#[allow(dead_code, unused_imports, unused_macros, reason = "for the binaries that check everything else")]
mod harness;
#[macro_use]
mod table;

#[path = "../programs/arrays.rs"]
mod arrays;
#[path = "../programs/calls.rs"]
mod calls;
#[path = "../programs/exits.rs"]
mod exits;
#[path = "../programs/lengths.rs"]
mod lengths;
#[path = "../programs/linalg.rs"]
mod linalg;
#[path = "../programs/outputs.rs"]
mod outputs;
#[path = "../programs/precision.rs"]
mod precision;
#[path = "../programs/reprojection.rs"]
mod reprojection;
#[path = "../programs/vecs.rs"]
mod vecs;

mod hessian_lanes;
mod lanes;
mod shapes;
