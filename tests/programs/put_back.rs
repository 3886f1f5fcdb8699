//! Buffers that callees fill over and over: what was in them is put back only where a pullback looks at it.

use crate::differentiate;

/// Looks at `k` for the sake of `h` alone.
#[differentiate]
fn moved(y: &[f64], h: f64, k: &[f64], out: &mut [f64]) {
    for i in 0..y.len() {
        out[i] = y[i] + h * k[i];
    }
}

/// Looks at `x` and `y` for each other's sake.
#[differentiate]
fn slope(x: &[f64], y: &[f64], out: &mut [f64]) {
    out[0] = x[0];
    for i in 1..x.len() {
        out[i] = x[i] * y[i - 1];
    }
}

/// What it looks at decides where it goes.
#[differentiate]
fn bent(y: &[f64], out: &mut [f64]) {
    for i in 0..y.len() {
        if y[i] > 0.2 {
            out[i] = 2.0 * y[i];
        }
    }
}

/// Only one place.
#[differentiate]
fn first_squared(out: &mut [f64]) {
    out[0] = out[0] * out[0];
}

/// Hands its buffers on.
#[differentiate]
fn step(x: &[f64], y: &[f64], h: f64, k: &mut [f64], out: &mut [f64]) {
    slope(x, y, k);
    moved(y, h, k, out);
}

#[differentiate]
fn steps_of_constant_length(x: &[f64], n: usize) -> f64 {
    let (mut y, mut t, mut k) = (vec![0.1; x.len()], vec![0.0; x.len()], vec![0.0; x.len()]);
    for _ in 0..n {
        slope(x, &y, &mut k);
        moved(&y, 0.3, &k, &mut t);
        slope(x, &t, &mut k);
        moved(&t, 0.2, &k, &mut y);
    }
    y[x.len() - 1]
}

#[differentiate]
fn steps_of_any_length(x: &[f64], h: f64, n: usize) -> f64 {
    let (mut y, mut t, mut k) = (vec![0.1; x.len()], vec![0.0; x.len()], vec![0.0; x.len()]);
    for _ in 0..n {
        slope(x, &y, &mut k);
        moved(&y, h, &k, &mut t);
        slope(x, &t, &mut k);
        moved(&t, 0.2, &k, &mut y);
    }
    y[x.len() - 1]
}

#[differentiate]
fn handed_on(x: &[f64], h: f64, n: usize) -> f64 {
    let (mut y, mut t, mut k) = (vec![0.1; x.len()], vec![0.0; x.len()], vec![0.0; x.len()]);
    for _ in 0..n {
        step(x, &y, h, &mut k, &mut t);
        step(x, &t, 0.3, &mut k, &mut y);
    }
    y[x.len() - 1]
}

/// Of the caller's buffers as well.
#[differentiate]
fn in_lent_buffers(x: &[f64], k: &mut [f64], out: &mut [f64]) {
    for _ in 0..3 {
        slope(x, out, k);
        moved(x, 0.3, k, out);
    }
}

#[differentiate]
fn decided_by_contents(x: &[f64]) -> f64 {
    let (mut a, mut b) = (x.to_vec(), vec![0.3; x.len()]);
    for _ in 0..3 {
        bent(&a, &mut b);
        moved(&b, -0.4, x, &mut a);
    }
    a.iter().sum::<f64>() + b[0]
}

#[differentiate]
fn filled_in_part(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let mut sum = 0.0;
    for _ in 0..3 {
        first_squared(&mut a);
        moved(&x[1..], 0.5, x, &mut a[1..]);
        sum += a[0] * a[1];
    }
    sum
}

/// Read between the calls, so that each time counts.
#[differentiate]
fn looked_at_in_between(x: &[f64], n: usize) -> f64 {
    let mut k = vec![0.0; x.len()];
    let mut y = x.to_vec();
    let mut sum = 0.0;
    for _ in 0..n {
        slope(x, &y, &mut k);
        sum += k[1] * k[2];
        moved(x, 0.3, &k, &mut y);
    }
    sum
}

programs! {
    steps_of_constant_length: (&x = vec![0.7, -0.4, 1.1, 0.6], const n = 3), (&x = vec![0.7, -0.4], const n = 0);
    steps_of_any_length: (&x = vec![0.7, -0.4, 1.1, 0.6], h = 0.4, const n = 3);
    handed_on: (&x = vec![0.7, -0.4, 1.1, 0.6], h = 0.4, const n = 3);
    step -> unit: (&x = vec![0.7, -0.4, 1.1], &y = vec![0.3, 0.2, -0.9], h = 0.4, &mut k = vec![1.0; 3], &mut out = vec![2.0; 3]);
    in_lent_buffers -> unit: (&x = vec![0.7, -0.4, 1.1], &mut k = vec![1.0; 3], &mut out = vec![2.0; 3]);
    decided_by_contents: (&x = vec![0.7, -0.4, 1.1, 0.1]);
    filled_in_part: (&x = vec![0.7, -0.4, 1.1]);
    looked_at_in_between: (&x = vec![0.7, -0.4, 1.1, 0.6], const n = 4);
}
