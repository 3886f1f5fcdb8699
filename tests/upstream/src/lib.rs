//! Differentiated functions for `tests/edition2021` to call, and the library under another path.

use differentiate::differentiate;

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
