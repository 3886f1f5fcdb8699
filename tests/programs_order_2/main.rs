//! The programs of `tests/programs` at order 2, first part: two crates are built side by side.
// As in `tests/programs`.
#![cfg(not(clippy))]
#![forbid(unsafe_code)]
#![deny(warnings)]
#![allow(clippy::all, reason = "forms that lints advise against are what is tested")]
#![allow(unused_qualifications)]

use autodiff_macros::__differentiate_twice as differentiate;

#[macro_use]
mod hidden;

#[path = "../harness/mod.rs"]
#[macro_use]
mod harness;

#[path = "../programs/accessors.rs"]
mod accessors;
#[path = "../programs/adaptors.rs"]
mod adaptors;
#[path = "../programs/aliasing.rs"]
mod aliasing;
#[path = "../programs/arrays.rs"]
mod arrays;
#[path = "../programs/as_written.rs"]
mod as_written;
#[path = "../programs/asked_again.rs"]
mod asked_again;
#[path = "../programs/assigned.rs"]
mod assigned;
#[path = "../programs/attributes.rs"]
mod attributes;
#[path = "../programs/audited.rs"]
mod audited;
#[path = "../programs/branches.rs"]
mod branches;
#[path = "../programs/buffers.rs"]
mod buffers;
#[path = "../programs/calls.rs"]
mod calls;
#[path = "../programs/closures.rs"]
mod closures;
#[path = "../programs/conditions.rs"]
mod conditions;
#[path = "../programs/constants.rs"]
mod constants;
#[path = "../programs/dynamics.rs"]
mod dynamics;
#[path = "../programs/effects.rs"]
mod effects;
#[path = "../programs/elements.rs"]
mod elements;
#[path = "../programs/enums.rs"]
mod enums;
#[path = "../programs/exits.rs"]
mod exits;
#[path = "../programs/field_memory.rs"]
mod field_memory;
#[path = "../programs/filled.rs"]
mod filled;
#[path = "../programs/finance.rs"]
mod finance;
#[path = "../programs/fitting.rs"]
mod fitting;
#[path = "../programs/float_bounds.rs"]
mod float_bounds;
#[path = "../programs/floats.rs"]
mod floats;
#[path = "../programs/forms.rs"]
mod forms;
#[path = "../programs/functions.rs"]
mod functions;
#[path = "../programs/fused.rs"]
mod fused;
#[path = "../programs/gathered.rs"]
mod gathered;
#[path = "../programs/generics.rs"]
mod generics;
#[path = "../programs/interplay.rs"]
mod interplay;
#[path = "../programs/iterators.rs"]
mod iterators;
#[path = "../programs/left_with.rs"]
mod left_with;
#[path = "../programs/linalg.rs"]
mod linalg;
#[path = "../programs/loops.rs"]
mod loops;
#[path = "../programs/methods.rs"]
mod methods;
#[path = "../programs/mixture.rs"]
mod mixture;
#[path = "../programs/models.rs"]
mod models;
#[path = "../programs/mutation.rs"]
mod mutation;
#[path = "../programs/named.rs"]
mod named;
#[path = "../programs/network.rs"]
mod network;
#[path = "../programs/numerics.rs"]
mod numerics;
#[path = "../programs/observers.rs"]
mod observers;
#[path = "../programs/operators.rs"]
mod operators;
#[path = "../programs/outputs.rs"]
mod outputs;
#[path = "../programs/precision.rs"]
mod precision;
#[path = "../programs/reprojection.rs"]
mod reprojection;
#[path = "../programs/vectors.rs"]
mod vectors;
