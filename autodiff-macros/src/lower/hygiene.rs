//! Variables of one name that come from different macros are different variables, and lowering, which goes by names, would not
//! know: an error.

use crate::errors::Errors;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use std::collections::HashMap;
use syn::visit::{self, Visit};

/// Reports names that mean more than one thing in a function.
pub(super) fn check(item: &syn::ItemFn, errors: &mut Errors) {
    assert!(visible(), "this compiler does not tell names of different macros apart, which `#[differentiate]` has to");
    let mut names = Names::default();
    item.sig.inputs.iter().for_each(|input| names.visit_fn_arg(input));
    names.visit_block(&item.block);
    for name in names.ambiguous() {
        errors.push(
            name.span(),
            format!("there are several things called `{name}` here, from different macros"),
            "give the variable another name",
        );
    }
}

#[derive(Default)]
struct Names {
    seen: HashMap<String, Seen>,
}

/// Where a name occurs.
struct Seen {
    /// The origin of its first occurrence.
    origin: String,
    /// It is that of a variable.
    bound: bool,
    /// The first occurrence of another origin.
    other: Option<Ident>,
}

impl Names {
    fn meet(&mut self, ident: &Ident, bound: bool) {
        let origin = origin(ident);
        let seen =
            self.seen.entry(ident.to_string()).or_insert_with(|| Seen { origin: origin.clone(), bound: false, other: None });
        seen.bound |= bound;
        if seen.other.is_none() && seen.origin != origin {
            seen.other = Some(ident.clone());
        }
    }

    fn tokens(&mut self, tokens: &TokenStream) {
        let mut member = false;
        for token in tokens.clone() {
            match &token {
                TokenTree::Ident(ident) if !member => self.meet(ident, false),
                TokenTree::Group(group) => self.tokens(&group.stream()),
                TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            member = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '.');
        }
    }

    fn ambiguous(self) -> Vec<Ident> {
        let mut found: Vec<Ident> = self.seen.into_values().filter(|seen| seen.bound).filter_map(|seen| seen.other).collect();
        found.sort_by_key(Ident::to_string);
        found
    }
}

impl<'a> Visit<'a> for Names {
    fn visit_pat_ident(&mut self, pat: &'a syn::PatIdent) {
        self.meet(&pat.ident, !super::free::is_constant_name(&pat.ident));
        visit::visit_pat_ident(self, pat);
    }

    fn visit_expr_path(&mut self, path: &'a syn::ExprPath) {
        if let (Some(ident), None) = (path.path.get_ident(), &path.qself) {
            self.meet(ident, false);
        }
    }

    fn visit_macro(&mut self, mac: &'a syn::Macro) {
        self.tokens(&mac.tokens);
    }

    fn visit_item(&mut self, _: &'a syn::Item) {}
}

/// Which expansion an identifier comes from. The compiler tells only in what it prints of a span, which is taken as a whole: names at
/// the same place differ in nothing else.
fn origin(ident: &Ident) -> String {
    at_one_place(ident.span())
}

fn at_one_place(span: Span) -> String {
    format!("{:?}", span.located_at(Span::call_site()))
}

/// What the compiler prints does tell: two spans that are known to differ print differently. (Outside of a compiler all are alike.)
fn visible() -> bool {
    !crate::in_compiler() || at_one_place(Span::call_site()) != at_one_place(Span::mixed_site())
}
