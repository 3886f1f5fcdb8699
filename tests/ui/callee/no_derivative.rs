//! A function that is called with an active value and has no derivative.
use differentiate::differentiate;

fn cube(x: f64) -> f64 {
    x * x * x
}

#[differentiate]
fn twice(x: f64) -> f64 {
    2.0 * cube(x)
}

fn main() {
    twice::grad(1.0);
}
