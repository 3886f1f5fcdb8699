//! The logarithm of a sum of exponentials.

use super::Functions;
use crate::evaluation::{self, not_empty, task};
use differentiate::differentiate;
use serde::Deserialize;

/// What can be asked for.
pub const FUNCTIONS: Functions = &[
    ("primal", |input| task(input, |input: &Input| log_sum_exp(&input.x))),
    ("gradient", |input| task(input, |input: &Input| log_sum_exp::grad(&input.x))),
];

/// The exponents.
#[derive(Debug, Deserialize)]
pub struct Input {
    /// The exponents.
    pub x: Vec<f64>,
}

impl evaluation::Input for Input {
    fn check(&self) -> Result<(), String> {
        not_empty("x", &self.x)
    }
}

/// ln Σ exp xᵢ, where the largest exponent is taken out of the sum.
#[differentiate]
pub fn log_sum_exp(x: &[f64]) -> f64 {
    let top = x.iter().fold(f64::NEG_INFINITY, |a, v| a.max(*v));
    let sum: f64 = x.iter().map(|v| (v - top).exp()).sum();
    top + sum.ln()
}
