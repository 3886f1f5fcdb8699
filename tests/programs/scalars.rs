//! Scalars: operators, bindings, constants, casts, comparisons, tuples.

use crate::differentiate;
use std::f64::consts;

const GRAVITY: f64 = 9.81;

mod units {
    pub(super) const INCH: f64 = 0.0254;
    pub(super) static OFFSET: f64 = 0.125;
}

#[differentiate]
fn identity(x: f64) -> f64 {
    x
}

#[differentiate]
fn operators(x: f64, y: f64) -> f64 {
    -x * y + x / y - (x - y) * (x + y) / (2.0 + x * x) + 3.0
}

/// Every literal without a suffix, some of them on the left, some integers in disguise.
#[differentiate]
fn literals(x: f64) -> f64 {
    let half = 0.5;
    let scale = 1e2;
    2. * x - half * x * x + 1.0 / (scale + x) + 1_000.0 - 3f64 * x + -4.0 * -x
}

#[differentiate]
fn constants(x: f64, y: f64) -> f64 {
    let inches = x / units::INCH;
    let swing = 2.0 * std::f64::consts::PI * (y / GRAVITY).sqrt();
    inches * 1e-2 + swing + consts::E * x + f64::EPSILON + units::OFFSET * y
}

#[differentiate]
fn shadowing(x: f64) -> f64 {
    let y = x * x;
    let x = y + x;
    let y = x.sin() * y;
    let x: f64 = x * y;
    {
        let x = 3.0 * x;
        let y = y + x;
        let _unused = y * y;
    }
    x + y
}

#[differentiate]
fn patterns(p: (f64, f64), q: [f64; 3]) -> f64 {
    let (a, b) = p;
    let [c, _, d] = q;
    let (e, (f, g)) = (a * b, (c + d, a - d));
    let ((h, _), i) = ((e * f, 1), q[1]);
    h * g + i * p.0 - p.1
}

#[differentiate]
fn swapped_by_tuple(x: f64, y: f64) -> f64 {
    let (mut a, mut b) = (x, y);
    (a, b) = (b, a * b);
    (b, a) = (a + b, b.sin());
    a / b
}

#[differentiate]
fn deferred(x: f64, flag: bool) -> f64 {
    let y;
    let z: f64;
    if flag {
        y = x * x;
        z = 1.0;
    } else {
        z = x.exp();
        y = z - x;
    }
    y * z
}

#[differentiate]
fn casts(x: f64, n: usize, k: i32) -> f64 {
    let fraction = n as f64 / (k as f64 + 10.0);
    let whole = x as i64;
    let parity = (whole % 2) as f64;
    let kept = f64::from(k) * x;
    kept * fraction + parity * x * x + (n as f32) as f64
}

#[differentiate]
fn comparisons(x: f64, y: f64) -> f64 {
    let greater = x > y;
    let close = (x - y).abs() < 0.1 || x == 2.0 * y;
    let both = greater && !close && x.is_finite();
    if both { x * y } else { x + y }
}

#[differentiate]
fn bits(x: f64, n: u32) -> f64 {
    let odd = n & 1 == 1;
    let shifted = (n >> 1) ^ 3;
    if odd { x * f64::from(shifted) } else { x / f64::from(shifted + 1) }
}

#[differentiate]
fn remainder(x: f64, y: f64) -> f64 {
    x % y + (x * y) % 2.0
}

#[differentiate]
fn compound(x: f64, y: f64) -> f64 {
    let mut s = x;
    s += y;
    s *= s;
    s -= x * y;
    s /= 1.0 + y * y;
    s %= 10.0;
    s
}

#[differentiate]
fn references(x: &f64, y: &mut f64) -> f64 {
    let a = *x * *y;
    *y = a + *x;
    *y *= 2.0;
    *y - x
}

#[differentiate]
fn nothing_differentiable_on_the_way(x: f64, n: usize) -> f64 {
    let _ = x * 3.0;
    let steps = n + 2;
    steps as f64
}

#[differentiate]
fn parameter_assigned(mut x: f64, mut y: f64, n: usize) -> f64 {
    for _ in 0..n {
        x = x * y + 1.0;
        y -= 0.1 * x;
    }
    x * y
}

#[differentiate]
fn block_values(x: f64) -> f64 {
    let y = {
        let t = x * x;
        let u = { t + 1.0 };
        u.ln()
    };
    y * { x + 1.0 }
}

#[differentiate]
fn explicit_return(x: f64) -> f64 {
    let y = x.exp();
    return y * x;
}

#[differentiate]
fn pair_whole(p: (f64, f64)) -> f64 {
    let mut q = p;
    q.0 += q.1 * q.0;
    q.1 = q.0.sin();
    let r = (q.1, q.0 * 2.0, 7);
    r.0 * r.1 + r.2 as f64 * p.1
}

programs! {
    identity: (x = 3.0) => 3.0;
    operators: (x = 0.7, y = -1.3), (x = 2.0, y = 0.5) => -1.0 + 4.0 - 1.5 * 2.5 / 6.0 + 3.0;
    literals: (x = 1.5);
    constants: (x = 0.3, y = 2.0);
    shadowing: (x = 0.8);
    patterns: (p = (0.4, 1.7), q = [2.0, -0.3, 0.9]);
    swapped_by_tuple: (x = 0.7, y = 1.9);
    deferred: (x = 1.1, const flag = true) => 1.21, (x = 1.1, const flag = false);
    casts: (x = 3.4, const n = 5, const k = -2), (x = -2.6, const n = 1, const k = 7);
    comparisons: (x = 2.0, y = 1.5) => 3.0, (x = 1.0, y = 1.5) => 2.5, (x = 1.52, y = 1.5) => 3.02;
    bits: (x = 1.2, const n = 7), (x = 1.2, const n = 4);
    remainder: (x = 5.3, y = 2.1), (x = -5.3, y = 2.1);
    compound: (x = 1.3, y = 0.4);
    references: (&x = 1.7, &mut y = 0.6) => [3.74, 5.44];
    nothing_differentiable_on_the_way: (x = 1.0, const n = 3) => 5.0;
    parameter_assigned: (x = 0.3, y = 0.9, const n = 4), (x = 0.3, y = 0.9, const n = 0) => 0.27;
    block_values: (x = 0.6);
    explicit_return: (x = 0.6);
    pair_whole: (p = (1.2, 0.7));
}
