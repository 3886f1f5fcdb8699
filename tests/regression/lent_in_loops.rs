//! `for v in &mut out` over a collection: it was taken for an iterator in a variable that goes on, and `*v` could not be assigned to.

use crate::differentiate;

#[differentiate]
fn normalised(x: &[f64], shift: f64) -> Vec<f64> {
    let mut out = x.to_vec();
    let mut sum = 0.0;
    for v in &mut out {
        *v = (*v + shift).exp();
        sum += *v;
    }
    for v in &mut out[1..] {
        *v /= sum;
    }
    out
}

programs! {
    normalised -> many: (&x = vec![0.3, 0.4, 0.5], shift = 0.2);
}
