//! A variable that started from a constant of unseen type was taken for a constant: what a function made of it lost its derivative.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct State {
    x: f64,
    v: f64,
}

#[derive(Clone, Debug)]
struct Scenario {
    start: State,
    steps: usize,
}

#[differentiate]
fn step(s: State, k: f64) -> State {
    State { x: s.x + 0.1 * s.v, v: s.v - 0.1 * k * s.x }
}

#[differentiate]
fn in_a_loop(k: f64, #[constant] scenario: &Scenario) -> f64 {
    let mut s = scenario.start;
    for _ in 0..scenario.steps {
        s = step(s, k);
    }
    s.x * s.v
}

#[differentiate]
fn in_an_accumulator(k: f64, #[constant] scenario: &Scenario) -> f64 {
    let s = (0..scenario.steps).fold(scenario.start, |s, _| step(s, k));
    s.x * s.v
}

#[differentiate]
fn in_a_vec(k: f64, #[constant] scenario: &Scenario) -> f64 {
    let mut path = Vec::new();
    path.push(scenario.start);
    for i in 0..scenario.steps {
        path.push(step(path[i], k));
    }
    path[scenario.steps].x
}

fn scenario() -> Scenario {
    Scenario { start: State { x: 0.3, v: 0.2 }, steps: 4 }
}

programs! {
    in_a_loop: (k = 0.7, const &scenario = scenario());
    in_an_accumulator: (k = 0.7, const &scenario = scenario());
    in_a_vec: (k = 0.7, const &scenario = scenario());
}
