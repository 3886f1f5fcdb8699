//! A determinant by minors along the first row: ℓ! terms.

use super::Functions;
use crate::evaluation::{self, length, task};
use differentiate::differentiate;
use serde::Deserialize;

/// What can be asked for.
pub const FUNCTIONS: Functions = &[
    ("primal", |input| task(input, |input: &Input| determinant(&input.a, input.ell))),
    ("gradient", |input| task(input, |input: &Input| gradient(&input.a, input.ell))),
];

/// A square matrix, row by row.
#[derive(Debug, Deserialize)]
pub struct Input {
    #[serde(rename = "A")]
    /// The elements.
    pub a: Vec<f64>,
    /// How many rows.
    pub ell: usize,
}

impl evaluation::Input for Input {
    fn check(&self) -> Result<(), String> {
        if !(1..=64).contains(&self.ell) {
            return Err("`ell` is to be at least 1, and small".to_owned());
        }
        length("A", &self.a, self.ell * self.ell)
    }
}

/// The determinant of what is left of `a`. `rows` and `columns` are lists of what is left: entry `n` is the head, entry `i` what comes
/// after `i`.
#[differentiate]
pub fn minor(a: &[f64], n: usize, size: usize, rows: &mut [usize], columns: &mut [usize]) -> f64 {
    let row = rows[n];
    let mut column = columns[n];
    if size == 1 {
        return a[row * n + column];
    }
    rows[n] = rows[row];
    let mut previous = n;
    let mut sign = 1.0;
    let mut sum = 0.0;
    for _ in 0..size {
        let element = a[row * n + column];
        columns[previous] = columns[column];
        sum += sign * element * minor(a, n, size - 1, rows, columns);
        columns[previous] = column;
        previous = column;
        column = columns[column];
        sign = -sign;
    }
    rows[n] = row;
    sum
}

/// The lists of all rows and all columns.
fn all(n: usize) -> [Vec<usize>; 2] {
    let list: Vec<usize> = (1..=n).chain([0]).collect();
    [list.clone(), list]
}

/// The determinant of an `n` by `n` matrix.
#[must_use]
pub fn determinant(a: &[f64], n: usize) -> f64 {
    let [mut rows, mut columns] = all(n);
    minor(a, n, n, &mut rows, &mut columns)
}

/// Its gradient.
#[must_use]
pub fn gradient(a: &[f64], n: usize) -> Vec<f64> {
    let [mut rows, mut columns] = all(n);
    minor::grad(a, n, n, &mut rows, &mut columns)
}
