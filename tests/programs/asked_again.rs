//! Iterators in variables that are asked for some of their items and later for others; iterators over what need not be a sequence.

use crate::differentiate;
use std::collections::BTreeMap;

#[differentiate]
fn rest_after_first(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let first = it.next().unwrap();
    let mut s = *first;
    for v in it {
        s += v * first;
        if s > 2.0 {
            break;
        }
    }
    s
}
#[differentiate]
fn squares_one_by_one(x: &[f64]) -> f64 {
    let mut it = x.iter().map(|x| x * x);
    let mut s = 0.0;
    while let Some(v) = it.next() {
        s += v.sin();
    }
    s
}
#[differentiate]
fn folded_after_first(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let Some(first) = it.next() else { return 0.0 };
    it.fold(*first, |a, b| a * b)
}
#[differentiate]
fn filtered_and_numbered(x: &[f64]) -> f64 {
    let mut it = x.iter().filter(|x| **x > 0.2).enumerate();
    let (_, a) = it.next().unwrap();
    let b = it.by_ref().take(1).map(|(i, x)| i as f64 * x).sum::<f64>();
    let c = it.by_ref().find(|(_, x)| **x > 4.0).map_or(0.0, |(i, x)| x * i as f64);
    a * b * c + it.map(|(i, x)| x * i as f64).sum::<f64>()
}
#[differentiate]
fn pairs(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = 0.0;
    let any = it.any(|v| *v > 1.0);
    if any {
        s += it.next().unwrap() * x[0];
    }
    let p = it.position(|v| *v > 0.25).unwrap_or(0);
    for (a, b) in it.by_ref().zip([1.0, 2.0]) {
        s += a * b;
    }
    while let Some(a) = it.next() {
        if let Some(b) = it.next() {
            s += a * b;
        } else {
            s += a * p as f64;
        }
    }
    s
}
#[differentiate]
fn changed_in_place(x: &mut [f64], k: f64) {
    let mut it = x.iter_mut();
    let first = it.next().unwrap();
    *first *= k;
    if let Some(v) = it.nth(1) {
        *v = v.sin() * k;
    }
    for v in it {
        *v += k;
    }
}
#[differentiate]
fn until_and_behind(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let first = it.next().unwrap();
    let mut s = 0.0;
    for v in &mut it {
        s += v * first;
        if s > 2.0 {
            break;
        }
    }
    let rest: f64 = it.map(|v| v * v).sum();
    s + rest
}
#[differentiate]
fn by_two_loops(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut s = 0.0;
    for v in it.by_ref().take(2) {
        s += v * v;
    }
    for v in it {
        s *= v;
    }
    s
}
#[differentiate]
fn mapped_by_name(parameters: &[f64; 2], x: f64) -> f64 {
    let [a, b] = parameters.map(f64::exp);
    a * x + b
}
#[differentiate]
fn mapped_by_closure(parameters: &[f64; 2], x: f64) -> f64 {
    let p = parameters.map(|p| p * x);
    p[0] * p[1]
}
#[differentiate]
fn filtered_map(x: f64, #[constant] map: &BTreeMap<String, f64>) -> f64 {
    map.iter().filter(|(k, _)| k.as_str() != "b").map(|(_, v)| v * x).sum()
}
#[differentiate]
fn numbered_map(x: f64, #[constant] map: &BTreeMap<String, f64>) -> f64 {
    let mut y = x;
    for (i, (k, v)) in map.iter().enumerate() {
        y *= v * x + i as f64 + k.len() as f64;
    }
    for (_, v) in map.iter() {
        y *= v * x;
    }
    y + map.values().map(|v| (v * x).sin()).sum::<f64>() + map.get("a").copied().unwrap_or(0.0) * x + map["a"] * x
}

fn map() -> BTreeMap<String, f64> {
    [("a".to_owned(), 0.3), ("b".to_owned(), 0.7)].into()
}

programs! {
    rest_after_first: (&x = vec![0.3, 0.7, 5.0, 8.0, 0.3, 0.2, 0.9]);
    squares_one_by_one: (&x = vec![0.3, 0.7, 5.0]);
    folded_after_first: (&x = vec![0.3, 0.7, 5.0]), (&x = Vec::<f64>::new());
    filtered_and_numbered: (&x = vec![0.3, 0.7, 5.0, 8.0, 0.1, 0.3]);
    pairs: (&x = vec![0.3, 0.7, 5.0, 8.0, 0.3, 0.2, 0.9, 0.4]), (&x = vec![0.3, 0.7, 5.0, 8.0, 0.2, 0.9, 0.4]);
    changed_in_place -> unit: (&mut x = vec![0.3, 0.7, 5.0, 8.0], k = 0.4), (&mut x = vec![0.3, 0.7], k = 0.4);
    until_and_behind: (&x = vec![0.3, 0.7, 5.0, 8.0, 0.3, 0.2]);
    by_two_loops: (&x = vec![0.3, 0.7, 5.0, 8.0]);
    mapped_by_name: (&parameters = [0.3, 0.4], x = 0.7);
    mapped_by_closure: (&parameters = [0.3, 0.4], x = 0.7);
    filtered_map: (x = 0.3, const &map = map());
    numbered_map: (x = 0.3, const &map = map());
}
