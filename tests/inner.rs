//! Derivatives in differentiated functions: pullbacks, `&mut` parameters, perturbations that must not be confused, mechanics.
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

/// The innermost function's derivatives in `z`, those of what is made of them in `y`, and so on: `x d/dy (y² d/dz (x y z))` at y = x is
/// `3 x⁴`, whichever mode each level takes.
mod levels {
    use differentiate::differentiate;

    #[differentiate(order = 3)]
    pub(super) fn product(z: f64, x: f64, y: f64) -> f64 {
        x * y * z
    }

    #[differentiate(order = 2)]
    pub(super) fn by_gradient(y: f64, x: f64) -> f64 {
        let (z_bar, _, _): (f64, f64, f64) = product::grad(x, x, y);
        y * y * z_bar
    }

    #[differentiate(order = 2)]
    pub(super) fn by_direction(y: f64, x: f64) -> f64 {
        let (_, z_dot): (f64, f64) = product::jvp(x, x, y, 1.0, 0.0, 0.0);
        y * y * z_dot
    }

    #[differentiate(order = 2)]
    pub(super) fn by_pullback(y: f64, x: f64) -> f64 {
        let (_, pull) = product::vjp(x, x, y);
        let (z_bar, _, _): (f64, f64, f64) = pull(y * y);
        z_bar
    }
}

macro_rules! outermost {
    ($($forward:ident $reverse:ident $pulled:ident of $inner:ident;)*) => {$(
        #[differentiate]
        fn $forward(x: f64) -> f64 {
            let (_, slope): (f64, f64) = levels::$inner::jvp(x, x, 1.0, 0.0);
            x * slope
        }

        #[differentiate]
        fn $reverse(x: f64) -> f64 {
            let (slope, _): (f64, f64) = levels::$inner::grad(x, x);
            x * slope
        }

        #[differentiate]
        fn $pulled(x: f64) -> f64 {
            let (_, pull) = levels::$inner::vjp(x, x);
            let (slope, _): (f64, f64) = pull(x);
            slope
        }
    )*};
}

outermost! {
    forward_of_gradient reverse_of_gradient pulled_of_gradient of by_gradient;
    forward_of_direction reverse_of_direction pulled_of_direction of by_direction;
    forward_of_pullback reverse_of_pullback pulled_of_pullback of by_pullback;
}

#[test]
fn three_levels_in_all_modes() {
    let x = 0.7;
    let expected = 12.0 * x * x * x;
    macro_rules! all {
        ($($f:ident)*) => {$(
            close($f(x), 3.0 * x.powi(4));
            close($f::grad(x), expected);
            close($f::jvp(x, 1.0).1, expected);
        )*};
    }
    all! {
        forward_of_gradient reverse_of_gradient pulled_of_gradient
        forward_of_direction reverse_of_direction pulled_of_direction
        forward_of_pullback reverse_of_pullback pulled_of_pullback
    }
}

/// `x * d/dy (x + y)`, with the inner function inside.
#[differentiate]
fn inside(x: f64) -> f64 {
    #[differentiate(order = 2)]
    fn sum(y: f64, x: f64) -> f64 {
        x + y
    }
    let at = |y: f64| {
        let (slope, _): (f64, f64) = sum::grad(y, x);
        slope
    };
    x * at(1.0)
}

#[test]
fn an_inner_function_with_an_outer_variable() {
    assert_eq!(inside::grad(1.0), 1.0);
    assert_eq!(inside::jvp(1.0, 1.0), (1.0, 1.0));
}

/// A pendulum on a spring: angle, length, and their rates.
#[differentiate(order = 3)]
fn lagrangian(q: [f64; 2], v: [f64; 2]) -> f64 {
    let kinetic = 0.5 * (v[1] * v[1] + q[1] * q[1] * v[0] * v[0]);
    kinetic + 9.81 * q[1] * q[0].cos() - 20.0 * (q[1] - 1.0).powi(2)
}

/// The conjugate momenta.
#[differentiate(order = 2)]
fn momenta(q: [f64; 2], v: [f64; 2]) -> [f64; 2] {
    let (_, p): ([f64; 2], [f64; 2]) = lagrangian::grad(q, v);
    p
}

/// `v · p - L`, which is conserved.
#[differentiate]
fn energy_of(q: [f64; 2], v: [f64; 2]) -> f64 {
    let p: [f64; 2] = momenta(q, v);
    p[0] * v[0] + p[1] * v[1] - lagrangian(q, v)
}

/// Solves the Euler-Lagrange equation `d/dt ∂L/∂v = ∂L/∂q` for the accelerations: the momenta are linear in the rates.
fn accelerations(q: [f64; 2], v: [f64; 2]) -> [f64; 2] {
    let (force, _) = lagrangian::grad(q, v);
    let (_, drift) = momenta::jvp(q, v, v, [0.0; 2]);
    let column = |i: usize| momenta::jvp(q, v, [0.0; 2], [(1 - i) as f64, i as f64]).1;
    let ([a, c], [b, d]) = (column(0), column(1));
    let (e, f) = (force[0] - drift[0], force[1] - drift[1]);
    [(d * e - b * f) / (a * d - b * c), (a * f - c * e) / (a * d - b * c)]
}

/// `∂H/∂p` and `-∂H/∂q`.
#[differentiate(order = 2)]
fn hamiltonian(q: f64, p: f64) -> f64 {
    0.5 * p * p * (1.0 + 0.1 * q * q) - q.cos()
}

#[differentiate]
fn flow(q: f64, p: f64) -> [f64; 2] {
    let (h_q, h_p): (f64, f64) = hamiltonian::grad(q, p);
    [h_p, -h_q]
}

#[test]
fn mechanics() -> Result<(), CheckError> {
    let (q, v) = ([0.4, 1.1], [-0.7, 0.3]);
    // Known for this Lagrangian: θ'' = -(2 r' θ' + g sin θ) / r and r'' = r θ'² + g cos θ - 40 (r - 1).
    let [angle, length] = accelerations(q, v);
    close(angle, -(2.0 * v[1] * v[0] + 9.81 * q[0].sin()) / q[1]);
    close(length, q[1] * v[0] * v[0] + 9.81 * q[0].cos() - 40.0 * (q[1] - 1.0));
    energy_of::check(q, v)?;
    close(energy_of::jvp(q, v, v, accelerations(q, v)).1, 0.0);
    // Phase space is incompressible, and energy is conserved along the flow.
    flow::check(0.3, -0.8)?;
    let divergence = flow::jvp(0.3, -0.8, 1.0, 0.0).1[0] + flow::jvp(0.3, -0.8, 0.0, 1.0).1[1];
    close(divergence, 0.0);
    let [q_dot, p_dot] = flow(0.3, -0.8);
    close(hamiltonian::jvp(0.3, -0.8, q_dot, p_dot).1, 0.0);
    Ok(())
}

/// A network with one hidden layer.
#[differentiate(order = 3)]
fn critic(w: &[f64], x: &[f64]) -> f64 {
    let mut y = 0.0;
    for i in 0..3 {
        let mut h = 0.0;
        for j in 0..2 {
            h += w[2 * i + j] * x[j];
        }
        y += w[6 + i] * h.tanh();
    }
    y
}

/// Its slope in the data is to be one: a gradient penalty.
#[differentiate(order = 2)]
fn penalised(w: &[f64], #[constant] data: &[[f64; 2]], weight: f64) -> f64 {
    let mut loss = 0.0;
    for x in data {
        let (value, (_, slope)): (f64, (Vec<f64>, Vec<f64>)) = critic::value_and_grad(w, x);
        let norm = (slope[0] * slope[0] + slope[1] * slope[1]).sqrt();
        loss += value + weight * (norm - 1.0) * (norm - 1.0);
    }
    loss
}

/// The loss after some steps of descent, with respect to where they start and how long they are.
#[differentiate]
fn after_descent(w: &[f64], #[constant] data: &[[f64; 2]], rate: f64) -> f64 {
    let mut w = w.to_vec();
    for _ in 0..3 {
        let (step, _): (Vec<f64>, f64) = penalised::grad(&w, data, 0.5);
        for i in 0..w.len() {
            w[i] -= rate * step[i];
        }
    }
    penalised(&w, data, 0.5)
}

#[test]
fn penalties_and_descent() -> Result<(), CheckError> {
    let w = [0.4, -0.3, 0.8, 0.1, -0.6, 0.5, 0.7, -0.2, 0.9];
    let data = [[0.5, -0.1], [-0.8, 0.3]];
    penalised::check(&w, &data, 0.7)?;
    after_descent::check(&w, &data, 0.1)
}
