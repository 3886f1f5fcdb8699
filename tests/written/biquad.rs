//! An equaliser of biquad filters, tuned to a target.
use differentiate::{Differentiable, differentiate};
use std::f64::consts::PI;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct Coefficients {
    pub b0: f64,
    pub b1: f64,
    pub b2: f64,
    pub a1: f64,
    pub a2: f64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Differentiable)]
pub struct State {
    pub z1: f64,
    pub z2: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    LowPass,
    HighPass,
    Peak,
}

#[derive(Clone, Debug, Differentiable)]
pub struct Band {
    #[constant]
    pub kind: Kind,
    pub frequency: f64,
    pub q: f64,
    pub gain_db: f64,
}

#[differentiate]
impl Band {
    pub fn coefficients(&self, rate: f64) -> Coefficients {
        let w0 = 2.0 * PI * self.frequency / rate;
        let (sin, cos) = w0.sin_cos();
        let alpha = sin / (2.0 * self.q);
        let a = 10f64.powf(self.gain_db / 40.0);
        let (b, a) = match self.kind {
            Kind::LowPass => {
                let k = 1.0 - cos;
                ([k / 2.0, k, k / 2.0], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
            }
            Kind::HighPass => {
                let k = 1.0 + cos;
                ([k / 2.0, -k, k / 2.0], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
            }
            Kind::Peak => ([1.0 + alpha * a, -2.0 * cos, 1.0 - alpha * a], [1.0 + alpha / a, -2.0 * cos, 1.0 - alpha / a]),
        };
        Coefficients { b0: b[0] / a[0], b1: b[1] / a[0], b2: b[2] / a[0], a1: a[1] / a[0], a2: a[2] / a[0] }
    }
}

#[differentiate]
impl State {
    pub fn process(&mut self, c: &Coefficients, x: f64) -> f64 {
        let y = c.b0 * x + self.z1;
        self.z1 = c.b1 * x - c.a1 * y + self.z2;
        self.z2 = c.b2 * x - c.a2 * y;
        y
    }
}

#[differentiate]
pub fn mismatch(bands: &[Band], rate: f64, #[constant] input: &[f64], #[constant] target: &[f64]) -> f64 {
    let coefficients: Vec<Coefficients> = bands.iter().map(|b| b.coefficients(rate)).collect();
    let mut states = vec![State::default(); bands.len()];
    let mut error = 0.0;
    for (&x, &t) in input.iter().zip(target) {
        let mut y = x;
        for (state, c) in states.iter_mut().zip(&coefficients) {
            y = state.process(c, y);
        }
        error += (y - t).powi(2);
    }
    (error / input.len() as f64).sqrt()
}
