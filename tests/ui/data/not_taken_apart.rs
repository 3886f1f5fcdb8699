//! What structs, enums, options and results cannot do, all in one file.
use differentiate::{Differentiable, differentiate};

#[derive(Clone, Differentiable)]
enum Shape {
    Circle { r: f64 },
    Square { side: f64 },
    Polygon(f64, f64, f64),
}

struct View<'a> {
    w: &'a [f64],
    scale: f64,
}

enum Failure {
    Negative(f64),
}

#[differentiate]
fn root(x: f64) -> Result<f64, Failure> {
    if x < 0.0 { Err(Failure::Negative(x)) } else { Ok(x.sqrt()) }
}

#[differentiate]
fn patterns(s: &Shape, w: &[f64]) -> f64 {
    let view = View { w, scale: 1.0 };
    match s {
        Shape::Circle { r } | Shape::Square { side: r } => r * r,
        Shape::Polygon(.., last) => *last,
    }
}

#[differentiate]
fn errors(x: f64) -> f64 {
    match root(x) {
        Ok(y) => y,
        Err(Failure::Negative(ref z)) => *z,
    }
}

fn half(x: f64) -> Option<f64> {
    Some(0.5 * x)
}

#[differentiate]
fn question(x: f64) -> f64 {
    let f = |y: f64| {
        let z = root(y).ok()?;
        half(z)
    };
    f(x).unwrap_or(0.0)
}

#[differentiate]
fn parts(x: &mut [f64; 3], y: [f64; 3]) -> f64 {
    let [_, rest @ ..] = x;
    rest[0] += 1.0;
    let [.., last] = y;
    let [init @ .., _] = y;
    init[0] * last
}

fn main() {}
