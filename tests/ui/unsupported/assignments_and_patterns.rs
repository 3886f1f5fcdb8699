//! What is assigned to, taken apart, swapped and left, where that cannot be differentiated.
use differentiate::{Differentiable, differentiate};

#[derive(Clone, Debug, Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

trait Of {
    type Is;
}

impl Of for f64 {
    type Is = Point;
}

fn pair() -> (f64, f64) {
    (1.0, 2.0)
}

#[differentiate]
fn rest_of_a_tuple(x: f64, p: &Point) -> f64 {
    let (mut a, mut b) = (x, p.x);
    (a, .., b) = pair();
    a * b * x
}

#[differentiate]
fn swapped_references(x: &[f64], y: &[f64]) -> f64 {
    let (mut a, mut b) = (&x[1..], &y[1..]);
    std::mem::swap(&mut a, &mut b);
    a[0] - b[0]
}

#[differentiate]
fn qualified(x: f64) -> f64 {
    let p = <f64 as Of>::Is { x, y: 2.0 * x };
    p.x * p.y
}

#[differentiate]
fn left_inside(x: f64, v: &[f64]) -> f64 {
    let mut sum = 0.0;
    for a in v {
        println!("{}", if *a > x { break } else { 1 });
        sum += a * x;
    }
    sum
}

#[differentiate]
fn slides(v: &[f64]) -> f64 {
    let mut rest = v;
    let mut sum = 0.0;
    while rest.len() > 1 {
        sum += rest[0] * rest[1];
        rest = &rest[1..];
    }
    sum
}

#[differentiate]
fn needs_a_value(x: f64) -> f64 {
    let Point { x: a, y: b };
    a = x;
    b = x;
    a * b
}

fn main() {}
