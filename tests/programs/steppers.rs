//! Traits whose methods change what they are called on, through type parameters.

use crate::differentiate;
use differentiate::Differentiable;

#[differentiate]
trait Stepper {
    fn step(&mut self, h: f64);

    fn energy(&self) -> f64;

    /// Until it slows down.
    fn settle(&mut self, h: f64, most: usize) -> f64 {
        let mut last: f64 = self.energy();
        for _ in 0..most {
            self.step(h);
            let now: f64 = self.energy();
            if (now - last).abs() < 1e-3 {
                break;
            }
            last = now;
        }
        last
    }
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Spring {
    x: f64,
    v: f64,
    k: f64,
}
floats_of!(Spring, SpringGrad);

#[differentiate]
impl Stepper for Spring {
    fn step(&mut self, h: f64) {
        self.v -= h * self.k * self.x.sin();
        self.x += h * self.v;
    }

    fn energy(&self) -> f64 {
        0.5 * self.v * self.v + self.k * (1.0 - self.x.cos())
    }
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Chain {
    x: Vec<f64>,
    v: Vec<f64>,
    k: f64,
}
floats_of!(Chain, ChainGrad);

#[differentiate]
impl Stepper for Chain {
    fn step(&mut self, h: f64) {
        for i in 0..self.x.len() {
            let left = if i > 0 { self.x[i - 1] } else { 0.0 };
            self.v[i] -= h * self.k * (self.x[i] - left).sin();
        }
        for i in 0..self.x.len() {
            self.x[i] += h * self.v[i];
        }
    }

    fn energy(&self) -> f64 {
        let mut e = 0.0;
        for (x, v) in self.x.iter().zip(&self.v) {
            e += 0.5 * v * v + self.k * x.cos();
        }
        e
    }
}

#[differentiate]
fn run<S: Stepper>(s: &mut S, h: f64, steps: usize) -> f64 {
    for _ in 0..steps {
        s.step(h);
    }
    s.energy()
}

#[differentiate]
fn run_spring(s: &mut Spring, h: f64) -> f64 {
    run(s, h, 5) + s.x
}

#[differentiate]
fn run_chain(s: &mut Chain, h: f64) -> f64 {
    run(s, h, 4) * s.v[1]
}

#[differentiate]
fn of_a_local(x: &[f64], k: f64, h: f64) -> f64 {
    let mut chain = Chain { x: x.to_vec(), v: vec![0.1; x.len()], k };
    run(&mut chain, h, 3);
    run(&mut chain, 2.0 * h, 2)
}

#[differentiate]
fn settled(s: &mut Spring, h: f64) -> f64 {
    s.settle(h, 6) * s.x
}

#[differentiate]
fn both(a: &mut impl Stepper, b: &mut impl Stepper, h: f64) -> f64 {
    a.step(h);
    b.step(h * a.energy());
    b.energy()
}

#[differentiate]
fn of_two_types(a: &mut Spring, b: &mut Chain, h: f64) -> f64 {
    both(a, b, h)
}

/// What steps is part of something larger.
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Driven<S> {
    inner: S,
    rate: f64,
}

#[differentiate]
impl<S: Stepper + Differentiable> Driven<S> {
    fn advance(&mut self, by: f64) -> f64 {
        self.inner.step(by * self.rate);
        self.rate *= 0.9;
        self.inner.energy()
    }
}

#[differentiate]
fn driven(x: &[f64], rate: f64) -> f64 {
    let mut all = Driven { inner: Chain { x: x.to_vec(), v: vec![0.2; x.len()], k: 1.3 }, rate };
    let mut sum = 0.0;
    for i in 0..3 {
        let e: f64 = all.advance(0.1 + 0.02 * i as f64);
        sum += e;
    }
    sum
}

programs! {
    run_spring: (&mut s = Spring { x: 0.3, v: 0.1, k: 2.0 }, h = 0.1);
    run_chain: (&mut s = Chain { x: vec![0.3, 0.5], v: vec![0.1, -0.2], k: 2.0 }, h = 0.1);
    of_a_local: (&x = vec![0.3, 0.5], k = 1.5, h = 0.1);
    settled: (&mut s = Spring { x: 0.3, v: 0.1, k: 2.0 }, h = 0.1);
    of_two_types: (&mut a = Spring { x: 0.3, v: 0.1, k: 2.0 }, &mut b = Chain { x: vec![0.3, 0.5], v: vec![0.1, -0.2], k: 2.0 }, h = 0.1);
    driven: (&x = vec![0.3, 0.5], rate = 0.8);
}
