//! The Gaussian mixture of the benchmarks, with its Wishart prior.

use super::fitting::log_sum_exp;
use crate::differentiate;
use std::f64::consts::{LN_2, PI};

/// `ln Γ(x)` for x > 0 (Lanczos). Only ever called with constants, so it needs no derivative.
fn ln_gamma(x: f64) -> f64 {
    const C: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_13,
        -176.615_029_162_140_59,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_571_6e-6,
        1.505_632_735_149_311_6e-7,
    ];
    let x = x - 1.0;
    let mut a = 0.999_999_999_999_809_93;
    for (i, c) in C.iter().enumerate() {
        a += c / (x + i as f64 + 1.0);
    }
    let t = x + 7.5;
    0.5 * (2.0 * PI).ln() + (x + 0.5) * t.ln() - t + a.ln()
}

fn ln_gamma_of_matrices(a: f64, d: usize) -> f64 {
    let parts = (1..=d).map(|j| ln_gamma(a + 0.5 * (1.0 - j as f64)));
    (d * (d - 1)) as f64 / 4.0 * PI.ln() + parts.sum::<f64>()
}

/// `out = L v`, where `L` has the exponentials on its diagonal and `l` below it, column by column.
#[differentiate]
fn triangular_product(diagonal: &[f64], l: &[f64], v: &[f64], out: &mut [f64]) {
    let d = v.len();
    for j in 0..d {
        out[j] = diagonal[j] * v[j];
    }
    let mut p = 0;
    for i in 0..d {
        for j in i + 1..d {
            out[j] += l[p] * v[i];
            p += 1;
        }
    }
}

#[differentiate]
fn log_wishart_prior(q: &[Vec<f64>], l: &[Vec<f64>], #[constant] gamma: f64, m: usize) -> f64 {
    let (k, d) = (q.len(), q[0].len());
    let n = (d + m + 1) as f64;
    let c = n * d as f64 * (gamma.ln() - 0.5 * LN_2) - ln_gamma_of_matrices(0.5 * n, d);
    let mut out = k as f64 * c;
    for i in 0..k {
        let (mut frobenius, mut sum) = (0.0, 0.0);
        for &v in &q[i] {
            let e = v.exp();
            frobenius += e * e;
            sum += v;
        }
        for v in &l[i] {
            frobenius += v * v;
        }
        out -= 0.5 * gamma * gamma * frobenius - m as f64 * sum;
    }
    out
}

/// The log posterior.
#[differentiate]
pub(crate) fn mixture(
    alpha: &[f64],
    mu: &[Vec<f64>],
    q: &[Vec<f64>],
    l: &[Vec<f64>],
    #[constant] x: &[Vec<f64>],
    #[constant] gamma: f64,
    m: usize,
) -> f64 {
    let (n, k, d) = (x.len(), alpha.len(), mu[0].len());
    let mut diagonals = vec![vec![0.0; d]; k];
    let mut sums = vec![0.0; k];
    for i in 0..k {
        for j in 0..d {
            diagonals[i][j] = q[i][j].exp();
            sums[i] += q[i][j];
        }
    }
    let mut centred = vec![0.0; d];
    let mut product = vec![0.0; d];
    let mut beta = vec![0.0; k];
    let mut out = -((n * d) as f64) * 0.5 * (2.0 * PI).ln();
    for point in x {
        for i in 0..k {
            for j in 0..d {
                centred[j] = point[j] - mu[i][j];
            }
            triangular_product(&diagonals[i], &l[i], &centred, &mut product);
            let square: f64 = product.iter().map(|v| v * v).sum();
            beta[i] = alpha[i] + sums[i] - 0.5 * square;
        }
        out += log_sum_exp(&beta);
    }
    out - n as f64 * log_sum_exp(alpha) + log_wishart_prior(q, l, gamma, m)
}

programs! {
    triangular_product -> unit: (&diagonal = vec![2.0, 3.0], &l = vec![0.5], &v = vec![1.0, -1.0], &mut out = vec![0.0, 0.0]) => [2.0, -2.5];
    log_wishart_prior: (&q = vec![vec![0.3, 0.7]], &l = vec![vec![0.5]], const gamma = 1.5, const m = 2);
    mixture: (
        &alpha = vec![0.3, 0.7],
        &mu = vec![vec![0.3, 0.7], vec![-0.4, 1.1]],
        &q = vec![vec![0.1, -0.2], vec![0.3, 0.2]],
        &l = vec![vec![0.5], vec![-0.5]],
        const &x = vec![vec![0.2, 0.9], vec![-0.7, 1.3], vec![1.0, 0.0]],
        const gamma = 1.5,
        const m = 2
    );
}
