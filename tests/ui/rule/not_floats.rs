//! `d(x)` is from floats to a float.
use differentiate::differentiate;

#[differentiate(d(w) = 1.0)]
fn slice(w: &[f64]) -> f64 {
    w[0]
}

#[differentiate(d(x) = 1.0)]
fn pair(x: f64) -> (f64, f64) {
    (x, x)
}

#[differentiate(d(x) = 1.0)]
fn nothing(x: f64) {
    println!("{x}");
}

#[differentiate(d(x) = 1.0)]
fn writes(x: f64, #[constant] out: &mut [f64]) -> f64 {
    out[0] = x;
    x
}

#[differentiate(d(x) = 1.0)]
fn pattern(x: f64, (a, _): (usize, usize)) -> f64 {
    x + a as f64
}

fn main() {}
