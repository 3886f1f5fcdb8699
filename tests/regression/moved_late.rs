//! Memory that was moved before something else that was kept back had read it, and parameters that were moved although the reverse
//! sweep looks at them.

use crate::differentiate;

/// What an arm records is moved there, and read beside it.
#[differentiate]
fn recorded(x: f64, w: &[f64], n: usize) -> f64 {
    let mut s = x;
    for k in 0..2 {
        if n != 1 {
            let v = vec![x * w[0], x];
            s += (x * v[k]).sin();
        }
    }
    s
}

/// A branch yields it beside what was read from it.
#[differentiate]
fn yielded(x: f64) -> (Vec<f64>, f64) {
    let (u, z) = if x > 0.0 {
        let v = vec![x, x * x];
        let y = v[1] * 2.0;
        (v, y)
    } else {
        (vec![x], x)
    };
    let w = u[0] * z;
    (u, w)
}

#[differentiate]
fn parameter(mut u: Vec<f64>, x: f64) -> f64 {
    u[0] = x * x;
    let s = u[0] * u[1] * x;
    let mut v = u;
    v[1] = s.sin();
    v[0] * v[1]
}

#[differentiate]
fn scale(x: f64, out: &mut [f64]) {
    for i in 0..out.len() {
        out[i] *= x;
    }
}

/// The reverse sweep rewinds what the parameter was moved to, and has no use for the parameter.
#[differentiate]
fn unused_parameter(mut u: Vec<f64>, x: f64) -> Vec<f64> {
    u[0] *= 2.0;
    let y = vec![x * x; 3];
    let mut v = u;
    for _ in 0..2 {
        scale(x, &mut v[1..]);
    }
    y
}

programs! {
    recorded: (x = 0.3, &w = vec![0.5], const n = 0);
    yielded -> many: (x = 0.3), (x = -0.3);
    parameter: (u = vec![0.3, 0.5], x = 0.7);
    unused_parameter -> many: (u = vec![0.3, 0.5], x = 0.7);
}
