//! Goldens: Rust in, representation out.

use crate::args::Config;
use crate::errors::Errors;
use crate::ir::{print, verify};
use expect_test::{Expect, expect};
use syn::parse_quote;

/// Lowers a function and prints it, or the messages.
fn lowered(mut item: syn::ItemFn, attribute: proc_macro2::TokenStream) -> String {
    let mut errors = Errors::default();
    let config = Config::parse(attribute, &mut item, &mut errors);
    match super::function(&item, &config, &mut errors) {
        Some(function) => {
            let text = print::print(&function);
            match verify::verify(&function) {
                Ok(()) => text,
                Err(broken) => format!("{text}error: not well formed: {broken}\n"),
            }
        }
        None => errors.to_string(),
    }
}

fn check(item: syn::ItemFn, expected: Expect) {
    expected.assert_eq(&lowered(item, Default::default()));
}

#[test]
fn scratch() {
    let text = std::fs::read_to_string(std::env::var("SCRATCH").unwrap_or_default()).unwrap_or_default();
    let Ok(file) = syn::parse_file(&text) else { return println!("unparsable") };
    let all = std::env::var("ALL").is_ok();
    items(file.items, all);
}

fn items(list: Vec<syn::Item>, all: bool) {
    for item in list {
        match item {
            syn::Item::Fn(mut item) => {
                let at = item.attrs.iter().position(|a| a.path().segments.last().unwrap().ident == "differentiate");
                if at.is_none() && !all {
                    continue;
                }
                let mut tokens = Default::default();
                if let Some(at) = at {
                    if let syn::Meta::List(list) = &item.attrs[at].meta {
                        tokens = list.tokens.clone();
                    }
                    item.attrs.remove(at);
                }
                println!("// {}", item.sig.ident);
                println!("{}", lowered(item, tokens));
            }
            syn::Item::Mod(m) => items(m.content.map(|c| c.1).unwrap_or_default(), all),
            _ => {}
        }
    }
}

#[test]
fn parentheses_of_inactive_expressions_survive() {
    let f = parse_quote! {
        fn f(x: &[f64], n: usize) -> f64 {
            let next = |i: usize| i % 6;
            x[(n + 1) % 6] * ((n + 2) as f64 - -((n - 1) as f64)) * (!(n == 1) == (n < 2)) as i32 as f64
                * x[(n + 3).min(2)] * x[next(n + 4)] * x[..(n + 5) * 2][0] * (1.0 - 2.0_f64).sqrt()
        }
    };
    let text = lowered(f, Default::default());
    let kept = [
        "(n + 1) % 6",
        "(n + 2) as f64",
        "((n - 1) as f64)",
        "!(n == 1) ==(n < 2)",
        "(n + 3).min",
        "(n + 5) * 2",
        "(1.0 - 2.0_f64).sqrt",
    ];
    for part in kept {
        assert!(text.replace(" . ", ".").contains(part), "{part} in\n{text}");
    }
    assert!(!text.contains("n + 4 %"), "{text}");
}
