//! An unsafe block that reads an active value.
use differentiate::differentiate;

#[differentiate]
fn first(x: &[f64]) -> f64 {
    let y = unsafe { *x.get_unchecked(0) };
    y * y
}

fn main() {
    first::grad(&[1.0]);
}
