//! Matrices of derivatives where there are none.
use differentiate::differentiate;

/// No second derivatives.
#[differentiate]
fn once(x: &[f64]) -> f64 {
    x[0].sin()
}

/// No single result whose gradient could be differentiated.
#[differentiate(order = 2)]
fn several(x: f64) -> [f64; 2] {
    [x, x * x]
}

/// Nothing differentiable goes in.
#[differentiate]
fn constant(#[constant] x: f64) -> f64 {
    x.sin()
}

fn main() {
    once::hessian(&[1.0]);
    several::hessian(1.0);
    constant::jacobian(1.0);
}
