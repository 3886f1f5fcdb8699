//! A callee in another module that has no derivative, named by its path.
use differentiate::differentiate;

mod model {
    pub fn scale(x: f64) -> f64 {
        3.0 * x
    }
}

#[differentiate]
fn loss(x: f64) -> f64 {
    model::scale(x) - 1.0
}

fn main() {
    loss::grad(1.0);
}
