//! Objectives of optimisers.

use crate::differentiate;

#[differentiate]
fn rosenbrock(x: [f64; 2]) -> f64 {
    (1.0 - x[0]).powi(2) + 100.0 * (x[1] - x[0] * x[0]).powi(2)
}

#[differentiate]
fn rosenbrock_n(x: &[f64]) -> f64 {
    x.windows(2).map(|w| (1.0 - w[0]).powi(2) + 100.0 * (w[1] - w[0].powi(2)).powi(2)).sum()
}

#[differentiate]
pub(crate) fn log_sum_exp(x: &[f64]) -> f64 {
    let mut top = x[0];
    for &v in x {
        if v > top {
            top = v;
        }
    }
    let mut sum = 0.0;
    for v in x {
        sum += (v - top).exp();
    }
    top + sum.ln()
}

/// Least squares against the sign function, as in the `llsq` benchmark.
#[differentiate]
pub(crate) fn least_squares(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..n {
        let t = -1.0 + 2.0 * i as f64 / (n as f64 - 1.0);
        let mut residual = if t > 0.0 {
            1.0
        } else if t < 0.0 {
            -1.0
        } else {
            0.0
        };
        let mut power = 1.0;
        for c in x {
            residual -= c * power;
            power *= t;
        }
        sum += residual * residual;
    }
    0.5 * sum
}

/// Sum over the points of the squared distance to the nearest centroid.
#[differentiate(order = 2)]
pub(crate) fn kmeans(#[constant] points: &[Vec<f64>], centroids: &[Vec<f64>]) -> f64 {
    let mut cost = 0.0;
    for p in points {
        let mut nearest = f64::INFINITY;
        for c in centroids {
            let mut d = 0.0;
            for (a, b) in p.iter().zip(c) {
                d += (a - b) * (a - b);
            }
            nearest = nearest.min(d);
        }
        cost += nearest;
    }
    cost
}

#[differentiate]
fn logistic_loss(w: &[f64], bias: f64, #[constant] rows: &[Vec<f64>], #[constant] labels: &[bool]) -> f64 {
    let mut loss = 0.0;
    for (row, &label) in rows.iter().zip(labels) {
        let z: f64 = row.iter().zip(w).map(|(a, b)| a * b).sum::<f64>() + bias;
        let z = if label { -z } else { z };
        loss += if z > 0.0 { z + (-z).exp().ln_1p() } else { z.exp().ln_1p() };
    }
    let ridge: f64 = w.iter().map(|v| v * v).sum();
    loss / rows.len() as f64 + 0.01 * ridge
}

#[differentiate]
fn exponential_decay_fit(p: [f64; 3], data: &[(f64, f64)]) -> f64 {
    let [a, rate, offset] = p;
    data.iter().map(|(t, y)| (a * (-rate * t).exp() + offset - y).powi(2)).sum::<f64>().sqrt()
}

#[differentiate]
fn rastrigin(x: &[f64]) -> f64 {
    let mut s = 10.0 * x.len() as f64;
    for v in x {
        s += v * v - 10.0 * (2.0 * std::f64::consts::PI * v).cos();
    }
    s
}

#[differentiate]
fn poisson_regression(w: &[f64], rows: &[[f64; 2]], counts: &[u32]) -> f64 {
    let mut log_likelihood = 0.0;
    for (row, &count) in rows.iter().zip(counts) {
        let eta = w[0] + w[1] * row[0] + w[2] * row[1];
        let mut log_factorial = 0.0;
        for k in 2..=count {
            log_factorial += (k as f64).ln();
        }
        log_likelihood += count as f64 * eta - eta.exp() - log_factorial;
    }
    -log_likelihood
}

programs! {
    rosenbrock: (x = [-1.2, 1.0]) => 24.2, (x = [1.0, 1.0]) => 0.0;
    rosenbrock_n: (&x = vec![-1.2, 1.0, 0.3]) => 24.2 + 49.0;
    log_sum_exp: (&x = vec![1.0, 1.0]) => 1.0 + 2.0_f64.ln(), (&x = vec![0.3, 20.0, 19.0]);
    least_squares: (&x = vec![0.3, 0.7, -0.4], const n = 5);
    kmeans: (const &points = vec![vec![0.3, 0.7], vec![-0.4, 1.1], vec![2.0, 2.0]], &centroids = vec![vec![0.0, 1.0], vec![2.0, 1.5]]) => 0.18 + 0.17 + 0.25;
    logistic_loss: (&w = vec![0.3, 0.7], bias = -0.4, const &rows = vec![vec![1.0, 2.0], vec![-1.0, 0.5]], const &labels = vec![true, false]);
    exponential_decay_fit: (p = [2.0, 0.5, 0.1], &data = vec![(0.0, 2.2), (1.0, 1.2), (2.0, 0.9)]);
    rastrigin: (&x = vec![0.3, -1.2]);
    poisson_regression: (&w = vec![0.3, 0.7, -0.4], &rows = vec![[1.0, 0.5], [0.2, -1.0]], const &counts = vec![3, 1]);
}
