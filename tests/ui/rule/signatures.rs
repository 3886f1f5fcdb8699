//! Functions that are not what `vjp` and `jvp` have to be.
use differentiate::differentiate;

fn pull(x: f64, n: usize, y_bar: f64) -> f64 {
    n as f64 * x * y_bar
}

fn push(x: f64, x_dot: f64) -> (f64, f64) {
    (x, x_dot)
}

#[differentiate(vjp = pull, jvp = push)]
fn f(x: f64, n: usize) -> f64 {
    x * n as f64
}

fn main() {}
