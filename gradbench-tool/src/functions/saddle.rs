//! The saddle point of a function of two points, by a gradient descent whose objective is the result of a gradient ascent. The outer
//! derivative goes through the inner optimiser's steps. The names say how: the first letter is the mode of the outer derivative, the
//! second that of the inner one.

use super::Functions;
use crate::evaluation::{self, task};
use differentiate::differentiate;
use serde::Deserialize;

/// What can be asked for.
pub const FUNCTIONS: Functions = &[
    ("ff", |input| {
        task(input, |input: &Input| input.saddle(|p, start| by_directions(p, |p, dot| worst_f::jvp(p, start, dot)), farthest_f))
    }),
    ("fr", |input| {
        task(input, |input: &Input| input.saddle(|p, start| by_directions(p, |p, dot| worst_r::jvp(p, start, dot)), farthest_r))
    }),
    ("rf", |input| task(input, |input: &Input| input.saddle(worst_f::value_and_grad, farthest_f))),
    ("rr", |input| task(input, |input: &Input| input.saddle(worst_r::value_and_grad, farthest_r))),
];

/// Where both descents start.
#[derive(Debug, Deserialize)]
pub struct Input {
    /// For both points.
    pub start: [f64; 2],
}

impl evaluation::Input for Input {
    fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

/// |p|² - |q|².
#[differentiate(order = 2)]
pub fn objective(p: [f64; 2], q: [f64; 2]) -> f64 {
    (p[0] * p[0] + p[1] * p[1]) - (q[0] * q[0] + q[1] * q[1])
}

/// The length of a vector in the plane.
#[differentiate]
pub fn norm(v: [f64; 2]) -> f64 {
    (v[0] * v[0] + v[1] * v[1]).sqrt()
}

/// The q for which the objective is largest, by gradient ascent with the gradient in reverse mode.
#[differentiate]
pub fn farthest_r(p: [f64; 2], #[constant] start: [f64; 2]) -> [f64; 2] {
    let (mut q, mut eta, mut i) = (start, 1e-5, 0);
    let mut value: f64 = objective(p, q);
    let (_, mut slope): ([f64; 2], [f64; 2]) = objective::grad(p, q);
    loop {
        let steepness: f64 = norm(slope);
        if steepness <= 1e-5 {
            return q;
        }
        if i == 10 {
            eta *= 2.0;
            i = 0;
            continue;
        }
        let next = [q[0] + eta * slope[0], q[1] + eta * slope[1]];
        let step: f64 = norm([q[0] - next[0], q[1] - next[1]]);
        if step <= 1e-5 {
            return q;
        }
        let next_value: f64 = objective(p, next);
        if next_value > value {
            let (_, next_slope): ([f64; 2], [f64; 2]) = objective::grad(p, next);
            q = next;
            value = next_value;
            slope = next_slope;
            i += 1;
        } else {
            eta /= 2.0;
            i = 0;
        }
    }
}

/// The same, with the gradient in forward mode.
#[differentiate]
pub fn farthest_f(p: [f64; 2], #[constant] start: [f64; 2]) -> [f64; 2] {
    let (mut q, mut eta, mut i) = (start, 1e-5, 0);
    let mut value: f64 = objective(p, q);
    let mut slope: [f64; 2] = slope_f(p, q);
    loop {
        let steepness: f64 = norm(slope);
        if steepness <= 1e-5 {
            return q;
        }
        if i == 10 {
            eta *= 2.0;
            i = 0;
            continue;
        }
        let next = [q[0] + eta * slope[0], q[1] + eta * slope[1]];
        let step: f64 = norm([q[0] - next[0], q[1] - next[1]]);
        if step <= 1e-5 {
            return q;
        }
        let next_value: f64 = objective(p, next);
        if next_value > value {
            let next_slope: [f64; 2] = slope_f(p, next);
            q = next;
            value = next_value;
            slope = next_slope;
            i += 1;
        } else {
            eta /= 2.0;
            i = 0;
        }
    }
}

/// The gradient with respect to q, one direction at a time.
#[differentiate]
pub fn slope_f(p: [f64; 2], q: [f64; 2]) -> [f64; 2] {
    let (_, x): (f64, f64) = objective::jvp(p, q, [0.0, 0.0], [1.0, 0.0]);
    let (_, y): (f64, f64) = objective::jvp(p, q, [0.0, 0.0], [0.0, 1.0]);
    [x, y]
}

/// The objective at p, and the q that is worst for it.
#[differentiate]
pub fn worst_r(p: [f64; 2], #[constant] start: [f64; 2]) -> f64 {
    let q: [f64; 2] = farthest_r(p, start);
    objective(p, q)
}

/// The same, with the inner gradient in forward mode.
#[differentiate]
pub fn worst_f(p: [f64; 2], #[constant] start: [f64; 2]) -> f64 {
    let q: [f64; 2] = farthest_f(p, start);
    objective(p, q)
}

/// Value and gradient, one direction at a time.
fn by_directions(p: [f64; 2], jvp: impl Fn([f64; 2], [f64; 2]) -> (f64, f64)) -> (f64, [f64; 2]) {
    let ((value, x), (_, y)) = (jvp(p, [1.0, 0.0]), jvp(p, [0.0, 1.0]));
    (value, [x, y])
}

impl Input {
    /// The saddle point: first p, then q. `worst` gives value and gradient.
    fn saddle(
        &self,
        worst: impl Fn([f64; 2], [f64; 2]) -> (f64, [f64; 2]),
        farthest: impl Fn([f64; 2], [f64; 2]) -> [f64; 2],
    ) -> [f64; 4] {
        let start = self.start;
        let p = argmin(|p| worst(p, start), start);
        let q = farthest(p, start);
        [p[0], p[1], q[0], q[1]]
    }
}

/// The benchmark's gradient descent, with its rule for the step. `f` gives value and gradient.
pub fn argmin(f: impl Fn([f64; 2]) -> (f64, [f64; 2]), start: [f64; 2]) -> [f64; 2] {
    let (mut p, mut eta, mut i) = (start, 1e-5, 0);
    let (mut value, mut slope) = f(p);
    loop {
        if norm(slope) <= 1e-5 {
            return p;
        }
        if i == 10 {
            (eta, i) = (eta * 2.0, 0);
            continue;
        }
        let next = [p[0] - eta * slope[0], p[1] - eta * slope[1]];
        if norm([p[0] - next[0], p[1] - next[1]]) <= 1e-5 {
            return p;
        }
        let (next_value, next_slope) = f(next);
        if next_value < value {
            (p, value, slope, i) = (next, next_value, next_slope, i + 1);
        } else {
            (eta, i) = (eta / 2.0, 0);
        }
    }
}
