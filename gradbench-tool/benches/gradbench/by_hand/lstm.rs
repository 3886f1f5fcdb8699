//! The network: back through time, with the gates of each step kept.

use gradbench_tool::functions::lstm::Input;

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// What a cell's reverse needs, for each element: input, hidden and cell state before; the four gates; tanh of the new cell state.
type Kept = [f64; 8];

/// One step of a layer: new hidden state into `x`.
fn cell(w: &[f64], bias: &[f64], hidden: &mut [f64], memory: &mut [f64], x: &mut [f64], kept: &mut [Kept]) {
    let b = x.len();
    for j in 0..b {
        let f = sigmoid(x[j] * w[j] + bias[j]);
        let i = sigmoid(hidden[j] * w[b + j] + bias[b + j]);
        let o = sigmoid(x[j] * w[2 * b + j] + bias[2 * b + j]);
        let g = (hidden[j] * w[3 * b + j] + bias[3 * b + j]).tanh();
        let before = memory[j];
        memory[j] = before * f + i * g;
        let t = memory[j].tanh();
        kept[j] = [x[j], hidden[j], before, f, i, o, g, t];
        hidden[j] = o * t;
        x[j] = hidden[j];
    }
}

/// Takes the cotangents of the new states to those of the old ones and, in `x_bar`, from that of the output to that of the input.
#[allow(clippy::too_many_arguments)]
fn cell_reverse(
    w: &[f64],
    kept: &[Kept],
    hidden_bar: &mut [f64],
    memory_bar: &mut [f64],
    x_bar: &mut [f64],
    w_bar: &mut [f64],
    bias_bar: &mut [f64],
) {
    let b = x_bar.len();
    for j in 0..b {
        let [x, hidden, memory, f, i, o, g, t] = kept[j];
        let out_bar = hidden_bar[j] + x_bar[j];
        let cell_bar = memory_bar[j] + out_bar * o * (1.0 - t * t);
        let f_bar = cell_bar * memory * f * (1.0 - f);
        let i_bar = cell_bar * g * i * (1.0 - i);
        let o_bar = out_bar * t * o * (1.0 - o);
        let g_bar = cell_bar * i * (1.0 - g * g);
        memory_bar[j] = cell_bar * f;
        x_bar[j] = f_bar * w[j] + o_bar * w[2 * b + j];
        hidden_bar[j] = i_bar * w[b + j] + g_bar * w[3 * b + j];
        for (gate, (bar, by)) in [(f_bar, x), (i_bar, hidden), (o_bar, x), (g_bar, hidden)].into_iter().enumerate() {
            w_bar[gate * b + j] += bar * by;
            bias_bar[gate * b + j] += bar;
        }
    }
}

pub(crate) fn gradient(of: &Input) -> Vec<f64> {
    let Input { main_params: main, extra_params: extra, state, sequence } = of;
    let (layers, b, steps) = (main.len() / 2, sequence[0].len(), sequence.len() - 1);
    let mut state = state.clone();
    let mut kept = vec![[0.0; 8]; steps * layers * b];
    let mut tops = vec![0.0; steps * b];
    // exp(y) and the sum of these, with 2.
    let (mut exps, mut sums) = (vec![0.0; steps * b], vec![0.0; steps]);
    let mut x = vec![0.0; b];
    for t in 0..steps {
        for j in 0..b {
            x[j] = sequence[t][j] * extra[0][j];
        }
        for layer in 0..layers {
            let (hidden, memory) = state[2 * layer..].split_at_mut(1);
            let kept = &mut kept[(t * layers + layer) * b..][..b];
            cell(&main[2 * layer], &main[2 * layer + 1], &mut hidden[0], &mut memory[0], &mut x, kept);
        }
        tops[t * b..][..b].copy_from_slice(&x);
        let exps = &mut exps[t * b..][..b];
        for j in 0..b {
            exps[j] = (x[j] * extra[1][j] + extra[2][j]).exp();
        }
        sums[t] = 2.0 + exps.iter().sum::<f64>();
    }
    let mut main_bar: Vec<Vec<f64>> = main.iter().map(|row| vec![0.0; row.len()]).collect();
    let mut extra_bar = vec![vec![0.0; b]; 3];
    let mut state_bar = vec![vec![0.0; b]; 2 * layers];
    let scale = -1.0 / (steps * b) as f64;
    for t in (0..steps).rev() {
        let bits: f64 = sequence[t + 1].iter().sum();
        for j in 0..b {
            let y_bar = scale * (sequence[t + 1][j] - bits * exps[t * b + j] / sums[t]);
            extra_bar[1][j] += y_bar * tops[t * b + j];
            extra_bar[2][j] += y_bar;
            x[j] = y_bar * extra[1][j];
        }
        for layer in (0..layers).rev() {
            let (hidden_bar, memory_bar) = state_bar[2 * layer..].split_at_mut(1);
            let (w_bar, bias_bar) = main_bar[2 * layer..].split_at_mut(1);
            let kept = &kept[(t * layers + layer) * b..][..b];
            cell_reverse(&main[2 * layer], kept, &mut hidden_bar[0], &mut memory_bar[0], &mut x, &mut w_bar[0], &mut bias_bar[0]);
        }
        for j in 0..b {
            extra_bar[0][j] += x[j] * sequence[t][j];
        }
    }
    main_bar.into_iter().chain(extra_bar).flatten().collect()
}
