//! Numbers of a type that the macro does not see are owners: what was computed from one was printed after the next assignment to it.

use crate::differentiate;

#[differentiate]
fn twice(x: f64) -> f64 {
    2.0 * x
}

#[differentiate]
fn compound(x: f64, y: f64) -> f64 {
    let mut s = twice(y);
    s += x;
    s *= 0.5 * x;
    s
}

#[differentiate]
fn read_before(x: f64, y: f64) -> f64 {
    let mut s = twice(y);
    let t = s * x;
    s = s * s + x;
    let u = s.sin() * t;
    s -= u;
    t * s
}

#[differentiate]
fn in_a_loop(x: f64, n: usize) -> f64 {
    let mut s = twice(x);
    for i in 0..n {
        let t = s * x + i as f64;
        s *= t;
        s = twice(s) - t * x;
    }
    s
}

programs! {
    compound: (x = 0.3, y = 0.4);
    read_before: (x = 0.3, y = 0.4);
    in_a_loop: (x = 0.3, const n = 3);
}
