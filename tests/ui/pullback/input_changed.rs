//! The pullback belongs to the arguments as they were: they cannot be changed before it is called.
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
    let mut x = vec![1.0, 2.0];
    let (_, pullback) = norm::vjp(&x);
    x[0] = 5.0;
    x.push(1.0);
    pullback(1.0);
}
