//! A function that only reads is handed a `&mut` reference.
use differentiate::differentiate;

#[differentiate]
fn sum(v: &[f64]) -> f64 {
    v.iter().sum()
}

#[differentiate]
fn twice(x: f64) -> f64 {
    let mut v = [x, 2.0 * x];
    v[0] *= x;
    sum(&mut v)
}

fn main() {
    twice::grad(1.0);
}
