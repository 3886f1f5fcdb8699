//! Gaussian process with own Cholesky on Vec<Vec<f64>>, kernels as enum and composition.
use differentiate::{Differentiable, differentiate};

#[derive(Clone, Debug, Differentiable)]
pub enum Kernel {
    Rbf { variance: f64, length: f64 },
    Periodic { variance: f64, length: f64, period: f64 },
    Linear(f64),
    Sum(Box<Kernel>, Box<Kernel>),
    Scaled { by: f64, inner: Box<Kernel> },
}

#[differentiate]
impl Kernel {
    pub fn eval(&self, a: f64, b: f64) -> f64 {
        let d = (a - b).abs();
        match self {
            Kernel::Rbf { variance, length } => variance * (-0.5 * (d / length).powi(2)).exp(),
            Kernel::Periodic { variance, length, period } => {
                let s = (std::f64::consts::PI * d / period).sin();
                variance * (-2.0 * s * s / (length * length)).exp()
            }
            Kernel::Linear(v) => v * a * b,
            Kernel::Sum(p, q) => p.eval(a, b) + q.eval(a, b),
            Kernel::Scaled { by, inner } => {
                let inner = inner.eval(a, b);
                by * inner
            }
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    NotPositive(usize),
    Empty,
}

#[differentiate]
pub fn cholesky(a: &[Vec<f64>]) -> Result<Vec<Vec<f64>>, Failure> {
    let n = a.len();
    let mut l = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let mut sum = a[i][j];
            for k in 0..j {
                sum -= l[i][k] * l[j][k];
            }
            if i == j {
                if sum <= 0.0 {
                    return Err(Failure::NotPositive(i));
                }
                l[i][i] = sum.sqrt();
            } else {
                l[i][j] = sum / l[j][j];
            }
        }
    }
    Ok(l)
}

#[differentiate]
fn solve_lower(l: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let mut x = Vec::with_capacity(b.len());
    for (i, row) in l.iter().enumerate() {
        let dot: f64 = row[..i].iter().zip(&x).map(|(a, b)| a * b).sum();
        x.push((b[i] - dot) / row[i]);
    }
    x
}

#[differentiate]
pub fn nll(kernel: &Kernel, noise: f64, x: &[f64], y: &[f64]) -> Result<f64, Failure> {
    if x.is_empty() {
        return Err(Failure::Empty);
    }
    let n = x.len();
    let mut k: Vec<Vec<f64>> = x.iter().map(|&a| x.iter().map(|&b| kernel.eval(a, b)).collect()).collect();
    for (i, row) in k.iter_mut().enumerate() {
        row[i] += noise * noise;
    }
    let l = cholesky(&k)?;
    let z = solve_lower(&l, y);
    let fit = 0.5 * z.iter().map(|v| v.powi(2)).sum::<f64>();
    let det: f64 = (0..n).map(|i| l[i][i].ln()).sum();
    Ok(fit + det + 0.5 * n as f64 * (2.0 * std::f64::consts::PI).ln())
}
