//! A function of three scalars; its derivative must not allocate.

use super::{Program, Size};
use differentiate::differentiate;

#[differentiate]
pub(crate) fn scalar(x: f64, y: f64, z: f64) -> f64 {
    let a = x * y + z.sin();
    let b = (a * a + 1.0).sqrt();
    let c = if a > 0.0 { b.ln() * y } else { b * z };
    c * (-x).exp() + a / b
}

fn by_hand(x: f64, y: f64, z: f64) -> (f64, [f64; 3]) {
    let (sin_z, cos_z) = z.sin_cos();
    let a = x * y + sin_z;
    let b = (a * a + 1.0).sqrt();
    let e = (-x).exp();
    let (c, c_b, c_y, c_z) = if a > 0.0 {
        let ln_b = b.ln();
        (ln_b * y, y / b, ln_b, 0.0)
    } else {
        (b * z, z, 0.0, b)
    };
    let b_bar = e * c_b - a / (b * b);
    let a_bar = 1.0 / b + b_bar * a / b;
    (c * e + a / b, [a_bar * y - c * e, a_bar * x + e * c_y, a_bar * cos_z + e * c_z])
}

pub(crate) fn program(_: Size) -> Program {
    Program {
        name: "scalar function of three variables",
        arguments: vec![vec![0.7], vec![1.3], vec![-0.4]],
        primal: Box::new(|a| scalar(a[0][0], a[1][0], a[2][0])),
        differentiated: Box::new(|a, bar| {
            let [x_bar, y_bar, z_bar] = &mut bar[..] else { unreachable!("three arguments") };
            scalar::value_and_grad_into(a[0][0], a[1][0], a[2][0], &mut x_bar[0], &mut y_bar[0], &mut z_bar[0])
        }),
        by_hand: Box::new(|a, bar| {
            let (value, gradient) = by_hand(a[0][0], a[1][0], a[2][0]);
            for (bar, g) in bar.iter_mut().zip(gradient) {
                bar[0] = g;
            }
            value
        }),
        hvp: None,
    }
}
