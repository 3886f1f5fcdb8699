//! Negative log likelihood of a Gaussian process, up to a constant: an in-place Cholesky factorisation, a triangular
//! solve, a log-determinant.

use super::{Program, Size, add_scaled, numbers};
use differentiate::differentiate;

/// Replaces the lower triangle of the symmetric n × n matrix `a` by its Cholesky factor.
#[differentiate]
pub(crate) fn cholesky(a: &mut [f64], n: usize) {
    for j in 0..n {
        for i in j..n {
            let mut s = a[i * n + j];
            for k in 0..j {
                s -= a[i * n + k] * a[j * n + k];
            }
            a[i * n + j] = if i == j { s.sqrt() } else { s / a[j * n + j] };
        }
    }
}

#[differentiate]
pub(crate) fn likelihood(covariance: &[f64], y: &[f64]) -> f64 {
    let n = y.len();
    let mut l = covariance.to_vec();
    cholesky(&mut l, n);
    let mut z = y.to_vec();
    let mut value = 0.0;
    for i in 0..n {
        for k in 0..i {
            z[i] -= l[i * n + k] * z[k];
        }
        z[i] /= l[i * n + i];
        value += 0.5 * z[i] * z[i] + l[i * n + i].ln();
    }
    value
}

/// The gradient's own buffer serves as the adjoint of the factor, and becomes that of the matrix in place.
fn by_hand(covariance: &[f64], y: &[f64], covariance_bar: &mut [f64], y_bar: &mut [f64]) -> f64 {
    let n = y.len();
    let mut l = covariance.to_vec();
    cholesky(&mut l, n);
    let mut z = y.to_vec();
    let mut value = 0.0;
    for i in 0..n {
        for k in 0..i {
            z[i] -= l[i * n + k] * z[k];
        }
        z[i] /= l[i * n + i];
        value += 0.5 * z[i] * z[i] + l[i * n + i].ln();
    }
    let l_bar = covariance_bar;
    l_bar.fill(0.0);
    y_bar.copy_from_slice(&z);
    for i in (0..n).rev() {
        let (before, after) = y_bar.split_at_mut(i);
        let row = i * n..i * n + i;
        let w = after[0] / l[i * n + i];
        after[0] = w;
        l_bar[i * n + i] = 1.0 / l[i * n + i] - w * z[i];
        add_scaled(before, -w, &l[row.clone()]);
        add_scaled(&mut l_bar[row], -w, &z[..i]);
    }
    for j in (0..n).rev() {
        let pivot = l[j * n + j];
        for i in (j + 1..n).rev() {
            let s_bar = l_bar[i * n + j] / pivot;
            l_bar[j * n + j] -= s_bar * l[i * n + j];
            l_bar[i * n + j] = s_bar;
            let (above, below) = l_bar.split_at_mut(i * n);
            add_scaled(&mut below[..j], -s_bar, &l[j * n..][..j]);
            add_scaled(&mut above[j * n..][..j], -s_bar, &l[i * n..][..j]);
        }
        let s_bar = l_bar[j * n + j] / (2.0 * pivot);
        l_bar[j * n + j] = s_bar;
        add_scaled(&mut l_bar[j * n..][..j], -2.0 * s_bar, &l[j * n..][..j]);
    }
    value
}

pub(crate) fn program(size: Size) -> Program {
    let n = size.pick(5, 200);
    let mut covariance = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..n {
            covariance[i * n + j] = (-(i.abs_diff(j) as f64) * 0.3).exp() + if i == j { 0.5 } else { 0.0 };
        }
    }
    Program {
        name: "in-place Cholesky, n = 200",
        arguments: vec![covariance, numbers(15, n)],
        primal: Box::new(|a| likelihood(&a[0], &a[1])),
        differentiated: Box::new(|a, bar| {
            let [covariance_bar, y_bar] = &mut bar[..] else { unreachable!("two arguments") };
            likelihood::value_and_grad_into(&a[0], &a[1], covariance_bar, y_bar)
        }),
        by_hand: Box::new(|a, bar| {
            let [covariance_bar, y_bar] = &mut bar[..] else { unreachable!("two arguments") };
            by_hand(&a[0], &a[1], covariance_bar, y_bar)
        }),
        hvp: None,
    }
}
