//! The methods of `f64`: as methods and by path.

use crate::differentiate;

/// One program for each method of one argument: called on the argument, and by path on something else.
macro_rules! methods {
    ($($method:ident),+) => {$(
        #[differentiate]
        fn $method(x: f64) -> f64 {
            let by_path = f64::$method(0.9 * x);
            x.$method() + 2.0 * by_path
        }
    )+};
}

methods!(
    abs, acos, acosh, asin, asinh, atan, atanh, cbrt, cos, cosh, exp, exp2, exp_m1, fract, ln, ln_1p, log10, log2, recip, sin
);
methods!(sinh, sqrt, tan, tanh, to_degrees, to_radians, floor, ceil, round, trunc, signum);

/// One program for each method of two floats.
macro_rules! methods_of_two {
    ($($method:ident),+) => {$(
        #[differentiate]
        fn $method(x: f64, y: f64) -> f64 {
            let by_path = f64::$method(y, 1.1 * x);
            x.$method(y) + 2.0 * by_path
        }
    )+};
}

methods_of_two!(atan2, copysign, div_euclid, hypot, log, max, min, powf, rem_euclid);

#[differentiate]
fn powi(x: f64, n: i32) -> f64 {
    x.powi(n) + x.powi(3) + f64::powi(x, -2) + x.powi(0) + x.powi(1)
}

#[differentiate]
fn mul_add(x: f64, y: f64, z: f64) -> f64 {
    x.mul_add(y, z) + f64::mul_add(z, 2.0, x)
}

#[differentiate]
fn clamp(x: f64, low: f64, high: f64) -> f64 {
    x.clamp(low, high) * (2.0 * x).clamp(-1.0, 1.0) + f64::clamp(x, -5.0, 5.0)
}

#[differentiate]
fn sin_cos(x: f64) -> f64 {
    let (s, c) = x.sin_cos();
    let (_, d) = f64::sin_cos(2.0 * x);
    s * c * c + d
}

#[differentiate]
fn one_constant_operand(x: f64) -> f64 {
    x.powf(2.5) + 2.0_f64.powf(x) + x.atan2(3.0) + 3.0_f64.atan2(x) + x.hypot(1.0) + x.log(3.0) + x.max(0.1) + 0.2_f64.min(x)
}

/// What only looks at a float.
#[differentiate]
fn predicates(x: f64, y: f64) -> f64 {
    let fine = x.is_finite() && !x.is_nan() && !y.is_infinite() && x.is_normal();
    let sign = if y.is_sign_negative() { -1.0 } else { 1.0 };
    let order = match x.total_cmp(&y) {
        std::cmp::Ordering::Less => 1.0,
        std::cmp::Ordering::Equal => 2.0,
        std::cmp::Ordering::Greater => 3.0,
    };
    let ahead = x.partial_cmp(&y) == Some(std::cmp::Ordering::Greater);
    if fine && (ahead || y.is_sign_positive()) { sign * x * y * order } else { x - y + order }
}

#[differentiate]
fn nested_methods(x: f64, y: f64) -> f64 {
    ((x * y).sin().abs() + 1.0).ln().mul_add(x.exp(), y.tanh()).sqrt() - (-x).exp().recip() + (x - y).powi(2)
}

/// Methods on references, as iterators hand them out.
#[differentiate]
fn by_reference(x: &f64, w: &[f64]) -> f64 {
    let first = &w[0];
    x.sin() * first.cos() + w[1].exp() + (*x).powi(2) + x * first - 2.0 * x + x / first
}

programs! {
    abs: (x = 0.7), (x = -0.7) => 0.7 + 1.26;
    acos: (x = 0.4);
    acosh: (x = 1.7);
    asin: (x = 0.4);
    asinh: (x = -0.8);
    atan: (x = 0.8);
    atanh: (x = 0.3);
    cbrt: (x = 2.2), (x = -2.2);
    cos: (x = 0.8);
    cosh: (x = 0.8);
    exp: (x = 0.8);
    exp2: (x = 0.8);
    exp_m1: (x = 0.01), (x = 1.3);
    fract: (x = 1.3), (x = -1.4);
    ln: (x = 0.3);
    ln_1p: (x = 0.01), (x = 1.3);
    log10: (x = 2.2);
    log2: (x = 2.2);
    recip: (x = -0.4);
    sin: (x = 0.8);
    sinh: (x = 0.8);
    sqrt: (x = 2.2);
    tan: (x = 0.8);
    tanh: (x = 0.8);
    to_degrees: (x = 0.8);
    to_radians: (x = 8.0);
    floor: (x = 1.3) => 3.0;
    ceil: (x = 1.3) => 6.0;
    round: (x = 1.3) => 3.0;
    trunc: (x = -1.3) => -3.0;
    signum: (x = -1.3) => -3.0;

    atan2: (x = 0.7, y = -0.4), (x = -0.7, y = 1.4);
    copysign: (x = 0.7, y = -0.4) => -0.7 + 0.8, (x = -0.7, y = 0.4);
    div_euclid: (x = 5.3, y = 2.2);
    hypot: (x = 0.7, y = -0.4);
    log: (x = 0.7, y = 2.4);
    max: (x = 0.7, y = -0.4), (x = 0.3, y = 0.6) => 0.6 + 1.2;
    min: (x = 0.7, y = -0.4), (x = 0.3, y = 0.6);
    powf: (x = 0.7, y = 1.4);
    rem_euclid: (x = 5.3, y = 2.2), (x = -5.3, y = 2.2);

    powi: (x = 1.3, const n = 4), (x = -0.8, const n = -3), (x = 0.9, const n = 0);
    mul_add: (x = 0.7, y = -0.4, z = 1.3);
    clamp: (x = 0.3, low = -1.0, high = 2.0), (x = 2.5, low = -1.0, high = 2.0), (x = -1.5, low = -1.0, high = 2.0);
    sin_cos: (x = 0.8);
    one_constant_operand: (x = 0.8);
    predicates: (x = 0.7, y = -0.4), (x = 0.7, y = 1.4);
    nested_methods: (x = 0.7, y = 1.4);
    by_reference: (&x = 0.7, &w = vec![1.2, -0.3]);
}
