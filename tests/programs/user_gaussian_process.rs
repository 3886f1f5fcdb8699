//! The marginal likelihood of a Gaussian process, with a Cholesky decomposition on rows.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Kernel {
    amplitude: f64,
    lengths: Vec<f64>,
    noise: f64,
}

#[derive(Clone, Debug)]
struct Observations {
    inputs: Vec<Vec<f64>>,
    targets: Vec<f64>,
}

#[derive(Clone, Debug, PartialEq)]
enum GpError {
    NotPositive(usize),
    NoData,
}

#[differentiate]
impl Kernel {
    fn eval(&self, a: &[f64], b: &[f64]) -> f64 {
        let r2: f64 = a.iter().zip(b).zip(&self.lengths).map(|((x, y), l)| ((x - y) / l).powi(2)).sum();
        self.amplitude.powi(2) * (-0.5 * r2).exp()
    }

    fn gram(&self, xs: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let n = xs.len();
        let mut k = vec![vec![0.0; n]; n];
        for i in 0..n {
            for j in 0..=i {
                let v = self.eval(&xs[i], &xs[j]);
                k[i][j] = v;
                k[j][i] = v;
            }
            k[i][i] += self.noise * self.noise;
        }
        k
    }
}

#[differentiate]
fn cholesky(a: &[Vec<f64>]) -> Result<Vec<Vec<f64>>, GpError> {
    let n = a.len();
    let mut l = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let mut s = a[i][j];
            for k in 0..j {
                s -= l[i][k] * l[j][k];
            }
            if i == j {
                if s <= 0.0 {
                    return Err(GpError::NotPositive(i));
                }
                l[i][i] = s.sqrt();
            } else {
                l[i][j] = s / l[j][j];
            }
        }
    }
    Ok(l)
}

#[differentiate]
fn forward_solve(l: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let mut y = Vec::with_capacity(b.len());
    for (row, &bi) in l.iter().zip(b) {
        let partial: f64 = row.iter().zip(&y).map(|(a, y)| a * y).sum();
        let diagonal = row[y.len()];
        y.push((bi - partial) / diagonal);
    }
    y
}

#[differentiate]
fn log_marginal(kernel: &Kernel, #[constant] data: &Observations) -> Result<f64, GpError> {
    if data.inputs.is_empty() {
        return Err(GpError::NoData);
    }
    let l = cholesky(&kernel.gram(&data.inputs))?;
    let z = forward_solve(&l, &data.targets);
    let fit = z.iter().map(|z| z * z).sum::<f64>();
    let log_det = l.iter().enumerate().map(|(i, row)| row[i].ln()).sum::<f64>();
    let n = data.targets.len() as f64;
    Ok(-0.5 * fit - log_det - 0.5 * n * (2.0 * std::f64::consts::PI).ln())
}

fn kernel() -> Kernel {
    Kernel { amplitude: 1.2, lengths: vec![0.7, 0.9], noise: 0.2 }
}

fn observations() -> Observations {
    Observations { inputs: vec![vec![0.1, 0.2], vec![0.5, -0.3], vec![0.9, 0.4]], targets: vec![0.3, -0.1, 0.6] }
}

crate::floats_of! {
    Kernel, KernelGrad;
}

programs! {
    log_marginal -> fallible: (&kernel = kernel(), const &data = observations());
}
