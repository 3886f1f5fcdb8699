//! What is written otherwise for several directions, and what is not written for them.

use super::wide;
use crate::args::Config;
use crate::emit::body_wide;
use crate::errors::Errors;
use crate::ir::Function;
use crate::pipeline::{Programs, derive};
use crate::transform::rows::rows;
use expect_test::{Expect, expect};
use quote::quote;

fn widened(source: &str) -> Option<Function> {
    let programs = derived(source, 1);
    wide(&programs.tangents[0], &syn::parse_quote!(d))
}

fn derived(source: &str, order: u32) -> Programs {
    let mut item: syn::ItemFn = syn::parse_str(source).expect("the test's source parses");
    let mut errors = Errors::default();
    let config = Config::parse(proc_macro2::TokenStream::new(), &mut item, &mut errors);
    let f = crate::lower::function(&item, &config, &mut errors).expect("the test's source is supported");
    let programs = derive(&f, order, None, &mut errors);
    assert!(errors.is_empty(), "the test's source has no errors");
    programs
}

#[track_caller]
fn check(source: &str, expected: Expect) {
    printed(widened(source).expect("several directions run at once"), expected);
}

#[track_caller]
fn printed(f: Function, expected: Expect) {
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

#[test]
fn rows_of_a_hessian_leave_out_value_and_gradient() {
    let programs = derived(
        "fn f(x: &[f64], k: f64) -> f64 {
            let mut sum = 0.0;
            for i in 0..x.len() { sum += (k * x[i]).sin(); }
            sum
        }",
        2,
    );
    let rows = rows(&programs.adjoints[1], programs.primal.values.len(), &syn::parse_quote!(d));
    printed(
        rows.expect("several rows run at once"),
        expect![[r#"
            use d::rt::CellExt as _;
            let k = *k;
            let k_dot = *k_dot;
            let t = x.len();
            for i in 0..t {
                let _t = x[i];
            }
            (
                ((), ()),
                move |
                    x: &[f64],
                    _: d::rt::Ignored,
                    x_dot: ::core::option::Option<&d::rt::Wide<[f64]>>,
                    _: d::rt::Ignored,
                    out_bar: &d::rt::ShadowOf<f64>,
                    out_bar_dot: &d::rt::ShadowOf<d::rt::Wide<f64>>,
                    _: ::core::option::Option<&d::rt::ShadowOf<[f64]>>,
                    _: ::core::option::Option<&d::rt::ShadowOf<f64>>,
                    x_bar_dot: ::core::option::Option<&d::rt::ShadowOf<d::rt::Wide<[f64]>>>,
                    k_bar_dot: ::core::option::Option<&d::rt::ShadowOf<d::rt::Wide<f64>>>|
                {
                    let mut x_dot_zero = ::core::option::Option::None;
                    let x_dot = d::rt::wide_or_zero(x_dot, x, &mut x_dot_zero);
                    let sum_bar = out_bar.get();
                    let sum_bar_dot = out_bar_dot.get();
                    let mut k_bar_dot1 = d::rt::lanes(0.0);
                    if t <= 64 {
                        if 0 < t {
                            let x1 = &x[0..t];
                            let x_dot1 = &x_dot[0..t];
                            let x_bar_dot1 = x_bar_dot.map(|x_bar_dot| &x_bar_dot[0..t]);
                            for i1 in 0..t {
                                let t1 = x1[i1];
                                let t2 = k * t1;
                                let t3 = t2.cos();
                                let t4 = sum_bar * t3;
                                let t_dot = x_dot1[i1];
                                let t_dot1 = sum_bar_dot * t3
                                    + -((k_dot * t1 + t_dot * k) * t2.sin()) * sum_bar;
                                k_bar_dot1 += t_dot1 * t1 + t_dot * t4;
                                if let Some(x_bar_dot1) = x_bar_dot1 {
                                    x_bar_dot1[i1].add(t_dot1 * k + k_dot * t4);
                                }
                            }
                        }
                    } else {
                        if k_bar_dot.is_some() {
                            let x2 = &x[0..t];
                            let x_dot2 = &x_dot[0..t];
                            k_bar_dot1
                                += d::rt::sum(
                                    0,
                                    t,
                                    |i2| {
                                        let t5 = x2[i2];
                                        let t_dot2 = x_dot2[i2];
                                        let t6 = k * t5;
                                        let t7 = t6.cos();
                                        (sum_bar_dot * t7
                                            + -((k_dot * t5 + t_dot2 * k) * t6.sin()) * sum_bar) * t5
                                            + t_dot2 * (sum_bar * t7)
                                    },
                                );
                        }
                        let x3 = &x[0..t];
                        let x_dot3 = &x_dot[0..t];
                        let x_bar_dot2 = x_bar_dot.map(|x_bar_dot| &x_bar_dot[0..t]);
                        for i3 in 0..t {
                            let t8 = x3[i3];
                            let t9 = k * t8;
                            let t10 = t9.cos();
                            if let Some(x_bar_dot2) = x_bar_dot2 {
                                x_bar_dot2[i3]
                                    .add(
                                        (sum_bar_dot * t10
                                            + -((k_dot * t8 + x_dot3[i3] * k) * t9.sin()) * sum_bar) * k
                                            + k_dot * (sum_bar * t10),
                                    );
                            }
                        }
                    }
                    if let Some(k_bar_dot) = k_bar_dot {
                        k_bar_dot.add(k_bar_dot1);
                    }
                },
            )
        "#]],
    );
}

#[test]
fn what_calls_others_runs_row_by_row() {
    let programs = derived("fn f(x: &[f64]) -> f64 { let y: f64 = g(x); y * y }", 2);
    assert!(rows(&programs.adjoints[1], programs.primal.values.len(), &syn::parse_quote!(d)).is_none());
}
