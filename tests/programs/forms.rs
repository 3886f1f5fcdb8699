//! Forms of the language that fit nowhere else: destructuring assignment, `let` in conditions, iterators and ranges as variables, sorting.

use crate::differentiate;

#[differentiate]
fn destructured(a: f64, b: f64) -> f64 {
    let (mut x, mut y) = (a, b);
    for _ in 0..3 {
        (x, y) = (y * a, x + y);
    }
    [x, y] = [y, x];
    let z;
    (z, _) = (x * y, 1);
    let mut v = [0.0; 3];
    (v[0], .., v[2]) = (z, "left out", a);
    [v[1], ..] = v;
    let first;
    [first, .., x] = v;
    x * y * z + v[1] * first
}

#[differentiate]
fn let_in_conditions(v: &[f64], at: &[Option<usize>]) -> f64 {
    let mut s = 0.0;
    for o in at {
        if let Some(i) = *o
            && i < v.len()
            && v[i] > 0.0
        {
            if s > 3.0 {
                return s * v[i];
            }
            s += v[i] * v[i];
            continue;
        } else if let Some(x) = v.first()
            && *x > 0.2
        {
            s *= x;
        }
        s += v[1];
    }
    let mut stack = v.to_vec();
    while let Some(x) = stack.pop()
        && x < 2.0
    {
        s = s * x + v[0];
        if let Some(i) = at[0] {
            s += v[i];
        }
    }
    s
}

/// Iterators and ranges that have names.
#[differentiate]
fn named(v: &[f64], a: f64, n: usize) -> f64 {
    let scaled = v.iter().map(|x| x * a);
    let positive = scaled.clone().filter(|y| *y > 0.0);
    let pairs = v.iter().zip(v.iter().skip(1));
    let mut s = 0.0;
    for (x, y) in pairs {
        s += x * y;
    }
    let mean = scaled.clone().sum::<f64>() / scaled.clone().count() as f64;
    let spread: f64 = scaled.map(|x| (x - mean).powi(2)).sum();
    let inner = 1..n;
    for i in inner.clone() {
        s += v[i] * v[inner.start];
    }
    s * positive.sum::<f64>() + spread * v[inner].iter().product::<f64>()
}

#[differentiate]
fn median_and_spread(v: &[f64], k: usize) -> f64 {
    let mut w = v.to_vec();
    w.sort_by(|a, b| a.total_cmp(b));
    let median = w[w.len() / 2];
    let trimmed: f64 = w[1..w.len() - 1].iter().zip(1..).map(|(x, k)| x.powi(k)).sum();
    w.sort_unstable_by(|a, b| (b - median).abs().partial_cmp(&(a - median).abs()).unwrap());
    let far = w[0] * w[k];
    w.sort_by(f64::total_cmp);
    w.reverse();
    w.rotate_left(2);
    w.rotate_right(1);
    let kth = *w.select_nth_unstable_by(k, |a, b| a.total_cmp(b)).1;
    w[0] * far + trimmed * kth * median
}

/// The area under measured points, in whatever order they come.
#[differentiate]
fn trapezoids(x: &[f64], y: &[f64]) -> f64 {
    let mut points: Vec<(f64, f64)> = x.iter().copied().zip(y.iter().copied()).collect();
    points.sort_by(|a, b| a.0.partial_cmp(&b.0).expect("no NaN"));
    points.windows(2).map(|p| (p[1].0 - p[0].0) * (p[1].1 + p[0].1) * 0.5).sum()
}

#[differentiate]
fn sorted_in_place(v: &mut [f64], a: f64) {
    v.sort_by(|x, y| y.partial_cmp(x).unwrap());
    for pair in v.chunks_mut(2) {
        pair[0] *= a;
    }
    v.sort_by_key(|x| (x * 10.0) as i64);
}

#[differentiate]
fn arrays_from_functions(v: &[f64; 3], a: f64) -> f64 {
    let w: [f64; 3] = std::array::from_fn(|i| v[i] * v[2 - i] + a);
    let u = core::array::from_fn::<f64, 2, _>(|i| w[i].sin());
    let z = u.map(|x| x * x * a);
    z[0] + z[1] * w[2]
}

#[differentiate]
fn blocks_and_items(a: f64, m: Option<u8>) -> f64 {
    const C: f64 = 3.0;
    static TABLE: [f64; 2] = [1.0, 2.0];
    fn twice(x: f64) -> f64 {
        2.0 * x
    }
    #[differentiate]
    fn helper(x: f64) -> f64 {
        x * x * C
    }
    use std::f64::consts::{PI, TAU};
    let y = {
        let t = a * PI;
        {
            let u = t + 1.0;
            u * t
        }
    } * { a };
    let scale = |k: f64| move |x: f64| k * x;
    let (double, same) = (scale(2.0 * a), &scale(1.0));
    let z = if matches!(m, Some(3..)) { y } else { -y };
    helper(z) + TABLE[1] * (double)(a) + twice(TAU) * same(z) + f64::from(m.unwrap_or(1)) * a
}

/// An array is iterated over as it was.
#[differentiate]
fn iterated_copy(a: f64, b: f64) -> f64 {
    let mut v = [a, b, a * b];
    let squares = v.into_iter().map(|x| x * x);
    v[2] = b;
    let mut s = squares.sum::<f64>();
    for x in v {
        v[1] = x * a;
        v[2] *= s;
        s += x * v[1];
    }
    s * v[2]
}

/// What a search gives is kept.
#[differentiate]
fn searched_before(v: &[f64], limit: f64) -> f64 {
    let best = v.iter().copied().max_by(|a, b| a.total_cmp(b));
    let first = v.iter().copied().filter(|x| *x > limit).next();
    let total = v.iter().copied().reduce(|a, b| a + b * b);
    let scale = match first {
        Some(x) => x * x,
        None => limit,
    };
    let sum = if let Some(t) = total { t } else { 0.0 };
    match best {
        Some(x) if x > 1.0 => x * scale + sum,
        Some(x) => sum - x * scale,
        None => 0.0,
    }
}

programs! {
    iterated_copy: (a = 0.7, b = 1.3);
    searched_before: (&v = vec![0.3, 0.7, 1.4], limit = 0.5), (&v = vec![0.3, 0.7], limit = 0.9);
    destructured: (a = 0.7, b = 1.3);
    let_in_conditions: (&v = vec![0.3, 0.7, 1.4], const &at = vec![Some(1), None, Some(0), Some(7), Some(2)]),
        (&v = vec![1.3, -0.7, 2.4], const &at = vec![Some(2), Some(1), Some(0)]);
    named: (&v = vec![0.3, -0.7, 1.4, 0.5], a = 1.3, const n = 3);
    median_and_spread: (&v = vec![0.3, -0.7, 1.4, 0.5, 0.9], const k = 3);
    trapezoids: (&x = vec![0.3, 0.1, 0.7], &y = vec![1.0, 2.0, 3.0]) => 0.2 * 1.5 + 0.4 * 2.0;
    sorted_in_place -> unit: (&mut v = vec![0.3, -0.7, 1.4, 0.55, 0.95], a = 1.3);
    arrays_from_functions: (&v = [0.3, 0.7, -0.4], a = 1.3);
    blocks_and_items: (a = 0.7, const m = Some(4)), (a = 0.7, const m = None);
}
