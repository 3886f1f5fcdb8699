//! What is used up, and what is not.

use crate::args::Config;
use crate::emit::body_once;
use crate::errors::Errors;
use crate::pipeline::derive;
use quote::quote;

/// The body with a pullback for one use, without spaces.
fn printed(source: &str) -> Option<String> {
    let mut item: syn::ItemFn = syn::parse_str(source).expect("the test's source parses");
    let mut errors = Errors::default();
    let config = Config::parse(proc_macro2::TokenStream::new(), &mut item, &mut errors);
    let f = crate::lower::function(&item, &config, &mut errors).expect("the test's source is supported");
    let programs = derive(&f, 1, None, &mut errors);
    assert!(errors.is_empty(), "the test's source has no errors");
    let body = body_once(programs.adjoints[0].clone(), &quote!(d))?;
    Some(body.to_string().split_whitespace().collect())
}

#[test]
fn what_neither_records_calls_nor_rewinds_has_none() {
    assert_eq!(printed("fn f(x: f64) -> f64 { x.exp() }"), None);
    assert_eq!(printed("fn f(x: &[f64]) -> f64 { x.iter().map(|v| v.exp()).sum() }"), None);
    assert_eq!(printed("fn f(x: f64, y: f64) -> f64 { let a: f64 = h(x); if x > 0.0 { a * g(y) } else { a } }"), None);
}

#[test]
fn iterations_take_pullbacks_out_of_the_record() {
    let body = printed("fn f(x: &[f64]) -> f64 { let mut s = 0.0; for v in x { s = g(*v + s); } s }").expect("it calls");
    assert!(body.contains("letpull=d::rt::pop(&mutrecord);"), "{body}");
    assert!(!body.contains("record.len()"), "{body}");
}

#[test]
fn memory_is_rewound_where_it_lies() {
    let source = "fn f(x: &[f64], n: usize) -> f64 {
        let mut y = x.to_vec();
        for _ in 0..n { for i in 1..y.len() { y[i] = y[i] * y[i - 1]; } }
        y[0]
    }";
    let body = printed(source).expect("it rewinds");
    assert!(body.contains("letmuty=y;") && !body.contains("y.clone()"), "{body}");
}
