//! A macro that the compiler cannot see into, used on an active value.
use differentiate::differentiate;

macro_rules! cube {
    ($x:expr) => {
        $x * $x * $x
    };
}

#[differentiate]
fn twice(x: f64) -> f64 {
    2.0 * cube!(x)
}

fn main() {
    twice::grad(1.0);
}
