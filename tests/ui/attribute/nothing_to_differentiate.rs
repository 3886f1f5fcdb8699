//! No parameter carries derivatives.
use differentiate::differentiate;

#[differentiate]
fn count(n: usize, names: &[String]) -> usize {
    n + names.len()
}

#[differentiate]
fn all_constant(#[constant] x: f64) -> f64 {
    x * x
}

#[differentiate]
fn none() -> f64 {
    1.0
}

fn main() {}
