//! What an arm's pattern binds meant the same behind the branch, where other arms leave: `value` below was that of the pattern, or of the one
//! that `?` and the methods of options are written by.

use crate::differentiate;

#[differentiate]
fn root(x: f64) -> Result<f64, String> {
    if x > 0.0 { Ok(x.sqrt()) } else { Err("negative".into()) }
}

#[differentiate]
fn asked(x: f64) -> Result<f64, String> {
    let (value, question1) = (10.0 * x, 3.0 * x);
    let y = root(x)?;
    Ok(y * value + root(2.0 * x)? * question1)
}

#[differentiate]
fn matched(x: f64) -> Result<f64, String> {
    let v = 10.0 * x;
    let y = match root(x) {
        Ok(v) => v,
        Err(e) => return Err(e),
    };
    Ok(y * v)
}

#[differentiate]
fn looped(x: f64, choices: &[usize]) -> f64 {
    let (a, n) = (10.0 * x, 3.0 * x);
    let mut sum = 0.0;
    for choice in choices {
        let y = match (choice, x * x) {
            (0, _) => continue,
            (n, a) => a * *n as f64,
        };
        sum += y * a + n;
    }
    sum
}

#[differentiate]
fn optional(x: f64, some: bool) -> f64 {
    let (value, error, condition) = (10.0 * x, 2.0 * x, 3.0 * x);
    let of = if some { Some(x * x) } else { None };
    let a = of.map(|v| v * value).unwrap_or(error);
    let b = of.ok_or(error).map_err(|e| e * value).unwrap_or_else(|_| condition);
    let c = some.then_some(x.sin()).map_or(condition, |c| c * error);
    let d = of.and_then(|v| if v > 0.1 { Some(v * value) } else { None }).unwrap_or(condition);
    a * b + c * d
}

#[differentiate]
fn found(x: &[f64], k: f64) -> f64 {
    let (item, n) = (2.0 * k, 5.0 * k);
    match x.iter().map(|item| item * k).find(|item| *item > 0.5) {
        Some(n) => n * item,
        None => n,
    }
}

#[differentiate]
fn by_name(arg0: f64, f: impl Fn(f64) -> f64) -> f64 {
    arg0 * f(2.0 * arg0)
}

#[differentiate]
fn named(arg0: f64) -> f64 {
    by_name(arg0, f64::sin) + by_name(arg0, |arg1| arg1 * arg0)
}

programs! {
    asked -> fallible: (x = 0.7), (x = -0.7);
    matched -> fallible: (x = 0.7), (x = -0.7);
    looped: (x = 0.7, const &choices = vec![1, 0, 3]);
    optional: (x = 0.7, const some = true), (x = 0.7, const some = false);
    found: (&x = vec![0.7, 0.9], k = 0.6), (&x = vec![0.7, 0.9], k = 0.2);
    named: (arg0 = 0.7);
}
