//! An iterator in a variable that was asked for an item began anew at its next use: values and derivatives were those of other items.

use crate::differentiate;

#[differentiate]
fn without_the_first(x: &[f64]) -> f64 {
    let mut items = x.iter();
    let first = items.next().unwrap();
    let mut s = *first;
    for item in items {
        s += item * first;
    }
    s
}

#[differentiate]
fn two_by_two(x: &[f64]) -> f64 {
    let mut items = x.iter().map(|item| item * item);
    let mut s = 0.0;
    while let Some(a) = items.next() {
        s += a * items.next().unwrap_or(1.0);
    }
    s
}

programs! {
    without_the_first: (&x = vec![0.3, 0.7, 5.0]);
    two_by_two: (&x = vec![0.3, 0.7, 5.0, 8.0]), (&x = vec![0.3, 0.7, 5.0]);
}
