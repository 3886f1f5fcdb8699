//! What is fused, and what it looks like.

use super::Caller;
use crate::args::Config;
use crate::errors::Errors;
use crate::pipeline::derive;
use quote::quote;

/// The fused program of a function as it is printed.
fn fused(source: &str) -> Option<String> {
    let mut item: syn::ItemFn = syn::parse_str(source).expect("the test's source parses");
    let mut errors = Errors::default();
    let config = Config::parse(proc_macro2::TokenStream::new(), &mut item, &mut errors);
    let f = crate::lower::function(&item, &config, &mut errors).expect("the test's source is supported");
    let programs = derive(&f, 1, Some(Caller::Function(&item.sig.ident.to_string())), &mut errors);
    assert!(errors.is_empty(), "the test's source has no errors");
    let body = crate::emit::body(programs.fused?, &quote!(rt));
    Some(prettyplease::unparse(&syn::parse2(quote!(fn f() { #body })).expect("the output parses")))
}

#[test]
fn a_recursion_whose_adjoint_is_known_keeps_nothing() {
    let text = fused(
        "fn f(a: &[f64], n: usize, size: usize, rest: &mut [usize]) -> f64 {
            let row = rest[n];
            let mut column = row;
            if size == 1 { return a[row]; }
            rest[n] = rest[row];
            let mut sum = 0.0;
            for k in 0..size {
                let element = a[column * n + k];
                sum += element * f(a, n, size - 1, rest);
                column = rest[column];
            }
            rest[n] = row;
            sum
        }",
    );
    let text = text.expect("it is fused");
    assert!(text.contains("f::fused(") && !text.contains("record") && !text.contains("pull"), "{text}");
}

#[test]
fn what_the_terms_of_a_sum_record_is_dropped_after_each() {
    let text = fused(
        "fn f(c: &[f64], n: usize) -> f64 {
            let mut sum = 0.0;
            for i in 0..n {
                let mut product = 1.0;
                for v in c { product *= v.sin() + i as f64; }
                sum += product;
            }
            sum / n as f64
        }",
    );
    let text = text.expect("it is fused");
    assert_eq!(text.matches("record.clear()").count(), 1, "{text}");
}

#[test]
fn what_is_known_too_late_is_not_fused() {
    // The adjoint of an iteration comes from the next one, from behind the loop, from the call itself.
    let chained = "fn f(c: &[f64]) -> f64 { let mut s = 1.0; for v in c { s = (s * v).sin(); } s }";
    let scaled = "fn f(c: &[f64]) -> f64 { let mut s = 0.0; let mut t = 0.0; for v in c { s += v.exp(); t += v.sin(); } s / t }";
    let squared = "fn f(x: f64, n: usize) -> f64 { if n == 0 { return x; } let y: f64 = f(x, n - 1); y * y }";
    for source in [chained, scaled, squared] {
        assert_eq!(fused(source), None, "{source}");
    }
}

#[test]
fn memory_that_is_written_to_is_not_looked_at_later() {
    let source = "fn f(c: &[f64]) -> f64 {
        let mut b = [1.0, 2.0];
        let mut s = 0.0;
        for i in 0..c.len() { b[i % 2] = c[i] * b[0]; s += b[0].sin() * b[1]; }
        s
    }";
    assert_eq!(fused(source), None);
}

#[test]
fn sums_that_record_nothing_stay_two_loops() {
    assert_eq!(fused("fn f(x: &[f64]) -> f64 { let mut s = 0.0; for v in x { s += v * v; } s }"), None);
}

/// Each term fills a buffer, by itself and by a callee.
const TERMS: &str = "fn f(c: &[f64], x: &[f64], d: usize) -> f64 {
    let mut centred = vec![0.0; d];
    let mut product = vec![0.0; d];
    let mut sum = 0.0;
    for i in 0..x.len() {
        for j in 0..d {
            centred[j] = x[i] - c[j];
        }
        g(c, &centred, &mut product);
        let mut square = 0.0;
        for j in 0..d {
            square += product[j] * product[j];
        }
        sum += square.exp();
    }
    sum
}";

#[test]
fn terms_may_work_in_buffers() {
    let text = fused(TERMS).expect("it is fused");
    expect_test::expect![[r#"
        fn f() {
            use rt::rt::CellExt as _;
            let d = *d;
            let mut centred = ::std::vec![0.0; d];
            let mut product = ::std::vec![0.0; d];
            let t = x.len();
            let _ = ::core::iter::Iterator::size_hint(&(0..t)).0;
            let mut centred_log = ::std::vec::Vec::new();
            let sum_bar = out_bar.get();
            let product_bar = rt::rt::zeros(&product);
            let centred_bar = rt::rt::cells(0.0, d);
            let centred_len = centred.len();
            let mut centred_after = centred.clone();
            let product_len = product.len();
            let mut product_after = product.clone();
            let mut sum = 0.0;
            for i in 0..t {
                centred_log.extend_from_slice(rt::rt::range(&centred, 0, d));
                for j in 0..d {
                    centred[j] = x[i] - c[j];
                }
                let (t1, pull) = g::forward(c, &centred, &mut product);
                let mut square = 0.0;
                for j1 in 0..d {
                    let t2 = product[j1];
                    square += t2 * t2;
                }
                let t3 = rt::rt::real::exp(square);
                if centred.len() != centred_len {
                    return ::core::option::Option::None;
                }
                if product.len() != product_len {
                    return ::core::option::Option::None;
                }
                if 8 * (centred_log.len())
                    < centred.len() + product.len() + product_bar.len() + centred_bar.len()
                {
                    return ::core::option::Option::None;
                }
                centred_after[..].copy_from_slice(&centred);
                product_after[..].copy_from_slice(&product);
                let mut centred_at = centred_log.len();
                let t4 = sum_bar * t3;
                let runs = 0 < d;
                if runs {
                    let product1 = &product[0..d];
                    let product_bar1 = &product_bar[0..d];
                    for j2 in 0..d {
                        let t5 = product1[j2];
                        product_bar1[j2].add(t4 * t5 + t4 * t5);
                    }
                }
                let t_bar = rt::rt::zeros(&t1);
                pull(
                    c,
                    &centred,
                    &mut product,
                    &t_bar,
                    rt::rt::slot(c_bar),
                    rt::rt::slot(&centred_bar),
                    rt::rt::slot(&product_bar),
                );
                let mut x_bar1 = 0.0;
                let short = d <= 64;
                if short {
                    let runs1 = 0 < d;
                    if runs1 {
                        let centred_bar1 = &centred_bar[0..d];
                        let c_bar1 = c_bar.map(|c_bar| &c_bar[0..d]);
                        for j3 in 0..d {
                            let t_bar1 = centred_bar1[j3].take();
                            if let Some(c_bar1) = c_bar1 {
                                c_bar1[j3].add(-t_bar1);
                            }
                            x_bar1 += t_bar1;
                        }
                    }
                } else {
                    let wanted = x_bar.is_some();
                    if wanted {
                        let centred_bar2 = &centred_bar[0..d];
                        x_bar1 += rt::rt::sum(0, d, |j4| centred_bar2[j4].get());
                    }
                    let centred_bar3 = &centred_bar[0..d];
                    let c_bar2 = c_bar.map(|c_bar| &c_bar[0..d]);
                    for j5 in 0..d {
                        let t6 = -centred_bar3[j5].take();
                        if let Some(c_bar2) = c_bar2 {
                            c_bar2[j5].add(t6);
                        }
                    }
                }
                let ran = 0 < d;
                if ran {
                    if let Some(x_bar) = x_bar {
                        x_bar[i].add(x_bar1);
                    }
                }
                {
                    let range = rt::rt::range_mut(&mut centred, 0, d);
                    centred_at -= range.len();
                    range.copy_from_slice(&centred_log[centred_at..][..range.len()]);
                }
                centred_log.clear();
                centred[..].copy_from_slice(&centred_after);
                product[..].copy_from_slice(&product_after);
                if product_bar[..].iter().any(|bar| bar.get() != 0.0) {
                    return ::core::option::Option::None;
                }
                if centred_bar[..].iter().any(|bar| bar.get() != 0.0) {
                    return ::core::option::Option::None;
                }
                sum += t3;
            }
            sum
        }
    "#]]
    .assert_eq(&text);
}

#[test]
fn a_length_that_changes_is_not_known_before() {
    for kind in ["usize", "f64"] {
        let source = format!(
            "fn f(x: &[f64], n: usize) -> f64 {{
                let mut v: Vec<{kind}> = Vec::new();
                let mut sum = 0.0;
                for i in 0..n {{
                    v.push(i as {kind});
                    let mut product = 1.0;
                    for w in x {{ product *= w.sin() + i as f64; }}
                    sum += product;
                }}
                sum / v.len() as f64
            }}"
        );
        assert_eq!(fused(&source), None, "{kind}");
    }
}

#[test]
fn programs_with_buffers_are_fused_or_not() {
    let file: syn::File = syn::parse_str(include_str!("../../../../tests/programs/terms.rs")).expect("the file parses");
    let is_fused = |item: &syn::Item| match item {
        syn::Item::Fn(f) if !f.sig.inputs.is_empty() => {
            let mut f = f.clone();
            f.attrs.clear();
            fused(&quote!(#f).to_string()).map(|_| f.sig.ident.to_string())
        }
        _ => None,
    };
    let found: Vec<String> = file.items.iter().filter_map(is_fused).collect();
    assert_eq!(found, ["quadratic", "left_over", "left_over_at_last", "counted", "two_sums", "scattered"]);
}
