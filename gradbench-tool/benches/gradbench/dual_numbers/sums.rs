//! The short ones.

use super::Number;
use num_dual::Dual2_64;

fn cost<D: Number>(points: &[Vec<f64>], centroids: &[D], d: usize) -> D {
    let mut cost = D::from(0.0);
    for point in points {
        let mut nearest = D::from(f64::INFINITY);
        for centroid in centroids.chunks_exact(d) {
            let square = centroid.iter().zip(point).fold(D::from(0.0), |sum, (c, p)| sum + (*c - *p) * (*c - *p));
            if square < nearest {
                nearest = square;
            }
        }
        cost += nearest;
    }
    cost
}

/// The gradient over the Hessian's diagonal, one coordinate at a time.
pub(super) fn direction(points: &[Vec<f64>], centroids: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let d = centroids[0].len();
    let mut at: Vec<Dual2_64> = centroids.iter().flatten().map(|c| Dual2_64::from_re(*c)).collect();
    let directions = (0..at.len()).map(|i| {
        at[i] = at[i].derivative();
        let cost = cost(points, &at, d);
        at[i] = Dual2_64::from_re(at[i].re);
        cost.v1 / cost.v2
    });
    let flat: Vec<f64> = directions.collect();
    flat.chunks_exact(d).map(<[f64]>::to_vec).collect()
}

pub(super) fn log_sum_exp<D: Number>(x: &[D]) -> D {
    let top = x.iter().fold(D::from(f64::NEG_INFINITY), |top, x| if *x > top { *x } else { top });
    let sum = x.iter().fold(D::from(0.0), |sum, x| sum + (*x - top).exp());
    top + sum.ln()
}

pub(super) fn squared_error<D: Number>(x: &[D], n: usize) -> D {
    let mut sum = D::from(0.0);
    for i in 0..n {
        let t = -1.0 + 2.0 * i as f64 / (n - 1) as f64;
        let mut residual = D::from(if t == 0.0 { 0.0 } else { t.signum() });
        let mut power = 1.0;
        for c in x {
            residual -= *c * power;
            power *= t;
        }
        sum += residual * residual;
    }
    sum * 0.5
}

fn minor<D: Number>(a: &[D], n: usize, size: usize, rows: &mut [usize], columns: &mut [usize]) -> D {
    let row = rows[n];
    let mut column = columns[n];
    if size == 1 {
        return a[row * n + column];
    }
    rows[n] = rows[row];
    let (mut previous, mut sign, mut sum) = (n, 1.0, D::from(0.0));
    for _ in 0..size {
        columns[previous] = columns[column];
        sum += a[row * n + column] * minor(a, n, size - 1, rows, columns) * sign;
        columns[previous] = column;
        previous = column;
        column = columns[column];
        sign = -sign;
    }
    rows[n] = row;
    sum
}

pub(super) fn determinant<D: Number>(a: &[D], n: usize) -> D {
    let mut rows: Vec<usize> = (1..=n).chain([0]).collect();
    let mut columns = rows.clone();
    minor(a, n, n, &mut rows, &mut columns)
}

fn slope<D: Number>(x: &[D], y: &[D], out: &mut [D]) {
    out[0] = x[0];
    for i in 1..x.len() {
        out[i] = x[i] * y[i - 1];
    }
}

fn moved<D: Number>(y: &[D], h: f64, k: &[D], out: &mut [D]) {
    for i in 0..y.len() {
        out[i] = y[i] + k[i] * h;
    }
}

/// The last component.
pub(super) fn solve<D: Number>(x: &[D], s: usize) -> D {
    let (n, h) = (x.len(), 2.0 / s as f64);
    let zeros = || vec![D::from(0.0); n];
    let (mut y, mut t, mut k1, mut k2, mut k3, mut k4) = (zeros(), zeros(), zeros(), zeros(), zeros(), zeros());
    for _ in 0..s {
        slope(x, &y, &mut k1);
        moved(&y, 0.5 * h, &k1, &mut t);
        slope(x, &t, &mut k2);
        moved(&y, 0.5 * h, &k2, &mut t);
        slope(x, &t, &mut k3);
        moved(&y, h, &k3, &mut t);
        slope(x, &t, &mut k4);
        for i in 0..n {
            y[i] += (k1[i] + k2[i] * 2.0 + k3[i] * 2.0 + k4[i]) * (h / 6.0);
        }
    }
    y[n - 1]
}
