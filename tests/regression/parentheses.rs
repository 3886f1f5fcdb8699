//! Inactive expressions lost their parentheses: `a / (b + c)` was computed as `a / b + c`, and `!(a < b)` did not compile.

use crate::differentiate;

#[differentiate]
fn quotient(x: f64, n: usize) -> f64 {
    let a = 0.2 * n as f64;
    let y = a / (1.5 + a.sin());
    x + 0.3 * y
}

#[differentiate]
fn product_of_literals(x: f64) -> f64 {
    let y: f64 = 1.5 * (0.5 + 0.7);
    x * y
}

#[differentiate]
fn negated_comparison(x: f64, n: usize) -> f64 {
    let s = 0.5_f64;
    let mut y = x;
    if !(s < 0.7) || (0.2 * n as f64) < s {
        y *= 2.0;
    }
    y * y
}

programs! {
    quotient: (x = 1.0, const n = 3);
    product_of_literals: (x = 0.7) => 1.26;
    negated_comparison: (x = 0.7, const n = 3), (x = 0.7, const n = 1);
}
