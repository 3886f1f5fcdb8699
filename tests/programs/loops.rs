//! `for` over ranges, `while` and `loop`, nested and with carried values.

use crate::differentiate;

#[differentiate]
fn power_by_loop(x: f64, n: usize) -> f64 {
    let mut p = 1.0;
    for _ in 0..n {
        p *= x;
    }
    p
}

#[differentiate]
fn ranges(x: f64, n: i32) -> f64 {
    let mut s = x;
    for i in 1..=n {
        s += (x * i as f64).sin();
    }
    for i in (0..n).rev() {
        s = s * x + f64::from(i);
    }
    for i in (1..=n).rev() {
        s -= x / f64::from(i);
    }
    s
}

#[differentiate]
fn strides(w: &[f64]) -> f64 {
    let n = w.len();
    let mut s = 1.0;
    for i in (0..n).step_by(3) {
        s *= w[i];
    }
    for i in (1..n).step_by(2).rev() {
        s += w[i] * w[i - 1];
    }
    for i in (0..n).rev().step_by(2) {
        s = s.sin() + w[i];
    }
    for i in (0..=n - 2).step_by(4) {
        s += w[i + 1] * s;
    }
    s
}

#[differentiate]
fn triangle(w: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..w.len() {
        for j in i + 1..w.len() {
            s += (w[i] - w[j]).powi(2);
            for k in j..w.len() {
                s += w[i] * w[j] * w[k];
            }
        }
    }
    s
}

/// Each inner loop runs a different number of times and starts from where the last one ended.
#[differentiate]
fn carried_through_nest(x: f64, counts: &[usize]) -> f64 {
    let (mut a, mut b) = (x, 1.0);
    for &count in counts {
        for k in 0..count {
            let t = a.sin() * b;
            b = a + 0.1 * k as f64;
            a = t;
        }
        b *= x;
    }
    a * b
}

#[differentiate]
fn empty_ranges(x: f64, lo: usize, hi: usize) -> f64 {
    let mut s = x;
    for i in lo..hi {
        s += x * i as f64;
    }
    for i in (hi..lo).rev() {
        s *= x + i as f64;
    }
    s
}

#[differentiate]
fn while_halving(x: f64) -> f64 {
    let mut y = x;
    let mut steps = 0;
    while y.abs() > 0.1 {
        y = y * 0.5 - 0.01 * y * y;
        steps += 1;
    }
    y * steps as f64
}

#[differentiate]
fn while_counting(x: f64, n: usize) -> f64 {
    let mut i = 0;
    let mut s = 0.0;
    while i < n {
        s += x.powi(i as i32) / (i + 1) as f64;
        i += 2;
    }
    s
}

#[differentiate]
fn loop_with_value(x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 0.0;
    let mut k = 0;
    let total = loop {
        sum += term;
        k += 1;
        term *= x / k as f64;
        if term.abs() < 1e-17 {
            break sum + term;
        }
    };
    total * x
}

/// Bounds that the loop body changes do not change the loop.
#[differentiate]
fn bounds_taken_once(x: f64, n: usize) -> f64 {
    let mut n = n;
    let mut s = x;
    for i in 0..n {
        n += i;
        s += x * n as f64;
    }
    s * n as f64
}

#[differentiate]
fn range_in_variable(w: &[f64]) -> f64 {
    let inner = 1..w.len() - 1;
    let mut s = 0.0;
    for i in inner {
        s += w[i - 1] * w[i + 1];
    }
    s
}

#[differentiate]
fn logistic_map(r: f64, x: f64, n: usize) -> f64 {
    let mut x = x;
    for _ in 0..n {
        x = r * x * (1.0 - x);
    }
    x
}

#[differentiate]
fn loop_of_local_arrays(x: &[f64; 3], n: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..n {
        let mut t = [0.0; 3];
        for j in 0..3 {
            t[j] = x[j] * (i + j) as f64;
            if j > 0 {
                t[j] += t[j - 1].sin();
            }
        }
        let u = [t[2], t[0] * t[1]];
        s += u[0] * u[1];
    }
    s
}

#[differentiate]
fn signed_and_mixed(x: f64, lo: i64, hi: i64) -> f64 {
    let mut s = 0.0;
    for i in lo..hi {
        let weight = if i < 0 { -1.0 } else { 0.5 };
        s += weight * (x * i as f64).cos();
    }
    s
}

#[differentiate]
fn over_literal_array(x: f64) -> f64 {
    let mut s = 0.0;
    for c in [0.5, 1.5, 2.5] {
        s += (c * x).sin();
    }
    for (k, c) in [x, 2.0 * x].iter().enumerate() {
        s += c * k as f64;
    }
    s
}

/// Of types of which std does not step back through ranges.
#[differentiate]
fn wide_strides(x: f64, n: u64) -> f64 {
    let mut s = 0.0;
    for i in (0..n).step_by(2) {
        s = s * x + x.sin() * i as f64;
    }
    for i in (1u64..10).step_by(3) {
        s = s * x + x.powi(i as i32);
    }
    for i in (-4i64..=n as i64).step_by(3) {
        s = s * x + i as f64;
    }
    for i in (-4..n as i64).rev().step_by(3) {
        s = s * x + i as f64;
    }
    s + (0..=n).step_by(2).map(|i| x * i as f64).sum::<f64>()
}

programs! {
    wide_strides: (x = 0.7, const n = 7), (x = 0.7, const n = 0);
    power_by_loop: (x = 1.3, const n = 5), (x = 1.3, const n = 0) => 1.0;
    ranges: (x = 0.7, const n = 4), (x = 0.7, const n = 0) => 0.7;
    strides: (&w = vec![0.3, 0.7, -0.4, 1.1, 0.9, 0.2, -0.8]), (&w = vec![0.3, 0.7, -0.4, 1.1]);
    triangle: (&w = vec![0.3, 0.7, -0.4, 1.1]);
    carried_through_nest: (x = 0.7, const &counts = vec![2, 0, 3, 1]);
    empty_ranges: (x = 0.7, const lo = 4, const hi = 2), (x = 0.7, const lo = 2, const hi = 4);
    while_halving: (x = 3.0), (x = 0.05) => 0.0;
    while_counting: (x = 0.7, const n = 5), (x = 0.7, const n = 0);
    loop_with_value: (x = 1.0) => std::f64::consts::E, (x = -0.5);
    bounds_taken_once: (x = 0.7, const n = 4);
    range_in_variable: (&w = vec![0.3, 0.7, -0.4, 1.1]) => -0.12 + 0.77;
    logistic_map: (r = 3.1, x = 0.4, const n = 12);
    loop_of_local_arrays: (&x = [0.3, 0.7, -0.4], const n = 3);
    signed_and_mixed: (x = 0.7, const lo = -2, const hi = 3);
    over_literal_array: (x = 0.7);
}
