//! Dense linear algebra, in place.

use crate::differentiate;

/// LU with partial pivoting in place; `pivots` says which rows were exchanged. Returns the sign of the permutation.
#[differentiate]
fn lu(a: &mut [f64], n: usize, pivots: &mut [usize]) -> f64 {
    let mut sign = 1.0;
    for k in 0..n {
        let mut p = k;
        for i in k + 1..n {
            if a[i * n + k].abs() > a[p * n + k].abs() {
                p = i;
            }
        }
        pivots[k] = p;
        if p != k {
            for j in 0..n {
                a.swap(k * n + j, p * n + j);
            }
            sign = -sign;
        }
        for i in k + 1..n {
            a[i * n + k] /= a[k * n + k];
            for j in k + 1..n {
                a[i * n + j] -= a[i * n + k] * a[k * n + j];
            }
        }
    }
    sign
}

#[differentiate]
fn solve(a: &[f64], b: &[f64]) -> Vec<f64> {
    let n = b.len();
    let mut lu_of_a = a.to_vec();
    let mut pivots = vec![0; n];
    lu(&mut lu_of_a, n, &mut pivots);
    let mut x = b.to_vec();
    for k in 0..n {
        x.swap(k, pivots[k]);
        for i in k + 1..n {
            x[i] -= lu_of_a[i * n + k] * x[k];
        }
    }
    for k in (0..n).rev() {
        x[k] /= lu_of_a[k * n + k];
        for i in 0..k {
            x[i] -= lu_of_a[i * n + k] * x[k];
        }
    }
    x
}

#[differentiate]
fn log_det(a: &[f64], n: usize) -> f64 {
    let mut m = a.to_vec();
    let mut pivots = vec![0; n];
    let _ = lu(&mut m, n, &mut pivots);
    (0..n).map(|i| m[i * n + i].abs().ln()).sum()
}

/// The lower triangle in place; the strict upper one is set to zero.
#[differentiate]
fn cholesky(a: &mut Vec<Vec<f64>>) {
    let n = a.len();
    for j in 0..n {
        for k in 0..j {
            for i in j..n {
                a[i][j] -= a[i][k] * a[j][k];
            }
        }
        let d = a[j][j].sqrt();
        a[j][j] = d;
        for i in j + 1..n {
            a[i][j] /= d;
            a[j][i] = 0.0;
        }
    }
}

#[differentiate]
fn gaussian_log_likelihood(covariance: &[Vec<f64>], x: &[f64]) -> f64 {
    let n = x.len();
    let mut l = covariance.to_vec();
    cholesky(&mut l);
    let mut y = x.to_vec();
    let mut log_det = 0.0;
    for i in 0..n {
        for j in 0..i {
            y[i] -= l[i][j] * y[j];
        }
        y[i] /= l[i][i];
        log_det += 2.0 * l[i][i].ln();
    }
    let square: f64 = y.iter().map(|v| v * v).sum();
    -0.5 * (square + log_det + n as f64 * (2.0 * std::f64::consts::PI).ln())
}

/// Determinant of what is left of `a` by minors along the first row. `rows` and `columns` are circular lists of what is left:
/// entry `n` is the head, entry `i` what follows `i`.
#[differentiate]
pub(crate) fn minor(a: &[f64], n: usize, size: usize, rows: &mut [usize], columns: &mut [usize]) -> f64 {
    let row = rows[n];
    let mut column = columns[n];
    if size == 1 {
        return a[row * n + column];
    }
    rows[n] = rows[row];
    let mut previous = n;
    let mut sign = 1.0;
    let mut sum = 0.0;
    for _ in 0..size {
        let element = a[row * n + column];
        columns[previous] = columns[column];
        sum += sign * element * minor(a, n, size - 1, rows, columns);
        columns[previous] = column;
        previous = column;
        column = columns[column];
        sign = -sign;
    }
    rows[n] = row;
    sum
}

#[differentiate]
pub(crate) fn determinant(a: &[f64], n: usize) -> f64 {
    let mut rows: Vec<usize> = (1..=n).collect();
    rows.push(0);
    let mut columns = rows.clone();
    minor(a, n, n, &mut rows, &mut columns)
}

/// Power iteration for the largest eigenvalue, a fixed number of rounds.
#[differentiate]
fn largest_eigenvalue(m: &[[f64; 3]; 3], rounds: usize) -> f64 {
    let mut v = [1.0; 3];
    let mut eigenvalue = 0.0;
    for _ in 0..rounds {
        let mut w = [0.0; 3];
        for i in 0..3 {
            for j in 0..3 {
                w[i] += m[i][j] * v[j];
            }
        }
        eigenvalue = (w[0] * w[0] + w[1] * w[1] + w[2] * w[2]).sqrt();
        for i in 0..3 {
            v[i] = w[i] / eigenvalue;
        }
    }
    eigenvalue
}

/// Conjugate gradients, a fixed number of rounds unless the residual is small before.
#[differentiate]
fn conjugate_gradients(a: &[Vec<f64>], b: &[f64], rounds: usize) -> f64 {
    let n = b.len();
    let mut x = vec![0.0; n];
    let mut r = b.to_vec();
    let mut p = r.clone();
    let mut rr: f64 = r.iter().map(|v| v * v).sum();
    let mut q = vec![0.0; n];
    let mut round = 0;
    while rr > 1e-20 && round < rounds {
        round += 1;
        for i in 0..n {
            q[i] = a[i].iter().zip(&p).map(|(a, p)| a * p).sum();
        }
        let alpha = rr / p.iter().zip(&q).map(|(p, q)| p * q).sum::<f64>();
        for i in 0..n {
            x[i] += alpha * p[i];
            r[i] -= alpha * q[i];
        }
        let old = rr;
        rr = r.iter().map(|v| v * v).sum();
        for (p, r) in p.iter_mut().zip(&r) {
            *p = r + rr / old * *p;
        }
    }
    x.iter().zip(b).map(|(x, b)| x * b * b).sum()
}

/// Gram–Schmidt; returns the product of the lengths, which is the volume.
#[differentiate]
fn orthogonalise(vectors: &mut [[f64; 3]]) -> f64 {
    let mut volume = 1.0;
    for k in 0..vectors.len() {
        let (done, rest) = vectors.split_at_mut(k);
        let v = &mut rest[0];
        for u in done.iter() {
            let along = u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
            for j in 0..3 {
                v[j] -= along * u[j];
            }
        }
        let length = (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]).sqrt();
        volume *= length;
        for x in v.iter_mut() {
            *x /= length;
        }
    }
    volume
}

programs! {
    lu: (&mut a = vec![1.0, 2.0, 4.0, 3.0, 1.0, 0.5, -2.0, 0.7, 1.5], const n = 3, const &mut pivots = vec![0, 0, 0]);
    solve -> many: (&a = vec![2.0, 1.0, 1.0, 3.0], &b = vec![3.0, 5.0]) => [0.8, 1.4], (&a = vec![0.1, 2.0, 4.0, 3.0, 1.0, 0.5, -2.0, 0.7, 1.5], &b = vec![0.3, 0.7, -0.4]);
    log_det: (&a = vec![2.0, 1.0, 1.0, 3.0], const n = 2) => 5.0_f64.ln(), (&a = vec![0.1, 2.0, 4.0, 3.0, 1.0, 0.5, -2.0, 0.7, 1.5], const n = 3);
    cholesky -> unit: (&mut a = vec![vec![4.0, 2.0], vec![2.0, 10.0]]) => [2.0, 0.0, 1.0, 3.0], (&mut a = vec![vec![4.0, 9.0, 9.0], vec![2.0, 5.0, 9.0], vec![-1.0, 0.7, 3.0]]);
    gaussian_log_likelihood: (&covariance = vec![vec![4.0, 0.0, 0.0], vec![2.0, 5.0, 0.0], vec![-1.0, 0.7, 3.0]], &x = vec![0.3, 0.7, -0.4]);
    determinant: (&a = vec![1.0, 2.0, 3.0, 4.0], const n = 2) => -2.0, (&a = vec![0.1, 2.0, 4.0, 3.0, 1.0, 0.5, -2.0, 0.7, 1.5], const n = 3) => 0.1 * 1.15 - 2.0 * 5.5 + 4.0 * 4.1;
    minor: (&a = vec![1.0, 2.0, 3.0, 4.0], const n = 2, const size = 2, const &mut rows = vec![1, 2, 0], const &mut columns = vec![1, 2, 0]) => -2.0;
    largest_eigenvalue: (&m = [[2.0, 1.0, 0.0], [1.0, 2.0, 1.0], [0.0, 1.0, 2.0]], const rounds = 60) => 2.0 + 2.0_f64.sqrt();
    conjugate_gradients: (&a = vec![vec![4.0, 1.0, 0.5], vec![1.0, 3.0, -0.2], vec![0.5, -0.2, 2.0]], &b = vec![0.3, 0.7, -0.4], const rounds = 2);
    orthogonalise: (&mut vectors = vec![[1.0, 2.0, 0.0], [0.5, -1.0, 1.0], [0.0, 0.3, 2.0]]);
}
