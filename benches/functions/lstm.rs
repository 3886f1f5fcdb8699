//! A long short-term memory cell stepped many times, fed with its own output; all weights are diagonal.

use super::{Program, Size, numbers};
use differentiate::differentiate;

#[differentiate]
pub(crate) fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[differentiate]
pub(crate) fn step(weight: &[f64], bias: &[f64], hidden: &mut [f64], cell: &mut [f64], input: &[f64]) {
    let h = input.len();
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

#[differentiate]
pub(crate) fn sequence(weight: &[f64], bias: &[f64], x: &[f64], steps: usize) -> f64 {
    let h = x.len();
    let mut hidden = vec![0.1; h];
    let mut cell = vec![0.2; h];
    let mut input = x.to_vec();
    let mut sum = 0.0;
    for _ in 0..steps {
        step(weight, bias, &mut hidden, &mut cell, &input);
        for i in 0..h {
            sum += hidden[i] * hidden[i];
        }
        input.copy_from_slice(&hidden);
    }
    sum
}

/// What the reverse sweep needs of one cell in one step.
#[derive(Clone, Copy)]
struct Saved {
    input: f64,
    hidden: f64,
    cell: f64,
    forget: f64,
    ingate: f64,
    outgate: f64,
    change: f64,
    tanh_cell: f64,
}

/// All operations are elementwise, so each cell runs through all its steps on its own: its state, its weights and
/// their gradients stay in registers.
fn by_hand(weight: &[f64], bias: &[f64], x: &[f64], steps: usize, bars: [&mut [f64]; 3]) -> f64 {
    let h = x.len();
    let [weight_bar, bias_bar, x_bar] = bars;
    let mut saved = Vec::with_capacity(steps);
    let mut sum = 0.0;
    for i in 0..h {
        let w = [weight[i], weight[h + i], weight[2 * h + i], weight[3 * h + i]];
        let b = [bias[i], bias[h + i], bias[2 * h + i], bias[3 * h + i]];
        saved.clear();
        let (mut hidden, mut cell, mut input) = (0.1, 0.2, x[i]);
        for _ in 0..steps {
            let forget = sigmoid(input * w[0] + b[0]);
            let ingate = sigmoid(hidden * w[1] + b[1]);
            let outgate = sigmoid(input * w[2] + b[2]);
            let change = (hidden * w[3] + b[3]).tanh();
            let new_cell = cell * forget + ingate * change;
            let tanh_cell = f64::tanh(new_cell);
            saved.push(Saved { input, hidden, cell, forget, ingate, outgate, change, tanh_cell });
            cell = new_cell;
            hidden = outgate * tanh_cell;
            input = hidden;
            sum += hidden * hidden;
        }
        let (mut w_bar, mut b_bar) = ([0.0; 4], [0.0; 4]);
        let (mut hidden_bar, mut cell_bar, mut input_bar) = (0.0, 0.0, 0.0);
        for s in saved.iter().rev() {
            let out_bar = hidden_bar + input_bar + 2.0 * s.outgate * s.tanh_cell;
            cell_bar += out_bar * s.outgate * (1.0 - s.tanh_cell * s.tanh_cell);
            let gate_bars = [
                cell_bar * s.cell * s.forget * (1.0 - s.forget),
                cell_bar * s.change * s.ingate * (1.0 - s.ingate),
                out_bar * s.tanh_cell * s.outgate * (1.0 - s.outgate),
                cell_bar * s.ingate * (1.0 - s.change * s.change),
            ];
            let sources = [s.input, s.hidden, s.input, s.hidden];
            for g in 0..4 {
                w_bar[g] += gate_bars[g] * sources[g];
                b_bar[g] += gate_bars[g];
            }
            input_bar = gate_bars[0] * w[0] + gate_bars[2] * w[2];
            hidden_bar = gate_bars[1] * w[1] + gate_bars[3] * w[3];
            cell_bar *= s.forget;
        }
        for g in 0..4 {
            weight_bar[g * h + i] = w_bar[g];
            bias_bar[g * h + i] = b_bar[g];
        }
        x_bar[i] = input_bar;
    }
    sum
}

pub(crate) fn program(size: Size) -> Program {
    let (h, steps) = size.pick((3, 4), (14, 200));
    Program {
        name: "LSTM, 14 cells, 200 steps",
        arguments: vec![numbers(7, 4 * h), numbers(8, 4 * h), numbers(9, h)],
        primal: Box::new(move |a| sequence(&a[0], &a[1], &a[2], steps)),
        differentiated: Box::new(move |a, bar| {
            let [w_bar, b_bar, x_bar] = &mut bar[..] else { unreachable!("three arguments") };
            sequence::value_and_grad_into(&a[0], &a[1], &a[2], steps, w_bar, b_bar, x_bar)
        }),
        by_hand: Box::new(move |a, bar| {
            let [w, b, x] = &mut bar[..] else { unreachable!("three arguments") };
            by_hand(&a[0], &a[1], &a[2], steps, [w, b, x])
        }),
        hvp: None,
    }
}
