//! Questions asked about floats that are not derivatives' business: counts, positions, comparisons by iterators; and options
//! that only pass by.

use crate::differentiate;

#[differentiate]
fn counted(x: &[f64], y: f64) -> f64 {
    let positive = x.iter().filter(|v| **v > 0.0).count();
    let all = x.iter().all(|v| v.is_finite());
    let any = x.iter().any(|&v| v > y);
    let place = x.iter().position(|&v| v > 0.5).unwrap_or(0);
    let n = positive as f64;
    if all && any { n * x[place] * y } else { n - y }
}

#[differentiate]
fn by_value_iteration(x: Vec<f64>, pairs: [(f64, f64); 2]) -> f64 {
    let mut s = 0.0;
    for (a, b) in pairs {
        s += a * b;
    }
    for (i, v) in x.into_iter().enumerate() {
        s += v * v * i as f64;
    }
    s
}

#[differentiate]
fn mean_and_spread(x: &[f64]) -> (f64, f64) {
    let mean = x.iter().sum::<f64>() / x.len() as f64;
    let top = x.iter().cloned().fold(f64::MIN, f64::max);
    let low = x.iter().fold(f64::MAX, |a, &b| if b < a { b } else { a });
    (mean, top - low)
}

#[differentiate]
fn strings_beside(x: f64, names: &[String]) -> f64 {
    let mut s = x;
    for name in names {
        match name.as_str() {
            "double" => s *= 2.0,
            "square" => s *= s,
            other => s += other.len() as f64,
        }
    }
    s
}

#[differentiate]
fn nested_items(x: f64) -> f64 {
    const SCALE: f64 = 0.5;
    fn double(n: usize) -> usize {
        2 * n
    }
    let table = [1, 2, 3];
    let mut s = 0.0;
    for &t in &table {
        s += SCALE * x * double(t) as f64;
    }
    s
}

#[differentiate]
fn bits_and_bytes(x: f64, word: u32) -> f64 {
    let mut s = 1.0;
    let mut w = word;
    while w != 0 {
        s *= if w & 1 == 1 { x } else { 0.5 };
        w >>= 1;
    }
    s * word.count_ones() as f64 + (word as u8).leading_zeros() as f64 * x
}

#[differentiate]
fn random_walk(x: f64, seed: u64, n: usize) -> f64 {
    let mut state = seed;
    let mut s = x;
    for _ in 0..n {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let noise = (state >> 40) as f64 / (1_u64 << 24) as f64;
        if noise < 0.3 {
            s *= 1.0 + noise;
        } else {
            s += noise * x;
        }
    }
    s
}

#[differentiate]
fn saturating(x: &[f64], shift: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        let left = i.saturating_sub(shift);
        let right = (i + shift).min(x.len() - 1);
        s += x[left] * x[right] - x[i.max(1)];
        s *= usize::pow(2, i as u32) as f64;
    }
    s
}

#[differentiate]
fn checked(x: f64, n: usize) -> Vec<f64> {
    let mut out = vec![0.0; 3];
    if let Some(k) = n.checked_sub(1) {
        out[k % 3] = x * x;
    }
    let m = n.checked_add(2).expect("no overflow");
    out[m % 3] += x.sin();
    out
}

programs! {
    counted: (&x = vec![0.3, 0.7, -0.4], y = 0.5) => 0.7, (&x = vec![0.3, 0.7, -0.4], y = 1.5) => 0.5;
    by_value_iteration: (x = vec![0.3, 0.7, -0.4], pairs = [(0.5, 1.5), (2.5, -1.0)]) => 0.75 - 2.5 + 0.49 + 0.32;
    mean_and_spread -> many: (&x = vec![0.3, 0.7, -0.4]) => [0.2, 1.1];
    strings_beside: (x = 1.5, const &names = vec!["double".to_string(), "four".to_string(), "square".to_string()]) => 49.0;
    nested_items: (x = 0.7) => 4.2;
    bits_and_bytes: (x = 0.7, const word = 13);
    random_walk: (x = 0.7, const seed = 42, const n = 8);
    saturating: (&x = vec![0.3, 0.7, -0.4, 1.1], const shift = 2);
    checked -> many: (x = 0.7, const n = 1), (x = 0.7, const n = 0);
}
