//! Functions of 30 parameters whose Hessians are measured.

use differentiate::differentiate;

pub(crate) const PARAMETERS: usize = 30;

#[differentiate(order = 2)]
pub(crate) fn rosenbrock(x: &[f64; PARAMETERS]) -> f64 {
    let mut sum = 0.0;
    for i in 0..PARAMETERS - 1 {
        let d = x[i + 1] - x[i] * x[i];
        sum += 100.0 * d * d + (1.0 - x[i]) * (1.0 - x[i]);
    }
    sum
}

/// The log-likelihood of numbers that come from ten normal distributions: their weights, means and widths.
#[differentiate(order = 2)]
pub(crate) fn mixture(parameters: &[f64; PARAMETERS], #[constant] numbers: &[f64]) -> f64 {
    let k = PARAMETERS / 3;
    let (weights, mean, width) = (&parameters[..k], &parameters[k..2 * k], &parameters[2 * k..]);
    let mut total = 0.0;
    for &number in numbers {
        let mut sum = 0.0;
        for c in 0..k {
            let z = (number - mean[c]) / width[c];
            sum += weights[c] * (-0.5 * z * z).exp() / width[c];
        }
        total += sum.ln();
    }
    total
}

/// The Hessian row by row.
pub(crate) fn by_rows(hvp: impl Fn(&[f64; PARAMETERS]) -> [f64; PARAMETERS]) -> [[f64; PARAMETERS]; PARAMETERS] {
    std::array::from_fn(|k| {
        let mut unit = [0.0; PARAMETERS];
        unit[k] = 1.0;
        hvp(&unit)
    })
}
