//! Tasks in turns.

use allocation_counter::measure as count;
use cpu_time::ThreadTime;
use gradbench_tool::evaluation::Task;
use serde_json::Value;
use std::time::Duration;

/// What one turn should last at least, so that the clock's resolution does not matter.
const TURN: Duration = Duration::from_millis(4);

/// A task, and the times per run of its turns so far, in seconds.
pub(crate) struct Variant {
    task: Box<dyn Task>,
    runs: u32,
    times: Vec<f64>,
    /// The most that one run has allocated at a time, its output included.
    pub(crate) bytes: u64,
    /// How often one run allocates.
    pub(crate) allocations: u64,
}

impl Variant {
    pub(crate) fn new(mut task: Box<dyn Task>) -> Variant {
        let counted = count(|| {
            task.run();
        });
        Variant { task, runs: 0, times: Vec::new(), bytes: counted.bytes_max, allocations: counted.count_total }
    }

    /// The numbers of the last run's output.
    pub(crate) fn output(&self) -> Vec<f64> {
        floats(&self.task.output())
    }

    fn run(&mut self) -> Duration {
        let start = ThreadTime::now();
        for _ in 0..self.runs {
            self.task.run();
        }
        start.elapsed()
    }

    fn calibrate(&mut self) {
        self.runs = 1;
        while self.run() < TURN && self.runs < 1 << 20 {
            self.runs *= 2;
        }
    }

    fn turn(&mut self) {
        let time = self.run().as_secs_f64() / f64::from(self.runs);
        self.times.push(time);
    }
}

/// All numbers in a value, in order; those of an object by name.
fn floats(value: &Value) -> Vec<f64> {
    match value {
        Value::Number(number) => vec![number.as_f64().expect("a number is a float")],
        Value::Array(items) => items.iter().flat_map(floats).collect(),
        Value::Object(fields) => fields.values().flat_map(floats).collect(),
        Value::Null | Value::Bool(_) | Value::String(_) => panic!("numbers expected, not {value}"),
    }
}

/// Of several variants: medians of their times, and of the quotients by the first one's of the same turn.
pub(crate) struct Measured {
    pub(crate) times: Vec<f64>,
    pub(crate) ratios: Vec<f64>,
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Runs variants in turns; fewer where they are slow.
pub(crate) fn measure(variants: &mut [&mut Variant], turns: usize) -> Measured {
    if turns == 1 {
        variants.iter_mut().for_each(|variant| variant.runs = 1);
    } else {
        variants.iter_mut().for_each(|variant| variant.calibrate());
    }
    for turn in 0..turns {
        variants.iter_mut().for_each(|variant| variant.turn());
        let spent: f64 = variants.iter().map(|variant| variant.times[0]).sum::<f64>() * (turn + 1) as f64;
        if spent > 4.0 && turn >= 4 {
            break;
        }
    }
    let quotients = |of: &Variant| median(of.times.iter().zip(&variants[0].times).map(|(a, b)| a / b).collect());
    Measured {
        times: variants.iter().map(|variant| median(variant.times.clone())).collect(),
        ratios: variants.iter().map(|variant| quotients(variant)).collect(),
    }
}
