//! Running one function as often as the input asks for, with the clock beside.

use crate::functions;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// What a function is computed from.
pub trait Input: DeserializeOwned {
    /// Whether the parts fit together.
    ///
    /// # Errors
    ///
    /// Says what does not.
    fn check(&self) -> Result<(), String>;
}

impl Input for f64 {
    fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

/// Demands that something has the length that other parts of the input say.
///
/// # Errors
///
/// If it has not.
pub fn length<T>(name: &str, items: &[T], expected: usize) -> Result<(), String> {
    if items.len() == expected {
        return Ok(());
    }
    Err(format!("`{name}` has length {}, expected {expected}", items.len()))
}

/// The same for each of several rows.
///
/// # Errors
///
/// If one has another length.
pub fn lengths<T>(name: &str, rows: &[Vec<T>], expected: usize) -> Result<(), String> {
    rows.iter().try_for_each(|row| length(&format!("a row of {name}"), row, expected))
}

/// Demands that a count is not so large that there is no memory or time for it: without memory a process ends and cannot answer.
///
/// # Errors
///
/// If it is larger than `most`.
pub fn at_most(name: &str, count: usize, most: usize) -> Result<(), String> {
    if count <= most { Ok(()) } else { Err(format!("`{name}` is {count}, expected {most} at most")) }
}

/// Demands that there is something.
///
/// # Errors
///
/// If there is not.
pub fn not_empty<T>(name: &str, items: &[T]) -> Result<(), String> {
    if items.is_empty() { Err(format!("`{name}` is empty")) } else { Ok(()) }
}

/// A function with its input, ready to run.
pub trait Task {
    /// Computes once. What was computed before is dropped first, outside of the time that counts.
    fn run(&mut self) -> Duration;
    /// What the last run computed.
    fn output(&self) -> Value;
}

struct Of<I, O> {
    input: I,
    compute: fn(&I) -> O,
    output: Option<O>,
}

impl<I, O: Serialize> Task for Of<I, O> {
    fn run(&mut self) -> Duration {
        self.output = None;
        let start = Instant::now();
        let output = (self.compute)(&self.input);
        let duration = start.elapsed();
        self.output = Some(output);
        duration
    }

    fn output(&self) -> Value {
        json!(self.output)
    }
}

/// A function that can be asked for.
pub type Function = fn(Value) -> Result<Box<dyn Task>, String>;

/// Makes a task of an input and a function of it.
///
/// # Errors
///
/// If the input is not one for this function.
pub fn task<I: Input + 'static, O: Serialize + 'static>(input: Value, compute: fn(&I) -> O) -> Result<Box<dyn Task>, String> {
    let input: I = serde_json::from_value(input).map_err(|error| error.to_string())?;
    input.check()?;
    Ok(Box::new(Of { input, compute, output: None }))
}

/// How often a function is run. Inputs that are bare numbers say nothing of it.
#[derive(Deserialize)]
#[serde(default)]
struct Repetitions {
    min_runs: u64,
    min_seconds: f64,
}

impl Default for Repetitions {
    fn default() -> Repetitions {
        Repetitions { min_runs: 1, min_seconds: 0.0 }
    }
}

/// How long something took.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// `prepare` or `evaluate`.
    pub name: &'static str,
    /// The duration.
    pub duration: Duration,
}

impl Timing {
    /// As the protocol writes it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({ "name": self.name, "nanoseconds": self.duration.as_nanos() as u64 })
    }
}

/// What has been computed, and how long that took.
#[derive(Debug)]
pub struct Evaluated {
    /// The value or the derivative.
    pub output: Value,
    /// One `prepare`, and one `evaluate` for each run.
    pub timings: Vec<Timing>,
}

/// Evaluates a function: at least once, and as often as the input asks for by `min_runs` and `min_seconds`.
///
/// # Errors
///
/// If there is no such function, the input does not fit, or the result has numbers that are not finite.
pub fn evaluate(module: &str, function: &str, input: Value) -> Result<Evaluated, String> {
    let make = functions::find(module, function)?;
    let repetitions = match &input {
        Value::Object(_) => Repetitions::deserialize(&input).map_err(|error| error.to_string())?,
        _ => Repetitions::default(),
    };
    let panicked = |_| format!("{module}::{function} has panicked on this input");
    let start = Instant::now();
    // A bug in a function must not end the tool.
    let mut task = catch_unwind(AssertUnwindSafe(|| make(input))).map_err(panicked)??;
    let mut timings = vec![Timing { name: "prepare", duration: start.elapsed() }];
    let least = Duration::try_from_secs_f64(repetitions.min_seconds).map_err(|error| format!("`min_seconds`: {error}"))?;
    let output = catch_unwind(AssertUnwindSafe(|| {
        let mut elapsed = Duration::ZERO;
        let mut runs = 0;
        while runs < repetitions.min_runs.max(1) || elapsed < least {
            let duration = task.run();
            timings.push(Timing { name: "evaluate", duration });
            elapsed += duration;
            runs += 1;
        }
        task.output()
    }));
    let output = output.map_err(panicked)?;
    if !is_finite(&output) {
        return Err(format!("{module}::{function} has given numbers that are not finite"));
    }
    Ok(Evaluated { output, timings })
}

/// JSON has no infinities and no NaN: serde writes `null` for them, which no function returns.
fn is_finite(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
        Value::Array(items) => items.iter().all(is_finite),
        Value::Object(fields) => fields.values().all(is_finite),
    }
}
