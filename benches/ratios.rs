//! What a gradient costs: the function itself, its derivative and an adjoint written by hand, measured in turns in one
//! run and in the thread's own time, so that a busy machine slows all of them alike. The ratios are the result; times
//! only tell the scale.
//!
//! `cargo bench --bench ratios [WORD..]` measures the functions whose name contains one of the words.

mod functions;

use allocation_counter::measure;
use cpu_time::ThreadTime;
use functions::{Program, Size, programs};
use std::hint::black_box;
use std::time::Duration;

/// Turns that each variant gets.
const TURNS: usize = 41;
/// What one turn should last at least, so that the clock's resolution does not matter.
const TURN: Duration = Duration::from_millis(4);

/// Something measured, and the times per call of its turns so far, in seconds.
struct Variant<'a> {
    run: Box<dyn FnMut() + 'a>,
    calls: u32,
    times: Vec<f64>,
}

impl<'a> Variant<'a> {
    fn new(mut run: impl FnMut() + 'a) -> Self {
        let mut calls = 1;
        loop {
            let start = ThreadTime::now();
            (0..calls).for_each(|_| run());
            if start.elapsed() >= TURN {
                break;
            }
            calls *= 2;
        }
        Variant { run: Box::new(run), calls, times: Vec::with_capacity(TURNS) }
    }

    fn turn(&mut self) {
        let start = ThreadTime::now();
        (0..self.calls).for_each(|_| (self.run)());
        self.times.push(start.elapsed().as_secs_f64() / f64::from(self.calls));
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Median of the quotients of neighbouring turns, which shared the machine's mood.
fn ratio(of: &Variant<'_>, to: &Variant<'_>) -> f64 {
    median(of.times.iter().zip(&to.times).map(|(a, b)| a / b).collect())
}

fn microseconds(variant: &Variant<'_>) -> f64 {
    median(variant.times.clone()) * 1e6
}

fn report(program: &Program) {
    let arguments = &program.arguments;
    let mut bars = [arguments.clone(), arguments.clone()];
    let [ours_bar, hand_bar] = &mut bars;
    let allocated = measure(|| {
        black_box((program.differentiated)(black_box(arguments), ours_bar));
    });
    let mut variants = [
        Variant::new(|| {
            black_box((program.primal)(black_box(arguments)));
        }),
        Variant::new(|| {
            black_box((program.differentiated)(black_box(arguments), ours_bar));
        }),
        Variant::new(|| {
            black_box((program.by_hand)(black_box(arguments), hand_bar));
        }),
    ];
    for _ in 0..TURNS {
        variants.iter_mut().for_each(Variant::turn);
    }
    let [primal, ours, by_hand] = &variants;
    println!(
        "{:<44} {:>10.3} {:>10.3} {:>10.3} {:>12.2} {:>12.2} {:>10.2} {:>9}",
        program.name,
        microseconds(primal),
        microseconds(ours),
        microseconds(by_hand),
        ratio(ours, primal),
        ratio(by_hand, primal),
        ratio(ours, by_hand),
        allocated.bytes_max / 1024,
    );
}

/// The columns, in the order in which `report` fills them.
fn head() {
    println!("{:<44} {:^32} {:^25} {:>10} {:>9}", "", "time in us (median)", "times the primal", "ours to", "peak");
    let names = ["primal", "ours", "by hand", "ours", "by hand", "by hand", "KiB"];
    let [a, b, c, d, e, f, g] = names;
    println!("{:<44} {a:>10} {b:>10} {c:>10} {d:>12} {e:>12} {f:>10} {g:>9}", "");
}

/// What the Hessian times a direction costs.
fn report_second_order(program: &Program) {
    let Some(hvp) = &program.hvp else { return };
    let (arguments, mut bar, mut product) = (&program.arguments, program.arguments.clone(), program.arguments.clone());
    // Any direction will do.
    let dot = arguments.clone();
    let mut variants = [
        Variant::new(|| {
            black_box((program.differentiated)(black_box(arguments), &mut bar));
        }),
        Variant::new(|| hvp(black_box(arguments), black_box(&dot), &mut product)),
    ];
    for _ in 0..TURNS {
        variants.iter_mut().for_each(Variant::turn);
    }
    let [gradient, second] = &variants;
    let (us, us2, times) = (microseconds(gradient), microseconds(second), ratio(second, gradient));
    println!("{:<44} {us:>10.3} {us2:>10.3} {times:>12.2}", program.name);
}

fn main() {
    let (options, words): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|a| a.starts_with('-'));
    // `cargo test --benches` only wants to see that everything runs.
    let size = if options.iter().any(|o| o == "--bench") { Size::Measured } else { Size::Test };
    let wanted = |program: &Program| words.is_empty() || words.iter().any(|w| program.name.contains(w.as_str()));
    let programs: Vec<Program> = programs(size).into_iter().filter(wanted).collect();
    head();
    programs.iter().for_each(report);
    println!("\n{:<44} {:>10} {:>10} {:>12}", "", "gradient", "hvp", "hvp/gradient");
    programs.iter().for_each(report_second_order);
}
