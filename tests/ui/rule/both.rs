//! One rule for a function, and a whole one.
use differentiate::differentiate;

fn vjp(x: f64, y_bar: f64) -> f64 {
    2.0 * x * y_bar
}

fn jvp(x: f64, x_dot: f64) -> (f64, f64) {
    (x * x, 2.0 * x * x_dot)
}

#[differentiate(d(x) = 2.0 * x, vjp = vjp, jvp = jvp)]
fn both(x: f64) -> f64 {
    x * x
}

#[differentiate(vjp = vjp)]
fn reverse(x: f64) -> f64 {
    x * x
}

#[differentiate(jvp = jvp)]
fn forward(x: f64) -> f64 {
    x * x
}

#[differentiate(vjp = vjp, jvp = jvp, vjp = vjp)]
fn twice(x: f64) -> f64 {
    x * x
}

fn main() {}
