//! What may fail, with `?`, and the larger and smaller of two.

use differentiate::{ShapeError, Tensor, differentiate};

use super::check_hvp;

/// As many rows as fit.
#[differentiate(order = 2)]
fn in_rows(x: &Tensor, columns: usize) -> Result<f64, ShapeError> {
    let rows = (x * x).try_reshape([x.len_of(0) / columns, columns])?;
    let weights = rows.sin().mean_axis_keep(0).try_broadcast_to([2, columns])?;
    Ok((weights.exp() * 2.0).sum() + rows.prod())
}

#[differentiate]
fn or_flat(x: &Tensor, columns: usize) -> f64 {
    match x.try_reshape([2, columns]) {
        Ok(rows) => (rows.t() * 3.0).square().sum(),
        Err(_) => x.sum(),
    }
}

#[test]
fn results() {
    let x = Tensor::from([0.3, -0.7, 1.1, 0.2, 0.9, -0.4]);
    in_rows::check(&x, 3).unwrap();
    in_rows::check(&x, 2).unwrap();
    let failed = in_rows::grad(&x, 4);
    assert_eq!(failed.unwrap_err().to_string(), "the shape [6] does not become [1, 4]");
    assert!(in_rows::jvp(&x, 4, &x).is_err());
    or_flat::check(&x, 3).unwrap();
    assert_eq!(or_flat::grad(&x, 4), Tensor::ones([6]));
}

#[differentiate(order = 2)]
#[allow(clippy::manual_unwrap_or, reason = "arms are what is tested")]
fn or_zero(x: &Tensor, columns: usize) -> f64 {
    match in_rows(x, columns) {
        Ok(sum) => sum,
        Err(_) => 0.0,
    }
}

#[test]
fn results_at_order_2() {
    let (x, h) = (Tensor::from([0.3, -0.7, 1.1, 0.2, 0.9, -0.4]), 1e-5);
    let x_dot = x.cos();
    let grad = |h: f64| [or_zero::grad(&(&x + &x_dot * h), 3)];
    check_hvp(&[or_zero::hvp(&x, 3, &x_dot)], &grad(h), &grad(-h), h);
    assert_eq!(or_zero::hvp(&x, 4, &x_dot), Tensor::zeros([6]));
}

/// With tensors that broadcast and with numbers, which may vary.
#[differentiate(order = 2)]
fn limited(x: &Tensor, y: &Tensor, low: f64) -> f64 {
    let larger = x.maximum(y) * 2.0;
    let between = larger.minimum(1.5).maximum(low);
    (between.minimum(&(x * y)).exp() + y.minimum(x).sin()).sum()
}

#[test]
fn larger_and_smaller() {
    let x = Tensor::from([[0.3, -0.7, 1.1], [0.2, 0.9, -0.4]]);
    let y = Tensor::from([[0.1], [0.6]]);
    for (x, y) in [(x.clone(), y.clone()), (y.clone(), x.flip(1)), (x.t().t(), x.cos())] {
        limited::check(&x, &y, 0.25).unwrap();
        let (x_dot, y_dot, h) = (x.sin(), y.exp(), 1e-6);
        let grad = |h: f64| {
            let (x_bar, y_bar, low_bar) = limited::grad(&(&x + &x_dot * h), &(&y + &y_dot * h), 0.25 + h);
            [x_bar, y_bar, Tensor::scalar(low_bar)]
        };
        let hvp = limited::hvp(&x, &y, 0.25, &x_dot, &y_dot, 1.0);
        check_hvp(&[hvp.0, hvp.1, Tensor::scalar(hvp.2)], &grad(h), &grad(-h), h);
    }
    // A tie is the first operand's, and a NaN gives way.
    let tie = Tensor::from([2.0, f64::NAN, 2.0]);
    let (x_bar, y_bar) = larger::grad(&tie, &Tensor::from([2.0, 2.0, f64::NAN]));
    assert_eq!((x_bar.to_vec(), y_bar.to_vec()), (vec![1.0, 0.0, 1.0], vec![0.0, 1.0, 0.0]));
}

/// Extrema along several axes; what they are compared with and where they are carries nothing.
#[differentiate(order = 2)]
fn extrema(x: &Tensor) -> f64 {
    let spread = x.max_axis_keep([0, 2]) - x.min_axis_keep([2, 0]).sin();
    let best: Tensor<usize> = x.argmax_axis_keep(2);
    let rows = x.take_along(2, &best) * x.max_axis([1]).sum_axis(1).exp().sum();
    let mask: Tensor<bool> = x.gt(0.0);
    (x * spread).square().sum() + rows.where_(&mask.any_axis_keep(2), &(rows.clone() * 2.0)).sum() * x.min_axis([0, 1, 2]).sum()
}

#[test]
fn along_several_axes() {
    let x = Tensor::from_fn([2, 3, 2], super::wave);
    for x in [x.clone(), x.t().flip(0), x.slice((.., 1..2))] {
        extrema::check(&x).unwrap();
        let (x_dot, h) = (x.cos(), 1e-6);
        let grad = |h: f64| [extrema::grad(&(&x + &x_dot * h))];
        check_hvp(&[extrema::hvp(&x, &x_dot)], &grad(h), &grad(-h), h);
    }
}

#[differentiate]
fn larger(x: &Tensor, y: &Tensor) -> f64 {
    x.maximum(y).sum()
}
