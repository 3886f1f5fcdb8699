//! Results of calls, whose type the macro does not know: pushed, in tuples, beside literals, in annotations of what is not used.

use crate::differentiate;

#[differentiate]
fn square(x: f64) -> f64 {
    x * x
}

#[differentiate]
fn pair(x: f64) -> (f64, f64) {
    (x * x, 2.0 * x)
}

#[differentiate]
fn rows(x: f64) -> (Vec<f64>, [f64; 2]) {
    (vec![x * x], [2.0 * x, x])
}

#[differentiate]
fn collected(x: f64, n: usize) -> f64 {
    let mut s = x;
    for k in 0..n {
        let v = (0..4).map(|i| square(x + i as f64)).collect::<Vec<f64>>();
        s -= v[k] * s;
    }
    s
}

#[differentiate]
fn pushed_in_pairs(x: f64, n: usize) -> f64 {
    let mut v = Vec::new();
    let mut w = vec![[0.5, 0.5]];
    for k in 0..n {
        let (a, b) = pair(x + k as f64);
        v.push(a);
        v.push(b);
        let (_, d) = rows(x);
        w.push(d);
    }
    v[0] * v[1] * v[3] * w[1][0]
}

#[differentiate]
fn handed_on(x: f64) -> (Vec<f64>, [f64; 2], f64) {
    let (a, b) = pair(x);
    let (p, q) = rows(b * a);
    let s = q[0] * p[0];
    (p, q, s)
}

#[differentiate]
fn single(x: f32, w: &[f32]) -> f32 {
    w[0] * x
}

#[differentiate]
fn beside_a_literal(x: f32, w: &[f32]) -> f32 {
    let p = (0.5_f32, 0.5 * (single(x, w) - w[0]));
    p.1 * x
}

#[differentiate]
fn annotated_and_unused(x: f64, k: usize) -> f64 {
    for _ in 0..k {
        let _v: Vec<f64> = (0..3).map(|i| 0.2 * i as f64).collect();
    }
    x * x
}

programs! {
    collected: (x = 0.7, const n = 3);
    pushed_in_pairs: (x = 0.7, const n = 3);
    handed_on -> many: (x = 0.7);
    annotated_and_unused: (x = 0.7, const k = 2);
}

#[test]
fn beside_a_literal_in_f32() {
    let (value, slope) = beside_a_literal::jvp(0.3, &[0.4], 1.0, &[0.0]);
    assert_eq!(value, 0.5 * (0.4 * 0.3 - 0.4) * 0.3);
    let (x_bar, w_bar) = beside_a_literal::grad(0.3, &[0.4]);
    assert!((slope - x_bar).abs() < 1e-6 && (x_bar - 0.5 * 0.4 * (2.0 * 0.3 - 1.0)).abs() < 1e-6);
    assert!((w_bar[0] - 0.5 * (0.3 - 1.0) * 0.3).abs() < 1e-6);
}
