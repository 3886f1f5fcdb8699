//! What Jacobians and Hessians look like, and what is checked before they are computed.

use differentiate::{Differentiable, Real, Tensor, differentiate};

#[differentiate(order = 2)]
fn square(x: f64) -> f64 {
    x * x
}

#[differentiate]
fn polar(p: [f64; 2]) -> [f64; 3] {
    [p[0] * p[1].cos(), p[0] * p[1].sin(), p[0]]
}

/// Two results for each `x`.
#[differentiate]
fn map(x: &[f64], k: f64) -> Vec<f64> {
    let mut out = Vec::new();
    for i in 0..x.len() {
        out.push(x[i] * x[i] * k);
        out.push(x[i].sin());
    }
    out
}

/// A right-hand side as solvers call it.
#[differentiate]
fn pendulum(t: f64, y: &[f64], dy: &mut [f64]) {
    dy[0] = y[1] * t;
    dy[1] = -y[0].sin();
}

#[differentiate]
fn mixed(x: &[f64; 2], w: f32, n: usize) -> (f64, usize, [f32; 2]) {
    (x[0] * x[1], n, [w * w, x[0] as f32 * w])
}

#[differentiate]
fn generic<T: Real, const N: usize>(x: &[T; N]) -> [T; N] {
    let mut out = *x;
    for i in 1..N {
        out[i] = out[i - 1] * x[i];
    }
    out
}

#[differentiate]
fn rows(a: &[[f64; 2]], b: Vec<Vec<f64>>) -> Vec<[f64; 2]> {
    let mut out = a.to_vec();
    for i in 0..a.len() {
        out[i][0] = a[i][1] * b[0][i];
    }
    out
}

#[differentiate(order = 2)]
fn energy(x: &[f64], k: [f64; 2]) -> f64 {
    let mut sum = 0.0;
    for i in 1..x.len() {
        sum += k[0] * (x[i] - x[i - 1]).powi(2) + k[1] * x[i].powi(4);
    }
    sum
}

#[differentiate(order = 2)]
fn accumulate(x: f64, out: &mut [f64]) -> f64 {
    out[0] *= x;
    out[1] += x * x;
    out[0] * out[1]
}

#[derive(Clone, Debug, Differentiable)]
struct Spring {
    stiffness: f64,
    rest: [f64; 2],
}

#[differentiate(order = 2)]
impl Spring {
    fn force(&self, x: &[f64; 2]) -> [f64; 2] {
        [self.stiffness * (self.rest[0] - x[0]), self.stiffness * (self.rest[1] - x[1])]
    }

    fn energy(&self, x: &[f64; 2]) -> f64 {
        0.5 * self.stiffness * ((x[0] - self.rest[0]).powi(2) + (x[1] - self.rest[1]).powi(2))
    }
}

#[differentiate]
fn checked(x: &[f64; 2]) -> Result<f64, String> {
    if x[0] < 0.0 {
        return Err("negative".to_owned());
    }
    Ok(x[0].sqrt() * x[1])
}

/// A struct counts as one axis, of all its floats.
#[test]
fn methods_and_structs() {
    let spring = Spring { stiffness: 2.0, rest: [1.0, 0.5] };
    let (j_self, j_x) = spring.force_jacobian(&[0.5, 2.0]);
    assert_eq!(j_self, Tensor::from_shape_vec([2, 3], vec![0.5, 2.0, 0.0, -1.5, 0.0, 2.0]));
    assert_eq!(j_x, [[-2.0, 0.0], [0.0, -2.0]]);
    let ((_, _), (x_self, xx)) = spring.energy_hessian(&[0.5, 2.0]);
    assert_eq!((x_self.shape(), x_self.to_vec()), ([2, 3].as_slice(), vec![-0.5, -2.0, 0.0, 1.5, 0.0, -2.0]));
    assert_eq!(xx, [[2.0, 0.0], [0.0, 2.0]]);
}

#[test]
fn results_that_may_be_missing() {
    assert_eq!(checked::jacobian(&[4.0, 3.0]), Tensor::from_shape_vec([1, 2], vec![0.75, 2.0]));
    assert_eq!(checked::jacobian_fwd(&[4.0, 3.0]).to_vec(), [0.75, 2.0]);
    assert_eq!(checked::jacobian(&[-4.0, 3.0]).shape(), [0, 2]);
}

#[test]
fn arrays_make_arrays() {
    assert_eq!(square::jacobian(3.0), 6.0);
    assert_eq!(square::hessian(3.0), 2.0);
    let j: [[f64; 2]; 3] = polar::jacobian([2.0, 0.0]);
    assert_eq!(j, [[1.0, 0.0], [0.0, 2.0], [1.0, 0.0]]);
    assert_eq!(generic::jacobian(&[2.0_f32, 3.0, 5.0]), [[1.0_f32, 0.0, 0.0], [3.0, 2.0, 0.0], [15.0, 10.0, 6.0]]);
}

#[test]
fn lengths_at_run_time_make_tensors() {
    let (j_x, j_k) = map::jacobian(&[1.0, 2.0, 3.0], 0.5);
    assert_eq!(j_x.shape(), [6, 3]);
    assert_eq!(j_x.to_vec()[6..12], [0.0, 2.0, 0.0, 0.0, 2.0_f64.cos(), 0.0]);
    assert_eq!(j_k, Tensor::from_shape_vec([6], vec![1.0, 0.0, 4.0, 0.0, 9.0, 0.0]));
    let (j_a, j_b) = rows::jacobian(&[[1.0, 2.0]; 3], vec![vec![5.0, 6.0, 7.0]]);
    assert_eq!(j_a.shape(), [3, 2, 3, 2]);
    assert_eq!((j_a[[1, 0, 1, 1]], j_a[[1, 1, 1, 1]], j_a[[1, 0, 0, 1]]), (6.0, 1.0, 0.0));
    assert_eq!(j_b.shape(), [3, 2, 3]);
    assert_eq!(j_b[[2, 0, 2]], 2.0);
}

#[test]
fn several_results_make_tuples() {
    let ((ax, aw), (bx, bw)) = mixed::jacobian(&[2.0, 3.0], 0.5, 7);
    assert_eq!((ax, aw, bx, bw), ([3.0, 2.0], 0.0, [[0.0, 0.0], [0.5, 0.0]], [1.0, 2.0]));
    let (mut yx, mut yw, mut zx, mut zw) = ([9.0; 2], [9.0; 1], [9.0; 4], [9.0; 2]);
    let y = mixed::jacobian_into(&[2.0, 3.0], 0.5, 7, &mut yx, &mut yw, &mut zx, &mut zw);
    assert_eq!(y, (6.0, 7, [0.25, 1.0]));
    assert_eq!((yx, yw, zx, zw), (ax, [aw], [0.0, 0.0, 0.5, 0.0], bw));
}

#[test]
fn memory_is_input_and_output() {
    let (y, mut dy) = ([0.3, 0.4], [7.0; 2]);
    let expected = ([0.4, 0.0], [0.0, 2.0, -0.3_f64.cos(), 0.0], [0.0; 4]);
    for jacobian in [pendulum::jacobian, pendulum::jacobian_fwd, pendulum::jacobian_rev] {
        dy = [7.0; 2];
        let (j_t, j_y, j_dy) = jacobian(2.0, &y, &mut dy);
        assert_eq!(dy, [0.8, -0.3_f64.sin()], "as the call leaves it");
        assert_eq!((j_t.to_vec(), j_y.to_vec(), j_dy.to_vec()), (expected.0.into(), expected.1.into(), expected.2.into()));
    }
    let (mut j_t, mut j_y, mut j_dy) = ([9.0; 2], [9.0; 4], [9.0; 4]);
    pendulum::jacobian_into(2.0, &y, &mut dy, &mut j_t, &mut j_y, &mut j_dy);
    assert_eq!((j_t, j_y, j_dy), expected);
}

#[test]
fn hessians_by_blocks() {
    let ((xx, xk), (kx, kk)) = energy::hessian(&[0.1, 0.5, 0.9], [2.0, 3.0]);
    assert_eq!((xx.shape(), xk.shape(), kx.shape()), ([3, 3].as_slice(), [3, 2].as_slice(), [2, 3].as_slice()));
    assert!((xx[[1, 1]] - (4.0 * 2.0 + 36.0 * 0.25)).abs() < 1e-12);
    assert_eq!((xx[[0, 1]], xk[[0, 0]], kx[[0, 0]], kk), (-4.0, -0.8, -0.8, [[0.0; 2]; 2]));
    let mut out = [2.0, 3.0];
    let ((xx, _), (_, oo)) = accumulate::hessian(1.5, &mut out);
    assert_eq!((xx, oo.to_vec(), out), (18.0, vec![0.0, 1.5, 1.5, 0.0], [2.0, 3.0]));
}

#[test]
fn nothing_in_or_out() {
    let (j_x, j_k) = map::jacobian(&[], 0.5);
    assert_eq!((j_x.shape(), j_k.shape()), ([0, 0].as_slice(), [0].as_slice()));
    map::jacobian_into(&[], 0.5, &mut [], &mut []);
    assert_eq!(energy::hessian(&[], [1.0, 2.0]).0.0.shape(), [0, 0]);
}

#[test]
#[should_panic(expected = "`j_x` has length 4, but the derivatives are 6 × 3")]
fn buffers_have_the_right_length() {
    map::jacobian_into(&[1.0, 2.0, 3.0], 0.5, &mut [0.0; 4], &mut [0.0; 6]);
}

/// Whatever the mode, nothing is written before the lengths are found to be wrong.
#[test]
fn nothing_is_written_for_wrong_lengths() {
    for (mut j_x, mut j_k) in [(vec![7.0; 18], vec![7.0; 5]), (vec![7.0; 6], vec![7.0; 6])] {
        let run = std::panic::AssertUnwindSafe(|| map::jacobian_into(&[1.0, 2.0, 3.0], 0.5, &mut j_x, &mut j_k));
        std::panic::catch_unwind(run).unwrap_err();
        assert!(j_x.iter().chain(&j_k).all(|float| *float == 7.0));
    }
}
