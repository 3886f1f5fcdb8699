//! Where control may go, by syntax.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Block, Expr, Lifetime};

/// Control may leave the expression through `break`, `continue`, `return` or `?`.
pub(super) fn may_leave(e: &Expr) -> bool {
    let mut exits = Exits::default();
    exits.visit_expr(e);
    exits.found
}

/// Control never reaches what stands behind the expression.
pub(super) fn always_leaves(e: &Expr) -> bool {
    match e {
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
        Expr::Macro(mac) => panics(&mac.mac),
        Expr::Paren(paren) => always_leaves(&paren.expr),
        Expr::Group(group) => always_leaves(&group.expr),
        Expr::Block(block) if block.label.is_none() => block_leaves(&block.block),
        Expr::If(e) => {
            e.else_branch.as_ref().is_some_and(|(_, otherwise)| block_leaves(&e.then_branch) && always_leaves(otherwise))
        }
        Expr::Match(e) => !e.arms.is_empty() && e.arms.iter().all(|arm| always_leaves(&arm.body)),
        Expr::Loop(e) => !breaks(e),
        _ => false,
    }
}

pub(super) fn block_leaves(block: &Block) -> bool {
    block.stmts.iter().any(|stmt| match stmt {
        syn::Stmt::Expr(e, _) => always_leaves(e),
        syn::Stmt::Macro(mac) => panics(&mac.mac),
        syn::Stmt::Local(local) => local.init.as_ref().is_some_and(|init| always_leaves(&init.expr)),
        syn::Stmt::Item(_) => false,
    })
}

/// `panic!` and its relatives.
pub(super) fn panics(mac: &syn::Macro) -> bool {
    let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    matches!(name.as_str(), "panic" | "unreachable" | "todo" | "unimplemented")
}

/// A `break` leaves this `loop`.
fn breaks(e: &syn::ExprLoop) -> bool {
    struct Breaks<'a> {
        label: Option<&'a Lifetime>,
        depth: usize,
        found: bool,
    }
    impl<'a> Visit<'a> for Breaks<'a> {
        fn visit_expr(&mut self, e: &'a Expr) {
            let inner = matches!(e, Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_));
            self.depth += usize::from(inner);
            if let Expr::Break(e) = e {
                self.found |= match &e.label {
                    Some(label) => self.label == Some(label),
                    None => self.depth == 0,
                };
            }
            if !matches!(e, Expr::Closure(_)) {
                visit::visit_expr(self, e);
            }
            self.depth -= usize::from(inner);
        }
        fn visit_item(&mut self, _: &'a syn::Item) {}
    }
    let mut breaks = Breaks { label: e.label.as_ref().map(|label| &label.name), depth: 0, found: false };
    breaks.visit_block(&e.body);
    breaks.found
}

/// The exits that leave an expression.
#[derive(Default)]
pub(super) struct Exits<'a> {
    loops: usize,
    labels: Vec<&'a Lifetime>,
    /// There are some.
    pub(super) found: bool,
    /// Some of them leave loops.
    pub(super) in_loop: bool,
}

impl<'a> Visit<'a> for Exits<'a> {
    fn visit_expr(&mut self, e: &'a Expr) {
        let (label, inner) = match e {
            Expr::Loop(e) => (e.label.as_ref(), true),
            Expr::While(e) => (e.label.as_ref(), true),
            Expr::ForLoop(e) => (e.label.as_ref(), true),
            Expr::Block(e) => (e.label.as_ref(), false),
            _ => (None, false),
        };
        let leaves = |this: &Self, label: &Option<Lifetime>| match label {
            Some(label) => !this.labels.contains(&label),
            None => this.loops == 0,
        };
        let found = match e {
            Expr::Return(_) | Expr::Try(_) => true,
            Expr::Break(e) => leaves(self, &e.label),
            Expr::Continue(e) => leaves(self, &e.label),
            _ => false,
        };
        self.found |= found;
        let loops = matches!(e, Expr::Try(of) if super::question::gathered(&of.expr).is_some());
        self.in_loop |= found && (self.loops > 0 || loops);
        let depth = self.labels.len();
        self.labels.extend(label.map(|label| &label.name));
        self.loops += usize::from(inner);
        if !matches!(e, Expr::Closure(_)) {
            visit::visit_expr(self, e);
        }
        self.loops -= usize::from(inner);
        self.labels.truncate(depth);
    }

    fn visit_item(&mut self, _: &'a syn::Item) {}

    fn visit_macro(&mut self, mac: &'a syn::Macro) {
        let found = may_leave_tokens(mac.tokens.clone());
        self.found |= found;
        self.in_loop |= found && self.loops > 0;
    }
}

/// Tokens of a macro by which control may leave: what they stand for is not known, and loops of their own are not told apart.
fn may_leave_tokens(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => may_leave_tokens(group.stream()),
        TokenTree::Ident(name) => name == "return" || name == "break" || name == "continue",
        TokenTree::Punct(punct) => punct.as_char() == '?',
        TokenTree::Literal(_) => false,
    })
}
