//! An inactive fold whose closure ignores what has been folded was used before it was defined.

use crate::differentiate;

#[differentiate]
fn constant_fold(x: f64, #[constant] w: &[f64]) -> f64 {
    let c = 0.5_f64;
    let u = 0.1 * w.iter().fold(0.3_f64, |_, _| c);
    x * u
}

#[differentiate]
fn constant_fold_in_a_list(x: f64, #[constant] w: &[f64]) -> f64 {
    let c = 0.5_f64;
    let u = vec![x, 0.1 * w.iter().fold(0.3_f64, |_, _| c)];
    u[0] * u[1]
}

programs! {
    constant_fold: (x = 0.3, const &w = vec![0.3, 0.4]) => 0.015;
    constant_fold_in_a_list: (x = 0.3, const &w = vec![0.3, 0.4]) => 0.015;
}
