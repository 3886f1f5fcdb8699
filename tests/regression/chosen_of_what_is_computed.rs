//! `best = best.min(v).max(low)` and `best = (best / 2).max(v)` in loops: what is chosen from is computed from the value so far, and is not that
//! value. It was held for it, as if one iteration alone had a share in the result.

use crate::differentiate;

#[differentiate]
fn bounded(x: &[f64], m: f64) -> f64 {
    let mut best = f64::INFINITY;
    for i in 0..x.len() {
        best = best.min((x[i] - 0.3).powi(2) * m).max(1e-9);
    }
    best
}

#[differentiate]
fn decaying(x: &[f64], m: f64) -> f64 {
    let mut peak = 0.1_f64;
    for v in x {
        peak = (peak * 0.5).max(v * m);
    }
    peak
}

#[differentiate]
fn from_the_right(x: &[f64], m: f64) -> f64 {
    let mut least = m;
    for v in x {
        least = (v * m).min(least.sin() + 0.2);
    }
    least
}

#[differentiate]
fn pairs(x: &[f64], m: f64) -> f64 {
    let mut best = f64::INFINITY;
    for i in 0..x.len() {
        for j in 0..i {
            best = best.min((x[i] - x[j]).powi(2) * m).max(1e-9);
        }
    }
    best
}

/// As before: the value so far is one operand.
#[differentiate]
fn either_side(x: &[f64], m: f64) -> f64 {
    let (mut high, mut low) = (m, m);
    for v in x {
        high = high.max(v * m);
    }
    for v in x {
        low = (v * m).min(low);
    }
    high - low
}

programs! {
    bounded: (&x = vec![0.5], m = 1.3), (&x = vec![0.1, 0.9], m = 1.3), (&x = vec![0.9, 0.1], m = 1.3), (&x = vec![0.2, 0.7, 0.45], m = 1.3);
    decaying: (&x = vec![0.5], m = 1.3), (&x = vec![0.9, 0.1], m = 1.3), (&x = vec![0.2, 0.7, 0.1, -0.3], m = 1.3);
    from_the_right: (&x = vec![0.5, 0.7], m = 1.3), (&x = vec![2.5, 2.7, 1.1], m = 1.3);
    pairs: (&x = vec![0.1, 0.9], m = 1.3), (&x = vec![0.1, 1.9, -0.6, 0.85, 3.0], m = 1.3);
    either_side: (&x = vec![0.5, 1.7, -0.2, 0.9], m = 1.3);
}
