//! What comes from a call on one way and is a constant of unknown type on the other carries derivatives.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Limits {
    low: f64,
}

#[differentiate]
fn square(x: f64) -> f64 {
    x * x
}

#[differentiate]
fn chosen(x: f64, #[constant] limits: Limits, n: usize) -> f64 {
    let v = if n > 1 { square(x) } else { limits.low };
    let w = match n {
        0 => limits.low,
        _ => square(v),
    };
    v * w
}

programs! {
    chosen: (x = 0.7, const limits = Limits { low: 0.3 }, const n = 2), (x = 0.7, const limits = Limits { low: 0.3 }, const n = 1);
}

#[test]
fn the_call_counts() {
    assert!((chosen::grad(0.5, Limits { low: 0.3 }, 2) - 6.0 * 0.5_f64.powi(5)).abs() < 1e-12);
}
