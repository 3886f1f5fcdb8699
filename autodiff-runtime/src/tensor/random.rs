//! Random tensors; the same seed gives the same numbers.

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::Tensor;
use crate::Real;

/// # Random numbers (feature `random`)
impl<T: Real> Tensor<T> {
    /// Numbers between 0 and 1, each as likely as any other.
    pub fn uniform(shape: impl AsRef<[usize]>, seed: u64) -> Tensor<T> {
        let mut rng = StdRng::seed_from_u64(seed);
        Tensor::from_fn(shape, |_| T::from_f64(rng.random::<f64>()))
    }

    /// Numbers from the normal distribution with mean 0 and variance 1.
    pub fn normal(shape: impl AsRef<[usize]>, seed: u64) -> Tensor<T> {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut spare = None;
        Tensor::from_fn(shape, |_| {
            // Two at once, by their angle and their distance from 0 (Box and Muller).
            let x = spare.take().unwrap_or_else(|| {
                let radius = (-2.0 * (1.0 - rng.random::<f64>()).ln()).sqrt();
                let (sin, cos) = (std::f64::consts::TAU * rng.random::<f64>()).sin_cos();
                spare = Some(radius * sin);
                radius * cos
            });
            T::from_f64(x)
        })
    }
}
