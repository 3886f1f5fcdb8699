//! Options and results that are handed from method to method, put together by `collect` and `sum`, and asked in chains of conditions.
//!
//! A function that returns a number says nothing of whether `root(x).map(…)` is an `Option` or a `Result`: both are asked for what they hold.

use crate::differentiate;

#[differentiate]
fn log(x: f64) -> Option<f64> {
    if x > 0.0 { Some(x.ln()) } else { None }
}

#[differentiate]
fn root(x: f64) -> Result<f64, String> {
    if x >= 0.0 { Ok(x.sqrt()) } else { Err("of a negative number".to_string()) }
}

#[differentiate]
fn counted(calls: &mut f64, x: f64) -> Option<f64> {
    *calls *= 2.0;
    log(x)
}

#[differentiate]
fn mapped(x: f64, y: f64) -> f64 {
    let a = root(x).map(|v| v * 2.0).unwrap_or(y) + log(x).map(|v| v * v).unwrap_or(0.5 * y);
    let b = root(x).and_then(|v| root(v - 0.5)).unwrap_or(1.0) * root(y).map_or(x, |v| v * v * v);
    a * b + root(x - 1.0).unwrap_or_default() + root(-x).unwrap_or_else(|e| e.len() as f64 * 0.0 + y)
}

#[differentiate]
fn alternatives(x: f64, y: f64) -> f64 {
    let either = Some(x).filter(|v| *v > 0.0).or(Some(y));
    let both = either.zip(Some(y));
    let first: Option<f64> = log(x);
    let next = first.or_else(|| log(y)).filter(|v| *v < 3.0);
    let result = root(x).or_else(|_| root(-x));
    let mut calls = 1.0;
    // What stands there in case is evaluated in any case.
    let eager = first.or(counted(&mut calls, y));
    let a = both.map_or(0.0, |(a, b)| a * b) + next.unwrap_or_default() * x;
    let b = if either.is_some_and(|v| v > 1.0) && result.is_ok() { y } else { 2.0 };
    a * b + result.unwrap() + eager.unwrap_or(x) * calls + if first.is_none_or(|v| v > 0.0) { x * y } else { y }
}

#[differentiate]
fn together(x: &[f64]) -> f64 {
    let logs: Option<Vec<f64>> = x.iter().map(|v| log(*v)).collect();
    let product: Option<f64> = x.iter().map(|v| log(*v)).product();
    let roots = x.iter().map(|v| root(*v)).collect::<Result<Vec<_>, _>>();
    let a = logs.map_or(x[0], |v| v.iter().zip(x).map(|(a, b)| a * b).sum());
    let b = match roots {
        Ok(roots) => roots.iter().sum::<f64>() * roots[0],
        Err(message) => x[1] * message.len() as f64,
    };
    a * b + product.unwrap_or(x[1]) + x.iter().map(|v| root(*v)).sum::<Result<f64, String>>().unwrap_or(x[0] * x[1])
}

#[differentiate]
fn chained(x: f64, y: f64) -> f64 {
    let a = if let Ok(r) = root(y)
        && r > 0.5
    {
        x * r
    } else {
        x
    };
    let b: f64 = if x > 0.0
        && let Some(l) = log(x)
    {
        y + l
    } else {
        y * y
    };
    let c = if let Ok(v) = root(x)
        && v > 0.7
        && let Some(l) = log(v)
        && l < 2.0
    {
        v * l
    } else {
        -x * y
    };
    let mut d = a;
    if let Some(l) = log(y)
        && l > 0.0
        && let Ok(r) = root(l)
    {
        d *= r;
    }
    a * b + c * d
}

#[differentiate]
fn two_lets(x: f64, y: f64) -> f64 {
    if let Some(a) = log(x)
        && let Some(b) = log(y)
        && a > b
    {
        a * b
    } else if let Some(a) = log(x) {
        a * x
    } else {
        x * y
    }
}

programs! {
    mapped: (x = 1.3, y = 0.7), (x = -1.3, y = 0.7), (x = 0.2, y = -0.7);
    alternatives: (x = 1.3, y = 0.7), (x = -1.3, y = 0.7), (x = 0.2, y = 1.7);
    together: (&x = vec![1.3, 0.7, 2.0]), (&x = vec![1.3, -0.7]), (&x = vec![0.4, 0.3]);
    chained: (x = 1.3, y = 0.7), (x = -1.3, y = 0.7), (x = 0.2, y = -1.7), (x = 0.9, y = 2.3), (x = 2.9, y = 0.1);
    two_lets: (x = 1.3, y = 0.7), (x = 0.3, y = 0.7), (x = 0.3, y = -0.7), (x = -0.3, y = 0.7);
}
