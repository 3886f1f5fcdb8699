//! Bundle adjustment: where cameras see points, against where these were found in the pictures.

use super::Functions;
use crate::evaluation::{self, at_most, task};
use differentiate::differentiate;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};

/// What can be asked for.
pub const FUNCTIONS: Functions = &[
    ("objective", |input| task(input, |input: &Input| input.problem.objective())),
    ("jacobian", |input| task(input, |input: &Input| input.problem.jacobian())),
];

/// As the benchmark writes it: one of each kind, and how often it is repeated.
#[derive(Debug, Deserialize)]
struct Repeated {
    n: usize,
    m: usize,
    p: usize,
    cam: [f64; 11],
    x: [f64; 3],
    w: f64,
    feat: [f64; 2],
}

/// A problem of the benchmark's.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Repeated")]
pub struct Input {
    /// What is adjusted.
    pub problem: Problem,
}

/// A camera is its rotation (axis times angle) 3, centre 3, focal length, principal point 2, radial distortion 2. Observation `i` is of point `i mod m` by camera `i mod n`.
#[derive(Debug)]
pub struct Problem {
    /// The cameras.
    pub cameras: Vec<[f64; 11]>,
    /// The points.
    pub points: Vec<[f64; 3]>,
    /// A weight for each observation.
    pub weights: Vec<f64>,
    /// Where each was found in the picture.
    pub features: Vec<[f64; 2]>,
}

/// The benchmark's largest problem has nine million observations.
const MOST: usize = 50_000_000;

impl TryFrom<Repeated> for Input {
    type Error = String;

    fn try_from(of: Repeated) -> Result<Input, String> {
        let Repeated { n, m, p, cam, x, w, feat } = of;
        for (name, count) in [("n", n), ("m", m), ("p", p)] {
            at_most(name, count, MOST)?;
        }
        Ok(Input { problem: Problem { cameras: vec![cam; n], points: vec![x; m], weights: vec![w; p], features: vec![feat; p] } })
    }
}

impl evaluation::Input for Input {
    fn check(&self) -> Result<(), String> {
        let problem = &self.problem;
        let fits = problem.weights.is_empty() || !(problem.cameras.is_empty() || problem.points.is_empty());
        if fits { Ok(()) } else { Err("there are observations, and no cameras or no points".to_owned()) }
    }
}

/// All residuals, of which the benchmark is sent the first two of each kind.
#[derive(Debug)]
pub struct Residuals {
    reprojection: Vec<[f64; 2]>,
    weight: Vec<f64>,
}

impl Serialize for Residuals {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let repeated = self.weight.len();
        let elements: &[f64] = self.reprojection.first().map_or(&[], |first| first);
        let element: Value = self.weight.first().map_or(json!([]), |first| json!(first));
        json!({
            "reproj_error": { "elements": elements, "repeated": repeated },
            "w_err": { "element": element, "repeated": repeated },
        })
        .serialize(serializer)
    }
}

/// A sparse matrix in compressed rows: row `r` has the entries `rows[r]..rows[r + 1]`.
#[derive(Debug)]
pub struct Sparse {
    /// Where rows start.
    pub rows: Vec<usize>,
    /// The column of each entry.
    pub cols: Vec<usize>,
    /// The entries.
    pub vals: Vec<f64>,
}

impl Serialize for Sparse {
    /// Only the first thirty and the last of each list are sent.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        fn ends<T: Copy + Serialize>(all: &[T]) -> Value {
            json!(all.iter().take(30).chain(all.last()).collect::<Vec<_>>())
        }
        json!({ "rows": ends(&self.rows), "cols": ends(&self.cols), "vals": ends(&self.vals) }).serialize(serializer)
    }
}

impl Problem {
    fn observations(&self) -> impl Iterator<Item = (usize, usize, f64, &[f64; 2])> {
        let (n, m) = (self.cameras.len(), self.points.len());
        self.weights.iter().zip(&self.features).enumerate().map(move |(i, (weight, feature))| (i % n, i % m, *weight, feature))
    }

    /// The residuals of all observations.
    #[must_use]
    pub fn objective(&self) -> Residuals {
        let reprojection = self.observations().map(|(camera, point, weight, feature)| {
            reprojection_error(&self.cameras[camera], &self.points[point], weight, feature)
        });
        Residuals {
            reprojection: reprojection.collect(),
            weight: self.weights.iter().map(|weight| weight_error(*weight)).collect(),
        }
    }

    /// Their derivatives with respect to all cameras, points and weights. Which are not zero is known: a residual depends on one of each.
    #[must_use]
    pub fn jacobian(&self) -> Sparse {
        let (n, m, p) = (self.cameras.len(), self.points.len(), self.weights.len());
        let mut sparse =
            Sparse { rows: Vec::with_capacity(3 * p + 1), cols: Vec::with_capacity(31 * p), vals: Vec::with_capacity(31 * p) };
        sparse.rows.push(0);
        for (i, (camera, point, weight, feature)) in self.observations().enumerate() {
            let (cameras, points, weights) =
                reprojection_error::jacobian(&self.cameras[camera], &self.points[point], weight, feature);
            for row in 0..2 {
                sparse.cols.extend(11 * camera..11 * camera + 11);
                sparse.cols.extend(11 * n + 3 * point..11 * n + 3 * point + 3);
                sparse.cols.push(11 * n + 3 * m + i);
                sparse.vals.extend(cameras[row]);
                sparse.vals.extend(points[row]);
                sparse.vals.push(weights[row]);
                sparse.rows.push(sparse.cols.len());
            }
        }
        for (i, weight) in self.weights.iter().enumerate() {
            sparse.cols.push(11 * n + 3 * m + i);
            sparse.vals.push(weight_error::grad(*weight));
            sparse.rows.push(sparse.cols.len());
        }
        sparse
    }
}

/// a × b.
#[differentiate]
pub fn cross(a: &[f64; 3], b: &[f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// Rodrigues' formula: `x` rotated about the direction of `rotation` by its length.
#[differentiate]
pub fn rotate(rotation: &[f64; 3], x: &[f64; 3]) -> [f64; 3] {
    let square = rotation[0] * rotation[0] + rotation[1] * rotation[1] + rotation[2] * rotation[2];
    if square != 0.0 {
        let angle = square.sqrt();
        let (sin, cos) = angle.sin_cos();
        let axis = [rotation[0] / angle, rotation[1] / angle, rotation[2] / angle];
        let across: [f64; 3] = cross(&axis, x);
        let along = (axis[0] * x[0] + axis[1] * x[1] + axis[2] * x[2]) * (1.0 - cos);
        [
            x[0] * cos + across[0] * sin + axis[0] * along,
            x[1] * cos + across[1] * sin + axis[1] * along,
            x[2] * cos + across[2] * sin + axis[2] * along,
        ]
    } else {
        let across: [f64; 3] = cross(rotation, x);
        [x[0] + across[0], x[1] + across[1], x[2] + across[2]]
    }
}

/// Where the camera sees the point, less where it was found, times the weight.
#[differentiate]
pub fn reprojection_error(camera: &[f64; 11], point: &[f64; 3], weight: f64, #[constant] feature: &[f64; 2]) -> [f64; 2] {
    let rotation = [camera[0], camera[1], camera[2]];
    let moved = [point[0] - camera[3], point[1] - camera[4], point[2] - camera[5]];
    let seen: [f64; 3] = rotate(&rotation, &moved);
    let flat = [seen[0] / seen[2], seen[1] / seen[2]];
    let square = flat[0] * flat[0] + flat[1] * flat[1];
    let radial = 1.0 + camera[9] * square + camera[10] * square * square;
    [
        weight * (flat[0] * radial * camera[6] + camera[7] - feature[0]),
        weight * (flat[1] * radial * camera[6] + camera[8] - feature[1]),
    ]
}

/// Keeps the weights from vanishing.
#[differentiate]
pub fn weight_error(weight: f64) -> f64 {
    1.0 - weight * weight
}
