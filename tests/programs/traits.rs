//! Traits of the user's: implemented, with default methods, used through type parameters.

use crate::differentiate;
use differentiate::Differentiable;

#[differentiate]
trait Model {
    fn predict(&self, x: f64) -> f64;

    fn name(&self) -> &'static str {
        "model"
    }

    fn loss(&self, x: f64, #[constant] y: f64) -> f64 {
        let d = self.predict(x) - y;
        d * d
    }
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Line {
    slope: f64,
    offset: f64,
}
floats_of!(Line, LineGrad);

#[differentiate]
impl Model for Line {
    fn predict(&self, x: f64) -> f64 {
        self.slope * x + self.offset
    }
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Polynomial<const N: usize> {
    c: [f64; N],
}

#[differentiate]
impl<const N: usize> Model for Polynomial<N> {
    fn predict(&self, x: f64) -> f64 {
        let mut y = 0.0;
        for c in self.c.iter().rev() {
            y = y * x + c;
        }
        y
    }

    fn loss(&self, x: f64, #[constant] y: f64) -> f64 {
        (self.predict(x) - y).abs()
    }
}

#[differentiate]
fn fit<M: Model>(m: &M, xs: &[f64], #[constant] ys: &[f64]) -> f64 {
    let mut s = 0.0;
    for (x, y) in xs.iter().zip(ys) {
        s += m.loss(*x, *y);
    }
    s
}

#[differentiate]
fn of_any(m: &impl Model, x: f64) -> f64 {
    m.predict(x).sin() + Model::predict(m, x)
}

#[differentiate]
fn fit_a_line(m: &Line, xs: &[f64]) -> f64 {
    fit(m, xs, &[0.5, 0.1]) + of_any(m, xs[0])
}

#[differentiate]
fn fit_a_polynomial(c: [f64; 3], xs: &[f64]) -> f64 {
    let p = Polynomial { c };
    fit::<Polynomial<3>>(&p, xs, &[0.5, 0.1]) * of_any(&p, xs[1])
}

/// The right-hand side of an ordinary differential equation.
#[differentiate]
trait System {
    fn rhs(&self, t: f64, y: &[f64; 2]) -> [f64; 2];
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Pendulum {
    length: f64,
    drag: f64,
}
floats_of!(Pendulum, PendulumGrad);

#[differentiate]
impl System for Pendulum {
    fn rhs(&self, t: f64, y: &[f64; 2]) -> [f64; 2] {
        [y[1], -9.81 / self.length * y[0].sin() - self.drag * y[1] + 0.1 * t]
    }
}

#[differentiate]
fn midpoint<S: System>(s: &S, mut y: [f64; 2], dt: f64, n: usize) -> [f64; 2] {
    let mut t = 0.0;
    for _ in 0..n {
        let k: [f64; 2] = s.rhs(t, &y);
        let half = [y[0] + 0.5 * dt * k[0], y[1] + 0.5 * dt * k[1]];
        let k: [f64; 2] = s.rhs(t + 0.5 * dt, &half);
        y[0] += dt * k[0];
        y[1] += dt * k[1];
        t += dt;
    }
    y
}

#[differentiate]
fn swing(p: Pendulum, y: [f64; 2], by: f64) -> f64 {
    let a: [f64; 2] = midpoint(&p, y, 0.05, 6);
    let longer = Pendulum { length: p.length * by, ..p };
    let b: [f64; 2] = midpoint(&longer, a, 0.05, 4);
    a[0] * b[1] + b[0]
}

/// Methods for floats.
#[differentiate]
trait Activation: Copy {
    const LEAK: f64;

    fn leaky(self) -> f64;

    fn zero() -> f64 {
        0.0
    }

    fn scaled(&self, by: f64) -> f64;

    fn damp(&mut self, by: f64);
}

#[differentiate]
impl Activation for f64 {
    const LEAK: f64 = 0.1;

    fn leaky(self) -> f64 {
        if self > Self::zero() { self } else { Self::LEAK * self }
    }

    fn scaled(&self, by: f64) -> f64 {
        *self * by
    }

    fn damp(&mut self, by: f64) {
        *self *= self.cos() * by;
    }
}

/// Methods that change elements.
#[differentiate]
fn damped(mut v: [f64; 2], k: f64) -> f64 {
    let squares = v[0] * v[0];
    for _ in 0..2 {
        v[0].damp(k);
        let (_, last) = v.split_at_mut(1);
        last[0].damp(v_sum(&[k, 0.5]));
    }
    squares * v[0] + v[1]
}

#[differentiate]
fn v_sum(v: &[f64; 2]) -> f64 {
    v[0] + v[1]
}

#[differentiate]
fn activated(x: f64, y: f64) -> f64 {
    let p = Line { slope: x, offset: y };
    x.leaky() * (-y).leaky() + (x * y).scaled(x) + p.slope.leaky() + f64::leaky(y * x) + <f64 as Activation>::leaky(y)
}

/// A generic struct hands its parts on to differentiated methods of a trait.
#[differentiate]
trait Force {
    fn at(&self, y: f64) -> f64;
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Spring {
    k: f64,
}

#[differentiate]
impl Force for Spring {
    fn at(&self, y: f64) -> f64 {
        -self.k * y.sin()
    }
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Sim<F: Force> {
    force: F,
    others: Vec<F>,
    dt: f64,
}

#[differentiate]
fn euler<F: Force>(f: &F, y: f64, dt: f64) -> f64 {
    y + dt * f.at(y)
}

#[differentiate]
impl<F: Force> Sim<F> {
    fn step(&self, y: f64) -> f64 {
        let y = y + self.dt * self.force.at(y);
        self.all(y)
    }

    fn all(&self, y: f64) -> f64 {
        let mut y = y;
        for force in &self.others {
            y = euler(force, y, self.dt);
        }
        y + self.others[0].at(y)
    }
}

#[differentiate]
fn simulate<F: Force>(s: &Sim<F>, y: f64, n: usize) -> f64 {
    let mut y = y;
    for _ in 0..n {
        y = s.step(y);
        y = euler(&s.force, y, s.dt);
    }
    y + s.force.at(y) * s.dt
}

#[differentiate]
fn generic_parts(k: f64, y: f64) -> f64 {
    let s = Sim { force: Spring { k }, others: vec![Spring { k: k * y }, Spring { k: y }], dt: 0.1 };
    let y = simulate(&s, y, 3);
    s.all(y) * y
}

programs! {
    generic_parts: (k = 0.7, y = 0.4);
    fit_a_line: (&m = Line { slope: 2.0, offset: 0.5 }, &xs = vec![0.3, 0.7]);
    fit_a_polynomial: (c = [0.3, 0.2, -0.5], &xs = vec![0.3, 0.7]);
    swing: (p = Pendulum { length: 1.1, drag: 0.2 }, y = [0.8, 0.1], by = 0.7);
    damped: (v = [0.6, 0.8], k = 0.9);
    activated: (x = 0.7, y = 0.4), (x = -0.7, y = 0.4);
}

#[test]
fn objects_stay_what_they_were() {
    let (line, polynomial) = (Line { slope: 2.0, offset: 0.5 }, Polynomial { c: [0.3, 0.2, -0.5] });
    let all: [&dyn Model; 2] = [&line, &polynomial];
    let values: Vec<f64> = all.iter().filter(|m| m.name() == "model").map(|m| m.loss(1.0, 0.5)).collect();
    assert_eq!(values, [4.0, 0.5]);
    assert_eq!(line.loss_grad(1.0, 0.5).1, 8.0);
}
