//! Measuring several things in turns, in the thread's own time, so that a busy machine slows all of them alike.

use std::time::Duration;

use cpu_time::ThreadTime;

/// Turns that each one gets.
const TURNS: usize = 41;
/// What one turn should last at least, so that the clock's resolution does not matter.
const TURN: Duration = Duration::from_millis(4);

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
    variants: Vec<Variant<'a>>,
}

impl<'a> Turns<'a> {
    pub(crate) fn new(title: &'a str) -> Turns<'a> {
        Turns { title, variants: Vec::new() }
    }

    pub(crate) fn add(&mut self, name: &'a str, mut run: impl FnMut() + 'a) {
        let mut calls = 1;
        loop {
            let start = ThreadTime::now();
            (0..calls).for_each(|_| run());
            if start.elapsed() >= TURN {
                break;
            }
            calls *= 2;
        }
        self.variants.push(Variant { name, run: Box::new(run), calls, times: Vec::new() });
    }

    /// Runs all of them and prints the medians: of the times, and of the quotients of neighbouring turns, which shared the machine's mood.
    pub(crate) fn report(mut self) {
        for _ in 0..TURNS {
            for Variant { run, calls, times, .. } in &mut self.variants {
                let start = ThreadTime::now();
                (0..*calls).for_each(|_| run());
                times.push(start.elapsed().as_secs_f64() / f64::from(*calls));
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
