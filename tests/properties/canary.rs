//! Programs whose derivatives are wrong on purpose, compiled into every generated crate: the checks have to find them.

use super::support::{Derivatives, Program, Second};

/// `x y`.
fn primal(t: &[f64]) -> Vec<f64> {
    vec![t[0] * t[1]]
}

fn jvp(t: &[f64], d: &[f64]) -> (Vec<f64>, Vec<f64>) {
    (primal(t), vec![d[0] * t[1] + t[0] * d[1]])
}

fn vjp(t: &[f64], c: &[f64]) -> (Vec<f64>, Vec<f64>) {
    (primal(t), vec![c[0] * t[1], c[0] * t[0]])
}

fn persistent(t: &[f64], c: &[f64]) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let (y, x_bar) = vjp(t, c);
    (y, x_bar.clone(), x_bar)
}

/// One operand is forgotten, in the same way in both modes.
fn jvp_half(t: &[f64], d: &[f64]) -> (Vec<f64>, Vec<f64>) {
    (primal(t), vec![d[0] * t[1]])
}

fn vjp_half(t: &[f64], c: &[f64]) -> (Vec<f64>, Vec<f64>) {
    (primal(t), vec![c[0] * t[1], 0.0])
}

/// The first pull changes what the second one sees.
fn persistent_once(t: &[f64], c: &[f64]) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let (y, x_bar) = vjp(t, c);
    (y, x_bar, vec![0.0, 0.0])
}

/// The value differs in its last bit.
fn vjp_rounded(t: &[f64], c: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let (y, x_bar) = vjp(t, c);
    (vec![f64::from_bits(y[0].to_bits() ^ 1)], x_bar)
}

fn gradient(t: &[f64]) -> Vec<f64> {
    vec![t[1], t[0]]
}

fn hvp(_: &[f64], d: &[f64]) -> Vec<f64> {
    vec![d[1], d[0]]
}

/// Symmetric, and too large.
fn hvp_twice(_: &[f64], d: &[f64]) -> Vec<f64> {
    vec![2.0 * d[1], 2.0 * d[0]]
}

fn hvp_half(_: &[f64], d: &[f64]) -> Vec<f64> {
    vec![d[1], 0.0]
}

/// The first one is right.
pub fn programs() -> Vec<Program> {
    let right = || Derivatives { jvp, vjp, persistent, gradients: Vec::new(), second: Some(Second { gradient, hvp }) };
    let program = |derivatives| Program { inputs: 2, single: false, primal, derivatives: Some(derivatives) };
    vec![
        program(right()),
        program(Derivatives { jvp: jvp_half, vjp: vjp_half, ..right() }),
        program(Derivatives { vjp: vjp_half, ..right() }),
        program(Derivatives { persistent: persistent_once, ..right() }),
        program(Derivatives { vjp: vjp_rounded, ..right() }),
        program(Derivatives { second: Some(Second { gradient, hvp: hvp_half }), ..right() }),
        program(Derivatives { second: Some(Second { gradient, hvp: hvp_twice }), ..right() }),
    ]
}
