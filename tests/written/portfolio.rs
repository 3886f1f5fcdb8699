//! Risk parity and a mean-variance utility over a covariance with shrinkage.
use differentiate::{Differentiable, Real, differentiate};

#[derive(Clone, Debug, Differentiable)]
pub struct Matrix<T = f64> {
    pub rows: usize,
    pub cols: usize,
    pub data: Vec<T>,
}

#[differentiate]
impl<T: Real> Matrix<T> {
    pub fn zeros(rows: usize, cols: usize) -> Self {
        Self { rows, cols, data: vec![T::ZERO; rows * cols] }
    }
    pub fn get(&self, r: usize, c: usize) -> T {
        self.data[r * self.cols + c]
    }
    pub fn set(&mut self, r: usize, c: usize, v: T) {
        self.data[r * self.cols + c] = v;
    }
    pub fn times(&self, x: &[T]) -> Vec<T> {
        (0..self.rows).map(|r| (0..self.cols).map(|c| self.get(r, c) * x[c]).sum()).collect()
    }
}

#[differentiate]
pub fn covariance(returns: &[Vec<f64>], shrinkage: f64) -> Matrix {
    let n = returns.len();
    let t = returns[0].len() as f64;
    let means: Vec<f64> = returns.iter().map(|r| r.iter().sum::<f64>() / t).collect();
    let mut m = Matrix::zeros(n, n);
    for i in 0..n {
        for j in 0..=i {
            let mut s = 0.0;
            for (a, b) in returns[i].iter().zip(returns[j].iter()) {
                s += (a - means[i]) * (b - means[j]);
            }
            let v = if i == j { s / (t - 1.0) } else { (1.0 - shrinkage) * s / (t - 1.0) };
            m.set(i, j, v);
            m.set(j, i, v);
        }
    }
    m
}

#[differentiate]
pub fn risk_parity(logits: &[f64], returns: &[Vec<f64>], shrinkage: f64) -> f64 {
    let top = logits.iter().cloned().fold(f64::MIN, f64::max);
    let e: Vec<f64> = logits.iter().map(|l| (l - top).exp()).collect();
    let z = e.iter().sum::<f64>();
    let w = e.iter().map(|x| x / z).collect::<Vec<_>>();
    let cov = covariance(returns, shrinkage);
    let marginal = cov.times(&w);
    let variance: f64 = w.iter().zip(&marginal).map(|(a, b)| a * b).sum();
    let target = 1.0 / w.len() as f64;
    w.iter().zip(marginal.iter()).map(|(wi, mi)| wi * mi / variance - target).map(|d| d * d).sum::<f64>().sqrt()
}
