//! Generated code under lints that a strict user sets, in edition 2024 (`tests/edition2021` is the same for 2021).
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, missing_debug_implementations, unreachable_pub, unused_qualifications)]
#![deny(rust_2018_idioms, future_incompatible, single_use_lifetimes, let_underscore_drop, unused_lifetimes)]
#![deny(clippy::all, clippy::pedantic)]

use differentiate::{Differentiable, differentiate};

/// A callee whose gradient is only used by other derivatives.
#[differentiate]
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// A rule whose expression mentions less than all parameters.
#[differentiate(d(x) = scale)]
fn line<'t>(x: f64, #[constant] scale: f64, names: &'t [&'t str]) -> f64 {
    scale.mul_add(x, names.iter().map(|name| f64::from(name.is_empty())).sum())
}

/// The same, with functions.
#[differentiate(vjp = line_vjp, jvp = line_jvp)]
fn other_line(x: f64, #[constant] scale: f64) -> f64 {
    scale * x
}

fn line_vjp(_: f64, scale: f64, y_bar: f64) -> f64 {
    scale * y_bar
}

fn line_jvp(x: f64, scale: f64, x_dot: f64) -> (f64, f64) {
    (other_line(x, scale), scale * x_dot)
}

/// Branches, loops, stores, early returns and calls, in what a strict user would accept as the primal.
#[differentiate]
#[must_use]
fn model(w: &[f64], x: f64, steps: usize) -> f64 {
    if w.is_empty() {
        return x;
    }
    let mut state = vec![0.0; w.len()];
    for _ in 0..steps {
        for (s, w) in state.iter_mut().zip(w) {
            *s = sigmoid(*s + w * x);
        }
    }
    let total: f64 = state.iter().sum();
    if total > 1.0 { total.ln() } else { total }
}

/// A type with methods, an operator and a trait.
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Scaled {
    by: f64,
}

/// What can be applied.
#[differentiate]
trait Apply {
    fn apply(&self, x: f64) -> f64;
}

#[differentiate]
impl Apply for Scaled {
    fn apply(&self, x: f64) -> f64 {
        self.by * x
    }
}

#[differentiate]
impl std::ops::Mul for Scaled {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self { by: self.by * other.by }
    }
}

#[differentiate]
impl Scaled {
    /// Private, and only called by what is derived.
    fn offset(self) -> f64 {
        self.by.sin()
    }

    #[must_use]
    fn squared(self) -> Self {
        self * self
    }
}

/// Uses all of them.
#[differentiate]
fn applied(s: Scaled, x: f64) -> f64 {
    s.squared().apply(x) + s.offset()
}

/// A function inside another's body keeps to the body's scope.
#[test]
fn functions_in_bodies_are_differentiated() {
    #[differentiate]
    fn cube(x: f64) -> f64 {
        x * x * x
    }
    assert!((cube::grad(2.0) - 12.0).abs() < 1e-12);
}

#[test]
fn strict_lints_accept_what_is_generated() {
    let (w, x, h) = ([0.5, -1.0, 2.0], 0.8, 1e-6);
    let (_, x_bar) = model::grad(&w, x, 3);
    let difference = (model(&w, x + h, 3) - model(&w, x - h, 3)) / (2.0 * h);
    assert!((x_bar - difference).abs() < 1e-7, "{x_bar} instead of {difference}");
    assert!((line::grad(x, 3.0, &["a"]) + other_line::grad(x, -3.0)).abs() < 1e-15);
    applied::check(Scaled { by: 0.7 }, x).unwrap();
    assert!((sigmoid(0.0) - 0.5).abs() < 1e-15);
}
