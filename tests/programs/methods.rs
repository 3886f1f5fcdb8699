//! Methods of the user's types, in every way of taking `self`.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Spring {
    k: f64,
    rest: f64,
    label: String,
}
floats_of!(Spring, SpringGrad);

#[differentiate]
impl Spring {
    const HALF: f64 = 0.5;

    fn energy(&self, x: f64) -> f64 {
        assert!(!self.label.is_empty(), "{}", self.label);
        let d = x - self.rest;
        Self::HALF * self.k * Self::square(d)
    }

    fn square(x: f64) -> f64 {
        x * x
    }

    fn soften(&mut self, by: f64) -> f64 {
        self.k *= 1.0 - by;
        self.rest += by * self.k;
        self.k * by
    }

    fn softened(mut self, by: f64) -> Self {
        self.soften(by);
        self
    }

    /// Not with respect to the spring.
    fn pull(#[constant] &self, x: f64) -> f64 {
        x.sin() * self.k
    }

    #[differentiate(skip)]
    fn describe(&self) -> String {
        format!("{} {}", self.label, self.k)
    }

    /// Calls itself.
    fn power(&self, x: f64, n: usize) -> f64 {
        if n == 0 { self.rest } else { self.k * x * self.power(x, n - 1) }
    }

    /// Call each other.
    fn even(&self, x: f64, n: usize) -> f64 {
        if n == 0 { x } else { self.odd(x * self.k, n - 1) }
    }

    fn odd(&self, x: f64, n: usize) -> f64 {
        if n == 0 { x * x } else { self.even(x.sin(), n - 1) }
    }
}

#[differentiate]
fn of_a_spring(s: &Spring, x: f64) -> f64 {
    s.energy(x) * x + Spring::energy(s, x * x) + s.power(x, 3) + s.even(x, 3)
}

#[differentiate]
fn mutates(s: &mut Spring, x: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..3 {
        sum += s.soften(0.1 * x) * i as f64;
        sum += s.energy(sum);
    }
    sum * s.k
}

#[differentiate]
fn moves(s: Spring, by: f64) -> f64 {
    let mut t = s.clone().softened(by).softened(0.5 * by);
    let lost = t.soften(0.1);
    t.energy(lost) + s.energy(by)
}

#[differentiate]
fn held_constant(x: f64) -> f64 {
    let s = Spring { k: 2.0, rest: 0.3, label: String::from("fixed") };
    if s.describe().len() > 3 { s.pull(x) * s.energy(x) } else { x }
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Layer {
    weights: Vec<f64>,
    bias: Vec<f64>,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Network {
    layers: Vec<Layer>,
}
floats_of!(Network, NetworkGrad);

#[differentiate]
impl Layer {
    fn outputs(&self) -> usize {
        self.bias.len()
    }

    fn forward(&self, x: &[f64]) -> Vec<f64> {
        let mut y = vec![0.0; self.outputs()];
        for i in 0..y.len() {
            let mut s = self.bias[i];
            for j in 0..x.len() {
                s += self.weights[i * x.len() + j] * x[j];
            }
            y[i] = s.tanh();
        }
        y
    }
}

#[differentiate]
impl Network {
    fn predict(&self, x: &[f64]) -> Vec<f64> {
        let mut h = x.to_vec();
        for layer in &self.layers {
            h = layer.forward(&h);
        }
        h
    }

    fn loss(&self, x: &[f64], #[constant] target: &[f64]) -> f64 {
        let y: Vec<f64> = self.predict(x);
        let mut s = 0.0;
        for i in 0..y.len() {
            s += (y[i] - target[i]) * (y[i] - target[i]);
        }
        s
    }
}

#[differentiate]
fn network_loss(net: &Network, x: &[f64]) -> f64 {
    net.loss(x, &[0.2])
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Body {
    x: f64,
    v: f64,
}

#[differentiate]
impl Body {
    fn acceleration(self) -> f64 {
        -self.x - 0.1 * self.v * self.v
    }

    fn kick(&mut self, dt: f64) {
        self.v += dt * self.acceleration();
    }

    fn drift(&mut self, dt: f64) {
        self.x += dt * self.v;
    }

    fn leap(&mut self, dt: f64) {
        self.kick(0.5 * dt);
        self.drift(dt);
        self.kick(0.5 * dt);
    }
}

#[differentiate]
fn leapfrog(x: f64, v: f64, dt: f64) -> f64 {
    let mut body = Body { x, v };
    for _ in 0..5 {
        body.leap(dt);
    }
    body.x * body.acceleration()
}

/// Gradients of methods in what is differentiated itself.
mod inner {
    use differentiate::{Differentiable, differentiate};

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub(super) struct Potential {
        pub(super) k: f64,
    }

    #[differentiate(order = 3)]
    impl Potential {
        pub(super) fn energy(#[constant] &self, x: f64) -> f64 {
            self.k * x.powi(4) + x.cos()
        }

        pub(super) fn work(&self, x: f64) -> f64 {
            self.k * x * x
        }

        /// The potential weakens as it is used.
        pub(super) fn wear(&mut self, x: f64) -> f64 {
            let worn = self.k * x.sin();
            self.k -= 0.1 * worn * worn;
            worn * self.k
        }
    }

    #[differentiate(order = 3)]
    pub(super) fn product(x: &[f64]) -> f64 {
        x[0] * x[0] * x[1]
    }
}

#[differentiate]
fn force(x: f64, k: f64) -> f64 {
    let p = inner::Potential { k: 0.7 };
    let mut x = x;
    for _ in 0..3 {
        let slope: f64 = p.energy_grad(x);
        x -= 0.01 * k * slope;
    }
    let q = inner::Potential { k };
    let (_, along) = q.work_value_and_grad(x);
    x * x + along.1
}

/// Pullbacks of methods, also where they are made, and of methods that change what they are called on.
#[differentiate]
fn pulled(x: f64, k: f64) -> f64 {
    let mut p = inner::Potential { k };
    let (work, pull) = p.work_vjp(x);
    let (of_k, of_x) = pull(1.0);
    let again = inner::Potential::work_vjp(&p, of_x).1(2.0).1;
    let (worn, pull) = p.wear_vjp(x);
    let (before, slope) = pull(of_k.k, inner::PotentialGrad { k: 0.5 });
    let point = [x, worn];
    let both = inner::product::vjp(&point);
    let bars = (both.1)(work);
    again + before.k * slope + p.k + both.0 * bars[1]
}

fn spring() -> Spring {
    Spring { k: 1.3, rest: 0.4, label: "a".into() }
}

fn net() -> Network {
    let layer = |weights: &[f64], bias: &[f64]| Layer { weights: weights.to_vec(), bias: bias.to_vec() };
    Network { layers: vec![layer(&[0.1, 0.4, -0.3, 0.2], &[0.1, 0.0]), layer(&[0.7, -0.5], &[0.05])] }
}

programs! {
    of_a_spring: (&s = spring(), x = 0.7);
    mutates: (&mut s = spring(), x = 0.7);
    moves: (s = spring(), by = 0.2);
    held_constant: (x = 0.6);
    network_loss: (&net = net(), &x = vec![0.5, -0.2]);
    force: (x = 0.7, k = 0.3);
    pulled: (x = 0.7, k = 0.6);
    leapfrog: (x = 0.4, v = 0.3, dt = 0.1);
}

#[test]
fn siblings_offer_what_a_companion_does() {
    let s = spring();
    let (e, (s_bar, x_bar)) = s.energy_value_and_grad(0.9);
    assert_eq!((e, x_bar), (s.energy(0.9), 1.3 * 0.5));
    assert_eq!((s_bar.k, s_bar.rest), (0.125, -1.3 * 0.5));
    assert_eq!(s.energy_grad(0.9).1, x_bar);
    assert_eq!(Spring::square_grad(3.0), 6.0);
    assert_eq!(s.pull_grad(0.0), 1.3);
    let (_, pull) = s.energy_vjp(0.9);
    assert_eq!(pull(2.0).1, 2.0 * x_bar);
    let dot = SpringGrad { k: 1.0, ..s.zero_grad() };
    assert_eq!(s.energy_jvp(0.9, &dot, 0.0), (e, 0.125));
    let mut buffers = (s.zero_grad(), 0.0);
    assert_eq!(s.energy_value_and_grad_into(0.9, &mut buffers.0, &mut buffers.1), e);
    assert_eq!(buffers, (s_bar, x_bar));
    s.energy_check(0.9).unwrap();
    s.clone().softened_check(0.2).unwrap();
    let mut t = s.clone();
    t.soften_check(0.2).unwrap();
    assert_eq!(t, s);
    let (_, pull) = t.soften_vjp(0.2);
    assert_ne!(t, s);
    assert_eq!(pull(0.0, SpringGrad { k: 1.0, ..s.zero_grad() }).0.k, 0.8);
}
