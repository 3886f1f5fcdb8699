//! What is chosen by looking at active values: the largest, the first, the one that fits.

use crate::differentiate;

#[differentiate]
fn largest(x: &[f64]) -> f64 {
    let k = (0..x.len()).max_by(|&i, &j| x[i].total_cmp(&x[j])).unwrap();
    let m = (0..x.len()).min_by(|i, j| x[*i].partial_cmp(&x[*j]).unwrap()).unwrap_or(0);
    x[k] * x[k] * x[m]
}

#[differentiate]
fn numbered(x: &[f64]) -> f64 {
    let k = x.iter().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(i, _)| i).unwrap();
    let positive = |v: f64| v > 0.0;
    let m: usize =
        x.iter().enumerate().filter(|(i, v)| **v > 0.0 && *i > 0).min_by(|a, b| a.1.total_cmp(b.1)).map(|(i, _)| i).unwrap_or(0);
    if positive(x[m]) { x[k] * x[m] } else { x[k] }
}

#[differentiate]
fn found(x: &[f64], p: &[usize]) -> f64 {
    let drop = (1..x.len()).rev().find(|&i| x[i] < x[i - 1]).unwrap_or(0);
    let last = (0..x.len()).filter(|&i| x[i] > 0.6).last().unwrap();
    let key = *p.iter().max_by_key(|i| (x[**i] * 1000.0) as i64).unwrap();
    let mut s = x[drop] * x[last] * x[key];
    for i in (0..x.len()).skip_while(|&i| x[i] < 0.6).take_while(|&i| x[i] > 0.8) {
        s += x[i] * x[0];
    }
    s
}

/// The greatest one changes.
#[differentiate]
fn greedy(x: &[f64], rounds: usize) -> f64 {
    let mut v = x.to_vec();
    let mut s = 0.0;
    for _ in 0..rounds {
        let k = (0..v.len()).max_by(|&i, &j| v[i].total_cmp(&v[j])).unwrap();
        s += v[k] * v[0];
        v[k] *= 0.3;
    }
    s
}

#[differentiate]
fn pivoted(a: &mut [[f64; 3]; 3]) -> f64 {
    for c in 0..3 {
        let p = (c..3).max_by(|&i, &j| a[i][c].abs().partial_cmp(&a[j][c].abs()).unwrap()).unwrap();
        a.swap(c, p);
        for r in c + 1..3 {
            let m = a[r][c] / a[c][c];
            for k in c + 1..3 {
                a[r][k] -= m * a[c][k];
            }
        }
    }
    a[0][0] * a[1][1] * a[2][2]
}

#[differentiate]
fn let_else(x: &[f64], at: &[Option<usize>]) -> f64 {
    let mut s = 0.0;
    for i in 0..at.len() {
        let Some(k) = at[i] else {
            s *= 1.5;
            continue;
        };
        let 0..=5 = k else { break };
        s += x[k] * x[k];
    }
    let Some(first) = x.iter().position(|v| *v > 2.0) else { return s * x[0] };
    let (Some(k), 1..) = (at[0], x.len()) else { panic!("nothing there") };
    s * x[first] + x[k]
}

#[differentiate]
fn square(x: f64) -> f64 {
    x * x
}

/// What leaves is of a type that only the callee knows.
#[differentiate]
fn leaves(x: f64, n: usize) -> f64 {
    let mut i = 0;
    let y: f64 = loop {
        i += 1;
        let t = square(x * i as f64);
        if t > 2.0 {
            break t;
        }
    };
    for i in 0..n {
        let t = square(y * i as f64);
        if t > 30.0 {
            return t;
        }
    }
    y * x
}

programs! {
    largest: (&x = vec![0.5, 3.0, 1.0]) => 4.5;
    numbered: (&x = vec![0.5, 3.0, -1.0, 0.3]), (&x = vec![0.5, -3.0, -1.0]);
    found: (&x = vec![0.5, 3.0, 1.0, 0.4, 0.7], const &p = vec![0, 2]);
    greedy: (&x = vec![0.5, 3.0, 1.0], const rounds = 4);
    pivoted: (&mut a = [[0.5, 2.0, 0.1], [1.5, 0.7, -0.4], [-2.0, 0.3, 0.9]]);
    let_else: (&x = vec![0.5, 3.0], const &at = vec![Some(1), None, Some(0), Some(7), Some(1)]),
        (&x = vec![0.5, 1.0], const &at = vec![Some(1), None]);
    leaves: (x = 0.51, const n = 8), (x = 0.51, const n = 2);
}
