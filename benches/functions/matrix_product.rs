//! Squared Frobenius norm of a product of two square matrices.

use super::{Program, Size, add_scaled, fast_dot, numbers};
use differentiate::differentiate;

/// `c += a b`, all three n × n, row by row.
#[differentiate]
pub(crate) fn multiply(a: &[f64], b: &[f64], c: &mut [f64], n: usize) {
    for i in 0..n {
        for k in 0..n {
            let a_ik = a[i * n + k];
            for j in 0..n {
                c[i * n + j] += a_ik * b[k * n + j];
            }
        }
    }
}

#[differentiate]
pub(crate) fn product_norm(a: &[f64], b: &[f64], n: usize) -> f64 {
    let mut c = vec![0.0; n * n];
    multiply(a, b, &mut c, n);
    c.iter().map(|v| v * v).sum()
}

fn by_hand(a: &[f64], b: &[f64], n: usize, a_bar: &mut [f64], b_bar: &mut [f64]) -> f64 {
    let mut c = vec![0.0; n * n];
    multiply(a, b, &mut c, n);
    let value = c.iter().map(|v| v * v).sum();
    for v in &mut c {
        *v *= 2.0;
    }
    b_bar.fill(0.0);
    for i in 0..n {
        let c_bar_row = &c[i * n..][..n];
        for k in 0..n {
            let row = k * n..k * n + n;
            a_bar[i * n + k] = fast_dot(c_bar_row, &b[row.clone()]);
            add_scaled(&mut b_bar[row], a[i * n + k], c_bar_row);
        }
    }
    value
}

pub(crate) fn program(size: Size) -> Program {
    let n = size.pick(3, 128);
    Program {
        name: "matrix product, n = 128",
        arguments: vec![numbers(5, n * n), numbers(6, n * n)],
        primal: Box::new(move |a| product_norm(&a[0], &a[1], n)),
        differentiated: Box::new(move |a, bar| {
            let [a_bar, b_bar] = &mut bar[..] else { unreachable!("two arguments") };
            product_norm::value_and_grad_into(&a[0], &a[1], n, a_bar, b_bar)
        }),
        by_hand: Box::new(move |a, bar| {
            let [a_bar, b_bar] = &mut bar[..] else { unreachable!("two arguments") };
            by_hand(&a[0], &a[1], n, a_bar, b_bar)
        }),
        hvp: None,
    }
}
