//! Gradients of functions of tensors, of `f32`: ours, burn's on two backends and candle's.
//!
//! `cargo bench --manifest-path benches/against/burn-candle/Cargo.toml [WORD..]` runs the tasks whose names have one of the words. The
//! processor's time counts all threads, the wall's time depends on what else the machine does.

mod by_burn;
mod by_candle;
mod data;
mod ours;
#[path = "../../turns/mod.rs"]
mod turns;

use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use data::{Chain, Logits, Network, Product, Run};
use turns::Turns;

/// The same task by each.
type Variants = Vec<(&'static str, Run)>;

fn variants(ours: Run, by_burn: impl Fn(&by_burn::Device) -> Run, by_candle: Run) -> Variants {
    let [ndarray, flex] = by_burn::devices();
    vec![("ours", ours), ("burn, ndarray", by_burn(&ndarray)), ("burn, flex", by_burn(&flex)), ("candle", by_candle)]
}

fn processor() -> Duration {
    ProcessTime::now().as_duration()
}

fn wall() -> Duration {
    thread_local!(static START: Instant = Instant::now());
    START.with(Instant::elapsed)
}

/// Compares the results, then measures.
fn report(title: &str, mut variants: Variants) {
    let expected = variants[0].1(true);
    let largest = expected.iter().fold(1e-6_f32, |most, x| most.max(x.abs()));
    for (name, run) in &mut variants[1..] {
        let found = run(true);
        assert_eq!(found.len(), expected.len(), "{title} by {name}");
        for (i, (found, expected)) in found.iter().zip(&expected).enumerate() {
            assert!((found - expected).abs() < 1e-4 * largest, "{title} by {name} at {i}: {found} for {expected}");
        }
    }
    for (what, clock) in [("processor", processor as fn() -> Duration), ("wall", wall)] {
        let title = format!("{title}, {what}");
        let mut turns = Turns::by(&title, clock);
        for (name, run) in &mut variants {
            turns.add(name, || drop(run(false)));
        }
        turns.report();
    }
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let tasks: [(&str, fn() -> Variants); 5] = [
        ("digits step 64", || {
            let data = Network::new();
            variants(ours::step(&data), |device| by_burn::step(&data, device), by_candle::step(&data).expect("it fits"))
        }),
        ("chain 1e6", || {
            let data = Chain::new(1_000_000);
            variants(ours::chain(&data), |device| by_burn::chain(&data, device), by_candle::chain(&data).expect("it fits"))
        }),
        ("cross-entropy 1024x1000", || {
            let data = Logits::new(1024, 1000);
            variants(
                ours::cross_entropy(&data),
                |device| by_burn::cross_entropy(&data, device),
                by_candle::cross_entropy(&data).expect("it fits"),
            )
        }),
        ("matmul 256", || product(256)),
        ("matmul 1024", || product(1024)),
    ];
    for (title, variants) in tasks {
        if words.is_empty() || words.iter().any(|word| title.contains(word.as_str())) {
            report(title, variants());
        }
    }
}

fn product(n: usize) -> Variants {
    let data = Product::new(n);
    variants(ours::product(&data), |device| by_burn::product(&data, device), by_candle::product(&data).expect("it fits"))
}
