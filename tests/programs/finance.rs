//! Prices of options.

use crate::differentiate;

/// The error function's complement for positive arguments, by a rational approximation.
#[differentiate]
fn normal_cdf(x: f64) -> f64 {
    if x < 0.0 {
        return 1.0 - normal_cdf(-x);
    }
    let t = 1.0 / (1.0 + 0.231_641_9 * x);
    let poly = t * (0.319_381_530 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    1.0 - (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt() * poly
}

#[differentiate]
fn black_scholes(spot: f64, strike: f64, rate: f64, volatility: f64, expiry: f64, call: bool) -> f64 {
    let root = volatility * expiry.sqrt();
    let d1 = ((spot / strike).ln() + (rate + 0.5 * volatility.powi(2)) * expiry) / root;
    let d2 = d1 - root;
    let discounted = strike * (-rate * expiry).exp();
    if call { spot * normal_cdf(d1) - discounted * normal_cdf(d2) } else { discounted * normal_cdf(-d2) - spot * normal_cdf(-d1) }
}

/// An American put on a binomial tree: one array, swept in place, with early exercise.
#[differentiate]
fn american_put(spot: f64, strike: f64, rate: f64, volatility: f64, expiry: f64, steps: usize) -> f64 {
    let dt = expiry / steps as f64;
    let up = (volatility * dt.sqrt()).exp();
    let p = ((rate * dt).exp() - 1.0 / up) / (up - 1.0 / up);
    let discount = (-rate * dt).exp();
    let price = |i: usize, level: usize| spot * up.powi(2 * i as i32 - level as i32);
    let mut values: Vec<f64> = (0..=steps).map(|i| (strike - price(i, steps)).max(0.0)).collect();
    for level in (0..steps).rev() {
        for i in 0..=level {
            let held = discount * (p * values[i + 1] + (1.0 - p) * values[i]);
            values[i] = f64::max(held, strike - price(i, level));
        }
    }
    values[0]
}

/// A path-dependent option on given draws: the average over paths of a discounted payoff with a knock-out.
#[differentiate]
fn barrier_call(spot: f64, strike: f64, barrier: f64, volatility: f64, draws: &[[f64; 4]]) -> f64 {
    let dt = 0.25;
    let mut total = 0.0;
    'paths: for path in draws {
        let mut s = spot;
        let mut sum = 0.0;
        for z in path {
            s *= ((0.02 - 0.5 * volatility * volatility) * dt + volatility * dt.sqrt() * z).exp();
            if s > barrier {
                continue 'paths;
            }
            sum += s;
        }
        let payoff = sum / path.len() as f64 - strike;
        if payoff > 0.0 {
            total += payoff;
        }
    }
    total / draws.len() as f64 * (-0.02_f64).exp()
}

#[differentiate]
fn bond_price(rates: &[f64], coupon: f64) -> f64 {
    let mut discount = 1.0;
    let mut price = 0.0;
    for (year, r) in rates.iter().enumerate() {
        discount /= 1.0 + r;
        price += coupon * discount;
        if year + 1 == rates.len() {
            price += 100.0 * discount;
        }
    }
    price
}

programs! {
    normal_cdf: (x = 0.7), (x = -1.3);
    black_scholes:
        (spot = 100.0, strike = 100.0, rate = 0.05, volatility = 0.2, expiry = 1.0, const call = true),
        (spot = 100.0, strike = 110.0, rate = 0.05, volatility = 0.2, expiry = 0.5, const call = false);
    american_put: (spot = 10.3, strike = 11.0, rate = 0.05, volatility = 0.3, expiry = 1.0, const steps = 5);
    barrier_call: (spot = 10.0, strike = 9.5, barrier = 13.0, volatility = 0.4, &draws = vec![[0.3, -0.2, 0.5, 0.1], [1.5, 1.2, 0.0, 0.3], [-1.0, -0.5, 0.2, 0.1]]);
    bond_price: (&rates = vec![0.0, 0.0, 0.0], coupon = 4.0) => 112.0, (&rates = vec![0.02, 0.03, 0.01], coupon = 4.0);
}

#[test]
fn the_call_costs_what_the_textbook_says() {
    assert!((black_scholes(100.0, 100.0, 0.05, 0.2, 1.0, true) - 10.450_583_57).abs() < 1e-4);
}
