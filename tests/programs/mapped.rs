//! `map` of arrays whose types are not seen.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct State {
    v: [f64; 3],
    limit: Option<f64>,
}
floats_of!(State, StateGrad);

type V3 = [f64; 3];

#[differentiate]
impl State {
    fn squares(&self) -> [f64; 3] {
        self.v.map(|x| x * x)
    }

    fn sum(&self) -> f64 {
        let w = self.v.map(|x| x.sin());
        w[0] + w[1] * w[2]
    }

    fn scaled(self, k: f64) -> Self {
        let first = self.v[0];
        State { v: self.v.map(|x| x * k + first), ..self }
    }

    /// This one is an option.
    fn limited(&self, k: f64) -> f64 {
        self.limit.map(|limit| limit * k).unwrap_or(k)
    }
}

#[differentiate]
fn make(x: f64, y: f64) -> [f64; 3] {
    [x, y, x * y]
}

#[differentiate]
fn of_calls(x: f64, y: f64) -> f64 {
    let w = make(x, y).map(|v| v * v + y);
    let m = make(x, y);
    let u = m.map(f64::sin);
    w[0] + w[1] * w[2] + u[0] * u[1] * m[2]
}

#[differentiate]
fn of_an_alias(v: V3, k: f64) -> f64 {
    let w = v.map(|v| v.exp() * k);
    w.iter().sum::<f64>() * w[1]
}

#[differentiate]
fn of_fields(x: f64, y: f64) -> f64 {
    let s = State { v: [x, y, 1.0], limit: Some(x * y) };
    let w: [f64; 3] = s.v.map(|a| {
        let b = a * y;
        b.sin()
    });
    w[0] * w[1] + s.sum() + s.squares()[1] * s.scaled(x).v[0] + s.limited(y)
}

programs! {
    of_calls: (x = 1.3, y = 0.7);
    of_an_alias: (v = [1.3, 0.7, 0.2], k = 0.4);
    of_fields: (x = 1.3, y = 0.7);
}
