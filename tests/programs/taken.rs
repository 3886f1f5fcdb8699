//! `Option::take` and `Option::replace`.

use crate::differentiate;
use differentiate::Differentiable;

#[differentiate]
fn taken_once(x: f64, y: f64) -> f64 {
    let mut last = Some(x);
    let k = last.take();
    k.unwrap() * y + last.unwrap_or(0.5)
}
#[differentiate]
fn delayed(x: f64, y: f64) -> f64 {
    let mut last: Option<f64> = None;
    let mut s = 0.0;
    for i in 0..3 {
        if let Some(v) = last.take() {
            s += v * y;
        }
        last = Some(x * i as f64);
    }
    s + last.replace(y).unwrap_or(1.0) * last.unwrap()
}
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Stage {
    last: Option<f64>,
    cache: Option<Vec<f64>>,
}
#[differentiate]
fn of_fields(x: f64, y: f64) -> f64 {
    let mut s = Stage { last: Some(x), cache: Some(vec![x, y]) };
    let a = s.last.take();
    let mut v = s.cache.take().unwrap();
    v[0] *= y;
    let b = v[0] + v[1];
    s.cache = Some(v);
    a.unwrap() * b + s.last.unwrap_or(y) + s.cache.unwrap()[0]
}
#[differentiate]
impl Stage {
    fn step(&mut self, x: f64) -> f64 {
        match self.last.take() {
            Some(v) => {
                self.last = Some(v * x);
                v
            }
            None => {
                self.last = Some(x);
                0.0
            }
        }
    }
}
#[differentiate]
fn by_methods(x: f64, y: f64) -> f64 {
    let mut s = Stage { last: Some(x), cache: None };
    let mut t = 0.0;
    for _ in 0..3 {
        t += s.step(y);
    }
    t * s.last.unwrap()
}

/// Methods of these names of the user's own.
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Buffer {
    v: f64,
    n: f64,
}

#[differentiate]
impl Buffer {
    fn replace(&mut self, v: f64) -> f64 {
        let old = self.v;
        self.v = v * self.n;
        old
    }

    fn take(&mut self) -> f64 {
        let old = self.v;
        self.v = 0.5;
        old
    }

    fn both(&mut self, x: f64) -> f64 {
        self.replace(x) + self.take() * self.v
    }
}

#[differentiate]
fn of_the_users(x: f64, y: f64) -> f64 {
    let mut b: Buffer = Buffer { v: x, n: y };
    b.replace(x * y) + b.take() * y + b.both(x)
}

programs! {
    of_the_users: (x = 1.3, y = 0.7);
    taken_once: (x = 1.3, y = 0.7);
    delayed: (x = 1.3, y = 0.7);
    of_fields: (x = 1.3, y = 0.7);
    by_methods: (x = 1.3, y = 0.7);
}
