//! A reference to active memory that is assigned anew.
use differentiate::differentiate;

#[differentiate]
fn pick(x: &[f64], y: &[f64], n: usize) -> f64 {
    let mut r = x;
    let mut sum = 0.0;
    for i in 0..n {
        if i % 2 == 1 {
            r = y;
        }
        sum += r[i] * r[i];
    }
    sum
}

fn main() {
    pick::grad(&[1.0], &[1.0], 1);
}
