//! Chains of iterators that cannot be differentiated.
use differentiate::differentiate;
use std::collections::BTreeMap;

#[differentiate]
fn into_what(v: &[f64]) -> f64 {
    let all: Box<[f64]> = v.iter().map(|x| x * x).collect();
    total(&all)
}

fn total(v: &[f64]) -> f64 {
    v.iter().sum()
}

#[differentiate]
fn into_a_map(v: &[f64]) -> f64 {
    let all: BTreeMap<usize, f64> = v.iter().copied().enumerate().collect();
    all[&0]
}

#[differentiate]
fn foreign(v: &[f64]) -> f64 {
    let mut sum = 0.0;
    for x in std::iter::once_with(|| v[0]).cycle().take(3) {
        sum += x;
    }
    sum
}

#[differentiate]
fn printed(v: &[f64]) -> f64 {
    let items = v.iter().map(|x| x * x);
    println!("{:?}", items);
    v[0]
}

#[differentiate]
fn ends_in_something_else(v: &[f64]) -> bool {
    v.iter().map(|x| x * x).is_sorted()
}

fn main() {}
