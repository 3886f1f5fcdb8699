//! A function is called with what carries derivatives, and from outside its own derivative is not known.

use differentiate::differentiate;

#[differentiate]
fn integrate(f: impl Fn(f64) -> f64, a: f64, b: f64) -> f64 {
    f(0.5 * (a + b)) * (b - a)
}

#[differentiate]
fn apply(f: &dyn Fn(f64) -> f64, x: f64) -> f64 {
    2.0 * f(x)
}

fn main() {
    integrate::grad(|x| x, 0.0, 1.0);
    apply::vjp(&|x: f64| x, 1.0);
}
