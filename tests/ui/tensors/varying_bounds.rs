//! Bounds and fillers of tensors' methods are constants: a derivative with respect to them is not taken, and not dropped either.

use differentiate::{Tensor, differentiate};

#[differentiate]
fn limited(x: &Tensor, low: f64) -> f64 {
    x.clip(low, 2.0).sum()
}

#[differentiate]
fn framed(x: &Tensor, filler: f64) -> f64 {
    x.pad([(1, 1)], 2.0 * filler).sum()
}

fn main() {}
