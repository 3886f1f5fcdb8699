//! Methods that return references into what they are called on.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Matrix {
    rows: usize,
    cols: usize,
    data: Vec<f64>,
    scale: f64,
}
floats_of!(Matrix, MatrixGrad);

#[differentiate]
impl Matrix {
    fn data(&self) -> &[f64] {
        &self.data
    }

    fn row(&self, i: usize) -> &[f64] {
        assert!(i < self.rows, "row {i}");
        &self.data[i * self.cols..(i + 1) * self.cols]
    }

    fn row_mut(&mut self, i: usize) -> &mut [f64] {
        let n = self.cols;
        &mut self.data[i * n..(i + 1) * n]
    }

    fn at(&self, i: usize, j: usize) -> &f64 {
        &self.row(i)[j]
    }

    fn at_mut(&mut self, i: usize, j: usize) -> &mut f64 {
        &mut self.row_mut(i)[j]
    }

    /// What is stored decides.
    fn larger(&self) -> &f64 {
        if self.data[0] > self.data[1] {
            return &self.data[0];
        }
        &self.data[1]
    }

    fn trace(&self) -> f64 {
        let row = 3.0;
        let mut sum = 0.0;
        for i in 0..self.rows {
            sum += *self.at(i, i) * self.scale;
        }
        sum + self.row(0)[1] * self.larger() + row * self.data().iter().sum::<f64>()
    }

    fn eliminate(&mut self, k: f64) -> f64 {
        for i in 1..self.rows {
            let f = self.at(i, 0) / self.at(0, 0) * k;
            for j in 0..self.cols {
                let above = self.row(0)[j];
                self.row_mut(i)[j] -= f * above;
            }
            *self.at_mut(i, 0) *= 0.5;
        }
        let last = self.row_mut(1);
        last[0] += k;
        last.swap(0, 1);
        for v in self.row_mut(0).iter_mut() {
            *v *= k;
        }
        self.row(1).iter().map(|v| v * v).sum::<f64>() + self.trace()
    }
}

#[differentiate]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Elsewhere they are copies.
#[differentiate]
fn outside(m: &Matrix, x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..m.rows {
        let row = m.row(i);
        sum += dot(row, x) + dot(m.row(i), x);
        for v in row {
            sum += v * v;
        }
        for (v, x) in row.iter().zip(x) {
            sum += v * x;
        }
    }
    let a = m.at(0, 1);
    sum += *m.at(0, 0) * a;
    sum + m.data()[1] * m.data().len() as f64 * m.larger()
}

#[differentiate]
fn reduced(m: &mut Matrix, k: f64) -> f64 {
    m.eliminate(k) * m.trace()
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Layer {
    weights: Vec<f64>,
    bias: f64,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Net {
    layers: Vec<Layer>,
    name: String,
}
floats_of!(Net, NetGrad);

#[differentiate]
trait Weighted {
    fn weights(&self) -> &[f64];

    fn decay(&self) -> f64 {
        self.weights().iter().map(|w| w * w).sum()
    }
}

#[differentiate]
impl Weighted for Layer {
    fn weights(&self) -> &[f64] {
        &self.weights
    }
}

#[differentiate]
impl Net {
    fn name(&self) -> &str {
        &self.name
    }

    fn layer(&self, i: usize) -> &Layer {
        &self.layers[i]
    }

    fn layer_mut(&mut self, i: usize) -> &mut Layer {
        &mut self.layers[i]
    }

    fn first(&self) -> &Layer {
        self.layer(0)
    }

    fn damp(&mut self, by: f64) -> f64 {
        for i in 0..self.layers.len() {
            let layer = self.layer_mut(i);
            layer.bias *= by;
            for w in &mut layer.weights {
                *w *= by;
            }
        }
        self.first().bias * self.layer(1).weights[0] + self.first().decay()
    }
}

#[differentiate]
fn penalty<W: Weighted>(w: &W, by: f64) -> f64 {
    let sum: f64 = w.weights().iter().map(|w| w.abs()).sum();
    by * sum + w.decay()
}

#[differentiate]
fn of_a_net(net: &mut Net, by: f64) -> f64 {
    let before = penalty(&net.layers[1], by) * net.first().bias;
    let layer = net.layer(1);
    let more: f64 = penalty(layer, by);
    before + more + net.damp(by) + if net.name() == "net" { by } else { 0.0 }
}

programs! {
    outside: (&m = Matrix { rows: 2, cols: 2, data: vec![1.0, 0.3, 0.5, 2.0], scale: 0.7 }, &x = vec![0.4, 0.6]),
        (&m = Matrix { rows: 2, cols: 2, data: vec![0.2, 0.3, 0.5, 2.0], scale: 0.7 }, &x = vec![0.4, 0.6]);
    reduced: (&mut m = Matrix { rows: 2, cols: 2, data: vec![1.0, 0.3, 0.5, 2.0], scale: 0.7 }, k = 0.9);
    of_a_net: (&mut net = Net {
        layers: vec![Layer { weights: vec![0.3, -0.5], bias: 0.2 }, Layer { weights: vec![0.7], bias: -0.4 }],
        name: "net".to_owned(),
    }, by = 0.8);
}
