//! Tensors in structs, lists and results, over time, and of any float.

use differentiate::{Differentiable, Real, Tensor, differentiate};

#[derive(Clone, Debug, Differentiable)]
struct Layer<T: Real> {
    weights: Tensor<T>,
    bias: Tensor<T>,
}

#[derive(Clone, Debug, Differentiable)]
struct Model {
    layers: Vec<Layer<f64>>,
    scale: Option<Tensor>,
    name: String,
}

#[differentiate]
fn applied<T: Real>(layer: &Layer<T>, x: &Tensor<T>) -> Tensor<T> {
    (x.matmul(&layer.weights) + &layer.bias).tanh()
}

/// Layers one after the other.
#[differentiate]
fn output(model: &Model, x: &Tensor) -> Tensor {
    let mut h = x.clone();
    for layer in &model.layers {
        h = applied(layer, &h);
    }
    match &model.scale {
        Some(scale) => h * scale,
        None => h,
    }
}

#[differentiate]
fn loss(model: &Model, x: &Tensor) -> f64 {
    output(model, x).square().mean()
}

fn layer(rows: usize, columns: usize) -> Layer<f64> {
    Layer { weights: Tensor::from_fn([rows, columns], super::wave), bias: Tensor::from_fn([columns], super::wave) }
}

#[test]
fn structs_of_tensors() {
    let x = Tensor::from_fn([4, 3], super::wave);
    let layers = vec![layer(3, 2), layer(2, 5), layer(5, 1)];
    let model = Model { layers, scale: Some(Tensor::from([0.7])), name: "m".into() };
    loss::check(&model, &x).unwrap();
    let (model_bar, _) = loss::grad(&model, &x);
    assert_eq!(model_bar.layers[1].weights.shape(), [2, 5]);
    assert_eq!(model_bar.scale.unwrap().shape(), [1]);
    loss::check(&Model { scale: None, ..model.clone() }, &x).unwrap();
    loss::check(&Model { layers: Vec::new(), ..model.clone() }, &x).unwrap();
    assert_eq!(model.name, "m");
}

#[test]
fn of_any_float() {
    let of = |x: &Tensor| x.map(|x| x as f32);
    let (wide, x) = (layer(3, 2), Tensor::from_fn([4, 3], super::wave));
    let (narrow, x_narrow) = (Layer { weights: of(&wide.weights), bias: of(&wide.bias) }, of(&x));
    applied::check(&narrow, &x_narrow).unwrap();
    let (_, pull) = applied::vjp(&narrow, &x_narrow);
    let (_, pull_wide) = applied::vjp(&wide, &x);
    let (bars, bars_wide) = (pull(Tensor::ones([4, 2])).0.weights, pull_wide(Tensor::ones([4, 2])).0.weights);
    let largest =
        bars.to_vec().iter().zip(bars_wide.to_vec()).fold(0.0, |most, (a, b)| f64::max(most, (f64::from(*a) - b).abs()));
    assert!(largest < 1e-5, "{largest}");
}

/// A gated recurrent cell.
#[derive(Clone, Debug, Differentiable)]
struct Cell {
    input: Tensor,
    state: Tensor,
    bias: Tensor,
}

#[differentiate(order = 2)]
impl Cell {
    fn step(&self, x: &Tensor, h: &Tensor) -> Tensor {
        let sums = x.matmul(&self.input) + h.matmul(&self.state) + &self.bias;
        let gates: Vec<Tensor> = sums.split(1, [h.len_of(1), h.len_of(1)]);
        let gate = gates[0].sigmoid();
        h * &gate + gates[1].tanh() * (1.0 - &gate)
    }
}

/// The cell over a sequence, of which every second step is read out.
#[differentiate(order = 2)]
fn over_time(cell: &Cell, #[constant] inputs: &Tensor, start: &Tensor) -> f64 {
    let mut h = start.clone();
    let mut total = 0.0;
    for t in 0..inputs.shape()[0] {
        let x = inputs.index_axis(0, t);
        h = cell.step(&x, &h);
        if t % 2 == 1 {
            total += h.square().sum();
        }
    }
    total + h.sum()
}

#[test]
fn a_recurrent_network() {
    let (inputs, start) = (Tensor::from_fn([5, 2, 3], super::wave), Tensor::from_fn([2, 4], super::wave));
    let weights = |shape| Tensor::from_fn(shape, super::wave) * 0.5;
    let cell = Cell { input: weights([3, 8]), state: weights([4, 8]), bias: Tensor::from_fn([8], super::wave) };
    over_time::check(&cell, &inputs, &start).unwrap();
    over_time::check(&cell, &Tensor::zeros([0, 2, 3]), &start).unwrap();
    let (cell_dot, start_dot) = (cell.clone(), start.cos());
    let h = 1e-5;
    let grad = |h: f64| {
        let at = |x: &Tensor, dot: &Tensor| x + dot * h;
        let cell = Cell {
            input: at(&cell.input, &cell_dot.input),
            state: at(&cell.state, &cell_dot.state),
            bias: at(&cell.bias, &cell_dot.bias),
        };
        let (cell_bar, start_bar) = over_time::grad(&cell, &inputs, &at(&start, &start_dot));
        [cell_bar.input, cell_bar.state, cell_bar.bias, start_bar]
    };
    let direction = CellGrad { input: cell_dot.input.clone(), state: cell_dot.state.clone(), bias: cell_dot.bias.clone() };
    let (hvp, start_hvp) = over_time::hvp(&cell, &inputs, &start, &direction, &start_dot);
    super::check_hvp(&[hvp.input, hvp.state, hvp.bias, start_hvp], &grad(h), &grad(-h), h);
}

#[derive(Debug, PartialEq)]
struct NotPositive;

/// The logarithm, if there is one.
#[differentiate]
fn logarithm(x: &Tensor) -> Result<Tensor, NotPositive> {
    if x.gt(0.0).all() { Ok(x.ln()) } else { Err(NotPositive) }
}

#[differentiate]
fn entropy(x: &Tensor) -> Result<f64, NotPositive> {
    let ln = logarithm(x)?;
    Ok(-(x * ln).sum())
}

#[test]
fn results() {
    let x = Tensor::from([0.2, 0.3, 0.5]);
    entropy::check(&x).unwrap();
    assert_eq!(entropy::grad(&Tensor::from([0.0, 1.0])), Err(NotPositive));
    let bar = entropy::grad(&x).unwrap();
    assert!((bar + x.ln() + 1.0).abs().max() < 1e-14);
}
