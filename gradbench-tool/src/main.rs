//! `gradbench-tool` speaks GradBench's protocol on standard input and output;
//! `gradbench-tool FUNCTION INPUT.json` evaluates once: `gradbench-tool gmm::jacobian input.json` prints the output, and then the timings.

use gradbench_tool::{evaluation, protocol};
use serde_json::Value;
use std::io::{BufReader, BufWriter, stdin, stdout};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.as_slice() {
        [] => {
            let input = BufReader::with_capacity(1 << 20, stdin());
            protocol::serve(input, BufWriter::new(stdout())).map_err(|error| error.to_string())
        }
        [function, file] => once(function, file),
        _ => Err("usage: gradbench-tool [MODULE::FUNCTION INPUT.json]".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("gradbench-tool: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Prints the output on one line, and each timing on one more.
fn once(function: &str, file: &str) -> Result<(), String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    let input: Value = serde_json::from_str(&text).map_err(|error| format!("{file}: {error}"))?;
    let (module, function) = function.split_once("::").ok_or("the function is to be named MODULE::FUNCTION")?;
    let evaluated = evaluation::evaluate(module, function, input)?;
    println!("{}", evaluated.output);
    for timing in evaluated.timings {
        println!("{}", timing.to_json());
    }
    Ok(())
}
