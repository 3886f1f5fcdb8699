//! A function that is passed by its name is taken for one of one argument.
use differentiate::differentiate;

#[differentiate]
fn at(f: impl Fn(f64, f64) -> f64, x: f64) -> f64 {
    f(x, 2.0 * x)
}

#[differentiate]
fn product(x: f64, y: f64) -> f64 {
    x * y
}

#[differentiate]
fn by_name(x: f64) -> f64 {
    at(product, x)
}

fn main() {}
