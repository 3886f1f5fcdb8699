//! `Vec`s of the caller's that get another length.

use crate::differentiate;
use differentiate::Differentiable;

/// Fills a buffer anew.
#[differentiate]
fn powers(x: f64, n: usize, out: &mut Vec<f64>) {
    out.clear();
    let mut p = 1.0;
    for _ in 0..n {
        p *= x;
        out.push(p);
    }
}

#[differentiate]
fn append_scaled(out: &mut Vec<f64>, x: &[f64], k: f64) -> f64 {
    let before = out.len();
    for v in x {
        out.push(k * v);
    }
    out[0] *= k;
    out[before] + out.iter().sum::<f64>()
}

#[differentiate]
fn filled_once(x: f64, k: f64) -> f64 {
    let mut buffer = Vec::new();
    powers(x, 4, &mut buffer);
    buffer.iter().map(|p| p * p).sum::<f64>() * k
}

#[differentiate]
fn filled_in_a_loop(x: &[f64]) -> f64 {
    let mut buffer: Vec<f64> = vec![0.5; 3];
    let mut sum = buffer[0] * x[0];
    for (i, v) in x.iter().enumerate() {
        powers(*v, 3, &mut buffer);
        sum += buffer[i % 3] * buffer[1];
        buffer[0] *= 2.0;
        sum += buffer.iter().sum::<f64>();
    }
    sum
}

#[differentiate]
fn filled_longer_each_time(x: f64, rounds: usize) -> f64 {
    let mut buffer = Vec::with_capacity(rounds);
    let mut sum = 0.0;
    for n in 1..=rounds {
        powers(x, n, &mut buffer);
        sum += buffer[n - 1] * buffer.len() as f64;
    }
    sum
}

#[differentiate]
fn grown_twice(x: &[f64], k: f64) -> f64 {
    let mut all = x.to_vec();
    all.push(k * k);
    let first = append_scaled(&mut all, x, k);
    let middle = all[1] * all[x.len()];
    all.push(first);
    let n = all.len();
    let second: f64 = append_scaled(&mut all, &x[1..], k);
    let mut sum = first * second * middle;
    for i in 0..n {
        sum += all[i] * i as f64;
    }
    sum + all[all.len() - 1]
}

/// Handed on by one that does nothing else with it.
#[differentiate]
fn through(x: f64, n: usize, out: &mut Vec<f64>) -> f64 {
    let before = out.len();
    powers(x, n, out);
    let mut sum = 0.0;
    for i in before..out.len() {
        sum += out[i] * x;
    }
    sum
}

#[differentiate]
fn handed_on(x: f64) -> f64 {
    let mut buffer = vec![x];
    let a = through(x, 3, &mut buffer);
    let b = through(a, 4, &mut buffer);
    a * b + buffer[3]
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Track {
    points: Vec<f64>,
    step: f64,
}

#[differentiate]
fn record(track: &mut Track, x: f64) {
    let (s, points) = (track.step, &mut track.points);
    append_scaled(points, &[x, s], x);
}

#[differentiate]
fn tracked(x: f64, step: f64) -> f64 {
    let mut track = Track { points: vec![x], step };
    for i in 0..3 {
        record(&mut track, x + i as f64 * step);
    }
    let mut sum = 0.0;
    for (i, p) in track.points.iter().enumerate() {
        sum += p * (i as f64 + 1.0);
    }
    sum
}

#[differentiate]
fn stack(values: &mut Vec<f64>, x: f64) {
    values.push(x);
    values.push(x * x);
    let b = values.pop().unwrap_or(0.0);
    let a = values.pop().unwrap_or(0.0);
    values.push(a * b);
    values.insert(0, a);
    values.extend([b, x]);
    values.resize(7, a + b);
    values.extend_from_slice(&[x, 1.0][..]);
}

#[differentiate]
fn stacked(x: f64, y: f64) -> f64 {
    let mut values = vec![y, y * y];
    stack(&mut values, x);
    values.iter().enumerate().map(|(i, v)| v * v * (1.0 + i as f64)).sum()
}

/// In part only, with an early return.
#[differentiate]
fn while_small(out: &mut Vec<f64>, x: f64) -> bool {
    if out.is_empty() {
        return false;
    }
    while out[out.len() - 1] < 2.0 {
        let last = out[out.len() - 1];
        out.push(last * x);
        if out.len() > 6 {
            return false;
        }
    }
    true
}

#[differentiate]
fn until_large(x: f64, start: f64) -> f64 {
    let mut all = vec![start];
    let mut none: Vec<f64> = Vec::new();
    let done: bool = while_small(&mut all, x);
    let not: bool = while_small(&mut none, x);
    if done && !not { all.iter().sum() } else { x }
}

programs! {
    filled_once: (x = 0.7, k = 1.3);
    filled_in_a_loop: (&x = vec![0.7, -0.4, 1.1]);
    filled_longer_each_time: (x = 0.7, const rounds = 4);
    grown_twice: (&x = vec![0.7, -0.4], k = 1.3);
    handed_on: (x = 0.7);
    tracked: (x = 0.7, step = 0.2);
    stacked: (x = 0.7, y = -0.6);
    until_large: (x = 1.3, start = 0.8);
}

/// What users call: the gradient has the shape that the call leaves.
#[test]
fn buffers_of_the_caller() {
    powers::check(0.7, 4, &mut vec![1.0; 4]).unwrap();
    powers::check(0.7, 4, &mut vec![]).unwrap();
    powers::check(0.7, 2, &mut vec![1.0; 2]).unwrap();
    append_scaled::check(&mut vec![0.4, 0.2], &[0.3, 0.9, 1.1], 0.7).unwrap();
    let mut out = vec![5.0];
    let ((), pull) = powers::vjp(0.5, 2, &mut out);
    assert_eq!(pull(vec![1.0, 2.0]).0, 3.0);
    assert_eq!(out, [0.5, 0.25]);
    let mut out_dot = vec![0.0];
    powers::jvp(0.5, 2, &mut vec![5.0], 1.0, &mut out_dot);
    assert_eq!(out_dot, [1.0, 1.0]);
}

#[test]
#[should_panic(expected = "length")]
fn of_another_length() {
    let mut out = vec![5.0];
    let ((), pull) = powers::vjp(0.5, 2, &mut out);
    _ = pull(vec![1.0]);
}

#[test]
fn in_several_directions() {
    let (by_columns, by_rows) = (filled_once::jacobian_fwd(0.7, 1.3), filled_once::jacobian_rev(0.7, 1.3));
    assert!((by_columns.0 - by_rows.0).abs() < 1e-12 && (by_columns.1 - by_rows.1).abs() < 1e-12);
}
