//! Derivatives of derivatives, in forward mode: with one parameter, or none that matters, nothing has to be kept.

use gradbench_tool::functions::{particle, saddle};

/// The force that two charges exert at a place, and its derivative where the place moves and the first charge is moved.
fn force([x, y]: [f64; 2], [x_dot, y_dot]: [f64; 2], w: f64) -> ([f64; 2], [f64; 2]) {
    let dx = x - 10.0;
    let (mut force, mut force_dot) = ([0.0; 2], [0.0; 2]);
    for (dy, dy_dot) in [(y - (10.0 - w), y_dot + 1.0), (y, y_dot)] {
        let square = dx * dx + dy * dy;
        let cube = 1.0 / (square * square.sqrt());
        let cube_dot = -3.0 * cube / square * (dx * x_dot + dy * dy_dot);
        force[0] += dx * cube;
        force[1] += dy * cube;
        force_dot[0] += x_dot * cube + dx * cube_dot;
        force_dot[1] += dy_dot * cube + dy * cube_dot;
    }
    (force, force_dot)
}

/// Where the particle comes down, squared, and the derivative of that.
fn trajectory(w: f64) -> (f64, f64) {
    let (mut at, mut v) = ([0.0, 8.0], [0.75, 0.0]);
    let (mut at_dot, mut v_dot) = ([0.0; 2], [0.0; 2]);
    loop {
        let (force, force_dot) = force(at, at_dot, w);
        for i in 0..2 {
            at[i] += 0.1 * v[i];
            at_dot[i] += 0.1 * v_dot[i];
        }
        if at[1] <= 0.0 {
            let time = at[1] / v[1];
            let time_dot = (at_dot[1] - time * v_dot[1]) / v[1];
            let end = at[0] - time * v[0];
            let end_dot = at_dot[0] - time_dot * v[0] - time * v_dot[0];
            return (end * end, 2.0 * end * end_dot);
        }
        for i in 0..2 {
            v[i] += 0.1 * force[i];
            v_dot[i] += 0.1 * force_dot[i];
        }
    }
}

pub(crate) fn particle(of: &particle::Input) -> f64 {
    particle::argmin(trajectory, of.w)
}

/// The q for which the objective is largest. Its slope there, -2q, has no p in it, and so neither has the place that is found.
fn farthest(p: [f64; 2], start: [f64; 2]) -> [f64; 2] {
    let ascent = |q: [f64; 2]| (-saddle::objective(p, q), [2.0 * q[0], 2.0 * q[1]]);
    saddle::argmin(ascent, start)
}

pub(crate) fn saddle(of: &saddle::Input) -> [f64; 4] {
    let worst = |p: [f64; 2]| (saddle::objective(p, farthest(p, of.start)), [2.0 * p[0], 2.0 * p[1]]);
    let p = saddle::argmin(worst, of.start);
    let q = farthest(p, of.start);
    [p[0], p[1], q[0], q[1]]
}
