//! Constants of types that the macro cannot see, and references to them that functions of the user's return.

use crate::differentiate;
use differentiate::Differentiable;
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Vec3 {
    x: f64,
    y: f64,
    z: f64,
}

#[differentiate]
impl std::ops::Mul<f64> for Vec3 {
    type Output = Vec3;

    fn mul(self, s: f64) -> Vec3 {
        Vec3 { x: self.x * s, y: self.y * s, z: self.z * s }
    }
}

#[differentiate]
impl std::ops::Add for Vec3 {
    type Output = Vec3;

    fn add(self, o: Vec3) -> Vec3 {
        Vec3 { x: self.x + o.x, y: self.y + o.y, z: self.z + o.z }
    }
}

#[derive(Clone, Debug)]
enum Joint {
    Prismatic { dir: Vec3 },
    Revolute(Vec3, f64),
    Fixed,
}

#[derive(Clone, Debug)]
struct Arm {
    axis: Vec3,
    length: f64,
    links: Vec<(Vec3, f64)>,
    joints: Vec<Joint>,
}

fn arm() -> Arm {
    let (a, b) = (Vec3 { x: 0.2, y: 0.7, z: 0.3 }, Vec3 { x: 0.1, y: 1.0, z: -0.4 });
    let joints = vec![Joint::Prismatic { dir: a }, Joint::Revolute(b, 0.8), Joint::Fixed];
    Arm { axis: a, length: 0.7, links: vec![(b, 0.3), (a, 0.6)], joints }
}

/// What patterns bind beside floats.
#[differentiate]
fn reach(q: &[f64], #[constant] arm: &Arm) -> f64 {
    let mut tip = Vec3 { x: 1.0, y: 0.0, z: 0.0 };
    for (joint, &qi) in arm.joints.iter().zip(q.iter()).rev() {
        tip = match joint {
            Joint::Prismatic { dir } => tip + *dir * qi,
            Joint::Revolute(axis, l) => tip * qi.cos() + *axis * (qi.sin() * l),
            Joint::Fixed => tip,
        };
    }
    tip.x * tip.x + tip.y * tip.z
}

/// Fields of what is constant, beside floats and beside vectors.
#[differentiate]
fn links(q: &[f64], #[constant] arm: &Arm) -> f64 {
    let mut tip = Vec3 { x: q[0], y: 0.0, z: 0.0 };
    tip = tip + arm.axis * q[1];
    tip = arm.axis * q[0] * arm.length + tip * arm.length;
    let twice = tip * 2.0;
    let along: Vec3 = arm.axis * q[0];
    for (axis, length) in &arm.links {
        tip = tip + *axis * (q[0] * length);
    }
    for link in arm.links.iter() {
        tip = link.0 * q[1] * link.1 + tip;
    }
    for i in 0..arm.links.len() {
        tip = arm.links[i].0 * q[1] * arm.links[i].1 + tip;
    }
    tip.x * tip.y * along.z * twice.y
}

#[differentiate]
fn along(q: f64, #[constant] arm: &Arm) -> Vec3 {
    arm.axis * q
}

#[derive(Clone, Debug)]
struct Table {
    rows: Vec<Vec<f64>>,
    labels: Vec<f64>,
    named: BTreeMap<String, Vec<f64>>,
}

impl Table {
    fn row(&self, i: usize) -> &[f64] {
        &self.rows[i]
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn doubled(&self, i: usize) -> Vec<f64> {
        self.rows[i].iter().map(|x| x * 2.0).collect()
    }

    fn label(&self, i: usize) -> f64 {
        self.labels[i]
    }

    fn label_ref(&self, i: usize) -> &f64 {
        &self.labels[i]
    }

    fn sample(&self, i: usize) -> (&[f64], f64) {
        (&self.rows[i], self.labels[i])
    }
}

fn pick(table: &Table, i: usize) -> &Vec<f64> {
    &table.rows[i]
}

fn table() -> Table {
    let named = [("a".to_owned(), vec![0.3, 0.4])].into();
    Table { rows: vec![vec![0.3, 0.7], vec![0.1, -0.4]], labels: vec![0.3, 0.9], named }
}

#[differentiate]
fn squares(w: &[f64], #[constant] data: &Table) -> f64 {
    let mut s = 0.0;
    for i in 0..data.len() {
        let row = data.row(i);
        let mut z = 0.0;
        for (a, b) in row.iter().zip(w) {
            z += a * b;
        }
        let r = z.tanh() - data.labels[i];
        s += r * r;
    }
    s
}

#[differentiate]
fn all_kinds(w: &[f64], #[constant] data: &Table) -> f64 {
    let mut s = 0.0;
    for i in 0..data.len() {
        let row = data.doubled(i);
        let label = data.label(i);
        let other = data.label_ref(i);
        let picked = pick(data, i);
        let z: f64 = row.iter().zip(w).map(|(a, b)| a * b).sum();
        s += (z - row[0] * w[1]).powi(2) * label * w[0] + other * w[1] * picked[0];
        s += picked.iter().map(|k| k * w[0]).sum::<f64>() + *other * s;
    }
    s
}

#[differentiate]
fn outside_of_loops(w: &[f64], #[constant] data: &Table) -> f64 {
    let row = data.row(0);
    let other = if row[0] > 0.1 { data.row(1) } else { data.row(0) };
    let label = data.label_ref(0);
    let own = data.doubled(0);
    let named = data.named.get("a").unwrap();
    let z: f64 = row.iter().zip(w).map(|(a, b)| a * b).sum();
    z.tanh() * row[1] * label + *label * w[0] * other[0] + own[0] * w[1] + named[1] * w[1]
}

#[differentiate]
fn in_arms(w: &[f64], #[constant] data: &Table) -> f64 {
    let mut s = w[0];
    for i in 0..data.len() {
        if data.label(i) > 0.5 {
            let row = data.row(i);
            s = s.sin() * row[0];
        } else {
            let row = data.doubled(i);
            s = s.cos() * row[1];
        }
        let best = data.rows.iter().max_by(|a, b| a[0].total_cmp(&b[0])).unwrap();
        s *= best[0];
        let (row, label) = data.sample(i);
        s += row[0] * label * w[1];
    }
    s
}

programs! {
    reach: (&q = vec![0.3, 0.8, 0.1], const &arm = arm());
    links: (&q = vec![0.3, 0.8], const &arm = arm());
    squares: (&w = vec![0.3, 0.8], const &data = table());
    all_kinds: (&w = vec![0.3, 0.8], const &data = table());
    outside_of_loops: (&w = vec![0.3, 0.8], const &data = table());
    in_arms: (&w = vec![0.3, 0.8], const &data = table());
}

#[test]
fn vectors_are_returned() {
    along::check(0.7, &arm()).expect("both modes agree with differences");
}
