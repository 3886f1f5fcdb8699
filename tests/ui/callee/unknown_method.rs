//! A method on a float that has no derivative rule.
use differentiate::differentiate;

trait Cube {
    fn cube(self) -> f64;
}

impl Cube for f64 {
    fn cube(self) -> f64 {
        self * self * self
    }
}

#[differentiate]
fn twice(x: f64) -> f64 {
    2.0 * x.cube()
}

fn main() {
    twice::grad(1.0);
}
