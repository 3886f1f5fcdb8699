//! After an error the rest of the file still works: the function itself, its callers, users of its derivatives.
use differentiate::differentiate;

macro_rules! cube {
    ($x:expr) => {
        $x * $x * $x
    };
}

#[differentiate]
fn broken(x: f64, w: &[f64]) -> f64 {
    cube!(x) * w[0]
}

#[differentiate]
fn caller(x: f64, w: &[f64]) -> f64 {
    2.0 * broken(x, w)
}

fn main() {
    let _: f64 = broken(1.0, &[1.0]);
    let _: (f64, Vec<f64>) = broken::grad(1.0, &[1.0]);
    let _: (f64, (f64, Vec<f64>)) = broken::value_and_grad(1.0, &[1.0]);
    let (_, pullback) = broken::vjp(1.0, &[1.0]);
    let _: (f64, Vec<f64>) = pullback(1.0);
    let (_, pullback) = broken::vjp_persistent(1.0, &[1.0]);
    let _: (f64, Vec<f64>) = pullback(1.0);
    let _: (f64, f64) = broken::jvp(1.0, &[1.0], 1.0, &[1.0]);
    let mut w_bar = [0.0];
    let mut x_bar = 0.0;
    let _: f64 = broken::value_and_grad_into(1.0, &[1.0], &mut x_bar, &mut w_bar);
    let _: f64 = broken::value_and_grad_add(1.0, &[1.0], &mut x_bar, &mut w_bar);
    let _: (f64, Vec<f64>) = caller::grad(1.0, &[1.0]);
}
