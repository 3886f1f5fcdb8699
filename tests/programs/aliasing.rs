//! The same memory by several names.

use crate::differentiate;

#[differentiate]
fn dot(x: &[f64], y: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i] * y[i] * y[i];
    }
    s
}

#[differentiate]
fn same_slice_twice(x: &[f64]) -> f64 {
    dot(x, x)
}

#[differentiate]
fn overlapping_views(x: &[f64]) -> f64 {
    dot(&x[1..], &x[..x.len() - 1]) + dot(&x[..2], &x[1..3])
}

#[differentiate]
fn two_names(x: &[f64]) -> f64 {
    let a = x;
    let b = &x[1..];
    let c = &a[..2];
    a[1] * b[0] * c[1] + b[1] * a[0]
}

#[differentiate]
fn element_in_its_own_index_expression(x: &[f64]) -> f64 {
    let mut y = [0.5, 1.5, 2.5];
    let k = y[0] as usize;
    y[k] = x[k] * y[k + 1];
    y[y.len() - 1] = y[k] * y[k];
    y[2] + x[1]
}

#[differentiate]
fn multiply_into(out: &mut [f64], x: &[f64], a: f64) {
    for i in 0..out.len() {
        out[i] = out[i] * x[i] + a;
    }
}

#[differentiate]
fn buffer_in_and_out(x: &[f64], a: f64) -> f64 {
    let mut u = x.to_vec();
    let mut v = x.to_vec();
    multiply_into(&mut u, x, a);
    multiply_into(&mut v, &u, a);
    let first = u[0];
    multiply_into(&mut u, &v, first);
    let (left, right) = u.split_at_mut(1);
    multiply_into(left, right, v[1]);
    u[0] * v[0] + u[1]
}

#[differentiate]
fn shifted_onto_itself(x: &mut [f64], a: f64) {
    for i in (1..x.len()).rev() {
        x[i] = x[i - 1] * a;
    }
    for i in 0..x.len() - 1 {
        x[i] = x[i + 1] + x[i] * x[i];
    }
}

programs! {
    dot: (&x = vec![1.0, 2.0], &y = vec![3.0, 0.5]) => 9.5;
    same_slice_twice: (&x = vec![1.0, 2.0]) => 9.0;
    overlapping_views: (&x = vec![0.3, 0.7, -0.4, 1.1]);
    two_names: (&x = vec![0.3, 0.7, -0.4]) => 0.343 - 0.12;
    element_in_its_own_index_expression: (&x = vec![0.3, 0.7]) => 0.45 * 0.45 + 0.7;
    multiply_into -> unit: (&mut out = vec![1.0, 2.0], &x = vec![3.0, 0.5], a = 1.0) => [4.0, 2.0];
    buffer_in_and_out: (&x = vec![0.3, 0.7], a = 1.3);
    shifted_onto_itself -> unit: (&mut x = vec![0.3, 0.7, -0.4, 1.1], a = 1.3);
}
