//! Orbital elements from Kepler's equation, by Newton in a loop; radial velocity fit.
use differentiate::{Differentiable, differentiate};
use std::f64::consts::TAU;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct Elements {
    pub period: f64,
    pub eccentricity: f64,
    pub omega: f64,
    pub phase: f64,
    pub amplitude: f64,
}

#[differentiate]
fn eccentric_anomaly(m: f64, e: f64) -> f64 {
    let m = m % TAU;
    let mut x = if e < 0.8 { m } else { std::f64::consts::PI };
    let x = loop {
        let f = x - e * x.sin() - m;
        let step = f / (1.0 - e * x.cos());
        x -= step;
        if step.abs() < 1e-12 {
            break x;
        }
    };
    x
}

#[differentiate]
impl Elements {
    pub fn velocity(&self, t: f64) -> f64 {
        let Elements { period, eccentricity: e, omega, phase, amplitude: k } = *self;
        let m = TAU * (t / period + phase);
        let x = eccentric_anomaly(m, e);
        let nu = 2.0 * (((1.0 + e) / (1.0 - e)).sqrt() * (0.5 * x).tan()).atan();
        k * ((nu + omega).cos() + e * omega.cos())
    }
}

#[differentiate]
pub fn chi2(planets: &[Elements; 2], offset: f64, jitter: f64, #[constant] data: &[(f64, f64, f64)]) -> f64 {
    let mut chi2 = 0.0;
    let mut norm = 0.0;
    for &(t, v, sigma) in data {
        let model = planets.iter().map(|p| p.velocity(t)).sum::<f64>() + offset;
        let s2 = sigma.powi(2) + jitter.powi(2);
        chi2 += (v - model).powi(2) / s2;
        norm += s2.ln();
    }
    0.5 * (chi2 + norm)
}
