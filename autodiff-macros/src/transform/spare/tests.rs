//! What is told of lent memory, and what is put back.

use crate::args::Config;
use crate::errors::Errors;
use crate::ir::{Call, Stmt};
use crate::pipeline::{Programs, derive};
use crate::transform::fuse::Caller;
use quote::ToTokens as _;

fn programs(source: &str) -> Programs {
    let mut item: syn::ItemFn = syn::parse_str(source).expect("the test's source parses");
    let mut errors = Errors::default();
    let config = Config::parse(proc_macro2::TokenStream::new(), &mut item, &mut errors);
    let f = crate::lower::function(&item, &config, &mut errors).expect("the test's source is supported");
    let programs = derive(&f, 1, Some(Caller::Function(&item.sig.ident.to_string())), &mut errors);
    assert!(errors.is_empty(), "the test's source has no errors");
    programs
}

/// The sets of parameters for whose adjoints each one is looked at, and whether something is put back on demand only.
#[track_caller]
fn check(source: &str, looks: &[u64], asks: bool) {
    let spared = programs(source).spared.expect("it has a companion");
    assert_eq!((spared.looks.as_slice(), spared.asks), (looks, asks));
}

/// The sets that callees are given.
fn given(source: &str) -> Vec<String> {
    fn visit(stmts: &[Stmt], found: &mut Vec<String>) {
        for stmt in stmts {
            if let Stmt::Call(call) = stmt {
                let Call { kept, .. } = &**call;
                found.push(kept.as_ref().map_or_else(|| "all".to_owned(), |kept| kept.expr.to_token_stream().to_string()));
            }
            stmt.blocks().into_iter().for_each(|block| visit(&block.stmts, found));
        }
    }
    let mut found = Vec::new();
    visit(&programs(source).adjoints[0].body.stmts, &mut found);
    found
}

#[test]
fn a_buffer_that_is_filled_is_put_back_on_demand() {
    check("fn f(x: &[f64], out: &mut [f64]) { for i in 0..x.len() { out[i] = 2.0 * x[i]; } }", &[0, 0], true);
    check("fn f(x: &[f64], out: &mut [f64]) { for i in 0..x.len() { out[i] = x[i].exp(); } }", &[0, 2], false);
}

#[test]
fn a_product_looks_at_each_factor_for_the_other() {
    check("fn f(a: &[f64], b: &[f64], out: &mut [f64]) { for i in 0..a.len() { out[i] = a[i] * b[i]; } }", &[4, 2, 0], true);
    check(
        "fn f(y: &[f64], h: f64, k: &[f64], out: &mut [f64]) { for i in 0..y.len() { out[i] = y[i] + h * k[i]; } }",
        &[0, 1, 4, 0],
        true,
    );
}

#[test]
fn what_steers_is_always_looked_at() {
    check(
        "fn f(x: &[f64], w: &[f64]) -> f64 { let mut s = 0.0; for i in 0..x.len() { if w[i] > 0.0 { s += x[i]; } } s }",
        &[0, 1],
        false,
    );
    check(
        "fn f(x: &[f64], #[constant] w: &[f64]) -> f64 { let mut s = 0.0; for i in 0..x.len() { s += x[w[i] as usize]; } s }",
        &[0, 1],
        false,
    );
    check("fn f(x: &[f64], at: &[usize], out: &mut [f64]) { for i in 0..at.len() { out[at[i]] = x[i]; } }", &[0, 1, 0], false);
}

#[test]
fn memory_that_is_looked_at_is_put_back() {
    let source = "fn f(x: &[f64]) -> f64 {
        let mut t = vec![0.0; x.len()];
        for _ in 0..3 { fill(x, &mut t); }
        t[0]
    }";
    assert_eq!(given(source), ["if fill :: LOOKS [1] & 7 != 0 { 2 } else { 0 }"]);
    let source = "fn f(x: &[f64]) -> f64 {
        let mut t = vec![0.0; x.len()];
        let mut s = 0.0;
        for _ in 0..3 { fill(x, &mut t); s += t[0] * t[0]; }
        s
    }";
    assert_eq!(given(source), ["all"]);
    // The caller of the function decides.
    assert_eq!(given("fn f(x: &[f64], out: &mut [f64]) { fill(x, &mut out[1..]); }"), ["if kept1 { 2 } else { 0 }"]);
    // The callee may have asked for no more than `&[f64]`.
    assert_eq!(given("fn f(x: &[f64], out: &mut [f64]) { fill(x, out); }"), ["all"]);
}
