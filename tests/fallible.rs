//! Gradients of functions that return a `Result` or an `Option`, and gradients through them.
#![forbid(unsafe_code)]
#![deny(warnings)]

use differentiate::{Differentiable, Real, differentiate};

/// Not `Clone`, not `Differentiable`: it comes out as it is.
#[derive(Debug, PartialEq)]
struct Negative(f64);

#[derive(Debug, PartialEq)]
struct Failed {
    because: Negative,
    step: usize,
}

impl From<Negative> for Failed {
    fn from(because: Negative) -> Failed {
        Failed { because, step: 0 }
    }
}

#[differentiate]
fn root(x: f64) -> Result<f64, Negative> {
    if x < 0.0 { Err(Negative(x)) } else { Ok(x.sqrt()) }
}

#[differentiate]
fn roots(x: &[f64], shift: f64) -> Result<f64, Failed> {
    let mut sum = 0.0;
    for (step, x) in x.iter().enumerate() {
        match root(x + shift) {
            Ok(y) => sum += y,
            Err(because) => return Err(Failed { because, step }),
        }
    }
    sum += root(sum)?;
    Ok(sum)
}

#[test]
fn gradients_come_in_the_same_wrapper() {
    let x = [3.0, 8.0];
    let (y, (x_bar, shift_bar)) = roots::value_and_grad(&x, 1.0).unwrap();
    let inner = 1.0 + 0.5 / 5.0_f64.sqrt();
    assert_eq!(y, 5.0 + 5.0_f64.sqrt());
    assert_eq!(x_bar, [inner / 4.0, inner / 6.0]);
    assert!((shift_bar - inner * (1.0 / 4.0 + 1.0 / 6.0)).abs() < 1e-15);
    assert_eq!(roots::grad(&x, 1.0), Ok((x_bar.clone(), shift_bar)));
    let (mut x_buffer, mut shift_buffer) = ([7.0; 2], 7.0);
    assert_eq!(roots::value_and_grad_into(&x, 1.0, &mut x_buffer, &mut shift_buffer), Ok(y));
    assert_eq!((x_buffer.as_slice(), shift_buffer), (x_bar.as_slice(), shift_bar));
    assert_eq!(roots::value_and_grad_add(&x, 1.0, &mut x_buffer, &mut shift_buffer), Ok(y));
    assert_eq!(shift_buffer, 2.0 * shift_bar);
    let (value, pull) = roots::vjp(&x, 1.0).unwrap();
    assert_eq!((value, pull(2.0).1), (y, 2.0 * shift_bar));
    let (value, pull) = roots::vjp_persistent(&x, 1.0).unwrap();
    assert_eq!((value, pull(2.0).1, pull(1.0).1), (y, 2.0 * shift_bar, shift_bar));
    let (value, dot) = roots::jvp(&x, 1.0, &[0.0, 0.0], 1.0).unwrap();
    assert_eq!(value, y);
    assert!((dot - shift_bar).abs() < 1e-15);
    assert_eq!(roots::vjp_into(&x, 1.0, 2.0, &mut x_buffer, &mut shift_buffer), Ok(y));
    assert_eq!(shift_buffer, 2.0 * shift_bar);
    let mut y_dot = 7.0;
    assert_eq!(roots::jvp_into(&x, 1.0, &[0.0, 0.0], 1.0, &mut y_dot), Ok(y));
    assert_eq!(y_dot, dot);
}

#[test]
fn an_error_comes_out_as_it_was_made() {
    let x = [3.0, -8.0];
    let failed = || Failed { because: Negative(-7.0), step: 1 };
    assert_eq!(roots(&x, 1.0), Err(failed()));
    assert_eq!(roots::grad(&x, 1.0), Err(failed()));
    assert_eq!(roots::value_and_grad(&x, 1.0), Err(failed()));
    let (mut x_bar, mut shift_bar) = ([7.0; 2], 7.0);
    assert_eq!(roots::value_and_grad_into(&x, 1.0, &mut x_bar, &mut shift_bar), Err(failed()));
    assert_eq!(roots::value_and_grad_add(&x, 1.0, &mut x_bar, &mut shift_bar), Err(failed()));
    assert_eq!((x_bar, shift_bar), ([7.0; 2], 7.0));
    assert_eq!(roots::vjp(&x, 1.0).map(|(value, _)| value), Err(failed()));
    assert_eq!(roots::jvp(&x, 1.0, &[1.0, 1.0], 1.0), Err(failed()));
    let mut y_dot = 7.0;
    assert_eq!(roots::jvp_into(&x, 1.0, &[1.0, 1.0], 1.0, &mut y_dot), Err(failed()));
    assert_eq!(roots::vjp_into(&x, 1.0, 2.0, &mut x_bar, &mut shift_bar), Err(failed()));
    assert_eq!((x_bar, shift_bar, y_dot), ([7.0; 2], 7.0, 7.0));
    assert_eq!(root::grad(-1.0), Err(Negative(-1.0)));
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Model {
    scale: f64,
    offset: Option<f64>,
}

#[differentiate]
fn predict(model: &Model, x: f64) -> Option<f64> {
    let offset = model.offset?;
    Some(model.scale * x + offset)
}

#[differentiate]
fn generic<T: Real>(x: T, out: &mut [T]) -> Option<T> {
    out[0] = x * x;
    if x > T::ZERO { Some(out[0] * x) } else { None }
}

#[test]
fn options_too() {
    let mut model = Model { scale: 2.0, offset: Some(1.0) };
    let (y, (model_bar, x_bar)) = predict::value_and_grad(&model, 3.0).unwrap();
    assert_eq!((y, model_bar, x_bar), (7.0, ModelGrad { scale: 3.0, offset: Some(1.0) }, 2.0));
    model.offset = None;
    assert_eq!(predict::grad(&model, 3.0), None);
    let (mut out, mut x_bar, mut out_bar) = ([0.0], 7.0, [7.0]);
    assert_eq!(generic::value_and_grad_into(2.0, &mut out, &mut x_bar, &mut out_bar), Some(8.0));
    assert_eq!((out, x_bar, out_bar), ([4.0], 12.0, [0.0]));
    assert_eq!(generic::grad(2.0, &mut out), Some((12.0, vec![0.0])));
    assert_eq!(generic::grad(-2.0_f32, &mut [0.0]), None);
}

#[differentiate]
fn halves(v: &[f64], least: f64) -> Result<Vec<f64>, Negative> {
    let mut half = Vec::new();
    for x in v {
        if *x < least {
            return Err(Negative(*x));
        }
        half.push(0.5 * x * least);
    }
    Ok(half)
}

#[test]
fn results_that_are_no_numbers() {
    let v = [2.0, 4.0];
    let (half, pull) = halves::vjp(&v, 1.0).unwrap();
    assert_eq!((half, pull(vec![1.0, 2.0])), (vec![1.0, 2.0], (vec![0.5, 1.0], 5.0)));
    let (mut v_bar, mut least_bar, mut y_dot) = ([7.0; 2], 7.0, [7.0; 2]);
    assert_eq!(halves::vjp_into(&v, 1.0, &[1.0, 2.0], &mut v_bar, &mut least_bar), Ok(vec![1.0, 2.0]));
    assert_eq!((v_bar, least_bar), ([0.5, 1.0], 5.0));
    assert_eq!(halves::jvp_into(&v, 1.0, &[1.0, 0.0], 0.0, &mut y_dot), Ok(vec![1.0, 2.0]));
    assert_eq!(y_dot, [0.5, 0.0]);
    assert_eq!(halves::jvp(&v, 3.0, &[1.0, 0.0], 0.0), Err(Negative(2.0)));
    halves::check(&v, 1.0).unwrap();
    let mut out = [0.0];
    let (y, pull) = generic::vjp(2.0, &mut out).unwrap();
    assert_eq!((y, pull(1.0, vec![1.0]), out), (8.0, (16.0, vec![0.0]), [4.0]));
}
