//! Closures bound by `let` and called by name.

use crate::differentiate;

#[differentiate]
fn called_twice(x: f64, y: f64) -> f64 {
    let square = |t| t * t;
    square(x) * y + square(x + y)
}

#[differentiate]
fn captures(x: f64, w: &[f64]) -> f64 {
    let scale = x.exp();
    let at = |i: usize| w[i] * scale;
    at(0) * at(1) + at(2)
}

#[differentiate]
fn several_arguments(x: f64, y: f64) -> f64 {
    let mix = |a: f64, b: f64| -> f64 {
        let t = a * b;
        if t > 0.0 { t.sqrt() } else { t * t }
    };
    mix(x, y) + mix(-x, y) * mix(y, y)
}

#[differentiate]
fn in_loops(x: f64, n: usize) -> f64 {
    let step = |state: f64, k: usize| state + 0.1 * (state * x).sin() / (k + 1) as f64;
    let mut state = 1.0;
    for k in 0..n {
        state = step(state, k);
    }
    state
}

#[differentiate]
fn calling_closures(x: f64) -> f64 {
    let f = |t: f64| t.sin() * x;
    let g = |t: f64| f(t) + f(2.0 * t);
    g(x) * g(0.5)
}

#[differentiate]
fn mutating(x: f64, v: &[f64]) -> f64 {
    let mut total = 0.0;
    let mut add = |t: f64| total += t * x;
    for &e in v {
        add(e);
        add(e * e);
    }
    total * x
}

#[differentiate]
fn tuples_through(x: f64, y: f64) -> f64 {
    let rotate = |(a, b): (f64, f64), angle: f64| {
        let (s, c) = angle.sin_cos();
        (c * a - s * b, s * a + c * b)
    };
    let (u, v) = rotate((x, y), 0.3);
    let (u, v) = rotate((u, v), x);
    u * v + u
}

/// The name that the closure captured is shadowed before the call.
#[differentiate]
fn captured_then_shadowed(x: f64) -> f64 {
    let a = x * x;
    let f = |t: f64| a + t;
    let a = 10.0 * x;
    f(a) * a
}

/// An argument whose name is that of an outer variable.
#[differentiate]
fn argument_shadows(x: f64, y: f64) -> f64 {
    let f = |x: f64| {
        let y = x * 2.0;
        y + x
    };
    f(y) * x + y
}

#[differentiate]
fn passed_to_chain(v: &[f64], k: f64) -> f64 {
    let spring = |x: &f64| 0.5 * k * x * x;
    v.iter().map(spring).sum()
}

#[differentiate]
fn quadrature(a: f64, b: f64, k: f64, n: usize) -> f64 {
    let f = |x: f64| (-k * x * x).exp();
    let h = (b - a) / n as f64;
    let mut s = 0.5 * (f(a) + f(b));
    for i in 1..n {
        s += f(a + i as f64 * h);
    }
    s * h
}

programs! {
    called_twice: (x = 0.7, y = 1.3) => 0.49 * 1.3 + 4.0;
    captures: (x = 0.7, &w = vec![0.5, -1.2, 2.0]);
    several_arguments: (x = 0.7, y = 1.3);
    in_loops: (x = 0.7, const n = 5);
    calling_closures: (x = 0.7);
    mutating: (x = 0.7, &v = vec![0.5, -1.2]) => 0.49 * (0.5 + 0.25 - 1.2 + 1.44);
    tuples_through: (x = 0.7, y = 1.3);
    captured_then_shadowed: (x = 0.7) => (0.49 + 7.0) * 7.0;
    argument_shadows: (x = 0.7, y = 1.3) => 3.9 * 0.7 + 1.3;
    passed_to_chain: (&v = vec![0.5, -1.0], k = 2.0) => 1.25;
    quadrature: (a = 0.0, b = 5.0, k = 1.0, const n = 200) => std::f64::consts::PI.sqrt() / 2.0 - 7.68e-13, (a = -0.5, b = 1.2, k = 0.7, const n = 8);
}
