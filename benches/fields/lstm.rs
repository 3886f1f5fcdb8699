//! `benches/functions/lstm.rs` as methods.

use super::super::functions::lstm::sigmoid;
use super::super::functions::{Size, numbers};
use super::lstm_slices::{a_vector_a_gate, of_elements, on_slices};
use super::{Form, Forms};
use differentiate::{Differentiable, differentiate};

/// The weights of all cells, four gates one after the other.
#[derive(Clone, Debug, Differentiable)]
pub(crate) struct Layer {
    weight: Vec<f64>,
    bias: Vec<f64>,
}

#[differentiate]
impl Layer {
    /// With the state in vectors of its own.
    fn step_of_slices(&self, hidden: &mut [f64], cell: &mut [f64], input: &[f64]) {
        let h = input.len();
        let mut gates = vec![0.0; 4 * h];
        let (a, b) = gates.split_at_mut(2 * h);
        let ((forget, ingate), (outgate, change)) = (a.split_at_mut(h), b.split_at_mut(h));
        for i in 0..h {
            forget[i] = sigmoid(input[i] * self.weight[i] + self.bias[i]);
            ingate[i] = sigmoid(hidden[i] * self.weight[h + i] + self.bias[h + i]);
            outgate[i] = sigmoid(input[i] * self.weight[2 * h + i] + self.bias[2 * h + i]);
            change[i] = (hidden[i] * self.weight[3 * h + i] + self.bias[3 * h + i]).tanh();
        }
        for i in 0..h {
            cell[i] = cell[i] * forget[i] + ingate[i] * change[i];
        }
        for i in 0..h {
            hidden[i] = outgate[i] * cell[i].tanh();
        }
    }

    fn sequence_of_slices(&self, x: &[f64], steps: usize) -> f64 {
        let h = x.len();
        let mut hidden = vec![0.1; h];
        let mut cell = vec![0.2; h];
        let mut input = x.to_vec();
        let mut sum = 0.0;
        for _ in 0..steps {
            self.step_of_slices(&mut hidden, &mut cell, &input);
            for i in 0..h {
                sum += hidden[i] * hidden[i];
            }
            input.copy_from_slice(&hidden);
        }
        sum
    }
}

#[derive(Clone, Debug, Differentiable)]
pub(crate) struct State {
    hidden: Vec<f64>,
    cell: Vec<f64>,
    input: Vec<f64>,
}

#[derive(Clone, Debug, Differentiable)]
struct Gates {
    forget: Vec<f64>,
    ingate: Vec<f64>,
    outgate: Vec<f64>,
    change: Vec<f64>,
}

#[differentiate]
impl Layer {
    fn step(&self, state: &mut State) {
        let h = state.input.len();
        let mut gates = Gates { forget: vec![0.0; h], ingate: vec![0.0; h], outgate: vec![0.0; h], change: vec![0.0; h] };
        for i in 0..h {
            gates.forget[i] = sigmoid(state.input[i] * self.weight[i] + self.bias[i]);
            gates.ingate[i] = sigmoid(state.hidden[i] * self.weight[h + i] + self.bias[h + i]);
            gates.outgate[i] = sigmoid(state.input[i] * self.weight[2 * h + i] + self.bias[2 * h + i]);
            gates.change[i] = (state.hidden[i] * self.weight[3 * h + i] + self.bias[3 * h + i]).tanh();
        }
        for i in 0..h {
            state.cell[i] = state.cell[i] * gates.forget[i] + gates.ingate[i] * gates.change[i];
        }
        for i in 0..h {
            state.hidden[i] = gates.outgate[i] * state.cell[i].tanh();
        }
    }

    fn sequence(&self, x: &[f64], steps: usize) -> f64 {
        let h = x.len();
        let mut state = State { hidden: vec![0.1; h], cell: vec![0.2; h], input: x.to_vec() };
        let mut sum = 0.0;
        for _ in 0..steps {
            self.step(&mut state);
            for i in 0..h {
                sum += state.hidden[i] * state.hidden[i];
            }
            state.input.copy_from_slice(&state.hidden);
        }
        sum
    }
}

#[derive(Clone, Copy, Debug, Default, Differentiable)]
struct Gate {
    weight: f64,
    bias: f64,
}

/// The weights of one cell.
#[derive(Clone, Copy, Debug, Default, Differentiable)]
pub(crate) struct Cell {
    forget: Gate,
    ingate: Gate,
    outgate: Gate,
    change: Gate,
}

#[derive(Clone, Debug, Differentiable)]
pub(crate) struct Cells {
    cells: Vec<Cell>,
}

#[differentiate]
impl Gate {
    fn sum(&self, x: f64) -> f64 {
        x * self.weight + self.bias
    }
}

#[differentiate]
impl Cells {
    fn step(&self, state: &mut State) {
        let h = state.input.len();
        let mut gates = Gates { forget: vec![0.0; h], ingate: vec![0.0; h], outgate: vec![0.0; h], change: vec![0.0; h] };
        for i in 0..h {
            gates.forget[i] = sigmoid(self.cells[i].forget.sum(state.input[i]));
            gates.ingate[i] = sigmoid(self.cells[i].ingate.sum(state.hidden[i]));
            gates.outgate[i] = sigmoid(self.cells[i].outgate.sum(state.input[i]));
            gates.change[i] = self.cells[i].change.sum(state.hidden[i]).tanh();
        }
        for i in 0..h {
            state.cell[i] = state.cell[i] * gates.forget[i] + gates.ingate[i] * gates.change[i];
        }
        for i in 0..h {
            state.hidden[i] = gates.outgate[i] * state.cell[i].tanh();
        }
    }

    fn sequence(&self, x: &[f64], steps: usize) -> f64 {
        let h = x.len();
        let mut state = State { hidden: vec![0.1; h], cell: vec![0.2; h], input: x.to_vec() };
        let mut sum = 0.0;
        for _ in 0..steps {
            self.step(&mut state);
            for i in 0..h {
                sum += state.hidden[i] * state.hidden[i];
            }
            state.input.copy_from_slice(&state.hidden);
        }
        sum
    }
}

fn parameters_in_fields(layer: Layer, x: Vec<f64>, steps: usize) -> Form {
    let (one, y) = (layer.clone(), x.clone());
    let (two, z) = (layer.clone(), x.clone());
    let (_, (mut layer_bar, mut x_bar)) = layer.sequence_of_slices_value_and_grad(&x, steps);
    Form {
        name: "parameters in fields",
        primal: Box::new(move || one.sequence_of_slices(&y, steps)),
        gradient: Box::new(move || layer.sequence_of_slices_value_and_grad_into(&x, steps, &mut layer_bar, &mut x_bar)),
        flat: Box::new(move || {
            let (value, (layer_bar, x_bar)) = two.sequence_of_slices_value_and_grad(&z, steps);
            (value, [layer_bar.weight, layer_bar.bias, x_bar].concat())
        }),
    }
}

fn all_in_fields(layer: Layer, x: Vec<f64>, steps: usize) -> Form {
    let (one, y) = (layer.clone(), x.clone());
    let (two, z) = (layer.clone(), x.clone());
    let (_, (mut layer_bar, mut x_bar)) = layer.sequence_value_and_grad(&x, steps);
    Form {
        name: "all in fields",
        primal: Box::new(move || one.sequence(&y, steps)),
        gradient: Box::new(move || layer.sequence_value_and_grad_into(&x, steps, &mut layer_bar, &mut x_bar)),
        flat: Box::new(move || {
            let (value, (layer_bar, x_bar)) = two.sequence_value_and_grad(&z, steps);
            (value, [layer_bar.weight, layer_bar.bias, x_bar].concat())
        }),
    }
}

fn floats_in_fields(cells: Cells, x: Vec<f64>, steps: usize) -> Form {
    let (one, y) = (cells.clone(), x.clone());
    let (two, z) = (cells.clone(), x.clone());
    let (_, (mut cells_bar, mut x_bar)) = cells.sequence_value_and_grad(&x, steps);
    Form {
        name: "all in fields, of elements",
        primal: Box::new(move || one.sequence(&y, steps)),
        gradient: Box::new(move || cells.sequence_value_and_grad_into(&x, steps, &mut cells_bar, &mut x_bar)),
        flat: Box::new(move || {
            let (value, (bar, x_bar)) = two.sequence_value_and_grad(&z, steps);
            let gates: [fn(&CellGrad) -> &GateGrad; 4] = [|c| &c.forget, |c| &c.ingate, |c| &c.outgate, |c| &c.change];
            let of = |part: fn(&GateGrad) -> f64| gates.iter().flat_map(|gate| bar.cells.iter().map(|c| part(gate(c)))).collect();
            let (weight_bar, bias_bar): (Vec<f64>, Vec<f64>) = (of(|g| g.weight), of(|g| g.bias));
            (value, [weight_bar, bias_bar, x_bar].concat())
        }),
    }
}

/// Beside each form stands the one on slices that lays out and calls the same: the gates in one vector or in four, the weights by kind or by cell.
pub(crate) fn forms(size: Size) -> Vec<Forms> {
    let (h, steps) = size.pick((3, 4), (14, 200));
    let (weight, bias, x) = (numbers(7, 4 * h), numbers(8, 4 * h), numbers(9, h));
    let layer = Layer { weight: weight.clone(), bias: bias.clone() };
    let gate = |g: usize, i: usize| Gate { weight: weight[g * h + i], bias: bias[g * h + i] };
    let cell = |i| Cell { forget: gate(0, i), ingate: gate(1, i), outgate: gate(2, i), change: gate(3, i) };
    let cells = Cells { cells: (0..h).map(cell).collect() };
    let beside = |name, slices: Form, fields: Form| Forms { name, forms: vec![slices, fields] };
    vec![
        beside(
            "LSTM, 14 cells, 200 steps",
            on_slices(weight.clone(), bias.clone(), x.clone(), steps),
            parameters_in_fields(layer.clone(), x.clone(), steps),
        ),
        beside(
            "LSTM, a vector for each gate",
            a_vector_a_gate(weight.clone(), bias.clone(), x.clone(), steps),
            all_in_fields(layer, x.clone(), steps),
        ),
        beside("LSTM, by cells", of_elements(&weight, &bias, x.clone(), steps), floats_in_fields(cells, x, steps)),
    ]
}
