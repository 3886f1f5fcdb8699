//! Every primitive through the whole pipeline: against central differences, reverse against forward, and at its kinks, to the second order.
#![allow(missing_docs)]

use differentiate::differentiate;

/// The `k`th point of operand `i` in `lo..hi`: multiples of irrational numbers modulo 1 spread evenly and avoid kinks.
fn point(k: i32, i: usize, lo: f64, hi: f64) -> f64 {
    let at = (f64::from(k + 1) * [0.618034, 0.754878, 0.819173][i]).fract();
    lo + (hi - lo) * at
}

#[track_caller]
fn assert_close(got: f64, want: f64, tolerance: f64) {
    assert!((got - want).abs() <= tolerance * (1.0 + want.abs()), "got {got}, expected {want}");
}

#[track_caller]
fn assert_same(got: f64, want: f64, what: std::fmt::Arguments<'_>) {
    let close = (got - want).abs() <= 1e-6 * (1.0 + want.abs());
    assert!(got == want || close || got.is_nan() && want.is_nan(), "{what}: {got} and {want}");
}

/// Central difference.
fn slope(f: impl Fn(f64) -> f64) -> f64 {
    (f(1e-5) - f(-1e-5)) / 2e-5
}

/// What `#[differentiate]` makes of each primitive.
mod companions {
    autodiff_macros::__rule_tests!(companions);
}

/// The rules that the runtime has for operands of unknown type.
mod traits {
    autodiff_macros::__rule_tests!(traits);
}

/// Both modes at one point.
macro_rules! at {
    ($f:ident($x:expr) has $want:expr) => {{
        let (x, want): (f64, f64) = ($x, $want);
        for got in [$f::grad(x), $f::jvp(x, 1.0).1] {
            assert!(got == want || got.is_nan() && want.is_nan(), "{}({x:?}): {got} instead of {want}", stringify!($f));
        }
    }};
    ($f:ident($x:expr, $y:expr) has $want_x:expr, $want_y:expr) => {{
        let ((x, y), want): ((f64, f64), (f64, f64)) = (($x, $y), ($want_x, $want_y));
        for got in [$f::grad(x, y), ($f::jvp(x, y, 1.0, 0.0).1, $f::jvp(x, y, 0.0, 1.0).1)] {
            assert!(got == want, "{}({x:?}, {y:?}): {got:?} instead of {want:?}", stringify!($f));
        }
    }};
}

#[differentiate]
fn abs(x: f64) -> f64 {
    x.abs()
}

#[differentiate]
fn sqrt(x: f64) -> f64 {
    x.sqrt()
}

/// The incoming adjoint of the root is `k`.
#[differentiate]
fn scaled_sqrt(x: f64, #[constant] k: f64) -> f64 {
    k * x.sqrt()
}

/// The tangent of the root's operand is `k` times that of `x`.
#[differentiate]
fn sqrt_of_scaled(x: f64, #[constant] k: f64) -> f64 {
    (k * x).sqrt()
}

#[differentiate]
fn guarded_sqrt(x: f64) -> f64 {
    if x > 0.0 { x.sqrt() } else { 0.0 }
}

#[differentiate]
fn as_f32(x: f64) -> f32 {
    x as f32
}

#[differentiate]
fn as_f64(x: f32) -> f64 {
    x as f64
}

#[test]
fn casts_pass_the_derivative() {
    assert_eq!(as_f32::grad(1.0 / 3.0), 1.0_f64);
    assert_eq!(as_f32::jvp(1.0 / 3.0, 0.1), (1.0_f32 / 3.0, 0.1_f64 as f32));
    assert_eq!(as_f32::vjp(2.0).1(0.1), f64::from(0.1_f32));
    assert_eq!(as_f64::grad(1.0 / 3.0), 1.0_f32);
    assert_eq!(as_f64::jvp(1.0 / 3.0, 0.1), (f64::from(1.0_f32 / 3.0), f64::from(0.1_f32)));
    assert_eq!(as_f64::vjp(2.0).1(0.1), 0.1_f64 as f32);
}

#[test]
fn abs_and_sqrt_at_zero() {
    at!(abs(0.0) has 0.0);
    at!(abs(-0.0) has 0.0);
    at!(abs(-2.0) has -1.0);
    at!(sqrt(0.0) has f64::INFINITY);
    assert_eq!(scaled_sqrt::grad(0.0, 0.0), 0.0);
    assert_eq!(scaled_sqrt::grad(0.0, -1.0), f64::NEG_INFINITY);
    assert_eq!(sqrt_of_scaled::jvp(4.0, 0.0, 1.0).1, 0.0);
    at!(guarded_sqrt(0.0) has 0.0);
}

#[differentiate]
fn max(a: f64, b: f64) -> f64 {
    a.max(b)
}

#[differentiate]
fn min(a: f64, b: f64) -> f64 {
    a.min(b)
}

#[differentiate]
fn relu(x: f64) -> f64 {
    x.max(0.0)
}

#[differentiate]
fn unit_interval(x: f64) -> f64 {
    x.clamp(0.0, 1.0)
}

#[test]
fn ties_and_bounds() {
    at!(max(1.0, 1.0) has 1.0, 0.0);
    at!(min(1.0, 1.0) has 1.0, 0.0);
    at!(max(-0.0, 0.0) has 1.0, 0.0);
    at!(max(1.0, 2.0) has 0.0, 1.0);
    at!(max(f64::NAN, 2.0) has 0.0, 1.0);
    at!(max(1.0, f64::NAN) has 1.0, 0.0);
    at!(min(f64::NAN, 2.0) has 0.0, 1.0);
    at!(min(1.0, f64::NAN) has 1.0, 0.0);
    at!(relu(0.0) has 1.0);
    at!(relu(-1.0) has 0.0);
    at!(unit_interval(0.0) has 1.0);
    at!(unit_interval(1.0) has 1.0);
    at!(unit_interval(0.5) has 1.0);
    at!(unit_interval(1.5) has 0.0);
}

#[differentiate]
fn powi_0(x: f64) -> f64 {
    x.powi(0)
}

#[differentiate]
fn powi_1(x: f64) -> f64 {
    x.powi(1)
}

#[differentiate]
fn powf_0(x: f64) -> f64 {
    x.powf(0.0)
}

#[differentiate]
fn powf_1(x: f64) -> f64 {
    x.powf(1.0)
}

#[differentiate]
fn powf_3(x: f64) -> f64 {
    x.powf(3.0)
}

#[differentiate]
fn powf(a: f64, b: f64) -> f64 {
    a.powf(b)
}

#[test]
fn powers_of_zero_and_of_negative_numbers() {
    at!(powi_0(0.0) has 0.0);
    at!(powi_1(0.0) has 1.0);
    at!(powf_0(0.0) has 0.0);
    at!(powf_1(0.0) has 1.0);
    at!(powf_3(0.0) has 0.0);
    at!(powf_3(-2.0) has 12.0);
    at!(powf_1(-2.0) has 1.0);
    at!(powf(0.0, 2.0) has 0.0, 0.0);
}

#[differentiate]
fn steps(x: f64) -> f64 {
    x.signum() + x.floor() + x.ceil() + x.round() + x.round_ties_even() + x.trunc()
}

#[differentiate]
fn fract(x: f64) -> f64 {
    x.fract()
}

#[differentiate]
fn hypot(a: f64, b: f64) -> f64 {
    a.hypot(b)
}

#[differentiate]
fn atan2(a: f64, b: f64) -> f64 {
    a.atan2(b)
}

#[differentiate]
fn rem(a: f64, b: f64) -> f64 {
    a % b
}

#[test]
fn steps_and_origins() {
    at!(steps(1.0) has 0.0);
    at!(steps(0.3) has 0.0);
    at!(fract(1.0) has 1.0);
    at!(hypot(0.0, 0.0) has 0.0, 0.0);
    at!(atan2(0.0, 0.0) has 0.0, 0.0);
    at!(atan2(0.0, -1.0) has -1.0, 0.0);
    at!(rem(1.0, 0.1) has 1.0, -9.0);
}

/// Unsuffixed literals as operands: no partial may call a method on them.
#[differentiate]
fn literals(x: f64) -> f64 {
    x.log(2.0)
        + x.atan2(1.0)
        + x.hypot(2.0)
        + x.copysign(-1.0)
        + x.min(3.0)
        + x.rem_euclid(0.5)
        + x.mul_add(2.0, 1.0)
        + x.midpoint(1.0)
}

#[test]
fn literal_operands() {
    let x = 1.2_f64;
    let want = 1.0 / (x * 2.0_f64.ln()) + 1.0 / (x * x + 1.0) + x / x.hypot(2.0) - 1.0 + 1.0 + 1.0 + 2.0 + 0.5;
    assert_close(literals::grad(x), want, 1e-14);
    assert_close(literals::jvp(x, 1.0).1, want, 1e-14);
}
