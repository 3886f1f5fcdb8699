//! Every function against reference outputs (see `tests/data/README.md`).

use gradbench_tool::evaluation::evaluate;
use serde_json::{Value, json};

/// All numbers in a value, in order; those of an object by name.
fn floats(value: &Value) -> Vec<f64> {
    match value {
        Value::Number(number) => vec![number.as_f64().expect("a number is a float")],
        Value::Array(items) => items.iter().flat_map(floats).collect(),
        Value::Object(fields) => fields.values().flat_map(floats).collect(),
        other => panic!("numbers expected, not {other}"),
    }
}

/// GradBench's tolerance, where the reference is not the same computation.
const COARSE: f64 = 1e-4;

/// Relative; where numbers are smaller than 1, to the largest of them, up to 1. A coarse tolerance is the benchmark's own, absolute below 1.
#[track_caller]
fn assert_close(what: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let largest = expected.iter().fold(f64::MIN_POSITIVE, |largest, number| largest.max(number.abs()));
    let least = if tolerance < COARSE { largest.min(1.0) } else { 1.0 };
    for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
        let off = (found - expected).abs() / expected.abs().max(least);
        assert!(off <= tolerance, "{what}, number {i}: {found} instead of {expected}");
    }
}

/// Each line of a file: values to `value`, derivatives to `derivative`.
fn check(lines: &str, value: f64, derivative: f64) {
    let mut checked = 0;
    for line in lines.lines() {
        let line: Value = serde_json::from_str(line).expect("a line is a JSON object");
        let text = |name: &str| line[name].as_str().unwrap_or("").to_owned();
        let (module, function) = (text("eval"), text("function"));
        let what = format!("{module}::{function} {}", text("description"));
        let evaluated = evaluate(&module, &function, line["input"].clone()).unwrap_or_else(|error| panic!("{what}: {error}"));
        let is_value = ["objective", "primal", "cost", "square"].contains(&function.as_str());
        let tolerance = if is_value { value } else { derivative };
        assert_close(&what, &floats(&evaluated.output), &floats(&line["output"]), tolerance);
        checked += 1;
    }
    assert!(checked > 0);
}

macro_rules! vectors {
    ($($name:ident: $value:expr, $derivative:expr;)*) => {$(
        #[test]
        fn $name() {
            check(include_str!(concat!("data/", stringify!($name), ".jsonl")), $value, $derivative);
        }
    )*};
}

vectors! {
    hello: 0.0, 0.0;
    gmm: 1e-12, 1e-9;
    gmm_default: 1e-12, 1e-9;
    ba: 1e-12, 1e-9;
    ht_simple_small: 1e-12, 1e-9;
    ht_complicated_small: 1e-12, 1e-9;
    lstm: 1e-12, 1e-9;
    kmeans: 1e-12, 1e-9;
    lse: 1e-12, 1e-9;
    llsq: 1e-12, 1e-9;
    det: 1e-12, 1e-9;
    ode: COARSE, COARSE;
    particle: 1e-12, 1e-12;
    saddle: 1e-12, 1e-12;
}

/// ADBench's own cases.
fn adbench() -> Value {
    serde_json::from_str(include_str!("data/adbench_tests.json")).expect("the file is a JSON object")
}

fn output(module: &str, function: &str, input: &Value) -> Value {
    evaluate(module, function, input.clone()).expect("the input fits").output
}

#[test]
fn adbench_mixture() {
    let case = &adbench()["gmm"];
    assert_close("value", &floats(&output("gmm", "objective", &case["input"])), &floats(&case["gradbench_objective"]), 1e-12);
    let found = output("gmm", "jacobian", &case["input"]);
    assert_close("gradient", &floats(&found), &floats(&case["gradbench_gradient"]), 1e-9);
}

#[test]
fn adbench_lstm() {
    // ADBench writes these with eight digits.
    let case = &adbench()["lstm"];
    assert_close(
        "value",
        &floats(&output("lstm", "objective", &case["input"])),
        &floats(&case["adbench_expected_objective"]),
        1e-8,
    );
    assert_close(
        "gradient",
        &floats(&output("lstm", "jacobian", &case["input"])),
        &floats(&case["adbench_expected_gradient"]),
        1e-8,
    );
}

#[test]
fn adbench_bundle_adjustment() {
    let case = &adbench()["ba"];
    let found = output("ba", "objective", &case["input"]);
    assert_close("error", &floats(&found["reproj_error"]["elements"]), &floats(&case["adbench_expected_reproj_err"]), 1e-12);
    assert_close("weight", &floats(&found["w_err"]["element"]), &floats(&case["adbench_expected_w_err"]), 1e-12);
    // ADBench expects all entries, of ten observations that are the same; the benchmark sends the first thirty.
    let found = output("ba", "jacobian", &case["input"]);
    let (found, expected) = (floats(&found["vals"]), floats(&case["adbench_expected_J_vals"]));
    assert_close("entries", &found[..30], &expected[..30], 1e-9);
    assert_close("last entry", &found[30..], &expected[expected.len() - 1..], 1e-9);
}

#[test]
fn what_does_not_fit_is_an_error() {
    let error = |module: &str, function: &str, input: Value| evaluate(module, function, input).expect_err("it does not fit");
    assert_eq!(error("gmn", "objective", json!({})), "there is no module `gmn`");
    assert_eq!(error("gmm", "hessian", json!({})), "`gmm` has no function `hessian`");
    assert!(error("lse", "primal", json!({ "x": ["one"] })).contains("invalid type"));
    assert_eq!(error("det", "gradient", json!({ "A": [1.0, 2.0, 3.0], "ell": 2 })), "`A` has length 3, expected 4");
    assert!(error("lse", "primal", json!({ "x": [1e308, 1e308], "min_seconds": -1.0 })).starts_with("`min_seconds`"));
    let infinite = error("ode", "primal", json!({ "x": [1e300, 1e300], "s": 1 }));
    assert_eq!(infinite, "ode::primal has given numbers that are not finite");
}
