//! The pullback of a function with two results takes two cotangents.
use differentiate::differentiate;

#[differentiate]
fn both(x: f64) -> (f64, f64) {
    (x, x * x)
}

fn main() {
    let (_, pullback) = both::vjp(3.0);
    pullback(1.0);
}
