//! A long short-term memory network that predicts text bit by bit; all weights are diagonal.

use super::Functions;
use crate::evaluation::{self, length, lengths, not_empty, task};
use differentiate::differentiate;
use serde::Deserialize;

/// What can be asked for.
pub const FUNCTIONS: Functions = &[
    ("objective", |input| task(input, |input: &Input| input.objective())),
    ("jacobian", |input| task(input, |input: &Input| input.jacobian())),
];

/// Weights and biases of each layer in turn, weights of input and output, hidden and cell state of each layer in turn, and the text.
#[derive(Debug, Deserialize)]
pub struct Input {
    /// Weights and biases of each layer in turn, four gates side by side.
    pub main_params: Vec<Vec<f64>>,
    /// Weights of input and output, biases of the output.
    pub extra_params: Vec<Vec<f64>>,
    /// Hidden and cell state of each layer in turn.
    pub state: Vec<Vec<f64>>,
    /// The bits of each character.
    pub sequence: Vec<Vec<f64>>,
}

impl evaluation::Input for Input {
    fn check(&self) -> Result<(), String> {
        if self.sequence.len() < 2 {
            return Err("`sequence` has less than two characters".to_owned());
        }
        let b = self.sequence[0].len();
        not_empty("a row of sequence", &self.sequence[0])?;
        if self.main_params.is_empty() || !self.main_params.len().is_multiple_of(2) {
            return Err("`main_params` has no pairs of rows".to_owned());
        }
        length("extra_params", &self.extra_params, 3)?;
        length("state", &self.state, self.main_params.len())?;
        lengths("main_params", &self.main_params, 4 * b)?;
        lengths("extra_params", &self.extra_params, b)?;
        lengths("state", &self.state, b)?;
        lengths("sequence", &self.sequence, b)
    }
}

impl Input {
    /// The loss.
    #[must_use]
    pub fn objective(&self) -> f64 {
        loss(&self.main_params, &self.extra_params, &self.state, &self.sequence)
    }

    /// Its gradient with respect to all weights, row by row.
    #[must_use]
    pub fn jacobian(&self) -> Vec<f64> {
        let (mut main, extra) = loss::grad(&self.main_params, &self.extra_params, &self.state, &self.sequence);
        main.extend(extra);
        main.concat()
    }
}

/// 1 / (1 + exp(-x)).
#[differentiate]
pub fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// One cell. The four gates' weights lie one after the other.
#[differentiate]
pub fn cell(weight: &[f64], bias: &[f64], hidden: &mut [f64], cell: &mut [f64], input: &[f64]) {
    let h = hidden.len();
    let mut gates = vec![0.0; 4 * h];
    let (a, b) = gates.split_at_mut(2 * h);
    let ((forget, ingate), (outgate, change)) = (a.split_at_mut(h), b.split_at_mut(h));
    for i in 0..h {
        forget[i] = sigmoid(input[i] * weight[i] + bias[i]);
        ingate[i] = sigmoid(hidden[i] * weight[h + i] + bias[h + i]);
        outgate[i] = sigmoid(input[i] * weight[2 * h + i] + bias[2 * h + i]);
        change[i] = (hidden[i] * weight[3 * h + i] + bias[3 * h + i]).tanh();
    }
    for i in 0..h {
        cell[i] = cell[i] * forget[i] + ingate[i] * change[i];
    }
    for i in 0..h {
        hidden[i] = outgate[i] * cell[i].tanh();
    }
}

/// One character through all layers; `y` gets the prediction of the next one.
#[differentiate]
pub fn predict(main: &[Vec<f64>], extra: &[Vec<f64>], state: &mut [Vec<f64>], input: &[f64], y: &mut [f64]) {
    let b = input.len();
    let mut x = vec![0.0; b];
    for j in 0..b {
        x[j] = input[j] * extra[0][j];
    }
    for layer in 0..main.len() / 2 {
        let (hidden, memory) = state[2 * layer..].split_at_mut(1);
        cell(&main[2 * layer], &main[2 * layer + 1], &mut hidden[0], &mut memory[0], &x);
        x.copy_from_slice(&hidden[0]);
    }
    for j in 0..b {
        y[j] = x[j] * extra[1][j] + extra[2][j];
    }
}

/// The mean negative log likelihood of the text.
#[differentiate]
pub fn loss(main: &[Vec<f64>], extra: &[Vec<f64>], #[constant] state: &[Vec<f64>], #[constant] sequence: &[Vec<f64>]) -> f64 {
    let b = sequence[0].len();
    let mut state = state.to_vec();
    let mut y = vec![0.0; b];
    let mut total = 0.0;
    for t in 0..sequence.len() - 1 {
        predict(main, extra, &mut state, &sequence[t], &mut y);
        let mut sum = 2.0;
        for v in &y {
            sum += v.exp();
        }
        let log_sum = sum.ln();
        for j in 0..b {
            total += sequence[t + 1][j] * (y[j] - log_sum);
        }
    }
    -total / ((sequence.len() - 1) * b) as f64
}
