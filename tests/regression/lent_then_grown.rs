//! Memory that was lent to a function, or returned by one, and grew after that: the pullback was handed all of it, with other lengths than
//! the function had seen.

use crate::differentiate;
use differentiate::Differentiable;

#[differentiate]
fn copied(v: &[f64]) -> f64 {
    let mut c = v.to_vec();
    c[0] *= v[1];
    c[0] * c[0]
}

#[differentiate]
fn from_the_end(v: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..v.len() {
        s += v[v.len() - 1 - i] * (i as f64 + 1.0) * v[i];
    }
    s
}

#[differentiate]
fn scaled_in_place(v: &mut [f64]) {
    for i in 0..v.len() {
        v[i] *= 0.5 * v[v.len() - 1];
    }
}

#[differentiate]
fn lent(x: &[f64], y: f64) -> f64 {
    let mut v = x.to_vec();
    let mut s = 0.0;
    for _ in 0..3 {
        s += copied(&v) + from_the_end(&v);
        v.push(y * s);
        s += from_the_end(&v[1..]);
    }
    s
}

#[differentiate]
fn lent_mutably(x: &[f64], y: f64) -> f64 {
    let mut v = x.to_vec();
    let mut s = y;
    for _ in 0..3 {
        scaled_in_place(&mut v);
        s += v[0];
        v.push(y * s);
    }
    s * v[3]
}

#[differentiate]
fn returned(x: &[f64], y: f64) -> Vec<f64> {
    let mut v = x.to_vec();
    for _ in 0..2 {
        let next = copied(&v) * y;
        v.push(next);
    }
    v
}

#[differentiate]
fn squares(x: &[f64]) -> Vec<f64> {
    x.iter().map(|x| x * x).collect()
}

#[differentiate]
fn chosen(x: &[f64], c: bool) -> Vec<f64> {
    let mut v = if c { squares(x) } else { x.to_vec() };
    v.push(x[0]);
    v
}

#[differentiate]
fn without_a_type(x: &[f64], y: f64) -> f64 {
    let mut v = squares(x);
    v.push(y);
    v.extend_from_slice(x);
    v.truncate(4);
    v[0] * v[v.len() - 1] * v[2]
}

#[differentiate]
fn with_a_number(x: &[f64]) -> (Vec<f64>, f64) {
    (x.iter().map(|x| x * x).collect(), x[0])
}

#[differentiate]
fn of_a_tuple(x: &[f64]) -> Vec<f64> {
    let (mut v, s) = with_a_number(x);
    for _ in 0..2 {
        v.push(s);
    }
    v
}

#[differentiate]
fn tuple_as_it_is(x: &[f64]) -> Vec<f64> {
    let (v, _) = with_a_number(x);
    v
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Part {
    a: f64,
}

floats_of! { Part, PartGrad; }

/// An array of constants of a type whose tangents are not `Copy`.
#[differentiate]
fn repeated_constant(x: f64) -> [Part; 2] {
    let mut parts = [Part { a: 1.0 }; 2];
    parts[0].a = x * x;
    parts
}

programs! {
    lent: (&x = vec![0.3, 0.5], y = 0.7);
    lent_mutably: (&x = vec![0.3, 0.5], y = 0.7);
    returned -> many: (&x = vec![0.3, 0.5], y = 0.7);
    chosen -> many: (&x = vec![0.3, 0.5], const c = true), (&x = vec![0.3, 0.5], const c = false);
    without_a_type: (&x = vec![0.3, 0.5], y = 0.7);
    of_a_tuple -> many: (&x = vec![0.3, 0.5]);
    tuple_as_it_is -> many: (&x = vec![0.3, 0.5]);
    repeated_constant -> many: (x = 0.3);
}
