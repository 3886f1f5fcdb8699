//! A cast of a field that turns out to be a float.
use differentiate::{Differentiable, differentiate};

#[derive(Differentiable)]
struct Model {
    weight: f32,
    steps: usize,
}

#[differentiate]
fn predict(model: &Model, x: f64) -> f64 {
    let steps = model.steps as f64;
    model.weight as f64 * x / steps
}

fn main() {}
