//! Several fields of a variant, changed side by side: what finds one borrows all of them.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
enum Shape {
    One(f64),
    Two { x: f64, y: f64 },
}

floats_of! { Shape, ShapeGrad; }

#[differentiate]
fn triple(a: f64, b: f64, c: f64) -> f64 {
    a * b + c
}

#[differentiate]
fn replaced(mut shape: Shape, y: f64) -> f64 {
    if y > 0.0 {
        shape = Shape::Two { x: y, y: y * y };
    }
    let e = &mut shape;
    match e {
        Shape::One(a) => *a,
        Shape::Two { x, y } => *x * *y,
    }
}

#[differentiate]
fn in_arms_and_loops(c: bool, n: usize, a: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..3 {
        let mut e = if c { Shape::One(a) } else { Shape::Two { x: a, y: 0.5 } };
        match &mut e {
            Shape::One(x) => {
                *x += a;
            }
            Shape::Two { x: r, y: q } => {
                *q += match (n + i) % 3 {
                    0 => a,
                    1 => triple(*q, *r, *r),
                    _ => (*q - *r).tanh(),
                };
                for k in 0..3 {
                    if k > 1 {
                        *r += *q;
                    }
                    *q *= *r;
                }
            }
        }
        s += match e {
            Shape::One(x) => x * 2.0,
            Shape::Two { x, y } => x * y,
        };
    }
    s
}

programs! {
    replaced: (shape = Shape::One(0.4), y = 0.7);
    in_arms_and_loops: (const c = false, const n = 0, a = 0.7), (const c = true, const n = 0, a = 0.7);
}
