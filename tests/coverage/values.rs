//! Numbers and variables.

use differentiate::differentiate;

#[differentiate]
fn arithmetic(x: f64, y: f64) -> f64 {
    (x + y) * x - y / x
}

#[differentiate]
fn lets(x: f64) -> f64 {
    let a = x * x;
    let b = a + 1.0;
    a * b
}

#[differentiate]
fn literals(x: f64) -> f64 {
    2.0 * x + 1e-1 - 3f64 * x * x
}

#[differentiate]
fn mutation(x: f64) -> f64 {
    let mut a = x;
    a = a * a;
    a = a + x;
    a
}

#[differentiate]
fn minus(x: f64) -> f64 {
    -x * -(x + 1.0)
}

#[differentiate]
fn compound(x: &[f64], k: f64) -> Vec<f64> {
    let mut v = x.to_vec();
    v[0] += k;
    v[1] *= k * v[0];
    v[0] -= v[1];
    let r = &mut v[1];
    *r /= 1.0 + k * k;
    v
}

#[differentiate]
fn casts(x: f64, n: usize, i: i32) -> f64 {
    x * n as f64 + f64::from(i) * x + (n as i32 + i) as f64
}

#[differentiate]
fn to_an_integer(x: f64, k: f64) -> f64 {
    let i = (k * 10.0) as usize;
    x * i as f64
}

const HALF: f64 = 0.5;
static TENTH: f64 = 0.1;

#[differentiate]
fn constants(x: f64) -> f64 {
    HALF * x.powi(2) + std::f64::consts::PI * x + TENTH + f64::EPSILON * x
}

#[differentiate]
fn shadowing(x: f64) -> f64 {
    let x = x * x;
    let x = x + x.sin();
    x
}

#[differentiate]
fn tuples(x: f64, y: f64) -> (f64, f64) {
    let pair = (x * y, x + y);
    let (a, b) = pair;
    (a * b, pair.0 - pair.1)
}

#[differentiate]
fn bits(x: f64, n: u32) -> f64 {
    let odd = (n & 1) ^ (n >> 2);
    x * f64::from(odd % 3) + x % 0.7
}

#[differentiate]
fn deferred(x: f64) -> f64 {
    let y;
    if x > 0.0 {
        y = x.sin();
    } else {
        y = x.cos();
    }
    y * x
}

#[differentiate]
fn assigned_together(x: f64, y: f64) -> f64 {
    let (mut a, mut b) = (x, y);
    for _ in 0..3 {
        (a, b) = (b, a * b);
    }
    [a, b] = [b * a, a];
    a + b
}

/// What each hundred functions use of `f64`'s methods, the frequent ones.
#[differentiate]
fn methods(x: f64, y: f64) -> f64 {
    x.powi(3)
        + x.exp()
        + x.sqrt()
        + x.ln()
        + x.abs()
        + x.powf(y)
        + x.max(y)
        + x.sin()
        + x.cos()
        + x.recip()
        + x.min(y)
        + x.clamp(0.1, 2.0)
}

#[differentiate]
fn rare_methods(x: f64, y: f64) -> f64 {
    let (s, c) = x.sin_cos();
    let sum =
        x.ln_1p() + x.exp_m1() + x.atan2(y) + x.acos() + x.asin() + x.atan() + x.tan() + x.tanh() + x.sinh() + x.cosh() + s * c;
    let more = x.cbrt() + x.log10() + x.log2() + x.log(2.0) + x.exp2() + x.hypot(y) + x.mul_add(y, 1.0) + x.to_radians();
    sum + more * x.signum() + x.fract() + x.floor() + x.rem_euclid(0.3) + x.copysign(-1.0)
}

#[differentiate]
fn finite(x: f64) -> f64 {
    if x.is_nan() || !x.is_finite() { 0.0 } else { x * x }
}

#[differentiate]
fn by_path(x: f64, y: f64) -> f64 {
    f64::max(x, y) * f64::sqrt(x)
}

crate::forms! {
    100 "+ - * /": arithmetic::check(0.7, 0.3);
    76 "let": lets::check(0.7);
    71 "unsuffixed float literal": literals::check(0.7);
    52 "any mutation": mutation::check(0.7);
    36 "unary minus": minus::check(0.7);
    24 "+= -= *= /=, also on x[i] and *r": compound::check(&[0.7, 0.3], 0.4);
    18 "cast to float": casts::check(0.75, 3, -2);
    9 "cast to integer": to_an_integer::check(0.7, 0.45);
    15 "constants: bare, path, PI": constants::check(0.7);
    15 "shadowing": shadowing::check(0.7);
    28 "scalar argument, scalar returned": lets::check(0.2);
    27 "tuple expression, returned, destructured": tuples::check(0.7, 0.3);
    2 "%, bit operations": bits::check(0.6, 5);
    2 "deferred init, destructuring assignment": deferred::check(0.7).and_then(|()| assigned_together::check(0.7, 0.3));
    45 "smooth and kinked methods of f64 that are frequent": methods::check(0.7, 0.4);
    6 "methods of f64 that are rare": rare_methods::check(0.7, 0.4);
    2 "is_nan, is_finite": finite::check(0.7);
    6 "f64::max(a, b)": by_path::check(0.7, 0.3);
}
