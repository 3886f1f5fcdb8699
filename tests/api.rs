//! The companion's functions of order 1: what they take, return, write, and refuse.
// Clippy's lints do not count here, rustc's are denied, so it would find nothing; `tests/lints.rs` is there for them.
#![cfg(not(clippy))]
#![forbid(unsafe_code)]
#![deny(warnings)]
#![allow(clippy::all, reason = "forms that lints advise against are what is tested")]

use differentiate::differentiate;
use std::panic::catch_unwind;

#[differentiate]
fn square(x: f64) -> f64 {
    x * x
}

#[differentiate]
fn scaled(x: f64, w: &[f64], n: usize) -> f64 {
    x * w[n] * w[0]
}

#[differentiate]
fn both(x: f64) -> (f64, f64) {
    (x * x, 3.0 * x)
}

#[differentiate]
fn fill(out: &mut [f64], x: f64) {
    for (i, o) in out.iter_mut().enumerate() {
        *o *= x * (i + 1) as f64;
    }
}

#[differentiate]
fn pop_and_fill(out: &mut [f64], x: f64) -> f64 {
    let first = out[0];
    out[0] = x * out[1];
    first * x
}

/// `b` does not reach the result.
#[differentiate]
fn unconnected(a: f64, b: &[Vec<f64>], c: [f64; 2], d: (f64, usize)) -> f64 {
    let _ = b[0][0] * d.0;
    a * c[1]
}

#[differentiate]
fn order(first: f64, #[constant] second: f64, third: &[f64], fourth: [f64; 2]) -> f64 {
    first * 2.0 + second * 3.0 + third[0] * 4.0 + fourth[1] * 5.0
}

#[differentiate]
fn axis(v: [f64; 2], scale: f64) -> [f64; 3] {
    [v[0] * scale, v[1] * scale, v[0] * v[1]]
}

#[differentiate]
fn running(x: &[f64]) -> Vec<f64> {
    let mut out = x.to_vec();
    for i in 1..out.len() {
        out[i] += out[i - 1];
    }
    out
}

#[test]
fn grad_of_one_parameter_is_bare_and_of_several_a_tuple() {
    let alone: f64 = square::grad(3.0);
    assert_eq!(alone, 6.0);
    let several: (f64, Vec<f64>) = scaled::grad(2.0, &[3.0, 5.0], 1);
    assert_eq!(several, (15.0, vec![10.0, 6.0]));
}

#[test]
fn value_and_grad_returns_both() {
    assert_eq!(square::value_and_grad(3.0), (9.0, 6.0));
    assert_eq!(scaled::value_and_grad(2.0, &[3.0, 5.0], 1), (30.0, (15.0, vec![10.0, 6.0])));
}

#[test]
fn into_overwrites_and_add_adds() {
    let (mut x_bar, mut w_bar) = (100.0, vec![f64::NAN, 100.0]);
    assert_eq!(scaled::value_and_grad_into(2.0, &[3.0, 5.0], 1, &mut x_bar, &mut w_bar), 30.0);
    assert_eq!((x_bar, &w_bar[..]), (15.0, &[10.0, 6.0][..]));
    assert_eq!(scaled::value_and_grad_add(2.0, &[3.0, 5.0], 1, &mut x_bar, &mut w_bar), 30.0);
    assert_eq!((x_bar, &w_bar[..]), (30.0, &[20.0, 12.0][..]));
    // The buffer may be a part of something larger.
    let mut all = [1.0; 4];
    scaled::value_and_grad_into(2.0, &[3.0, 5.0], 1, &mut x_bar, &mut all[1..3]);
    assert_eq!(all, [1.0, 10.0, 6.0, 1.0]);
}

#[test]
fn a_buffer_of_the_wrong_length_panics_before_anything_is_written() {
    for by in [scaled::value_and_grad_into as fn(_, &_, _, &mut _, &mut _) -> _, scaled::value_and_grad_add] {
        for length in [0, 1, 3] {
            let (mut x_bar, mut w_bar) = (7.0, vec![7.0; length]);
            let result = catch_unwind(std::panic::AssertUnwindSafe(|| by(2.0, &[3.0, 5.0][..], 1, &mut x_bar, &mut w_bar[..])));
            let message = *result.expect_err("the lengths differ").downcast::<String>().expect("a message");
            assert!(message.contains("w"), "{message}");
            assert_eq!((x_bar, w_bar), (7.0, vec![7.0; length]));
        }
    }
}

#[test]
fn buffers_of_other_shapes() {
    #[differentiate]
    fn shapes(a: [f64; 2], b: &[[f64; 2]], c: &[Vec<f64>], d: (f64, f64)) -> f64 {
        a[0] * b[1][0] + c[0][1] * d.1 * a[1]
    }
    let (b, c) = ([[1.0, 2.0], [3.0, 4.0]], [vec![5.0, 6.0], vec![]]);
    let (mut a_bar, mut b_bar, mut d_bar) = ([9.0; 2], [[9.0; 2]; 2], (9.0, 9.0));
    let mut c_bar = [vec![9.0, 9.0], vec![]];
    let y = shapes::value_and_grad_into([0.5, 1.5], &b, &c, (2.0, 7.0), &mut a_bar, &mut b_bar, &mut c_bar, &mut d_bar);
    assert_eq!(y, 1.5 + 63.0);
    assert_eq!((a_bar, b_bar), ([3.0, 42.0], [[0.0, 0.0], [0.5, 0.0]]));
    assert_eq!((c_bar, d_bar), ([vec![0.0, 10.5], vec![]], (0.0, 9.0)));
}

#[test]
fn vjp_gives_the_value_before_the_pull() {
    let (y, pullback) = square::vjp(3.0);
    assert_eq!(y, 9.0);
    assert_eq!(pullback(0.5), 3.0);
}

#[test]
fn vjp_persistent_can_be_pulled_again() {
    let w = vec![3.0, 5.0];
    let (y, pullback) = scaled::vjp_persistent(2.0, &w, 0);
    assert_eq!(y, 18.0);
    for seed in [1.0, -2.0, 0.0, 1.0] {
        assert_eq!(pullback(seed), (9.0 * seed, vec![12.0 * seed, 0.0]));
    }
    drop(pullback);
    drop(w);
}

#[test]
fn several_results_take_several_cotangents() {
    let ((y, z), pullback) = both::vjp_persistent(2.0);
    assert_eq!((y, z), (4.0, 6.0));
    assert_eq!(pullback((1.0, 0.0)), 4.0);
    assert_eq!(pullback((0.0, 1.0)), 3.0);
    assert_eq!(pullback((1.0, 1.0)), 7.0);
    assert_eq!(both::jvp(2.0, 0.5), ((4.0, 6.0), (2.0, 1.5)));
}

#[test]
fn arrays_and_vecs_as_results() {
    let (y, pullback) = axis::vjp([2.0, 3.0], 10.0);
    assert_eq!(y, [20.0, 30.0, 6.0]);
    assert_eq!(pullback([1.0, 0.0, 1.0]), ([13.0, 2.0], 2.0));
    assert_eq!(axis::jvp([2.0, 3.0], 10.0, [1.0, 0.0], 1.0).1, [12.0, 3.0, 3.0]);

    let (y, pullback) = running::vjp(&[1.0, 2.0, 3.0]);
    assert_eq!(y, [1.0, 3.0, 6.0]);
    assert_eq!(pullback(vec![1.0, 10.0, 100.0]), [111.0, 110.0, 100.0]);
    assert_eq!(running::jvp(&[1.0, 2.0, 3.0], &[1.0, 0.0, -1.0]), (vec![1.0, 3.0, 6.0], vec![1.0, 1.0, 0.0]));
}

#[test]
fn mutable_parameters_are_inputs_and_outputs() {
    let mut out = [2.0, 3.0];
    let ((), pullback) = fill::vjp(&mut out, 10.0);
    assert_eq!(pullback(vec![1.0, 1.0]), (vec![10.0, 20.0], 8.0));
    assert_eq!(out, [20.0, 60.0]);

    // The cotangent of the returned value comes first.
    let mut out = [2.0, 3.0];
    let (first, pullback) = pop_and_fill::vjp_persistent(&mut out, 10.0);
    assert_eq!((first, out), (20.0, [30.0, 3.0]));
    assert_eq!(pullback(1.0, vec![0.0, 0.0]), (vec![10.0, 0.0], 2.0));
    assert_eq!(pullback(0.0, vec![1.0, 5.0]), (vec![0.0, 15.0], 3.0));
    assert_eq!(pullback(1.0, vec![1.0, 5.0]), (vec![10.0, 15.0], 5.0));
}

#[test]
fn jvp_updates_the_tangents_of_mutable_parameters() {
    let (mut out, mut out_dot) = ([2.0, 3.0], [1.0, 0.0]);
    fill::jvp(&mut out, 10.0, &mut out_dot, 1.0);
    assert_eq!((out, out_dot), ([20.0, 60.0], [12.0, 6.0]));

    let (mut out, mut out_dot) = ([2.0, 3.0], [1.0, 0.5]);
    assert_eq!(pop_and_fill::jvp(&mut out, 10.0, &mut out_dot, 0.0), (20.0, 10.0));
    assert_eq!((out, out_dot), ([30.0, 3.0], [5.0, 0.5]));
}

#[test]
fn into_buffers() {
    // Jᵀ w with respect to each parameter.
    let (mut v_bar, mut scale_bar) = ([9.0; 2], 9.0);
    assert_eq!(axis::vjp_into([2.0, 3.0], 10.0, &[1.0, 0.0, 1.0], &mut v_bar, &mut scale_bar), [20.0, 30.0, 6.0]);
    assert_eq!((v_bar, scale_bar), ([13.0, 2.0], 2.0));

    let mut x_bar = [9.0; 3];
    running::vjp_into(&[1.0, 2.0, 3.0], &[1.0, 10.0, 100.0], &mut x_bar);
    assert_eq!(x_bar, [111.0, 110.0, 100.0]);

    // J v.
    let mut y_dot = [9.0; 3];
    assert_eq!(axis::jvp_into([2.0, 3.0], 10.0, [1.0, 0.0], 1.0, &mut y_dot), [20.0, 30.0, 6.0]);
    assert_eq!(y_dot, [12.0, 3.0, 3.0]);

    let mut slope = 9.0;
    assert_eq!(square::jvp_into(3.0, 0.5, &mut slope), 9.0);
    assert_eq!(slope, 3.0);

    // A right-hand side that fills its output: the buffer of the output holds the cotangent, then the gradient.
    let (mut out, mut out_bar, mut x_bar) = ([2.0, 3.0], [1.0, 1.0], 9.0);
    fill::vjp_into(&mut out, 10.0, &mut out_bar, &mut x_bar);
    assert_eq!((out, out_bar, x_bar), ([20.0, 60.0], [10.0, 20.0], 8.0));

    let (mut out, mut out_dot) = ([2.0, 3.0], [1.0, 0.0]);
    fill::jvp_into(&mut out, 10.0, &mut out_dot, 1.0);
    assert_eq!((out, out_dot), ([20.0, 60.0], [12.0, 6.0]));
}

#[test]
fn unconnected_parameters_get_zeros_of_their_shape() {
    let b = [vec![1.0, 2.0], vec![], vec![3.0]];
    let (a_bar, b_bar, c_bar, d_bar) = unconnected::grad(2.0, &b, [3.0, 5.0], (1.0, 4));
    assert_eq!((a_bar, c_bar), (5.0, [0.0, 2.0]));
    assert_eq!(b_bar, [vec![0.0, 0.0], vec![], vec![0.0]]);
    assert_eq!(d_bar, (0.0, ()));
}

#[test]
fn gradients_come_in_the_order_of_the_parameters() {
    assert_eq!(order::grad(1.0, 1.0, &[1.0], [1.0, 1.0]), (2.0, vec![4.0], [0.0, 5.0]));
    assert_eq!(order::jvp(1.0, 1.0, &[1.0], [1.0, 1.0], 1.0, &[10.0], [100.0, 1000.0]).1, 2.0 + 40.0 + 5000.0);
}

#[test]
fn check_finds_nothing_wrong() {
    square::check(3.0).expect("the derivatives agree");
    scaled::check(2.0, &[3.0, 5.0], 1).expect("the derivatives agree");
    let mut out = [2.0, 3.0];
    pop_and_fill::check(&mut out, 10.0).expect("the derivatives agree");
    assert_eq!(out, [2.0, 3.0], "check leaves its arguments alone");
}

/// Companion and function travel together through `use`.
mod deep {
    pub(crate) mod inner {
        use differentiate::differentiate;

        #[differentiate]
        pub(crate) fn cube(x: f64) -> f64 {
            x * x * x
        }
    }
    pub(crate) use inner::cube;
}

#[test]
fn companions_are_imported_with_their_functions() {
    use deep::cube;
    use deep::inner::cube as renamed;
    assert_eq!((cube(2.0), cube::grad(2.0), renamed::grad(2.0)), (8.0, 12.0, 12.0));
}
