//! Slices by patterns with `..`, errors by patterns, `?` in closures, methods through `&mut`, integers of variants as floats.

use crate::differentiate;
use differentiate::Differentiable;

#[differentiate]
fn ends(x: &[f64], y: [f64; 4]) -> f64 {
    let [first, .., last] = y;
    let [a, rest @ ..] = x else {
        return first;
    };
    let [init @ .., z] = &y;
    let [_, inner @ .., _, _] = &y;
    let mut s = a * last;
    for (r, i) in rest.iter().zip(init) {
        s += r * i * z;
    }
    s * inner[0]
}

#[differentiate]
fn changed_in_place(y: &mut [f64; 4], k: f64) -> f64 {
    let [first, .., last] = y;
    *first *= k;
    *last += first.sin() * *first;
    y[1] * y[3]
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Net {
    weights: Vec<f64>,
    scale: f64,
}
floats_of!(Net, NetGrad);

#[differentiate]
impl Net {
    fn clip(&mut self, low: f64) -> f64 {
        let scale = &mut self.scale;
        *scale = scale.tanh();
        for w in self.weights.iter_mut() {
            *w = w.max(low).powi(2);
        }
        for w in &mut self.weights {
            *w += w.abs().sqrt();
        }
        self.weights.iter().sum::<f64>() * self.scale
    }
}

#[differentiate]
fn clipped(net: &mut Net, low: f64) -> f64 {
    net.clip(low) * net.weights[0]
}

#[derive(Clone, Debug, PartialEq)]
enum Failure {
    Negative { at: usize, by: u32 },
    Other(String),
}

#[differentiate]
fn root(x: f64, n: usize) -> Result<f64, Failure> {
    if x < 0.0 {
        return Err(Failure::Negative { at: n, by: 2 });
    }
    if n > 5 {
        return Err(Failure::Other(format!("{n}")));
    }
    Ok(x.sqrt())
}

#[differentiate]
fn recovered(x: f64, n: usize) -> f64 {
    match root(x, n) {
        Ok(y) => y * y * y,
        Err(Failure::Negative { at, mut by }) => {
            by += 1;
            x * (at as f64 + by as f64)
        }
        Err(Failure::Other(text)) => x * x * text.len() as f64,
    }
}

#[differentiate]
fn closures(x: f64, n: usize) -> f64 {
    let twice = |x: f64| Ok::<f64, Failure>(root(root(x, n)?, n)? * x);
    let first = |v: Option<f64>| {
        let v = v?;
        if v > 3.0 { None } else { Some(v * v) }
    };
    let sum: f64 = [x, 2.0 * x].iter().map(|v| first(Some(*v)).unwrap_or(x)).sum();
    match twice(x) {
        Ok(y) => y * sum,
        Err(_) => sum,
    }
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
enum Layer {
    Power(u32, f64),
    Scale(f64),
}
floats_of!(Layer, LayerGrad);

#[differentiate]
fn layer(l: &Layer, x: f64) -> f64 {
    match l {
        Layer::Power(n, k) => x.powf(f64::from(*n)) * k,
        Layer::Scale(k) => k * x,
    }
}

#[differentiate]
fn layers(l: Layer, x: f64) -> f64 {
    let y = layer(&l, x);
    match l {
        Layer::Power(n, k) => f64::from(n) * k * y,
        Layer::Scale(k) => y + k,
    }
}

#[differentiate]
fn both(x: Option<f64>, k: f64, flag: bool) -> f64 {
    let (Some(a), true) = (x, flag) else {
        return k;
    };
    a * k * a
}

programs! {
    ends: (&x = vec![0.5, -0.3, 0.8], y = [0.2, 1.1, -0.6, 0.9]), (&x = vec![], y = [0.2, 1.1, -0.6, 0.9]);
    changed_in_place: (&mut y = [0.2, 1.1, -0.6, 0.9], k = 0.7);
    clipped: (&mut net = Net { weights: vec![0.3, -0.8, 1.2], scale: 0.6 }, low = 0.1);
    recovered: (x = 0.7, const n = 2), (x = -0.7, const n = 2), (x = 0.7, const n = 12);
    closures: (x = 0.7, const n = 2), (x = 1.7, const n = 9);
    layers: (l = Layer::Power(3, 0.5), x = 0.8), (l = Layer::Scale(0.5), x = 0.8);
    both: (x = Some(0.8), k = 0.5, const flag = true), (x = Some(0.8), k = 0.5, const flag = false);
}
