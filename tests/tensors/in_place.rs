//! Tensors in fields and lists that are exchanged and changed where they are, and constants that are used by value and again.

use differentiate::{Differentiable, Tensor, differentiate};

#[derive(Clone, Debug, Differentiable)]
struct Layer {
    weights: Tensor,
    bias: Tensor,
}

/// What is put into a field is made of what is there.
#[differentiate(order = 2)]
fn exchanged(layer: &Layer, x: &Tensor) -> f64 {
    let mut layer = layer.clone();
    let mut sum = 0.0;
    for i in 0..3 {
        let before = &layer.weights * 1.5;
        layer.weights = &layer.weights + x;
        layer.bias = &layer.bias * 0.9;
        sum += (before * &layer.weights).sum();
        if i == 1 {
            layer = Layer { weights: &layer.bias * x, bias: layer.bias.clone() };
        }
    }
    sum + (x.matmul(&layer.weights) + &layer.bias).square().sum()
}

#[allow(clippy::assign_op_pattern, reason = "the form is what is tested")]
#[differentiate(order = 2)]
fn changed(layer: &Layer, all: &[Tensor], x: &Tensor) -> f64 {
    let (mut layer, mut all) = (layer.clone(), all.to_vec());
    layer.weights *= 0.5;
    layer.weights += &layer.bias;
    layer.bias -= 1.0;
    for i in 0..all.len() {
        all[i] *= 0.5;
        all[i] += x;
    }
    let mut y = x.matmul(&layer.weights) + &layer.bias;
    for one in &all {
        y = y * one;
    }
    y.sum()
}

#[differentiate(order = 2)]
fn constants(x: &Tensor, k: f64) -> f64 {
    let ones = Tensor::ones([2, 2]);
    let (scaled, zeros) = (ones * k, Tensor::zeros([2, 2]));
    let negative = zeros - x * scaled;
    (negative.sin() * k).sum()
}

#[test]
fn derivatives() {
    let (weights, x) = (Tensor::from([[0.3, -0.2], [0.5, 0.7]]), Tensor::from([[1.0, 0.4], [-0.3, 0.8]]));
    let layer = Layer { weights: weights.clone(), bias: Tensor::from([0.1, 0.2]) };
    exchanged::check(&layer, &x).unwrap();
    changed::check(&layer, &[weights, x.clone()], &x).unwrap();
    constants::check(&x, 0.3).unwrap();
}

/// The product with the Hessian, by differences of the gradient.
#[test]
fn order_2() {
    let (x, step) = (Tensor::from([[1.0, 0.4], [-0.3, 0.8]]), 1e-6);
    let (x_dot, k_dot) = (x.cos(), 0.7);
    let at = |s: f64| constants::grad(&(&x + &x_dot * s), 0.3 + k_dot * s);
    let (up, down) = (at(step), at(-step));
    let (x_hvp, k_hvp) = constants::hvp(&x, 0.3, &x_dot, k_dot);
    let differences = (up.0 - down.0) * (0.5 / step);
    assert!((x_hvp - differences).abs().to_vec().iter().all(|difference| *difference < 1e-7));
    assert!((k_hvp - (up.1 - down.1) * (0.5 / step)).abs() < 1e-7);
}

/// Elements by their indices.
#[differentiate(order = 2)]
fn elements(x: &Tensor, k: f64) -> f64 {
    let y = x * k;
    let mut sum = y[[0, 1]] * k;
    for i in 0..2 {
        sum += x[[i, 0]] * y[[1, i]].sin();
    }
    sum
}

#[test]
fn of_elements() {
    let x = Tensor::from([[1.0, 0.4], [-0.3, 0.8]]);
    elements::check(&x, 0.7).unwrap();
    elements::check(&x.t(), -0.7).unwrap();
    assert_eq!(elements::grad(&x, 0.7).0[[0, 1]], 0.7 * 0.7);
}
