//! GradBench's functions: the function itself, its derivative and a derivative written by hand, in turns in one run and in the
//! thread's own time. The ratios are the result. Then how time and memory grow with the size.
//!
//! `cargo bench -p gradbench-tool [WORD..]` measures the functions whose name contains one of the words.

mod by_hand;
mod cases;
mod growth;
mod measure;

use cases::{Case, Size, cases};
use gradbench_tool::functions::find;
use measure::{Measured, Variant, measure};

/// The same to nine digits.
fn check(what: &str, found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
        let off = (found - expected).abs() / expected.abs().max(1.0);
        assert!(off <= 1e-9, "{what}, number {i}: {found} instead of {expected} by hand");
    }
}

/// The columns, in the order in which `report` fills them.
fn head() {
    println!(
        "| function | size | primal, ms | ours, ms | by hand, ms | ours / primal | by hand / primal | ours / by hand | KiB | allocations |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
}

fn report(case: &Case, turns: usize) {
    let task = |function: &str| find(case.module, function).and_then(|make| make(case.input.clone())).expect("the input fits");
    let mut primal = Variant::new(task(case.primal));
    let mut ours = Variant::new(task(case.derivative));
    let mut by_hand = case.by_hand.map(|make| Variant::new(make(case.input.clone()).expect("the input fits")));
    let what = format!("{} {}", case.module, case.size);
    if let Some(by_hand) = &by_hand {
        check(&what, &ours.output(), &by_hand.output());
    }
    let beyond = ours.bytes.saturating_sub(primal.bytes) / 1024;
    let allocations = ours.allocations;
    let mut variants = vec![&mut primal, &mut ours];
    variants.extend(&mut by_hand);
    let Measured { times, ratios } = measure(&mut variants, turns);
    let ms = |i: usize| times.get(i).map_or("–".to_owned(), |time| format!("{:.3}", time * 1e3));
    let ratio = |i: usize| ratios.get(i).map_or("–".to_owned(), |ratio| format!("{ratio:.2}"));
    let between = ratios.get(2).map_or("–".to_owned(), |by_hand| format!("{:.2}", ratios[1] / by_hand));
    println!(
        "| {} | {} | {} | {} | {} | {} | {} | {between} | {beyond} | {allocations} |",
        case.name(),
        case.size,
        ms(0),
        ms(1),
        ms(2),
        ratio(1),
        ratio(2),
    );
}

fn main() {
    let (options, words): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|a| a.starts_with('-'));
    // `cargo test --benches` only wants to see that everything runs.
    let measured = options.iter().any(|o| o == "--bench");
    let (size, turns) = if measured { (Size::Measured, 21) } else { (Size::Test, 1) };
    let wanted = |name: &str| words.is_empty() || words.iter().any(|w| name.contains(w.as_str()));
    head();
    cases(size).iter().filter(|case| wanted(&case.name())).for_each(|case| report(case, turns));
    growth::report(size, turns, wanted);
}
