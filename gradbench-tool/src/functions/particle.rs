//! A charged particle in the field of two charges: one of them is moved so that the particle comes down at x = 0. The force is the
//! gradient of a potential inside of the trajectory, which is differentiated in its turn. The names say how: the first letter is the
//! mode of the outer derivative, the second that of the inner one.

use super::Functions;
use crate::evaluation::{self, task};
use differentiate::differentiate;
use serde::Deserialize;

/// What can be asked for.
pub const FUNCTIONS: Functions = &[
    ("ff", |input| task(input, |input: &Input| argmin(|w| trajectory_f::jvp(w, 1.0), input.w))),
    ("fr", |input| task(input, |input: &Input| argmin(|w| trajectory_r::jvp(w, 1.0), input.w))),
    ("rf", |input| task(input, |input: &Input| argmin(trajectory_f::value_and_grad, input.w))),
    ("rr", |input| task(input, |input: &Input| argmin(trajectory_r::value_and_grad, input.w))),
];

/// Where to start.
#[derive(Debug, Deserialize)]
pub struct Input {
    /// By how much the charge is moved at first.
    pub w: f64,
}

impl evaluation::Input for Input {
    fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

/// The potential at (x, y) of unit charges at (10, 10 - w) and (10, 0).
#[differentiate(order = 2)]
pub fn potential(x: f64, y: f64, w: f64) -> f64 {
    let (dx, dy) = (x - 10.0, y - (10.0 - w));
    1.0 / (dx * dx + dy * dy).sqrt() + 1.0 / (dx * dx + y * y).sqrt()
}

/// Where a straight line through (x, y) meets the ground, squared.
#[differentiate]
pub fn landing(x: f64, y: f64, vx: f64, vy: f64) -> f64 {
    let end = x - y / vy * vx;
    end * end
}

/// The trajectory by Euler's method, the force in reverse mode.
#[differentiate]
pub fn trajectory_r(w: f64) -> f64 {
    let (mut x, mut y, mut vx, mut vy) = (0.0, 8.0, 0.75, 0.0);
    loop {
        let (gx, gy, _): (f64, f64, f64) = potential::grad(x, y, w);
        x += 0.1 * vx;
        y += 0.1 * vy;
        if y <= 0.0 {
            return landing(x, y, vx, vy);
        }
        vx -= 0.1 * gx;
        vy -= 0.1 * gy;
    }
}

/// The same, the force in forward mode.
#[differentiate]
pub fn trajectory_f(w: f64) -> f64 {
    let (mut x, mut y, mut vx, mut vy) = (0.0, 8.0, 0.75, 0.0);
    loop {
        let (_, gx): (f64, f64) = potential::jvp(x, y, w, 1.0, 0.0, 0.0);
        let (_, gy): (f64, f64) = potential::jvp(x, y, w, 0.0, 1.0, 0.0);
        x += 0.1 * vx;
        y += 0.1 * vy;
        if y <= 0.0 {
            return landing(x, y, vx, vy);
        }
        vx -= 0.1 * gx;
        vy -= 0.1 * gy;
    }
}

/// The benchmark's gradient descent, with its rule for the step. `f` gives value and derivative.
pub fn argmin(f: impl Fn(f64) -> (f64, f64), start: f64) -> f64 {
    let (mut x, mut eta, mut i) = (start, 1e-5, 0);
    let (mut value, mut slope) = f(x);
    loop {
        if slope.abs() <= 1e-5 {
            return x;
        }
        if i == 10 {
            (eta, i) = (eta * 2.0, 0);
            continue;
        }
        let next = x - eta * slope;
        if (x - next).abs() <= 1e-5 {
            return x;
        }
        let (next_value, next_slope) = f(next);
        if next_value < value {
            (x, value, slope, i) = (next, next_value, next_slope, i + 1);
        } else {
            (eta, i) = (eta / 2.0, 0);
        }
    }
}
