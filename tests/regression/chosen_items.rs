//! Items of any type that a chain of iterators chooses: looked up where they are, by their number.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

floats_of! { Point, PointGrad; }

fn points() -> Vec<Point> {
    vec![Point { x: 0.3, y: 0.9 }, Point { x: 0.7, y: 0.4 }, Point { x: 0.6, y: 0.5 }]
}

#[differentiate]
fn first_right(points: &[Point], k: f64) -> f64 {
    let a = points.iter().find(|p| p.x > k).map_or(k * k, |p| p.x * p.y * k);
    let Some(b) = points.iter().copied().find(|p| p.y < k) else {
        return a * k;
    };
    a + b.x * b.x
}

#[differentiate]
fn of_new_ones(points: &[Point], k: f64) -> f64 {
    points.iter().map(|p| Point { x: p.y * k, y: p.x }).find(|p| p.x > 0.2).map_or(0.0, |p| p.x * p.y)
}

#[differentiate]
fn nearest(points: &[Point], x: f64, y: f64) -> f64 {
    let distance = |p: &Point| (p.x - x) * (p.x - x) + (p.y - y) * (p.y - y);
    let p = points.iter().min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap();
    let (i, q) = points.iter().enumerate().max_by(|(_, a), (_, b)| a.y.total_cmp(&b.y)).unwrap();
    p.x * x + p.y * q.y * (i as f64 + 1.0)
}

#[differentiate]
fn changed_where_found(rows: &mut [[f64; 2]], k: f64) -> f64 {
    if let Some(row) = rows.iter_mut().rev().find(|row| row[0] > 0.2) {
        row[1] *= k;
        row[0] += row[1];
    }
    let row = rows.iter().find(|row| row[0] < 0.5).unwrap();
    row[0] * row[1] * k
}

programs! {
    first_right: (&points = points(), k = 0.5), (&points = points(), k = 0.2);
    of_new_ones: (&points = points(), k = 0.5);
    nearest: (&points = points(), x = 0.65, y = 0.3);
    changed_where_found: (&mut rows = vec![[0.3, 0.9], [0.4, 0.7], [0.1, 0.2]], k = 0.8);
}
