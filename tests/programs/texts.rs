//! Text that is looked up and parsed, and patterns that borrow mutably.

use crate::differentiate;
use differentiate::Differentiable;
use std::collections::HashMap;

#[differentiate]
fn looked_up(names: &[&str], #[constant] at: &HashMap<String, usize>, w: &[f64], x: f64) -> f64 {
    let mut sum = 0.0;
    for name in names {
        if let Some(i) = at.get(*name) {
            sum += w[*i] * x * x;
        }
    }
    sum
}

#[differentiate]
fn with_a_default(names: &[&str], #[constant] weights: &HashMap<&str, f64>, x: f64) -> f64 {
    let mut sum = 0.0;
    for name in names {
        sum += weights.get(*name).copied().unwrap_or(0.5) * x * x;
    }
    for (i, name) in names.iter().enumerate() {
        if weights.contains_key(*name) {
            sum += i as f64 * x.sin();
        }
    }
    for name in names.iter() {
        match weights.get(*name) {
            Some(v) => sum += v * x,
            None => sum -= x,
        }
    }
    for name in names.iter().copied() {
        sum *= match weights.get(name) {
            Some(v) => v * x,
            None => 2.0,
        };
    }
    sum
}

#[differentiate]
fn indexed(names: &[&str], #[constant] weights: &HashMap<&str, f64>, x: f64) -> f64 {
    let mut sum = 0.0;
    for name in names {
        sum += weights[name] * x * x;
    }
    for &name in names {
        sum += weights[name] * x.sin();
    }
    sum
}

#[differentiate]
fn parsed(s: &str, n: &str, x: f64) -> f64 {
    let v: f64 = match s.parse() {
        Ok(v) => v,
        Err(_) => 1.0,
    };
    let n: usize = if let Ok(n) = n.trim().parse() { n } else { 2 };
    let mut power = v;
    for _ in 0..n {
        power *= x;
    }
    power
}

#[differentiate]
fn parsed_or_not(s: &str, t: &str, x: f64) -> Result<f64, String> {
    let v: f64 = match s.parse() {
        Ok(v) => v,
        Err(_) => return Err("no number".into()),
    };
    let w: f64 = t.parse().map_err(|_| "no number either".to_string())?;
    Ok(v * x * x + w * x)
}

#[differentiate]
fn borrowed_mutably(x: f64, y: f64) -> f64 {
    let mut t = (x, y);
    let (ref mut a, ref mut b) = t;
    *a *= 2.0 * *b;
    *b += *a;
    let mut u = (x, [y, x]);
    let (ref mut c, ref mut d) = u;
    *c *= 2.0;
    d[0] += *c;
    let mut v = x * y;
    {
        let ref mut r = v;
        *r *= 2.0;
    }
    t.0 * t.1 + u.0 * u.1[0] + v * x
}

#[derive(Clone, Debug, Differentiable)]
struct Pair {
    a: f64,
    b: Vec<f64>,
}

#[differentiate]
fn borrowed_fields(x: f64, y: f64) -> f64 {
    let mut s = Pair { a: x, b: vec![x, y] };
    let Pair { ref mut a, ref mut b } = s;
    *a *= y;
    b[0] += *a;
    s.a * s.b[0]
}

fn weights() -> HashMap<&'static str, f64> {
    [("a", 0.3), ("b", 1.4)].into()
}

fn places() -> HashMap<String, usize> {
    [("a".to_string(), 0), ("b".to_string(), 1)].into()
}

programs! {
    looked_up: (const &names = vec!["a", "b", "c"], const &at = places(), &w = vec![0.4, 0.7], x = 1.3);
    with_a_default: (const &names = vec!["a", "b", "c"], const &weights = weights(), x = 1.3);
    indexed: (const &names = vec!["a", "b", "b"], const &weights = weights(), x = 1.3);
    parsed: (const &s = "2.5", const &n = " 3", x = 1.3), (const &s = "z", const &n = "y", x = 1.3);
    parsed_or_not -> fallible: (const &s = "2.5", const &t = "0.3", x = 1.3), (const &s = "2.5", const &t = "", x = 1.3);
    borrowed_mutably: (x = 1.3, y = 0.7);
    borrowed_fields: (x = 1.3, y = 0.7);
}
