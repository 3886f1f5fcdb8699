//! `grad` of a function whose result is not one number.
use differentiate::differentiate;

#[differentiate]
fn pair(x: f64) -> [f64; 2] {
    [x, x * x]
}

fn main() {
    pair::grad(1.0);
}
