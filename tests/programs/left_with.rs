//! Structs that loops are left with, options of what calls returned, and values of types that are not known here in assertions.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Point {
    x: f64,
    v: f64,
}

#[differentiate]
fn settled(a: f64) -> f64 {
    let mut x = a;
    let mut n = 0;
    let point = loop {
        x = x * 0.5 + 0.1;
        n += 1;
        if n > 4 || x < 0.2 {
            break Point { x, v: a * x };
        }
    };
    point.x * point.v
}

/// One loop in another, and both left with a struct; what is older has the same names.
#[differentiate]
fn nested(a: f64, n: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..n {
        let outer = loop {
            let inner = loop {
                sum += a;
                if sum > i as f64 {
                    break Point { x: sum, v: a };
                }
            };
            if inner.x > 0.5 {
                break Point { x: inner.v, v: inner.x * a };
            }
        };
        sum += outer.x * outer.v;
    }
    sum
}

#[differentiate]
fn multiples(a: f64, n: usize) -> Vec<f64> {
    (1..=n).map(|i| (a * i as f64).sin()).collect()
}

#[differentiate]
fn looked_up(a: f64, n: usize) -> f64 {
    let found = multiples(a, n);
    let second = found.get(1).copied().unwrap_or(a);
    let y = match found.get(7).copied() {
        Some(last) => last * second,
        None => second * second,
    };
    let mut sum = y;
    for x in multiples(a, n) {
        sum += x * y;
    }
    sum
}

/// What is `Copy` is a value in a macro, too, under whatever name it stands in the derivative.
#[differentiate]
fn asserted(x: f64, o: Option<f64>) -> Result<f64, i32> {
    let x = o.ok_or(7)? * x;
    let y = o.ok_or(8)?;
    debug_assert!(y > 0.0 && x < 100.0);
    assert!(y < 10.0, "{y} is too much");
    let y = x * y;
    debug_assert!(y > -100.0);
    Ok(x * y)
}

programs! {
    settled: (a = 0.7), (a = 0.1);
    nested: (a = 0.3, const n = 4);
    asserted -> fallible: (x = 0.7, o = Some(2.0)), (x = 0.7, o = None);
    looked_up: (a = 0.4, const n = 3), (a = 0.4, const n = 9), (a = 0.4, const n = 1);
}
