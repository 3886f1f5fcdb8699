//! Values and gradients of the benchmarks' functions against reference outputs (see `tests/data/README.md`).

use crate::dynamics::ode;
use crate::fitting::{kmeans, least_squares, log_sum_exp};
use crate::linalg::determinant;
use crate::mixture::mixture;
use crate::network::lstm;
use crate::reprojection::{reprojection_error, weight_error};
use serde_json::Value;

/// One line of a file.
struct Vector {
    line: Value,
}

fn vectors(file: &str) -> Vec<Vector> {
    let vectors: Vec<Vector> = file
        .lines()
        .map(|line| Vector { line: serde_json::from_str(line).expect("the file holds a JSON value a line") })
        .collect();
    assert!(!vectors.is_empty());
    vectors
}

impl Vector {
    fn input(&self, name: &str) -> &Value {
        &self.line["input"][name]
    }

    fn output(&self) -> &Value {
        &self.line["output"]
    }

    /// Whether the output is a derivative.
    fn is_derivative(&self) -> bool {
        !["objective", "primal", "cost"].contains(&self.line["function"].as_str().expect("a name"))
    }

    /// Compares as the benchmarks do, but more strictly: relative to the numbers where they are large.
    fn expect(&self, found: &[f64], expected: &[f64], tolerance: f64) {
        assert_eq!(found.len(), expected.len(), "{} {}", self.line["function"], self.line["description"]);
        for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
            let off = (found - expected).abs() / (1.0 + expected.abs());
            let place = format!("{} {}, float {i}", self.line["function"], self.line["description"]);
            assert!(off <= tolerance, "{place}: {found} instead of {expected}");
        }
    }
}

/// All numbers in a value, in order.
fn floats(value: &Value) -> Vec<f64> {
    match value {
        Value::Number(number) => vec![number.as_f64().expect("a float")],
        Value::Array(items) => items.iter().flat_map(floats).collect(),
        other => panic!("numbers expected, not {other}"),
    }
}

fn rows(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().expect("rows").iter().map(floats).collect()
}

fn count(value: &Value) -> usize {
    value.as_u64().expect("a count") as usize
}

#[test]
fn gaussian_mixture() {
    for v in vectors(include_str!("../data/gmm.jsonl")) {
        let alpha = floats(v.input("alpha"));
        let (mu, q, l, x) = (rows(v.input("mu")), rows(v.input("q")), rows(v.input("l")), rows(v.input("x")));
        let (gamma, m) = (floats(v.input("gamma"))[0], count(v.input("m")));
        if v.is_derivative() {
            let (alpha_bar, mu_bar, q_bar, l_bar) = mixture::grad(&alpha, &mu, &q, &l, &x, gamma, m);
            v.expect(&alpha_bar, &floats(&v.output()["alpha"]), 1e-11);
            v.expect(&mu_bar.concat(), &floats(&v.output()["mu"]), 1e-11);
            v.expect(&q_bar.concat(), &floats(&v.output()["q"]), 1e-11);
            v.expect(&l_bar.concat(), &floats(&v.output()["l"]), 1e-11);
        } else {
            v.expect(&[mixture(&alpha, &mu, &q, &l, &x, gamma, m)], &floats(v.output()), 1e-11);
        }
    }
}

#[test]
fn long_short_term_memory() {
    for v in vectors(include_str!("../data/lstm.jsonl")) {
        let (main, extra) = (rows(v.input("main_params")), rows(v.input("extra_params")));
        let (state, sequence) = (rows(v.input("state")), rows(v.input("sequence")));
        if v.is_derivative() {
            let (main_bar, extra_bar) = lstm::grad(&main, &extra, &state, &sequence);
            v.expect(&[main_bar.concat(), extra_bar.concat()].concat(), &floats(v.output()), 1e-11);
        } else {
            v.expect(&[lstm(&main, &extra, &state, &sequence)], &floats(v.output()), 1e-11);
        }
    }
}

#[test]
fn log_sum_exponential() {
    for v in vectors(include_str!("../data/lse.jsonl")) {
        let x = floats(v.input("x"));
        let found = if v.is_derivative() { log_sum_exp::grad(&x) } else { vec![log_sum_exp(&x)] };
        v.expect(&found, &floats(v.output()), 1e-13);
    }
}

#[test]
fn linear_least_squares() {
    for v in vectors(include_str!("../data/llsq.jsonl")) {
        let (x, n) = (floats(v.input("x")), count(v.input("n")));
        let found = if v.is_derivative() { least_squares::grad(&x, n) } else { vec![least_squares(&x, n)] };
        v.expect(&found, &floats(v.output()), 1e-12);
    }
}

#[test]
fn clusters() {
    for v in vectors(include_str!("../data/kmeans.jsonl")) {
        let (points, centroids) = (rows(v.input("points")), rows(v.input("centroids")));
        if !v.is_derivative() {
            v.expect(&[kmeans(&points, &centroids)], &floats(v.output()), 1e-12);
            continue;
        }
        // The Hessian is diagonal, so its product with ones is the diagonal.
        let ones: Vec<Vec<f64>> = centroids.iter().map(|row| vec![1.0; row.len()]).collect();
        let curvature = kmeans::hvp(&points, &centroids, &ones).concat();
        let mut direction = kmeans::grad(&points, &centroids).concat();
        direction.iter_mut().zip(curvature).for_each(|(d, c)| *d /= c);
        v.expect(&direction, &floats(v.output()), 1e-12);
    }
}

#[test]
fn determinant_by_minors() {
    for v in vectors(include_str!("../data/det.jsonl")) {
        let (a, n) = (floats(v.input("A")), count(v.input("ell")));
        let found = if v.is_derivative() { determinant::grad(&a, n) } else { vec![determinant(&a, n)] };
        v.expect(&found, &floats(v.output()), 1e-13);
    }
}

#[test]
fn ordinary_differential_equation() {
    for v in vectors(include_str!("../data/ode.jsonl")) {
        let (x, s) = (floats(v.input("x")), count(v.input("s")));
        if v.is_derivative() {
            let (y, pullback) = ode::vjp(&x, s);
            let mut last = vec![0.0; y.len()];
            last[y.len() - 1] = 1.0;
            v.expect(&pullback(last), &floats(v.output()), 1e-4);
        } else {
            v.expect(&ode(&x, s), &floats(v.output()), 1e-4);
        }
    }
}

#[test]
fn bundle_adjustment() {
    for v in vectors(include_str!("../data/ba.jsonl")) {
        let (camera, point, feature) = (floats(v.input("cam")), floats(v.input("x")), floats(v.input("feat")));
        let weight = floats(v.input("w"))[0];
        let (error, pullback) = reprojection_error::vjp_persistent(&camera, &point, weight, &feature);
        if v.is_derivative() {
            // Of the sparse Jacobian the vectors hold the first two rows, and the last entry.
            let mut found = Vec::new();
            for seed in [[1.0, 0.0], [0.0, 1.0]] {
                let (camera_bar, point_bar, weight_bar) = pullback(seed);
                found.extend([camera_bar, point_bar, vec![weight_bar]].concat());
            }
            found.push(weight_error::grad(weight));
            v.expect(&found, &floats(&v.output()["vals"]), 1e-11);
        } else {
            v.expect(&error, &floats(&v.output()["reproj_error"]["elements"]), 1e-11);
            v.expect(&[weight_error(weight)], &floats(&v.output()["w_err"]["element"]), 1e-11);
        }
    }
}
