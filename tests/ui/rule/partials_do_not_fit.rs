//! Partial derivatives of what is no parameter, of a constant, of an integer, twice; one that is missing.
use differentiate::differentiate;

#[differentiate(d(scael) = x, d(x) = scale, d(x) = 2.0)]
fn unknown(x: f64, scale: f64) -> f64 {
    x * scale
}

#[differentiate(d(x) = scale, d(scale) = x, d(n) = 0.0)]
fn constants(x: f64, #[constant] scale: f64, n: usize) -> f64 {
    x * scale * n as f64
}

#[differentiate(d(x) = y)]
fn missing(x: f64, y: f64) -> f64 {
    x * y
}

#[differentiate(d(x) = out, wrt(x))]
fn named_out(x: f64, out: f64) -> f64 {
    x * out
}

fn main() {
    missing::grad(1.0, 2.0);
}
