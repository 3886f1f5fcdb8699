//! Differentiated functions for `tests/edition2021` to call, and the library under another path.

use differentiate::{Differentiable, Real, differentiate};

/// The library, for `#[differentiate(crate = upstream::reexported)]`.
pub use differentiate as reexported;

/// `ln(1 + eˣ)`.
#[differentiate]
#[must_use]
pub fn softplus(x: f64) -> f64 {
    x.exp().ln_1p()
}

/// Norms of vectors.
pub mod norms {
    use differentiate::differentiate;

    /// Sum of the squares, each times `scale`.
    #[differentiate]
    #[must_use]
    pub fn squared(x: &[f64], scale: f64) -> f64 {
        let mut sum = 0.0;
        for v in x {
            sum += v * v * scale;
        }
        sum
    }
}

/// Multiplies every element of `x` by `factor`.
#[differentiate]
pub fn scale(x: &mut [f64], factor: f64) {
    for v in x.iter_mut() {
        *v *= factor;
    }
}

/// Something that has a height at every place.
#[differentiate]
pub trait Terrain {
    /// The height.
    fn height(&self, x: f64) -> f64;

    /// How much higher it is a little further on.
    fn rise(&self, x: f64, step: f64) -> f64 {
        self.height(x + step) - self.height(x)
    }
}

/// `x` to the power of `n`, by a function that calls itself.
#[differentiate(order = 2)]
#[must_use]
pub fn power(x: f64, n: u32) -> f64 {
    if n == 0 { 1.0 } else { x * power(x, n - 1) }
}

/// The height half way, which may be found by asking for this again: then the recursion goes through two crates.
#[differentiate]
pub fn half_way<T: Terrain + Differentiable>(terrain: &T, x: f64) -> f64 {
    terrain.height(0.5 * x) * x
}

/// A pair of numbers of either precision.
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct Pair<T: Real> {
    /// The first.
    pub a: T,
    /// The second.
    pub b: T,
}

#[differentiate]
impl<T: Real> Pair<T> {
    /// Both the same.
    #[must_use]
    pub fn of(x: T) -> Self {
        Pair { a: x, b: x }
    }

    /// Their product.
    #[must_use]
    pub fn product(&self) -> T {
        self.a * self.b
    }
}

#[differentiate]
impl<T: Real> std::ops::Add for Pair<T> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Pair { a: self.a + other.a, b: self.b + other.b }
    }
}
