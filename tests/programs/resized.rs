//! `Vec`s that become shorter again.

use crate::differentiate;

/// A calculator in postfix notation.
#[differentiate]
fn postfix(x: f64, y: f64, program: &[u8]) -> f64 {
    let mut stack = Vec::new();
    for op in program {
        match op {
            0 => stack.push(x),
            1 => stack.push(y),
            2 => {
                let (b, a) = (stack.pop().unwrap(), stack.pop().unwrap());
                stack.push(a * b);
            }
            _ => {
                let b = stack.pop().unwrap();
                let a = stack.pop().unwrap_or(b);
                stack.push(a - b.sin());
            }
        }
    }
    stack.pop().expect("a result")
}

/// Halves intervals until they are short.
#[differentiate]
fn adaptive(a: f64, b: f64) -> f64 {
    let mut stack = vec![(a, b)];
    let mut sum = 0.0;
    while let Some((lo, hi)) = stack.pop() {
        if hi - lo > 0.6 {
            let middle = 0.5 * (lo + hi);
            stack.push((lo, middle));
            stack.push((middle, hi));
        } else {
            sum += (hi - lo) * (lo * hi).exp();
        }
    }
    sum
}

#[differentiate]
fn every_change(v: &[f64], a: f64) -> f64 {
    let mut w = v.to_vec();
    w.insert(1, a);
    let removed = w.remove(2);
    w.extend_from_slice(v);
    w.extend(v.iter().map(|x| x * a));
    w.truncate(7);
    let swapped = w.swap_remove(0);
    w.resize(8, a * a);
    w.resize(7, 0.0);
    let mut tail = w.split_off(4);
    tail[0] *= removed;
    w.append(&mut tail);
    w.pop();
    w.iter().zip(1..).map(|(x, k)| x.powi(k)).sum::<f64>() * swapped + tail.len() as f64
}

#[differentiate]
fn cleared_buffer(rows: &[Vec<f64>], a: f64) -> f64 {
    let mut buffer = Vec::new();
    let mut s = 1.0;
    for row in rows {
        buffer.clear();
        for x in row {
            buffer.push(x * s);
        }
        if let Some(last) = buffer.last_mut() {
            *last *= a;
        }
        s += buffer.iter().map(|b| b * b).sum::<f64>();
    }
    s
}

#[differentiate]
fn drained(x: &[f64]) -> f64 {
    let mut v: Vec<f64> = x.iter().map(|a| a.sin()).collect();
    let mut s = 0.0;
    while v.len() > 1 {
        let k = v.len() - 1;
        for a in v.drain(k..) {
            s += a * a * s + a;
        }
        if v.len() > 1 {
            let head: Vec<f64> = v.drain(..1).collect();
            s *= head[0];
        }
        v[0] *= s;
    }
    v.push(s);
    let all: f64 = v.drain(..).map(|a| a * a).sum();
    v.push(all);
    s + v[0]
}

/// What is taken out goes on to another list.
#[differentiate]
fn handed_on(rows: &mut Vec<Vec<f64>>, a: f64) -> f64 {
    let mut pending = rows.clone();
    let mut s = a;
    for row in pending.drain(..) {
        for (i, x) in row.iter().enumerate() {
            s += x * s * i as f64;
        }
    }
    rows[0][0] *= s;
    s * pending.len() as f64 + s * a
}

/// As a statement: what is taken out is dropped.
#[differentiate]
fn shortened(x: Vec<f64>, k: usize) -> f64 {
    let mut v = x;
    v[0] *= v[3];
    v.drain(..k);
    v[0] *= v[1];
    v.drain(v.len() - 1..);
    let first = v[0];
    v.drain(..);
    first + v.len() as f64
}

programs! {
    shortened: (x = vec![0.3, 0.7, 0.2, 0.4], const k = 0), (x = vec![0.3, 0.7, 0.2, 0.4], const k = 1), (x = vec![0.3, 0.7, 0.2, 0.4], const k = 2);
    drained: (&x = vec![0.3, 0.7, 0.2, 0.4]);
    handed_on: (&mut rows = vec![vec![0.3, 0.7], vec![], vec![-0.4, 0.5]], a = 1.3);
    postfix: (x = 0.7, y = 1.3, const &program = vec![0, 1, 2, 0, 3, 1, 0, 3, 2]), (x = 0.7, y = 1.3, const &program = vec![0, 3]);
    adaptive: (a = 0.1, b = 1.9);
    every_change: (&v = vec![0.3, 0.7, -0.4], a = 1.3);
    cleared_buffer: (&rows = vec![vec![0.3, 0.7], vec![], vec![-0.4, 0.5, 0.2]], a = 1.3);
}
