//! The mixture. The number of parameters has to be known when this is compiled.

use super::sums::log_sum_exp;
use super::{Number, part, seeded};
use gradbench_tool::functions::gmm::{Gradient, Mixture};
use std::f64::consts::PI;

/// What changes with the parameters.
fn log_posterior<D: Number>(of: &Mixture, alpha: &[D], mu: &[D], q: &[D], l: &[D]) -> D {
    let (d, k, n) = (of.d, alpha.len(), of.x.len() / of.d);
    let triangle = d * (d - 1) / 2;
    let diagonal: Vec<D> = q.iter().map(|q| q.exp()).collect();
    let sums: Vec<D> = q.chunks_exact(d).map(|row| row.iter().fold(D::from(0.0), |sum, q| sum + *q)).collect();
    let (mut centred, mut product, mut beta) = (vec![D::from(0.0); d], vec![D::from(0.0); d], vec![D::from(0.0); k]);
    let mut out = D::from(-((n * d) as f64) * 0.5 * (2.0 * PI).ln());
    for point in of.x.chunks_exact(d) {
        for i in 0..k {
            for j in 0..d {
                centred[j] = D::from(point[j]) - mu[i * d + j];
                product[j] = diagonal[i * d + j] * centred[j];
            }
            let mut p = i * triangle;
            for j in 0..d {
                for row in j + 1..d {
                    product[row] += l[p] * centred[j];
                    p += 1;
                }
            }
            let square = product.iter().fold(D::from(0.0), |sum, v| sum + *v * *v);
            beta[i] = alpha[i] + sums[i] - square * 0.5;
        }
        out += log_sum_exp(&beta);
    }
    let squares = diagonal.iter().chain(l).fold(D::from(0.0), |sum, v| sum + *v * *v);
    let sum = sums.iter().fold(D::from(0.0), |sum, v| sum + *v);
    out - log_sum_exp(alpha) * n as f64 - squares * (0.5 * of.gamma * of.gamma) + sum * of.m as f64
}

/// Of five components in the plane.
const PARAMETERS: usize = 30;

pub(super) fn gradient(of: &Mixture) -> Gradient {
    let Mixture { alpha, mu, q, l, .. } = of;
    let flat: Vec<f64> = [alpha, mu, q, l].into_iter().flatten().copied().collect();
    let all: [f64; PARAMETERS] = flat.try_into().expect("the mixture has thirty parameters");
    let seeded = seeded(all);
    let (alpha_dual, rest) = seeded.split_at(alpha.len());
    let (mu_dual, rest) = rest.split_at(mu.len());
    let (q_dual, l_dual) = rest.split_at(q.len());
    let value = log_posterior(of, alpha_dual, mu_dual, q_dual, l_dual);
    let mut parts = (0..PARAMETERS).map(|i| part(&value, i));
    let k = alpha.len();
    let mut rows =
        |rows: usize, width: usize| -> Vec<Vec<f64>> { (0..rows).map(|_| parts.by_ref().take(width).collect()).collect() };
    let alpha = rows(1, k).concat();
    Gradient { alpha, mu: rows(k, of.d), q: rows(k, of.d), l: rows(k, l.len() / k) }
}
