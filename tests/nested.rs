//! Derivatives of derivatives against reference outputs (see `tests/data/README.md`).
#![forbid(unsafe_code)]
#![deny(warnings)]

#[path = "../benches/nested/mod.rs"]
mod nested;

use differentiate::differentiate;
use nested::{Mode, particle, saddle};
use serde_json::Value;

fn lines(file: &str) -> Vec<Value> {
    file.lines().map(|line| serde_json::from_str(line).expect("the file holds a JSON value a line")).collect()
}

#[differentiate]
fn square(x: f64) -> f64 {
    x * x
}

#[test]
fn hello() {
    let lines = lines(include_str!("data/hello.jsonl"));
    assert_eq!(lines.len(), 8);
    for line in lines {
        let x = line["input"].as_f64().expect("a number");
        let found = match line["function"].as_str() {
            Some("square") => square(x),
            Some("double") => square::grad(x),
            other => panic!("{other:?}"),
        };
        assert_eq!(Some(found), line["output"].as_f64());
    }
}

/// Every mode against its own line, and against the others: they do the same operations but for the order of some sums.
fn compare(modes: [Mode; 4], file: &str, tolerance: f64) {
    let lines = lines(file);
    for mode in &modes {
        let line = lines.iter().find(|line| line["function"] == mode.name).expect("there is a line for each mode");
        let expected = match &line["output"] {
            Value::Array(numbers) => numbers.iter().map(|number| number.as_f64().expect("a number")).collect(),
            number => vec![number.as_f64().expect("a number")],
        };
        let found = (mode.run)();
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(&expected) {
            assert!((found - expected).abs() <= tolerance * expected.abs(), "{}: {found} instead of {expected}", mode.name);
        }
        for (what, found, expected) in
            [("primal", (mode.primal)(), (modes[0].primal)()), ("gradient", (mode.gradient)(), (modes[0].gradient)())]
        {
            let close = (found - expected).abs() <= 1e-12 * (1.0 + expected.abs());
            assert!(close, "{}: {what} {found} instead of {expected}", mode.name);
        }
    }
}

#[test]
fn a_particle_in_all_four_modes() {
    compare(particle::modes(), include_str!("data/particle.jsonl"), 1e-11);
}

#[test]
fn a_saddle_in_all_four_modes() {
    compare(saddle::modes(), include_str!("data/saddle.jsonl"), 1e-10);
}
