//! Forms that programs have which were written without this library in mind.

use crate::differentiate;
use differentiate::Differentiable;
use std::collections::BTreeMap;

/// What is measured: constant, and of no type that the macro can see.
#[derive(Clone, Debug)]
struct Data {
    rows: Vec<Vec<f64>>,
    links: Vec<(Link, f64)>,
    weights: [f64; 3],
    named: BTreeMap<String, f64>,
}

#[derive(Clone, Copy, Debug)]
enum Link {
    Turned(f64),
    Moved { along: f64 },
    Fixed,
}

fn data() -> Data {
    Data {
        rows: vec![vec![0.3, 0.8], vec![-0.2, 0.4], vec![0.6, 0.1]],
        links: vec![(Link::Turned(0.5), 0.2), (Link::Moved { along: 0.7 }, 0.1), (Link::Fixed, 0.3)],
        weights: [0.5, 1.5, 2.5],
        named: [("a".to_owned(), 0.7), ("b".to_owned(), 1.7)].into(),
    }
}

#[differentiate]
fn over_data(x: f64, #[constant] data: &Data) -> f64 {
    let mut y = x;
    for w in &data.weights {
        y *= w * x;
    }
    for (row, w) in data.rows.iter().zip(&data.weights) {
        y += (w * x - row[0]).powi(2) * row.iter().map(|r| (r * x).sin()).sum::<f64>();
    }
    for row in &data.rows {
        for r in row {
            y *= 1.0 + r * x;
        }
    }
    y + data.weights.iter().map(|w| (w * y).cos()).sum::<f64>()
}

#[differentiate]
fn from_the_end(q: &[f64], #[constant] data: &Data) -> f64 {
    let mut tip = 1.0;
    for ((link, offset), &angle) in data.links.iter().zip(q.iter()).rev() {
        tip = match link {
            Link::Turned(by) => tip * by * angle.sin() + offset,
            Link::Moved { along } => tip + along * angle * tip,
            Link::Fixed => tip * 2.0,
        };
    }
    for (angle, (_, offset)) in q.iter().zip(data.links.iter()).rev() {
        tip += angle * offset;
    }
    for (_, offset) in data.links.iter().rev() {
        tip *= 1.0 + offset * q[0];
    }
    tip
}

/// What patterns bind may be references, and iterators may be of anything.
#[differentiate]
fn referred_to(q: &[f64], #[constant] link: &Link, #[constant] data: &Data) -> f64 {
    let mut y = match link {
        Link::Turned(by) => q[0] * by * q[1].sin(),
        Link::Moved { along } if *along > 0.3 => q[0].powf(*along),
        Link::Moved { .. } | Link::Fixed => q[0] * 2.0,
    };
    for (name, value) in &data.named {
        y *= value * q[0] + if name == "a" { *value } else { 0.5 };
    }
    for value in data.named.values() {
        y *= 1.0 + value * q[1];
    }
    for (i, (link, _)) in data.links.iter().enumerate().rev() {
        if let Link::Turned(by) = link {
            y = (y * by * q[i]).sin();
        }
    }
    y
}

/// Arms of a body's last branch that are left early.
#[differentiate]
fn left_in_arms(x: f64, n: usize) -> Option<f64> {
    match n {
        0 => {
            let d = x * x - 1.0;
            if d < 0.0 {
                None
            } else {
                let t = x - d.sqrt();
                if t > 1e-6 { Some(t) } else { None }
            }
        }
        1 => {
            if x < 1.0 {
                return Some(x.sin());
            }
            let t = 2.0 / x;
            (t > 0.1).then(|| t * x.exp())
        }
        _ => {
            if x < 0.0 {
                return None;
            }
            (x > 0.5).then_some(x.ln())
        }
    }
}

#[differentiate]
fn left_by_loops(x: &[f64], d: f64) -> f64 {
    match x {
        [a, b] => {
            if *a > d {
                return *b;
            }
            a * b
        }
        [a] => {
            let mut s = *a;
            for i in 0..4 {
                if s > 3.0 {
                    return s * d;
                }
                s += d * i as f64;
            }
            s
        }
        _ => d,
    }
}

#[differentiate]
fn left_with_memory(x: &[f64], n: usize) -> Vec<f64> {
    if n == 0 {
        if x[0] > 2.0 {
            return x.to_vec();
        }
        x.iter().map(|v| v * v).collect()
    } else {
        if n > 3 {
            return vec![x[1]];
        }
        vec![x[0] * x[1]; n]
    }
}

#[differentiate]
fn left_in_place(x: &mut [f64], d: f64) {
    if d > 0.5 {
        if x[0] > 2.0 {
            return;
        }
        x[0] = d * x[1];
    } else {
        if d < 0.0 {
            return;
        }
        x[1] *= d;
    }
}

/// References out of the only arm that goes on.
#[differentiate]
fn three_at_least(parameters: &[f64], x: f64) -> f64 {
    let (mean, width) = match parameters {
        [mean, width, ..] => (mean, width),
        _ => panic!("there are two parameters"),
    };
    (x - mean) / width
}

/// A guard reads what a pattern has bound by value.
#[differentiate]
fn nearest(x: f64, n: usize) -> f64 {
    let mut best: Option<f64> = None;
    for i in 0..n {
        if let Some(t) = root(x + i as f64 - 3.0) {
            best = match best {
                Some(b) if b < t => Some(b),
                _ => Some(t),
            };
        }
    }
    best.map_or(100.0, |t| t * t)
}

#[differentiate]
fn root(x: f64) -> Option<f64> {
    (x > 1e-6).then_some(x.sqrt())
}

/// Where a value stands in a table that varies.
#[differentiate]
fn looked_up(table: &[f64], at: f64) -> f64 {
    let i = table.partition_point(|x| *x <= at).clamp(1, table.len() - 1) - 1;
    let j = match table.binary_search_by(|x| x.total_cmp(&at)) {
        Ok(j) | Err(j) => j,
    };
    (at - table[i]) * table[i + 1] + table[j] * at
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Axis {
    x: f64,
    y: f64,
}

/// Some of it is constant, which nobody sees who only sees its fields.
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Model {
    gain: f64,
    #[constant]
    length: f64,
    #[constant]
    axis: Axis,
    #[constant]
    weights: Vec<f64>,
}

#[differentiate]
fn scaled(x: f64, length: f64) -> f64 {
    x * length * length
}

#[differentiate]
fn along(axis: &Axis, w: &[f64]) -> f64 {
    axis.x * w[0] + axis.y * w[1]
}

#[differentiate]
impl Model {
    fn passed_on(&self, x: f64) -> f64 {
        scaled(x * self.gain, self.length) + along(&self.axis, &self.weights) * x
    }

    fn read(&self, x: f64) -> f64 {
        let length: f64 = self.length;
        let mut other = self.clone();
        other.gain = length * x;
        other.gain += other.length;
        let first = self.weights[0];
        let sum: f64 = self.weights.iter().map(|w| w * x).sum();
        first * other.gain * length.sin() + f64::max(self.length, x) + sum
    }

    /// What is stored in a constant field flows on.
    fn written(&self, x: f64) -> f64 {
        let mut other = self.clone();
        other.gain = self.length;
        other.length = x * x;
        let again = other.clone();
        let both = [self.length, x];
        both[0] * both[1] + again.length * again.length + other.gain * x
    }

    fn changed(mut self, x: f64) -> f64 {
        self.length *= 2.0;
        self.weights.push(0.3);
        x * self.length * self.weights[2] * self.gain
    }
}

#[differentiate]
fn constant_fields(model: &Model, x: f64) -> f64 {
    model.passed_on(x) + model.read(x) * model.written(x) + model.clone().changed(x)
}

fn model() -> Model {
    Model { gain: 1.5, length: 0.4, axis: Axis { x: 1.0, y: 2.0 }, weights: vec![0.3, 0.4] }
}

#[differentiate]
fn made_here(gain: f64, x: f64) -> f64 {
    let model = Partly { gain, length: 0.4, weights: vec![0.3, x] };
    model.gain * x * model.length * model.weights[1]
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Partly {
    gain: f64,
    #[constant]
    length: f64,
    #[constant]
    weights: Vec<f64>,
}

#[test]
fn gradients_are_zero_where_fields_are_constant() {
    let model = model();
    let (bar, _) = model.read_grad(0.7);
    assert_eq!((bar.length, bar.axis, &bar.weights), (0.0, (), &vec![0.0, 0.0]));
    let mut into = (model.zero_grad(), 0.0);
    into.0.length = 3.0;
    model.read_value_and_grad_into(0.7, &mut into.0, &mut into.1);
    assert_eq!(into.0, bar);
    constant_fields::check(&model, 0.7).expect("both modes agree with differences");
    for check in [model.passed_on_check(0.7), model.read_check(0.7), model.written_check(0.7), model.clone().changed_check(0.7)] {
        check.expect("both modes agree with differences");
    }
}

programs! {
    over_data: (x = 0.7, const &data = data());
    from_the_end: (&q = vec![0.1, 0.2, 0.3], const &data = data());
    referred_to: (&q = vec![0.4, 0.5, 0.6], const &link = Link::Turned(0.8), const &data = data()), (&q = vec![0.4, 0.5, 0.6], const &link = Link::Moved { along: 0.7 }, const &data = data()), (&q = vec![0.4, 0.5, 0.6], const &link = Link::Fixed, const &data = data());
    left_in_arms -> fallible: (x = 1.2, const n = 0), (x = 1.2, const n = 1), (x = 0.4, const n = 1), (x = 1.2, const n = 2), (x = -1.0, const n = 2);
    left_by_loops: (&x = vec![1.2, 0.3], d = 0.7), (&x = vec![0.2, 0.3], d = 0.7), (&x = vec![0.2], d = 1.7), (&x = vec![0.2], d = 0.1), (&x = Vec::<f64>::new(), d = 0.1);
    left_with_memory -> many: (&x = vec![0.3, 0.4], const n = 0), (&x = vec![2.3, 0.4], const n = 0), (&x = vec![2.3, 0.4], const n = 2), (&x = vec![2.3, 0.4], const n = 4);
    left_in_place -> unit: (&mut x = vec![0.3, 0.4], d = 0.7), (&mut x = vec![2.3, 0.4], d = 0.7), (&mut x = vec![0.3, 0.4], d = 0.2), (&mut x = vec![0.3, 0.4], d = -0.2);
    three_at_least: (&parameters = vec![1.2, 0.3, 0.1], x = 0.7);
    nearest: (x = 2.5, const n = 4), (x = -2.5, const n = 4);
    looked_up: (&table = vec![0.0, 1.0, 2.5, 3.0], at = 1.7);
    made_here: (gain = 1.5, x = 0.7);
}
