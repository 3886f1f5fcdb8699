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

/// It need not be `Copy`.
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Slopes {
    k: Vec<f64>,
}

#[differentiate]
fn times(m: &mut [f64], #[constant] slopes: Slopes, x: f64) {
    m[0] *= x * slopes.k[0];
}

#[differentiate]
fn constant_of_the_caller(m: &mut [f64], x: f64, #[constant] slopes: Slopes) -> f64 {
    times(m, slopes, x);
    m[0] * x
}

#[differentiate]
fn changed_constant(m: &mut [f64], x: f64, #[constant] mut slopes: Slopes) -> f64 {
    let before = slopes.clone();
    slopes.k[0] = 0.5;
    times(m, slopes, x);
    times(m, before, x);
    m[0] * x
}

fn slopes() -> Slopes {
    Slopes { k: vec![1.5] }
}

programs! {
    constant_argument: (x = 0.8, const n = 3);
    constant_of_the_caller: (&mut m = vec![0.7], x = 0.8, const slopes = slopes());
    changed_constant: (&mut m = vec![0.7], x = 0.8, const slopes = slopes());
}
