//! Variables that start as constants of a type that is not known, and become something else in a loop or a branch.

use crate::differentiate;
use differentiate::{Differentiable, Real};

type Point = [f64; 2];

#[differentiate]
fn turned(p: Point, angle: f64) -> Point {
    let (s, c) = angle.sin_cos();
    [c * p[0] - s * p[1], s * p[0] + c * p[1]]
}

#[differentiate]
fn from_a_point(#[constant] start: Point, angle: f64, n: usize) -> f64 {
    let mut q = start;
    for i in 0..n {
        q = turned(q, angle * i as f64);
    }
    q[0] * start[1] - q[1]
}

/// In nested loops, one of which ends early.
#[differentiate]
fn nested(#[constant] start: Point, angle: f64, n: usize) -> f64 {
    let mut q = start;
    let mut sum = 0.0;
    for _ in 0..n {
        for k in 0..n {
            if q[0] < -0.5 {
                break;
            }
            q = turned(q, angle + k as f64);
        }
        let mut r = start;
        while r[0] > 0.0 {
            r = turned(r, angle * 0.7);
        }
        sum += q[1] * r[1];
    }
    sum
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Mode {
    Off,
    Slow,
    Fast(u32),
}

fn next(mode: Mode) -> Mode {
    match mode {
        Mode::Off => Mode::Slow,
        Mode::Slow => Mode::Fast(3),
        Mode::Fast(0) => Mode::Off,
        Mode::Fast(n) => Mode::Fast(n - 1),
    }
}

/// Never carries derivatives.
#[differentiate]
fn modes(x: f64, n: usize) -> f64 {
    let mut mode = Mode::Off;
    let mut last = Mode::Slow;
    let mut y = x;
    for _ in 0..n {
        y = match mode {
            Mode::Off => y.sin(),
            Mode::Slow => y * x,
            Mode::Fast(n) => y + n as f64 * x,
        };
        if last == Mode::Off {
            y *= 1.5;
        }
        last = mode;
        mode = next(mode);
    }
    y
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct State {
    x: f64,
    path: Vec<f64>,
    mode: u32,
}

impl State {
    fn zero() -> State {
        State { x: 0.5, path: vec![0.25], mode: 0 }
    }
}

#[differentiate]
fn advanced(s: &State, k: f64) -> State {
    State { x: s.x * k + s.path[0], path: vec![s.x.sin()], mode: s.mode + 1 }
}

#[differentiate]
fn states(k: f64, n: usize, #[constant] first: State) -> f64 {
    let mut s = State::zero();
    let mut t = first.clone();
    let mut u = first;
    for i in 0..n {
        if i % 2 == 0 {
            s = advanced(&s, k);
        } else {
            t = advanced(&t, s.x);
        }
        u = State { x: u.x * t.x, ..s.clone() };
    }
    s.x * s.path[0] + t.path[0] * s.mode as f64 + u.x
}

#[differentiate]
fn sum_of<T: Real>(x: &[T]) -> T {
    let mut sum = T::ZERO;
    let mut product = T::ONE;
    for v in x {
        sum += *v * product;
        product = product * *v;
    }
    sum + product
}

#[differentiate]
fn sums(x: &[f64]) -> f64 {
    sum_of(x) * x.iter().fold(State::zero().x, |a, b| a * b)
}

programs! {
    from_a_point: (const start = [0.6, 0.7], angle = 0.4, const n = 4), (const start = [0.6, 0.7], angle = 0.4, const n = 0);
    nested: (const start = [0.6, 0.7], angle = 0.4, const n = 3);
    modes: (x = 0.8, const n = 9);
    states: (k = 0.8, const n = 5, const first = State { x: 0.3, path: vec![0.9], mode: 1 });
    sums: (&x = vec![0.5, 1.5, -0.7]);
}
