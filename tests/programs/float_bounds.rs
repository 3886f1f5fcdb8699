//! Functions that are generic over num-traits' `Float`, as numerical crates have them, with `Real` beside it.

use crate::differentiate;
use differentiate::{Differentiable, Real};
use num_traits::Float;

#[differentiate]
fn logistic<T: Real + Float>(x: T) -> T {
    let one = T::one();
    if x >= T::zero() {
        one / (one + (-x).exp())
    } else {
        let e = x.exp();
        e / (one + e)
    }
}

#[differentiate]
fn huber<T>(x: &[T], delta: T) -> T
where
    T: Float + Real,
{
    let half = T::from(0.5).unwrap();
    let mut sum = T::zero();
    for &r in x {
        let size = r.abs();
        sum = sum + if size <= delta { half * r.powi(2) } else { delta * (size - half * delta) };
    }
    sum / T::from(x.len()).unwrap()
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Vector<T: Real> {
    x: T,
    y: T,
}

#[differentiate]
impl<T: Real + Float> Vector<T> {
    fn norm(self) -> T {
        self.x.hypot(self.y)
    }

    fn turned(&self, angle: T) -> Self {
        let (s, c) = angle.sin_cos();
        Vector { x: self.x * c - self.y * s, y: self.x.mul_add(s, self.y * c) }
    }

    fn limited(&self) -> T {
        let least = T::epsilon().sqrt().max(T::min_positive_value());
        if self.norm().is_finite() && !self.x.is_zero() { self.x.max(least).ln() } else { T::neg_infinity() }
    }
}

/// The bounds in places of their own, and a method that only `Real` has.
#[differentiate]
fn soft_maximum<T>(x: &[T]) -> T
where
    T: Float,
    T: Real,
{
    let top = x.iter().copied().fold(T::neg_infinity(), Float::max);
    let sum: T = x.iter().map(|v| (*v - top).exp()).sum();
    top + sum.ln() + top.rem_euclid(T::one() + T::one()).powf(T::from(1.5).unwrap())
}

#[differentiate]
fn by_path<T: Real + Float>(x: &[T]) -> T {
    let roots: Vec<T> = x.iter().map(|v| T::sqrt(*v)).collect();
    let sum = roots.iter().copied().map(T::exp).fold(T::zero(), |a, b| a + b);
    T::atan2(sum, Float::max(x[0], x[1])) + Real::rem_euclid(sum, T::ONE)
}

/// Methods on references to what is generic, and operators with them, as `Real` has them.
#[differentiate]
fn through_references<T: Real>(x: &[T], k: &T) -> T {
    let mut sum = T::ZERO;
    for v in x {
        sum += v.sin() * k - sum * v;
    }
    let norm = x.iter().map(|v| v.powi(2)).sum::<T>().sqrt();
    sum + norm * k.exp().max(x[0]) + x.iter().map(|v| v.atan2(*k)).fold(T::ZERO, |a, b| a + b)
}

#[differentiate]
fn all(x: f64, y: f64) -> f64 {
    let v = Vector { x, y };
    let turned = v.turned(x * y);
    logistic(x) * logistic(-y)
        + huber(&[x, y, x - y], 0.8)
        + turned.limited() * turned.norm()
        + through_references(&[x, y], &(x * y)) * by_path(&[x, y]) * soft_maximum(&[x, y])
}

#[differentiate]
fn of_single_precision(x: f32, y: f32) -> f32 {
    logistic(x) * huber(&[x, y], 0.8) + soft_maximum(&[x, y]) * through_references(&[x], &y)
}

programs! {
    of_single_precision -> single: (x = 0.75, y = 0.5);
    all: (x = 1.3, y = 0.7), (x = 0.4, y = 0.9);
}
