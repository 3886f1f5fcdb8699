//! `Index` and `IndexMut` of types of the user's.

use crate::differentiate;
use differentiate::{Differentiable, Real};
use std::ops::{Index, IndexMut};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct V3 {
    x: f64,
    y: f64,
    z: f64,
}
floats_of!(V3, V3Grad);

#[differentiate]
impl Index<usize> for V3 {
    type Output = f64;
    fn index(&self, i: usize) -> &f64 {
        match i {
            0 => &self.x,
            1 => &self.y,
            2 => &self.z,
            _ => panic!("no component {i}"),
        }
    }
}

#[differentiate]
impl IndexMut<usize> for V3 {
    fn index_mut(&mut self, i: usize) -> &mut f64 {
        match i {
            0 => &mut self.x,
            1 => &mut self.y,
            2 => &mut self.z,
            _ => panic!("no component {i}"),
        }
    }
}

#[differentiate]
fn components(v: &V3, k: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..3 {
        sum += v[i] * v[(i + 1) % 3] * k;
    }
    sum.sin()
}

#[differentiate]
fn cross(a: &V3, b: &V3) -> V3 {
    let mut out = V3 { x: 0.0, y: 0.0, z: 0.0 };
    for i in 0..3 {
        let (j, k) = ((i + 1) % 3, (i + 2) % 3);
        out[i] = a[j] * b[k] - a[k] * b[j];
        out[i] *= a[i];
    }
    out
}

#[differentiate]
fn volume(a: &V3, b: &V3) -> f64 {
    let c = cross(a, b);
    c[0] * a[1] + c.y * b[2] + c[2]
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Matrix {
    rows: usize,
    cols: usize,
    data: Vec<f64>,
}
floats_of!(Matrix, MatrixGrad);

#[differentiate]
impl Index<(usize, usize)> for Matrix {
    type Output = f64;
    fn index(&self, (row, col): (usize, usize)) -> &f64 {
        assert!(row < self.rows && col < self.cols, "({row}, {col})");
        &self.data[row * self.cols + col]
    }
}

#[differentiate]
impl IndexMut<(usize, usize)> for Matrix {
    fn index_mut(&mut self, (row, col): (usize, usize)) -> &mut f64 {
        &mut self.data[row * self.cols + col]
    }
}

impl Matrix {
    fn zeros(rows: usize, cols: usize) -> Matrix {
        Matrix { rows, cols, data: vec![0.0; rows * cols] }
    }
}

#[differentiate]
fn product(a: &Matrix, b: &Matrix) -> Matrix {
    let (rows, cols): (usize, usize) = (a.rows, b.cols);
    let mut c = Matrix::zeros(rows, cols);
    for i in 0..a.rows {
        for j in 0..b.cols {
            for k in 0..a.cols {
                c[(i, j)] += a[(i, k)] * b[(k, j)];
            }
        }
    }
    c
}

#[differentiate]
fn squared(a: &Matrix, b: &Matrix) -> f64 {
    let c: Matrix = product(a, b);
    let mut sum = 0.0;
    for i in 0..c.rows {
        sum += c[(i, i)] * c[(i, 0)].exp();
    }
    sum
}

/// In place, with elements that are read after they were overwritten.
#[differentiate]
fn cholesky(a: &mut Matrix) {
    let n = a.rows;
    for j in 0..n {
        for k in 0..j {
            let t = a[(j, k)];
            a[(j, j)] -= t * t;
        }
        a[(j, j)] = a[(j, j)].sqrt();
        for i in j + 1..n {
            for k in 0..j {
                let t = a[(i, k)] * a[(j, k)];
                a[(i, j)] -= t;
            }
            let d = a[(j, j)];
            a[(i, j)] /= d;
        }
    }
}

#[differentiate]
fn log_determinant(a: &mut Matrix, shift: f64) -> f64 {
    let n: usize = a.rows;
    let mut unit = Matrix::zeros(n, n);
    unit[(0, 0)] = 1.0;
    unit[(1, 1)] = shift;
    for i in 0..a.rows {
        a[(i, i)] += unit[(i, i)] * shift;
    }
    cholesky(a);
    (0..a.rows).map(|i| a[(i, i)].ln()).sum()
}

/// A generic one, in a struct.
#[derive(Clone, Debug, Differentiable)]
struct Square<T: Real, const N: usize> {
    rows: [[T; N]; N],
}

#[differentiate]
impl<T: Real, const N: usize> Index<(usize, usize)> for Square<T, N> {
    type Output = T;
    fn index(&self, index: (usize, usize)) -> &T {
        &self.rows[index.0][index.1]
    }
}

#[differentiate]
impl<T: Real, const N: usize> IndexMut<(usize, usize)> for Square<T, N> {
    fn index_mut(&mut self, index: (usize, usize)) -> &mut Self::Output {
        &mut self.rows[index.0][index.1]
    }
}

#[differentiate]
fn of_rows(rows: [[f64; 2]; 2], k: f64) -> f64 {
    let mut m = Square { rows };
    m[(0, 1)] = m[(1, 0)] * k;
    m[(1, 0)] *= m[(0, 1)];
    m[(1, 0)] * m[(0, 0)] + m[(1, 1)]
}

programs! {
    components: (&v = V3 { x: 0.3, y: -0.7, z: 1.1 }, k = 0.4);
    volume: (&a = V3 { x: 0.3, y: -0.7, z: 1.1 }, &b = V3 { x: 0.8, y: 0.2, z: -0.5 });
    squared: (&a = Matrix { rows: 2, cols: 3, data: vec![0.1, 0.5, -0.3, 0.7, 0.2, 0.4] },
        &b = Matrix { rows: 3, cols: 2, data: vec![0.6, -0.2, 0.3, 0.8, 0.1, -0.5] });
    log_determinant: (&mut a = Matrix { rows: 3, cols: 3, data: vec![3.0, 0.5, 0.2, 0.5, 2.0, 0.3, 0.2, 0.3, 2.5] }, shift = 0.4);
    of_rows: (rows = [[0.3, 0.7], [1.2, -0.4]], k = 0.6);
}
