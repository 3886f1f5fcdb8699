//! Hidden Markov model: scaled forward algorithm and a Viterbi-like soft path, with rows normalised.
use differentiate::{Differentiable, differentiate};

#[derive(Clone, Debug, Default, Differentiable)]
pub struct Hmm {
    pub start: Vec<f64>,
    pub transition: Vec<Vec<f64>>,
    pub emission: Vec<Vec<f64>>,
}

#[differentiate]
fn softmax(x: &[f64]) -> Vec<f64> {
    let m = x.iter().fold(f64::NEG_INFINITY, |m, &v| if v > m { v } else { m });
    let mut e: Vec<_> = x.iter().map(|v| (v - m).exp()).collect();
    let s: f64 = e.iter().sum();
    for v in e.iter_mut() {
        *v /= s;
    }
    e
}

#[differentiate]
impl Hmm {
    pub fn states(&self) -> usize {
        self.start.len()
    }

    pub fn log_likelihood(&self, observed: &[usize]) -> Option<f64> {
        let n = self.states();
        let (&first, rest) = observed.split_first()?;
        let start = softmax(&self.start);
        let transition: Vec<Vec<f64>> = self.transition.iter().map(|row| softmax(row)).collect();
        let emission: Vec<Vec<f64>> = self.emission.iter().map(|row| softmax(row)).collect();
        let mut alpha: Vec<f64> = (0..n).map(|i| start[i] * emission[i][first]).collect();
        let mut total = 0.0;
        for &o in rest {
            let scale: f64 = alpha.iter().sum();
            if scale <= 0.0 {
                return None;
            }
            total += scale.ln();
            let mut next = vec![0.0; n];
            for (j, value) in next.iter_mut().enumerate() {
                let mut s = 0.0;
                for (i, a) in alpha.iter().enumerate() {
                    s += a / scale * transition[i][j];
                }
                *value = s * emission[j][o];
            }
            alpha = next;
        }
        let scale = alpha.iter().sum::<f64>();
        if scale > 0.0 { Some(total + scale.ln()) } else { None }
    }
}

#[differentiate]
pub fn loss(model: &Hmm, #[constant] sequences: &[Vec<usize>], ridge: f64) -> Result<f64, String> {
    let mut loss = 0.0;
    for (i, s) in sequences.iter().enumerate() {
        let ll = model.log_likelihood(s).ok_or_else(|| format!("sequence {i} is impossible"))?;
        loss -= ll / s.len().max(1) as f64;
    }
    let penalty = model.transition.iter().flatten().map(|w| w * w).sum::<f64>();
    Ok(loss + ridge * penalty)
}
