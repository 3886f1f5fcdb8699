//! The energy of ten atoms that attract and repel each other: 30 parameters, all of whose second derivatives matter.

use differentiate::differentiate;

pub(crate) const COORDINATES: usize = 30;

#[differentiate(order = 2)]
pub(crate) fn energy(x: &[f64; COORDINATES]) -> f64 {
    let mut sum = 0.0;
    for i in 0..COORDINATES / 3 {
        for j in 0..i {
            let (a, b, c) = (x[3 * i] - x[3 * j], x[3 * i + 1] - x[3 * j + 1], x[3 * i + 2] - x[3 * j + 2]);
            let inverse = 1.0 / (a * a + b * b + c * c);
            let sixth = inverse * inverse * inverse;
            sum += sixth * sixth - sixth;
        }
    }
    sum
}

/// Atoms near each other, none at the place of another.
pub(crate) fn positions() -> [f64; COORDINATES] {
    std::array::from_fn(|i| {
        let (atom, axis) = (i / 3, i % 3);
        1.2 * [atom % 2, atom / 2 % 3, atom / 6][axis] as f64 + 0.1 * ((7 * i) as f64).sin()
    })
}

/// The Hessian column by column.
pub(crate) fn by_columns(x: &[f64; COORDINATES]) -> [[f64; COORDINATES]; COORDINATES] {
    std::array::from_fn(|k| {
        let mut unit = [0.0; COORDINATES];
        unit[k] = 1.0;
        energy::hvp(x, &unit)
    })
}
