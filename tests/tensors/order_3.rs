//! Derivatives of order 3, of operators and of methods, by differences of those of order 2; and of order 4, the highest.

use differentiate::{Tensor, differentiate};

use super::{check_hvp, wave};

#[differentiate(order = 3)]
fn operators(x: &Tensor, w: &Tensor, scale: f64) -> f64 {
    let y = (x * w + scale).tanh() / (w.exp() + 2.0);
    let z = 1.0 - &y * scale + y.powi(3) - x.powf(2.5);
    (z.mul_add(&y, x) * z.atan2(&w.exp())).sum()
}

#[differentiate(order = 3)]
fn methods(x: &Tensor, w: &Tensor) -> f64 {
    let h = x.matmul(w).sigmoid();
    let joined = Tensor::concat(0, &[h.clone(), h.square().flip(0)]);
    joined.softmax(1).slice((1.., ..)).log_sum_exp() + h.cross_entropy([1, 0]) + joined.var() * h.norm()
}

#[test]
fn by_differences() {
    let x = Tensor::from_fn([2, 3], wave).square() + 0.3;
    let (w, h) = (Tensor::from_fn([3], wave), 1e-5);
    let (x_dot, w_dot, x_dot2, w_dot2) = (x.cos(), w.exp(), x.sin(), w.square());
    let hvp = |h: f64| {
        let at = [&x + &x_dot2 * h, &w + &w_dot2 * h];
        let hvp = operators::hvp(&at[0], &at[1], 0.7 + 0.4 * h, &x_dot, &w_dot, 0.3);
        [hvp.0, hvp.1, Tensor::scalar(hvp.2)]
    };
    let third = operators::hvp_dot(&x, &w, 0.7, &x_dot, &w_dot, 0.3, &x_dot2, &w_dot2, 0.4);
    check_hvp(&[third.0, third.1, Tensor::scalar(third.2)], &hvp(h), &hvp(-h), h);
}

#[test]
fn of_methods() {
    let (x, w, h) = (Tensor::from_fn([2, 3], wave).t().t(), Tensor::from_fn([2, 3], wave).t(), 1e-5);
    let (x_dot, w_dot, x_dot2, w_dot2) = (x.cos(), w.exp(), x.sin(), w.square());
    let hvp = |h: f64| {
        let hvp = methods::hvp(&(&x + &x_dot2 * h), &(&w + &w_dot2 * h), &x_dot, &w_dot);
        [hvp.0, hvp.1]
    };
    let third = methods::hvp_dot(&x, &w, &x_dot, &w_dot, &x_dot2, &w_dot2);
    check_hvp(&[third.0, third.1], &hvp(h), &hvp(-h), h);
}

#[differentiate(order = 4)]
fn fourth_powers(x: &Tensor, w: &Tensor) -> f64 {
    (x.square().square() * w).sum()
}

#[test]
fn order_4() {
    let (x, w) = (Tensor::from([0.5, -2.0]), Tensor::from([3.0, 0.25]));
    let (a, b, c) = (Tensor::from([1.0, 2.0]), Tensor::from([-1.0, 0.5]), Tensor::from([2.0, 4.0]));
    let zero = Tensor::zeros([2]);
    let (x_bar, w_bar) = fourth_powers::hvp_dot_dot(&x, &w, &a, &zero, &b, &zero, &c, &zero);
    assert_eq!(x_bar, 24.0 * &w * &a * &b * &c);
    assert_eq!(w_bar, 24.0 * &x * &a * &b * &c);
}
