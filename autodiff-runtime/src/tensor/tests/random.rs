//! Random numbers.

use crate::Tensor;

#[test]
fn the_same_for_the_same_seed() {
    let (a, b) = (Tensor::<f64>::normal([3, 1001], 7), Tensor::normal([3, 1001], 7));
    assert_eq!(a, b);
    assert_ne!(a, Tensor::normal([3, 1001], 8));
}

#[test]
fn distributions() {
    let (normal, uniform) = (Tensor::<f64>::normal([20_000], 1), Tensor::<f32>::uniform([20_000], 2));
    assert!(normal.mean().abs() < 0.03 && (normal.var() - 1.0).abs() < 0.05);
    assert!((normal.powi(4).mean() - 3.0).abs() < 0.3, "the tails are those of the normal distribution");
    assert!((uniform.mean() - 0.5).abs() < 0.02 && (uniform.var() - 1.0 / 12.0).abs() < 0.01);
    assert!(uniform.min() >= 0.0 && uniform.max() <= 1.0);
}
