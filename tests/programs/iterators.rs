//! `for` over iterators, and chains that end in a sum, a product, a fold or a collection.

use crate::differentiate;

#[differentiate]
fn over_reference(v: &[f64], w: &Vec<f64>) -> f64 {
    let mut s = 0.0;
    for x in v {
        s += x * x;
    }
    for &x in w {
        s *= x;
    }
    for x in w.iter() {
        s += x.sin();
    }
    s
}

#[differentiate]
fn in_place(v: &mut [f64], a: f64) {
    for x in v.iter_mut() {
        *x *= a;
        *x += 1.0;
    }
    for x in v {
        *x = x.sin() * *x;
    }
}

#[differentiate]
fn enumerated(v: &mut Vec<f64>, a: f64) -> f64 {
    for (i, x) in v.iter_mut().enumerate() {
        *x += a * i as f64;
    }
    let mut s = 0.0;
    for (i, x) in v.iter().enumerate().skip(1) {
        s += x.powi(i as i32);
    }
    for (i, x) in v.iter().enumerate().rev() {
        s = s * x + i as f64;
    }
    s
}

#[differentiate]
fn zipped(x: &[f64], y: &[f64], out: &mut [f64]) -> f64 {
    for ((o, a), b) in out.iter_mut().zip(x).zip(y.iter()) {
        *o += a * b;
    }
    let mut s = 0.0;
    for (i, (a, b)) in x.iter().zip(y.iter().rev()).enumerate() {
        s += (a - b) * i as f64 * out[i];
    }
    for (&a, &b) in x.iter().zip(y.iter().skip(1)) {
        s -= a / b;
    }
    s
}

#[differentiate]
fn windows(v: &[f64]) -> f64 {
    let mut s = 0.0;
    for w in v.windows(2) {
        s += (w[1] - w[0]).powi(2);
    }
    for w in v.windows(3) {
        s += w[0] * w[2] - w[1];
    }
    s
}

#[differentiate]
fn chunks(v: &[f64], width: usize) -> f64 {
    let mut s = 0.0;
    for row in v.chunks_exact(width) {
        let mut p = 1.0;
        for x in row {
            p *= x;
        }
        s += p;
    }
    for (k, row) in v.chunks(width).enumerate() {
        s += row[row.len() - 1] * k as f64;
    }
    s
}

#[differentiate]
fn rows_in_place(m: &mut [f64], scale: &[f64], width: usize) {
    for (row, &a) in m.chunks_exact_mut(width).zip(scale) {
        row[0] *= a;
        for j in 1..width {
            row[j] += row[j - 1];
        }
    }
}

#[differentiate]
fn sums(v: &[f64], w: &[f64]) -> f64 {
    let dot: f64 = v.iter().zip(w).map(|(a, b)| a * b).sum();
    let squares = v.iter().map(|x| x * x).sum::<f64>();
    let plain: f64 = w.iter().sum();
    let product: f64 = v.iter().copied().product();
    let half = v.iter().map(|&x| 0.5 * x).product::<f64>();
    dot / squares + plain * product - half
}

#[differentiate]
fn folds(v: &[f64]) -> f64 {
    let top = v.iter().fold(f64::NEG_INFINITY, |a, &b| a.max(b));
    let low = v.iter().copied().fold(f64::INFINITY, f64::min);
    let alternating = v.iter().enumerate().fold(0.0, |s, (i, x)| if i % 2 == 0 { s + x * x } else { s - x });
    let (sum, squares) = v.iter().fold((0.0, 0.0), |(s, q), x| (s + x, q + x * x));
    top * low + alternating - sum * sum + squares
}

#[differentiate]
fn filtered(v: &[f64], index: &[usize]) -> f64 {
    let positive: f64 = v.iter().filter(|x| **x > 0.0).map(|x| x.ln()).sum();
    let chosen: f64 = index.iter().filter(|&&i| i < v.len()).map(|&i| v[i] * v[i]).sum();
    let odd: f64 = v.iter().enumerate().filter(|(i, _)| i % 2 == 1).map(|(_, x)| x).sum();
    positive + chosen * odd
}

#[differentiate]
fn over_integer_range(x: f64, n: usize) -> f64 {
    let series: f64 = (0..n).map(|k| x.powi(k as i32) / (k + 1) as f64).sum();
    let product: f64 = (1..=n).rev().map(|k| 1.0 + x / k as f64).product();
    series * product
}

#[differentiate]
fn collected(v: &[f64], a: f64) -> f64 {
    let scaled: Vec<f64> = v.iter().map(|x| a * x).collect();
    let powers = (0..v.len()).map(|i| scaled[i].powi(2)).collect::<Vec<_>>();
    let both: Vec<(f64, f64)> = scaled.iter().zip(&powers).map(|(&s, &p)| (s, p)).collect();
    let total: f64 = both.iter().map(|(s, p)| s * p).sum();
    total + powers[0]
}

#[differentiate]
fn rows_collected(m: &[Vec<f64>], x: &[f64]) -> Vec<f64> {
    m.iter().map(|row| row.iter().zip(x).map(|(a, b)| a * b).sum()).collect()
}

#[differentiate]
fn trimmed(v: &[f64], k: usize) -> f64 {
    let head: f64 = v.iter().take(k).sum();
    let tail: f64 = v.iter().skip(k).map(|x| x * x).sum();
    let strided: f64 = v.iter().step_by(2).cloned().sum();
    head * tail + strided
}

#[differentiate]
fn flattened(m: &[[f64; 2]], nested: &[Vec<f64>]) -> f64 {
    let all: f64 = m.iter().flatten().map(|x| x * x).sum();
    let mut s = 0.0;
    for x in nested.iter().flatten() {
        s = s * x + 1.0;
    }
    all * s
}

#[differentiate]
fn neighbours(v: &[f64]) -> f64 {
    v.iter().zip(v.iter().skip(1)).map(|(&a, &b)| (b - a) * (a + b).cos()).sum()
}

#[differentiate]
fn nested_chains(m: &[Vec<f64>], w: &[f64]) -> f64 {
    m.iter()
        .map(|row| {
            let t: f64 = row.iter().zip(w).map(|(a, b)| a * b).sum();
            1.0 / (1.0 + (-t).exp())
        })
        .map(f64::ln)
        .sum()
}

#[differentiate]
fn standard_deviation(v: &[f64]) -> f64 {
    let n = v.len() as f64;
    let mean = v.iter().sum::<f64>() / n;
    let variance = v.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    variance.sqrt()
}

programs! {
    over_reference: (&v = vec![0.3, 0.7], &w = vec![-0.4, 1.1, 0.9]);
    in_place -> unit: (&mut v = vec![0.3, 0.7, -0.4], a = 1.3);
    enumerated: (&mut v = vec![0.3, 0.7, -0.4], a = 1.3);
    zipped: (&x = vec![0.3, 0.7, -0.4], &y = vec![1.3, -0.7, 0.9], &mut out = vec![0.1, 0.2, 0.3]);
    windows: (&v = vec![0.3, 0.7, -0.4, 1.1]) => 0.16 + 1.21 + 2.25 - 0.12 - 0.7 + 0.77 + 0.4, (&v = vec![0.3]) => 0.0;
    chunks: (&v = vec![0.3, 0.7, -0.4, 1.1, 0.5], const width = 2) => 0.21 - 0.44 + 1.1 + 1.0;
    rows_in_place -> unit: (&mut m = vec![0.3, 0.7, -0.4, 1.1, 0.5, 0.2], &scale = vec![2.0, 3.0], const width = 3);
    sums: (&v = vec![0.3, 0.7, -0.4], &w = vec![1.3, -0.7, 0.9]);
    folds: (&v = vec![0.3, 0.7, -0.4, 0.5]);
    filtered: (&v = vec![0.3, 0.7, -0.4, 0.5], const &index = vec![1, 7, 2]);
    over_integer_range: (x = 0.7, const n = 5), (x = 0.7, const n = 0) => -0.0;
    collected: (&v = vec![0.3, 0.7, -0.4], a = 1.3);
    rows_collected -> many: (&m = vec![vec![1.0, 2.0], vec![3.0, 4.0]], &x = vec![0.5, -1.0]) => [-1.5, -2.5];
    trimmed: (&v = vec![0.3, 0.7, -0.4, 0.5], const k = 2), (&v = vec![0.3, 0.7], const k = 5);
    flattened: (&m = vec![[0.3, 0.7], [-0.4, 0.5]], &nested = vec![vec![0.5, 2.0], vec![], vec![1.5]]);
    neighbours: (&v = vec![0.3, 0.7, -0.4, 0.5]);
    nested_chains: (&m = vec![vec![0.3, 0.7], vec![-0.4, 0.5]], &w = vec![1.3, -0.6]);
    standard_deviation: (&v = vec![2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]) => (32.0_f64 / 7.0).sqrt();
}
