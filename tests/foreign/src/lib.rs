//! Functions of the C library, differentiated by rules of the user's: their bodies are `unsafe`, the companions are not.

use differentiate::differentiate;

mod c {
    unsafe extern "C" {
        pub fn lgamma(x: f64) -> f64;
        pub fn erf(x: f64) -> f64;
        pub fn erff(x: f32) -> f32;
        pub fn hypot(x: f64, y: f64) -> f64;
    }
}

/// The logarithm of the gamma function. At order 1 its derivative may be anything that Rust can compute.
#[differentiate(d(x) = digamma(x))]
pub fn lgamma(x: f64) -> f64 {
    // SAFETY: it takes a number and returns a number.
    unsafe { c::lgamma(x) }
}

/// The derivative of [`lgamma()`].
pub fn digamma(x: f64) -> f64 {
    if x < 12.0 {
        return digamma(x + 1.0) - 1.0 / x;
    }
    let r = 1.0 / (x * x);
    x.ln() - 0.5 / x - r * (1.0 / 12.0 - r * (1.0 / 120.0 - r * (1.0 / 252.0 - r / 240.0)))
}

/// The error function.
#[differentiate(d(x) = (-x * x).exp() * std::f64::consts::FRAC_2_SQRT_PI)]
pub fn erf(x: f64) -> f64 {
    // SAFETY: it takes a number and returns a number.
    unsafe { c::erf(x) }
}

/// In single precision.
#[differentiate(d(x) = (-x * x).exp() * std::f32::consts::FRAC_2_SQRT_PI)]
pub fn erf_single(x: f32) -> f32 {
    // SAFETY: it takes a number and returns a number.
    unsafe { c::erff(x) }
}

/// Of two parameters, in terms of the result.
#[differentiate(d(x) = x / out, d(y) = unsafe { y / c::hypot(x, y) })]
pub fn hypot(x: f64, y: f64) -> f64 {
    // SAFETY: it takes numbers and returns a number.
    unsafe { c::hypot(x, y) }
}

/// The negative log-likelihood of observations under a gamma distribution.
#[differentiate]
pub fn gamma_loss(shape: f64, rate: f64, #[constant] observed: &[f64]) -> f64 {
    let mut loss = 0.0;
    for x in observed {
        loss += lgamma(shape) - shape * rate.ln() - (shape - 1.0) * x.ln() + rate * x;
    }
    loss
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-8 * (1.0 + b.abs()), "{a} instead of {b}");
    }

    fn slope(f: impl Fn(f64) -> f64, x: f64) -> f64 {
        (f(x + 1e-5) - f(x - 1e-5)) / 2e-5
    }

    #[test]
    fn against_differences() {
        for x in [0.4, 1.0, 3.7, 20.0] {
            close(lgamma::grad(x), slope(lgamma, x));
            close(lgamma::jvp(x, 2.0).1, 2.0 * slope(lgamma, x));
            close(erf::grad(-x), slope(erf, -x));
            close(erf::jvp(-x, 1.0).1, slope(erf, -x));
            close(hypot::grad(x, 2.0).1, slope(|y| hypot(x, y), 2.0));
            hypot::check(x, 2.0).unwrap();
            assert!((f64::from(erf_single::grad(x as f32)) - erf::grad(x)).abs() < 1e-6);
        }
    }

    #[test]
    fn from_a_loop() {
        let observed = [0.3, 1.9, 2.2];
        let (shape, rate) = gamma_loss::grad(1.7, 0.8, &observed);
        close(shape, slope(|shape| gamma_loss(shape, 0.8, &observed), 1.7));
        close(rate, slope(|rate| gamma_loss(1.7, rate, &observed), 0.8));
        gamma_loss::check(1.7, 0.8, &observed).unwrap();
        assert_eq!(gamma_loss::jvp(1.7, 0.8, &observed, 1.0, 0.0).0, gamma_loss(1.7, 0.8, &observed));
    }
}
