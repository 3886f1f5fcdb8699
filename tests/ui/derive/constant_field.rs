//! A constant field of another derived type has no place for what a callee writes to it.

use differentiate::{Differentiable, differentiate};

#[derive(Clone, Debug, Differentiable)]
struct Axis {
    x: f64,
    y: f64,
}

#[derive(Clone, Debug, Differentiable)]
struct Model {
    gain: f64,
    #[constant]
    axis: Axis,
}

#[differentiate]
fn fill(axis: &mut Axis, x: f64) {
    axis.x = x;
    axis.y = x * x;
}

#[differentiate]
fn along(axis: &Axis) -> f64 {
    axis.x * axis.y
}

#[differentiate]
fn filled(model: &Model, x: f64) -> f64 {
    let mut model = model.clone();
    fill(&mut model.axis, x);
    along(&model.axis) * model.gain
}

fn main() {}
