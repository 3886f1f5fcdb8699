//! The logarithm of a sum of exponentials, with the maximum taken out.

use super::{Program, Size, numbers};
use differentiate::differentiate;

#[differentiate(order = 2)]
pub(crate) fn log_sum_exp(x: &[f64]) -> f64 {
    let largest = x.iter().fold(f64::NEG_INFINITY, |a, v| a.max(*v));
    let sum: f64 = x.iter().map(|v| (v - largest).exp()).sum();
    largest + sum.ln()
}

/// The gradient's own buffer keeps the exponentials until their sum is known.
pub(crate) fn by_hand(x: &[f64], x_bar: &mut [f64]) -> f64 {
    let largest = x.iter().fold(f64::NEG_INFINITY, |a, v| a.max(*v));
    let mut sum = 0.0;
    for (x_bar, x) in x_bar.iter_mut().zip(x) {
        *x_bar = (x - largest).exp();
        sum += *x_bar;
    }
    let scale = 1.0 / sum;
    for x_bar in x_bar.iter_mut() {
        *x_bar *= scale;
    }
    largest + sum.ln()
}

pub(crate) fn program(size: Size) -> Program {
    Program {
        name: "log-sum-exp, n = 1e5",
        arguments: vec![numbers(4, size.pick(8, 100_000))],
        primal: Box::new(|a| log_sum_exp(&a[0])),
        differentiated: Box::new(|a, bar| log_sum_exp::value_and_grad_into(&a[0], &mut bar[0])),
        by_hand: Box::new(|a, bar| by_hand(&a[0], &mut bar[0])),
        hvp: None,
    }
}
