//! Methods of slices and `Vec`s on fields, whose types the macro does not see.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Tank {
    level: f64,
    w: Vec<f64>,
    c: [f64; 4],
    rows: Vec<Vec<f64>>,
}
floats_of!(Tank, TankGrad);

#[differentiate]
fn grown(w: &[f64], x: f64) -> f64 {
    let mut tank = Tank { level: x, w: w.to_vec(), c: [x, 0.5, x * x, w[0]], rows: vec![w.to_vec(), vec![x]] };
    tank.w.push(x * tank.level);
    tank.w.insert(0, x);
    tank.rows[1].push(tank.w[1]);
    tank.rows[1].swap(0, 1);
    tank.w.extend_from_slice(&tank.c[1..3]);
    tank.w.resize(9, tank.level);
    let last = tank.w.remove(2);
    tank.w.iter().enumerate().map(|(i, w)| w * w * i as f64).sum::<f64>() + tank.rows[1][0] * last
}

#[differentiate]
fn shrunk(mut tank: Tank, x: f64) -> f64 {
    tank.w.truncate(2);
    if let Some(v) = tank.w.pop() {
        tank.c[1] = v * x;
    }
    tank.rows.swap(0, 1);
    let first = tank.w.first().copied().unwrap_or(x);
    tank.rows[0].clear();
    tank.rows[0].push(first * x);
    tank.rows[0][0] * tank.c[1] + tank.rows[1][0]
}

#[differentiate]
fn arranged(tank: &mut Tank, x: f64) -> f64 {
    tank.w.fill(x * tank.level);
    tank.c.swap(0, 1);
    tank.w[1..].copy_from_slice(&tank.c[..2]);
    tank.w.reverse();
    tank.c.rotate_left(1);
    for row in tank.rows.iter_mut() {
        row.fill(x.sin());
    }
    let (low, high) = tank.w.split_at_mut(1);
    low[0] *= high[0] * x;
    tank.w[0] * x + tank.c[1]
}

#[differentiate]
impl Tank {
    fn shifted(&mut self, x: f64) {
        self.c.copy_within(1..3, 0);
        self.w.copy_from_slice(&[x, x * x, self.level]);
        self.w.swap(0, 2);
    }

    fn mean(&self) -> f64 {
        self.w.iter().sum::<f64>() / self.w.len() as f64 * self.c[0]
    }
}

#[differentiate]
fn by_methods(mut tank: Tank, x: f64) -> f64 {
    tank.shifted(x);
    tank.level *= tank.mean();
    tank.shifted(tank.level);
    tank.mean() * x
}

fn tank() -> Tank {
    Tank { level: 0.3, w: vec![0.2, 0.7, -0.4], c: [0.1, 0.5, 0.9, -0.3], rows: vec![vec![0.4, 0.2], vec![0.6]] }
}

programs! {
    grown: (&w = vec![0.2, 0.7, -0.4], x = 0.6);
    shrunk: (tank = tank(), x = 0.6);
    arranged: (&mut tank = tank(), x = 0.6);
    by_methods: (tank = tank(), x = 0.6);
}
