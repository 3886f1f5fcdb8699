//! Constructors of the user's types that take numbers without derivatives, called with what is not seen to be such: fields of `self`.

use crate::differentiate;
use differentiate::Differentiable;
use std::ops::Mul;

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Matrix {
    entries: Vec<f64>,
    #[constant]
    rows: usize,
    #[constant]
    columns: usize,
}

#[differentiate]
impl Matrix {
    fn zeros(rows: usize, columns: usize) -> Self {
        Matrix { entries: vec![0.0; rows * columns], rows, columns }
    }

    fn identity(mut n: usize) -> Matrix {
        let mut m = Matrix::zeros(n, n);
        while n > 0 {
            n -= 1;
            m.entries[n * (m.rows + 1)] = 1.0;
        }
        m
    }

    fn at(&self, i: usize, j: usize) -> f64 {
        self.entries[i * self.columns + j]
    }

    fn set(&mut self, i: usize, j: usize, x: f64) {
        self.entries[i * self.columns + j] = x;
    }

    fn transposed(&self) -> Matrix {
        let mut m = Matrix::zeros(self.columns, self.rows);
        for i in 0..self.rows {
            for j in 0..self.columns {
                m.set(j, i, self.at(i, j));
            }
        }
        m
    }
}

#[differentiate]
impl Mul for &Matrix {
    type Output = Matrix;
    fn mul(self, o: &Matrix) -> Matrix {
        let mut m = Matrix::zeros(self.rows, o.columns);
        for i in 0..self.rows {
            for j in 0..o.columns {
                let mut sum = 0.0;
                for k in 0..self.columns {
                    sum += self.at(i, k) * o.at(k, j);
                }
                m.set(i, j, sum);
            }
        }
        m
    }
}

#[differentiate]
fn power(m: &Matrix, k: usize) -> Matrix {
    let mut power = Matrix::identity(m.rows);
    for _ in 0..k {
        power = &power * m;
    }
    power
}

#[differentiate]
fn powers(x: &[f64], k: usize) -> f64 {
    let m = Matrix { entries: x.to_vec(), rows: 2, columns: 3 };
    let p = power(&(&m * &m.transposed()), k);
    p.at(0, 1) * p.at(1, 1) + p.entries.iter().sum::<f64>()
}

programs! {
    powers: (&x = vec![0.3, -0.5, 0.7, 1.1, 0.2, -0.4], const k = 0), (&x = vec![0.3, -0.5, 0.7, 1.1, 0.2, -0.4], const k = 3);
}
