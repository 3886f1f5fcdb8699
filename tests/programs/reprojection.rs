//! Bundle adjustment: reprojection of a point with a Rodrigues rotation and radial distortion.

use crate::differentiate;

#[differentiate]
fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

#[differentiate]
fn rotate(rotation: &[f64], x: [f64; 3]) -> [f64; 3] {
    let square = rotation[0] * rotation[0] + rotation[1] * rotation[1] + rotation[2] * rotation[2];
    if square != 0.0 {
        let angle = square.sqrt();
        let (sin, cos) = angle.sin_cos();
        let axis = [rotation[0] / angle, rotation[1] / angle, rotation[2] / angle];
        let across = cross(axis, x);
        let along = (axis[0] * x[0] + axis[1] * x[1] + axis[2] * x[2]) * (1.0 - cos);
        let mut out = [0.0; 3];
        for i in 0..3 {
            out[i] = x[i] * cos + across[i] * sin + axis[i] * along;
        }
        out
    } else {
        let across = cross([rotation[0], rotation[1], rotation[2]], x);
        [x[0] + across[0], x[1] + across[1], x[2] + across[2]]
    }
}

/// `camera`: rotation 3, centre 3, focal length, principal point 2, distortion 2.
#[differentiate]
pub(crate) fn reprojection_error(camera: &[f64], point: &[f64], weight: f64, #[constant] feature: &[f64]) -> [f64; 2] {
    let (rotation, rest) = camera.split_at(3);
    let centre = &rest[..3];
    let (focal, principal, distortion) = (rest[3], &rest[4..6], &rest[6..]);
    let moved = rotate(rotation, [point[0] - centre[0], point[1] - centre[1], point[2] - centre[2]]);
    let flat = [moved[0] / moved[2], moved[1] / moved[2]];
    let r2 = flat[0] * flat[0] + flat[1] * flat[1];
    let radial = 1.0 + distortion[0] * r2 + distortion[1] * r2 * r2;
    let mut out = [0.0; 2];
    for i in 0..2 {
        let projected = flat[i] * radial * focal + principal[i];
        out[i] = weight * (projected - feature[i]);
    }
    out
}

#[differentiate]
pub(crate) fn weight_error(weight: f64) -> f64 {
    1.0 - weight * weight
}

/// All observations: each names its camera and its point.
#[differentiate]
fn total_error(cameras: &[[f64; 11]], points: &[[f64; 3]], #[constant] observations: &[(usize, usize, [f64; 2])]) -> f64 {
    let mut sum = 0.0;
    for (camera, point, feature) in observations {
        let [a, b] = reprojection_error(&cameras[*camera], &points[*point], 1.0, feature);
        sum += a * a + b * b;
    }
    0.5 * sum
}

/// Unit quaternion times vector, normalised on the way.
#[differentiate]
fn rotate_by_quaternion(q: (f64, f64, f64, f64), v: [f64; 3]) -> [f64; 3] {
    let (w, x, y, z) = q;
    let n = (w * w + x * x + y * y + z * z).sqrt();
    let (w, x, y, z) = (w / n, x / n, y / n, z / n);
    let t = cross([2.0 * x, 2.0 * y, 2.0 * z], v);
    let u = cross([x, y, z], t);
    [v[0] + w * t[0] + u[0], v[1] + w * t[1] + u[1], v[2] + w * t[2] + u[2]]
}

const CAMERA: [f64; 11] = [0.1, -0.2, 0.3, 0.5, 0.6, -4.0, 30.0, 1.0, 2.0, 0.05, -0.01];

programs! {
    rotate -> many: (&rotation = vec![0.0, 0.0, std::f64::consts::FRAC_PI_2], x = [1.0, 2.0, 3.0]) => [-2.0, 1.0, 3.0], (&rotation = vec![0.3, -0.7, 0.2], x = [1.0, 2.0, 3.0]);
    reprojection_error -> many: (&camera = CAMERA.to_vec(), &point = vec![0.7, -0.4, 1.1], weight = 0.8, const &feature = vec![3.0, -2.0]);
    weight_error: (weight = 0.5) => 0.75;
    total_error: (&cameras = vec![CAMERA, CAMERA], &points = vec![[0.7, -0.4, 1.1], [0.2, 0.3, 2.0]], const &observations = vec![(0, 0, [3.0, -2.0]), (1, 0, [1.0, 2.0]), (1, 1, [-1.0, 0.5])]);
    rotate_by_quaternion -> many: (q = (1.0, 0.0, 0.0, 1.0), v = [1.0, 2.0, 3.0]) => [-2.0, 1.0, 3.0], (q = (0.3, -0.7, 0.2, 0.9), v = [1.0, 2.0, 3.0]);
}

/// The branch for no rotation at all has its own derivative; differences would leave the branch.
#[test]
fn no_rotation() {
    let (y, pull) = rotate::vjp(&[0.0; 3], [1.0, 2.0, 3.0]);
    assert_eq!(y, [1.0, 2.0, 3.0]);
    assert_eq!(pull([1.0, 0.0, 0.0]), (vec![0.0, 3.0, -2.0], [1.0, 0.0, 0.0]));
}
