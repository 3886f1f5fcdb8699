//! What is written otherwise for several directions, and what is not written for them.

use super::wide;
use crate::args::Config;
use crate::emit::body_wide;
use crate::errors::Errors;
use crate::ir::Function;
use crate::pipeline::derive;
use expect_test::{Expect, expect};
use quote::quote;

fn widened(source: &str) -> Option<Function> {
    let mut item: syn::ItemFn = syn::parse_str(source).expect("the test's source parses");
    let mut errors = Errors::default();
    let config = Config::parse(proc_macro2::TokenStream::new(), &mut item, &mut errors);
    let f = crate::lower::function(&item, &config, &mut errors).expect("the test's source is supported");
    let programs = derive(&f, 1, None, &mut errors);
    assert!(errors.is_empty(), "the test's source has no errors");
    wide(&programs.tangents[0], &syn::parse_quote!(d))
}

#[track_caller]
fn check(source: &str, expected: Expect) {
    let f = widened(source).expect("several directions run at once");
    crate::ir::verify::verify(&f).expect("well formed");
    let body = body_wide(f, &quote!(d));
    let text = prettyplease::unparse(&syn::parse2(quote!(fn f() { #body })).expect("the output parses"));
    let lines = text.lines().skip(1).take_while(|line| *line != "}");
    expected.assert_eq(&lines.map(|line| format!("{}\n", line.strip_prefix("    ").unwrap_or(line))).collect::<String>());
}

#[test]
fn zeros_have_a_type_and_products_the_tangent_first() {
    check(
        "fn f(x: &[f64], k: f64) -> Vec<f64> {
            let mut out = vec![0.0; x.len()];
            for i in 1..x.len() { out[i] = k * x[i] - 2.0 * out[i - 1] / k; }
            out
        }",
        expect![[r#"
            let k = *k;
            let k_dot = *k_dot;
            let t = x.len();
            let mut out = ::std::vec![0.0; t];
            let mut out_dot = ::std::vec![d::rt::lanes(0.0); t];
            for i in 1..x.len() {
                let t1 = x[i];
                let t2 = i - 1;
                let t3 = 2.0 * out[t2] / k;
                let t_dot = k_dot * t1 + x_dot[i] * k - (out_dot[t2] * 2.0 / k - k_dot / k * t3);
                out[i] = k * t1 - t3;
                out_dot[i] = t_dot;
            }
            (out, out_dot)
        "#]],
    );
}

#[test]
fn an_infinite_slope_is_guarded_in_each_lane() {
    check(
        "fn f(x: f64, y: f32) -> (f64, f64) { (x.sqrt(), y as f64 * x.abs()) }",
        expect![[r#"
        let x = *x;
        let y = *y;
        let x_dot = *x_dot;
        let y_dot = *y_dot;
        let t = x.sqrt();
        let _ = d::rt::lanes(0.0);
        let t1 = y as f64;
        let t2 = x.abs();
        (
            (t, t1 * t2),
            (
                (x_dot / (2.0 * t)).unless_zero(x_dot),
                y_dot.cast::<f64>() * t2
                    + (if x == 0.0 { d::rt::lanes(0.0) } else { x_dot * x.signum() }) * t1,
            ),
        )
    "#]],
    );
}

#[test]
fn callees_are_called_with_lanes() {
    check(
        "fn f(x: &[f64], out: &mut [f64]) { let c = 2.0; let y: Vec<f64> = path::to::g(&x[1..], c); out[0] = y[0] * y[1]; h(&mut out[1..], c); }",
        expect![[r#"
            let _ = d::rt::lanes(0.0);
            let (y, y_dot) = path::to::g::tangent_wide(
                &x[1..],
                &2.0,
                d::rt::slot(&x_dot[1..]),
                d::rt::slot(d::rt::NoShadow),
            );
            let t = y[0];
            let t1 = y[1];
            let t_dot = y_dot[0] * t1 + y_dot[1] * t;
            out[0] = t * t1;
            out_dot[0] = t_dot;
            let _ = d::rt::lanes(0.0);
            let (_, _) = h::tangent_wide(
                &mut out[1..],
                &2.0,
                d::rt::slot(&mut out_dot[1..]),
                d::rt::slot(d::rt::NoShadow),
            );
            ((), ())
        "#]],
    );
}

#[test]
fn one_direction_at_a_time() {
    for source in [
        "fn f(p: &P, x: f64) -> f64 { p.field * x }",
        "fn f(p: &P, x: f64) -> f64 { p.method(x) }",
        "fn f(x: f64) -> P { P { field: x } }",
        "fn f(x: &[f64]) -> f64 { let g: Vec<f64> = g::grad(x); g[0] }",
        "fn f(out: &mut Vec<f64>, x: f64) { g(out, x); }",
    ] {
        assert!(widened(source).is_none(), "{source}");
    }
}
