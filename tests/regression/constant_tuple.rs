//! A constant tuple beside one that varies: its tangent was made from a name that it had not.

use crate::differentiate;

const END: (f64, f64) = (1.5, 0.4);

#[differentiate]
fn constant_tuple(x: &[f64]) -> f64 {
    let mut area = 0.0;
    for i in 0..=x.len() {
        let (a, b) = if i < x.len() { (x[i], x[i] * x[i]) } else { END };
        area += a * b;
    }
    area
}

programs! {
    constant_tuple: (&x = vec![0.5, 0.8]) => 0.125 + 0.512 + 0.6;
}
