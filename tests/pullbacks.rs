//! Pullbacks, and derivatives of functions with `&mut` parameters, in differentiated functions.
#![forbid(unsafe_code)]
#![deny(warnings)]

use differentiate::{CheckError, differentiate};

/// Central differences.
fn slope(f: impl Fn(f64) -> f64) -> f64 {
    let h = 1e-4;
    (8.0 * (f(h) - f(-h)) - (f(2.0 * h) - f(-2.0 * h))) / (12.0 * h)
}

#[track_caller]
fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-8 * (1.0 + expected.abs()), "{found:?} instead of {expected:?}");
}

#[differentiate(order = 3)]
fn surface(x: f64, y: f64) -> f64 {
    (x * y).sin() + x * x * y
}

/// Called at once, more than once, with cotangents that depend on the value, and in a loop.
#[differentiate(order = 2)]
fn pulled(x: f64, y: f64) -> f64 {
    let (z, pull): (f64, _) = surface::vjp_persistent(x, x * y);
    let (a, b): (f64, f64) = pull(z * z);
    let mut s = 0.0;
    for k in 0..3 {
        let (c, _): (f64, f64) = pull(y * k as f64);
        s += c * c;
    }
    drop(pull);
    a * b + s
}

/// With respect to an inner variable, at a point that depends on the outer one: `x * d/dy (x + y)` is 1 at 1.
#[differentiate(order = 2)]
fn shifted(y: f64, x: f64) -> f64 {
    x + y
}

#[differentiate]
fn unconfused(x: f64) -> f64 {
    let (_, pull) = shifted::vjp(1.0, x);
    let (slope, _): (f64, f64) = pull(1.0);
    x * slope
}

#[differentiate(order = 3)]
fn several(x: &[f64], a: [f64; 2], k: f64) -> (f64, Vec<f64>) {
    let mut v = x.to_vec();
    for i in 0..v.len() {
        v[i] = (v[i] * a[i % 2]).sin() * k;
    }
    (v[0] * a[1] * k, v)
}

#[differentiate(order = 2)]
fn shapes(x: &[f64], a: [f64; 2], k: f64) -> f64 {
    let mut a = a;
    let ((y, v), pull): ((f64, Vec<f64>), _) = several::vjp_persistent(x, a, k);
    // The pullback has its own copy.
    a[0] *= k;
    let (x_bar, a_bar, k_bar): (Vec<f64>, [f64; 2], f64) = pull((y, v.clone()));
    let (again, _, _): (Vec<f64>, [f64; 2], f64) = pull((a[0], x_bar.clone()));
    let mut s = y * k_bar + a_bar[0] * a_bar[1];
    for i in 0..x_bar.len() {
        s += x_bar[i] * again[i] * v[i];
    }
    s
}

#[differentiate(order = 3)]
fn step(state: &mut [f64], x: f64, #[constant] scale: f64) -> f64 {
    for i in 1..state.len() {
        state[i] = (state[i - 1] * x + state[i] * scale).sin();
    }
    state[state.len() - 1] * x
}

#[differentiate(order = 2)]
fn through_memory(x: f64, w: &[f64]) -> f64 {
    let mut state = w.to_vec();
    let (y, pull): (f64, _) = step::vjp(&mut state, x * x, 0.5);
    state[0] *= 3.0;
    let (state_bar, x_bar): (Vec<f64>, f64) = pull(y, state.clone());
    let mut s = x_bar * y;
    for i in 0..state.len() {
        s += state_bar[i] * state[i] * (i as f64 + 1.0);
    }
    let (g, x_bar): (Vec<f64>, f64) = step::grad(&mut state, x, 0.25);
    let (z, (h, _)): (f64, (Vec<f64>, f64)) = step::value_and_grad(&mut state, y, 0.5);
    let mut dot = h.clone();
    let (_, z_dot): (f64, f64) = step::jvp(&mut state, x, 0.5, &mut dot, x_bar);
    s + g[0] * g[1] * h[1] + z * dot[2] * z_dot + state[2]
}

/// The derivative of the gradient in a direction of memory.
#[differentiate]
fn curved(x: f64, w: &[f64]) -> f64 {
    let mut state = w.to_vec();
    let mut dot = w.to_vec();
    let (h, k): (Vec<f64>, f64) = step::hvp(&mut state, x, 0.5, &mut dot, x * x);
    h[0] * k + dot[1] * h[1] + state[2] * dot[2]
}

#[differentiate(order = 3)]
fn fill(x: f64, out: &mut [f64; 3]) {
    for i in 0..3 {
        out[i] = (x * out[i]).exp();
    }
}

#[differentiate(order = 2)]
fn filled(x: f64) -> f64 {
    let mut out = [x, 0.5, 0.25];
    let mut dot = [1.0, x, 0.0];
    fill::jvp(x, &mut out, x * x, &mut dot);
    let (_, pull) = fill::vjp(dot[0], &mut out);
    let (x_bar, out_bar): (f64, [f64; 3]) = pull(dot);
    x_bar * out[0] + out_bar[1] * out_bar[2]
}

#[differentiate(order = 2)]
fn single(x: f32) -> f32 {
    x * x * x
}

#[differentiate]
fn in_single(x: f32) -> f32 {
    let (y, pull): (f32, _) = single::vjp(x);
    let slope: f32 = pull(y);
    slope * x
}

/// A pullback of constants, for a cotangent that is none.
#[differentiate]
fn of_constants(y_bar: f64) -> f64 {
    let (_, pull) = shifted::vjp_persistent(1.0, 2.0);
    let (a, b) = pull(0.5);
    y_bar * a * b
}

#[test]
fn pullbacks() -> Result<(), CheckError> {
    let (x, y) = (0.3, 0.7);
    pulled::check(x, y)?;
    close(pulled::hvp(x, y, 0.4, -1.0).0, slope(|t| pulled::grad(x + 0.4 * t, y - t).0));
    assert_eq!(unconfused::grad(1.0), 1.0);
    assert_eq!(unconfused::jvp(1.0, 1.0), (1.0, 1.0));
    assert_eq!(of_constants::grad(3.0), 0.25);
    assert_eq!(in_single::grad(2.0), 6.0 * 3.0 * 32.0);
    let (w, a) = ([0.3, -0.4, 0.9], [0.5, 1.25]);
    shapes::check(&w, a, 0.7)?;
    let hvp = shapes::hvp(&w, a, 0.7, &[1.0, 0.5, -0.25], [0.5, -1.0], 0.3);
    let moved = |t: f64| ([0.3 + t, -0.4 + 0.5 * t, 0.9 - 0.25 * t], [0.5 + 0.5 * t, 1.25 - t], 0.7 + 0.3 * t);
    let along = |t: f64| {
        let (w, a, k) = moved(t);
        shapes::grad(&w, a, k)
    };
    for i in 0..3 {
        close(hvp.0[i], slope(|t| along(t).0[i]));
    }
    close(hvp.1[1], slope(|t| along(t).1[1]));
    close(hvp.2, slope(|t| along(t).2));
    Ok(())
}

#[test]
fn memory() -> Result<(), CheckError> {
    let w = [0.3, -0.4, 0.9];
    through_memory::check(0.6, &w)?;
    curved::check(0.6, &w)?;
    filled::check(0.8)?;
    close(filled::hvp(0.8, 1.0), slope(|t| filled::grad(0.8 + t)));
    let hvp = through_memory::hvp(0.6, &w, 0.5, &[1.0, -1.0, 0.5]);
    let along = |t: f64| through_memory::grad(0.6 + 0.5 * t, &[0.3 + t, -0.4 - t, 0.9 + 0.5 * t]);
    close(hvp.0, slope(|t| along(t).0));
    for i in 0..3 {
        close(hvp.1[i], slope(|t| along(t).1[i]));
    }
    // What is written and read again counts, although its own adjoint is not asked for.
    let hvp = step::hvp(&mut w.clone(), 0.6, 0.5, &mut [0.0; 3], 1.0);
    close(hvp.1, slope(|t| step::grad(&mut w.clone(), 0.6 + t, 0.5).1));
    close(hvp.0[0], slope(|t| step::grad(&mut w.clone(), 0.6 + t, 0.5).0[0]));
    Ok(())
}

/// Functions of the user's that are called as derivatives are.
mod physics {
    use differentiate::differentiate;

    #[differentiate(order = 2)]
    pub(crate) fn grad(x: f64, n: usize, out: &mut [f64]) -> f64 {
        out[n] *= x;
        x * x * x + out[n]
    }

    #[differentiate(order = 3)]
    pub(crate) fn hvp(x: f64) -> f64 {
        x.sin()
    }

    pub(crate) mod deeper {
        use differentiate::differentiate;

        #[differentiate]
        pub(crate) fn value_and_grad<const N: usize>(x: [f64; N]) -> f64 {
            x[0] * x[N - 1]
        }
    }
}

#[differentiate(order = 2)]
fn namesakes(x: f64) -> f64 {
    let mut out = [x, 1.0];
    let y: f64 = physics::grad(x * x, 0, &mut out);
    let z: f64 = physics::hvp::grad(physics::hvp(y));
    y * out[0] + z
}

#[differentiate]
fn deep_namesakes(x: f64) -> f64 {
    physics::deeper::value_and_grad::<2>([x, x * x])
}

#[test]
fn own_functions_called_as_derivatives_are() -> Result<(), CheckError> {
    namesakes::check(0.8)?;
    close(namesakes::hvp(0.8, 1.0), slope(|t| namesakes::grad(0.8 + t)));
    assert_eq!(deep_namesakes::grad(2.0), 12.0);
    Ok(())
}
