//! `docs/expansion.md` walks through one expansion. The code in it is what the stages make today; around it stands text about that code, which
//! has to be read again when the code changes.

use super::{Config, Errors, derive, expand, lower};
use crate::ir::print::print;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Item, ItemFn};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/expansion.md");

const SOURCE: &str = "\
fn respond(force: &[f64], gain: f64) -> f64 {
    let mut state = 0.0;
    for f in force {
        state = (gain * state + f).tanh();
    }
    state * state
}
";

/// The code blocks of the page, by the word behind the fence: ```` ```rust,forward ````.
fn blocks() -> Vec<(&'static str, String)> {
    let tokens: TokenStream = SOURCE.parse().expect("the function is Rust");
    let mut item: ItemFn = syn::parse2(tokens.clone()).expect("the function is one");
    let mut errors = Errors::default();
    let config = Config::parse(TokenStream::new(), &mut item, &mut errors);
    let lowered = lower::function(&item, &config, &mut errors).expect("it can be lowered");
    let programs = derive(&lowered, 1, None, &mut errors);
    let expanded = expand(TokenStream::new(), tokens, 1);
    let mut blocks =
        vec![("source", SOURCE.to_owned()), ("ir", print(&lowered)), ("recorded", programs.recorded.join("\n") + "\n")];
    for name in ["forward", "tangent", "vjp_persistent", "value_and_grad", "grad", "jvp"] {
        blocks.push((name, function(&expanded, name)));
    }
    blocks
}

/// One function of the companion, without its attributes.
fn function(expanded: &TokenStream, wanted: &str) -> String {
    let file: syn::File = syn::parse2(expanded.clone()).expect("what is emitted is Rust");
    let functions = file.items.into_iter().filter_map(|item| match item {
        Item::Impl(block) => Some(block.items),
        _ => None,
    });
    let mut found = functions.flatten().find_map(|item| match item {
        syn::ImplItem::Fn(function) if function.sig.ident == wanted => Some(function),
        _ => None,
    });
    let function = found.as_mut().expect("the companion has it");
    function.attrs.clear();
    let file = syn::parse2(quote!(#function)).expect("it is a function");
    // Absolute paths are for hygiene's sake, and hard to read.
    let absolute =
        ["::differentiate::", "::core::option::Option::", "::core::option::", "::core::cell::", "::core::iter::", "::std::vec::"];
    absolute.into_iter().fold(prettyplease::unparse(&file), |text, path| text.replace(path, ""))
}

/// `UPDATE_EXPECT=1` puts in the code of today.
#[test]
fn the_page_about_one_expansion_shows_what_is_emitted() {
    let written = std::fs::read_to_string(PAGE).expect("the page is there");
    let mut page = String::new();
    let mut rest = written.as_str();
    let blocks = blocks();
    for (name, code) in &blocks {
        let fence = format!(",{name}\n");
        let start = rest.find(&fence).unwrap_or_else(|| panic!("the page shows `{name}`")) + fence.len();
        let end = start + rest[start..].find("```").expect("the block ends");
        page += &rest[..start];
        page += code;
        rest = &rest[end..];
    }
    page += rest;
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(PAGE, &page).expect("the page can be written");
    } else {
        assert!(written == page, "docs/expansion.md is out of date: run the tests with UPDATE_EXPECT=1, and read its text again");
    }
}
