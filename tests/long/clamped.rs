//! A parameter struct that is cloned and clamped before a rainfall-runoff model runs on it in a time loop.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Params {
    capacity: f64,
    exponent: f64,
    percolation: f64,
    quick: f64,
    slow: f64,
    lag: [f64; 3],
    warmup: usize,
}
floats_of!(Params, ParamsGrad);

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Stores {
    soil: f64,
    quick: f64,
    slow: f64,
}
floats_of!(Stores, StoresGrad);

#[differentiate]
impl Params {
    const SMALLEST: f64 = 1e-3;

    /// Within physical limits.
    fn clamped(&self) -> Params {
        let mut p = self.clone();
        p.capacity = p.capacity.clamp(0.5, 5.0);
        p.exponent = p.exponent.max(Self::SMALLEST).min(4.0);
        p.percolation = p.percolation.clamp(0.0, 1.0);
        p.quick = p.quick.clamp(0.05, 0.95);
        p.slow = p.slow.clamp(Self::SMALLEST, 0.5);
        let total: f64 = p.lag.iter().map(|w| w.max(0.0)).sum();
        for w in p.lag.iter_mut() {
            *w = (*w).max(0.0) / total;
        }
        p
    }
}

#[differentiate]
fn wetted(stores: &Stores, p: &Params, rain: f64, demand: f64) -> (Stores, f64) {
    let fullness = (stores.soil / p.capacity).min(1.0);
    let runoff = rain * fullness.powf(p.exponent);
    let evaporated = demand * fullness * (2.0 - fullness);
    let soil = (stores.soil + rain - runoff - evaporated).max(0.0);
    let spilled = (soil - p.capacity).max(0.0);
    let seeped = p.percolation * (soil - spilled) * 0.1;
    let next = Stores { soil: soil - spilled - seeped, quick: stores.quick + runoff + spilled, slow: stores.slow + seeped };
    (next, evaporated)
}

#[differentiate]
fn misfit(params: &Params, #[constant] rain: &[f64], #[constant] demand: &[f64], #[constant] observed: &[f64]) -> f64 {
    let p: Params = params.clamped();
    let mut stores = Stores { soil: 0.4 * p.capacity, quick: 0.0, slow: 0.2 };
    let mut flows = vec![0.0; rain.len() + 2];
    let mut lost = 0.0;
    for t in 0..rain.len() {
        let (next, evaporated): (Stores, f64) = wetted(&stores, &p, rain[t], demand[t]);
        stores = next;
        lost += evaporated;
        let quick = p.quick * stores.quick;
        let slow = p.slow * stores.slow;
        stores.quick -= quick;
        stores.slow -= slow;
        for (k, w) in p.lag.iter().enumerate() {
            flows[t + k] += w * (quick + slow);
        }
    }
    let mut total = 0.0;
    for t in p.warmup..rain.len() {
        let error = (flows[t] + 0.01).ln() - (observed[t] + 0.01).ln();
        total += error * error;
    }
    total / (rain.len() - p.warmup) as f64 + 1e-3 * lost
}

fn params() -> Params {
    Params { capacity: 1.7, exponent: 1.3, percolation: 0.4, quick: 0.97, slow: 0.11, lag: [0.5, 0.3, -0.1], warmup: 2 }
}

programs! {
    misfit: (
        &params = params(),
        const &rain = vec![0.9, 0.0, 1.4, 0.2, 0.0, 2.1, 0.6, 0.0],
        const &demand = vec![0.1, 0.2, 0.1, 0.15, 0.25, 0.05, 0.1, 0.2],
        const &observed = vec![0.1, 0.12, 0.3, 0.25, 0.2, 0.7, 0.5, 0.3]
    );
}
