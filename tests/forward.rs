//! Forward mode on every form of statement: against central differences, the value as the plain function has it, and reverse
//! mode as the transpose.
#![allow(missing_docs)]

use differentiate::{Real, differentiate};

/// `dot` is the derivative of `f` at 0.
#[track_caller]
fn assert_derivative(dot: f64, f: impl Fn(f64) -> f64) {
    let h = 1e-6;
    let difference = (f(h) - f(-h)) / (2.0 * h);
    assert!((dot - difference).abs() <= 1e-7 * (1.0 + difference.abs()), "got {dot}, expected {difference}");
}

fn moved(x: &[f64], x_dot: &[f64], h: f64) -> Vec<f64> {
    x.iter().zip(x_dot).map(|(x, dot)| x + h * dot).collect()
}

/// Checks `f(&[f64]) -> f64`.
macro_rules! check {
    ($f:ident) => {{
        let (x, x_dot) = ([0.7, -1.3, 2.1, 0.4, 1.9, -0.6], [0.5, 1.0, -0.25, 2.0, -1.5, 0.75]);
        let (y, dot) = $f::jvp(&x, &x_dot);
        assert_eq!(y.to_bits(), $f(&x).to_bits());
        assert_derivative(dot, |h| $f(&moved(&x, &x_dot, h)));
        let transposed: f64 = $f::grad(&x).iter().zip(&x_dot).map(|(x_bar, dot)| x_bar * dot).sum();
        assert!((transposed - dot).abs() <= 1e-12 * (1.0 + dot.abs()), "reverse {transposed}, forward {dot}");
    }};
}

#[differentiate]
fn stores(x: &[f64]) -> f64 {
    let mut buf = vec![1.0; x.len()];
    let mut hist = [0.0; 3];
    for i in 1..x.len() {
        buf[i] = buf[i - 1] * x[i] + 0.5;
        hist[i % 3] += buf[i];
        buf[i - 1] = 2.0;
    }
    hist[0] * hist[1] + hist[2] * buf[x.len() - 1] + buf[0]
}

#[differentiate]
fn views(x: &[f64]) -> f64 {
    let mut buf = x.to_vec();
    let (lo, hi) = buf.split_at_mut(3);
    lo[0] = hi[1] * hi[2];
    hi.copy_from_slice(lo);
    lo.fill(x[5]);
    hi.swap(0, 2);
    let last = &mut buf[4..];
    last[0] *= last[1];
    let mut s = 0.0;
    for i in 0..buf.len() {
        s += buf[i] * buf[i];
    }
    s
}

#[differentiate]
fn control(x: &[f64]) -> f64 {
    let mut s = x[0];
    let mut k = 0;
    while s < 40.0 {
        s = match k % 3 {
            0 => s * x[2],
            1 if s > 0.0 => s + x[4],
            _ => s - x[1],
        };
        if k == 2 {
            k += 2;
            continue;
        }
        k += 1;
        if k > 6 {
            break;
        }
    }
    if s > 1e6 {
        return x[3];
    }
    let t = if s > x[1] { s.sin() } else { 1.0 };
    t * s
}

#[differentiate]
fn chosen(x: &[f64]) -> f64 {
    let (mut a, mut b) = ([0.0; 6], [1.0; 6]);
    for k in 0..4 {
        let (src, dst) = if k % 2 == 0 { (&a, &mut b) } else { (&b, &mut a) };
        for i in 0..6 {
            dst[i] = src[(i + 1) % 6] * x[i] + x[k];
        }
    }
    a[0] * b[3]
}

#[differentiate]
fn chains(x: &[f64]) -> f64 {
    let max = x.iter().fold(f64::NEG_INFINITY, |a, v| a.max(*v));
    let z: f64 = x.iter().map(|v| (v - max).exp()).sum();
    let p: Vec<f64> = x.iter().map(|v| (v - max).exp() / z).collect();
    p.windows(2).map(|w| w[0] * w[1]).sum::<f64>() + p.chunks(2).map(|c| c[0] - c[1]).sum::<f64>() * max
}

/// `scale` updates `v`; `weights` is differentiable here and constant for some callers.
#[differentiate]
fn scale(v: &mut [f64], weights: &[f64], by: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..v.len() {
        v[i] *= weights[i] * by;
        s += v[i];
    }
    s
}

#[differentiate]
fn both(a: f64, n: usize, b: f64) -> (f64, usize, f64) {
    (a * b, n + 1, a.powi(n as i32))
}

#[differentiate]
fn total(v: Vec<f64>, k: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..v.len() {
        s += v[i] * k;
    }
    s
}

const HALF: f64 = 0.5;

#[differentiate]
fn calls(x: &[f64]) -> f64 {
    let constant = [1.0, 2.0, 0.25, -1.0, 0.5, 3.0];
    let mut buf = x.to_vec();
    let mut s = scale(&mut buf, &constant, 2.0);
    s += scale(&mut buf[1..3], &x[2..], x[0]);
    s += scale(&mut buf, &[1.5; 6][..], HALF);
    let (p, n, q) = both(x[1], 2, s);
    let (r, _, _) = both(HALF, n, x[2]);
    let mut fixed = [1.0, 2.0];
    s += scale(&mut fixed, x, HALF);
    s += total(buf.clone(), x[3]) + total(vec![1.0, 2.0], x[4]) + total(buf, HALF);
    p * q + r * s + fixed[0]
}

#[test]
fn memory() {
    check!(stores);
    check!(views);
}

#[test]
fn control_flow() {
    check!(control);
    check!(chosen);
    check!(chains);
}

#[test]
fn callees() {
    check!(calls);
}

/// Constants of unknown type need no tangents.
#[derive(Clone, Debug)]
struct Config {
    names: Vec<String>,
}

#[differentiate]
fn inner(x: f64, #[constant] config: &Config) -> f64 {
    x * x * config.names.len() as f64
}

#[differentiate]
fn outer(x: f64, #[constant] config: &Config) -> f64 {
    inner(x, config) + inner(2.0 * x, config)
}

#[test]
fn constants_of_unknown_type() {
    let config = Config { names: vec![String::from("a"), String::from("b")] };
    assert_eq!(outer::jvp(3.0, &config, 1.0), (90.0, 60.0));
    assert_eq!(outer::grad(3.0, &config), 60.0);
}

/// The tangent of an `&mut` parameter is updated like the parameter.
#[test]
fn outputs() {
    let (mut v, mut v_dot) = ([1.0, 2.0], [0.5, 0.0]);
    let (s, s_dot) = scale::jvp(&mut v, &[3.0, 4.0], 2.0, &mut v_dot, &[0.0, 1.0], 0.25);
    assert_eq!((s, s_dot), (22.0, 9.75));
    assert_eq!((v, v_dot), ([6.0, 16.0], [3.75, 6.0]));
}

/// `f32`, arrays and tuples by value.
#[differentiate]
fn small(a: [f32; 2], p: (f32, [f32; 2])) -> f32 {
    let (k, b) = p;
    let mut c = a;
    c[0] += b[1] * k;
    c[0] * c[1]
}

#[test]
fn values_of_several_parts() {
    let (y, dot) = small::jvp([1.0, 2.0], (3.0, [4.0, 5.0]), [0.5, 0.0], (1.0, [0.0, 2.0]));
    assert_eq!((y, dot), (32.0, 23.0));
}

// Results of calls are of unknown type.
#[differentiate]
fn power(x: f64, n: i32) -> f64 {
    x.powi(n) + 1.0
}

#[differentiate]
fn pair(x: f64) -> (f64, Vec<f64>) {
    (x * 2.0, vec![x, 3.0, x * x])
}

#[differentiate]
fn unknown(x: f64) -> f64 {
    let a = power(x, 2);
    let b = power(a, 3);
    let c = a * b;
    let mut d = c / a - b;
    for k in 0..3 {
        d = d * a + power(x, k);
    }
    let e = if x > 0.0 { a } else { b };
    let p = pair(a);
    let (q, v) = pair(d);
    let w = v;
    -d % 7.0 + e * a + p.0 * p.1[2] + q * w[0] / w[2]
}

#[differentiate]
fn generic<T: Real>(x: T, k: T) -> T {
    let y = x * k;
    y.tanh() + x / k
}

#[test]
fn values_of_unknown_type() {
    let (y, dot) = unknown::jvp(0.8, 1.0);
    assert_eq!(y.to_bits(), unknown(0.8).to_bits());
    assert_derivative(dot, |h| unknown(0.8 + h));
    assert!((unknown::grad(0.8) - dot).abs() < 1e-12 * dot.abs());
    let (_, dot) = generic::jvp(0.5_f32, 2.0, 1.0, 0.0);
    assert_eq!(dot, generic::grad(0.5_f32, 2.0).0);
    let (_, dot) = generic::jvp(0.5, 2.0, 0.25, -1.0);
    assert_derivative(dot, |h| generic(0.5 + 0.25 * h, 2.0 - h));
}
