//! Rosenbrock's function in n dimensions.

use super::{Program, Size, numbers};
use differentiate::differentiate;

#[differentiate(order = 2)]
pub(crate) fn rosenbrock(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() - 1 {
        let a = x[i + 1] - x[i] * x[i];
        let b = 1.0 - x[i];
        sum += 100.0 * a * a + b * b;
    }
    sum
}

/// The sum runs in the function's own order and so one element at a time; the gradient in a loop of its own vectorises.
fn by_hand(x: &[f64], x_bar: &mut [f64]) -> f64 {
    let n = x.len();
    let slope = |here: f64, right: f64| -400.0 * (right - here * here) * here - 2.0 * (1.0 - here);
    x_bar[0] = slope(x[0], x[1]);
    for (x_bar, w) in x_bar[1..n - 1].iter_mut().zip(x.windows(3)) {
        *x_bar = 200.0 * (w[1] - w[0] * w[0]) + slope(w[1], w[2]);
    }
    x_bar[n - 1] = 200.0 * (x[n - 1] - x[n - 2] * x[n - 2]);
    rosenbrock(x)
}

pub(crate) fn program(size: Size) -> Program {
    Program {
        name: "Rosenbrock, n = 1e5",
        arguments: vec![numbers(3, size.pick(8, 100_000))],
        primal: Box::new(|a| rosenbrock(&a[0])),
        differentiated: Box::new(|a, bar| rosenbrock::value_and_grad_into(&a[0], &mut bar[0])),
        by_hand: Box::new(|a, bar| by_hand(&a[0], &mut bar[0])),
        hvp: Some(Box::new(|a, dot, hvp| rosenbrock::hvp_into(&a[0], &dot[0], &mut hvp[0]))),
    }
}
