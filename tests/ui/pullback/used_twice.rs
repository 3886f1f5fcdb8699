//! The pullback of `vjp` is used up by its call; `vjp_persistent` gives one that is not.
use differentiate::differentiate;

#[differentiate]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {
    let (_, pullback) = square::vjp(3.0);
    pullback(1.0);
    pullback(1.0);
}
