//! Bonds off a piecewise curve.
use differentiate::{Differentiable, differentiate};

#[derive(Clone, Debug)]
pub struct Bond {
    pub coupon: f64,
    pub maturity: f64,
    pub frequency: u32,
    pub price: f64,
}

#[derive(Clone, Debug, Differentiable)]
pub struct Curve {
    #[constant]
    pub knots: Vec<f64>,
    pub rates: Vec<f64>,
}

#[differentiate]
impl Curve {
    pub fn zero_rate(&self, t: f64) -> f64 {
        let n = self.knots.len();
        if t <= self.knots[0] {
            return self.rates[0];
        }
        if t >= self.knots[n - 1] {
            return self.rates[n - 1];
        }
        let i = self.knots.iter().position(|&k| k > t).unwrap();
        let w = (t - self.knots[i - 1]) / (self.knots[i] - self.knots[i - 1]);
        (1.0 - w) * self.rates[i - 1] + w * self.rates[i]
    }
    pub fn discount(&self, t: f64) -> f64 {
        (-self.zero_rate(t) * t).exp()
    }
}

fn schedule(bond: &Bond) -> Vec<f64> {
    let n = (bond.maturity * bond.frequency as f64).round() as usize;
    (1..=n).map(|i| i as f64 / bond.frequency as f64).collect()
}

#[differentiate]
pub fn value(curve: &Curve, #[constant] bond: &Bond) -> f64 {
    let times = schedule(bond);
    let coupon = bond.coupon / f64::from(bond.frequency);
    let coupons: f64 = times.iter().map(|&t| coupon * curve.discount(t)).sum();
    coupons + 100.0 * curve.discount(*times.last().unwrap())
}

#[differentiate]
pub fn calibration(curve: &Curve, #[constant] bonds: &[Bond], smoothing: f64) -> f64 {
    let fit = bonds.iter().map(|b| (value(curve, b) - b.price).powi(2)).sum::<f64>();
    let rough = curve.rates.windows(3).map(|w| (w[2] - 2.0 * w[1] + w[0]).powi(2)).sum::<f64>();
    fit + smoothing * rough
}
