//! The length of a range between literals: no method can be called on a number whose type is not known.

use crate::differentiate;

#[differentiate]
fn every_second_from_above(x: f64) -> f64 {
    let mut s = x;
    for i in (0..4).rev().step_by(2) {
        s += x * s * i as f64;
    }
    s
}

#[differentiate]
fn beside_elements(w: &[f64]) -> f64 {
    (1..=3).zip(w).map(|(i, w)| w * w * i as f64).sum::<f64>()
}

#[differentiate]
fn signed(x: f64, n: i32) -> f64 {
    (1..n).map(|i| x * f64::from(i)).sum::<f64>() + (n..=7).map(|i| x * x * i as f64).sum::<f64>()
}

programs! {
    every_second_from_above: (x = 0.3);
    beside_elements: (&w = vec![0.3, 0.4, 0.5, 0.7]);
    signed: (x = 0.3, const n = 4), (x = 0.3, const n = -1), (x = 0.3, const n = 9);
}
