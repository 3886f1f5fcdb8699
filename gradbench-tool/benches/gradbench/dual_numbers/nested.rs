//! Dual numbers of dual numbers.

use super::Number;
use gradbench_tool::functions::{particle, saddle};
use num_dual::{Dual, Dual64};

fn potential<D: Number>(x: D, y: D, w: D) -> D {
    let (dx, dy) = (x - 10.0, y + w - 10.0);
    (dx * dx + dy * dy).sqrt().recip() + (dx * dx + y * y).sqrt().recip()
}

/// The derivative of a function of two numbers.
fn slope<D: Number>(f: impl Fn(Dual<D>, Dual<D>) -> Dual<D>, x: D, y: D) -> [D; 2] {
    let one = D::from(1.0);
    [f(Dual::new(x, one), Dual::from_re(y)).eps, f(Dual::from_re(x), Dual::new(y, one)).eps]
}

fn trajectory<D: Number>(w: D) -> D {
    let [mut x, mut y, mut vx, mut vy] = [0.0, 8.0, 0.75, 0.0].map(D::from);
    loop {
        let [gx, gy] = slope(|x, y| potential(x, y, Dual::from_re(w)), x, y);
        x += vx * 0.1;
        y += vy * 0.1;
        if y <= 0.0 {
            let end = x - y / vy * vx;
            return end * end;
        }
        vx -= gx * 0.1;
        vy -= gy * 0.1;
    }
}

pub(super) fn particle(of: &particle::Input) -> f64 {
    let value_and_slope = |w| {
        let end = trajectory(Dual64::new(w, 1.0));
        (end.re, end.eps)
    };
    particle::argmin(value_and_slope, of.w)
}

fn objective<D: Number>(p: [D; 2], q: [D; 2]) -> D {
    (p[0] * p[0] + p[1] * p[1]) - (q[0] * q[0] + q[1] * q[1])
}

fn norm<D: Number>(v: [D; 2]) -> D {
    (v[0] * v[0] + v[1] * v[1]).sqrt()
}

/// The benchmark's gradient ascent from `start`.
fn farthest<D: Number>(p: [D; 2], start: [D; 2]) -> [D; 2] {
    let slope_at = |q: [D; 2]| slope(|x, y| objective(p.map(Dual::from_re), [x, y]), q[0], q[1]);
    let (mut q, mut eta, mut i) = (start, 1e-5, 0);
    let (mut value, mut slope) = (objective(p, q), slope_at(q));
    loop {
        if norm(slope) <= 1e-5 {
            return q;
        }
        if i == 10 {
            (eta, i) = (eta * 2.0, 0);
            continue;
        }
        let next = [q[0] + slope[0] * eta, q[1] + slope[1] * eta];
        if norm([q[0] - next[0], q[1] - next[1]]) <= 1e-5 {
            return q;
        }
        let next_value = objective(p, next);
        if next_value > value {
            (q, value, slope, i) = (next, next_value, slope_at(next), i + 1);
        } else {
            (eta, i) = (eta / 2.0, 0);
        }
    }
}

pub(super) fn saddle(of: &saddle::Input) -> [f64; 4] {
    let start = of.start.map(Dual64::from_re);
    let worst = |p: [f64; 2]| {
        let along = |k: usize| {
            let p = [0, 1].map(|i| Dual64::new(p[i], f64::from(u8::from(i == k))));
            objective(p, farthest(p, start))
        };
        let (x, y) = (along(0), along(1));
        (x.re, [x.eps, y.eps])
    };
    let p = saddle::argmin(worst, of.start);
    let q = farthest(p, of.start);
    [p[0], p[1], q[0], q[1]]
}
