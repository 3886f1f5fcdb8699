//! A pole on a cart, its equations by a trait, its controller clipped, its simulation left early.

use crate::differentiate;
use differentiate::Differentiable;
use std::ops::{Add, Mul};

#[derive(Clone, Copy, Debug, Default, PartialEq, Differentiable)]
struct State {
    x: f64,
    theta: f64,
    v: f64,
    omega: f64,
}

#[differentiate]
impl Add for State {
    type Output = Self;
    fn add(self, rhs: Self) -> Self {
        State { x: self.x + rhs.x, theta: self.theta + rhs.theta, v: self.v + rhs.v, omega: self.omega + rhs.omega }
    }
}
#[differentiate]
impl Mul<f64> for State {
    type Output = Self;
    fn mul(self, k: f64) -> Self {
        Self { x: self.x * k, theta: self.theta * k, v: self.v * k, omega: self.omega * k }
    }
}
#[differentiate]
trait System {
    fn derivative(&self, s: &State, force: f64) -> State;
}
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Cart {
    mass: f64,
    pole: f64,
    length: f64,
}
const G: f64 = 9.81;
#[differentiate]
impl System for Cart {
    fn derivative(&self, s: &State, force: f64) -> State {
        let (sin, cos) = s.theta.sin_cos();
        let total = self.mass + self.pole;
        let temp = (force + self.pole * self.length * s.omega.powi(2) * sin) / total;
        let alpha = (G * sin - cos * temp) / (self.length * (4.0 / 3.0 - self.pole * cos * cos / total));
        State { x: s.v, theta: s.omega, v: temp - self.pole * self.length * alpha * cos / total, omega: alpha }
    }
}
#[differentiate]
fn rk4<S: System>(system: &S, s: State, u: f64, dt: f64) -> State {
    let k1 = system.derivative(&s, u);
    let k2 = system.derivative(&(s + k1 * (dt / 2.0)), u);
    let k3 = system.derivative(&(s + k2 * (dt / 2.0)), u);
    let k4 = system.derivative(&(s + k3 * dt), u);
    s + (k1 + k2 * 2.0 + k3 * 2.0 + k4) * (dt / 6.0)
}
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Gains {
    p: [f64; 2],
    d: [f64; 2],
    #[constant]
    limit: f64,
}
#[differentiate]
impl Gains {
    fn control(&self, s: &State) -> f64 {
        let [px, pt] = self.p;
        let [dx, dt] = self.d;
        (px * s.x + pt * s.theta + dx * s.v + dt * s.omega).clamp(-self.limit, self.limit)
    }
}
#[derive(Clone, Copy, Debug)]
struct Scenario {
    start: State,
    steps: usize,
    dt: f64,
}
#[differentiate]
fn cost(gains: &Gains, cart: &Cart, #[constant] scenario: &Scenario) -> f64 {
    let mut s = scenario.start;
    let mut total = 0.0;
    for step in 0..scenario.steps {
        let u = gains.control(&s);
        s = rk4(cart, s, u, scenario.dt);
        if s.theta.abs() > 1.5 {
            total += 100.0 * (scenario.steps - step) as f64;
            break;
        }
        let weight = if step + 1 == scenario.steps { 10.0 } else { 1.0 };
        total += weight * (s.x * s.x + 5.0 * s.theta * s.theta) + 0.01 * u * u;
    }
    total * scenario.dt
}

fn start(theta: f64) -> Scenario {
    Scenario { start: State { theta, ..State::default() }, steps: 20, dt: 0.02 }
}

fn gains() -> Gains {
    Gains { p: [0.5, 20.0], d: [0.8, 4.0], limit: 15.0 }
}

fn cart() -> Cart {
    Cart { mass: 1.0, pole: 0.1, length: 0.5 }
}

crate::floats_of! {
    Gains, GainsGrad;
    Cart, CartGrad;
}

programs! {
    cost: (&gains = gains(), &cart = cart(), const &scenario = start(0.1)), (&gains = gains(), &cart = cart(), const &scenario = start(1.3));
}
