//! GradBench's gradient descent, of functions that are not differentiated again.

/// From `start` to a minimum of `f`, which returns the value and the gradient.
pub(crate) fn argmin<const N: usize>(f: impl Fn([f64; N]) -> (f64, [f64; N]), start: [f64; N]) -> [f64; N] {
    let norm = |v: [f64; N]| v.iter().map(|v| v * v).sum::<f64>().sqrt();
    let (mut x, mut eta, mut steps) = (start, 1e-5, 0);
    let (mut value, mut gradient) = f(x);
    while norm(gradient) > 1e-5 {
        if steps == 10 {
            (eta, steps) = (eta * 2.0, 0);
            continue;
        }
        let next: [f64; N] = std::array::from_fn(|i| x[i] - eta * gradient[i]);
        if norm(std::array::from_fn(|i| x[i] - next[i])) <= 1e-5 {
            break;
        }
        let (next_value, next_gradient) = f(next);
        if next_value < value {
            (x, value, gradient, steps) = (next, next_value, next_gradient, steps + 1);
        } else {
            (eta, steps) = (eta / 2.0, 0);
        }
    }
    x
}
