//! Whole programs in the styles that numeric Rust is written in.
// Clippy's lints do not count here, rustc's are denied, so it would find nothing; `tests/lints.rs` is there for them.
#![cfg(not(clippy))]
#![forbid(unsafe_code)]
#![deny(warnings)]
#![allow(clippy::all, reason = "forms that lints advise against are what is tested")]

use differentiate::differentiate;

/// Only `tests/programs_order_2` has second derivatives.
macro_rules! second {
    ($($program:tt)*) => {
        None
    };
}

#[path = "../harness/mod.rs"]
#[macro_use]
#[allow(dead_code, reason = "none of these programs has a `&mut` parameter")]
mod harness;

mod adaptors;
mod calibration;
mod clamped;
mod layers;
mod likelihood;
mod machine;
mod pixel;
mod quaternions;
mod right_hand_side;
mod springs;
