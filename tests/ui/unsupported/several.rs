//! Several things that are not supported in one function: every one is told, at its own place.
use differentiate::differentiate;

macro_rules! cube {
    ($x:expr) => {
        $x * $x * $x
    };
}

#[differentiate]
fn several(x: &[f64]) -> f64 {
    let a = cube!(x[0]);
    let b = unsafe { *x.get_unchecked(1) };
    let c = x[2].to_bits();
    a + b + c as f64
}

fn main() {
    several::grad(&[1.0, 2.0, 3.0]);
}
