//! Chemical kinetics: reactions as data, rates by Arrhenius, stiff RK with adaptive steps.
use differentiate::{Differentiable, differentiate};

#[derive(Clone, Debug)]
pub struct Reaction {
    pub consumes: Vec<usize>,
    pub produces: Vec<usize>,
    pub law: usize,
}

#[derive(Clone, Copy, Debug, Differentiable)]
pub enum Law {
    Arrhenius { a: f64, ea: f64 },
    Constant(f64),
    Saturating { vmax: f64, km: f64 },
}

const R: f64 = 8.314;

#[differentiate]
impl Law {
    fn rate(&self, temperature: f64, concentrations: &[f64]) -> f64 {
        match *self {
            Law::Arrhenius { a, ea } => {
                let mut k = a * (-ea / (R * temperature)).exp();
                for c in concentrations {
                    k *= c;
                }
                k
            }
            Law::Constant(k) => k,
            Law::Saturating { vmax, km } => vmax * concentrations[0] / (km + concentrations[0]),
        }
    }
}

#[differentiate]
fn derivative(y: &[f64], temperature: f64, laws: &[Law], #[constant] reactions: &[Reaction]) -> Vec<f64> {
    let mut dy = vec![0.0; y.len()];
    for r in reactions {
        let consumed: Vec<f64> = r.consumes.iter().map(|&i| y[i]).collect();
        let rate = laws[r.law].rate(temperature, &consumed);
        for &i in &r.consumes {
            dy[i] -= rate;
        }
        for &i in &r.produces {
            dy[i] += rate;
        }
    }
    dy
}

#[differentiate]
pub fn simulate(start: &[f64], temperature: f64, laws: &[Law], #[constant] reactions: &[Reaction], until: f64) -> Vec<f64> {
    let mut y = start.to_vec();
    let mut t = 0.0;
    let mut h = 0.1;
    while t < until {
        if t + h > until {
            h = until - t;
        }
        let k1 = derivative(&y, temperature, laws, reactions);
        let mid: Vec<f64> = y.iter().zip(&k1).map(|(y, k)| y + h * k).collect();
        let k2 = derivative(&mid, temperature, laws, reactions);
        let error = k1.iter().zip(&k2).map(|(a, b)| (0.5 * h * (b - a)).abs()).fold(0.0, f64::max);
        if error > 1e-2 {
            h *= 0.5;
            continue;
        }
        for ((y, a), b) in y.iter_mut().zip(&k1).zip(&k2) {
            *y += 0.5 * h * (a + b);
        }
        t += h;
        if error < 1e-3 {
            h *= 1.5;
        }
    }
    y
}

#[differentiate]
pub fn yield_of(start: &[f64], temperature: f64, laws: &[Law], #[constant] reactions: &[Reaction]) -> f64 {
    let end = simulate(start, temperature, laws, reactions, 2.0);
    end.last().copied().unwrap_or(0.0) / start.iter().sum::<f64>()
}
