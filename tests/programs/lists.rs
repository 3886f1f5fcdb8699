//! Lists of types that are not seen, in one, thinned out and filled.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Debug, Differentiable)]
struct Grid {
    v: Vec<f64>,
    a: [f64; 3],
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Track {
    t: f64,
    samples: Vec<f64>,
}

#[differentiate]
fn three(x: f64, y: f64) -> Vec<f64> {
    vec![x, y, x * y]
}

#[differentiate]
fn array(x: f64, y: f64) -> [f64; 3] {
    [x, y, x * y]
}

#[differentiate]
fn filled(x: f64, y: f64) -> f64 {
    let (mut v, mut a) = (three(x, y), array(x, y));
    let k = a[0] * v[1];
    v.fill(x * x);
    a.fill(x * y);
    v[0] * v[1] + a[2] + k
}

#[differentiate]
fn filled_fields(x: f64, y: f64) -> f64 {
    let mut grid = Grid { v: vec![x, y], a: [x, y, 1.0] };
    grid.v.fill(x * y);
    grid.a.fill(y);
    grid.v[0] * grid.v[1] + grid.a[2]
}

#[differentiate]
fn extended(x: f64, y: f64) -> f64 {
    let mut v = vec![y];
    v.extend([x; 2]);
    v.extend([x, y]);
    v.extend(vec![x * y; 2]);
    v.extend(&[x, y]);
    v.extend([1.0, 2.0]);
    v.extend([0.5; 2]);
    v.extend(three(y, x));
    v.extend(array(y, x));
    v.iter().enumerate().map(|(i, v)| (i as f64 + 1.0) * v * v).sum()
}

#[differentiate]
fn extended_result(x: f64, y: f64) -> f64 {
    let mut v = three(x, y);
    v.extend([x; 2]);
    v.extend(three(y, x));
    v[3] * v[7] + v[4] * v[1]
}

#[differentiate]
fn without_repetitions(x: f64, y: f64) -> f64 {
    let mut v = vec![y, y, x, x, x, y * x];
    v.dedup();
    let mut w = three(x, x);
    w.dedup();
    v.len() as f64 * v[0] * v[1] + v[2] * w[1] + w.len() as f64 * w[0]
}

#[differentiate]
fn without_repetitions_in_fields(x: f64, y: f64) -> f64 {
    let mut grid = Grid { v: vec![x, y, y], a: [x, y, 1.0] };
    grid.v.dedup();
    grid.v.extend([x; 2]);
    grid.v[0] * grid.v[1] + grid.v[3] * grid.a[1]
}

#[differentiate]
fn not_too_close(x: f64, y: f64) -> f64 {
    let mut v = vec![x, x + 0.1, x + 0.2, y + 3.0, y + 5.0];
    v.dedup_by(|a, b| (*a - *b).abs() < 0.15);
    let k = v.len() as f64;
    let mut w = vec![x, x + 0.1, y + 3.0, y + 3.1];
    w.dedup_by_key(|a| *a as i64);
    k * v[0] * v[1] * v[2] + w[0] * w[1] * w.len() as f64
}

#[differentiate]
fn retained(x: f64, y: f64) -> f64 {
    let limit = 0.5 * x;
    let mut v = vec![x, -y, y, x * y, -1.0];
    v.retain(|v| *v > 0.0 && *v < limit + 1.0);
    let mut n = 0;
    v.retain(|_| {
        n += 1;
        n != 2
    });
    let r = &mut v;
    r.retain(|v| *v != 0.0);
    r[0] * r[1] + r.len() as f64 * y
}

#[differentiate]
fn retained_and_changed(x: f64, y: f64) -> f64 {
    let mut v = vec![x, -y, y, x * y];
    v.retain_mut(|v| {
        *v *= x;
        *v > 0.0
    });
    v[0] * v[1] + v[2]
}

#[differentiate]
fn structs(x: f64, y: f64) -> f64 {
    let mut tracks = vec![
        Track { t: x, samples: vec![x, y] },
        Track { t: x, samples: vec![y, x] },
        Track { t: y, samples: vec![x * y] },
        Track { t: -x, samples: vec![] },
    ];
    tracks.retain(|track| track.t > 0.0);
    tracks.dedup_by(|a, b| a.samples.len() == b.samples.len());
    tracks[0].samples[1] * tracks[1].samples[0] * tracks[1].t + tracks.len() as f64 * tracks[0].t
}

#[differentiate]
fn in_one(x: f64, y: f64) -> f64 {
    let rows = vec![vec![x, y], vec![x * y], vec![]];
    let all = rows.concat();
    let written = [[x, y], [x * y, y]].concat();
    let (a, b) = (three(x, y), vec![x]);
    let of_slices = [a.as_slice(), &b, &a[1..]].concat();
    let of_calls = [three(x, y), three(y, x)].concat();
    all[0] * all[1] + all[2] * written[2] + of_slices[3] * of_slices[4] * of_slices[5] + of_calls[2] * of_calls[3]
}

/// What is left out is added to what stays.
#[differentiate]
fn put_together(x: f64, y: f64) -> f64 {
    let mut v = vec![(1.0, x), (1.0, y), (2.0, x * y)];
    v.dedup_by(|a, b| {
        if a.0 == b.0 {
            b.1 += a.1;
            true
        } else {
            false
        }
    });
    v[0].1 * v[1].1 + v.len() as f64
}

programs! {
    put_together: (x = 1.3, y = 0.7);
    filled: (x = 1.3, y = 0.7);
    filled_fields: (x = 1.3, y = 0.7);
    extended: (x = 1.3, y = 0.7);
    extended_result: (x = 1.3, y = 0.7);
    without_repetitions: (x = 1.3, y = 0.7);
    without_repetitions_in_fields: (x = 1.3, y = 0.7);
    not_too_close: (x = 1.3, y = 0.7);
    retained: (x = 1.3, y = 0.7);
    retained_and_changed: (x = 1.3, y = 0.7);
    structs: (x = 1.3, y = 0.7);
    in_one: (x = 1.3, y = 0.7);
}
