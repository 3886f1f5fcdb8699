//! One observation of bundle adjustment: two residuals with respect to a camera of 11 numbers, a point and a weight.

use differentiate::differentiate;

#[differentiate]
fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// By the vector `r`, whose length is the angle.
#[differentiate]
fn rotate(r: &[f64], x: [f64; 3]) -> [f64; 3] {
    let square = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
    if square != 0.0 {
        let angle = square.sqrt();
        let (sin, cos) = angle.sin_cos();
        let axis = [r[0] / angle, r[1] / angle, r[2] / angle];
        let across: [f64; 3] = cross(axis, x);
        let along = (axis[0] * x[0] + axis[1] * x[1] + axis[2] * x[2]) * (1.0 - cos);
        let mut out = [0.0; 3];
        for i in 0..3 {
            out[i] = x[i] * cos + across[i] * sin + axis[i] * along;
        }
        out
    } else {
        let across: [f64; 3] = cross([r[0], r[1], r[2]], x);
        [x[0] + across[0], x[1] + across[1], x[2] + across[2]]
    }
}

/// `camera`: rotation 3, centre 3, focal length, principal point 2, distortion 2.
#[differentiate]
pub(crate) fn residual(camera: &[f64; 11], point: &[f64; 3], weight: f64, #[constant] feature: &[f64; 2]) -> [f64; 2] {
    let x = [point[0] - camera[3], point[1] - camera[4], point[2] - camera[5]];
    let moved: [f64; 3] = rotate(&camera[..3], x);
    let flat = [moved[0] / moved[2], moved[1] / moved[2]];
    let square = flat[0] * flat[0] + flat[1] * flat[1];
    let radial = 1.0 + camera[9] * square + camera[10] * square * square;
    let mut out = [0.0; 2];
    for i in 0..2 {
        out[i] = weight * (flat[i] * radial * camera[6] + camera[7 + i] - feature[i]);
    }
    out
}

/// Where the derivatives go, row by row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Blocks {
    pub(crate) camera: [f64; 22],
    pub(crate) point: [f64; 6],
    pub(crate) weight: [f64; 2],
}

/// Value and Jacobian by hand: the chain of small matrices, each intermediate result computed once.
pub(crate) fn by_hand(camera: &[f64; 11], point: &[f64; 3], weight: f64, feature: &[f64; 2], j: &mut Blocks) -> [f64; 2] {
    let r = [camera[0], camera[1], camera[2]];
    let x = [point[0] - camera[3], point[1] - camera[4], point[2] - camera[5]];
    let (moved, by_r, by_x) = rotation_by_hand(r, x);
    let inverse = 1.0 / moved[2];
    let flat = [moved[0] * inverse, moved[1] * inverse];
    let square = flat[0] * flat[0] + flat[1] * flat[1];
    let radial = 1.0 + camera[9] * square + camera[10] * square * square;
    let slope = 2.0 * (camera[9] + 2.0 * camera[10] * square);
    let scale = weight * camera[6];
    let mut out = [0.0; 2];
    for i in 0..2 {
        let error = flat[i] * radial * camera[6] + camera[7 + i] - feature[i];
        out[i] = weight * error;
        // With respect to the point on the image plane, then to the one in space.
        let mut by_flat = [slope * flat[i] * flat[0] * scale, slope * flat[i] * flat[1] * scale];
        by_flat[i] += radial * scale;
        let by_moved = [by_flat[0] * inverse, by_flat[1] * inverse, -(by_flat[0] * flat[0] + by_flat[1] * flat[1]) * inverse];
        let of_camera = &mut j.camera[11 * i..11 * i + 11];
        for k in 0..3 {
            let turned = by_moved[0] * by_r[0][k] + by_moved[1] * by_r[1][k] + by_moved[2] * by_r[2][k];
            let shifted = by_moved[0] * by_x[0][k] + by_moved[1] * by_x[1][k] + by_moved[2] * by_x[2][k];
            of_camera[k] = turned;
            of_camera[3 + k] = -shifted;
            j.point[3 * i + k] = shifted;
        }
        of_camera[6] = weight * flat[i] * radial;
        of_camera[7] = 0.0;
        of_camera[8] = 0.0;
        of_camera[7 + i] = weight;
        of_camera[9] = scale * flat[i] * square;
        of_camera[10] = scale * flat[i] * square * square;
        j.weight[i] = error;
    }
    out
}

type Matrix = [[f64; 3]; 3];

/// The rotated point, and its derivatives with respect to the rotation and the point.
fn rotation_by_hand(r: [f64; 3], x: [f64; 3]) -> ([f64; 3], Matrix, Matrix) {
    let square = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
    if square == 0.0 {
        let across = cross(r, x);
        let moved = [x[0] + across[0], x[1] + across[1], x[2] + across[2]];
        let by_r = [[0.0, x[2], -x[1]], [-x[2], 0.0, x[0]], [x[1], -x[0], 0.0]];
        return (moved, by_r, [[1.0, -r[2], r[1]], [r[2], 1.0, -r[0]], [-r[1], r[0], 1.0]]);
    }
    let angle = square.sqrt();
    let (sin, cos) = angle.sin_cos();
    let (inverse, rest) = (1.0 / angle, 1.0 - cos);
    let w = [r[0] * inverse, r[1] * inverse, r[2] * inverse];
    let across = cross(w, x);
    let along = w[0] * x[0] + w[1] * x[1] + w[2] * x[2];
    let mut moved = [0.0; 3];
    // What remains if the axis is held: the derivative with respect to the angle.
    let mut by_angle = [0.0; 3];
    for i in 0..3 {
        moved[i] = x[i] * cos + across[i] * sin + w[i] * along * rest;
        by_angle[i] = across[i] * cos + (w[i] * along - x[i]) * sin;
    }
    let skew = [[0.0, -w[2], w[1]], [w[2], 0.0, -w[0]], [-w[1], w[0], 0.0]];
    // The derivative of `w × x` with respect to `w`.
    let skew_x = [[0.0, x[2], -x[1]], [-x[2], 0.0, x[0]], [x[1], -x[0], 0.0]];
    let mut by_x = [[0.0; 3]; 3];
    let mut by_w = [[0.0; 3]; 3];
    for i in 0..3 {
        for k in 0..3 {
            by_x[i][k] = skew[i][k] * sin + w[i] * w[k] * rest;
            by_w[i][k] = skew_x[i][k] * sin + w[i] * x[k] * rest;
        }
        by_x[i][i] += cos;
        by_w[i][i] += along * rest;
    }
    let mut by_r = [[0.0; 3]; 3];
    for i in 0..3 {
        let held = by_w[i][0] * w[0] + by_w[i][1] * w[1] + by_w[i][2] * w[2];
        for k in 0..3 {
            by_r[i][k] = by_angle[i] * w[k] + (by_w[i][k] - held * w[k]) * inverse;
        }
    }
    (moved, by_r, by_x)
}
