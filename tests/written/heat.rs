//! Implicit heat equation by Thomas' algorithm, boundary conditions as an enum, generic trait for sources.
use differentiate::{Differentiable, differentiate};

#[derive(Clone, Copy, Debug, Differentiable)]
pub enum Boundary {
    Fixed(f64),
    Flux(f64),
    Robin { h: f64, ambient: f64 },
}

#[differentiate]
pub trait Source {
    fn at(&self, x: f64, t: f64) -> f64;
    fn scale(&self) -> f64 {
        1.0
    }
}

#[derive(Clone, Debug, Differentiable)]
pub struct Pulse {
    pub centre: f64,
    pub width: f64,
    pub power: f64,
}
#[derive(Clone, Debug, Differentiable)]
pub struct Nothing;

#[differentiate]
impl Source for Pulse {
    fn at(&self, x: f64, t: f64) -> f64 {
        let u = (x - self.centre) / self.width;
        self.power * (-u * u).exp() * (-t).exp()
    }
    fn scale(&self) -> f64 {
        1.0 + 0.1 * self.width
    }
}
#[differentiate]
impl Source for Nothing {
    fn at(&self, _x: f64, _t: f64) -> f64 {
        0.0
    }
}

#[differentiate]
fn thomas(a: &[f64], b: &[f64], c: &[f64], d: &mut [f64]) {
    let n = d.len();
    let mut cp = vec![0.0; n];
    cp[0] = c[0] / b[0];
    d[0] /= b[0];
    for i in 1..n {
        let m = b[i] - a[i] * cp[i - 1];
        cp[i] = c[i] / m;
        d[i] = (d[i] - a[i] * d[i - 1]) / m;
    }
    for i in (0..n - 1).rev() {
        d[i] -= cp[i] * d[i + 1];
    }
}

#[derive(Clone, Debug, Differentiable)]
pub struct Rod<S> {
    pub diffusivity: f64,
    pub left: Boundary,
    pub right: Boundary,
    pub source: S,
}

#[differentiate]
impl<S: Source + Differentiable> Rod<S> {
    fn step(&self, u: &mut Vec<f64>, t: f64, dx: f64, dt: f64) {
        let n = u.len();
        let r = self.diffusivity * dt / (dx * dx);
        let (mut a, mut b, mut c) = (vec![-r; n], vec![1.0 + 2.0 * r; n], vec![-r; n]);
        for (i, value) in u.iter_mut().enumerate() {
            *value += dt * self.source.scale() * self.source.at(i as f64 * dx, t);
        }
        for (end, boundary) in [(0usize, self.left), (n - 1, self.right)] {
            let inner = if end == 0 { 1 } else { end - 1 };
            match boundary {
                Boundary::Fixed(value) => {
                    b[end] = 1.0;
                    a[end] = 0.0;
                    c[end] = 0.0;
                    u[end] = value;
                }
                Boundary::Flux(q) => {
                    if end < inner {
                        c[end] = -2.0 * r
                    } else {
                        a[end] = -2.0 * r
                    }
                    u[end] += 2.0 * r * dx * q;
                }
                Boundary::Robin { h, ambient } => {
                    if end < inner {
                        c[end] = -2.0 * r
                    } else {
                        a[end] = -2.0 * r
                    }
                    b[end] += 2.0 * r * dx * h;
                    u[end] += 2.0 * r * dx * h * ambient;
                }
            }
        }
        thomas(&a, &b, &c, u);
    }
}

#[differentiate]
pub fn final_heat<S: Source + Differentiable>(rod: &Rod<S>, start: &[f64], steps: usize) -> f64 {
    let mut u = start.to_vec();
    let (dx, dt) = (1.0 / (u.len() - 1) as f64, 0.01);
    for k in 0..steps {
        rod.step(&mut u, k as f64 * dt, dx, dt);
    }
    u.windows(2).map(|w| 0.5 * (w[0] + w[1]) * dx).sum::<f64>() + 0.1 * u[u.len() / 2].powi(2)
}
