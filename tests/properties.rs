//! Random programs: every derivative of a generated function agrees with the function and with every other derivative.
//!
//! A seed names a program. Programs are generated as source, compiled in batches in a crate of their own, and checked there:
//! values bit for bit, reverse against forward mode, forward mode against differences, a pullback pulled twice against itself.
//! Failures are made small by deleting what they do not need, and reported with their source.
//!
//! * `PROPERTY_PROGRAMS`: how many programs,
//! * `PROPERTY_SEED`: the first seed, or several, separated by commas,
//! * `PROPERTY_FEATURES`: what programs may use, for example `scalar,branch,loop`,
//! * `PROPERTY_RELEASE`: in release mode,
//! * `PROPERTY_SHRINK`: how many rounds of shrinking,
//! * `PROPERTY_KNOWN`: failures with these words, separated by `;`, are not made small.

#[path = "properties/calls.rs"]
mod calls;
#[path = "properties/choose.rs"]
mod choose;
#[path = "properties/float.rs"]
mod float;
#[path = "properties/harness.rs"]
mod harness;
#[path = "properties/loops.rs"]
mod loops;
#[path = "properties/memory.rs"]
mod memory;
#[path = "properties/nested.rs"]
mod nested;
#[path = "properties/program.rs"]
mod program;
#[path = "properties/rng.rs"]
mod rng;
#[path = "properties/scope.rs"]
mod scope;
#[path = "properties/shrink.rs"]
mod shrink;
#[path = "properties/simple.rs"]
mod simple;
#[path = "properties/tree.rs"]
mod tree;
#[path = "properties/views.rs"]
mod views;
#[path = "properties/workshop.rs"]
mod workshop;

use program::Program;
use scope::Feature;
use std::collections::BTreeSet;
use workshop::{Verdict, Workshop};

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |value| value.parse().unwrap_or_else(|_| panic!("{name} is a number, not {value:?}")))
}

fn features() -> BTreeSet<Feature> {
    Feature::parse(&std::env::var("PROPERTY_FEATURES").unwrap_or_else(|_| "all".to_owned()))
}

/// From the first seed on, or exactly the seeds that are listed.
fn programs(count: usize) -> Vec<Program> {
    let seeds = std::env::var("PROPERTY_SEED").unwrap_or_else(|_| "1".to_owned());
    let seeds: Vec<u64> = seeds.split(',').map(|seed| seed.parse().expect("seeds are numbers")).collect();
    let seeds = if let [first] = seeds[..] { (first..first + count as u64).collect() } else { seeds };
    let features = features();
    seeds.into_iter().map(|seed| Program::generate(seed, &features)).collect()
}

/// The generator itself: its programs compile without derivatives, and stay in bounds.
#[test]
fn programs_are_valid() {
    let programs = programs(setting("PROPERTY_PROGRAMS", 60));
    let verdicts = Workshop::new("plain").verdicts(&programs, false);
    let mut report = String::new();
    let (mut skipped, mut points) = (0, 0);
    for (program, verdict) in programs.iter().zip(&verdicts) {
        assert!(program.closed(), "seed {}: a name is not bound\n{}", program.seed, program.source(false));
        match verdict {
            Verdict::Good { skipped: some, points: all } => {
                skipped += some;
                points += all;
            }
            _ => report.push_str(&format!("seed {}: {verdict:?}\n{}\n", program.seed, program.source(false))),
        }
    }
    assert!(report.is_empty(), "{report}");
    assert!(10 * skipped <= points, "differences are no measure at {skipped} of {points} points");
}

/// How many failures are made small and shown in full.
const SHOWN: usize = 8;

#[test]
fn derivatives_agree() {
    let programs = programs(setting("PROPERTY_PROGRAMS", 60));
    let workshop = Workshop::new("differentiated");
    let verdicts = workshop.verdicts(&programs, true);
    let (mut skipped, mut points) = (0, 0);
    let mut failures = Vec::new();
    for (program, verdict) in programs.into_iter().zip(verdicts) {
        match &verdict {
            Verdict::Good { skipped: some, points: all } => {
                skipped += some;
                points += all;
            }
            Verdict::Invalid(error) => panic!("seed {} is no valid program: {error}\n{}", program.seed, program.source(false)),
            Verdict::Rejected(_) | Verdict::Wrong(_) => failures.push((program, verdict)),
        }
    }
    println!("{} failures; {points} points of the others measured, of which {skipped} skipped", failures.len());
    assert!(failures.is_empty(), "{}", report(&workshop, failures));
    assert!(5 * skipped <= points, "differences were no measure at {skipped} of {points} points");
}

/// One line a failure, then the smallest of some, of different kinds as far as possible, with their source.
fn report(workshop: &Workshop, failures: Vec<(Program, Verdict)>) -> String {
    let mut out = String::new();
    let mut classes = BTreeSet::new();
    let (mut shown, mut more) = (Vec::new(), Vec::new());
    let known = std::env::var("PROPERTY_KNOWN").unwrap_or_default();
    for (program, verdict) in failures {
        out.push_str(&format!("seed {}: {verdict:?}\n", program.seed));
        if known.split(';').any(|known| !known.is_empty() && format!("{verdict:?}").contains(known)) {
            continue;
        }
        if classes.insert(verdict.class()) { &mut shown } else { &mut more }.push((program, verdict));
    }
    shown.extend(more);
    shown.truncate(SHOWN);
    for (program, verdict) in shrink::shrink(workshop, shown, setting("PROPERTY_SHRINK", 12)) {
        out.push_str(&format!("\n--- seed {}, made small: {verdict:?}\n{}", program.seed, program.source(true)));
    }
    out
}
