//! Pullbacks of callees that are used up when the caller's is: in loops, in arms, beside others; the same of those that are kept.

use crate::differentiate;

/// Keeps what it overwrites.
#[differentiate]
fn grow(x: &mut Vec<f64>, by: f64) -> f64 {
    let mut sum = 0.0;
    for v in x.iter_mut() {
        *v = (*v * by).sin() + *v;
        sum += *v * *v;
    }
    sum
}

/// Calls in a loop.
#[differentiate]
fn grown(x: &[f64], by: f64, n: usize) -> f64 {
    let mut y = x.to_vec();
    let mut sum = by;
    for _ in 0..n {
        let a = grow(&mut y, sum);
        let b = grow(&mut y, 0.3 * a);
        sum = 0.1 * (a * b).tanh();
    }
    sum + y[0]
}

/// In loops of loops, of varying length.
#[differentiate]
fn grown_more_and_more(x: &[f64], by: f64, n: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..n {
        let mut y = x.to_vec();
        let first: f64 = grown(&y, by, i);
        for _ in 0..i {
            sum += 0.1 * grow(&mut y, 0.2 * by);
        }
        sum += first * grown(&y, 0.5 * by, 1);
    }
    sum
}

/// In arms, and not in each iteration.
#[differentiate]
fn grown_where_wanted(x: &[f64], by: f64) -> f64 {
    let mut y = x.to_vec();
    let mut sum = 0.0;
    for i in 0..x.len() {
        if x[i] > 0.0 {
            sum += grow(&mut y, by);
        } else if i > 1 {
            sum += 0.3 * grown(&y, by, 2);
            continue;
        }
        let more: f64 = grown(&y, 0.1 * sum, 1);
        if more > 100.0 {
            break;
        }
        sum += more;
    }
    if by > 0.5 { sum + grow(&mut y, by) } else { sum }
}

/// Returned memory is recorded beside the pullback that made it.
#[differentiate]
fn scaled(x: &[f64], by: f64) -> Vec<f64> {
    let mut out = x.to_vec();
    let _ = grow(&mut out, by);
    out
}

#[differentiate]
fn scaled_in_turn(x: &[f64], by: f64) -> f64 {
    let mut product = 1.0;
    for i in 0..3 {
        let y: Vec<f64> = scaled(x, by + 0.1 * i as f64);
        product *= y[i] + y[0] * y[1];
    }
    let last: Vec<f64> = scaled(x, product);
    product + last[0] * last[1]
}

/// Once for each, and it may fail.
#[differentiate]
fn root_of_grown(x: &[f64], by: f64) -> Option<f64> {
    let mut sum = 0.0;
    for _ in 0..2 {
        sum += grown(x, by, 2);
    }
    if sum > 0.0 { Some(sum.sqrt()) } else { None }
}

#[differentiate]
fn roots(x: &[f64], by: f64) -> Option<f64> {
    let mut sum = 0.0;
    for i in 0..3 {
        sum += root_of_grown(x, by + 0.1 * i as f64)?;
    }
    Some(sum * by)
}

/// Calls itself, through what does not.
#[differentiate]
fn halved(x: &[f64], by: f64) -> f64 {
    if x.len() < 2 {
        return grown(x, by, 1);
    }
    let (a, b) = x.split_at(x.len() / 2);
    let sum = 0.5 * halved(a, by) + halved(b, 0.3 * by);
    sum.sin() + sum
}

#[differentiate]
fn halved_twice(x: &[f64], by: f64) -> f64 {
    let once: f64 = halved(x, by);
    once * halved(x, 0.1 * once)
}

programs! {
    grow: (&mut x = vec![0.7, -0.4], by = 0.6);
    grown: (&x = vec![0.7, -0.4, 1.1], by = 0.6, const n = 3), (&x = vec![0.7], by = 0.6, const n = 0);
    grown_more_and_more: (&x = vec![0.7, -0.4], by = 0.6, const n = 3);
    grown_where_wanted: (&x = vec![0.7, -0.4, -1.1, 0.2], by = 0.6), (&x = vec![-0.7, 0.4, -1.1], by = 0.3);
    scaled_in_turn: (&x = vec![0.7, -0.4, 1.1], by = 0.6);
    root_of_grown -> fallible: (&x = vec![0.7, -0.4], by = 0.6);
    roots -> fallible: (&x = vec![0.7, -0.4], by = 0.6);
    halved: (&x = vec![0.7, -0.4, 1.1], by = 0.6);
    halved_twice: (&x = vec![0.7, -0.4, 1.1], by = 0.6);
}
