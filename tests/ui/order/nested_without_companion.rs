//! A nested derivative of a function that is not differentiated.
use differentiate::differentiate;

fn plain(x: f64) -> f64 {
    x.sin()
}

#[differentiate]
fn nested(x: f64) -> f64 {
    let slope: f64 = plain::grad(x);
    slope * x
}

#[differentiate]
fn pulled(x: f64) -> f64 {
    let (y, pull) = plain::vjp(x);
    y * pull(1.0)
}

fn main() {
    nested::grad(1.0);
}
