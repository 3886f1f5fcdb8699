//! `wrt` names a parameter whose type carries no derivatives.
use differentiate::differentiate;

#[differentiate(wrt(n))]
fn power(x: f64, n: usize) -> f64 {
    x * n as f64
}

fn main() {
    power::grad(1.0, 1);
}
