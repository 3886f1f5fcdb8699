//! Structs of the user's: fields, literals, patterns, in every way of passing them.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct State {
    x: f64,
    v: f64,
    t: f64,
}
floats_of!(State, StateGrad);

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Params {
    k: f64,
    masses: Vec<f64>,
    n: usize,
    name: String,
    inner: State,
}
floats_of!(Params, ParamsGrad);

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct P2(f64, f64);
floats_of!(P2, P2Grad);

#[differentiate]
fn step(s: State, k: f64, dt: f64) -> State {
    let a = -k * s.x;
    let v = s.v + dt * a;
    State { x: s.x + dt * v, v, ..s }
}

#[differentiate]
fn simulate(p: &Params, s: &State, dt: f64) -> f64 {
    let mut s = *s;
    for i in 0..p.n {
        s = step(s, p.k / p.masses[i % p.masses.len()], dt);
        s.v *= 0.99;
        s.t += dt;
    }
    s.x * s.x + s.v + p.inner.x * s.t
}

#[differentiate]
fn destructure(p: P2, s: State) -> f64 {
    let P2(a, b) = p;
    let State { x, v: speed, .. } = s;
    a * x + b * speed * a
}

#[differentiate]
fn modify(s: &mut State, c: f64) {
    s.x += c * s.v;
    s.v = s.x * s.v;
    let State { t, .. } = s;
    *t = *t * c;
}

#[differentiate]
fn by_value(mut s: State, c: f64) -> f64 {
    s.x = s.x * c;
    s.x += s.v;
    modify(&mut s, c);
    let q = s;
    s.v *= 2.0;
    q.x * s.v
}

#[differentiate]
fn bodies(bodies: &[State]) -> f64 {
    let mut e = 0.0;
    for b in bodies {
        e += 0.5 * b.v * b.v + b.x.sin();
    }
    for State { x, v, .. } in bodies.iter() {
        e += x * v;
    }
    e
}

#[differentiate]
fn built(x: &[f64]) -> Vec<State> {
    let mut all = Vec::new();
    for i in 0..x.len() {
        let s = State { x: x[i], v: x[i] * x[i], t: 1.0 };
        all.push(s);
    }
    all[0].x *= 2.0;
    all
}

#[differentiate]
fn clones(p: &Params) -> f64 {
    let mut q = p.clone();
    q.k = q.k.max(0.5) * 2.0;
    q.masses[0] *= q.k;
    let Params { k, masses, inner: State { x, .. }, .. } = &q;
    let r = Params { k: k * x, ..q.clone() };
    r.k * masses[0] + r.masses[1] * r.inner.v
}

programs! {
    step -> many: (s = State { x: 0.3, v: 0.5, t: 1.0 }, k = 2.0, dt = 0.1);
    simulate: (&p = Params { k: 2.0, masses: vec![1.0, 2.0], n: 3, name: "a".into(), inner: State { x: 0.3, v: 0.5, t: 1.0 } }, &s = State { x: 0.3, v: 0.5, t: 1.0 }, dt = 0.1);
    destructure: (p = P2(0.3, 0.7), s = State { x: 0.3, v: 0.5, t: 1.0 });
    modify -> unit: (&mut s = State { x: 0.3, v: 0.5, t: 1.0 }, c = 0.4);
    by_value: (s = State { x: 0.3, v: 0.5, t: 1.0 }, c = 0.4);
    bodies: (&bodies = vec![State { x: 0.3, v: 0.5, t: 1.0 }; 2]);
    built -> many: (&x = vec![0.4, 0.5]);
    clones: (&p = Params { k: 2.0, masses: vec![1.0, 2.0], n: 3, name: "a".into(), inner: State { x: 0.3, v: 0.5, t: 1.0 } });
}
