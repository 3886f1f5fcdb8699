//! Options that do not exist, one of them misspelt.
use differentiate::differentiate;

#[differentiate(compagnion = Square)]
fn square(x: f64) -> f64 {
    x * x
}

#[differentiate(fast)]
fn cube(x: f64) -> f64 {
    x * x * x
}

fn main() {
    square::grad(1.0);
    cube::grad(1.0);
}
