//! The tool as the benchmark sees it: a process that is spoken to line by line.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

/// What the tool answers to each line.
fn conversation(lines: &[String]) -> Vec<Value> {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_gradbench-tool"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the tool starts");
    let (mut to, from) = (tool.stdin.take().expect("piped"), tool.stdout.take().expect("piped"));
    let mut from = BufReader::new(from).lines();
    let mut answers = Vec::new();
    for line in lines {
        writeln!(to, "{line}").expect("the tool listens");
        let answer = from.next().expect("the tool answers").expect("in text");
        answers.push(serde_json::from_str(&answer).expect("in JSON"));
    }
    drop(to);
    assert!(tool.wait().expect("the tool ends").success());
    assert!(from.next().is_none());
    answers
}

fn evaluate(id: u32, module: &str, function: &str, input: &Value) -> String {
    json!({ "id": id, "kind": "evaluate", "module": module, "function": function, "input": input, "description": "a test" })
        .to_string()
}

#[test]
fn a_session() {
    let answers = conversation(&[
        json!({ "id": 0, "kind": "start", "eval": "hello" }).to_string(),
        json!({ "id": 1, "kind": "define", "module": "hello" }).to_string(),
        evaluate(2, "hello", "double", &json!(3.0)),
        json!({ "id": 3, "kind": "analysis", "of": 2, "valid": true }).to_string(),
        evaluate(4, "lse", "gradient", &json!({ "x": [0.0, 0.0], "min_runs": 3, "min_seconds": 0 })),
        json!({ "id": 5, "kind": "define", "module": "unheard" }).to_string(),
    ]);
    assert_eq!(answers[0], json!({ "id": 0, "tool": "differentiate" }));
    assert_eq!(answers[1], json!({ "id": 1, "success": true }));
    assert_eq!((&answers[2]["output"], &answers[2]["success"]), (&json!(6.0), &json!(true)));
    assert_eq!(answers[3], json!({ "id": 3 }));
    assert_eq!(answers[4]["output"], json!([0.5, 0.5]));
    let timings = answers[4]["timings"].as_array().expect("timings");
    let names: Vec<&str> = timings.iter().filter_map(|timing| timing["name"].as_str()).collect();
    assert_eq!(names, ["prepare", "evaluate", "evaluate", "evaluate"]);
    assert!(timings.iter().all(|timing| timing["nanoseconds"].is_u64()));
    assert_eq!(answers[5]["success"], json!(false));
}

/// A problem with too many observations.
fn huge(p: u64) -> Value {
    json!({ "n": 1, "m": 1, "p": p, "cam": vec![0.0; 11], "x": [0.0, 0.0, 1.0], "w": 1.0, "feat": [0.0, 0.0] })
}

#[test]
fn bad_input_is_answered() {
    let answers = conversation(&[
        "{\"id\": 1, \"kind\": \"evaluate\"".to_owned(),
        "{\"id\": 2}".to_owned(),
        evaluate(3, "ode", "primal", &json!({ "x": [], "s": 1 })),
        "{\"id\": 4, \"kind\": \"evaluate\", \"module\": \"lse\", \"function\": \"primal\", \"input\": {\"x\": [1e999]}}"
            .to_owned(),
        evaluate(4, "gmn", "objective", &json!({})),
        evaluate(4, "gmm", "hessian", &json!({})),
        evaluate(4, "det", "primal", &json!({ "A": [1.0, 2.0, 3.0], "ell": 2 })),
        // A sum that is too large, and counts for which there is no memory.
        evaluate(4, "ode", "primal", &json!({ "x": [1e300, 1e300], "s": 1 })),
        evaluate(4, "ode", "gradient", &json!({ "x": [1.0], "s": 10_000_000_000_000_u64 })),
        evaluate(4, "ba", "objective", &huge(1_000_000_000_000)),
        evaluate(4, "ba", "objective", &huge(u64::MAX)),
        format!("{{\"id\": 4, \"kind\": \"evaluate\", \"module\": \"lse\", \"input\": {}", "[".repeat(100_000)),
        evaluate(5, "hello", "square", &json!(2.0)),
    ]);
    let (last, answers) = answers.split_last().expect("there are answers");
    assert!(answers.iter().all(|answer| answer["success"] == json!(false) && answer["error"].is_string()), "{answers:?}");
    assert_eq!(answers[1]["id"], json!(2));
    assert_eq!(answers[2]["error"], json!("`x` is empty"));
    assert_eq!(answers[8]["error"], json!("`s` is 10000000000000, expected 100000000 at most"));
    assert_eq!(last["output"], json!(4.0));
}

#[test]
fn long_lines() {
    let x: Vec<f64> = (0..700_000).map(|i| f64::from(i).sin()).collect();
    let line = evaluate(1, "lse", "primal", &json!({ "x": x }));
    assert!(line.len() > 13_000_000);
    assert_eq!(conversation(&[line])[0]["success"], json!(true));
}

#[test]
fn one_evaluation() {
    let file = std::env::temp_dir().join(format!("gradbench-tool-{}.json", std::process::id()));
    std::fs::write(&file, "{\"x\": [1.0, 1.0]}").expect("a file can be written");
    let run =
        |function: &str| Command::new(env!("CARGO_BIN_EXE_gradbench-tool")).arg(function).arg(&file).output().expect("it runs");
    let good = run("lse::gradient");
    let printed = String::from_utf8(good.stdout).expect("text");
    let mut lines = printed.lines();
    assert_eq!(lines.next(), Some("[0.5,0.5]"));
    assert!(lines.next().is_some_and(|line| line.contains("prepare")));
    assert!(lines.next().is_some_and(|line| line.contains("evaluate")));
    let bad = run("lse::hessian");
    assert!(!bad.status.success());
    assert!(String::from_utf8(bad.stderr).expect("text").contains("no function `hessian`"));
    std::fs::remove_file(&file).expect("it is there");
}
