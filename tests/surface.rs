//! What a companion offers, and how it treats buffers and shapes.

#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unused_results, unused_qualifications)]
#![allow(clippy::needless_lifetimes, reason = "a named lifetime is what is tested")]

use std::panic::{AssertUnwindSafe, UnwindSafe, catch_unwind};

use differentiate::{CheckError, Real, differentiate};

/// One parameter of each sort that is not memory to write to.
#[differentiate]
fn dot(x: f64, w: &[f64], n: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..n {
        sum += x * w[i];
    }
    sum
}

#[differentiate]
fn scale(x: f64, out: &mut [f64]) {
    for i in 0..out.len() {
        out[i] *= x;
    }
}

#[differentiate]
fn scale_and_sum(x: f64, out: &mut [f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..out.len() {
        out[i] *= x;
        sum += out[i];
    }
    sum
}

#[differentiate]
fn pair(y: f64, y_bar: f64) -> (f64, f64) {
    (y * y_bar, y + y_bar)
}

#[differentiate]
fn double(v: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; v.len()];
    for i in 0..v.len() {
        out[i] = 2.0 * v[i];
    }
    out
}

#[differentiate]
fn generic<'a, T: Real, const N: usize>(x: &'a [T; N], k: T) -> T {
    x[N - 1] * k
}

#[differentiate]
fn through(g: impl Fn(usize) -> f64, rows: &[&[f64]], k: &f64) -> f64 {
    rows[0][1] * g(2) * k
}

#[test]
fn gradients() {
    let w = [1.0, 2.0, 3.0];
    assert_eq!(dot::grad(2.0, &w, 3), (6.0, vec![2.0; 3]));
    assert_eq!(dot::value_and_grad(2.0, &w, 3), (12.0, (6.0, vec![2.0; 3])));
    assert_eq!(generic::grad(&[1.0, 2.0], 3.0), ([0.0, 3.0], 2.0));
    assert_eq!(generic::grad(&[1.0_f32, 2.0], 3.0), ([0.0, 3.0], 2.0));
    assert_eq!(through::grad(|n| n as f64, &[&[1.0, 3.0]], &5.0), (vec![vec![0.0, 10.0]], 6.0));
}

#[test]
fn buffers_are_overwritten_or_added_to() {
    let w = [1.0, 2.0, 3.0];
    let (mut x_bar, mut w_bar) = (7.0, [7.0; 3]);
    assert_eq!(dot::value_and_grad_into(2.0, &w, 3, &mut x_bar, &mut w_bar), 12.0);
    assert_eq!((x_bar, w_bar), (6.0, [2.0; 3]));
    assert_eq!(dot::value_and_grad_add(2.0, &w, 3, &mut x_bar, &mut w_bar), 12.0);
    assert_eq!((x_bar, w_bar), (12.0, [4.0; 3]));
    assert_eq!(dot::vjp_into(2.0, &w, 3, 10.0, &mut x_bar, &mut w_bar), 12.0);
    assert_eq!((x_bar, w_bar), (60.0, [20.0; 3]));
    // What the buffer of an `&mut` parameter held is no cotangent here.
    let (mut x_bar, mut out_bar) = (0.0, [1.0, 10.0]);
    assert_eq!(scale_and_sum::value_and_grad_into(3.0, &mut [1.0, 2.0], &mut x_bar, &mut out_bar), 9.0);
    assert_eq!((x_bar, out_bar), (3.0, [3.0, 3.0]));
    assert_eq!(scale_and_sum::value_and_grad_add(3.0, &mut [1.0, 2.0], &mut x_bar, &mut out_bar), 9.0);
    assert_eq!((x_bar, out_bar), (6.0, [6.0, 6.0]));
}

#[test]
fn pullbacks() {
    let (_, pullback) = dot::vjp_persistent(2.0, &[1.0, 2.0], 2);
    assert_eq!((pullback(1.0).0, pullback(2.0).0), (3.0, 6.0));
    let ((a, b), pullback) = pair::vjp(2.0, 5.0);
    assert_eq!((a, b, pullback((1.0, 10.0))), (10.0, 7.0, (15.0, 12.0)));
    let (v, pullback) = double::vjp(&[1.0, 2.0]);
    assert_eq!((v, pullback(vec![1.0, 3.0])), (vec![2.0, 4.0], vec![2.0, 6.0]));
}

#[test]
fn memory_is_input_and_output() {
    let mut out = [1.0, 2.0];
    let ((), pullback) = scale::vjp(3.0, &mut out);
    assert_eq!(out, [3.0, 6.0]);
    // The pullback does not hold it.
    out.fill(0.0);
    assert_eq!(pullback(vec![1.0, 10.0]), (21.0, vec![3.0, 30.0]));
    assert_eq!(out, [0.0, 0.0]);
    let mut out = [1.0, 2.0];
    let ((), pullback) = scale::vjp_persistent(3.0, &mut out);
    assert_eq!(pullback(vec![1.0, 10.0]), pullback(vec![1.0, 10.0]));
    let (mut out, mut x_bar, mut out_bar) = ([1.0, 2.0], 0.0, [1.0, 10.0]);
    scale::vjp_into(3.0, &mut out, &mut x_bar, &mut out_bar);
    assert_eq!((out, x_bar, out_bar), ([3.0, 6.0], 21.0, [3.0, 30.0]));
    let (mut out, mut out_dot) = ([1.0, 2.0], [1.0, 0.0]);
    scale::jvp(3.0, &mut out, 1.0, &mut out_dot);
    assert_eq!((out, out_dot), ([3.0, 6.0], [4.0, 2.0]));
}

#[test]
fn directional_derivatives() {
    assert_eq!(dot::jvp(2.0, &[1.0, 2.0], 2, 1.0, &[1.0, 0.0]), (6.0, 5.0));
    let mut y_dot = 0.0;
    assert_eq!(dot::jvp_into(2.0, &[1.0, 2.0], 2, 1.0, &[1.0, 0.0], &mut y_dot), 6.0);
    assert_eq!(y_dot, 5.0);
    assert_eq!(pair::jvp(2.0, 5.0, 1.0, 0.0), ((10.0, 7.0), (5.0, 1.0)));
    let mut v_dot = [0.0; 2];
    assert_eq!(double::jvp_into(&[1.0, 2.0], &[1.0, 0.0], &mut v_dot), [2.0, 4.0]);
    assert_eq!(v_dot, [2.0, 0.0]);
}

#[test]
fn checks() {
    assert_eq!(dot::check(2.0, &[1.0, 2.0], 2), Ok(()));
    assert_eq!(pair::check(2.0, 5.0), Ok(()));
    assert_eq!(double::check(&[1.0, 2.0]), Ok(()));
    assert_eq!(generic::check(&[1.0_f32, 2.0], 3.0), Ok(()));
    let mut out = [1.0, 2.0];
    assert_eq!(scale::check(3.0, &mut out), Ok(()));
    assert_eq!(scale_and_sum::check(3.0, &mut out), Ok(()));
    assert_eq!(out, [1.0, 2.0]);
    assert_eq!(through::check(|n| n as f64, &[&[1.0, 3.0]], &5.0), Err(CheckError::Fixed { parameter: "rows" }));
}

fn message(f: impl FnOnce() + UnwindSafe) -> String {
    let panic = catch_unwind(f).expect_err("it panics");
    panic.downcast_ref::<String>().expect("it has a message").clone()
}

#[test]
fn lengths_are_checked() {
    let v = &[1.0, 2.0];
    assert_eq!(message(|| drop(double::vjp(v).1(vec![1.0]))), "`y_bar` has length 1, but the result has length 2");
    assert_eq!(message(|| drop(double::jvp(v, &[1.0]))), "`v_dot` has length 1, but `v` has length 2");
    let into = || drop(double::jvp_into(v, &[1.0; 2], &mut [0.0; 3]));
    assert_eq!(message(into), "`y_dot` has length 3, but the result has length 2");
    let into = || drop(double::vjp_into(v, &[1.0; 2], &mut [0.0; 3]));
    assert_eq!(message(into), "`v_bar` has length 3, but `v` has length 2");
    let mut x_bar = 7.0;
    let into = AssertUnwindSafe(|| assert_eq!(dot::value_and_grad_into(1.0, v, 2, &mut x_bar, &mut [0.0; 1]), 0.0));
    assert_eq!(message(into), "`w_bar` has length 1, but `w` has length 2");
    assert_eq!(x_bar, 7.0);
    assert_eq!(message(|| drop(scale::vjp(1.0, &mut [1.0; 2]).1(vec![1.0]))), "`out_bar` has length 1, but `out` has length 2");
}
