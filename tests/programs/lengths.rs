//! `Vec`s that grow, and are assigned, swapped, taken and moved between.

use crate::differentiate;

#[differentiate]
fn assigned_between(x: f64, n: usize) -> f64 {
    let mut v = vec![x];
    v.push(3.0 * x * x);
    let mut s = v[1] * v[1] * v[0];
    v = vec![2.0 * x];
    v.push(x * x);
    for _ in 0..n {
        v.push(3.0 * x * v[0]);
        s += v[1] * v[2] * v[0];
        v = vec![s * x, x];
    }
    s * v[0] * v[1]
}

#[differentiate]
fn swapped_between(x: f64) -> f64 {
    let mut v = vec![x];
    let mut w = vec![x * x, 2.0, x];
    v.push(3.0 * x * x);
    let s = v[1] * v[0] * w[2];
    std::mem::swap(&mut v, &mut w);
    v.push(x * s);
    w.push(s);
    s * v[3] * w[2] * v[0] * w[1]
}

#[differentiate]
fn moved_between(x: f64) -> f64 {
    let mut v = vec![x];
    v.push(x * x);
    let mut w = v;
    w.push(3.0 * x);
    v = w.clone();
    v.push(w[2]);
    w.push(v[3]);
    w[3] * v[3] * v[1] * w[0]
}

#[differentiate]
fn rows_grow(x: f64, n: usize) -> f64 {
    let mut m = vec![Vec::new(), vec![x * x, 2.0]];
    for k in 0..n {
        let t = x * k as f64 + m[(k + 1) % 2].len() as f64 * x;
        m[k % 2].push(t);
        if k == 2 {
            m.swap(0, 1);
        }
    }
    m[0] = vec![m[0][1] * m[1][0]];
    m[0].push(x);
    let mut s = 0.0;
    for row in &m {
        for e in row {
            s += e * e * e;
        }
    }
    s
}

#[differentiate]
fn copies_grow(x: &[f64], m: &[Vec<f64>]) -> f64 {
    let mut v = x.to_vec();
    v.push(x[0] * 3.0);
    let mut w = v[1..].to_vec();
    w.push(v[2]);
    v.push(w[1]);
    let mut rows = m.to_vec();
    rows[0].push(w[0]);
    rows.push(vec![v[3]]);
    let t = rows[2][0];
    rows[1].push(t);
    let mut row = m[1].clone();
    row.push(rows[1][2]);
    row.push(row[1]);
    v[0] * v[3] * w[2] * rows[0][2] * rows[1][2] * rows[2][0] * row[3] * row[2]
}

#[differentiate]
fn parameter_grows(mut v: Vec<f64>, x: f64) -> f64 {
    v.push(x);
    v.push(v[0] * x);
    v[1] * v[2] * v[v.len() - 1]
}

#[differentiate]
fn given_back(x: &[f64], n: usize) -> Vec<f64> {
    let mut out = vec![x[0]];
    for i in 0..n {
        let mut row = out.clone();
        row.push(x[1] * row[0]);
        if i % 2 == 0 {
            out = row;
        } else {
            out.push(row[row.len() - 1] * x[0]);
        }
    }
    out
}

#[differentiate]
fn given_away(x: &[f64], c: bool) -> Vec<f64> {
    let mut u = x.to_vec();
    let mut out = Vec::new();
    if c {
        out = u;
        u = vec![x[0] * 3.0];
    }
    out.push(u[0] * u[0]);
    out
}

#[differentiate]
fn taken(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut all = vec![];
    for k in 0..3 {
        v.push(x[0] * k as f64);
        let w = std::mem::take(&mut v);
        v.push(w[0] * w[w.len() - 1]);
        all.push(w);
    }
    let mut last = v[0];
    let s = std::mem::take(&mut last);
    all[0][1] * all[1][0] + all[2][1] * s + last
}

#[differentiate]
fn rows_exchanged(m: &[Vec<f64>], x: f64) -> f64 {
    let mut m = m.to_vec();
    m.swap(0, 1);
    m[0][0] *= x;
    let row = std::mem::replace(&mut m[1], vec![x; 3]);
    m[0][0] *= row[1];
    m[1][2] *= row[0] * x;
    let old = std::mem::replace(&mut m[0], row);
    let mut w = vec![vec![x], old];
    std::mem::swap(&mut m[0], &mut w[1]);
    m[0][0] *= w[1][1];
    let _ = std::mem::take(&mut w[0]);
    m[1][2] * m[0][0] * w[1][0] + w[0].len() as f64
}

programs! {
    assigned_between: (x = 0.7, const n = 0), (x = 0.7, const n = 3);
    swapped_between: (x = 0.7);
    moved_between: (x = 0.7);
    rows_grow: (x = 0.7, const n = 6);
    copies_grow: (&x = vec![3.0, 2.0], &m = vec![vec![3.0, 2.0], vec![0.5, 0.7]]);
    parameter_grows: (v = vec![3.0, 2.0], x = 0.6);
    given_back -> many: (&x = vec![0.3, 2.0], const n = 4);
    given_away -> many: (&x = vec![1.0, 3.0], const c = true), (&x = vec![1.0, 3.0], const c = false);
    taken: (&x = vec![3.0, 2.0]);
    rows_exchanged: (&m = vec![vec![3.0, 2.0, 0.4], vec![0.5]], x = 0.6);
}
