//! Hand tracking: how far the surface of a hand in a pose is from points that a camera has seen.
//!
//! `simple`: each point belongs to a vertex. `complicated`: each belongs to a triangle, in which its place `us` is a parameter too.

use super::Functions;
use crate::evaluation::{self, length, lengths, task};
use differentiate::differentiate;
use serde::Deserialize;

/// What can be asked for.
pub const FUNCTIONS: Functions = &[
    ("objective", |input| task(input, |input: &Input| input.hand.objective())),
    ("jacobian", |input| task(input, |input: &Input| input.hand.jacobian())),
];

/// Rows of a matrix of homogeneous coordinates. Differentiated functions spell it out: what the name stands for is not to be seen there, and
/// then tangents run one direction at a time.
pub type Matrix = [[f64; 4]; 4];

/// The bones of a hand.
pub const BONES: usize = 22;

/// As the benchmark writes it.
#[derive(Debug, Deserialize)]
struct Written {
    theta: Vec<f64>,
    us: Vec<[f64; 2]>,
    data: WrittenData,
}

#[derive(Debug, Deserialize)]
struct WrittenData {
    correspondences: Vec<usize>,
    points: Vec<[f64; 3]>,
    model: WrittenModel,
}

#[derive(Debug, Deserialize)]
struct WrittenModel {
    parents: Vec<i64>,
    base_relatives: Vec<Matrix>,
    inverse_base_absolutes: Vec<Matrix>,
    base_positions: Vec<[f64; 4]>,
    weights: Vec<Vec<f64>>,
    triangles: Vec<[usize; 3]>,
    is_mirrored: bool,
}

/// A hand and what was seen of it.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Written")]
pub struct Input {
    /// The hand.
    pub hand: Hand,
}

/// The shape of a hand at rest, and how it moves with the bones.
#[derive(Debug)]
pub struct Model {
    /// For each bone the one that it hangs on, which comes before it.
    pub parents: Vec<Option<usize>>,
    /// From a bone to its parent, at rest.
    pub base_relatives: Vec<Matrix>,
    /// To each bone, at rest.
    pub inverse_base_absolutes: Vec<Matrix>,
    /// The surface at rest.
    pub base_positions: Vec<[f64; 4]>,
    /// For each vertex, for each bone, how much it goes along.
    pub weights: Vec<[f64; BONES]>,
    /// The same without the bones that it does not go along with: one to four are left.
    pub bones: Vec<Vec<(usize, f64)>>,
    /// The surface's triangles.
    pub triangles: Vec<[usize; 3]>,
    /// A left hand.
    pub is_mirrored: bool,
}

/// A pose, and points with what they belong to.
#[derive(Debug)]
pub struct Hand {
    /// Rotation of the whole 3, place 3, then four angles for each finger.
    pub theta: Vec<f64>,
    /// For each point its place in its triangle; none if points belong to vertices.
    pub us: Vec<[f64; 2]>,
    /// The hand at rest.
    pub model: Model,
    /// For each point its vertex or triangle.
    pub correspondences: Vec<usize>,
    /// What was seen.
    pub points: Vec<[f64; 3]>,
}

impl TryFrom<Written> for Input {
    type Error = String;

    fn try_from(written: Written) -> Result<Input, String> {
        let Written { theta, us, data: WrittenData { correspondences, points, model } } = written;
        let vertices = model.base_positions.len();
        length("theta", &theta, 26)?;
        length("parents", &model.parents, BONES)?;
        length("base_relatives", &model.base_relatives, BONES)?;
        length("inverse_base_absolutes", &model.inverse_base_absolutes, BONES)?;
        length("weights", &model.weights, vertices)?;
        lengths("weights", &model.weights, BONES)?;
        length("points", &points, correspondences.len())?;
        let targets = if us.is_empty() { vertices } else { model.triangles.len() };
        if !us.is_empty() {
            length("us", &us, correspondences.len())?;
        }
        if correspondences.iter().any(|target| *target >= targets) || model.triangles.iter().flatten().any(|v| *v >= vertices) {
            return Err("a vertex or triangle that is not there is named".to_owned());
        }
        let parents = model.parents.iter().enumerate().map(|(bone, parent)| match usize::try_from(*parent) {
            Ok(parent) if parent < bone => Ok(Some(parent)),
            Ok(_) => Err(format!("bone {bone} comes before its parent")),
            Err(_) => Ok(None),
        });
        let weights: Vec<[f64; BONES]> = model.weights.iter().map(|row| std::array::from_fn(|bone| row[bone])).collect();
        let moving = |row: &[f64; BONES]| row.iter().copied().enumerate().filter(|(_, weight)| *weight != 0.0).collect();
        let model = Model {
            parents: parents.collect::<Result<_, _>>()?,
            base_relatives: model.base_relatives,
            inverse_base_absolutes: model.inverse_base_absolutes,
            base_positions: model.base_positions,
            bones: weights.iter().map(moving).collect(),
            weights,
            triangles: model.triangles,
            is_mirrored: model.is_mirrored,
        };
        Ok(Input { hand: Hand { theta, us, model, correspondences, points } })
    }
}

impl evaluation::Input for Input {
    fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

impl Hand {
    /// Three residuals a point.
    #[must_use]
    pub fn objective(&self) -> Vec<f64> {
        let Hand { theta, us, model, correspondences, points } = self;
        match us.as_slice() {
            [] => simple(theta, model, correspondences, points),
            us => complicated(theta, us, model, correspondences, points),
        }
    }

    /// Their derivatives, a row each: with respect to theta, and before that, if there are `us`, to the two of the row's own point.
    ///
    /// What is known of zeros beforehand saves directions: see `Columns`. The derivative with respect to a shift of all `us` at once has those
    /// of all points: a residual depends on no others.
    #[must_use]
    pub fn jacobian(&self) -> Vec<Vec<f64>> {
        let Hand { theta, us, model, correspondences, points } = self;
        let Columns { of_points, shared, count } = Columns::of(self);
        let steps = vec![0.0; count];
        let (shift, along) = match us.as_slice() {
            [] => (None, simple_along::jacobian(&steps, &shared, theta, model, correspondences, points)),
            us => (
                Some(shifted::jacobian([0.0; 2], us, &surface(theta, model), model, correspondences, points)),
                complicated_along::jacobian(&steps, &shared, theta, us, model, correspondences, points),
            ),
        };
        let (first, along) = (if shift.is_some() { 2 } else { 0 }, along.to_vec());
        let row = |row: usize| {
            let mut of_row = vec![0.0; first + POSE];
            if let Some(shift) = &shift {
                (of_row[0], of_row[1]) = (shift[[row, 0]], shift[[row, 1]]);
            }
            // The whole hand moves the same way: the point stays behind.
            of_row[first + 3 + row % 3] = -1.0;
            let (depends, along) = (of_points[row / 3], &along[row * count..][..count]);
            for (parameter, column) in shared.iter().filter(|(parameter, _)| depends >> parameter & 1 != 0) {
                of_row[first + parameter] = along[*column];
            }
            of_row
        };
        (0..3 * points.len()).map(row).collect()
    }
}

/// The pose's parameters.
const POSE: usize = 26;

/// Which parameters share a column of the Jacobian that is computed, as Curtis, Powell and Reid do it: where no residual depends on two of
/// them, the derivative in direction of both at once has that of the one in some rows and that of the other in others. A finger's angles
/// move the vertices that go along with its bones; for how many fingers there is one column, the points at hand say.
struct Columns {
    /// For each point the parameters on which its residuals depend, a bit each.
    of_points: Vec<u32>,
    /// Parameters with their columns. The hand's place has none: its derivatives are constants.
    shared: Vec<(usize, usize)>,
    /// How many there are.
    count: usize,
}

impl Columns {
    fn of(hand: &Hand) -> Columns {
        let Hand { us, model, correspondences, .. } = hand;
        // The hand's rotation moves all; an angle moves its bone and what hangs on that.
        let rotation = 0b111;
        let mut of_bones = [rotation; BONES];
        for bone in 0..BONES {
            of_bones[bone] |= model.parents[bone].map_or(0, |parent| of_bones[parent]);
            for parameter in 6..POSE {
                let (finger, angle) = ((parameter - 6) / 4, (parameter - 6) % 4);
                of_bones[bone] |= u32::from(bone == 2 + 4 * finger + angle.saturating_sub(1)) << parameter;
            }
        }
        let of_vertex = |v: &usize| model.bones[*v].iter().fold(rotation, |all, (bone, _)| all | of_bones[*bone]);
        let of_target = |target: &usize| match us.is_empty() {
            true => of_vertex(target),
            false => model.triangles[*target].iter().fold(0, |all, v| all | of_vertex(v)),
        };
        let of_points: Vec<u32> = correspondences.iter().map(of_target).collect();
        let (mut columns, mut shared) = (Vec::new(), Vec::new());
        for parameter in (0..3).chain(6..POSE) {
            let beside = of_points.iter().filter(|point| *point >> parameter & 1 != 0).fold(0, |all, point| all | point);
            let column = columns.iter().position(|taken: &u32| taken & beside == 0).unwrap_or(columns.len());
            columns.resize(columns.len().max(column + 1), 0);
            columns[column] |= 1 << parameter;
            shared.push((parameter, column));
        }
        Columns { of_points, shared, count: columns.len() }
    }
}

/// `a b`, of rigid motions: their last row is 0 0 0 1.
#[differentiate]
pub fn product(a: &[[f64; 4]; 4], b: &[[f64; 4]; 4]) -> [[f64; 4]; 4] {
    let mut out = [[0.0; 4]; 4];
    for i in 0..4 {
        for j in 0..4 {
            for k in 0..4 {
                out[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    out
}

/// A rotation about x, then y, then z. `angles` are those about x, z and y.
#[differentiate]
pub fn rotation(angles: &[f64; 3]) -> [[f64; 4]; 4] {
    let (sin_x, cos_x) = angles[0].sin_cos();
    let (sin_z, cos_z) = angles[1].sin_cos();
    let (sin_y, cos_y) = angles[2].sin_cos();
    [
        [cos_y * cos_z, sin_x * sin_y * cos_z - cos_x * sin_z, cos_x * sin_y * cos_z + sin_x * sin_z, 0.0],
        [cos_y * sin_z, sin_x * sin_y * sin_z + cos_x * cos_z, cos_x * sin_y * sin_z - sin_x * cos_z, 0.0],
        [-sin_y, sin_x * cos_y, cos_x * cos_y, 0.0],
        [0.0, 0.0, 0.0, 1.0],
    ]
}

/// The angles of each bone: a finger's first joint bends in two directions, the others in one.
#[differentiate]
pub fn joints(theta: &[f64]) -> [[f64; 3]; BONES] {
    let mut angles = [[0.0; 3]; BONES];
    let mut next = 6;
    for finger in 0..5 {
        for joint in 0..3 {
            let bone = 2 + 4 * finger + joint;
            angles[bone][0] = theta[next];
            next += 1;
            if joint == 0 {
                angles[bone][1] = theta[next];
                next += 1;
            }
        }
    }
    angles
}

/// For each bone how it moves what hangs on it.
#[differentiate]
pub fn motions(theta: &[f64], #[constant] model: &Model) -> Vec<[[f64; 4]; 4]> {
    let angles: [[f64; 3]; BONES] = joints(theta);
    let mut absolutes = vec![[[0.0; 4]; 4]; BONES];
    let mut motions = vec![[[0.0; 4]; 4]; BONES];
    for bone in 0..BONES {
        let turned: [[f64; 4]; 4] = rotation(&angles[bone]);
        let relative: [[f64; 4]; 4] = product(&model.base_relatives[bone], &turned);
        absolutes[bone] = match model.parents[bone] {
            Some(parent) => product(&absolutes[parent], &relative),
            None => relative,
        };
        motions[bone] = product(&absolutes[bone], &model.inverse_base_absolutes[bone]);
    }
    motions
}

/// Rodrigues' formula: the rotation about the direction of `r` by its length.
#[differentiate]
pub fn axis_angle(r: &[f64]) -> [[f64; 3]; 3] {
    let angle = (r[0] * r[0] + r[1] * r[1] + r[2] * r[2]).sqrt();
    if angle < 1e-4 {
        return [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    }
    let (x, y, z) = (r[0] / angle, r[1] / angle, r[2] / angle);
    let (s, c) = angle.sin_cos();
    [
        [c + (1.0 - c) * x * x, (1.0 - c) * x * y - s * z, (1.0 - c) * x * z + s * y],
        [(1.0 - c) * x * y + s * z, c + (1.0 - c) * y * y, (1.0 - c) * y * z - s * x],
        [(1.0 - c) * x * z - s * y, (1.0 - c) * y * z + s * x, c + (1.0 - c) * z * z],
    ]
}

/// Where the surface is.
#[differentiate]
pub fn surface(theta: &[f64], #[constant] model: &Model) -> Vec<[f64; 3]> {
    let motions: Vec<[[f64; 4]; 4]> = motions(theta, model);
    let turned: [[f64; 3]; 3] = axis_angle(&theta[..3]);
    let mut positions = vec![[0.0; 3]; model.base_positions.len()];
    for v in 0..positions.len() {
        let mut p = [0.0; 3];
        for &(bone, weight) in &model.bones[v] {
            for i in 0..3 {
                let mut moved = 0.0;
                for j in 0..4 {
                    moved += motions[bone][i][j] * model.base_positions[v][j];
                }
                p[i] += weight * moved;
            }
        }
        if model.is_mirrored {
            p[0] = -p[0];
        }
        for i in 0..3 {
            positions[v][i] = turned[i][0] * p[0] + turned[i][1] * p[1] + turned[i][2] * p[2] + theta[3 + i];
        }
    }
    positions
}

/// From vertices to points.
#[differentiate]
pub fn simple(theta: &[f64], #[constant] model: &Model, correspondences: &[usize], #[constant] points: &[[f64; 3]]) -> Vec<f64> {
    let positions: Vec<[f64; 3]> = surface(theta, model);
    let mut out = vec![0.0; 3 * points.len()];
    for p in 0..points.len() {
        for i in 0..3 {
            out[3 * p + i] = points[p][i] - positions[correspondences[p]][i];
        }
    }
    out
}

/// From places in triangles to points.
#[differentiate]
pub fn complicated(
    theta: &[f64],
    #[constant] us: &[[f64; 2]],
    #[constant] model: &Model,
    correspondences: &[usize],
    #[constant] points: &[[f64; 3]],
) -> Vec<f64> {
    let positions: Vec<[f64; 3]> = surface(theta, model);
    placed([0.0; 2], us, &positions, model, correspondences, points)
}

/// The same, given the surface. All places are moved by `shift`.
#[differentiate]
pub fn placed(
    shift: [f64; 2],
    #[constant] us: &[[f64; 2]],
    positions: &[[f64; 3]],
    #[constant] model: &Model,
    correspondences: &[usize],
    #[constant] points: &[[f64; 3]],
) -> Vec<f64> {
    let mut out = vec![0.0; 3 * points.len()];
    for p in 0..points.len() {
        let [a, b, c] = model.triangles[correspondences[p]];
        let (u, v) = (us[p][0] + shift[0], us[p][1] + shift[1]);
        for i in 0..3 {
            let place = u * positions[a][i] + v * positions[b][i] + (1.0 - u - v) * positions[c][i];
            out[3 * p + i] = points[p][i] - place;
        }
    }
    out
}

/// The same, of a surface that stays.
#[differentiate]
pub fn shifted(
    shift: [f64; 2],
    #[constant] us: &[[f64; 2]],
    #[constant] positions: &[[f64; 3]],
    #[constant] model: &Model,
    correspondences: &[usize],
    #[constant] points: &[[f64; 3]],
) -> Vec<f64> {
    placed(shift, us, positions, model, correspondences, points)
}

/// A pose some steps further, each along several parameters.
#[differentiate]
pub fn stepped(steps: &[f64], #[constant] shared: &[(usize, usize)], #[constant] theta: &[f64]) -> Vec<f64> {
    let mut pose = theta.to_vec();
    for &(parameter, column) in shared {
        pose[parameter] += steps[column];
    }
    pose
}

/// `simple` as a function of these steps.
#[differentiate]
pub fn simple_along(
    steps: &[f64],
    #[constant] shared: &[(usize, usize)],
    #[constant] theta: &[f64],
    #[constant] model: &Model,
    correspondences: &[usize],
    #[constant] points: &[[f64; 3]],
) -> Vec<f64> {
    let pose: Vec<f64> = stepped(steps, shared, theta);
    simple(&pose, model, correspondences, points)
}

/// `complicated` as a function of these steps.
#[differentiate]
pub fn complicated_along(
    steps: &[f64],
    #[constant] shared: &[(usize, usize)],
    #[constant] theta: &[f64],
    #[constant] us: &[[f64; 2]],
    #[constant] model: &Model,
    correspondences: &[usize],
    #[constant] points: &[[f64; 3]],
) -> Vec<f64> {
    let pose: Vec<f64> = stepped(steps, shared, theta);
    complicated(&pose, us, model, correspondences, points)
}
