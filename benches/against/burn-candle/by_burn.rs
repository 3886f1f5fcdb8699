//! The tasks by burn.

pub(crate) use burn_tensor::Device;
use burn_tensor::{Gradients, Int, Tensor, TensorData, activation};

use crate::data::{Chain, Logits, Network, Product, Run};

/// The backends for CPUs.
pub(crate) fn devices() -> [Device; 2] {
    #[expect(deprecated, reason = "it is what was recommended until lately")]
    let ndarray = Device::ndarray();
    [ndarray, Device::flex()]
}

fn constant<const D: usize>(x: Vec<f32>, shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(x, shape), &device.clone().autodiff())
}

fn variable<const D: usize>(x: Vec<f32>, shape: [usize; D], device: &Device) -> Tensor<D> {
    constant(x, shape, device).require_grad()
}

fn labels(labels: &[usize], device: &Device) -> Tensor<2, Int> {
    let shape = [labels.len(), 1];
    let labels: Vec<i32> = labels.iter().map(|label| *label as i32).collect();
    Tensor::from_data(TensorData::new(labels, shape), &device.clone().autodiff())
}

fn gradient<const D: usize>(bars: &mut Gradients, variable: &Tensor<D>) -> Tensor<D> {
    variable.grad_remove(bars).expect("the loss depends on it")
}

fn floats<const D: usize>(bar: Tensor<D>) -> Vec<f32> {
    bar.into_data().try_into_vec().expect("they are floats")
}

/// A step along the gradient, which is returned.
fn descend<const D: usize>(bars: &mut Gradients, variable: &mut Tensor<D>) -> Tensor<D> {
    let bar = gradient(bars, variable);
    let stepped = variable.clone().inner() - bar.clone() * Network::RATE;
    *variable = stepped.autodiff().require_grad();
    bar
}

/// As burn's own layer for it.
fn mean_cross_entropy(logits: Tensor<2>, labels: &Tensor<2, Int>) -> Tensor<1> {
    activation::log_softmax(logits, 1).gather(1, labels.clone()).mean().neg()
}

pub(crate) fn step(data: &Network, device: &Device) -> Run {
    let data = data.clone();
    let x = constant(data.x, [Network::BATCH, Network::PIXELS], device);
    let labels = labels(&data.labels, device);
    let mut w = variable(data.w, [Network::PIXELS, Network::HIDDEN], device);
    let mut b = variable(data.b, [1, Network::HIDDEN], device);
    let mut v = variable(data.v, [Network::HIDDEN, Network::CLASSES], device);
    let mut c = variable(data.c, [1, Network::CLASSES], device);
    Box::new(move |wanted| {
        let hidden = activation::relu(x.clone().matmul(w.clone()) + b.clone());
        let loss = mean_cross_entropy(hidden.matmul(v.clone()) + c.clone(), &labels);
        let mut bars = loss.backward();
        let (w_bar, b_bar) = (descend(&mut bars, &mut w), descend(&mut bars, &mut b));
        let (v_bar, c_bar) = (descend(&mut bars, &mut v), descend(&mut bars, &mut c));
        if wanted { [floats(w_bar), floats(b_bar), floats(v_bar), floats(c_bar)].concat() } else { Vec::new() }
    })
}

pub(crate) fn chain(data: &Chain, device: &Device) -> Run {
    let data = data.clone();
    let n = [data.x.len()];
    let (x, w, b) = (variable(data.x, n, device), variable(data.w, n, device), variable(data.b, n, device));
    Box::new(move |wanted| {
        let mut bars = (x.clone() * w.clone() + b.clone()).tanh().sum().backward();
        let bars = [&x, &w, &b].map(|variable| gradient(&mut bars, variable));
        if wanted { bars.map(floats).concat() } else { Vec::new() }
    })
}

pub(crate) fn cross_entropy(data: &Logits, device: &Device) -> Run {
    let data = data.clone();
    let (x, labels) = (variable(data.x, data.shape, device), labels(&data.labels, device));
    Box::new(move |wanted| {
        let bar = gradient(&mut mean_cross_entropy(x.clone(), &labels).backward(), &x);
        if wanted { floats(bar) } else { Vec::new() }
    })
}

pub(crate) fn product(data: &Product, device: &Device) -> Run {
    let data = data.clone();
    let shape = [data.n, data.n];
    let (a, b, c) = (variable(data.a, shape, device), variable(data.b, shape, device), constant(data.c, shape, device));
    Box::new(move |wanted| {
        let mut bars = (a.clone().matmul(b.clone()) * c.clone()).sum().backward();
        let bars = [&a, &b].map(|variable| gradient(&mut bars, variable));
        if wanted { bars.map(floats).concat() } else { Vec::new() }
    })
}
