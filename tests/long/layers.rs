//! A small neural network of a `Vec` of layers.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Layer {
    weights: Vec<f64>,
    bias: Vec<f64>,
    gain: f64,
    smooth: bool,
}
floats_of!(Layer, LayerGrad);

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Network {
    layers: Vec<Layer>,
    decay: f64,
}
floats_of!(Network, NetworkGrad);

#[differentiate]
impl Layer {
    fn forward_pass(&self, input: &[f64]) -> Vec<f64> {
        let mut output = self.bias.clone();
        for (i, out) in output.iter_mut().enumerate() {
            let row = &self.weights[i * input.len()..(i + 1) * input.len()];
            *out += row.iter().zip(input).map(|(w, x)| w * x).sum::<f64>();
            *out = if self.smooth {
                (self.gain * *out).tanh()
            } else if *out > 0.0 {
                *out
            } else {
                0.1 * self.gain * *out
            };
        }
        output
    }

    fn penalty(&self) -> f64 {
        self.weights.iter().map(|w| w * w).sum::<f64>() + self.bias.iter().map(|b| b.abs()).sum::<f64>()
    }
}

#[differentiate]
impl Network {
    fn predict(&self, input: &[f64]) -> Vec<f64> {
        let mut values = input.to_vec();
        for layer in &self.layers {
            let next: Vec<f64> = layer.forward_pass(&values);
            values = next;
        }
        values
    }
}

#[differentiate]
fn cross_entropy(scores: &[f64], label: usize) -> f64 {
    let largest = scores.iter().fold(f64::NEG_INFINITY, |a, v| a.max(*v));
    let total: f64 = scores.iter().map(|s| (s - largest).exp()).sum();
    largest + total.ln() - scores[label]
}

#[differentiate]
fn loss(network: &Network, #[constant] rows: &[Vec<f64>], labels: &[usize]) -> f64 {
    let mut total = 0.0;
    for (row, &label) in rows.iter().zip(labels) {
        let scores: Vec<f64> = network.predict(row);
        total += cross_entropy(&scores, label);
    }
    let mut penalty = 0.0;
    for layer in network.layers.iter() {
        let own: f64 = layer.penalty();
        penalty += own;
    }
    total / rows.len() as f64 + network.decay * penalty
}

fn network() -> Network {
    let layer =
        |weights: &[f64], bias: &[f64], gain, smooth| Layer { weights: weights.to_vec(), bias: bias.to_vec(), gain, smooth };
    Network {
        layers: vec![
            layer(&[0.4, -0.3, 0.8, 0.2, -0.6, 0.5], &[0.1, -0.2, 0.05], 0.9, true),
            layer(&[0.3, 0.7, -0.5, -0.4, 0.6, 0.2], &[0.2, -0.1], 1.1, false),
            layer(&[1.2, -0.7, 0.3, 0.9], &[0.0625, 0.125], 1.0, true),
        ],
        decay: 0.01,
    }
}

programs! {
    loss: (&network = network(), const &rows = vec![vec![0.5, -1.0], vec![1.5, 0.3], vec![-0.7, 0.9]], const &labels = vec![0, 1, 0]);
}
