//! Differentiated functions of tensors.

mod fallible;
mod handed_over;
mod in_place;
mod lists;
mod models;
mod order_3;
mod values;

use differentiate::{Tensor, differentiate, stop_gradient};

/// Operands broadcast on both sides, numbers on either side, by value and by reference.
#[differentiate(order = 2)]
fn dense(x: &Tensor, w: &Tensor, b: &Tensor, scale: f64) -> Tensor {
    let y = (x * w + b).tanh() * scale;
    1.0 - &y / (y.exp() + 2.0) - b
}

/// A recurrence; `x` is used again and again.
#[differentiate(order = 2)]
fn recurrence(x: &Tensor, start: &Tensor, steps: usize) -> Tensor {
    let mut h = start * 1.0;
    for i in 0..steps {
        if i % 2 == 0 {
            h = (&h * x + start).sin();
        } else {
            h = -h.atan2(0.5);
        }
    }
    h * x.powi(2).sqrt()
}

#[differentiate(order = 2)]
fn by_value(x: Tensor<f32>) -> Tensor<f32> {
    let y = x.clone().abs();
    x * y.clone() + y.ln_1p()
}

fn examples() -> [Tensor; 3] {
    let x = Tensor::from([[0.1, 0.2, -0.3], [0.4, -0.5, 0.6]]);
    [x.t().t(), Tensor::from([[0.7], [-0.8]]), Tensor::from([1.5, 0.3, 0.9])]
}

#[test]
fn both_modes() {
    let [x, w, b] = examples();
    dense::check(&x, &w, &b, 0.7).unwrap();
    dense::check(&x.t(), &w.t(), &w.squeeze(1), 0.7).unwrap();
    dense::check(&Tensor::zeros([0, 3]), &b, &b.flip(0), 0.7).unwrap();
    recurrence::check(&x, &w, 5).unwrap();
    by_value::check(Tensor::from([0.5, -0.25])).unwrap();
}

/// The derivative of the pullback, by differences of it.
#[test]
fn order_2() {
    let [x, w, b] = examples();
    let seed = dense(&x, &w, &b, 0.7) * 0.5 + 1.0;
    let (x_dot, w_dot, b_dot) = (x.cos(), &w * 2.0, b.exp());
    let pull = |h: f64| {
        let at = [&x + &x_dot * h, &w + &w_dot * h, &b + &b_dot * h];
        dense::vjp(&at[0], &at[1], &at[2], 0.7 + 0.3 * h).1(seed.clone())
    };
    let ((_, _), pullback) = dense::forward_order_2(&x, &w, &b, &0.7, Some(&x_dot), Some(&w_dot), Some(&b_dot), Some(&0.3));
    use differentiate::rt::{Ignored, ShadowOps as _, seed as seeded, zeros};
    let out_bar = seeded::<Tensor>(&seed);
    let out_bar_dot = zeros(&seed);
    let (bars, dots) = ([zeros(&x), zeros(&w), zeros(&b)], [zeros(&x), zeros(&w), zeros(&b)]);
    let (scale_bar, scale_dot) = (zeros(&0.7), zeros(&0.7));
    pullback(
        &x,
        &w,
        &b,
        Ignored,
        Some(&x_dot),
        Some(&w_dot),
        Some(&b_dot),
        Ignored,
        &out_bar,
        &out_bar_dot,
        Some(&bars[0]),
        Some(&bars[1]),
        Some(&bars[2]),
        Some(&scale_bar),
        Some(&dots[0]),
        Some(&dots[1]),
        Some(&dots[2]),
        Some(&scale_dot),
    );
    let h = 1e-5;
    let (upper, lower) = (pull(h), pull(-h));
    let differences = [(upper.0 - lower.0), (upper.1 - lower.1), (upper.2 - lower.2)];
    for (dot, difference) in dots.iter().zip(differences) {
        let error = (dot.take_grad() - difference / (2.0 * h)).abs();
        assert!(error.to_vec().iter().all(|error| *error < 1e-8), "{error}");
    }
    assert!((scale_dot.get() - (upper.3 - lower.3) / (2.0 * h)).abs() < 1e-8);
}

/// One layer and a loss.
#[differentiate(order = 2)]
fn network(x: &Tensor, w: &Tensor, b: &Tensor, v: &Tensor, #[constant] labels: &[usize]) -> f64 {
    let h = (x.matmul(w) + b).sigmoid();
    let logits = h.matmul(v).softplus();
    logits.cross_entropy(labels) + w.square().sum() * 0.01
}

/// What puts elements elsewhere, and reductions, with indices computed on the way.
#[differentiate(order = 2)]
fn rearranged(x: &Tensor) -> f64 {
    let a = x.reshape([3, 2]).t();
    let parts = a.softmax(1).sum_axis(0) * x.slice(1).log_softmax(0);
    let mut total = x.slice((.., 1..)).max_axis(1).sum() * a.append(0, &a.flip(0)).cumsum(0).min();
    for i in 0..2 {
        total += x.index_axis(0, i).dot(&parts) * x.max();
    }
    let best: Tensor<usize> = stop_gradient(x).argmax_axis(1).expand(1);
    let taken = x.gather(1, [2, 0, 2]).take_along(1, &best).squeeze(1);
    total
        + taken.expand(0).broadcast_to([2, 2]).swap_axes(0, 1).square().flatten().log_sum_exp()
        + x.where_(&x.gt(0.3), &a.reshape([2, 3])).pad([(1, 0)], 0.5).var() * x.outer(&parts).norm()
        + x.prod() * x.clip(0.0, 0.5).mean()
}

/// Images.
#[differentiate(order = 2)]
fn seen(x: &Tensor, kernels: &Tensor) -> f64 {
    let y = x.conv2d(kernels, [1, 1], [1, 0]).gelu();
    let pooled = y.max_pool2d([2, 2], [1, 1]) + y.avg_pool2d([2, 2], [1, 1]).relu();
    pooled.permute([1, 0, 2, 3]).sum_axis_keep([0, 2]).square().sum() + pooled.min_axis(0).sum()
}

/// The Hessian times a direction, by differences of the gradient.
#[track_caller]
fn check_hvp(hvp: &[Tensor], upper: &[Tensor], lower: &[Tensor], h: f64) {
    for ((hvp, upper), lower) in hvp.iter().zip(upper).zip(lower) {
        let expected = (upper - lower) / (2.0 * h);
        let error = (hvp - &expected).abs().max() / (1.0 + expected.abs().max());
        assert!(error < 1e-8, "{hvp}\n{expected}");
    }
}

#[test]
fn methods() {
    let [x, ..] = examples();
    let w = Tensor::from([[0.7, 0.2], [0.8, -0.3], [0.5, 0.4]]);
    let (b, v) = (Tensor::from([0.7, 0.8]), Tensor::from([[0.7, 0.2, 0.3], [0.8, -0.3, 0.1]]));
    network::check(&x, &w, &b, &v, &[2, 0]).unwrap();
    rearranged::check(&x).unwrap();
    let (image, kernels) = (Tensor::from_fn([2, 2, 3, 4], wave), Tensor::from_fn([3, 2, 2, 2], wave));
    seen::check(&image, &kernels).unwrap();

    let h = 1e-5;
    let dots = [x.cos(), w.sin(), b.exp(), v.square()];
    let at = |h: f64| [&x + &dots[0] * h, &w + &dots[1] * h, &b + &dots[2] * h, &v + &dots[3] * h];
    let grad = |h: f64| {
        let [x, w, b, v] = at(h);
        let grad = network::grad(&x, &w, &b, &v, &[2, 0]);
        [grad.0, grad.1, grad.2, grad.3]
    };
    let hvp = network::hvp(&x, &w, &b, &v, &[2, 0], &dots[0], &dots[1], &dots[2], &dots[3]);
    check_hvp(&[hvp.0, hvp.1, hvp.2, hvp.3], &grad(h), &grad(-h), h);
    let grad = |h: f64| [rearranged::grad(&at(h)[0])];
    check_hvp(&[rearranged::hvp(&x, &dots[0])], &grad(h), &grad(-h), h);
    let (image_dot, kernels_dot) = (image.cos(), kernels.exp());
    let grad = |h: f64| {
        let (x_bar, k_bar) = seen::grad(&(&image + &image_dot * h), &(&kernels + &kernels_dot * h));
        [x_bar, k_bar]
    };
    let hvp = seen::hvp(&image, &kernels, &image_dot, &kernels_dot);
    check_hvp(&[hvp.0, hvp.1], &grad(h), &grad(-h), h);
}

/// Numbers without pattern.
fn wave(at: &[usize]) -> f64 {
    at.iter().fold(0.7, |sum, i| sum * 1.7 + *i as f64).sin()
}

/// What a `GradientTape` shows first.
#[differentiate]
fn square_of_the_sum(x: &Tensor) -> (f64, f64) {
    let y = x.sum();
    (y, y * y)
}

#[test]
fn gradient_tape() {
    let x = Tensor::ones([2, 2]);
    let (values, pullback) = square_of_the_sum::vjp_persistent(&x);
    assert_eq!(values, (4.0, 16.0));
    assert_eq!(pullback((0.0, 1.0)), Tensor::full([2, 2], 8.0));
    assert_eq!(pullback((1.0, 0.0)), Tensor::ones([2, 2]));
}
