//! Structs of which only the fields are used, as work space or for names' sake: each field is a variable to the macro.

use crate::differentiate;
use differentiate::Differentiable;
use std::ops::Deref;

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Work {
    row: Vec<f64>,
    image: Vec<f64>,
    total: f64,
    seen: usize,
}

#[differentiate]
fn doubled(x: &[f64], out: &mut [f64]) {
    for i in 0..x.len() {
        out[i] = 2.0 * x[i] * x[0];
    }
}

/// Terms that work in fields, one of them filled by a callee; sums and counters in fields.
#[differentiate]
fn terms(c: &[f64], x: &[f64]) -> f64 {
    let d = c.len();
    let mut work = Work { row: vec![0.0; d], image: vec![0.5; d], total: 1.0, seen: 0 };
    let mut sum = 0.0;
    for i in 0..x.len() {
        for j in 0..d {
            work.row[j] = (x[i] - c[j]).sin();
        }
        doubled(&work.row, &mut work.image);
        let mut square = 0.0;
        for j in 0..d {
            square += work.image[j] * work.row[j];
        }
        sum += square.exp();
        if square > 0.3 {
            work.total += square * x[i];
            work.seen += 1;
        }
        assert!(work.seen <= x.len() && work.row.len() == d, "{}", work.seen);
    }
    sum * work.total + work.seen as f64 * c[0]
}

/// An assigned number, a field that is moved out, one that a closure reads, one that is made anew in each iteration.
#[differentiate]
fn used_up(x: &[f64], k: f64) -> f64 {
    let mut work = Work { row: x.to_vec(), image: Vec::new(), total: k, seen: x.len() };
    work.total = work.total * k + 0.25;
    work.image = vec![k; x.len()];
    let scaled = |i: usize| work.image[i] * x[i];
    let mut sum = 0.0;
    for i in 0..work.seen {
        let mut step: Work = Work { row: vec![x[i]; 2], image: vec![], total: 0.0, seen: i };
        step.row[1] *= k;
        step.total += step.row[0] * step.row[1];
        step.row.swap(0, 1);
        step.image.push(step.row[0] * step.total);
        sum += step.image[0] * scaled(step.seen);
    }
    let row = work.row;
    sum * work.total + row[0] * row[1]
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Typed {
    factor: f32,
    wide: u64,
    order: Vec<u8>,
    shift: f64,
}

/// What literals are, and what is collected, the struct says.
#[differentiate]
fn typed(x: f64) -> f64 {
    let typed = Typed { factor: 0.1, wide: 4_000_000_000, order: (1..4).collect(), shift: 0.5 };
    let last = typed.order[2].wrapping_sub(4);
    let mut sum = x * (typed.wide * 2) as f64 * 1e-9 + last as f64 * x;
    for (i, k) in typed.order.iter().enumerate() {
        sum += x.powi(i as i32) * *k as f64 * (x + typed.shift);
    }
    sum * typed.factor as f64
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Inner {
    bias: f64,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Outer {
    inner: Inner,
    gain: f64,
}

impl Deref for Outer {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.inner
    }
}

/// One that is used as a whole, one whose name is used twice, and one with a field in it.
#[differentiate]
fn whole(x: f64, y: f64) -> f64 {
    let mut work = Work { row: vec![x], image: vec![y, x], total: x, seen: 1 };
    work.row[0] *= y;
    let kept = work.clone();
    let outer = Outer { inner: Inner { bias: y }, gain: x };
    let first = outer.inner.bias * outer.gain;
    let outer = Outer { inner: Inner { bias: first }, gain: y };
    kept.row[0] * kept.image[1] + outer.gain * outer.inner.bias
}

/// A function with fields for names, beside a variable that is called as one of them might be.
#[differentiate]
fn named(x: f64) -> f64 {
    let pair_gain = 3.0 * x;
    let pair = Outer { inner: Inner { bias: x * x }, gain: pair_gain.sin() };
    pair.gain * pair.inner.bias + pair_gain
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Fit {
    x: Vec<f64>,
    d: usize,
}

#[differentiate]
impl Fit {
    /// The sum is fused; how much each term writes is a field of a constant.
    fn loss(&self, #[constant] data: &Fit) -> f64 {
        let d = data.d;
        let mut work = Work { row: vec![0.0; d], image: vec![0.0; d * d], total: 0.0, seen: d };
        let mut sum = 0.0;
        for i in 0..data.x.len() {
            for j in 0..d {
                work.row[j] = (data.x[i] * self.x[j]).tanh();
            }
            for j in 0..work.seen {
                for k in 0..d {
                    work.image[j * d + k] = work.row[j] * work.row[k];
                }
            }
            let mut term = 0.0;
            for k in 0..d * d {
                term += work.image[k] * work.image[d * d - 1 - k];
            }
            sum += term.exp();
        }
        sum
    }
}

#[differentiate]
fn by_method(fit: &Fit, #[constant] data: &Fit) -> f64 {
    fit.loss(data) * fit.x[0]
}

#[test]
fn a_method_is_fused() {
    let fit = Fit { x: vec![0.3, 0.5, -0.2], d: 3 };
    let most = |points: usize| {
        let data = Fit { x: (0..points).map(|i| (i as f64).sin()).collect(), d: 3 };
        allocation_counter::measure(|| drop(fit.loss_grad(&data))).bytes_max
    };
    assert_eq!(most(10), most(1000));
}

fn of(x: Vec<f64>) -> Fit {
    Fit { x, d: 3 }
}

floats_of!(Fit, FitGrad);

programs! {
    terms: (&c = vec![0.3, -0.5], &x = vec![0.9, 0.4, 1.3]);
    used_up: (&x = vec![0.9, 0.4, -0.3], k = 0.7);
    typed: (x = 0.4);
    whole: (x = 0.4, y = 0.7);
    named: (x = 0.4);
    by_method: (&fit = of(vec![0.3, 0.5, -0.2]), const &data = of(vec![0.9, 0.4, -0.3, 0.8]));
}
