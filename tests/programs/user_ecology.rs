//! Prey and predators with events, and a curve of interest rates fitted to bonds.

use crate::differentiate;
use differentiate::Differentiable;
#[derive(Clone, Debug)]
enum Event {
    Harvest { at: f64, fraction: f64 },
    Release(f64, f64),
    Nothing,
}
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Rates {
    growth: f64,
    predation: f64,
    efficiency: f64,
    death: f64,
}
#[differentiate]
fn step<F: Fn(&[f64; 2]) -> [f64; 2]>(f: F, y: &[f64; 2], h: f64) -> [f64; 2] {
    let k1 = f(y);
    let mid = [y[0] + 0.5 * h * k1[0], y[1] + 0.5 * h * k1[1]];
    let k2 = f(&mid);
    [y[0] + h * k2[0], y[1] + h * k2[1]]
}
#[differentiate]
fn populations(rates: Rates, start: [f64; 2], #[constant] events: &[Event], until: f64) -> Vec<[f64; 2]> {
    let Rates { growth, predation, efficiency, death } = rates;
    let rhs = |y: &[f64; 2]| {
        let [prey, predators] = *y;
        let eaten = predation * prey * predators;
        [growth * prey - eaten, efficiency * eaten - death * predators]
    };
    let h = 0.05;
    let mut y = start;
    let mut t = 0.0;
    let mut history = vec![y];
    while t < until {
        y = step(rhs, &y, h);
        for event in events {
            match event {
                Event::Harvest { at, fraction } if (at - t).abs() < h / 2.0 => y[0] *= 1.0 - fraction,
                Event::Release(at, n) if *at > t && *at <= t + h => y[1] += n,
                Event::Harvest { .. } | Event::Release(..) | Event::Nothing => {}
            }
        }
        t += h;
        history.push(y);
    }
    history
}
#[differentiate]
fn fit(rates: Rates, start: [f64; 2], #[constant] events: &[Event], #[constant] data: &[(usize, [f64; 2])]) -> f64 {
    let history: Vec<[f64; 2]> = populations(rates, start, events, 0.5);
    let mut s = 0.0;
    for (i, [prey, predators]) in data {
        if let Some([p, q]) = history.get(*i) {
            s += (p.ln() - prey.ln()).powi(2) + (q.ln() - predators.ln()).powi(2);
        }
    }
    s
}
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Curve {
    beta: [f64; 3],
    tau: f64,
}
#[differentiate]
impl Curve {
    fn zero_rate(&self, t: f64) -> f64 {
        let x = t / self.tau;
        let slope = if x.abs() < 1e-8 { 1.0 } else { (1.0 - (-x).exp()) / x };
        self.beta[0] + self.beta[1] * slope + self.beta[2] * (slope - (-x).exp())
    }
    fn price(&self, coupon: f64, maturity: u32) -> f64 {
        let discount = |t: f64| (-self.zero_rate(t) * t).exp();
        let coupons: f64 = (1..=maturity).map(|year| coupon * discount(f64::from(year))).sum();
        coupons + discount(maturity as f64)
    }
}
#[differentiate]
fn pricing_error(curve: &Curve, bonds: &[(f64, u32, f64)]) -> f64 {
    bonds.iter().map(|&(coupon, maturity, price)| (curve.price(coupon, maturity) - price).powi(2)).sum::<f64>().sqrt()
}

fn rates() -> Rates {
    Rates { growth: 1.1, predation: 0.4, efficiency: 0.25, death: 0.4 }
}

fn events() -> Vec<Event> {
    vec![Event::Harvest { at: 0.2, fraction: 0.1 }, Event::Release(0.31, 0.2), Event::Nothing]
}

crate::floats_of! {
    Rates, RatesGrad;
    Curve, CurveGrad;
}

programs! {
    fit: (rates = rates(), start = [1.0, 0.5], const &events = events(), const &data = vec![(3, [1.1, 0.5]), (8, [1.0, 0.6]), (99, [1.0, 1.0])]);
    pricing_error: (&curve = Curve { beta: [0.03, -0.01, 0.02], tau: 1.7 }, &bonds = vec![(0.03, 2, 0.99), (0.05, 4, 1.02)]);
}
