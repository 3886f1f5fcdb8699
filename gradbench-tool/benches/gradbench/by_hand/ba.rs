//! Bundle adjustment: the derivatives of a rotation and a projection, as textbooks have them.

use gradbench_tool::functions::ba::{Problem, Sparse};

pub(super) type Vector = [f64; 3];

fn cross(a: Vector, b: Vector) -> Vector {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

fn dot(a: Vector, b: Vector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

const UNITS: [Vector; 3] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

/// `x` rotated; its derivatives by the three parts of `r`, then by those of `x`.
#[inline]
pub(super) fn rotate(r: Vector, x: Vector) -> (Vector, [Vector; 3], [Vector; 3]) {
    let square = dot(r, r);
    if square == 0.0 {
        let across = cross(r, x);
        let by_x = UNITS.map(|e| {
            let across = cross(r, e);
            [e[0] + across[0], e[1] + across[1], e[2] + across[2]]
        });
        return ([x[0] + across[0], x[1] + across[1], x[2] + across[2]], UNITS.map(|e| cross(e, x)), by_x);
    }
    let angle = square.sqrt();
    let (s, c) = angle.sin_cos();
    let w = r.map(|r| r / angle);
    let (across, along) = (cross(w, x), dot(w, x));
    let out = std::array::from_fn(|i| x[i] * c + across[i] * s + w[i] * along * (1.0 - c));
    let by_angle: Vector = std::array::from_fn(|i| -x[i] * s + across[i] * c + w[i] * along * s);
    let by_axis: [Vector; 3] = std::array::from_fn(|k| {
        let across = cross(UNITS[k], x);
        std::array::from_fn(|i| across[i] * s + (UNITS[k][i] * along + w[i] * x[k]) * (1.0 - c))
    });
    let radial: Vector = std::array::from_fn(|i| w[0] * by_axis[0][i] + w[1] * by_axis[1][i] + w[2] * by_axis[2][i]);
    let by_r = std::array::from_fn(|j| std::array::from_fn(|i| by_angle[i] * w[j] + (by_axis[j][i] - w[j] * radial[i]) / angle));
    let by_x = std::array::from_fn(|k| {
        let across = cross(w, UNITS[k]);
        std::array::from_fn(|i| UNITS[k][i] * c + across[i] * s + w[i] * w[k] * (1.0 - c))
    });
    (out, by_r, by_x)
}

/// The fifteen derivatives of both residuals.
fn rows(camera: &[f64; 11], point: &Vector, weight: f64, feature: &[f64; 2]) -> [[f64; 15]; 2] {
    let moved = [point[0] - camera[3], point[1] - camera[4], point[2] - camera[5]];
    let (y, by_r, by_x) = rotate([camera[0], camera[1], camera[2]], moved);
    let over = 1.0 / y[2];
    let p = [y[0] * over, y[1] * over];
    let s = p[0] * p[0] + p[1] * p[1];
    let (focal, k1, k2) = (camera[6], camera[9], camera[10]);
    let radial = 1.0 + k1 * s + k2 * s * s;
    let slope = 2.0 * (k1 + 2.0 * k2 * s);
    std::array::from_fn(|i| {
        let scale = weight * focal;
        // By p, then by y.
        let mut by_p = [scale * slope * p[i] * p[0], scale * slope * p[i] * p[1]];
        by_p[i] += scale * radial;
        let by_y = [by_p[0] * over, by_p[1] * over, -(by_p[0] * p[0] + by_p[1] * p[1]) * over];
        let by_point = by_x.map(|column| dot(by_y, column));
        let mut row = [0.0; 15];
        for j in 0..3 {
            row[j] = dot(by_y, by_r[j]);
            row[3 + j] = -by_point[j];
            row[11 + j] = by_point[j];
        }
        row[6] = weight * p[i] * radial;
        row[7 + i] = weight;
        row[9] = scale * p[i] * s;
        row[10] = scale * p[i] * s * s;
        row[14] = p[i] * radial * focal + camera[7 + i] - feature[i];
        row
    })
}

pub(crate) fn jacobian(of: &Problem) -> Sparse {
    let (n, m, p) = (of.cameras.len(), of.points.len(), of.weights.len());
    let mut sparse =
        Sparse { rows: Vec::with_capacity(3 * p + 1), cols: Vec::with_capacity(31 * p), vals: Vec::with_capacity(31 * p) };
    sparse.rows.push(0);
    for (i, (weight, feature)) in of.weights.iter().zip(&of.features).enumerate() {
        let (camera, point) = (i % n, i % m);
        for row in rows(&of.cameras[camera], &of.points[point], *weight, feature) {
            sparse.cols.extend(11 * camera..11 * camera + 11);
            sparse.cols.extend(11 * n + 3 * point..11 * n + 3 * point + 3);
            sparse.cols.push(11 * n + 3 * m + i);
            sparse.vals.extend(row);
            sparse.rows.push(sparse.cols.len());
        }
    }
    for (i, weight) in of.weights.iter().enumerate() {
        sparse.cols.push(11 * n + 3 * m + i);
        sparse.vals.push(-2.0 * weight);
        sparse.rows.push(sparse.cols.len());
    }
    sparse
}
