//! A row copied from where no derivative is wanted: what the copy overwrites kept its adjoint.

use crate::differentiate;

#[differentiate]
fn copied_over(x: f64, w: &[f64]) -> f64 {
    let mut b = [x.sin(); 4];
    b[2..4].copy_from_slice(&w[1..3]);
    b[1] * b[2] + b[2].cos() * b[3]
}

#[differentiate]
fn from_a_constant(x: f64) -> f64 {
    let w = [0.3, 0.5, 0.7];
    copied_over(x, &w) * x
}

/// Of order 2, the other adjoint is not wanted.
#[differentiate]
fn over_what_is_curved(n: usize, w: &[f64]) -> f64 {
    let mut b = [w[n].sin(); 4];
    b[2..4].copy_from_slice(&w[1..3]);
    b[n] * b[0]
}

programs! {
    copied_over: (x = 0.3, &w = vec![0.3, 0.4, 0.5]);
    from_a_constant: (x = 0.3);
    over_what_is_curved: (const n = 2, &w = vec![0.3, 0.4, 0.5]);
}
