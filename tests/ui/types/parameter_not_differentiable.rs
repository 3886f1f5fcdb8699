//! A parameter of the user's own type, which does not say how it is differentiated.
use differentiate::differentiate;

struct Model {
    weight: f64,
}

#[differentiate]
fn predict(model: &Model, x: f64) -> f64 {
    model.weight * x
}

fn main() {
    predict::grad(&Model { weight: 1.0 }, 2.0);
}
