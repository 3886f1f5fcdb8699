//! Order 2 goes through the expressions, and not through functions.
use differentiate::differentiate;

fn slope(x: f64) -> f64 {
    2.0 * x
}

#[differentiate(d(x) = slope(x), order = 2)]
fn undifferentiated(x: f64) -> f64 {
    x * x
}

#[differentiate(d(x) = unsafe { slope(x) }, order = 2)]
fn opaque(x: f64) -> f64 {
    x * x
}

#[differentiate(vjp = vjp, jvp = jvp, order = 2)]
fn functions(x: f64) -> f64 {
    x * x
}

fn main() {}
