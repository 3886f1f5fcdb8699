//! Inner product of two vectors.

use super::{Program, Size, numbers};
use differentiate::differentiate;

#[differentiate]
pub(crate) fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(a, b)| a * b).sum()
}

fn by_hand(x: &[f64], y: &[f64], x_bar: &mut [f64], y_bar: &mut [f64]) -> f64 {
    let n = x.len();
    let (y, x_bar, y_bar) = (&y[..n], &mut x_bar[..n], &mut y_bar[..n]);
    let mut value = 0.0;
    for i in 0..n {
        value += x[i] * y[i];
        x_bar[i] = y[i];
        y_bar[i] = x[i];
    }
    value
}

pub(crate) fn program(size: Size) -> Program {
    let n = size.pick(9, 1_000_000);
    Program {
        name: "dot product, n = 1e6",
        arguments: vec![numbers(1, n), numbers(2, n)],
        primal: Box::new(|a| dot(&a[0], &a[1])),
        differentiated: Box::new(|a, bar| {
            let [x_bar, y_bar] = &mut bar[..] else { unreachable!("two arguments") };
            dot::value_and_grad_into(&a[0], &a[1], x_bar, y_bar)
        }),
        by_hand: Box::new(|a, bar| {
            let [x_bar, y_bar] = &mut bar[..] else { unreachable!("two arguments") };
            by_hand(&a[0], &a[1], x_bar, y_bar)
        }),
        hvp: None,
    }
}
