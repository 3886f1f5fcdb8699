//! A constant of unknown type, handed over by value in a loop, was not there when the loop ran backwards.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Slope {
    k: f64,
}

#[differentiate]
fn applied(x: f64, slope: Slope) -> f64 {
    x * x * slope.k
}

#[differentiate]
fn constant_argument(x: f64, n: usize) -> f64 {
    let slope = Slope { k: 1.5 };
    let mut y = x;
    for _ in 0..n {
        y = applied(y, slope);
    }
    y
}

programs! {
    constant_argument: (x = 0.8, const n = 3);
}
