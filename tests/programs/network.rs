//! The LSTM of the benchmarks, and a small trained network.

use crate::differentiate;

#[differentiate]
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// One cell: all weights are diagonal, the four gates lie one after the other.
#[differentiate]
fn lstm_cell(weight: &[f64], bias: &[f64], hidden: &mut [f64], cell: &mut [f64], input: &[f64]) {
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

/// One step through all layers: `state` holds hidden and cell of each layer in turn, `y` gets the prediction.
#[differentiate]
fn lstm_predict(main: &[Vec<f64>], extra: &[Vec<f64>], state: &mut Vec<Vec<f64>>, input: &[f64], y: &mut [f64]) {
    let b = input.len();
    let mut x = vec![0.0; b];
    for j in 0..b {
        x[j] = input[j] * extra[0][j];
    }
    for layer in 0..main.len() / 2 {
        let (hidden, cell) = state[2 * layer..].split_at_mut(1);
        lstm_cell(&main[2 * layer], &main[2 * layer + 1], &mut hidden[0], &mut cell[0], &x);
        x.copy_from_slice(&hidden[0]);
    }
    for j in 0..b {
        y[j] = x[j] * extra[1][j] + extra[2][j];
    }
}

/// Mean negative log likelihood of the sequence.
#[differentiate]
pub(crate) fn lstm(
    main: &[Vec<f64>],
    extra: &[Vec<f64>],
    #[constant] state: &[Vec<f64>],
    #[constant] sequence: &[Vec<f64>],
) -> f64 {
    let mut state = state.to_vec();
    let b = sequence[0].len();
    let mut y = vec![0.0; b];
    let mut total = 0.0;
    let mut count = 0;
    for t in 0..sequence.len() - 1 {
        lstm_predict(main, extra, &mut state, &sequence[t], &mut y);
        let mut sum = 2.0;
        for v in &y {
            sum += v.exp();
        }
        let log_sum = sum.ln();
        for j in 0..b {
            total += sequence[t + 1][j] * (y[j] - log_sum);
        }
        count += b;
    }
    -total / count as f64
}

/// Two layers, cross entropy over a batch.
#[differentiate]
fn classifier(w1: &[Vec<f64>], w2: &[Vec<f64>], batch: &[Vec<f64>], labels: &[usize]) -> f64 {
    let mut loss = 0.0;
    for (x, &label) in batch.iter().zip(labels) {
        let hidden: Vec<f64> = w1.iter().map(|row| row.iter().zip(x).map(|(w, x)| w * x).sum::<f64>().tanh()).collect();
        let mut logits = Vec::with_capacity(w2.len());
        for row in w2 {
            let mut s = 0.0;
            for (w, h) in row.iter().zip(&hidden) {
                s += w * h;
            }
            logits.push(s.max(0.1 * s));
        }
        let top = logits.iter().fold(f64::NEG_INFINITY, |a, v| a.max(*v));
        let total: f64 = logits.iter().map(|z| (z - top).exp()).sum();
        loss += total.ln() + top - logits[label];
    }
    loss / batch.len() as f64
}

/// Scaled dot-product attention of one query.
#[differentiate]
fn attention(query: &[f64], keys: &[Vec<f64>], values: &[Vec<f64>]) -> Vec<f64> {
    let scale = (query.len() as f64).sqrt().recip();
    let mut scores = vec![0.0; keys.len()];
    for (score, key) in scores.iter_mut().zip(keys) {
        *score = query.iter().zip(key).map(|(q, k)| q * k).sum::<f64>() * scale;
    }
    let mut total = 0.0;
    for score in &mut scores {
        *score = score.exp();
        total += *score;
    }
    let mut out = vec![0.0; values[0].len()];
    for (score, value) in scores.iter().zip(values) {
        for (o, v) in out.iter_mut().zip(value) {
            *o += score / total * v;
        }
    }
    out
}

programs! {
    lstm_cell -> unit: (
        &weight = vec![0.3, 0.7, -0.4, 1.1, 0.9, -0.6, 0.2, 0.8],
        &bias = vec![0.1, 0.2, -0.1, 0.3, 0.4, 0.0, -0.3, 0.5],
        &mut hidden = vec![0.2, -0.3],
        &mut cell = vec![0.5, 0.1],
        &input = vec![0.9, -0.6]
    );
    lstm: (
        &main = vec![vec![0.3, 0.7, -0.4, 1.1], vec![0.9, -0.6, 0.2, 0.8], vec![0.1, 0.2, -0.1, 0.3], vec![0.4, 0.0, -0.3, 0.5]],
        &extra = vec![vec![1.1], vec![0.7], vec![-0.2]],
        const &state = vec![vec![0.2], vec![-0.3], vec![0.5], vec![0.1]],
        const &sequence = vec![vec![1.0], vec![0.0], vec![1.0], vec![1.0]]
    );
    classifier: (
        &w1 = vec![vec![0.3, 0.7], vec![-0.4, 1.1], vec![0.9, -0.6]],
        &w2 = vec![vec![0.2, 0.8, -0.5], vec![0.1, 0.2, -0.1]],
        &batch = vec![vec![1.0, 2.0], vec![-1.0, 0.5]],
        const &labels = vec![1, 0]
    );
    attention -> many: (
        &query = vec![0.3, 0.7],
        &keys = vec![vec![-0.4, 1.1], vec![0.9, -0.6]],
        &values = vec![vec![0.2, 0.8, -0.5], vec![0.1, 0.2, -0.1]]
    );
}
