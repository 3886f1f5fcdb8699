//! Measuring several things in turns, so that a busy machine slows all of them alike, in the thread's own time unless told otherwise.

use std::time::Duration;

use cpu_time::ThreadTime;

/// Turns that each one gets.
const TURNS: usize = 41;
/// What one turn should last at least, so that the clock's resolution does not matter.
const TURN: Duration = Duration::from_millis(4);
/// What all turns together should last at most, unless there would be too few.
const ALL: Duration = Duration::from_secs(20);
const FEW: usize = 7;

/// Something measured, and the times per call of its turns so far, in seconds.
struct Variant<'a> {
    name: &'a str,
    run: Box<dyn FnMut() + 'a>,
    calls: u32,
    times: Vec<f64>,
}

/// Several, of which the first is what the others are compared with.
pub(crate) struct Turns<'a> {
    title: &'a str,
    clock: fn() -> Duration,
    /// The longest turn so far.
    longest: Duration,
    variants: Vec<Variant<'a>>,
}

impl<'a> Turns<'a> {
    #[allow(dead_code, reason = "where another clock is used")]
    pub(crate) fn new(title: &'a str) -> Turns<'a> {
        Turns::by(title, || ThreadTime::now().as_duration())
    }

    pub(crate) fn by(title: &'a str, clock: fn() -> Duration) -> Turns<'a> {
        Turns { title, clock, longest: Duration::ZERO, variants: Vec::new() }
    }

    pub(crate) fn add(&mut self, name: &'a str, mut run: impl FnMut() + 'a) {
        let mut calls = 1;
        loop {
            let start = (self.clock)();
            (0..calls).for_each(|_| run());
            let elapsed = (self.clock)() - start;
            if elapsed >= TURN {
                self.longest = self.longest.max(elapsed);
                break;
            }
            calls *= 2;
        }
        self.variants.push(Variant { name, run: Box::new(run), calls, times: Vec::new() });
    }

    /// Runs all of them and prints the medians: of the times, and of the quotients of neighbouring turns, which shared the machine's mood.
    pub(crate) fn report(mut self) {
        let round = self.longest.as_secs_f64() * self.variants.len() as f64;
        let turns = ((ALL.as_secs_f64() / round) as usize).clamp(FEW, TURNS);
        for _ in 0..turns {
            for Variant { run, calls, times, .. } in &mut self.variants {
                let start = (self.clock)();
                (0..*calls).for_each(|_| run());
                times.push(((self.clock)() - start).as_secs_f64() / f64::from(*calls));
            }
        }
        let Some(first) = self.variants.first() else { return };
        println!("{:<32} {:>12} {:>12}", self.title, "us", format!("/ {}", first.name));
        for variant in &self.variants {
            let ratio = median(variant.times.iter().zip(&first.times).map(|(a, b)| a / b).collect());
            println!("  {:<30} {:>12.4} {ratio:>12.2}", variant.name, median(variant.times.clone()) * 1e6);
        }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
