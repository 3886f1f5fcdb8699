//! A call through a function object, which carries no derivative.
use differentiate::differentiate;

#[differentiate]
fn apply(f: &dyn Fn(f64) -> f64, x: f64) -> f64 {
    2.0 * f(x)
}

fn main() {
    apply::grad(&|x| x, 1.0);
}
