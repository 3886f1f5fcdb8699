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
