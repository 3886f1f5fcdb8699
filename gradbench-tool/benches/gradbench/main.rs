//! GradBench's functions: the function itself, its derivative and a derivative written by hand, in turns in one run and in the
//! thread's own time. The ratios are the result. Then how time and memory grow with the size.
//!
//! `cargo bench -p gradbench-tool [WORD..]` measures the functions whose name contains one of the words.

mod all_bones;
mod by_hand;
mod cases;
mod dual_numbers;
mod growth;
mod measure;

use cases::{Case, Size, cases};
use gradbench_tool::evaluation::Function;
use gradbench_tool::functions::find;
use measure::{Measured, Variant, measure};

/// The same to nine digits.
fn check(what: &str, found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
        let off = (found - expected).abs() / expected.abs().max(1.0);
        assert!(off <= 1e-9, "{what}, number {i}: ours is {found}, theirs {expected}");
    }
}

/// The columns, in the order in which `report` fills them.
const HEAD: [&str; 12] = [
    "function",
    "size",
    "primal, ms",
    "ours, ms",
    "by hand, ms",
    "num-dual, ms",
    "ours / primal",
    "by hand / primal",
    "num-dual / primal",
    "ours / by hand",
    "KiB",
    "allocations",
];

/// A line of a table.
fn line(columns: &[String]) {
    println!("| {} |", columns.join(" | "));
}

fn report(case: &Case, turns: usize) {
    let of = |make: Function| Variant::new(make(case.input.clone()).expect("the input fits"));
    let task = |function: &str| of(find(case.module, function).expect("the function is there"));
    let primal = case.over.map_or_else(|| task(case.primal), of);
    let (mut primal, mut ours, mut by_hand) = (primal, task(case.derivative), of(case.by_hand));
    let mut dual_numbers = case.dual_numbers.map(of);
    let what = format!("{} {}", case.module, case.size);
    check(&format!("{what} by hand"), &ours.output(), &by_hand.output());
    if let Some(dual_numbers) = &dual_numbers {
        check(&format!("{what} by dual numbers"), &ours.output(), &dual_numbers.output());
    }
    let beyond = ours.bytes.saturating_sub(primal.bytes) / 1024;
    let allocations = ours.allocations;
    let mut variants = vec![&mut primal, &mut ours, &mut by_hand];
    variants.extend(&mut dual_numbers);
    let Measured { times, ratios } = measure(&mut variants, turns);
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
    let ms = |i: usize| or_none(times.get(i).map(|time| format!("{:.3}", time * 1e3)));
    let ratio = |i: usize| or_none(ratios.get(i).map(|ratio| format!("{ratio:.2}")));
    let between = format!("{:.2}", ratios[1] / ratios[2]);
    line(&[
        case.name(),
        case.size.clone(),
        ms(0),
        ms(1),
        ms(2),
        ms(3),
        ratio(1),
        ratio(2),
        ratio(3),
        between,
        beyond.to_string(),
        allocations.to_string(),
    ]);
}

fn main() {
    let (options, words): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|a| a.starts_with('-'));
    // `cargo test --benches` only wants to see that everything runs.
    let measured = options.iter().any(|o| o == "--bench");
    let (size, turns) = if measured { (Size::Measured, 21) } else { (Size::Test, 1) };
    let wanted = |name: &str| words.is_empty() || words.iter().any(|w| name.contains(w.as_str()));
    line(&HEAD.map(str::to_owned));
    line(&HEAD.map(|_| "---".to_owned()));
    cases(size).iter().filter(|case| wanted(&case.name())).for_each(|case| report(case, turns));
    growth::report(size, turns, wanted);
}
