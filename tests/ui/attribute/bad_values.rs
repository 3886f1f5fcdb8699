//! Options with a value that does not fit.
use differentiate::differentiate;

#[differentiate(order = 0)]
fn square(x: f64) -> f64 {
    x * x
}

#[differentiate(order = "two")]
fn cube(x: f64) -> f64 {
    x * x * x
}

fn main() {}
