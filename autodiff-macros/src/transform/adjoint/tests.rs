//! What is recorded, and how the reverse sweep finds again what is not.

use crate::args::Config;
use crate::errors::Errors;
use crate::ir::print::print;
use crate::pipeline::{Programs, derive};
use expect_test::{Expect, expect};

fn programs(source: &str) -> Programs {
    let mut item: syn::ItemFn = syn::parse_str(source).expect("the test's source parses");
    let mut errors = Errors::default();
    let config = Config::parse(proc_macro2::TokenStream::new(), &mut item, &mut errors);
    let f = crate::lower::function(&item, &config, &mut errors).expect("the test's source is supported");
    let programs = derive(&f, 1, None, &mut errors);
    assert!(errors.is_empty(), "the test's source has no errors");
    programs
}

/// What each block records, a line a block.
fn check(source: &str, recorded: Expect) {
    recorded.assert_eq(&programs(source).recorded.join("\n"));
}

fn occurrences(text: &str, of: &str) -> usize {
    text.matches(of).count()
}

#[test]
fn products_and_sums_record_nothing() {
    check("fn dot(x: &[f64], y: &[f64]) -> f64 { x.iter().zip(y).map(|(a, b)| a * b).sum() }", expect![""]);
    check("fn squares(x: &[f64]) -> f64 { let mut s = 0.0; for v in x { s += v * v; } s }", expect![""]);
    check(
        "fn product(a: &[f64], b: &[f64], n: usize) -> Vec<f64> {
            let mut c = vec![0.0; n * n];
            for i in 0..n { for j in 0..n { for k in 0..n { c[i * n + j] += a[i * n + k] * b[k * n + j]; } } }
            c
        }",
        expect![""],
    );
}

#[test]
fn an_affine_stencil_records_nothing() {
    check(
        "fn blur(u: &[f64]) -> Vec<f64> {
            let mut out = vec![0.0; u.len()];
            for i in 1..u.len() - 1 { out[i] = 0.25 * u[i - 1] + 0.5 * u[i] + 0.25 * u[i + 1]; }
            out
        }",
        expect![""],
    );
    // What was in a buffer that the caller lends is the caller's: logged once.
    check(
        "fn blur(u: &[f64], out: &mut [f64]) { for i in 1..u.len() - 1 { out[i] = 0.25 * u[i - 1] + 0.5 * u[i] + 0.25 * u[i + 1]; } }",
        expect!["range of out"],
    );
}

#[test]
fn a_recurrence_records_the_state_that_it_overwrites() {
    check("fn logistic(mut x: f64, r: f64, n: usize) -> f64 { for _ in 0..n { x = r * x * (1.0 - x); } x }", expect!["for i: x"]);
}

#[test]
fn in_place_cholesky_logs_each_store_and_no_read() {
    check(
        "fn cholesky(a: &mut [f64], n: usize) {
            for j in 0..n {
                for i in j..n {
                    let mut s = a[i * n + j];
                    for k in 0..j { s -= a[i * n + k] * a[j * n + k]; }
                    a[i * n + j] = if i == j { s.sqrt() } else { s / a[j * n + j] };
                }
            }
        }",
        expect!["for i: a_saved"],
    );
}

#[test]
fn of_a_running_minimum_the_last_change_is_noted() {
    let nearest = "fn nearest(points: &[f64], centres: &[f64]) -> f64 {
        let mut cost = 0.0;
        for p in points {
            let mut best = f64::INFINITY;
            for c in centres { best = best.min((p - c).powi(2)); }
            cost += best;
        }
        cost
    }";
    check(nearest, expect!["for i: found, last"]);
    // What the one iteration needs is carried beside it.
    check(
        "fn far(x: &[f64], y: &[f64]) -> f64 {
            let mut far = 0.0;
            for i in 0..x.len() {
                let t = x[i].sin();
                let d = (t * t + y[i] * y[i]).sqrt();
                if d > far { far = d; }
            }
            far
        }",
        expect![""],
    );
    // Each of these counts.
    check("fn nudged(x: &[f64]) -> f64 { let mut b = 3.0; for v in x { if *v < b { b = b * v; } } b }", expect!["for i: b"]);
}

const HEAT: &str = "fn heat(start: &[f64], rate: f64, steps: usize) -> f64 {
    let n = start.len();
    let mut u = start.to_vec();
    let mut next = start.to_vec();
    for _ in 0..steps {
        for i in 1..n - 1 { next[i] = u[i] + rate * (u[i - 1] - 2.0 * u[i] + u[i + 1]); }
        std::mem::swap(&mut u, &mut next);
    }
    u.iter().map(|v| v * v).sum()
}";

#[test]
fn a_stencil_with_two_buffers_logs_ranges_in_bulk() {
    check(HEAT, expect!["range of next"]);
}

#[test]
fn elementary_functions_are_not_evaluated_again() {
    let source = "fn soft(x: &[f64], m: f64) -> f64 { let mut s = 0.0; for v in x { s += (v - m).exp(); } s.ln() }";
    check(source, expect!["for i: t"]);
    assert_eq!(occurrences(&print(&programs(source).adjoints[0]), "exp"), 1);
}

#[test]
fn an_array_written_in_one_loop_is_read_again_in_the_reverse_of_a_later_one() {
    check(
        "fn two(x: &[f64]) -> f64 {
            let n = x.len();
            let mut t = vec![0.0; n];
            for i in 0..n { t[i] = 3.0 * x[i]; }
            let mut s = 0.0;
            for i in 0..n { s += t[i] * t[i]; }
            s
        }",
        expect![""],
    );
}

#[test]
fn conditions_are_evaluated_again_where_their_operands_are_at_hand() {
    check("fn relu(x: &[f64]) -> f64 { let mut s = 0.0; for v in x { if *v > 0.0 { s += v * v; } } s }", expect![""]);
    // The condition depends on a call's result, which is not there any more: one bool.
    check(
        "fn steps(x: &[f64], n: usize) -> f64 {
            let mut s = 0.0;
            for i in 0..n { let up = pick(i); if up { s += x[i] * x[i]; } }
            s
        }",
        expect!["for i: up"],
    );
}

#[test]
fn a_constant_argument_has_no_shadow() {
    let source = "fn f(w: &[f64], #[constant] data: &[f64]) -> f64 { let y: f64 = model(w, data); y * y }";
    check(source, expect![""]);
    let adjoint = print(&programs(source).adjoints[0]);
    assert!(!adjoint.contains("data_bar"), "{adjoint}");
}

#[test]
fn counters_are_counted_back() {
    check(
        "fn triangle(l: &[f64], d: usize) -> f64 {
            let mut s = 0.0;
            let mut p = 0;
            for i in 0..d { for _ in i..d { s += l[p] * l[p]; p += 1; } }
            s
        }",
        expect![[r#"
            for i: p"#]],
    );
}

/// The slope of each of the two is the other, which the iteration has computed.
#[test]
fn sines_and_cosines_stand_in_for_each_other() {
    let turned = "fn turned(a: &[f64], x: f64) -> f64 {
        let mut s = x;
        for v in a { let (sin, cos) = (v * s).sin_cos(); s = sin * cos; }
        s
    }";
    check(turned, expect!["for i: s, sin, cos"]);
    let pullback = print(&programs(turned).adjoints[0]);
    let (_, pullback) = pullback.split_once("pullback(").expect("a pullback");
    assert_eq!((occurrences(pullback, "= sin "), occurrences(pullback, "= cos ")), (0, 0), "{pullback}");
}

/// What is stored in one half is found there, whatever is stored in the other.
#[test]
fn halves_of_a_slice_are_apart() {
    let halves = |before: &str| {
        format!(
            "fn f(x: &[f64], m: usize) -> f64 {{
                let n = x.len();
                let mut g = vec![0.0; 2 * n];
                let mut s = 0.0;
                {before} {{
                    let (a, b) = g.split_at_mut(n);
                    for i in 0..n {{
                        a[i] = x[i].tanh();
                        b[i] = x[i] * 2.0;
                    }}
                    s += a[0];
                }}
                s
            }}"
        )
    };
    check(&halves(""), expect![""]);
    check(&halves("for _ in 0..m"), expect!["for i: t"]);
}
