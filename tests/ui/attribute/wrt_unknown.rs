//! `wrt` names a parameter that is not there.
use differentiate::differentiate;

#[differentiate(wrt(weights))]
fn loss(weight: &[f64], scale: f64) -> f64 {
    scale * weight[0]
}

fn main() {
    loss::grad(&[1.0], 1.0);
}
