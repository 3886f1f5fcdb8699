//! The pullback cannot outlive the arguments.
use differentiate::differentiate;

#[differentiate]
fn norm(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for v in x {
        sum += v * v;
    }
    sum
}

fn main() {
    let pullback = {
        let x = vec![1.0, 2.0];
        norm::vjp(&x).1
    };
    pullback(1.0);
}
