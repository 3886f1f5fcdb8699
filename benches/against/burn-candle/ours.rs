//! The tasks by differentiated functions.

use std::hint::black_box;

use differentiate::{AddScaled as _, Tensor, differentiate};

use crate::data::{Chain, Logits, Network, Product, Run};

#[differentiate]
fn loss(
    w: &Tensor<f32>,
    b: &Tensor<f32>,
    v: &Tensor<f32>,
    c: &Tensor<f32>,
    #[constant] x: &Tensor<f32>,
    labels: &[usize],
) -> f32 {
    let hidden = (x.matmul(w) + b).relu();
    (hidden.matmul(v) + c).cross_entropy(labels)
}

pub(crate) fn step(data: &Network) -> Run {
    let Network { x, labels, w, b, v, c } = data.clone();
    let x = Tensor::from_shape_vec([Network::BATCH, Network::PIXELS], x);
    let mut w = Tensor::from_shape_vec([Network::PIXELS, Network::HIDDEN], w);
    let mut v = Tensor::from_shape_vec([Network::HIDDEN, Network::CLASSES], v);
    let (mut b, mut c) = (Tensor::from(b), Tensor::from(c));
    Box::new(move |wanted| {
        let bars = loss::grad(&w, &b, &v, &c, &x, &labels);
        let rate = -f64::from(Network::RATE);
        w.add_scaled(rate, &bars.0);
        b.add_scaled(rate, &bars.1);
        v.add_scaled(rate, &bars.2);
        c.add_scaled(rate, &bars.3);
        if wanted { [bars.0, bars.1, bars.2, bars.3].iter().flat_map(Tensor::to_vec).collect() } else { Vec::new() }
    })
}

#[differentiate]
fn sum_of_tanh(x: &Tensor<f32>, w: &Tensor<f32>, b: &Tensor<f32>) -> f32 {
    (x * w + b).tanh().sum()
}

pub(crate) fn chain(data: &Chain) -> Run {
    let Chain { x, w, b } = data.clone();
    let (x, w, b) = (Tensor::from(x), Tensor::from(w), Tensor::from(b));
    Box::new(move |wanted| {
        let bars = black_box(sum_of_tanh::grad(&x, &w, &b));
        if wanted { [bars.0, bars.1, bars.2].iter().flat_map(Tensor::to_vec).collect() } else { Vec::new() }
    })
}

#[differentiate]
fn mean_cross_entropy(logits: &Tensor<f32>, labels: &[usize]) -> f32 {
    logits.cross_entropy(labels)
}

pub(crate) fn cross_entropy(data: &Logits) -> Run {
    let Logits { shape, x, labels } = data.clone();
    let x = Tensor::from_shape_vec(shape, x);
    Box::new(move |wanted| {
        let bar = black_box(mean_cross_entropy::grad(&x, &labels));
        if wanted { bar.to_vec() } else { Vec::new() }
    })
}

#[differentiate]
fn weighted(a: &Tensor<f32>, b: &Tensor<f32>, #[constant] c: &Tensor<f32>) -> f32 {
    (a.matmul(b) * c).sum()
}

pub(crate) fn product(data: &Product) -> Run {
    let Product { n, a, b, c } = data.clone();
    let [a, b, c] = [a, b, c].map(|x| Tensor::from_shape_vec([n, n], x));
    Box::new(move |wanted| {
        let bars = black_box(weighted::grad(&a, &b, &c));
        if wanted { [bars.0, bars.1].iter().flat_map(Tensor::to_vec).collect() } else { Vec::new() }
    })
}
