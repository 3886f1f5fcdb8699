//! An order that is no literal.
use differentiate::differentiate;

const ORDER: u32 = 2;

#[differentiate(order = ORDER, wrt(x))]
fn square(x: f64, y: f64) -> f64 {
    x * x * y
}

fn main() {
    square::grad(1.0, 2.0);
}
