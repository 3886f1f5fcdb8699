//! Structs, arrays, `Vec`s, matrices.

use differentiate::{Differentiable, differentiate};

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Model {
    gain: f64,
    weights: Vec<f64>,
    order: usize,
}

#[differentiate]
fn fields(model: &Model, x: f64) -> f64 {
    let mut y = model.gain * x;
    for i in 0..model.order {
        y += model.weights[i] * x.powi(i as i32);
    }
    y
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

#[differentiate]
fn literal(p: Point, k: f64) -> Point {
    let moved = Point { x: p.x + k, ..p };
    Point { x: moved.x * moved.y, y: k }
}

#[differentiate]
fn field_store(p: Point, k: f64) -> f64 {
    let mut p = p;
    p.x *= k;
    p.y = p.x * p.y;
    p.x + p.y
}

#[differentiate]
fn several(points: &[Point]) -> f64 {
    let mut best = 0.0_f64;
    for p in points {
        best = best.max(p.x * p.y);
    }
    best + points[0].x
}

#[differentiate]
fn indexing(x: &[f64], table: &[usize]) -> f64 {
    x[0] * x[table[1]] + x[x.len() - 1]
}

#[differentiate]
fn stores(x: &mut [f64], k: f64) {
    x[0] = k * x[1];
    for i in 1..x.len() {
        x[i] = x[i - 1] * k;
    }
}

#[differentiate]
fn grown(x: f64) -> f64 {
    let mut v = vec![x; 2];
    v.push(x * x);
    let squares: Vec<f64> = v.iter().map(|a| a * a).collect();
    squares[2] + v[0] * v.len() as f64
}

#[differentiate]
fn arrays(x: f64) -> f64 {
    let a = [x, x * x, 1.0];
    let mut b = [0.0; 3];
    b[1] = a[0] * a[1];
    a[2] * b[1] + a[0]
}

#[differentiate]
fn rows(m: &[[f64; 2]; 2], x: &[f64]) -> f64 {
    let part = &x[1..3];
    m[0][1] * part[0] + m[1][0] * part[1] * m[0][0]
}

#[differentiate]
fn borrows(x: &f64, v: &[f64]) -> f64 {
    let y = &v[1];
    let z = *x * *y;
    let w = v.to_vec().clone();
    z + w[0] * w.len() as f64
}

#[differentiate]
fn swapped(x: &[f64]) -> f64 {
    let (mut a, mut b) = (x.to_vec(), vec![0.0; x.len()]);
    for _ in 0..3 {
        for i in 0..a.len() {
            b[i] = a[i] * 0.5 + a[(i + 1) % a.len()];
        }
        std::mem::swap(&mut a, &mut b);
    }
    let (left, right) = a.split_at_mut(1);
    left[0] *= right[0];
    right.fill(left[0]);
    a[0] + a[1]
}

crate::forms! {
    49 "struct field read": fields::check(&Model { gain: 0.7, weights: vec![0.3, -0.2], order: 2 }, 0.4);
    30 "struct argument": fields::check(&Model { gain: 0.1, weights: vec![0.3], order: 1 }, 0.4);
    10 "struct literal": literal::check(Point { x: 0.7, y: 0.3 }, 0.4);
    8 "field store": field_store::check(Point { x: 0.7, y: 0.3 }, 0.4);
    0 "slices of structs": several::check(&[Point { x: 0.7, y: 0.3 }, Point { x: 0.2, y: 1.3 }]);
    47 "indexing": indexing::check(&[0.7, 0.3, -0.2], &[0, 1]);
    21 "x[i] = …": stores::check(&mut [0.7, 0.3, -0.2], 0.4);
    15 "vec!, collect, push": grown::check(0.7);
    15 "array literal, [v; N]": arrays::check(0.7);
    4 "x[a..b], x[i][j]": rows::check(&[[0.7, 0.3], [-0.2, 0.1]], &[0.4, 0.5, 0.6]);
    30 "borrow, deref, len, clone": borrows::check(&0.7, &[0.3, -0.2]);
    0 "mem::swap, split_at_mut, fill, to_vec": swapped::check(&[0.7, 0.3]);
    5 "m[(i, j)]";
    22 "linear-algebra method (dot, norm, transpose …)";
    17 "nalgebra or glam argument";
    7 "ndarray";
}
