//! Arrays and slices, nested, beside integers.

use crate::differentiate;

#[differentiate]
fn norm(x: [f64; 3]) -> f64 {
    (x[0] * x[0] + x[1] * x[1] + x[2] * x[2]).sqrt()
}

#[differentiate]
fn by_array_reference(x: &[f64; 4], i: usize) -> f64 {
    x[i] * x[(i + 1) % 4] - x[x.len() - 1].exp()
}

#[differentiate]
fn trace_of_square(a: [[f64; 2]; 2]) -> f64 {
    let mut s = 0.0;
    for i in 0..2 {
        for j in 0..2 {
            s += a[i][j] * a[j][i];
        }
    }
    s
}

#[differentiate]
fn quadratic_form(a: &[[f64; 3]], x: &[f64]) -> f64 {
    let mut s = 0.0;
    for (i, row) in a.iter().enumerate() {
        for j in 0..row.len() {
            s += x[i] * row[j] * x[j];
        }
    }
    s
}

#[differentiate]
fn cube(t: &[[[f64; 2]; 2]; 2], w: [f64; 2]) -> f64 {
    let mut s = 0.0;
    for i in 0..2 {
        let slab = &t[i];
        for j in 0..2 {
            let [a, b] = slab[j];
            s += (a * w[i] - b * w[j]).sin();
        }
    }
    s
}

#[differentiate]
fn array_literals(x: f64, y: f64) -> f64 {
    let v = [x, x * y, y.sin(), 1.0];
    let m = [[x, 0.0], [v[1], y]];
    let zero = [0.0; 4];
    let ones = [x * 0.5; 3];
    v[0] * v[1] + v[2] * m[1][0] + zero[3] + ones[2] * m[1][1]
}

#[differentiate]
fn array_built(x: f64) -> f64 {
    let mut v = [0.0; 5];
    v[0] = x;
    for i in 1..5 {
        v[i] = v[i - 1] * x + i as f64;
    }
    v[4] - v[2]
}

#[differentiate]
fn array_copied(x: [f64; 3]) -> f64 {
    let mut y = x;
    y[0] *= y[1];
    let z = y;
    y[2] = z[0] + y[0];
    y[2] * x[0] + z[2]
}

#[differentiate]
fn matrix_product(a: [[f64; 2]; 2], b: [[f64; 2]; 2]) -> [[f64; 2]; 2] {
    let mut c = [[0.0; 2]; 2];
    for i in 0..2 {
        for j in 0..2 {
            for k in 0..2 {
                c[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    c
}

/// Integers beside floats decide which floats are read.
#[differentiate]
fn gather(values: &[f64], index: &[usize], sign: &[i32]) -> f64 {
    let mut s = 0.0;
    for k in 0..index.len() {
        let v = values[index[k]];
        s += sign[k] as f64 * v * v;
    }
    s
}

#[differentiate]
fn scatter(values: &[f64], index: &[usize], n: usize) -> f64 {
    let mut bins = vec![0.0; n];
    for (&i, &v) in index.iter().zip(values) {
        bins[i] += v.exp();
    }
    let mut s = 0.0;
    for b in &bins {
        s += b * b;
    }
    s
}

#[differentiate]
fn pairs(points: &[(f64, f64)]) -> f64 {
    let mut s = 0.0;
    for i in 1..points.len() {
        let (x, y) = points[i];
        s += (x - points[i - 1].0).powi(2) * y - points[i - 1].1;
    }
    s
}

#[differentiate]
fn marked(points: &[(usize, f64, bool)], w: &[f64]) -> f64 {
    let mut s = 0.0;
    for p in points {
        if p.2 {
            s += w[p.0] * p.1;
        }
    }
    s * s
}

#[differentiate]
fn array_of_pairs(p: [(f64, [f64; 2]); 2]) -> f64 {
    let (a, [b, c]) = p[0];
    a * p[1].0 + b * p[1].1[1] - c * p[1].1[0]
}

#[differentiate]
fn tables(x: f64, k: usize) -> f64 {
    const WEIGHTS: [f64; 3] = [0.5, 0.25, 0.125];
    let knots = [1, 3, 5];
    WEIGHTS[k] * x.powi(knots[k]) + WEIGHTS[0]
}

programs! {
    norm: (x = [2.0, 3.0, 6.0]) => 7.0;
    by_array_reference: (&x = [0.3, 0.7, 1.1, -0.5], const i = 1), (&x = [0.3, 0.7, 1.1, -0.5], const i = 3);
    trace_of_square: (a = [[1.0, 2.0], [3.0, 4.0]]) => 29.0;
    quadratic_form: (&a = vec![[1.0, 0.5, 0.0], [0.2, 2.0, -0.3], [0.0, 0.7, 1.5]], &x = vec![0.3, -1.2, 0.8]);
    cube: (&t = [[[0.1, 0.2], [0.3, 0.4]], [[0.5, 0.6], [0.7, 0.8]]], w = [1.5, -0.5]);
    array_literals: (x = 0.7, y = 1.3);
    array_built: (x = 0.7);
    array_copied: (x = [0.7, 1.3, -0.4]);
    matrix_product -> many: (a = [[1.0, 2.0], [3.0, 4.0]], b = [[0.5, 1.0], [-1.0, 2.0]]) => [-1.5, 5.0, -2.5, 11.0];
    gather: (&values = vec![0.5, 1.5, 2.5], const &index = vec![2, 0, 2, 1], const &sign = vec![1, -1, 2, 1]) => 6.25 - 0.25 + 12.5 + 2.25;
    scatter: (&values = vec![0.5, -0.5, 0.1], const &index = vec![1, 1, 0], const n = 3);
    pairs: (&points = vec![(0.1, 0.2), (0.5, -0.3), (0.9, 1.4)]);
    marked: (&points = vec![(1, 0.5, true), (0, 0.25, false), (0, 2.0, true)], &w = vec![0.3, 0.9]) => 1.05 * 1.05;
    array_of_pairs: (p = [(0.3, [1.0, 2.0]), (0.7, [-1.0, 0.4])]) => 0.21 + 0.4 + 2.0;
    tables: (x = 1.3, const k = 0), (x = 1.3, const k = 2);
}
