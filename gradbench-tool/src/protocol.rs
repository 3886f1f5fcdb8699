//! GradBench's protocol: one JSON object a line in each direction, strictly in turns, until the input ends.

use crate::{evaluation, functions};
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::{self, BufRead, Write};

/// What the tool is called in the log.
const NAME: &str = "differentiate";

/// A message of the benchmark's. Fields of kinds that are not known are of no interest.
#[derive(Deserialize)]
struct Message {
    id: Value,
    kind: String,
    #[serde(default)]
    module: String,
    #[serde(default)]
    function: String,
    #[serde(default)]
    input: Value,
}

/// Answers each line of `input` by one of `output`.
///
/// # Errors
///
/// If one of the two cannot be read or written any more.
pub fn serve(mut input: impl BufRead, mut output: impl Write) -> io::Result<()> {
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        if !line.trim_ascii().is_empty() {
            serde_json::to_writer(&mut output, &answer(&line))?;
            output.write_all(b"\n")?;
            output.flush()?;
        }
        line.clear();
    }
    Ok(())
}

fn answer(line: &[u8]) -> Value {
    let message: Message = match serde_json::from_slice(line) {
        Ok(message) => message,
        Err(error) => return json!({ "id": id_of(line), "success": false, "error": error.to_string() }),
    };
    let id = message.id;
    match message.kind.as_str() {
        "start" => json!({ "id": id, "tool": NAME }),
        "define" if functions::has_module(&message.module) => json!({ "id": id, "success": true }),
        "define" => json!({ "id": id, "success": false, "error": format!("there is no module `{}`", message.module) }),
        "evaluate" => match evaluation::evaluate(&message.module, &message.function, message.input) {
            Ok(evaluated) => {
                let timings: Vec<Value> = evaluated.timings.iter().map(evaluation::Timing::to_json).collect();
                json!({ "id": id, "success": true, "output": evaluated.output, "timings": timings })
            }
            Err(error) => json!({ "id": id, "success": false, "error": error }),
        },
        _ => json!({ "id": id }),
    }
}

/// The number of a message that is not one, if it can be read at all.
fn id_of(line: &[u8]) -> Value {
    let value: Option<Value> = serde_json::from_slice(line).ok();
    value.and_then(|value| value.get("id").cloned()).unwrap_or(Value::Null)
}
