//! What is fused, and what it looks like.

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
    let programs = derive(&f, 1, Some(&item.sig.ident.to_string()), &mut errors);
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
