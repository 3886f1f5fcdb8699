//! A system of ordinary differential equations, each driven by the one before, by Runge and Kutta's method.

use super::Functions;
use crate::evaluation::{self, at_most, not_empty, task};
use differentiate::differentiate;
use serde::Deserialize;

/// What can be asked for.
pub const FUNCTIONS: Functions = &[
    ("primal", |input| task(input, |input: &Input| solve(&input.x, input.s))),
    ("gradient", |input| task(input, |input: &Input| last::grad(&input.x, input.s))),
];

/// Coefficients, and the number of steps.
#[derive(Debug, Deserialize)]
pub struct Input {
    /// The coefficients.
    pub x: Vec<f64>,
    /// The number of steps.
    pub s: usize,
}

impl evaluation::Input for Input {
    fn check(&self) -> Result<(), String> {
        not_empty("x", &self.x)?;
        // The gradient keeps all steps.
        at_most("s", self.s, 100_000_000 / self.x.len())?;
        if self.s == 0 { Err("`s` is to be 1 or more".to_owned()) } else { Ok(()) }
    }
}

/// y₀' = x₀, yᵢ' = xᵢ yᵢ₋₁.
#[differentiate]
pub fn slope(x: &[f64], y: &[f64], out: &mut [f64]) {
    out[0] = x[0];
    for i in 1..x.len() {
        out[i] = x[i] * y[i - 1];
    }
}

/// `out = y + h k`.
#[differentiate]
pub fn moved(y: &[f64], h: f64, k: &[f64], out: &mut [f64]) {
    for i in 0..y.len() {
        out[i] = y[i] + h * k[i];
    }
}

/// y(2) from y(0) = 0 by `s` steps.
#[differentiate]
pub fn solve(x: &[f64], s: usize) -> Vec<f64> {
    let n = x.len();
    let h = 2.0 / s as f64;
    let (mut y, mut t) = (vec![0.0; n], vec![0.0; n]);
    let (mut k1, mut k2, mut k3, mut k4) = (vec![0.0; n], vec![0.0; n], vec![0.0; n], vec![0.0; n]);
    for _ in 0..s {
        slope(x, &y, &mut k1);
        moved(&y, 0.5 * h, &k1, &mut t);
        slope(x, &t, &mut k2);
        moved(&y, 0.5 * h, &k2, &mut t);
        slope(x, &t, &mut k3);
        moved(&y, h, &k3, &mut t);
        slope(x, &t, &mut k4);
        for i in 0..n {
            y[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
        }
    }
    y
}

/// The last component, of which the gradient is asked.
#[differentiate]
pub fn last(x: &[f64], s: usize) -> f64 {
    let y: Vec<f64> = solve(x, s);
    y[x.len() - 1]
}
