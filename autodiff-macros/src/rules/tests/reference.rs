//! `docs/rules.md` is the table as a page for users.

use super::super::{Form, RULES, Rule, RuleKind, by_name};

/// `UPDATE_EXPECT=1` rewrites the page.
#[test]
fn the_reference_page_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/rules.md");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, page()).expect("docs/rules.md can be written");
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == page(), "docs/rules.md is out of date: run the tests with UPDATE_EXPECT=1");
}

fn page() -> String {
    let mut page = String::from(HEAD);
    let mut section = "";
    for rule in RULES.iter().filter(|rule| !matches!(rule.form, Form::Function(_))) {
        if rule.section != section {
            section = rule.section;
            page += &format!("\n## {section}\n\n| primitive | derivative for each operand | |\n|---|---|---|\n");
        }
        page += &row(rule);
    }
    page
}

fn row(rule: &Rule) -> String {
    let partials: Vec<String> = match rule.kind {
        RuleKind::Zero => vec![code("0.0")],
        RuleKind::Linear => vec![format!("the adjoint by {}", code(by_name(rule.partials[0]).rule().call))],
        RuleKind::Pointwise => {
            rule.params.iter().zip(rule.partials).filter(|(param, _)| !param.integer).map(|(_, text)| code(text)).collect()
        }
    };
    let call = if rule.tensors { rule.call.replace(rule.on_floats(), rule.name) } else { rule.call.to_owned() };
    format!("| {} | {} | {} |\n", code(&call), partials.join("<br>"), rule.doc)
}

/// A vertical bar ends a cell, also in code.
fn code(text: &str) -> String {
    let text: Vec<&str> = text.split_whitespace().collect();
    format!("`{}`", text.join(" ").replace("( ", "(").replace(" )", ")").replace('|', "\\|"))
}

const HEAD: &str = "\
# Primitives

What `#[differentiate]` knows to differentiate, on `f32` and `f64`, with the convention at each kink and at the ends of the
domain. `out` is the result. Both modes read the same entry of the rule table, and each entry is tested against
central differences.

Generated from `autodiff-macros/src/rules/table.rs` by its tests (`UPDATE_EXPECT=1 cargo test`).
";
