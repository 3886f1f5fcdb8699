//! `Vec`s that are made, grown and handed out.

use crate::differentiate;

#[differentiate]
fn grown(x: f64, n: usize) -> f64 {
    let mut v = Vec::new();
    v.push(x);
    for i in 1..n {
        let next = v[i - 1] * x + 1.0;
        v.push(next);
    }
    v[n - 1] * v[0] + v.len() as f64
}

#[differentiate]
fn with_capacity(x: &[f64]) -> Vec<f64> {
    let mut out = Vec::with_capacity(x.len());
    let mut s = 0.0;
    for v in x {
        s += v;
        out.push(s * s);
    }
    out
}

#[differentiate]
fn pushed_under_condition(x: &[f64]) -> f64 {
    let mut kept: Vec<f64> = Vec::new();
    for &v in x {
        if v > 0.0 {
            kept.push(v.sqrt());
        } else if v < -1.0 {
            kept.push(v);
            kept.push(v * v);
        }
    }
    let mut s = 0.0;
    for (i, k) in kept.iter().enumerate() {
        s += k * (i + 1) as f64;
    }
    s
}

#[differentiate]
fn vec_macro(x: f64, n: usize) -> f64 {
    let mut u = vec![0.0; n];
    let v = vec![x; n];
    let w = vec![x, 2.0 * x, x.sin()];
    for i in 0..n {
        u[i] = v[i] * w[i % 3];
    }
    let mut s = 0.0;
    for i in 0..u.len() {
        s += u[i] * (i + 1) as f64;
    }
    s
}

#[differentiate]
fn matrix_of_vecs(x: f64, n: usize) -> f64 {
    let mut m = vec![vec![0.0; n]; n];
    for i in 0..n {
        m[i][i] = x;
        for j in 0..i {
            m[i][j] = m[i - 1][j] * x + j as f64;
        }
    }
    m[n - 1][0] * m[1][1]
}

#[differentiate]
fn rows_pushed(x: &[f64], n: usize) -> Vec<Vec<f64>> {
    let mut rows = Vec::new();
    let mut current = x.to_vec();
    for _ in 0..n {
        let mut next = Vec::new();
        for pair in current.windows(2) {
            next.push(pair[1] - pair[0] * pair[1]);
        }
        rows.push(next.clone());
        current = next;
    }
    rows
}

#[differentiate]
fn moved(x: &[f64], n: usize) -> f64 {
    let mut u = x.to_vec();
    for k in 0..n {
        let mut v = vec![0.0; u.len()];
        for i in 0..u.len() {
            v[i] = u[i] * u[0] + k as f64 * 0.1;
        }
        u = v;
    }
    let w = u;
    w[0] * w[1]
}

#[differentiate]
fn length_only(v: &[f64], m: &[Vec<f64>]) -> f64 {
    let n = v.len() + m[0].len();
    if v.is_empty() { 0.0 } else { v[0] * n as f64 / m.len() as f64 }
}

#[differentiate]
fn last_state(x0: f64, rate: f64, n: usize) -> f64 {
    let mut states = Vec::with_capacity(n + 1);
    states.push(x0);
    for k in 0..n {
        let x = states[k];
        let y = x + rate * x * (1.0 - x);
        states.push(y);
    }
    let mut mean = 0.0;
    for s in &states {
        mean += s / (n + 1) as f64;
    }
    states[n] - mean
}

#[differentiate]
fn outer_product(u: &[f64], v: &[f64]) -> Vec<Vec<f64>> {
    let mut out = vec![vec![0.0; v.len()]; u.len()];
    for (row, a) in out.iter_mut().zip(u) {
        for (o, b) in row.iter_mut().zip(v) {
            *o = a * b;
        }
    }
    out
}

#[differentiate]
fn polynomial_product(p: &[f64], q: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; p.len() + q.len() - 1];
    for (i, a) in p.iter().enumerate() {
        for (j, b) in q.iter().enumerate() {
            out[i + j] += a * b;
        }
    }
    out
}

/// Integer work beside the floats: order, then use.
#[differentiate]
fn permuted(x: &[f64], keys: &[usize]) -> f64 {
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by_key(|&i| keys[i]);
    let mut s = 0.0;
    for (rank, &i) in order.iter().enumerate() {
        s += x[i] * x[i] * rank as f64;
    }
    s
}

/// The order comes from the floats themselves.
#[differentiate]
fn median_like(x: &[f64]) -> f64 {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|&i, &j| x[i].partial_cmp(&x[j]).unwrap());
    let middle = order[x.len() / 2];
    x[middle] * x[middle] + x[order[0]]
}

/// A row gets another length.
#[differentiate]
fn by_value(v: Vec<f64>, mut m: Vec<Vec<f64>>) -> f64 {
    m[0][0] *= v[1];
    let before = m[1][0] * m[0][1];
    m[1] = v;
    m[0][0] * m[1][0] + m[1][1] * before
}

#[differentiate]
fn rows_of_all_lengths(x: f64, m: &[Vec<f64>]) -> f64 {
    let mut rows = vec![vec![x]; 2];
    let mut s = 0.0;
    for i in 0..m.len() {
        let last = rows[i % 2].len() - 1;
        s += rows[i % 2][last] * x;
        rows[i % 2] = m[i].clone();
        rows[i % 2][0] *= x;
    }
    s * rows[0][0] * rows[1][0]
}

#[differentiate]
fn product_first(v: Vec<f64>) -> Vec<f64> {
    let mut v = v;
    v[0] *= v[1];
    v
}

/// Given away, and given a value again.
#[differentiate]
fn assigned_anew(mut u: Vec<f64>, y: f64, n: usize) -> f64 {
    let mut s = 0.0;
    for k in 0..n {
        let w = u;
        s += w[0] * w[w.len() - 1];
        u = if k == 1 { vec![w[0], s, w[0] * y] } else { w };
    }
    u = product_first(u);
    let mut kept = Vec::new();
    kept.push(u);
    u = vec![kept[0][1] * y; 3];
    u[2] *= s;
    u[2] * u[1] + kept[0][0]
}

#[differentiate]
fn copied_within(x: &mut [f64], k: usize) -> f64 {
    let mut v = x.to_vec();
    for i in 0..3 {
        v[3] *= v[i];
        v.copy_within(k.., 0);
        v.copy_within(..=1, 2);
    }
    x.copy_within(0..2, 1);
    x[1..3].copy_from_slice(&v[2..].to_vec());
    x.copy_from_slice(&vec![x[1] * v[0]; 4]);
    v[0] * v[1] * v[2] + v[3] * x[2]
}

programs! {
    by_value: (v = vec![0.3, 0.7], m = vec![vec![2.0, 1.0], vec![5.0]]) => 1.4 * 0.3 + 0.7 * 5.0;
    rows_of_all_lengths: (x = 0.3, &m = vec![vec![2.0, 1.0], vec![5.0], vec![1.0, 2.0, 3.0], vec![0.7; 5]]);
    assigned_anew: (u = vec![1.0, 3.0], y = 0.6, const n = 0), (u = vec![1.0, 3.0], y = 0.6, const n = 4);
    copied_within: (&mut x = vec![0.5, 3.0, 0.7, 1.2], const k = 1);
    grown: (x = 0.7, const n = 4), (x = 0.7, const n = 1) => 1.49;
    with_capacity -> many: (&x = vec![0.3, 0.7, -0.4]) => [0.09, 1.0, 0.36];
    pushed_under_condition: (&x = vec![0.25, -0.5, -2.0, 4.0]) => 0.5 - 4.0 + 12.0 + 8.0;
    vec_macro: (x = 0.7, const n = 4);
    matrix_of_vecs: (x = 0.7, const n = 3);
    rows_pushed -> many: (&x = vec![0.3, 0.7, -0.4, 1.1], const n = 2);
    moved: (&x = vec![0.3, 0.7], const n = 3);
    length_only: (&v = vec![0.3, 0.7], &m = vec![vec![1.0, 2.0, 3.0], vec![]]) => 0.75;
    last_state: (x0 = 0.3, rate = 1.7, const n = 6);
    outer_product -> many: (&u = vec![0.3, 0.7], &v = vec![1.0, 2.0, 3.0]) => [0.3, 0.6, 0.9, 0.7, 1.4, 2.1];
    polynomial_product -> many: (&p = vec![1.0, 2.0], &q = vec![3.0, -1.0, 0.5]) => [3.0, 5.0, -1.5, 1.0];
    permuted: (&x = vec![0.5, 1.5, 2.5], const &keys = vec![2, 9, 1]) => 0.25 + 4.5;
    median_like: (&x = vec![0.5, 1.5, -2.5]) => 0.25 - 2.5;
}
