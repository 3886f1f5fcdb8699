//! An option pricer with a calibration loop: implied volatilities by Newton's method, a smile through them, and a position's value under it.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Market {
    spot: f64,
    rate: f64,
    dividend: f64,
}
floats_of!(Market, MarketGrad);

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Quote {
    strike: f64,
    price: f64,
    years: f64,
    is_call: bool,
}
floats_of!(Quote, QuoteGrad);

/// The normal distribution, by Abramowitz and Stegun's 7.1.26.
#[differentiate]
fn cumulative(x: f64) -> f64 {
    let z = x.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.3275911 * z);
    let coefficients = [0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429];
    let polynomial = coefficients.iter().rev().fold(0.0, |sum, c| (sum + c) * t);
    let tail = polynomial * (-z * z).exp();
    if x < 0.0 { 0.5 * tail } else { 1.0 - 0.5 * tail }
}

#[differentiate]
impl Market {
    fn forward_price(&self, years: f64) -> f64 {
        self.spot * ((self.rate - self.dividend) * years).exp()
    }

    /// The price, and its derivative with respect to the volatility.
    fn price(&self, strike: f64, years: f64, volatility: f64, is_call: bool) -> (f64, f64) {
        let forward: f64 = self.forward_price(years);
        let deviation = volatility * years.sqrt();
        let d1 = (forward / strike).ln() / deviation + 0.5 * deviation;
        let d2 = d1 - deviation;
        let discount = (-self.rate * years).exp();
        let density = (-0.5 * d1 * d1).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let sign = if is_call { 1.0 } else { -1.0 };
        let value = discount * sign * (forward * cumulative(sign * d1) - strike * cumulative(sign * d2));
        (value, discount * forward * density * years.sqrt())
    }
}

#[differentiate]
fn implied(market: &Market, quote: &Quote) -> f64 {
    let mut volatility = 0.3;
    for _ in 0..30 {
        let (price, vega): (f64, f64) = market.price(quote.strike, quote.years, volatility, quote.is_call);
        let step = (price - quote.price) / vega.max(1e-8);
        volatility = (volatility - step.clamp(-0.2, 0.2)).max(0.01);
        if step.abs() < 1e-13 {
            break;
        }
    }
    volatility
}

/// A parabola in the logarithm of the moneyness, by least squares: the normal equations are solved by elimination.
#[differentiate]
fn smile(market: &Market, quotes: &[Quote]) -> [f64; 3] {
    let mut normal = [[0.0; 4]; 3];
    for quote in quotes {
        let volatility: f64 = implied(market, quote);
        let forward: f64 = market.forward_price(quote.years);
        let x = (quote.strike / forward).ln();
        let basis = [1.0, x, x * x];
        for i in 0..3 {
            for j in 0..3 {
                normal[i][j] += basis[i] * basis[j];
            }
            normal[i][3] += basis[i] * volatility;
        }
    }
    for i in 0..3 {
        normal[i][i] += 1e-6;
    }
    for k in 0..3 {
        for i in k + 1..3 {
            let factor = normal[i][k] / normal[k][k];
            for j in k..4 {
                normal[i][j] -= factor * normal[k][j];
            }
        }
    }
    let mut solution = [0.0; 3];
    for k in (0..3).rev() {
        let mut rest = normal[k][3];
        for j in k + 1..3 {
            rest -= normal[k][j] * solution[j];
        }
        solution[k] = rest / normal[k][k];
    }
    solution
}

#[differentiate]
fn position(market: Market, quotes: &[Quote], strikes: &[f64], years: f64) -> f64 {
    let [level, slope, bend]: [f64; 3] = smile(&market, quotes);
    let mut total = 0.0;
    for (i, strike) in strikes.iter().enumerate() {
        let forward: f64 = market.forward_price(years);
        let x = (strike / forward).ln();
        let volatility = level + slope * x + bend * x * x;
        let (price, _): (f64, f64) = market.price(*strike, years, volatility, i % 2 == 0);
        total += if i % 2 == 0 { price } else { -0.5 * price };
    }
    total
}

fn quotes() -> Vec<Quote> {
    let quote = |strike, price, is_call| Quote { strike, price, years: 0.75, is_call };
    vec![
        quote(80.0, 1.4, false),
        quote(95.0, 9.9, true),
        quote(100.0, 7.1, true),
        quote(110.0, 3.4, true),
        quote(125.0, 0.9, true),
    ]
}

programs! {
    position: (
        market = Market { spot: 100.0, rate: 0.03, dividend: 0.01 },
        &quotes = quotes(),
        &strikes = vec![90.0, 100.0, 105.0],
        years = 0.5
    );
}
