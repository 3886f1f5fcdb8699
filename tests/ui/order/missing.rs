//! Derivatives of a higher order than there are.
use differentiate::differentiate;

#[differentiate]
fn once(x: f64) -> f64 {
    x.sin()
}

/// A callee without the order.
#[differentiate(order = 2)]
fn called(x: f64) -> f64 {
    let y: f64 = once(x * x);
    y * x
}

/// A gradient is of an order itself.
#[differentiate]
fn nested(x: f64) -> f64 {
    let slope: f64 = once::grad(x);
    slope * slope
}

#[differentiate]
fn pulled(x: f64) -> f64 {
    let (y, pull): (f64, _) = once::vjp(x);
    let slope: f64 = pull(y);
    slope * slope
}

fn main() {
    called::grad(1.0);
    nested::grad(1.0);
    pulled::grad(1.0);
    once::hvp(1.0, 1.0);
}
