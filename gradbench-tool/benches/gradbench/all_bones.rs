//! Hand tracking as other tools have it: each vertex is moved by all bones, most of them with weight zero. Published ratios are over this.

use gradbench_tool::functions::ht::{BONES, Hand, Input, Model, axis_angle, motions, placed};

fn surface(theta: &[f64], model: &Model) -> Vec<[f64; 3]> {
    let motions = motions(theta, model);
    let turned = axis_angle(&theta[..3]);
    let mut positions = vec![[0.0; 3]; model.base_positions.len()];
    for v in 0..positions.len() {
        let mut p = [0.0; 3];
        for bone in 0..BONES {
            let weight = model.weights[v][bone];
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

pub(crate) fn objective(input: &Input) -> Vec<f64> {
    let Hand { theta, us, model, correspondences, points } = &input.hand;
    let positions = surface(theta, model);
    if us.is_empty() {
        let residual =
            |(target, point): (&usize, &[f64; 3])| (0..3).map(|i| point[i] - positions[*target][i]).collect::<Vec<_>>();
        return correspondences.iter().zip(points).flat_map(residual).collect();
    }
    placed([0.0; 2], us, &positions, model, correspondences, points)
}
