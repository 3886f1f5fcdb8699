//! A `Vec` that a call returned and that grows after that: the callee's pullback was handed the adjoint of all of it.

use crate::differentiate;

#[differentiate]
fn scaled(x: &[f64], by: f64) -> Vec<f64> {
    x.iter().map(|v| v * by).collect()
}

#[differentiate]
fn squares(x: &[f64]) -> (Vec<f64>, f64) {
    (x.iter().map(|v| v * v).collect(), x[0])
}

#[differentiate]
fn grid(x: &[f64]) -> Vec<Vec<f64>> {
    vec![x.to_vec(), vec![x[0] * x[1]]]
}

#[differentiate]
fn returned(x: &[f64]) -> Vec<f64> {
    let mut out: Vec<f64> = scaled(x, 2.0);
    out.push(x[0] * x[1]);
    out.extend_from_slice(&x[1..]);
    out
}

#[differentiate]
fn local(x: &[f64]) -> f64 {
    let mut out: Vec<f64> = scaled(x, x[1]);
    out.push(x[0]);
    out[0] * out[1] + out[4] * out[2]
}

#[differentiate]
fn between_calls(x: &[f64]) -> Vec<f64> {
    let mut a: Vec<f64> = scaled(x, 3.0);
    let s: f64 = a.iter().sum();
    a.push(s);
    let b: Vec<f64> = scaled(&a, x[2]);
    a.push(b[0] * b[4]);
    a
}

#[differentiate]
fn in_a_loop(x: &[f64]) -> f64 {
    let mut rows = Vec::new();
    for i in 0..2 {
        let mut row: Vec<f64> = scaled(x, i as f64 + 1.0);
        row.push(x[i] * row[0]);
        rows.push(row);
    }
    rows[0][4] * rows[1][4] + rows[1][0]
}

#[differentiate]
fn from_itself(x: &[f64]) -> Vec<f64> {
    let mut out: Vec<f64> = scaled(x, 2.0);
    for i in 0..3 {
        let next = out[i] * x[0];
        out.push(next);
    }
    out.extend_from_slice(&scaled(&out, 0.3));
    out
}

#[differentiate]
fn part_of_a_tuple(x: &[f64]) -> f64 {
    let (mut out, s): (Vec<f64>, f64) = squares(x);
    out.push(s);
    out[0] * out[4] + out[1]
}

#[differentiate]
fn moved_on(x: &[f64]) -> f64 {
    let out: Vec<f64> = scaled(x, 2.0);
    let mut b = out;
    b.push(x[0]);
    b.truncate(3);
    b.push(x[1] * b[0]);
    b[0] + b[3] * b[2]
}

#[differentiate]
fn sometimes(x: &[f64]) -> f64 {
    let mut out: Vec<f64> = scaled(x, 2.0);
    if x[0] > 0.1 {
        out.push(x[2]);
    }
    for i in 0..3 {
        if x[i] > 0.4 {
            out.push(out[i] * x[i]);
        }
    }
    out.iter().map(|v| v * v).sum()
}

#[differentiate]
fn rows(x: &[f64]) -> f64 {
    let mut rows: Vec<Vec<f64>> = grid(x);
    rows.push(vec![x[2], x[3] * x[0]]);
    rows[0].push(x[1]);
    rows[0][4] * rows[2][1] + rows[1][0] * rows[0][2]
}

programs! {
    returned -> many: (&x = vec![0.3, 0.5, 0.7, 0.2]);
    local: (&x = vec![0.3, 0.5, 0.7, 0.2]);
    between_calls -> many: (&x = vec![0.3, 0.5, 0.7, 0.2]);
    in_a_loop: (&x = vec![0.3, 0.5, 0.7, 0.2]);
    from_itself -> many: (&x = vec![0.3, 0.5, 0.7, 0.2]);
    part_of_a_tuple: (&x = vec![0.3, 0.5, 0.7, 0.2]);
    moved_on: (&x = vec![0.3, 0.5, 0.7, 0.2]);
    sometimes: (&x = vec![0.3, 0.5, 0.7, 0.2]), (&x = vec![0.0, 0.5, 0.1, 0.2]);
    rows: (&x = vec![0.3, 0.5, 0.7, 0.2]);
}
