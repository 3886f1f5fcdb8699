//! Several results: tuples, arrays, `Vec`s, `&mut` parameters, and mixtures of those.

use crate::differentiate;

#[differentiate]
fn two(x: &[f64]) -> (f64, f64) {
    let (mut sum, mut product) = (0.0, 1.0);
    for v in x {
        sum += v;
        product *= v;
    }
    (sum, product)
}

#[differentiate]
fn nested_tuple(x: f64, y: f64) -> (f64, (f64, [f64; 2])) {
    let p = x * y;
    (p, (p.sin(), [x + y, p * p]))
}

#[differentiate]
fn spherical(r: f64, theta: f64, phi: f64) -> [f64; 3] {
    let (st, ct) = theta.sin_cos();
    [r * st * phi.cos(), r * st * phi.sin(), r * ct]
}

#[differentiate]
fn with_integer(x: f64, limit: f64) -> (f64, usize) {
    let (mut s, mut n) = (x, 0);
    while s < limit {
        s *= 1.0 + x;
        n += 1;
    }
    (s, n)
}

#[differentiate]
fn best_of(x: &[f64]) -> (usize, f64, bool) {
    let mut at = 0;
    for i in 1..x.len() {
        if x[i] > x[at] {
            at = i;
        }
    }
    (at, x[at] * x[at], x[at] > 1.0)
}

#[differentiate]
fn value_and_buffer(x: &[f64], out: &mut [f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i];
        out[i] = s * s + out[i];
    }
    s
}

#[differentiate]
fn two_buffers(a: &mut [f64], b: &mut [f64; 2], x: f64) -> (f64, f64) {
    a[0] += b[1] * x;
    b[0] *= a[0];
    (a[0] * b[0], x)
}

#[differentiate]
fn vec_and_scalar(x: &[f64], shift: f64) -> (Vec<f64>, f64) {
    let mut out = x.to_vec();
    let mut s = 0.0;
    for v in out.iter_mut() {
        *v = (*v + shift).exp();
        s += *v;
    }
    for v in &mut out {
        *v /= s;
    }
    (out, s.ln())
}

#[differentiate]
fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

#[differentiate]
fn partly_connected(x: f64, y: f64, _z: f64) -> (f64, f64, f64) {
    (x * x, 3.0, y)
}

#[differentiate]
fn results_in_branches(x: f64, y: f64) -> (f64, [f64; 2]) {
    if x > y {
        return (x, [y, x * y]);
    }
    let s = x + y;
    if s < 0.0 { (0.0, [s, 1.0]) } else { (s * s, [x, x]) }
}

#[differentiate]
fn jacobian_rows(x: &[f64]) -> Vec<[f64; 2]> {
    let mut rows = vec![[0.0; 2]; x.len()];
    for i in 0..x.len() {
        rows[i] = [x[i] * x[0], x[i].cos()];
        rows[i][1] *= 2.0;
    }
    rows
}

programs! {
    two -> many: (&x = vec![0.5, 2.0, 3.0]) => (5.5, 3.0);
    nested_tuple -> many: (x = 0.7, y = 1.3);
    spherical -> many: (r = 2.0, theta = 0.7, phi = -1.3);
    with_integer -> many: (x = 0.7, limit = 4.0);
    best_of -> many: (&x = vec![0.5, 2.0, -3.0]) => [4.0];
    value_and_buffer: (&x = vec![0.5, 2.0], &mut out = vec![0.1, 0.2]) => [2.5, 0.35, 6.45];
    two_buffers -> many: (&mut a = vec![0.5, 2.0], &mut b = [0.3, 0.7], x = 1.3);
    vec_and_scalar -> many: (&x = vec![0.5, 2.0], shift = 0.3);
    cross -> many: (a = [1.0, 2.0, 3.0], b = [0.5, -1.0, 2.0]) => [7.0, -0.5, -2.0];
    partly_connected -> many: (x = 0.7, y = 1.3, _z = 0.2) => [0.49, 3.0, 1.3];
    results_in_branches -> many: (x = 0.7, y = 0.3), (x = 0.3, y = 0.7), (x = -0.7, y = 0.3);
    jacobian_rows -> many: (&x = vec![0.5, 2.0]);
}
