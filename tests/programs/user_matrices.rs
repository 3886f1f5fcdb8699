//! A matrix type with indices by pairs: portfolios by elimination with pivots, and a mean field iterated until it stays.

use crate::differentiate;
use differentiate::Differentiable;
use std::ops::{Index, IndexMut};
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Matrix {
    rows: usize,
    cols: usize,
    data: Vec<f64>,
}
#[differentiate]
impl Index<(usize, usize)> for Matrix {
    type Output = f64;
    fn index(&self, (i, j): (usize, usize)) -> &f64 {
        &self.data[i * self.cols + j]
    }
}
#[differentiate]
impl IndexMut<(usize, usize)> for Matrix {
    fn index_mut(&mut self, (i, j): (usize, usize)) -> &mut f64 {
        &mut self.data[i * self.cols + j]
    }
}
#[differentiate]
impl Matrix {
    fn zeros(rows: usize, cols: usize) -> Matrix {
        Matrix { rows, cols, data: vec![0.0; rows * cols] }
    }
    fn transposed(&self) -> Matrix {
        let mut t = Matrix::zeros(self.cols, self.rows);
        for i in 0..self.rows {
            for j in 0..self.cols {
                t[(j, i)] = self[(i, j)];
            }
        }
        t
    }
    fn times(&self, o: &Matrix) -> Matrix {
        assert_eq!(self.cols, o.rows, "shapes do not fit");
        let mut out = Matrix::zeros(self.rows, o.cols);
        for i in 0..self.rows {
            for j in 0..o.cols {
                let mut s = 0.0;
                for k in 0..self.cols {
                    s += self[(i, k)] * o[(k, j)];
                }
                out[(i, j)] = s;
            }
        }
        out
    }
    fn apply(&self, x: &[f64]) -> Vec<f64> {
        (0..self.rows).map(|i| (0..self.cols).map(|j| self[(i, j)] * x[j]).sum()).collect()
    }
    fn solve(&self, b: &[f64]) -> Option<Vec<f64>> {
        let n = self.rows;
        let mut a = self.clone();
        let mut x = b.to_vec();
        for k in 0..n {
            let pivot = (k..n).max_by(|&i, &j| a[(i, k)].abs().total_cmp(&a[(j, k)].abs()))?;
            if a[(pivot, k)].abs() < 1e-12 {
                return None;
            }
            if pivot != k {
                for j in 0..n {
                    let t = a[(k, j)];
                    a[(k, j)] = a[(pivot, j)];
                    a[(pivot, j)] = t;
                }
                x.swap(k, pivot);
            }
            for i in k + 1..n {
                let f = a[(i, k)] / a[(k, k)];
                for j in k..n {
                    let v = a[(k, j)];
                    a[(i, j)] -= f * v;
                }
                x[i] -= f * x[k];
            }
        }
        for k in (0..n).rev() {
            for j in k + 1..n {
                x[k] -= a[(k, j)] * x[j];
            }
            x[k] /= a[(k, k)];
        }
        Some(x)
    }
}
#[differentiate]
fn utility(views: &Matrix, returns: &[f64], sigma: &Matrix, risk: f64) -> Option<f64> {
    let st = sigma.transposed();
    let cov = sigma.times(&st);
    let expected = views.apply(returns);
    let w = cov.solve(&expected)?;
    let gain: f64 = w.iter().zip(&expected).map(|(a, b)| a * b).sum();
    let cw = cov.apply(&w);
    let variance: f64 = w.iter().zip(cw.iter()).map(|(a, b)| a * b).sum();
    Some(gain - 0.5 * risk * variance)
}
#[differentiate]
fn magnetisation(coupling: &Matrix, field: &[f64], beta: f64) -> f64 {
    let mut m = vec![0.1; field.len()];
    for sweep in 0..200 {
        let mut change: f64 = 0.0;
        for i in 0..m.len() {
            let h: f64 =
                field[i] + m.iter().enumerate().filter(|(j, _)| *j != i).map(|(j, mj)| coupling[(i, j)] * mj).sum::<f64>();
            let new = (beta * h).tanh();
            change = change.max((new - m[i]).abs());
            m[i] = new;
        }
        if change < 1e-12 && sweep > 2 {
            break;
        }
    }
    m.iter().sum::<f64>() / m.len() as f64
}

fn couplings() -> Matrix {
    Matrix { rows: 2, cols: 2, data: vec![1.0, 0.2, 0.3, 0.8] }
}

fn factors() -> Matrix {
    Matrix { rows: 2, cols: 2, data: vec![0.3, 0.1, 0.5, 0.4] }
}

crate::floats_of! {
    Matrix, MatrixGrad;
}

programs! {
    utility -> fallible: (&views = couplings(), &returns = vec![0.5, 0.8], &sigma = factors(), risk = 1.3);
    magnetisation: (&coupling = couplings(), &field = vec![0.3, -0.1], beta = 0.4);
}
