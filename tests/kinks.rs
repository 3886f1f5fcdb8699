//! What derivatives are at kinks and at the ends of the domain, by gradient and by directional derivative.
// Clippy's lints do not count here, rustc's are denied, so it would find nothing; `tests/lints.rs` is there for them.
#![cfg(not(clippy))]
#![forbid(unsafe_code)]
#![deny(warnings)]
#![allow(clippy::all, reason = "forms that lints advise against are what is tested")]

use differentiate::differentiate;

const INF: f64 = f64::INFINITY;

/// Derivatives of one function of one float at given points, in both modes. `NaN` is expected where `NaN` is written.
macro_rules! slopes {
    ($f:ident: $($x:expr => $slope:expr),+ $(,)?) => {
        $(
            let (x, slope): (f64, f64) = ($x, $slope);
            let (forward, reverse) = ($f::jvp(x, 1.0).1, $f::grad(x));
            let same = |found: f64| found == slope || found.is_nan() && slope.is_nan();
            assert!(same(forward), "{} at {x}: forward {forward}, expected {slope}", stringify!($f));
            assert!(same(reverse), "{} at {x}: reverse {reverse}, expected {slope}", stringify!($f));
        )+
    };
}

/// Partial derivatives of a function of two floats.
macro_rules! partials {
    ($f:ident: $(($x:expr, $y:expr) => $partials:expr),+ $(,)?) => {
        $(
            let (x, y): (f64, f64) = ($x, $y);
            let forward = ($f::jvp(x, y, 1.0, 0.0).1, $f::jvp(x, y, 0.0, 1.0).1);
            assert_eq!(forward, $partials, "{} at {x}, {y}, forward", stringify!($f));
            assert_eq!($f::grad(x, y), $partials, "{} at {x}, {y}, reverse", stringify!($f));
        )+
    };
}

/// Second derivatives of one function of one float: forward over reverse, and forward over forward.
macro_rules! bends {
    ($f:ident: $($x:expr => $bend:expr),+ $(,)?) => {
        $(
            let (x, bend): (f64, f64) = ($x, $bend);
            let over_reverse = $f::hvp(x, 1.0);
            let (_, (_, over_forward)) = $f::tangent_order_2(&x, Some(&1.0), Some(&1.0), None);
            let same = |found: f64| found == bend || found.is_nan() && bend.is_nan();
            assert!(same(over_forward), "{} at {x}: over forward {over_forward}, expected {bend}", stringify!($f));
            assert!(same(over_reverse), "{} at {x}: over reverse {over_reverse}, expected {bend}", stringify!($f));
        )+
    };
}

/// One differentiated function for each expression.
macro_rules! functions {
    ($($name:ident($($x:ident),+) $body:tt)+) => {$(
        #[differentiate(order = 2)]
        fn $name($($x: f64),+) -> f64 $body
    )+};
}

functions! {
    abs(x) { x.abs() }
    scaled_abs(x) { 3.0 * (2.0 * x).abs() }
    max(x, y) { x.max(y) }
    min(x, y) { x.min(y) }
    max_by_path(x, y) { f64::max(x, y) }
    relu(x) { x.max(0.0) }
    sqrt(x) { x.sqrt() }
    norm(x, y) { (x * x + y * y).sqrt() }
    hypot(x, y) { x.hypot(y) }
    guarded_sqrt(x) { if x > 0.0 { x.sqrt() } else { 0.0 } }
    guarded_quotient(x) { if x == 0.0 { 1.0 } else { x.sin() / x } }
    unused_sqrt(x) { let r = x.sqrt(); if x > 1.0 { r } else { 2.0 * x } }
    multiplied_by_zero(x) { x.sqrt() * 0.0 }
    to_the_zeroth(x) { x.powi(0) }
    to_the_first(x) { x.powi(1) }
    squared(x) { x.powi(2) }
    to_the_minus_first(x) { x.powi(-1) }
    power_constant(x) { x.powf(3.0) }
    power_zero(x) { x.powf(0.0) }
    power_one(x) { x.powf(1.0) }
    power_half(x) { x.powf(0.5) }
    power(x, y) { x.powf(y) }
    clamp(x) { x.clamp(-1.0, 2.0) }
    signum(x) { x.signum() }
    round(x) { x.round() }
    floor(x) { x.floor() }
    ceil(x) { x.ceil() }
    trunc(x) { x.trunc() }
    fract(x) { x.fract() }
    ln(x) { x.ln() }
    recip(x) { x.recip() }
    atan2(y, x) { y.atan2(x) }
    asin(x) { x.asin() }
    copysign(x, y) { x.copysign(y) }
    branch_at_the_kink(x) { if x >= 0.0 { 2.0 * x } else { -x } }
    abs_squared(x) { x.abs() * x.abs() }
    relu_squared(x) { x.max(0.0).powi(2) }
    product_of_the_larger(x, y) { x.max(y) * x.min(y) }
    clamped_cube(x) { x.clamp(-1.0, 2.0).powi(3) }
    fraction_squared(x) { x.fract() * x.fract() + x.floor() }
    remainder_squared(x) { (x % 2.0) * (x % 2.0) }
    bent_branch(x) { if x >= 0.0 { x * x } else { x * x * x } }
    three_halves(x) { x.powf(1.5) }
    five_halves(x) { x * x * x.sqrt() }
    huber(x) { if x.abs() <= 1.0 { 0.5 * x * x } else { x.abs() - 0.5 } }
    scaled_sqrt(x, y) { (y - y) * x.sqrt() + x * x }
}

#[test]
fn absolute_value_has_slope_zero_at_zero() {
    slopes!(abs: 0.0 => 0.0, -0.0 => 0.0, 2.0 => 1.0, -2.0 => -1.0, INF => 1.0);
    slopes!(scaled_abs: 0.0 => 0.0, 1.0 => 6.0, -1.0 => -6.0);
}

#[test]
fn ties_go_to_the_first_operand() {
    partials!(max: (1.0, 1.0) => (1.0, 0.0), (2.0, 1.0) => (1.0, 0.0), (1.0, 2.0) => (0.0, 1.0));
    partials!(min: (1.0, 1.0) => (1.0, 0.0), (2.0, 1.0) => (0.0, 1.0), (1.0, 2.0) => (1.0, 0.0));
    partials!(max_by_path: (1.0, 1.0) => (1.0, 0.0), (0.0, -0.0) => (1.0, 0.0));
    slopes!(relu: 0.0 => 1.0, 1.0 => 1.0, -1.0 => 0.0);
}

#[test]
fn square_root_at_zero() {
    slopes!(sqrt: 0.0 => INF, 4.0 => 0.25);
    // Nothing flows in, so nothing flows out: 0 · ∞ is 0 here.
    slopes!(guarded_sqrt: 0.0 => 0.0, -1.0 => 0.0, 4.0 => 0.25);
    slopes!(unused_sqrt: 0.0 => 2.0, -1.0 => 2.0, 4.0 => 0.25);
    slopes!(multiplied_by_zero: 4.0 => 0.0);
    assert_eq!(multiplied_by_zero::grad(0.0), 0.0);
    assert_eq!(sqrt::jvp(0.0, 0.0), (0.0, 0.0));
    let (_, pullback) = sqrt::vjp(0.0);
    assert_eq!(pullback(0.0), 0.0);
}

#[test]
fn only_the_branch_taken_is_differentiated() {
    slopes!(guarded_quotient: 0.0 => 0.0);
    slopes!(branch_at_the_kink: 0.0 => 2.0, -0.5 => -1.0);
}

#[test]
fn powers() {
    slopes!(to_the_zeroth: 0.0 => 0.0, 2.0 => 0.0, -2.0 => 0.0);
    slopes!(to_the_first: 0.0 => 1.0, -2.0 => 1.0);
    slopes!(squared: 0.0 => 0.0, -3.0 => -6.0);
    slopes!(to_the_minus_first: 2.0 => -0.25, -2.0 => -0.25);
    slopes!(power_constant: 0.0 => 0.0, -2.0 => 12.0, 2.0 => 12.0);
    slopes!(power_zero: 0.0 => 0.0, -2.0 => 0.0);
    slopes!(power_one: 0.0 => 1.0, -2.0 => 1.0);
    slopes!(power_half: 0.0 => INF, 4.0 => 0.25);
    partials!(power: (2.0, 3.0) => (12.0, 8.0 * 2.0_f64.ln()));
    // With respect to the base alone no logarithm is taken.
    assert_eq!(power::jvp(-2.0, 3.0, 1.0, 0.0).1, 12.0);
    assert_eq!(power::grad(-2.0, 3.0).0, 12.0);
    assert_eq!(power::grad(0.0, 2.0).0, 0.0);
}

#[test]
fn clamp_passes_inside_and_at_the_bounds() {
    slopes!(clamp: -1.0 => 1.0, 2.0 => 1.0, 0.5 => 1.0, -1.5 => 0.0, 2.5 => 0.0);
}

#[test]
fn steps_have_slope_zero() {
    slopes!(signum: 0.0 => 0.0, -3.0 => 0.0);
    slopes!(round: 0.5 => 0.0, 1.2 => 0.0);
    slopes!(floor: 1.0 => 0.0, 1.2 => 0.0);
    slopes!(ceil: 1.0 => 0.0, 1.2 => 0.0);
    slopes!(trunc: 0.0 => 0.0, -1.2 => 0.0);
    slopes!(fract: 0.0 => 1.0, 1.2 => 1.0);
}

#[test]
fn ends_of_the_domain() {
    slopes!(ln: 0.0 => INF, 2.0 => 0.5);
    slopes!(recip: 2.0 => -0.25, INF => -0.0);
    slopes!(asin: 0.0 => 1.0, 1.0 => INF);
    slopes!(copysign_to_minus: 2.0 => -1.0, -2.0 => 1.0);
    partials!(atan2: (0.0, 1.0) => (1.0, -0.0), (1.0, 0.0) => (0.0, -1.0));
    partials!(copysign: (2.0, -1.0) => (-1.0, 0.0), (-2.0, -1.0) => (1.0, 0.0));
}

#[differentiate]
fn copysign_to_minus(x: f64) -> f64 {
    x.copysign(-1.0)
}

/// Both partials are 0/0 at the origin by the formula; a zero coming in must stay a zero.
#[test]
fn norms_at_the_origin() {
    let (value, pullback) = norm::vjp(0.0, 0.0);
    assert_eq!(value, 0.0);
    assert_eq!(pullback(0.0), (0.0, 0.0));
    assert_eq!(norm::jvp(0.0, 0.0, 0.0, 0.0), (0.0, 0.0));
    let (x_bar, y_bar) = hypot::grad(3.0, 4.0);
    assert!((x_bar - 0.6).abs() < 1e-15 && (y_bar - 0.8).abs() < 1e-15);
}

/// What is not connected gets zeros, whatever the numbers are.
#[test]
fn what_is_not_used_is_not_poisoned() {
    #[differentiate]
    fn dead_code(x: f64, y: f64) -> f64 {
        let _infinite = y.ln() / y;
        let mut unused = 1.0 / y;
        unused *= unused;
        let _ = unused;
        x * x
    }
    assert_eq!(dead_code::grad(3.0, 0.0), (6.0, 0.0));
    assert_eq!(dead_code::jvp(3.0, 0.0, 1.0, 1.0).1, 6.0);
}

/// A value that is not finite gives what the formulas give, and the function's own result is untouched.
#[test]
fn values_that_are_not_finite() {
    slopes!(squared: INF => INF, f64::NAN => f64::NAN);
    assert!(squared::value_and_grad(f64::NAN).0.is_nan());
    assert_eq!(recip::value_and_grad(0.0), (INF, f64::NEG_INFINITY));
}

/// The second derivative is that of the piece which gives the first: a jump of the slope adds nothing.
#[test]
fn second_derivatives_at_kinks() {
    bends!(abs: 0.0 => 0.0, -2.0 => 0.0);
    bends!(signum: 0.0 => 0.0);
    bends!(relu: 0.0 => 0.0, 1.0 => 0.0, -1.0 => 0.0);
    // The slope of the square is 2 |x| times the slope of |x|, which is 0 at 0.
    bends!(abs_squared: 0.0 => 0.0, -0.5 => 2.0, 0.5 => 2.0);
    // A tie goes to the first operand.
    bends!(relu_squared: 0.0 => 2.0, 1.0 => 2.0, -1.0 => 0.0);
    bends!(clamped_cube: -1.0 => -6.0, 2.0 => 12.0, 0.5 => 3.0, 2.5 => 0.0, -1.5 => 0.0);
    bends!(fraction_squared: 1.0 => 2.0, 1.25 => 2.0);
    bends!(remainder_squared: 2.0 => 2.0, 2.5 => 2.0);
    bends!(bent_branch: 0.0 => 2.0, -1.0 => -6.0);
    bends!(huber: 1.0 => 1.0, -1.0 => 1.0, 0.0 => 1.0, 1.5 => 0.0);
    bends!(guarded_quotient: 0.0 => 0.0);
    // At a tie the first operand is the maximum and the minimum: its square.
    assert_eq!(product_of_the_larger::hvp(1.5, 1.5, 1.0, 0.0), (2.0, 0.0));
    assert_eq!(product_of_the_larger::hvp(1.5, 1.0, 1.0, 0.0), (0.0, 1.0));
    assert_eq!(product_of_the_larger::hvp(1.0, 1.5, 0.0, 1.0), (1.0, 0.0));
}

#[test]
fn second_derivatives_of_powers() {
    bends!(to_the_zeroth: 0.0 => 0.0, 2.0 => 0.0);
    bends!(to_the_first: 0.0 => 0.0, -2.0 => 0.0);
    bends!(squared: 0.0 => 2.0, -3.0 => 2.0);
    bends!(to_the_minus_first: -2.0 => -0.25);
    bends!(power_constant: 0.0 => 0.0, -2.0 => -12.0, 2.0 => 12.0);
    bends!(power_zero: 0.0 => 0.0, -2.0 => 0.0);
    bends!(power_one: 0.0 => 0.0, -2.0 => 0.0);
    bends!(power_half: 4.0 => -0.03125);
    bends!(three_halves: 0.0 => INF, 4.0 => 0.375);
}

/// A singularity shows where it is one, and nowhere else: what comes in as zero stays zero.
#[test]
fn second_derivatives_at_ends_of_the_domain() {
    bends!(sqrt: 4.0 => -0.03125);
    bends!(guarded_sqrt: 0.0 => 0.0, -1.0 => 0.0);
    bends!(unused_sqrt: 0.0 => 0.0);
    bends!(multiplied_by_zero: 4.0 => 0.0);
    assert_eq!(multiplied_by_zero::hvp(0.0, 1.0), 0.0);
    assert!(!sqrt::hvp(0.0, 1.0).is_finite());
    assert_eq!(scaled_sqrt::hvp(0.0, 3.0, 1.0, 0.0).0, 2.0);
    assert_eq!(hypot::hvp(0.0, 0.0, 1.0, 1.0), (0.0, 0.0));
    assert_eq!(atan2::hvp(0.0, 0.0, 1.0, 1.0), (0.0, 0.0));
    assert!(!ln::hvp(0.0, 1.0).is_finite());
    bends!(ln: 2.0 => -0.25);
    bends!(recip: 2.0 => 0.25);
    bends!(asin: 0.0 => 0.0);
}
