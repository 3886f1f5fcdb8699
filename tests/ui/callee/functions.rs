//! Functions as arguments, where they cannot be differentiated.

use differentiate::differentiate;

#[differentiate]
fn integrate(f: impl Fn(f64) -> f64, a: f64, b: f64) -> f64 {
    f(0.5 * (a + b)) * (b - a)
}

#[differentiate]
fn visit(mut f: impl FnMut(f64) -> f64, x: f64) -> f64 {
    f(x) + f(2.0 * x)
}

#[differentiate]
fn square(x: f64) -> f64 {
    x * x
}

#[differentiate]
fn chosen(b: f64) -> f64 {
    let f = if b > 0.0 { f64::sin } else { f64::cos };
    f(b)
}

#[differentiate]
fn changing(b: f64) -> f64 {
    let mut calls = 0.0;
    let area = visit(
        |x| {
            calls += 1.0;
            x * b
        },
        b,
    );
    area * calls
}

#[differentiate]
fn of_items(v: &[f64], b: f64) -> f64 {
    let items = v.iter();
    integrate(|x| items.clone().sum::<f64>() * x, 0.0, b)
}

#[differentiate]
fn of_a_pullback(b: f64) -> f64 {
    let (_, pull) = square::vjp(b);
    integrate(|x| pull(x), 0.0, b)
}

#[differentiate]
fn a_reference(w: &[f64], b: f64) -> f64 {
    integrate(|x| &w[0], 0.0, b)
}

#[differentiate]
fn another_number(f: impl Fn(f64, f64) -> f64, x: f64) -> f64 {
    f(x)
}

struct Stored {
    f: Box<dyn Fn(f64) -> f64>,
}

#[differentiate]
fn stored(#[constant] held: &Stored, x: f64) -> f64 {
    (held.f)(x)
}

fn main() {}
