//! The adjoint of a product was given away while what a number gets of it was still to be printed.

use crate::differentiate;
use differentiate::{Differentiable, Tensor};

#[derive(Clone, Debug, Differentiable)]
struct Blocks {
    v: Vec<Tensor>,
    out: Vec<Tensor>,
}

#[derive(Clone, Debug, Differentiable)]
struct Work {
    scale: Vec<f64>,
    seen: usize,
}

/// Tensors in fields beside numbers in fields, and stored into a field.
#[differentiate]
fn stored(a: &[f64], blocks: &mut Blocks) -> f64 {
    let mut work = Work { scale: vec![0.0; a.len()], seen: a.len() };
    for i in 0..work.seen {
        work.scale[i] = a[i].sin();
        blocks.out[i] = work.scale[i] * blocks.v[i].tanh();
    }
    blocks.out[0].sum() * blocks.out[1].sum()
}

#[differentiate]
fn nested(a: f64, b: f64, blocks: &Blocks) -> f64 {
    let product = a.sin() * (b * blocks.v[0].tanh());
    product.sum()
}

#[test]
fn numbers_times_tensors() {
    let tensor = |x: f64| Tensor::from(vec![x, 2.0 * x]);
    let mut blocks = Blocks { v: vec![tensor(0.3), tensor(0.5)], out: vec![tensor(0.0), tensor(0.1)] };
    nested::check(0.4, 0.7, &blocks).unwrap();
    stored::check(&[0.4, 0.7], &mut blocks).unwrap();
}
