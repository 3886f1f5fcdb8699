//! `std::mem::take` and `std::mem::replace` of what is no list: options, structs, a choice among constants.

use crate::differentiate;
use differentiate::Differentiable;
use std::mem;

#[differentiate]
fn taken_twice(x: f64) -> f64 {
    let mut o = Some(x * x);
    let a = mem::take(&mut o);
    let b = std::mem::take(&mut o);
    a.unwrap_or(1.0) * b.unwrap_or(x)
}

#[derive(Clone, Debug, PartialEq, Default, Differentiable)]
struct State {
    a: f64,
    v: Vec<f64>,
    o: Option<f64>,
    name: String,
}

#[differentiate]
fn of_fields(x: &[f64]) -> f64 {
    let mut state = State { a: x[0], v: vec![x[1], x[0]], o: Some(x[1]), name: "a".into() };
    let v = mem::take(&mut state.v);
    state.v = v.iter().map(|t| t * state.a).collect();
    let o = mem::take(&mut state.o);
    let old = mem::take(&mut state.a);
    state.a = old * v[0];
    if let Some(o) = mem::take(&mut state.o) {
        state.a *= o;
    }
    state.o = Some(state.a);
    let before = mem::replace(&mut state, State { a: x[0], v: vec![x[1]], o: None, name: "b".into() });
    before.a * before.v[1] * before.o.unwrap() * state.a + o.unwrap() * state.v[0]
}

#[differentiate]
fn whole(x: &[f64]) -> f64 {
    let mut state = State { a: x[0], v: vec![x[1], x[0]], o: None, name: "a".into() };
    let before = mem::take(&mut state);
    state.a += before.a * before.v[0];
    state.a * before.v[1]
}

#[derive(Clone, Debug, PartialEq)]
enum Mode {
    Up,
    Down(usize),
}

#[differentiate]
fn of_constants(x: f64) -> f64 {
    let mut mode = Mode::Up;
    let mut s = x;
    for i in 0..4 {
        let old = mem::replace(&mut mode, Mode::Down(i));
        if old == Mode::Up {
            s *= x;
        } else {
            s += x.sin();
        }
        match &mode {
            Mode::Up => s *= 2.0,
            Mode::Down(n) => s += x * *n as f64,
        }
        match old {
            Mode::Up => s *= 2.0,
            Mode::Down(n) => s += x * n as f64,
        }
    }
    s
}

programs! {
    taken_twice: (x = 0.3);
    of_fields: (&x = vec![0.3, 0.7]);
    whole: (&x = vec![0.3, 0.7]);
    of_constants: (x = 0.3);
}
