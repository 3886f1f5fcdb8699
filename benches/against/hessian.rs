//! The Hessian of a function of 30 parameters: against columns of `hvp`, and against num-dual's second-order dual numbers, whose derivatives
//! have a length known at compile time too.

#[path = "../jacobians/cluster.rs"]
mod cluster;
#[path = "../turns/mod.rs"]
mod turns;

use std::hint::black_box;

use cluster::{COORDINATES, energy};
use nalgebra::SVector;
use num_dual::{DualNum, hessian};
use turns::Turns;

/// [`energy`] for any kind of number.
fn energy_of<D: DualNum<Primitive = f64> + Clone>(x: &[D]) -> D {
    let mut sum = D::from(0.0);
    for i in 0..COORDINATES / 3 {
        for j in 0..i {
            let (a, b, c) = (
                x[3 * i].clone() - &x[3 * j],
                x[3 * i + 1].clone() - &x[3 * j + 1],
                x[3 * i + 2].clone() - &x[3 * j + 2],
            );
            let inverse = (a.clone() * a + b.clone() * b + c.clone() * c).recip();
            let sixth = inverse.clone() * &inverse * &inverse;
            sum += sixth.clone() * &sixth - sixth;
        }
    }
    sum
}

fn main() {
    let x = cluster::positions();
    let vector = SVector::<f64, COORDINATES>::from(x);
    let by_dual_numbers = |x: &SVector<f64, COORDINATES>| hessian(|x| energy_of(x.as_slice()), x).2;
    let (ours, theirs) = (energy::hessian(&x), by_dual_numbers(&vector));
    let largest = ours.iter().flatten().fold(0.0_f64, |most, float| most.max(float.abs()));
    for i in 0..COORDINATES {
        for j in 0..COORDINATES {
            assert!((ours[i][j] - theirs[(i, j)]).abs() < 1e-11 * largest, "at {i}, {j}");
        }
    }
    let mut turns = Turns::new("energy of 30 coordinates");
    turns.add("num-dual", || {
        black_box(by_dual_numbers(black_box(&vector)));
    });
    turns.add("hessian", || {
        black_box(energy::hessian(black_box(&x)));
    });
    turns.add("columns of hvp", || {
        black_box(cluster::by_columns(black_box(&x)));
    });
    turns.report();
}
