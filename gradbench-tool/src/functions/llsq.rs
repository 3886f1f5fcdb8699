//! Least squares: a polynomial against the sign function.

use super::Functions;
use crate::evaluation::{self, not_empty, task};
use differentiate::differentiate;
use serde::Deserialize;

/// What can be asked for.
pub const FUNCTIONS: Functions = &[
    ("primal", |input| task(input, |input: &Input| squared_error(&input.x, input.n))),
    ("gradient", |input| task(input, |input: &Input| squared_error::grad(&input.x, input.n))),
];

/// Coefficients, and the number of places at which the polynomial is compared.
#[derive(Debug, Deserialize)]
pub struct Input {
    /// The coefficients.
    pub x: Vec<f64>,
    /// The number of places.
    pub n: usize,
}

impl evaluation::Input for Input {
    fn check(&self) -> Result<(), String> {
        not_empty("x", &self.x)?;
        if self.n < 2 { Err("`n` is to be 2 or more".to_owned()) } else { Ok(()) }
    }
}

/// ½ Σᵢ (sign tᵢ - Σⱼ xⱼ tᵢʲ)² over `n` places tᵢ from -1 to 1.
#[differentiate]
pub fn squared_error(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..n {
        let t = -1.0 + 2.0 * i as f64 / (n - 1) as f64;
        let mut residual = if t == 0.0 { 0.0 } else { f64::signum(t) };
        let mut power = 1.0;
        for c in x {
            residual -= c * power;
            power *= t;
        }
        sum += residual * residual;
    }
    0.5 * sum
}
