//! A battery by its equivalent circuit, with tables that are interpolated in.

use crate::differentiate;
use differentiate::Differentiable;
#[derive(Clone, Debug)]
struct Table {
    xs: Vec<f64>,
    ys: Vec<f64>,
}
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Cell {
    capacity: f64,
    r0: f64,
    r1: f64,
    c1: f64,
    ocv: Vec<(f64, f64)>,
}
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Charge {
    soc: f64,
    v1: f64,
    temperature: f64,
}
#[differentiate]
impl Cell {
    fn open_circuit(&self, soc: f64) -> Option<f64> {
        let mut previous: Option<(f64, f64)> = None;
        for &(x, v) in &self.ocv {
            if soc <= x {
                return match previous {
                    Some((x0, v0)) => Some(v0 + (v - v0) * (soc - x0) / (x - x0)),
                    None => Some(v),
                };
            }
            previous = Some((x, v));
        }
        previous.map(|(_, v)| v)
    }
    fn step(&self, state: &mut Charge, current: f64, dt: f64) -> Option<f64> {
        state.soc = (state.soc - current * dt / self.capacity).clamp(0.0, 1.0);
        let tau = self.r1 * self.c1;
        let decay = (-dt / tau).exp();
        state.v1 = state.v1 * decay + self.r1 * (1.0 - decay) * current;
        let heat = current.powi(2) * self.r0;
        state.temperature += dt * (0.01 * heat - 0.002 * (state.temperature - 20.0));
        let ocv = self.open_circuit(state.soc)?;
        Some(ocv - state.v1 - self.r0 * current)
    }
}
impl Table {
    fn interpolate(&self, x: f64) -> f64 {
        let i = self.xs.iter().position(|&p| p > x).unwrap_or(self.xs.len() - 1).max(1);
        let w = (x - self.xs[i - 1]) / (self.xs[i] - self.xs[i - 1]);
        self.ys[i - 1] * (1.0 - w) + self.ys[i] * w
    }
}
#[differentiate]
fn rmse(cell: &Cell, start: Charge, #[constant] load: &Table, #[constant] measured: &[f64]) -> Option<f64> {
    let mut state = start;
    let mut errors = Vec::new();
    for (k, m) in measured.iter().enumerate() {
        let current = load.interpolate(k as f64 * 10.0);
        let v = cell.step(&mut state, current, 10.0)?;
        errors.push(v - m);
    }
    let n = errors.len();
    if n == 0 {
        return None;
    }
    let sum: f64 = errors.iter().map(|e| e.powi(2)).sum();
    Some((sum / n as f64).sqrt() + 1e-3 * state.temperature)
}

fn cell() -> Cell {
    Cell { capacity: 300.0, r0: 0.05, r1: 0.03, c1: 900.0, ocv: vec![(0.0, 3.0), (0.5, 3.6), (0.8, 3.8), (1.0, 4.1)] }
}

fn charged() -> Charge {
    Charge { soc: 0.85, v1: 0.01, temperature: 22.0 }
}

fn load() -> Table {
    Table { xs: vec![0.0, 20.0, 50.0], ys: vec![1.0, 3.0, 2.0] }
}

crate::floats_of! {
    Cell, CellGrad;
    Charge, ChargeGrad;
}

programs! {
    rmse -> fallible: (&cell = cell(), start = charged(), const &load = load(), const &measured = vec![3.7, 3.6, 3.65, 3.5]),
        (&cell = cell(), start = charged(), const &load = load(), const &measured = Vec::<f64>::new());
}
