//! `array.map(f)`, whatever the elements become.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Item {
    x: f64,
    y: f64,
}

#[differentiate]
fn to_structs(x: [f64; 3]) -> f64 {
    let items = x.map(|v| Item { x: v * v, y: v.sin() });
    let back = items.map(|item| item.x * item.y);
    items[0].x * items[1].y + back.iter().sum::<f64>()
}

#[differentiate]
fn to_tuples(x: [f64; 3]) -> f64 {
    let pairs = x.map(|v| (v * v, v.sin()));
    let products: [f64; 3] = pairs.map(|(a, b)| a * b);
    products[0] * products[1] * pairs[2].1
}

#[differentiate]
fn to_arrays(x: [f64; 3], w: &[[f64; 2]; 2]) -> f64 {
    let powers = x.map(|v| [v * v, v.sin()]);
    let rows = w.map(|row| row[0] * row[1]);
    let lists = w.map(|row| vec![row[0]; 2]);
    powers[0][1] * powers[1][0] + rows[0] * rows[1] + lists.iter().flatten().sum::<f64>() * lists[1][1]
}

#[differentiate]
fn to_indices(x: [f64; 2], w: [f64; 2]) -> f64 {
    let at = w.map(|v| (v * 2.0) as usize);
    x[at[0]] * w[1] + x[at[1]] * w[0] * w[0]
}

#[differentiate]
fn of_constants(x: [f64; 3]) -> f64 {
    let next = [0, 1, 2].map(|i| x[i] * x[(i + 1) % 3]);
    let [a, b, c] = [x[0], next[1], 2.0].map(|v| Item { x: v, y: v * x[2] });
    next[0] * a.y + b.x * c.y
}

/// The array is mapped as it was when `map` was called.
#[differentiate]
fn changed_meanwhile(x: [f64; 3]) -> f64 {
    let mut x = x;
    let mut sum = 0.0;
    let y = x.map(|v| {
        x[1] += v;
        x[2] *= v;
        v * v
    });
    let z = x.map(|v| {
        sum += v * y[0];
        (v, sum)
    });
    y[0] * y[1] * y[2] + x[1] * x[2] + z[0].1 * z[2].0 + z[1].1
}

#[differentiate]
fn of_any_length<const N: usize>(x: [f64; N]) -> f64 {
    let y = x.map(|v| v.sin());
    y[0] * y[N - 1]
}

programs! {
    to_structs: (x = [0.3, 0.7, 0.2]);
    to_tuples: (x = [0.3, 0.7, 0.2]);
    to_arrays: (x = [0.3, 0.7, 0.2], &w = [[0.4, 0.7], [0.2, 0.1]]);
    to_indices: (x = [0.3, 0.7], w = [0.3, 0.8]);
    of_constants: (x = [0.3, 0.7, 0.2]);
    changed_meanwhile: (x = [0.3, 0.7, 0.2]);
    of_any_length: (x = [0.3, 0.7]);
}
