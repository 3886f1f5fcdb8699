//! Forward recursion of a hidden Markov model in logarithms.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Hmm {
    initial: Vec<f64>,
    transition: Vec<Vec<f64>>,
    emission: Vec<Emission>,
}
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Emission {
    mean: f64,
    log_sd: f64,
}

#[differentiate]
impl Emission {
    fn log_density(&self, x: f64) -> f64 {
        let sd = self.log_sd.exp();
        let z = (x - self.mean) / sd;
        -0.5 * z * z - self.log_sd - 0.5 * (2.0 * std::f64::consts::PI).ln()
    }
}

#[differentiate]
fn log_sum_exp(xs: &[f64]) -> f64 {
    let m = xs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if m == f64::NEG_INFINITY {
        return m;
    }
    m + xs.iter().map(|x| (x - m).exp()).sum::<f64>().ln()
}

#[differentiate]
fn log_softmax(row: &[f64]) -> Vec<f64> {
    let z = log_sum_exp(row);
    row.iter().map(|x| x - z).collect()
}

#[differentiate]
impl Hmm {
    fn states(&self) -> usize {
        self.initial.len()
    }

    fn log_likelihood(&self, observations: &[f64]) -> f64 {
        let Some((first, rest)) = observations.split_first() else { return 0.0 };
        let log_t: Vec<Vec<f64>> = self.transition.iter().map(|row| log_softmax(row)).collect();
        let start = log_softmax(&self.initial);
        let mut alpha: Vec<f64> = start.iter().zip(&self.emission).map(|(p, e)| p + e.log_density(*first)).collect();
        let mut next = vec![0.0; self.states()];
        for x in rest {
            for (j, e) in self.emission.iter().enumerate() {
                let scores: Vec<f64> = alpha.iter().enumerate().map(|(i, a)| a + log_t[i][j]).collect();
                next[j] = log_sum_exp(&scores) + e.log_density(*x);
            }
            std::mem::swap(&mut alpha, &mut next);
        }
        log_sum_exp(&alpha)
    }
}
#[differentiate]
fn loss(model: &Hmm, #[constant] series: &[Vec<f64>], weight: f64) -> f64 {
    let total: f64 = series.iter().map(|s| model.log_likelihood(s)).sum();
    let count = series.iter().map(|s| s.len()).sum::<usize>();
    let penalty: f64 = model.emission.iter().map(|e| e.log_sd.powi(2)).sum();
    -total / count as f64 + weight * penalty
}

fn hmm() -> Hmm {
    let emission = vec![Emission { mean: 0.1, log_sd: -0.2 }, Emission { mean: 1.3, log_sd: 0.1 }];
    Hmm { initial: vec![0.1, -0.2], transition: vec![vec![0.5, -0.5], vec![-0.3, 0.4]], emission }
}

crate::floats_of! {
    Hmm, HmmGrad;
}

programs! {
    loss: (&model = hmm(), const &series = vec![vec![0.2, 0.4, 1.1, 0.9], vec![], vec![1.3]], weight = 0.3);
}
