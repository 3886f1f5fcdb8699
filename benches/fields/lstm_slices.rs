//! The LSTM on slices, laid out as its forms in fields are.

use super::super::functions::lstm::{sequence, sigmoid};
use super::Form;
use differentiate::differentiate;

/// One cell after the other, with a vector for each gate.
#[differentiate]
fn step_of_four(weight: &[f64], bias: &[f64], hidden: &mut [f64], cell: &mut [f64], input: &[f64]) {
    let h = input.len();
    let mut forget = vec![0.0; h];
    let mut ingate = vec![0.0; h];
    let mut outgate = vec![0.0; h];
    let mut change = vec![0.0; h];
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
fn sequence_of_four(weight: &[f64], bias: &[f64], x: &[f64], steps: usize) -> f64 {
    let h = x.len();
    let mut hidden = vec![0.1; h];
    let mut cell = vec![0.2; h];
    let mut input = x.to_vec();
    let mut sum = 0.0;
    for _ in 0..steps {
        step_of_four(weight, bias, &mut hidden, &mut cell, &input);
        for i in 0..h {
            sum += hidden[i] * hidden[i];
        }
        input.copy_from_slice(&hidden);
    }
    sum
}

#[differentiate]
fn gate(weight: f64, bias: f64, x: f64) -> f64 {
    x * weight + bias
}

/// Weight and bias of a cell's four gates lie side by side.
#[differentiate]
fn step_of_elements(cells: &[f64], hidden: &mut [f64], cell: &mut [f64], input: &[f64]) {
    let h = input.len();
    let mut forget = vec![0.0; h];
    let mut ingate = vec![0.0; h];
    let mut outgate = vec![0.0; h];
    let mut change = vec![0.0; h];
    for i in 0..h {
        forget[i] = sigmoid(gate(cells[8 * i], cells[8 * i + 1], input[i]));
        ingate[i] = sigmoid(gate(cells[8 * i + 2], cells[8 * i + 3], hidden[i]));
        outgate[i] = sigmoid(gate(cells[8 * i + 4], cells[8 * i + 5], input[i]));
        change[i] = gate(cells[8 * i + 6], cells[8 * i + 7], hidden[i]).tanh();
    }
    for i in 0..h {
        cell[i] = cell[i] * forget[i] + ingate[i] * change[i];
    }
    for i in 0..h {
        hidden[i] = outgate[i] * cell[i].tanh();
    }
}

#[differentiate]
fn sequence_of_elements(cells: &[f64], x: &[f64], steps: usize) -> f64 {
    let h = x.len();
    let mut hidden = vec![0.1; h];
    let mut cell = vec![0.2; h];
    let mut input = x.to_vec();
    let mut sum = 0.0;
    for _ in 0..steps {
        step_of_elements(cells, &mut hidden, &mut cell, &input);
        for i in 0..h {
            sum += hidden[i] * hidden[i];
        }
        input.copy_from_slice(&hidden);
    }
    sum
}

pub(crate) fn on_slices(weight: Vec<f64>, bias: Vec<f64>, x: Vec<f64>, steps: usize) -> Form {
    let (w, b, y) = (weight.clone(), bias.clone(), x.clone());
    let (v, c, z) = (weight.clone(), bias.clone(), x.clone());
    let (mut weight_bar, mut bias_bar, mut x_bar) = (weight.clone(), bias.clone(), x.clone());
    Form {
        name: "slices",
        primal: Box::new(move || sequence(&w, &b, &y, steps)),
        gradient: Box::new(move || {
            sequence::value_and_grad_into(&weight, &bias, &x, steps, &mut weight_bar, &mut bias_bar, &mut x_bar)
        }),
        flat: Box::new(move || {
            let (value, (weight_bar, bias_bar, x_bar)) = sequence::value_and_grad(&v, &c, &z, steps);
            (value, [weight_bar, bias_bar, x_bar].concat())
        }),
    }
}

pub(crate) fn a_vector_a_gate(weight: Vec<f64>, bias: Vec<f64>, x: Vec<f64>, steps: usize) -> Form {
    let (w, b, y) = (weight.clone(), bias.clone(), x.clone());
    let (v, c, z) = (weight.clone(), bias.clone(), x.clone());
    let (mut weight_bar, mut bias_bar, mut x_bar) = (weight.clone(), bias.clone(), x.clone());
    Form {
        name: "slices",
        primal: Box::new(move || sequence_of_four(&w, &b, &y, steps)),
        gradient: Box::new(move || {
            sequence_of_four::value_and_grad_into(&weight, &bias, &x, steps, &mut weight_bar, &mut bias_bar, &mut x_bar)
        }),
        flat: Box::new(move || {
            let (value, (weight_bar, bias_bar, x_bar)) = sequence_of_four::value_and_grad(&v, &c, &z, steps);
            (value, [weight_bar, bias_bar, x_bar].concat())
        }),
    }
}

pub(crate) fn of_elements(weight: &[f64], bias: &[f64], x: Vec<f64>, steps: usize) -> Form {
    let h = x.len();
    let cells: Vec<f64> = (0..h).flat_map(|i| (0..4).flat_map(move |g| [weight[g * h + i], bias[g * h + i]])).collect();
    let (c, y) = (cells.clone(), x.clone());
    let (d, z) = (cells.clone(), x.clone());
    let (mut cells_bar, mut x_bar) = (cells.clone(), x.clone());
    Form {
        name: "slices, of elements",
        primal: Box::new(move || sequence_of_elements(&c, &y, steps)),
        gradient: Box::new(move || sequence_of_elements::value_and_grad_into(&cells, &x, steps, &mut cells_bar, &mut x_bar)),
        flat: Box::new(move || {
            let (value, (bar, x_bar)) = sequence_of_elements::value_and_grad(&d, &z, steps);
            let part = |at: usize| (0..4).flat_map(move |g| (0..h).map(move |i| 8 * i + 2 * g + at)).map(|at| bar[at]);
            (value, part(0).chain(part(1)).chain(x_bar).collect())
        }),
    }
}
