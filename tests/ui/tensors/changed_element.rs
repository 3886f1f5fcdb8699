use differentiate::{Tensor, differentiate};

#[differentiate]
fn stored(x: &Tensor, k: f64) -> f64 {
    let mut y = x * k;
    y[[0, 1]] = k;
    y[[1, 0]] *= 2.0;
    y.sum()
}

fn main() {}
