//! A log-likelihood with `Result`: a volatility model whose parameters and states may be impossible.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Garch {
    omega: f64,
    alpha: f64,
    beta: f64,
    shape: f64,
    mean: f64,
}
floats_of!(Garch, GarchGrad);

#[differentiate]
fn validated(model: Garch) -> Result<Garch, String> {
    if model.omega <= 0.0 {
        return Err(format!("omega is {}", model.omega));
    }
    if model.alpha < 0.0 || model.beta < 0.0 {
        return Err("negative weights".to_string());
    }
    let persistence = model.alpha + model.beta;
    if persistence >= 1.0 { Err(format!("persistence {persistence:.2} is not below 1")) } else { Ok(model) }
}

/// `ln Γ(x)` by Stirling's series, far enough out.
#[differentiate]
fn ln_gamma(x: f64) -> Result<f64, String> {
    if !(x > 0.0) {
        return Err(String::from("outside of the domain"));
    }
    let mut shift = 0.0;
    let mut z = x;
    while z < 7.0 {
        shift += z.ln();
        z += 1.0;
    }
    let series = 1.0 / (12.0 * z) - 1.0 / (360.0 * z.powi(3)) + 1.0 / (1260.0 * z.powi(5));
    Ok((z - 0.5) * z.ln() - z + 0.5 * (2.0 * std::f64::consts::PI).ln() + series - shift)
}

#[differentiate]
fn normalisation(shape: f64) -> Result<f64, String> {
    let upper = ln_gamma(0.5 * (shape + 1.0))?;
    let lower = ln_gamma(0.5 * shape)?;
    Ok(upper - lower - 0.5 * (std::f64::consts::PI * (shape - 2.0)).ln())
}

#[differentiate]
fn variance_after(model: &Garch, variance: f64, residual: f64) -> Option<f64> {
    let next = model.omega + model.alpha * residual * residual + model.beta * variance;
    if next.is_finite() && next > 1e-12 { Some(next) } else { None }
}

/// Of returns under errors with fat tails.
#[differentiate]
fn likelihood(model: Garch, #[constant] returns: &[f64]) -> Result<f64, String> {
    let model: Garch = validated(model)?;
    let constant = normalisation(model.shape)?;
    let mut variance = model.omega / (1.0 - model.alpha - model.beta);
    let mut total = 0.0;
    for (t, r) in returns.iter().enumerate() {
        let residual = r - model.mean;
        let scaled = residual * residual / (variance * (model.shape - 2.0));
        if scaled > 50.0 {
            return Err(format!("outlier at {t}"));
        }
        total += constant - 0.5 * variance.ln() - 0.5 * (model.shape + 1.0) * scaled.ln_1p();
        variance = match variance_after(&model, variance, residual) {
            Some(next) => next,
            None => return Err("variance".to_owned()),
        };
    }
    Ok(total / returns.len() as f64)
}

#[test]
fn what_is_impossible_stays_an_error() {
    let model = Garch { omega: 0.1, alpha: 0.5, beta: 0.6, shape: 5.0, mean: 0.0 };
    let error = likelihood(model, &[0.1]).expect_err("the weights are too large");
    assert_eq!(error, "persistence 1.10 is not below 1");
    assert_eq!(likelihood::grad(model, &[0.1]).map(|_| ()), Err(error));
    let possible = Garch { beta: 0.4, ..model };
    likelihood::check(possible, &[0.3, -0.8, 0.5, 1.4, -0.2]).expect("the derivatives agree");
    let gradient = likelihood::grad(possible, &[0.3, -0.8, 0.5, 1.4, -0.2]).expect("it is possible");
    assert!([gradient.omega, gradient.alpha, gradient.beta, gradient.shape, gradient.mean].iter().all(|g| *g != 0.0));
}

programs! {
    normalisation -> fallible: (shape = 5.3);
    likelihood -> fallible: (model = Garch { omega: 0.1, alpha: 0.3, beta: 0.4, shape: 5.3, mean: 0.1 },
        const &returns = vec![0.3, -0.8, 0.5, 1.4, -0.2]);
}
