//! A `return` of what has no placeholder, out of loops and of branches in branches: it is held in an `Option`.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Pair {
    a: f64,
    w: Vec<f64>,
}

floats_of! { Pair, PairGrad; }

#[differentiate]
fn from_a_loop(w: &[f64], y: f64) -> Pair {
    for i in 0..w.len() {
        if w[i] > 0.5 {
            return Pair { a: y * w[i], w: vec![w[i] * y; 2] };
        }
    }
    Pair { a: y * y, w: vec![w[0], w[1]] }
}

#[differentiate]
fn behind_deferred(w: &[f64], y: f64) -> Pair {
    let x;
    if y > 0.5 {
        x = y * y;
    } else {
        x = y.sin();
    }
    for i in 0..w.len() {
        if w[i] > 0.5 {
            return Pair { a: y * w[i], w: vec![x; 2] };
        }
    }
    let p;
    if y > 0.7 {
        p = Pair { a: y, w: w[..2].to_vec() };
    } else {
        p = Pair { a: x, w: vec![y, x * y] };
    }
    p
}

#[differentiate]
fn from_nested_branches(w: &[f64], mut s: f64, n: usize) -> Pair {
    if s >= 0.5 {
        s *= w[0];
    } else {
        if w[1] > 0.6 {
            return Pair { a: w[0] * s, w: vec![s; 2] };
        }
    }
    let o = w.get(n).copied();
    let y = o.map_or(s, |_| s * s);
    Pair { a: y, w: vec![w[0] * s, y] }
}

/// The arm records what it yields.
#[differentiate]
fn from_a_loop_in_an_arm(w: &[f64], mut s: f64, n: usize) -> Pair {
    let x: f64;
    if n % 2 == 1 {
        for i in 0..n {
            if w[i] > 0.5 || s > 1.2 {
                return Pair { a: w[i] * s, w: vec![w[0] * w[i]; 2] };
            }
            s = (w[0] * s).tanh();
        }
        x = w[0] * w[1];
    } else {
        x = w[1];
    }
    Pair { a: x * s, w: vec![s.sin(), x] }
}

#[differentiate]
fn with_a_number(w: &[f64], y: f64) -> f64 {
    let (p, q) = both(w, y);
    p.a * p.w[1] * q
}

#[differentiate]
fn both(w: &[f64], y: f64) -> (Pair, f64) {
    for i in 0..w.len() {
        if w[i] > 0.5 {
            return (Pair { a: y * w[i], w: vec![w[i] * y; 2] }, w[0]);
        }
    }
    (Pair { a: y * y, w: vec![w[0], w[1]] }, y)
}

programs! {
    from_a_loop -> many: (&w = vec![0.3, 0.7, 0.4], y = 0.6), (&w = vec![0.3, 0.2], y = 0.6);
    behind_deferred -> many: (&w = vec![0.3, 0.7], y = 0.6), (&w = vec![0.3, 0.2], y = 0.6), (&w = vec![0.3, 0.2], y = 0.8);
    from_nested_branches -> many: (&w = vec![0.3, 0.7], s = 0.6, const n = 0), (&w = vec![0.3, 0.7], s = 0.4, const n = 0),
        (&w = vec![0.3, 0.2], s = 0.4, const n = 5);
    from_a_loop_in_an_arm -> many: (&w = vec![0.3, 0.7], s = 0.6, const n = 1), (&w = vec![0.7, 0.3], s = 0.6, const n = 1),
        (&w = vec![0.3, 0.2], s = 0.4, const n = 2);
    with_a_number: (&w = vec![0.3, 0.7, 0.4], y = 0.6), (&w = vec![0.3, 0.2], y = 0.6);
}
