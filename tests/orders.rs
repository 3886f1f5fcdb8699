//! Orders beyond the first, and derivatives in differentiated functions.
#![forbid(unsafe_code)]
#![deny(warnings)]

use differentiate::{CheckError, Real, differentiate};

/// Central differences.
fn slope(f: impl Fn(f64) -> f64) -> f64 {
    let h = 1e-5;
    (8.0 * (f(h) - f(-h)) - (f(2.0 * h) - f(-2.0 * h))) / (12.0 * h)
}

#[track_caller]
fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-8 * (1.0 + expected.abs()), "{found:?} instead of {expected:?}");
}

#[differentiate(order = 4)]
fn looped(x: &[f64], k: f64) -> f64 {
    let mut a = x.to_vec();
    let mut s = 1.0;
    for i in 0..6 {
        let j = i % a.len();
        if a[j] > 0.3 {
            a[j] = (a[j] * k + s).sin();
            s += a[j] * s;
        } else {
            let t = a[j].exp();
            a[j] = t * k;
            s *= t;
        }
    }
    s + a[0]
}

#[test]
fn orders_up_to_four() {
    let x = |t: [f64; 3]| [0.2 + 0.3 * t[0] + t[1] - t[2], 0.9 - t[0] + 0.5 * t[1], 0.5 + 0.2 * t[0] + 0.1 * t[2]];
    let k = |t: [f64; 3]| 0.8 + 0.5 * t[0] - t[1] + t[2];
    let (a, b, c) = ([0.3, -1.0, 0.2], [1.0, 0.5, 0.0], [-1.0, 0.0, 0.1]);
    let at = [0.0; 3];
    let hvp = looped::hvp(&x(at), k(at), &a, 0.5);
    let both = looped::grad_and_hvp(&x(at), k(at), &a, 0.5);
    assert_eq!(both.1, hvp);
    assert_eq!(both.0, looped::grad(&x(at), k(at)));
    let third = looped::hvp_dot(&x(at), k(at), &a, 0.5, &b, -1.0);
    let fourth = looped::hvp_dot_dot(&x(at), k(at), &a, 0.5, &b, -1.0, &c, 1.0);
    for i in 0..3 {
        close(hvp.0[i], slope(|t| looped::grad(&x([t, 0.0, 0.0]), k([t, 0.0, 0.0])).0[i]));
        close(third.0[i], slope(|t| looped::hvp(&x([0.0, t, 0.0]), k([0.0, t, 0.0]), &a, 0.5).0[i]));
        close(fourth.0[i], slope(|t| looped::hvp_dot(&x([0.0, 0.0, t]), k([0.0, 0.0, t]), &a, 0.5, &b, -1.0).0[i]));
    }
    let mut into = (vec![7.0; 3], 7.0);
    looped::hvp_dot_into(&x(at), k(at), &a, 0.5, &b, -1.0, &mut into.0, &mut into.1);
    assert_eq!(into, third);
}

#[differentiate(order = 2)]
fn square(x: f64) -> f64 {
    x * x
}

#[test]
fn a_parabola() {
    assert_eq!(square::grad(3.0), 6.0);
    assert_eq!(square::hvp(3.0, 1.0), 2.0);
    assert_eq!(square::grad_and_hvp(3.0, 1.0), (6.0, 2.0));
}

/// `exp(a x) cos(b y)`, the real part of `exp(a x + i b y)`: each direction `u` is a factor `a u.0 + i b u.1`.
#[differentiate(order = 4)]
fn wave(x: f64, y: f64, #[constant] a: f64, #[constant] b: f64) -> f64 {
    (a * x).exp() * (b * y).cos()
}

fn wave_along(x: f64, y: f64, a: f64, b: f64, directions: &[(f64, f64)]) -> f64 {
    let start = ((a * x).exp() * (b * y).cos(), (a * x).exp() * (b * y).sin());
    directions.iter().fold(start, |(re, im), u| (re * a * u.0 - im * b * u.1, re * b * u.1 + im * a * u.0)).0
}

/// `x` to the power of `n`.
#[differentiate(order = 4)]
fn multiplied(x: f64, n: usize) -> f64 {
    let mut p = 1.0;
    for _ in 0..n {
        p *= x;
    }
    p
}

/// The sum of `ln`, whose derivatives are `-(k - 1)! / (-x)^k`, each in its own direction.
#[differentiate(order = 4)]
fn logarithms(x: &[f64]) -> f64 {
    x.iter().map(|x| x.ln()).sum()
}

#[test]
fn orders_three_and_four_of_analytic_functions() {
    let ((x, y, a, b), (u, v, w)) = ((0.4, -0.7, 1.3, 0.8), ((0.3, -1.0), (1.1, 0.6), (-0.5, 0.9)));
    let third = wave::hvp_dot(x, y, a, b, u.0, u.1, v.0, v.1);
    let fourth = wave::hvp_dot_dot(x, y, a, b, u.0, u.1, v.0, v.1, w.0, w.1);
    close(third.0, wave_along(x, y, a, b, &[u, v, (1.0, 0.0)]));
    close(third.1, wave_along(x, y, a, b, &[u, v, (0.0, 1.0)]));
    close(fourth.0, wave_along(x, y, a, b, &[u, v, w, (1.0, 0.0)]));
    close(fourth.1, wave_along(x, y, a, b, &[u, v, w, (0.0, 1.0)]));
    // Symmetric in the directions, to rounding.
    close(fourth.0, wave::hvp_dot_dot(x, y, a, b, w.0, w.1, u.0, u.1, v.0, v.1).0);

    let x = 1.1_f64;
    close(multiplied::hvp(x, 6, 1.0), 30.0 * x.powi(4));
    close(multiplied::hvp_dot(x, 6, 1.0, 1.0), 120.0 * x.powi(3));
    close(multiplied::hvp_dot_dot(x, 6, 1.0, 1.0, 1.0), 360.0 * x.powi(2));
    assert_eq!(multiplied::hvp_dot_dot(x, 3, 1.0, 1.0, 1.0), 0.0);

    let (x, u, v, w) = ([0.6, 1.7], [1.0, -0.4], [0.5, 2.0], [-1.0, 0.3]);
    let (third, fourth) = (logarithms::hvp_dot(&x, &u, &v), logarithms::hvp_dot_dot(&x, &u, &v, &w));
    for i in 0..2 {
        close(third[i], 2.0 * u[i] * v[i] / x[i].powi(3));
        close(fourth[i], -6.0 * u[i] * v[i] * w[i] / x[i].powi(4));
    }
}

/// The same function under several attributes.
macro_rules! vault {
    ($name:ident $(#[$attribute:meta])+) => {
        $(#[$attribute])+
        fn $name(x: f64, w: &[f64]) -> f64 {
            let mut s = x;
            for w in w {
                if s > 0.5 {
                    s = (s * w).sin() / (1.0 + x * x);
                } else {
                    s += w * w * x;
                }
            }
            s
        }
    };
}

vault!(once #[differentiate]);
vault!(stacked_twice #[differentiate] #[differentiate]);
vault!(order_two #[differentiate(order = 2)]);
vault!(stacked_on_an_order #[differentiate] #[differentiate(order = 2)]);
vault!(order_three #[differentiate(order = 3)]);
vault!(stacked_thrice #[differentiate] #[differentiate] #[differentiate]);

#[test]
fn stacked_attributes_are_an_order() {
    let (x, w, x_dot, w_dot) = (0.3, [0.7, 1.9, -0.8, 2.2], -1.0, [0.4, 0.1, -0.3, 1.5]);
    let gradient = once::grad(x, &w);
    assert_eq!(stacked_twice::grad(x, &w), gradient);
    assert_eq!(order_two::grad(x, &w), gradient);
    assert_eq!(stacked_thrice::grad(x, &w), gradient);
    let hvp = order_two::hvp(x, &w, x_dot, &w_dot);
    assert_eq!(stacked_twice::hvp(x, &w, x_dot, &w_dot), hvp);
    assert_eq!(stacked_on_an_order::hvp(x, &w, x_dot, &w_dot), hvp);
    assert_eq!(order_three::hvp(x, &w, x_dot, &w_dot), hvp);
    let third = order_three::hvp_dot(x, &w, x_dot, &w_dot, 0.5, &w);
    assert_eq!(stacked_thrice::hvp_dot(x, &w, x_dot, &w_dot, 0.5, &w), third);
    assert_eq!(stacked_on_an_order::hvp_dot(x, &w, x_dot, &w_dot, 0.5, &w), third);
    assert_ne!(third.0, 0.0);
}

#[differentiate(order = 2)]
fn shifted(y: f64, x: f64) -> f64 {
    x + y
}

/// `x * d/dy (x + y)`.
#[differentiate]
fn unconfused(x: f64) -> f64 {
    let (slope, _): (f64, f64) = shifted::grad(1.0, x);
    x * slope
}

#[test]
fn perturbations_are_not_confused() {
    assert_eq!(unconfused::grad(1.0), 1.0);
    assert_eq!(unconfused::jvp(1.0, 1.0), (1.0, 1.0));
}

#[differentiate(order = 3)]
fn surface(x: f64, y: f64) -> f64 {
    (x * y).sin() + x * x * y
}

#[differentiate(order = 2)]
fn penalty(x: f64, y: f64) -> f64 {
    let (a, b): (f64, f64) = surface::grad(x, y);
    a * a + b.sin()
}

#[differentiate(order = 2)]
fn along(x: f64, y: f64) -> f64 {
    let (value, slope): (f64, f64) = surface::jvp(x, y, y, x * y);
    value * slope
}

#[differentiate]
fn curvature(x: f64, y: f64) -> f64 {
    let (a, b): (f64, f64) = surface::hvp(x, y, y * 2.0, x);
    a * a * b
}

#[differentiate(order = 2)]
fn both(x: f64, y: f64) -> f64 {
    let (value, (a, b)): (f64, (f64, f64)) = surface::value_and_grad(x * y, y);
    value * a + b * b * x
}

#[test]
fn nested_derivatives() -> Result<(), CheckError> {
    let (x, y) = (0.3, 0.7);
    penalty::check(x, y)?;
    along::check(x, y)?;
    curvature::check(x, y)?;
    both::check(x, y)?;
    let (a, b) = (0.4, 0.9);
    close(penalty::hvp(x, y, a, b).0, slope(|t| penalty::grad(x + t * a, y + t * b).0));
    close(along::hvp(x, y, a, b).1, slope(|t| along::grad(x + t * a, y + t * b).1));
    close(both::hvp(x, y, a, b).0, slope(|t| both::grad(x + t * a, y + t * b).0));
    Ok(())
}

/// Springs on a chain.
#[differentiate(order = 3)]
fn energy(q: &[f64], k: f64) -> f64 {
    let mut s = 0.0;
    for i in 1..q.len() {
        let d = q[i] - q[i - 1];
        s += 0.5 * k * d * d + d.powi(4);
    }
    s
}

#[differentiate(order = 2)]
fn trajectory(q0: &[f64], k: f64) -> f64 {
    let mut q = q0.to_vec();
    let mut v = vec![0.0; q.len()];
    for _ in 0..5 {
        let (force, _) = energy::grad(&q, k);
        for i in 0..q.len() {
            v[i] -= 0.1 * force[i];
            q[i] += 0.1 * v[i];
        }
    }
    let mut s = 0.0;
    for i in 0..q.len() {
        s += q[i] * v[i] * (i as f64 + 1.0);
    }
    s
}

#[test]
fn a_force_in_a_time_loop() -> Result<(), CheckError> {
    let q = |t: f64| [0.1 + t * 0.3, 0.5 - t, 0.2 + 0.2 * t, 0.9];
    trajectory::check(&q(0.0), 1.3)?;
    let hvp = trajectory::hvp(&q(0.0), 1.3, &[0.3, -1.0, 0.2, 0.0], 0.5);
    for i in 0..4 {
        close(hvp.0[i], slope(|t| trajectory::grad(&q(t), 1.3 + 0.5 * t).0[i]));
    }
    Ok(())
}

#[differentiate(order = 2)]
fn blocks(x: f64, w: [[f64; 2]; 2], k: &[f64; 3], n: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..2 {
        for j in 0..2 {
            s += (w[i][j] * x).sin() * k[(i + j + n) % 3] + w[i][j] * w[j][i] * w[0][1];
        }
    }
    s * s
}

#[test]
fn hessians_by_blocks() {
    let (x, w, k) = (0.7, [[0.1, 0.4], [-0.3, 0.8]], [0.3, 0.5, -0.9]);
    let ((xx, xw, xk), (wx, ww, wk), (kx, kw, kk)) = blocks::hessian(x, w, &k, 1);
    close(xx, slope(|t| blocks::grad(x + t, w, &k, 1).0));
    for i in 0..4 {
        let (a, b) = (i / 2, i % 2);
        close(xw[a][b], wx[a][b]);
        for j in 0..4 {
            close(ww[a][b][j / 2][j % 2], ww[j / 2][j % 2][a][b]);
        }
        for j in 0..3 {
            close(wk[a][b][j], kw[j][a][b]);
        }
    }
    close(ww[1][0][0][1], {
        let moved = |t: f64| [[0.1, 0.4 + t], [-0.3, 0.8]];
        slope(|t| blocks::grad(x, moved(t), &k, 1).1[1][0])
    });
    close(xk[2], kx[2]);
    close(kk[0][2], kk[2][0]);
    assert_eq!(square::hessian(5.0), 2.0);
}

#[differentiate(order = 5)]
fn waves(x: f64) -> f64 {
    x.sin() * x
}

/// Results of calls are of unknown type here.
#[differentiate(order = 5)]
fn unknown(x: f64, y: f64) -> f64 {
    let a = waves(x);
    let b = waves(y);
    let c = (a * b).exp() + a.powi(3) / (2.0 + b * b);
    let d = c.hypot(a).max(b) - (-a).abs() + b.mul_add(a, 0.5) * c.atan2(b);
    d * 2.0
}

#[differentiate(order = 5)]
fn known(x: f64, y: f64) -> f64 {
    let a: f64 = waves(x);
    let b: f64 = waves(y);
    let c = (a * b).exp() + a.powi(3) / (2.0 + b * b);
    let d = c.hypot(a).max(b) - (-a).abs() + b.mul_add(a, 0.5) * c.atan2(b);
    d * 2.0
}

#[differentiate(order = 4)]
fn generic<T: Real>(x: T, n: i32) -> T {
    let y = x.exp().powi(n);
    (y * x + T::ONE).sqrt() / x
}

/// The runtime's rules for operands of unknown type against what the macro writes for floats, and against differences.
#[test]
fn operands_of_unknown_type() {
    let (x, y) = (0.6, 0.8);
    let [a, b, c, d] = [(1.0, 0.5), (-0.3, 1.0), (0.7, 0.2), (0.1, -0.9)];
    let both = |found: (f64, f64), expected: (f64, f64)| {
        close(found.0, expected.0);
        close(found.1, expected.1);
    };
    both(unknown::hvp_dot(x, y, a.0, a.1, b.0, b.1), known::hvp_dot(x, y, a.0, a.1, b.0, b.1));
    both(unknown::hvp_dot_dot(x, y, a.0, a.1, b.0, b.1, c.0, c.1), known::hvp_dot_dot(x, y, a.0, a.1, b.0, b.1, c.0, c.1));
    both(
        unknown::hvp_dot_dot_dot(x, y, a.0, a.1, b.0, b.1, c.0, c.1, d.0, d.1),
        known::hvp_dot_dot_dot(x, y, a.0, a.1, b.0, b.1, c.0, c.1, d.0, d.1),
    );
    close(unknown::hvp_dot(x, y, a.0, a.1, b.0, b.1).0, slope(|t| unknown::hvp(x + t * b.0, y + t * b.1, a.0, a.1).0));
    close(generic::hvp_dot(0.7, 3, 1.0, 0.5), slope(|t| generic::hvp(0.7 + 0.5 * t, 3, 1.0)));
    close(generic::hvp_dot_dot(0.7, 3, 1.0, 0.5, 0.3), slope(|t| generic::hvp_dot(0.7 + 0.3 * t, 3, 1.0, 0.5)));
    let single = f64::from(generic::hvp_dot(0.7_f32, 3, 1.0, 0.5));
    assert!((single / generic::hvp_dot(f64::from(0.7_f32), 3, 1.0, 0.5) - 1.0).abs() < 1e-3);
}

/// A pendulum of length `l` by its Lagrangian: the angle and its velocity are told apart.
#[differentiate(order = 3)]
fn lagrangian(q: f64, v: f64, l: f64) -> f64 {
    0.5 * l * l * v * v + 9.81 * l * q.cos()
}

/// Solved for the acceleration: d/dt ∂L/∂v = ∂L/∂q.
#[differentiate]
fn acceleration(q: f64, v: f64, l: f64) -> f64 {
    let (by_q, _, _): (f64, f64, f64) = lagrangian::grad(q, v, l);
    let (_, along_q, _): (f64, f64, f64) = lagrangian::hvp(q, v, l, v, 0.0, 0.0);
    let (_, mass, _): (f64, f64, f64) = lagrangian::hvp(q, v, l, 0.0, 1.0, 0.0);
    (by_q - along_q) / mass
}

#[differentiate(order = 2)]
fn hamiltonian(q: f64, p: f64) -> f64 {
    0.5 * p * p - q.cos() + 0.1 * q * q * q * p
}

/// Twenty steps that keep areas: momenta implicitly first, to be solved by iteration.
#[differentiate]
fn flow(q: f64, p: f64) -> (f64, f64) {
    let (mut q, mut p, h) = (q, p, 0.05);
    for _ in 0..20 {
        let mut next = p;
        for _ in 0..30 {
            let (by_q, _): (f64, f64) = hamiltonian::grad(q, next);
            next = p - h * by_q;
        }
        p = next;
        let (_, by_p): (f64, f64) = hamiltonian::grad(q, p);
        q += h * by_p;
    }
    (q, p)
}

#[test]
fn mechanics() -> Result<(), CheckError> {
    let (q, v, l) = (0.7_f64, -1.3, 1.5);
    close(acceleration(q, v, l), -9.81 / l * q.sin());
    let (by_q, by_v, by_l) = acceleration::grad(q, v, l);
    close(by_q, -9.81 / l * q.cos());
    close(by_v, 0.0);
    close(by_l, 9.81 / (l * l) * q.sin());
    close(acceleration::jvp(q, v, l, 0.5, 2.0, -1.0).1, 0.5 * by_q - by_l);
    flow::check(q, v)?;
    for ((qq, qp), (pq, pp)) in [flow::jacobian_fwd(q, v), flow::jacobian_rev(q, v)] {
        close(qq * pp - qp * pq, 1.0);
    }
    Ok(())
}
