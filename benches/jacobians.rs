//! What Jacobians and Hessians cost, measured in turns in one run: beside the function itself, and beside what could be used instead.
//!
//! `cargo bench --bench jacobians`

mod jacobians {
    pub(crate) mod bundle;
    pub(crate) mod cluster;
    pub(crate) mod hessians;
}
mod turns;

use std::hint::black_box;

use jacobians::bundle::{self, Blocks};
use jacobians::cluster::{self, energy};
use jacobians::hessians::{by_rows, mixture, rosenbrock};
use turns::Turns;

fn main() {
    bundle_adjustment();
    second_derivatives();
    hessians();
}

/// A block of 2 × 15 numbers an observation.
fn bundle_adjustment() {
    let camera = [0.1, -0.2, 0.3, 0.5, 0.6, -4.0, 30.0, 1.0, 2.0, 0.05, -0.01];
    let (point, weight, feature) = ([0.7, -0.4, 1.1], 0.8, [3.0, -2.0]);
    let zero = Blocks { camera: [0.0; 22], point: [0.0; 6], weight: [0.0; 2] };
    let (mut ours, mut hand) = (zero.clone(), zero);
    let run = |j: &mut Blocks| {
        bundle::residual::jacobian_into(&camera, &point, weight, &feature, &mut j.camera, &mut j.point, &mut j.weight)
    };
    assert_eq!(run(&mut ours), bundle::by_hand(&camera, &point, weight, &feature, &mut hand));
    let (a, b) = (ours.camera.iter().chain(&ours.point), hand.camera.iter().chain(&hand.point));
    a.zip(b).for_each(|(a, b)| assert!((a - b).abs() < 1e-12 * b.abs().max(1.0), "{a} and {b}"));
    assert_eq!(ours.weight, hand.weight);
    let mut turns = Turns::new("bundle adjustment, 2 × 15");
    turns.add("by hand", || {
        black_box(bundle::by_hand(black_box(&camera), black_box(&point), weight, &feature, black_box(&mut hand)));
    });
    turns.add("function", || {
        black_box(bundle::residual(black_box(&camera), black_box(&point), weight, &feature));
    });
    turns.add("jacobian_into", || {
        let (camera, point, j) = (black_box(&camera), black_box(&point), black_box(&mut ours));
        black_box(bundle::residual::jacobian_into(camera, point, weight, &feature, &mut j.camera, &mut j.point, &mut j.weight));
    });
    turns.add("jacobian", || {
        black_box(bundle::residual::jacobian(black_box(&camera), black_box(&point), weight, &feature));
    });
    turns.add("jacobian_fwd", || {
        black_box(bundle::residual::jacobian_fwd(black_box(&camera), black_box(&point), weight, &feature));
    });
    turns.report();
}

fn second_derivatives() {
    let x = cluster::positions();
    let (hessian, columns) = (energy::hessian(&x), cluster::by_columns(&x));
    let largest = columns.iter().flatten().fold(0.0_f64, |most, float| most.max(float.abs()));
    let mut pairs = hessian.iter().flatten().zip(columns.iter().flatten());
    assert!(pairs.all(|(a, b)| (a - b).abs() < 1e-12 * largest));
    let mut turns = Turns::new("energy of 30 coordinates");
    turns.add("gradient", || {
        black_box(energy::grad(black_box(&x)));
    });
    turns.add("function", || {
        black_box(energy(black_box(&x)));
    });
    turns.add("hvp", || {
        black_box(energy::hvp(black_box(&x), black_box(&x)));
    });
    turns.add("columns of hvp", || {
        black_box(cluster::by_columns(black_box(&x)));
    });
    turns.add("hessian", || {
        black_box(energy::hessian(black_box(&x)));
    });
    turns.report();
}

/// Several rows a run against one.
fn hessians() {
    let x: [f64; 30] = std::array::from_fn(|i| 0.6 + (i as f64).sin() / 2.0);
    let numbers: Vec<f64> = (0..50).map(|i| f64::from(i) * 0.04).collect();
    assert_eq!(rosenbrock::hessian(&x), by_rows(|unit| rosenbrock::hvp(&x, unit)));
    assert_eq!(mixture::hessian(&x, &numbers), by_rows(|unit| mixture::hvp(&x, &numbers, unit)));
    let mut turns = Turns::new("Rosenbrock, n = 30");
    turns.add("rows by hvp", || {
        black_box(by_rows(|unit| rosenbrock::hvp(black_box(&x), unit)));
    });
    turns.add("hessian", || {
        black_box(rosenbrock::hessian(black_box(&x)));
    });
    turns.report();
    let mut turns = Turns::new("mixture of ten");
    turns.add("rows by hvp", || {
        black_box(by_rows(|unit| mixture::hvp(black_box(&x), &numbers, unit)));
    });
    turns.add("hessian", || {
        black_box(mixture::hessian(black_box(&x), &numbers));
    });
    turns.report();
}
