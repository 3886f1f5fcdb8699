//! Ordinary numerical functions, each with every derivative checked against the function itself.
//!
//! One module a theme; the table at the end of a module says at which points its programs are tested.
// Clippy's lints do not count here, rustc's are denied, so it would find nothing; `tests/lints.rs` is there for them.
#![cfg(not(clippy))]
#![forbid(unsafe_code)]
#![deny(warnings)]
#![allow(clippy::all, reason = "forms that lints advise against are what is tested")]
// Callees and constants are named by paths of all lengths.
#![allow(unused_qualifications)]

use differentiate::differentiate;

/// Only `tests/programs_order_2` has second derivatives.
macro_rules! second {
    ($($program:tt)*) => {
        None
    };
}

#[path = "../harness/mod.rs"]
#[macro_use]
mod harness;

mod accessors;
mod adaptors;
mod aliasing;
mod alternatives;
mod arrays;
mod as_written;
mod asked_again;
mod assigned;
mod attributes;
mod audited;
mod boxes;
mod branches;
mod buffers;
mod calls;
mod choices;
mod closures;
mod conditions;
mod constants;
mod constructors;
mod effects;
mod elements;
mod enums;
mod exchanged;
mod exits;
mod field_memory;
mod filled;
mod float_bounds;
mod floats;
mod forms;
mod functions;
mod fused;
mod gathered;
mod generics;
mod halves;
mod interplay;
mod iterators;
mod left_with;
mod lengths;
mod lent;
mod linalg;
mod lists;
mod loops;
mod many;
mod mapped;
mod mapped_arrays;
mod maps;
mod methods;
mod models;
mod mutation;
mod named;
mod observers;
mod operators;
mod order_of_evaluation;
mod outputs;
mod pipelines;
mod precision;
mod put_back;
mod queries;
mod recursion;
mod referred;
mod resized;
mod results;
mod running;
mod scalars;
mod screws;
mod sorted;
mod started;
mod steppers;
mod structs;
mod taken;
mod terms;
mod texts;
mod traits;
mod traps;
mod unseen;
mod used_up;
mod user_battery;
mod user_camera;
mod user_cart_pole;
mod user_ecology;
mod user_gaussian_process;
mod user_heat_bar;
mod user_hidden_markov;
mod user_matrices;
mod user_orbits;
mod user_tagger;
mod vecs;
mod vectors;
mod views;

mod dynamics;
mod finance;
mod fitting;
mod mixture;
mod network;
mod numerics;
mod reprojection;
mod signals;
mod sweeps;
mod taken_apart;
