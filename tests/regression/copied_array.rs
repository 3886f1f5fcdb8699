//! `to_vec` of an array: the shadows of the array and of the `Vec` are of different types.

use crate::differentiate;

#[differentiate]
fn of_a_reference(w: &[f64; 4], n: usize) -> f64 {
    let u = w.to_vec();
    u[n] * u[n + 1]
}

#[differentiate]
fn of_a_value(a: [f64; 4]) -> f64 {
    let u = a.to_vec();
    let v = a[1..].to_vec();
    u[2] * v[0]
}

#[differentiate]
fn of_a_vector(a: &Vec<f64>, b: &[Vec<f64>]) -> f64 {
    let u = a.to_vec();
    let v = b.to_vec();
    u[0] * v[1][0]
}

programs! {
    of_a_reference: (&w = [0.3, 0.4, 0.5, 0.7], const n = 2);
    of_a_value: (a = [0.3, 0.4, 0.5, 0.7]);
    of_a_vector: (&a = vec![0.3, 0.4], &b = vec![vec![0.5, 0.6], vec![0.7]]);
}
