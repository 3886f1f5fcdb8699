//! Hand tracking: all columns at once.

use super::{Number, part, seeded};
use gradbench_tool::functions::ht::{BONES, Hand, Model};
use num_dual::DualSVec64;
use std::ops::Mul;

type Matrix<D> = [[D; 4]; 4];

fn product<D: Number + Mul<E, Output = D>, E: Copy>(a: &Matrix<D>, b: &Matrix<E>) -> Matrix<D> {
    std::array::from_fn(|i| std::array::from_fn(|j| (0..4).fold(D::from(0.0), |sum, k| sum + a[i][k] * b[k][j])))
}

fn rotation<D: Number>(angles: &[D; 3]) -> Matrix<D> {
    let [(sin_x, cos_x), (sin_z, cos_z), (sin_y, cos_y)] = angles.map(|angle| angle.sin_cos());
    let [zero, one] = [0.0, 1.0].map(D::from);
    [
        [cos_y * cos_z, sin_x * sin_y * cos_z - cos_x * sin_z, cos_x * sin_y * cos_z + sin_x * sin_z, zero],
        [cos_y * sin_z, sin_x * sin_y * sin_z + cos_x * cos_z, cos_x * sin_y * sin_z - sin_x * cos_z, zero],
        [-sin_y, sin_x * cos_y, cos_x * cos_y, zero],
        [zero, zero, zero, one],
    ]
}

fn motions<D: Number>(theta: &[D], model: &Model) -> Vec<Matrix<D>> {
    let mut angles = [[D::from(0.0); 3]; BONES];
    let mut next = theta[6..].iter().copied();
    for finger in 0..5 {
        for joint in 0..3 {
            let bone = 2 + 4 * finger + joint;
            angles[bone][..if joint == 0 { 2 } else { 1 }].fill_with(|| next.next().expect("four angles a finger"));
        }
    }
    let mut absolutes: Vec<Matrix<D>> = Vec::with_capacity(BONES);
    let motions = (0..BONES).map(|bone| {
        let base = model.base_relatives[bone].map(|row| row.map(D::from));
        let relative = product(&base, &rotation(&angles[bone]));
        let absolute = model.parents[bone].map_or(relative, |parent| product(&absolutes[parent], &relative));
        absolutes.push(absolute);
        product(&absolute, &model.inverse_base_absolutes[bone])
    });
    motions.collect()
}

fn axis_angle<D: Number>(r: &[D]) -> [[D; 3]; 3] {
    let angle = (r[0] * r[0] + r[1] * r[1] + r[2] * r[2]).sqrt();
    let [zero, one] = [0.0, 1.0].map(D::from);
    if angle < 1e-4 {
        return [[one, zero, zero], [zero, one, zero], [zero, zero, one]];
    }
    let (x, y, z) = (r[0] / angle, r[1] / angle, r[2] / angle);
    let (s, c) = angle.sin_cos();
    let rest = one - c;
    [
        [c + rest * x * x, rest * x * y - s * z, rest * x * z + s * y],
        [rest * x * y + s * z, c + rest * y * y, rest * y * z - s * x],
        [rest * x * z - s * y, rest * y * z + s * x, c + rest * z * z],
    ]
}

fn surface<D: Number>(theta: &[D], model: &Model) -> Vec<[D; 3]> {
    let motions = motions(theta, model);
    let turned = axis_angle(&theta[..3]);
    let positions = model.base_positions.iter().zip(&model.weights).map(|(base, weights)| {
        let mut p = [D::from(0.0); 3];
        for (weight, motion) in weights.iter().zip(&motions) {
            for i in 0..3 {
                let moved = motion[i][0] * base[0] + motion[i][1] * base[1] + motion[i][2] * base[2] + motion[i][3] * base[3];
                p[i] += moved * *weight;
            }
        }
        if model.is_mirrored {
            p[0] = -p[0];
        }
        std::array::from_fn(|i| turned[i][0] * p[0] + turned[i][1] * p[1] + turned[i][2] * p[2] + theta[3 + i])
    });
    positions.collect()
}

fn residuals<D: Number>(of: &Hand, shift: Option<[D; 2]>, theta: &[D]) -> Vec<D> {
    let positions = surface(theta, &of.model);
    let mut out = Vec::with_capacity(3 * of.points.len());
    for (p, (target, point)) in of.correspondences.iter().zip(&of.points).enumerate() {
        let place = match shift {
            None => positions[*target],
            Some(shift) => {
                let [a, b, c] = of.model.triangles[*target].map(|v| positions[v]);
                let (u, v) = (shift[0] + of.us[p][0], shift[1] + of.us[p][1]);
                std::array::from_fn(|i| u * a[i] + v * b[i] + (-u - v + 1.0) * c[i])
            }
        };
        out.extend((0..3).map(|i| -place[i] + point[i]));
    }
    out
}

fn rows<const N: usize>(residuals: &[DualSVec64<N>]) -> Vec<Vec<f64>> {
    residuals.iter().map(|residual| (0..N).map(|i| part(residual, i)).collect()).collect()
}

pub(super) fn jacobian(of: &Hand) -> Vec<Vec<f64>> {
    let pose: [f64; 26] = of.theta[..].try_into().expect("a pose has 26 parameters");
    if of.us.is_empty() {
        return rows(&residuals(of, None, &seeded(pose)));
    }
    let mut all = [0.0; 28];
    all[2..].copy_from_slice(&pose);
    let all = seeded(all);
    rows(&residuals(of, Some([all[0], all[1]]), &all[2..]))
}
