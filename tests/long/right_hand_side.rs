//! An integrator that is generic in a trait for the right-hand side, with two models and events.

use crate::differentiate;
use differentiate::Differentiable;

type State = [f64; 2];

#[differentiate]
trait Dynamics {
    fn derivative(&self, time: f64, state: &State) -> State;

    fn damped(&self, state: &State) -> f64;
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Pendulum {
    length: f64,
    damping: f64,
    drive: f64,
}
floats_of!(Pendulum, PendulumGrad);

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct PredatorPrey {
    growth: f64,
    hunting: f64,
    yielded: f64,
    death: f64,
}
floats_of!(PredatorPrey, PredatorPreyGrad);

#[differentiate]
impl Dynamics for Pendulum {
    fn derivative(&self, time: f64, state: &State) -> State {
        let [angle, speed] = *state;
        let torque = self.drive * (1.3 * time).cos();
        [speed, -9.81 / self.length * angle.sin() - self.damping * speed + torque]
    }

    fn damped(&self, state: &State) -> f64 {
        0.5 * (self.length * state[1]).powi(2) + 9.81 * self.length * (1.0 - state[0].cos())
    }
}

#[differentiate]
impl Dynamics for PredatorPrey {
    fn derivative(&self, _time: f64, state: &State) -> State {
        let met = state[0] * state[1];
        [self.growth * state[0] - self.hunting * met, self.yielded * met - self.death * state[1]]
    }

    fn damped(&self, state: &State) -> f64 {
        self.yielded * state[0] - self.death * state[0].ln() + self.hunting * state[1] - self.growth * state[1].ln()
    }
}

#[differentiate]
fn moved(state: &State, slope: &State, dt: f64) -> State {
    let mut moved = *state;
    for (m, s) in moved.iter_mut().zip(slope) {
        *m += dt * s;
    }
    moved
}

#[differentiate]
fn runge_kutta<D: Dynamics + Differentiable>(model: &D, time: f64, state: &State, dt: f64) -> State {
    let k1: State = model.derivative(time, state);
    let s2: State = moved(state, &k1, 0.5 * dt);
    let k2: State = model.derivative(time + 0.5 * dt, &s2);
    let s3: State = moved(state, &k2, 0.5 * dt);
    let k3: State = model.derivative(time + 0.5 * dt, &s3);
    let s4: State = moved(state, &k3, dt);
    let k4: State = model.derivative(time + dt, &s4);
    let mut next = *state;
    for i in 0..2 {
        next[i] += dt / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
    }
    next
}

#[differentiate]
fn integrated<D: Dynamics + Differentiable>(model: &D, start: State, dt: f64, steps: usize) -> f64 {
    let mut state = start;
    let mut time = 0.0;
    let mut cost = 0.0;
    for _ in 0..steps {
        state = runge_kutta(model, time, &state, dt);
        time += dt;
        if state[0] > 4.0 {
            break;
        }
        let invariant: f64 = model.damped(&state);
        cost += invariant * dt;
    }
    cost + state[0] * state[1]
}

#[differentiate]
fn swing(model: &Pendulum, start: State, dt: f64) -> f64 {
    integrated(model, start, dt, 12)
}

#[differentiate]
fn population(model: PredatorPrey, start: State, dt: f64) -> f64 {
    let total: f64 = integrated(&model, start, dt, 15);
    total * model.growth
}

programs! {
    swing: (&model = Pendulum { length: 1.2, damping: 0.3, drive: 0.7 }, start = [0.6, -0.2], dt = 0.08);
    population: (model = PredatorPrey { growth: 1.1, hunting: 0.4, yielded: 0.2, death: 0.5 }, start = [1.4, 0.9], dt = 0.1);
}
