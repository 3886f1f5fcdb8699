//! Random programs: every derivative of a generated function agrees with the function and with every other derivative.
//!
//! A seed names a program. Programs are generated as source, compiled in batches in a crate of their own, and checked there:
//! values bit for bit, reverse against forward mode, forward mode against differences, a pullback pulled twice against itself; of
//! every other program the second derivatives, which have to be symmetric, against differences of the gradient.
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
#[path = "properties/chains.rs"]
mod chains;
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
#[path = "properties/signature.rs"]
mod signature;
#[path = "properties/simple.rs"]
mod simple;
#[path = "properties/structs.rs"]
mod structs;
#[path = "properties/tree.rs"]
mod tree;
#[path = "properties/variants.rs"]
mod variants;
#[path = "properties/views.rs"]
mod views;
#[path = "properties/workshop.rs"]
mod workshop;

use program::Program;
use scope::Feature;
use std::collections::BTreeSet;
use workshop::{Count, Verdict, Workshop};

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

/// How many failures are made small and shown in full.
const SHOWN: usize = 8;

/// Programs that are not understood yet, and words of the error.
///
/// * 34: a value of a type that is not known here, `let x = option.ok_or(7)?`, is named in `debug_assert!`, where it is a reference then.
const REJECTED: [(u64, &str); 1] = [(34, "expected `&f64`, found floating-point number")];

fn is_known(seed: u64, error: &str) -> bool {
    REJECTED.iter().any(|(known, words)| *known == seed && error.contains(words))
}

#[test]
fn derivatives_agree() {
    let count = setting("PROPERTY_PROGRAMS", 80);
    let programs = programs(count);
    let (count, second) = (programs.len(), programs.iter().filter(|program| program.order > 1).count());
    for program in &programs {
        assert!(program.closed(), "seed {}: a name is not bound\n{}", program.seed, program.source(false));
    }
    variety(&programs);
    let workshop = Workshop::new("differentiated");
    let verdicts = workshop.verdicts(&programs, true);
    assert_eq!(verdicts.len(), programs.len(), "every program has a verdict");
    let (mut good, mut known) = (0, 0);
    let mut total = Count::default();
    let mut failures = Vec::new();
    for (program, verdict) in programs.into_iter().zip(verdicts) {
        match &verdict {
            Verdict::Good(count) => {
                good += 1;
                total += *count;
            }
            Verdict::Rejected(error) if is_known(program.seed, error) => known += 1,
            Verdict::Invalid(error) => panic!("seed {} is no valid program: {error}\n{}", program.seed, program.source(false)),
            Verdict::Rejected(_) | Verdict::Wrong(_) => failures.push((program, verdict)),
        }
    }
    println!("{good} good, {known} not understood as is known, {} failures; {total:?}", failures.len());
    assert!(failures.is_empty(), "{}", report(&workshop, failures));
    // Three points, two directions, four derivatives at least: nothing is checked less without being noticed.
    let count = count - known;
    assert!(good == count && total.points == 3 * count && total.evaluated >= 18 * count, "{good} of {count}: {total:?}");
    assert!(5 * total.skipped <= total.points, "differences are no measure too often: {total:?}");
    assert!(10 * total.moved >= 9 * 6 * count, "too many derivatives are zero: {total:?}");
    // Some programs are linear.
    assert!(10 * total.curved >= 6 * 3 * second, "too many second derivatives are zero: {total:?}");
}

/// The programs do what they are generated for.
fn variety(programs: &[Program]) {
    if std::env::var_os("PROPERTY_FEATURES").is_some() || programs.len() < 40 {
        return;
    }
    let forms = [
        "if ",
        "match ",
        "for ",
        "while ",
        "loop {",
        "break",
        "continue",
        "return",
        "vec!",
        ".push(",
        "swap(",
        ".fill(",
        "split_at_mut",
        "iter()",
        "zip(",
        "chunks",
        "|x",
        "g1(",
        "&mut m",
        "f32",
        "{ s",
        "Par { a: ",
        "..h",
        "impl Par",
        "&mut self",
        "-> Par",
        "if let Kind",
        "let Some(",
        "-> Option",
        "-> Result",
        "?;",
        ".filter(",
        ".scan(",
        "::grad(",
    ];
    for form in forms {
        assert!(programs.iter().any(|program| program.source(true).contains(form)), "no program contains {form:?}");
    }
}

/// One line a failure, then the smallest of some, of different kinds as far as possible, with their source.
fn report(workshop: &Workshop, failures: Vec<(Program, Verdict)>) -> String {
    let mut out = String::new();
    // The generator's own faults come first.
    let plain: Vec<Program> = failures.iter().map(|(program, _)| program.clone()).collect();
    let verdicts = Workshop::new("plain").verdicts(&plain, false);
    let invalid: Vec<_> = plain.iter().zip(verdicts).filter(|(_, verdict)| !matches!(verdict, Verdict::Good(_))).collect();
    for (program, verdict) in &invalid {
        println!("seed {}: {verdict:?}\n{}", program.seed, program.source(false));
    }
    assert!(invalid.is_empty(), "{} of these are no valid programs", invalid.len());
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
