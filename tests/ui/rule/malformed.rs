//! Options that do not parse: one message, and none about the body, which is opaque.
use differentiate::differentiate;

#[differentiate(d(x) = 2.0 *)]
fn expression(x: f64) -> f64 {
    unsafe { std::mem::transmute(x) }
}

#[differentiate(d = 2.0)]
fn name(x: f64) -> f64 {
    x
}

#[differentiate(d(x, y) = 2.0)]
fn several(x: f64, y: f64) -> f64 {
    x + y
}

#[differentiate(vjp = |x: f64, y_bar: f64| x * y_bar, jvp = f)]
fn closure(x: f64) -> f64 {
    x
}

fn main() {}
