//! The functions that the benches measure give the same gradient in every form.

#[path = "../benches/functions/mod.rs"]
mod functions;

use allocation_counter::measure;
use functions::scalar::scalar;
use functions::{Arguments, Program, Size, numbers, programs};
use std::hint::black_box;

/// Gradient by central differences, one argument after the other.
fn differences(program: &Program) -> Arguments {
    let mut at = program.arguments.clone();
    let mut gradient = program.arguments.clone();
    for a in 0..at.len() {
        for i in 0..at[a].len() {
            let (x, h) = (at[a][i], 1e-5);
            at[a][i] = x + h;
            let above = (program.primal)(&at);
            at[a][i] = x - h;
            let below = (program.primal)(&at);
            at[a][i] = x;
            gradient[a][i] = (above - below) / (2.0 * h);
        }
    }
    gradient
}

fn assert_close(what: &str, got: &Arguments, want: &Arguments, tolerance: f64) {
    for (a, (got, want)) in got.iter().zip(want).enumerate() {
        for (i, (got, want)) in got.iter().zip(want).enumerate() {
            let error = (got - want).abs() / (1.0 + want.abs());
            assert!(error < tolerance, "{what}: argument {a}, element {i}: {got} instead of {want}");
        }
    }
}

/// Computes a gradient into a buffer of garbage, so that what is not written shows.
fn into_garbage(program: &Program, gradient: &functions::Gradient) -> (f64, Arguments) {
    let mut bar: Arguments = program.arguments.iter().map(|v| vec![f64::NAN; v.len()]).collect();
    let value = gradient(&program.arguments, &mut bar);
    (value, bar)
}

#[test]
fn adjoints_by_hand_agree_with_differences() {
    for program in programs(Size::Test) {
        let (value, bar) = into_garbage(&program, &program.by_hand);
        let primal = (program.primal)(&program.arguments);
        assert!((value - primal).abs() < 1e-12 * primal.abs(), "{}: {value} instead of {primal}", program.name);
        assert_close(program.name, &bar, &differences(&program), 1e-8);
    }
}

/// At the sizes measured too: what is only wrong in long loops shows there.
#[test]
fn gradients_agree_with_adjoints_by_hand() {
    for program in programs(Size::Test).into_iter().chain(programs(Size::Measured)) {
        let (value, bar) = into_garbage(&program, &program.differentiated);
        let primal = (program.primal)(&program.arguments);
        assert_eq!(value.to_bits(), primal.to_bits(), "{}: {value} instead of {primal}", program.name);
        let (_, by_hand) = into_garbage(&program, &program.by_hand);
        assert_close(program.name, &bar, &by_hand, 1e-9);
    }
}

/// Against differences of the gradient, at the sizes measured too.
#[test]
fn hessians_times_directions_agree_with_differences() {
    for program in programs(Size::Test).into_iter().chain(programs(Size::Measured)) {
        let Some(hvp) = &program.hvp else { continue };
        let direction: Arguments = program.arguments.iter().enumerate().map(|(a, v)| numbers(20 + a as u64, v.len())).collect();
        let mut product: Arguments = program.arguments.iter().map(|v| vec![f64::NAN; v.len()]).collect();
        hvp(&program.arguments, &direction, &mut product);
        let h = 1e-5;
        let at = |step: f64| {
            let moved = |(x, d): (&f64, &f64)| x + step * d;
            let pairs = program.arguments.iter().zip(&direction);
            let arguments: Arguments = pairs.map(|(x, d)| x.iter().zip(d).map(moved).collect()).collect();
            let mut bar = arguments.clone();
            (program.differentiated)(&arguments, &mut bar);
            bar
        };
        let (above, below) = (at(h), at(-h));
        let slope = |(a, b): (&f64, &f64)| (a - b) / (2.0 * h);
        let expected: Arguments = above.iter().zip(&below).map(|(a, b)| a.iter().zip(b).map(slope).collect()).collect();
        assert_close(program.name, &product, &expected, 1e-5);
    }
}

#[test]
fn functions_of_scalars_do_not_allocate() {
    let (x, y, z) = black_box((0.7, 1.3, -0.4));
    let info = measure(|| {
        black_box(scalar::grad(x, y, z));
        black_box(scalar::jvp(x, y, z, 1.0, 0.0, 0.0));
        let (_, pullback) = scalar::vjp(x, y, z);
        black_box(pullback(1.0));
    });
    assert_eq!(info.count_total, 0, "{info:?}");
}
