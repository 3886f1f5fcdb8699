//! The tasks by candle.

use candle_core::{Device, Result, Tensor, Var};
use candle_nn::loss;

use crate::data::{Chain, Logits, Network, Product, Run};

fn variable(x: Vec<f32>, shape: &[usize]) -> Result<Var> {
    Var::from_vec(x, shape, &Device::Cpu)
}

fn labels(labels: &[usize]) -> Result<Tensor> {
    Tensor::from_iter(labels.iter().map(|label| *label as u32), &Device::Cpu)
}

fn floats(bars: &[Tensor]) -> Result<Vec<f32>> {
    Ok(bars.iter().map(|bar| bar.flatten_all()?.to_vec1::<f32>()).collect::<Result<Vec<_>>>()?.concat())
}

/// The gradients of a loss.
fn gradients(loss: &Tensor, variables: &[Var]) -> Result<Vec<Tensor>> {
    let mut bars = loss.backward()?;
    Ok(variables.iter().map(|variable| bars.remove(variable).expect("the loss depends on it")).collect())
}

/// Runs what gives gradients.
fn run(mut gradients: impl FnMut() -> Result<Vec<Tensor>> + 'static) -> Run {
    Box::new(move |wanted| {
        let bars = gradients().expect("the shapes fit");
        if wanted { floats(&bars).expect("they are floats") } else { Vec::new() }
    })
}

pub(crate) fn step(data: &Network) -> Result<Run> {
    let data = data.clone();
    let x = Tensor::from_vec(data.x, (Network::BATCH, Network::PIXELS), &Device::Cpu)?;
    let labels = labels(&data.labels)?;
    let variables = [
        variable(data.w, &[Network::PIXELS, Network::HIDDEN])?,
        variable(data.b, &[Network::HIDDEN])?,
        variable(data.v, &[Network::HIDDEN, Network::CLASSES])?,
        variable(data.c, &[Network::CLASSES])?,
    ];
    Ok(run(move || {
        let [w, b, v, c] = &variables;
        let hidden = x.matmul(w)?.broadcast_add(b)?.relu()?;
        let bars = gradients(&loss::cross_entropy(&hidden.matmul(v)?.broadcast_add(c)?, &labels)?, &variables)?;
        for (variable, bar) in variables.iter().zip(&bars) {
            variable.set(&variable.sub(&(bar * f64::from(Network::RATE))?)?)?;
        }
        Ok(bars)
    }))
}

pub(crate) fn chain(data: &Chain) -> Result<Run> {
    let data = data.clone();
    let n = data.x.len();
    let variables = [variable(data.x, &[n])?, variable(data.w, &[n])?, variable(data.b, &[n])?];
    Ok(run(move || {
        let [x, w, b] = variables.each_ref().map(Var::as_tensor);
        gradients(&((x * w)? + b)?.tanh()?.sum_all()?, &variables)
    }))
}

pub(crate) fn cross_entropy(data: &Logits) -> Result<Run> {
    let data = data.clone();
    let (variables, labels) = ([variable(data.x, &data.shape)?], labels(&data.labels)?);
    Ok(run(move || gradients(&loss::cross_entropy(&variables[0], &labels)?, &variables)))
}

pub(crate) fn product(data: &Product) -> Result<Run> {
    let data = data.clone();
    let shape = [data.n, data.n];
    let variables = [variable(data.a, &shape)?, variable(data.b, &shape)?];
    let c = Tensor::from_vec(data.c, &shape, &Device::Cpu)?;
    Ok(run(move || gradients(&(variables[0].matmul(&variables[1])? * &c)?.sum_all()?, &variables)))
}
