//! What derivatives inside of differentiated functions cost: GradBench's `particle` and `saddle` in all four modes.
//!
//! `cargo bench --bench nested` prints for each mode the time of the whole optimisation, and of one evaluation without and with its outer
//! gradient. Beside it stands what Enzyme takes for the whole, by GradBench's C++ tool, measured once on another machine: it says what
//! order of magnitude to expect, and no more.

#[path = "nested/mod.rs"]
mod nested;

use cpu_time::ThreadTime;
use nested::{Mode, particle, saddle};
use std::hint::black_box;

/// Milliseconds that Enzyme takes, in the order of the modes.
const ENZYME: [(&str, [f64; 4]); 2] = [("particle", [4.6, 0.93, 0.73, 1.5]), ("saddle", [4.8, 1.4, 1.35, 4.7])];

/// Microseconds that one call takes: the best of several turns of at least 20 ms.
fn time<R>(f: fn() -> R, measured: bool) -> f64 {
    let turn = || {
        let (start, mut calls) = (ThreadTime::now(), 0);
        loop {
            black_box(f());
            calls += 1;
            let elapsed = start.elapsed().as_secs_f64();
            if elapsed >= 0.02 || !measured {
                return elapsed * 1e6 / f64::from(calls);
            }
        }
    };
    (0..if measured { 25 } else { 1 }).map(|_| turn()).fold(f64::INFINITY, f64::min)
}

fn main() {
    // `cargo test --benches` only wants to see that everything runs.
    let measured = std::env::args().any(|arg| arg == "--bench");
    let head = ["primal us", "gradient us", "ratio", "whole ms", "Enzyme ms"];
    println!("{:<14}{}", "", head.map(|name| format!("{name:>13}")).concat());
    for ((name, enzyme), modes) in ENZYME.into_iter().zip([particle::modes(), saddle::modes()]) {
        for (Mode { name: mode, run, primal, gradient }, enzyme) in modes.into_iter().zip(enzyme) {
            let (whole, primal, gradient) = (time(run, measured), time(primal, measured), time(gradient, measured));
            let name = format!("{name} {mode}");
            println!("{name:<14}{primal:>13.2}{gradient:>13.2}{:>13.2}{:>13.3}{enzyme:>13.2}", gradient / primal, whole / 1e3);
        }
    }
}
