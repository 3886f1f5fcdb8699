//! Sightings of a body on an orbit: Kepler's equation by Newton's method, and errors.

use crate::differentiate;
use differentiate::Differentiable;
use std::f64::consts::TAU;
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Elements {
    a: f64,
    e: f64,
    i: f64,
    node: f64,
    periapsis: f64,
    anomaly: f64,
}
#[derive(Clone, Debug)]
struct Sighting {
    t: f64,
    position: (f64, f64, f64),
    sigma: f64,
}
#[derive(Debug, Clone, PartialEq)]
enum OrbitError {
    Hyperbolic { e: String },
    NotConverged,
}
#[differentiate]
fn eccentric_anomaly(m: f64, e: f64) -> Result<f64, OrbitError> {
    let mut ea = if e > 0.8 { std::f64::consts::PI } else { m };
    let mut iteration = 0;
    loop {
        let f = ea - e * ea.sin() - m;
        let step = f / (1.0 - e * ea.cos());
        ea -= step;
        if step.abs() < 1e-13 {
            break;
        }
        iteration += 1;
        if iteration > 50 {
            return Err(OrbitError::NotConverged);
        }
    }
    Ok(ea)
}
#[differentiate]
impl Elements {
    fn mean_motion(&self, mu: f64) -> f64 {
        (mu / self.a.powi(3)).sqrt()
    }
    fn position(&self, t: f64, mu: f64) -> Result<[f64; 3], OrbitError> {
        if self.e >= 1.0 {
            return Err(OrbitError::Hyperbolic { e: format!("e = {}", self.e) });
        }
        let m = (self.anomaly + self.mean_motion(mu) * t).rem_euclid(TAU);
        let ea = eccentric_anomaly(m, self.e)?;
        let x = self.a * (ea.cos() - self.e);
        let y = self.a * (1.0 - self.e * self.e).sqrt() * ea.sin();
        let (so, co) = self.node.sin_cos();
        let (sw, cw) = self.periapsis.sin_cos();
        let (si, ci) = self.i.sin_cos();
        let (px, py) = (cw * x - sw * y, sw * x + cw * y);
        Ok([co * px - so * ci * py, so * px + co * ci * py, si * py])
    }
}
#[differentiate]
fn misfit(orbit: &Elements, #[constant] sightings: &[Sighting]) -> Result<f64, OrbitError> {
    let mut chi2 = 0.0;
    for Sighting { t, position: (x, y, z), sigma } in sightings {
        let [px, py, pz] = orbit.position(*t, 1.0)?;
        let d2 = (px - x).powi(2) + (py - y).powi(2) + (pz - z).powi(2);
        chi2 += d2 / sigma.powi(2);
    }
    Ok(chi2)
}

fn elements(e: f64) -> Elements {
    Elements { a: 1.3, e, i: 0.4, node: 0.5, periapsis: 0.7, anomaly: 0.2 }
}

fn sightings() -> Vec<Sighting> {
    let sighting = |t, position| Sighting { t, position, sigma: 0.3 };
    vec![sighting(0.3, (0.2, 0.9, 0.1)), sighting(2.3, (-0.2, 0.9, 0.5))]
}

crate::floats_of! {
    Elements, ElementsGrad;
}

programs! {
    misfit -> fallible: (&orbit = elements(0.3), const &sightings = sightings()), (&orbit = elements(1.2), const &sightings = sightings());
}
