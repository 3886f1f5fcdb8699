//! Hand tracking: an angle moves its bone and what hangs on it, and only vertices that points belong to are asked for.

use super::ba::{Vector, rotate};
use gradbench_tool::functions::ht::{BONES, Hand, Matrix, Model};

/// The parameters of the pose.
const POSE: usize = 26;
/// The first parameter that is an angle of a joint.
const JOINTS: usize = 6;
/// Below this the rotation of the whole is taken to be none, whatever its axis.
const NO_ANGLE: f64 = 1e-4;

/// Rotations about x and then z.
type Angles = [f64; 2];

/// `a b`, whose last rows are 0 0 0 1 or, of derivatives, zeros.
fn product(a: &Matrix, b: &Matrix) -> Matrix {
    std::array::from_fn(|i| std::array::from_fn(|j| (0..4).map(|k| a[i][k] * b[k][j]).sum()))
}

/// A rotation about x and then z, and its derivatives by the two angles.
fn bent([x, z]: Angles) -> (Matrix, [Matrix; 2]) {
    let ((sx, cx), (sz, cz)) = (x.sin_cos(), z.sin_cos());
    let matrix = |rows: [[f64; 3]; 3], one: f64| {
        let [a, b, c] = rows.map(|[x, y, z]| [x, y, z, 0.0]);
        [a, b, c, [0.0, 0.0, 0.0, one]]
    };
    let of = matrix([[cz, -cx * sz, sx * sz], [sz, cx * cz, -sx * cz], [0.0, sx, cx]], 1.0);
    let by_x = matrix([[0.0, sx * sz, cx * sz], [0.0, -sx * cz, -cx * cz], [0.0, cx, -sx]], 0.0);
    let by_z = matrix([[-sz, -cx * cz, sx * cz], [cz, -cx * sz, sx * sz], [0.0; 3]], 0.0);
    (of, [by_x, by_z])
}

/// For each parameter which bone it turns, and whether about x (0) or z (1).
fn turns() -> [(usize, usize); POSE - JOINTS] {
    std::array::from_fn(|k| {
        let bone = 2 + 4 * (k / 4);
        [(bone, 0), (bone, 1), (bone + 1, 0), (bone + 2, 0)][k % 4]
    })
}

/// How the bones move, and for each angle the bones that it moves with the derivatives of their motions.
struct Motions {
    of: Vec<Matrix>,
    by_angle: Vec<Vec<(usize, Matrix)>>,
}

fn motions(theta: &[f64], model: &Model) -> Motions {
    let turns = turns();
    let mut angles = [[0.0; 2]; BONES];
    for ((bone, axis), angle) in turns.iter().zip(&theta[JOINTS..]) {
        angles[*bone][*axis] = *angle;
    }
    let turned = angles.map(bent);
    let relatives: Vec<Matrix> = (0..BONES).map(|bone| product(&model.base_relatives[bone], &turned[bone].0)).collect();
    let mut absolutes: Vec<Matrix> = Vec::with_capacity(BONES);
    for (relative, parent) in relatives.iter().zip(&model.parents) {
        absolutes.push(parent.map_or(*relative, |parent| product(&absolutes[parent], relative)));
    }
    let at_rest = &model.inverse_base_absolutes;
    let by_angle = turns.iter().map(|(bone, axis)| {
        let relative = product(&model.base_relatives[*bone], &turned[*bone].1[*axis]);
        let first = model.parents[*bone].map_or(relative, |parent| product(&absolutes[parent], &relative));
        let mut moved = vec![(*bone, first)];
        for child in bone + 1..BONES {
            let by_parent = moved.iter().find(|(bone, _)| model.parents[child] == Some(*bone)).map(|(_, by)| *by);
            moved.extend(by_parent.map(|by| (child, product(&by, &relatives[child]))));
        }
        moved.into_iter().map(|(bone, by)| (bone, product(&by, &at_rest[bone]))).collect()
    });
    let by_angle = by_angle.collect();
    Motions { of: absolutes.iter().zip(at_rest).map(|(absolute, rest)| product(absolute, rest)).collect(), by_angle }
}

/// Adds `weight` times where `motion` takes a point.
fn add_moved(sum: &mut Vector, weight: f64, motion: &Matrix, at: &[f64; 4]) {
    for (sum, row) in sum.iter_mut().zip(motion) {
        *sum += weight * (row[0] * at[0] + row[1] * at[1] + row[2] * at[2] + row[3] * at[3]);
    }
}

/// Where a vertex is, and how that changes with the pose.
#[derive(Clone)]
struct Vertex {
    at: Vector,
    by: [Vector; POSE],
}

fn vertex(v: usize, theta: &[f64], model: &Model, motions: &Motions) -> Vertex {
    let (rest, weights) = (&model.base_positions[v], &model.weights[v]);
    let sign = if model.is_mirrored { -1.0 } else { 1.0 };
    let mut p = [0.0; 3];
    for (weight, motion) in weights.iter().zip(&motions.of).filter(|(weight, _)| **weight != 0.0) {
        add_moved(&mut p, *weight, motion, rest);
    }
    p[0] *= sign;
    let r = [theta[0], theta[1], theta[2]];
    let turns = (r[0] * r[0] + r[1] * r[1] + r[2] * r[2]).sqrt() >= NO_ANGLE;
    let (turned, by_r, by_p) =
        if turns { rotate(r, p) } else { (p, [[0.0; 3]; 3], [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]) };
    let mut by = [[0.0; 3]; POSE];
    by[..3].copy_from_slice(&by_r);
    for (i, by) in by[3..JOINTS].iter_mut().enumerate() {
        by[i] = 1.0;
    }
    for (by, moved) in by[JOINTS..].iter_mut().zip(&motions.by_angle) {
        let mut p_dot = [0.0; 3];
        for (bone, motion) in moved.iter().filter(|(bone, _)| weights[*bone] != 0.0) {
            add_moved(&mut p_dot, weights[*bone], motion, rest);
        }
        p_dot[0] *= sign;
        *by = std::array::from_fn(|i| by_p[0][i] * p_dot[0] + by_p[1][i] * p_dot[1] + by_p[2][i] * p_dot[2]);
    }
    Vertex { at: std::array::from_fn(|i| turned[i] + theta[3 + i]), by }
}

pub(crate) fn jacobian(of: &Hand) -> Vec<Vec<f64>> {
    let Hand { theta, us, model, correspondences, .. } = of;
    let motions = motions(theta, model);
    let mut vertices: Vec<Option<Vertex>> = vec![None; model.base_positions.len()];
    let mut look = |v: usize| -> Vertex { vertices[v].get_or_insert_with(|| vertex(v, theta, model, &motions)).clone() };
    let mut rows = Vec::with_capacity(3 * correspondences.len());
    for (p, target) in correspondences.iter().enumerate() {
        if us.is_empty() {
            let vertex = look(*target);
            rows.extend((0..3).map(|i| vertex.by.iter().map(|by| -by[i]).collect::<Vec<f64>>()));
            continue;
        }
        let [a, b, c] = model.triangles[*target].map(&mut look);
        let [u, v] = us[p];
        let w = 1.0 - u - v;
        rows.extend((0..3).map(|i| {
            let mut row = Vec::with_capacity(2 + POSE);
            row.extend([c.at[i] - a.at[i], c.at[i] - b.at[i]]);
            row.extend((0..POSE).map(|k| -(u * a.by[k][i] + v * b.by[k][i] + w * c.by[k][i])));
            row
        }));
    }
    rows
}
