//! The log posterior of a Gaussian mixture with a Wishart prior.
//!
//! The roots of the inverse covariances are lower triangular: exp(q) on the diagonal, l below it, column by column.

use super::Functions;
use super::lse::log_sum_exp;
use crate::evaluation::{self, length, lengths, not_empty, task};
use differentiate::differentiate;
use serde::{Deserialize, Serialize};
use std::f64::consts::{LN_2, PI};

/// What can be asked for.
pub const FUNCTIONS: Functions = &[
    ("objective", |input| task(input, |input: &Input| input.flat.objective())),
    ("jacobian", |input| task(input, |input: &Input| input.flat.jacobian())),
];

/// As the benchmark writes it.
#[derive(Debug, Deserialize)]
struct Rows {
    d: usize,
    k: usize,
    n: usize,
    x: Vec<Vec<f64>>,
    m: usize,
    gamma: f64,
    alpha: Vec<f64>,
    mu: Vec<Vec<f64>>,
    q: Vec<Vec<f64>>,
    l: Vec<Vec<f64>>,
}

/// A mixture and its data.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Rows")]
pub struct Input {
    /// The mixture.
    pub flat: Mixture,
}

/// Rows one behind the other: `n` points and `k` components in `d` dimensions.
#[derive(Debug)]
pub struct Mixture {
    /// Dimensions.
    pub d: usize,
    /// The points.
    pub x: Vec<f64>,
    /// Degrees of freedom of the prior, beyond those that it needs.
    pub m: usize,
    /// Scale of the prior.
    pub gamma: f64,
    /// Weights of the components.
    pub alpha: Vec<f64>,
    /// Means.
    pub mu: Vec<f64>,
    /// Logarithms of the diagonals.
    pub q: Vec<f64>,
    /// What is below the diagonals.
    pub l: Vec<f64>,
}

impl TryFrom<Rows> for Input {
    type Error = String;

    fn try_from(rows: Rows) -> Result<Input, String> {
        let Rows { d, k, n, x, m, gamma, alpha, mu, q, l } = rows;
        not_empty("alpha", &alpha)?;
        if d == 0 || gamma <= 0.0 {
            return Err("`d` and `gamma` are to be positive".to_owned());
        }
        length("alpha", &alpha, k)?;
        for (name, rows, count, width) in [("x", &x, n, d), ("mu", &mu, k, d), ("q", &q, k, d), ("l", &l, k, d * (d - 1) / 2)] {
            length(name, rows, count)?;
            lengths(name, rows, width)?;
        }
        let flat = Mixture { d, x: x.concat(), m, gamma, alpha, mu: mu.concat(), q: q.concat(), l: l.concat() };
        Ok(Input { flat })
    }
}

impl evaluation::Input for Input {
    fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

/// The gradient, in rows.
#[derive(Debug, Serialize)]
pub struct Gradient {
    /// With respect to the weights.
    pub alpha: Vec<f64>,
    /// The means.
    pub mu: Vec<Vec<f64>>,
    /// The diagonals.
    pub q: Vec<Vec<f64>>,
    /// What is below them.
    pub l: Vec<Vec<f64>>,
}

impl Mixture {
    /// The log posterior.
    #[must_use]
    pub fn objective(&self) -> f64 {
        let Mixture { d, x, m, gamma, alpha, mu, q, l } = self;
        log_posterior(alpha, mu, q, l, x, *d, *gamma, *m)
    }

    /// Its gradient with respect to the parameters of the mixture.
    #[must_use]
    pub fn jacobian(&self) -> Gradient {
        let Mixture { d, x, m, gamma, alpha, mu, q, l } = self;
        let (alpha, mu, q, l) = log_posterior::grad(alpha, mu, q, l, x, *d, *gamma, *m);
        let triangle = d * (d - 1) / 2;
        let rows = |flat: Vec<f64>, width: usize| -> Vec<Vec<f64>> {
            (0..alpha.len()).map(|i| flat[i * width..][..width].to_vec()).collect()
        };
        Gradient { mu: rows(mu, *d), q: rows(q, *d), l: rows(l, triangle), alpha }
    }
}

/// `ln Γ_d(a)`, the multivariate gamma function. It is only called with constants.
fn ln_gamma_of_matrices(a: f64, d: usize) -> f64 {
    let parts = (1..=d).map(|j| libm::lgamma(a + 0.5 * (1.0 - j as f64)));
    (d * (d - 1)) as f64 / 4.0 * PI.ln() + parts.sum::<f64>()
}

/// `out = L v`.
#[differentiate]
pub fn triangular_product(diagonal: &[f64], l: &[f64], v: &[f64], out: &mut [f64]) {
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

/// The prior of all components. `diagonal` is exp(q), `sums` the sum of each row of q.
#[differentiate]
pub fn log_wishart_prior(diagonal: &[f64], sums: &[f64], l: &[f64], d: usize, #[constant] gamma: f64, m: usize) -> f64 {
    let n = (d + m + 1) as f64;
    let c = n * d as f64 * (gamma.ln() - 0.5 * LN_2) - ln_gamma_of_matrices(0.5 * n, d);
    let mut squares = 0.0;
    for v in diagonal {
        squares += v * v;
    }
    for v in l {
        squares += v * v;
    }
    let mut sum = 0.0;
    for v in sums {
        sum += v;
    }
    sums.len() as f64 * c - 0.5 * gamma * gamma * squares + m as f64 * sum
}

/// The log posterior of a mixture with weights `alpha`, means `mu` and roots `q`, `l`, given the points `x`.
#[differentiate]
pub fn log_posterior(
    alpha: &[f64],
    mu: &[f64],
    q: &[f64],
    l: &[f64],
    #[constant] x: &[f64],
    d: usize,
    #[constant] gamma: f64,
    m: usize,
) -> f64 {
    let (n, k, triangle) = (x.len() / d, alpha.len(), d * (d - 1) / 2);
    let mut diagonal = vec![0.0; k * d];
    let mut sums = vec![0.0; k];
    for i in 0..k {
        for j in 0..d {
            diagonal[i * d + j] = q[i * d + j].exp();
            sums[i] += q[i * d + j];
        }
    }
    let mut centred = vec![0.0; d];
    let mut product = vec![0.0; d];
    let mut beta = vec![0.0; k];
    let mut out = -((n * d) as f64) * 0.5 * (2.0 * PI).ln();
    for point in x.chunks_exact(d) {
        for i in 0..k {
            for j in 0..d {
                centred[j] = point[j] - mu[i * d + j];
            }
            triangular_product(&diagonal[i * d..][..d], &l[i * triangle..][..triangle], &centred, &mut product);
            let mut square = 0.0;
            for j in 0..d {
                square += product[j] * product[j];
            }
            beta[i] = alpha[i] + sums[i] - 0.5 * square;
        }
        out += log_sum_exp(&beta);
    }
    out - n as f64 * log_sum_exp(alpha) + log_wishart_prior(&diagonal, &sums, l, d, gamma, m)
}
