//! Pullbacks in differentiated functions that are not only called.
use differentiate::differentiate;

#[differentiate(order = 2)]
fn square(x: f64) -> f64 {
    x * x
}

fn twice(pull: impl FnOnce(f64) -> f64) -> f64 {
    2.0 * pull(1.0)
}

#[differentiate]
fn handed_on(x: f64) -> f64 {
    let (y, pull) = square::vjp(x);
    y * twice(pull)
}

#[differentiate]
fn chosen(x: f64) -> f64 {
    let (y, first) = square::vjp(x);
    let (_, second) = square::vjp(y);
    let pull = if x > 0.0 { first } else { second };
    pull(1.0)
}

#[differentiate]
fn collected(x: f64) -> f64 {
    let mut pulls = Vec::new();
    for i in 0..3 {
        let (_, pull) = square::vjp(x * i as f64);
        pulls.push(pull);
    }
    let mut sum = 0.0;
    for pull in pulls {
        sum += pull(1.0);
    }
    sum
}

fn main() {
    handed_on::grad(1.0);
}
