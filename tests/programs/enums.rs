//! Enums with payloads, and `Option`: matched, changed through patterns, built and returned.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Debug, PartialEq, Differentiable)]
enum Shape {
    Circle { r: f64 },
    Rect(f64, f64),
    Poly(Vec<f64>),
    Empty,
}
floats_of!(Shape, ShapeGrad);

#[differentiate]
fn area(s: &Shape, k: f64) -> f64 {
    match s {
        Shape::Circle { r } => std::f64::consts::PI * r * r * k,
        Shape::Rect(a, b) if *a > 1.0 => a * b + k,
        Shape::Rect(a, b) => a * b * k,
        Shape::Poly(points) => points.iter().map(|p| p * k).sum(),
        Shape::Empty => 0.0,
    }
}

#[differentiate]
fn by_value(s: Shape, k: f64) -> f64 {
    match s {
        Shape::Circle { r } => r * r * k,
        Shape::Rect(a, b) => a * b * k,
        _ => k,
    }
}

#[differentiate]
fn option(o: Option<f64>, k: f64) -> f64 {
    let mut sum = k;
    if let Some(x) = o {
        sum += x * k;
    }
    match o {
        Some(v) if v > 0.5 => sum * v,
        Some(v) => sum - v,
        None => sum * sum,
    }
}

#[differentiate]
fn grow(s: &mut Shape, k: f64) {
    match s {
        Shape::Circle { r } => *r *= k,
        Shape::Rect(a, b) => {
            *a = *a * *b;
            *b += k;
        }
        _ => {}
    }
}

#[differentiate]
fn make(x: f64, big: bool) -> Shape {
    if big { Shape::Rect(x * x, x) } else { Shape::Circle { r: x.sin() } }
}

#[differentiate]
fn through(x: f64) -> f64 {
    let mut s = make(x, x > 0.5);
    grow(&mut s, x);
    area(&s, x)
}

#[differentiate]
fn maybe(x: f64) -> Option<f64> {
    if x > 0.0 { Some(x.ln()) } else { None }
}

#[differentiate]
fn use_maybe(x: f64) -> f64 {
    let Some(y) = maybe(x) else { return x * 3.0 };
    y * x
}

#[differentiate]
fn total(shapes: &[Shape]) -> f64 {
    let mut sum = 0.0;
    for s in shapes {
        if let Shape::Circle { r } = s {
            sum += r * r;
        } else if let Shape::Rect(w, h) = s {
            sum += w * h * sum;
        }
    }
    sum
}

programs! {
    area: (&s = Shape::Circle { r: 0.7 }, k = 2.0), (&s = Shape::Rect(1.2, 0.4), k = 0.3), (&s = Shape::Rect(0.2, 0.4), k = 0.3), (&s = Shape::Poly(vec![0.3, 0.4]), k = 0.3), (&s = Shape::Empty, k = 0.3);
    by_value: (s = Shape::Circle { r: 0.7 }, k = 2.0), (s = Shape::Rect(1.2, 0.4), k = 0.3), (s = Shape::Empty, k = 0.3);
    option: (o = Some(0.7), k = 0.3), (o = Some(0.3), k = 0.4), (o = None::<f64>, k = 0.3);
    grow -> unit: (&mut s = Shape::Circle { r: 0.7 }, k = 2.0), (&mut s = Shape::Rect(1.2, 0.4), k = 0.3), (&mut s = Shape::Empty, k = 0.3);
    make -> many: (x = 0.4, const big = true), (x = 0.3, const big = false);
    through: (x = 0.4), (x = 0.7);
    maybe -> fallible: (x = 0.4), (x = -0.4);
    use_maybe: (x = 0.4), (x = -0.4);
    total: (&shapes = vec![Shape::Circle { r: 0.7 }, Shape::Rect(1.2, 0.4), Shape::Empty, Shape::Rect(0.2, 0.4)]);
}
