//! Bundle adjustment: the fifteen derivatives of an observation at once.

use super::{Number, part, seeded};
use gradbench_tool::functions::ba::{Problem, Sparse};

fn cross<D: Number>(a: [D; 3], b: [D; 3]) -> [D; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

fn rotate<D: Number>(r: [D; 3], x: [D; 3]) -> [D; 3] {
    let square = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
    if square == D::from(0.0) {
        let across = cross(r, x);
        return std::array::from_fn(|i| x[i] + across[i]);
    }
    let angle = square.sqrt();
    let (sin, cos) = angle.sin_cos();
    let axis = r.map(|r| r / angle);
    let across = cross(axis, x);
    let along = (axis[0] * x[0] + axis[1] * x[1] + axis[2] * x[2]) * (D::from(1.0) - cos);
    std::array::from_fn(|i| x[i] * cos + across[i] * sin + axis[i] * along)
}

/// Of the camera's eleven parameters, the point's three and the weight.
fn error<D: Number>(all: &[D; 15], feature: &[f64; 2]) -> [D; 2] {
    let moved = [all[11] - all[3], all[12] - all[4], all[13] - all[5]];
    let seen = rotate([all[0], all[1], all[2]], moved);
    let flat = [seen[0] / seen[2], seen[1] / seen[2]];
    let square = flat[0] * flat[0] + flat[1] * flat[1];
    let radial = D::from(1.0) + all[9] * square + all[10] * square * square;
    std::array::from_fn(|i| all[14] * (flat[i] * radial * all[6] + all[7 + i] - feature[i]))
}

pub(super) fn jacobian(of: &Problem) -> Sparse {
    let (n, m, p) = (of.cameras.len(), of.points.len(), of.weights.len());
    let mut sparse =
        Sparse { rows: Vec::with_capacity(3 * p + 1), cols: Vec::with_capacity(31 * p), vals: Vec::with_capacity(31 * p) };
    sparse.rows.push(0);
    for (i, (weight, feature)) in of.weights.iter().zip(&of.features).enumerate() {
        let (camera, point) = (i % n, i % m);
        let mut all = [0.0; 15];
        all[..11].copy_from_slice(&of.cameras[camera]);
        all[11..14].copy_from_slice(&of.points[point]);
        all[14] = *weight;
        for row in error(&seeded(all), feature) {
            sparse.cols.extend(11 * camera..11 * camera + 11);
            sparse.cols.extend(11 * n + 3 * point..11 * n + 3 * point + 3);
            sparse.cols.push(11 * n + 3 * m + i);
            sparse.vals.extend((0..15).map(|k| part(&row, k)));
            sparse.rows.push(sparse.cols.len());
        }
    }
    for (i, weight) in of.weights.iter().enumerate() {
        let [weight] = seeded([*weight]);
        sparse.cols.push(11 * n + 3 * m + i);
        sparse.vals.push(part(&(-weight * weight + 1.0), 0));
        sparse.rows.push(sparse.cols.len());
    }
    sparse
}
