//! `?`: a `match` whose second arm returns. Inside of an expression it is a statement before that.

use super::Lower;
use super::flow::may_leave;
use super::stmt::Then;
use super::term::Term;
use crate::ir::Kind;
use quote::format_ident;
use syn::spanned::Spanned as _;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Stmt};

impl<'e> Lower<'e> {
    /// `e?`, and what comes after it.
    pub(super) fn question(&mut self, e: &syn::ExprTry, expected: Option<&Kind>, then: Then<'_, 'e>) -> Term {
        let of = &e.expr;
        let desugared: Expr = match self.returns_option() {
            Some(true) => syn::parse_quote_spanned!(e.span()=> match #of {
                Some(value) => value,
                None => return None,
            }),
            Some(false) => syn::parse_quote_spanned!(e.span()=> match #of {
                Ok(value) => value,
                Err(error) => return Err(::core::convert::From::from(error)),
            }),
            None => {
                let help = "match on the result, or make the closure a function that returns a `Result`";
                return self.error(e, "`?` where the type of what it returns is not written", help);
            }
        };
        self.split(&desugared, expected, then)
    }

    /// Whether the body that `?` leaves returns an `Option`, else a `Result` by any name; none if its type is not written.
    pub(super) fn returns_option(&self) -> Option<bool> {
        let body = self.frames.iter().rev().find_map(|frame| match frame.kind {
            super::env::FrameKind::Body { result } => Some(result),
            super::env::FrameKind::Loop { .. } | super::env::FrameKind::Block { .. } => None,
        });
        match &self.env.vars[body?.0].ty {
            Some(syn::Type::Path(path)) => path.path.segments.last().map(|last| last.ident == "Option"),
            _ => None,
        }
    }
}

/// A statement with `?` inside of expressions as several: `let question = e?;` before what is left. `None` if there is nothing to do.
pub(super) fn hoisted(stmt: &Stmt, count: &mut usize) -> Option<Vec<Stmt>> {
    let mut stmt = stmt.clone();
    let mut hoist = Hoist { lets: Vec::new(), count };
    match &mut stmt {
        Stmt::Local(local) => hoist.root(&mut local.init.as_mut()?.expr),
        Stmt::Expr(e, _) => hoist.root(e),
        Stmt::Item(_) | Stmt::Macro(_) => return None,
    }
    let mut lets = hoist.lets;
    if lets.is_empty() {
        return None;
    }
    lets.push(stmt);
    Some(lets)
}

struct Hoist<'c> {
    lets: Vec<Stmt>,
    count: &'c mut usize,
}

impl Hoist<'_> {
    /// Where `?` may stand as it is.
    fn root(&mut self, e: &mut Expr) {
        match e {
            Expr::Try(e) => self.visit_expr_mut(&mut e.expr),
            Expr::Paren(paren) => self.root(&mut paren.expr),
            Expr::Assign(assign) => {
                self.visit_expr_mut(&mut assign.left);
                self.root(&mut assign.right);
            }
            Expr::Binary(binary) if super::operator::assigning(&binary.op).is_some() => {
                self.visit_expr_mut(&mut binary.left);
                self.root(&mut binary.right);
            }
            Expr::If(e) => match &mut *e.cond {
                Expr::Let(cond) => self.visit_expr_mut(&mut cond.expr),
                cond => self.visit_expr_mut(cond),
            },
            Expr::Match(e) => self.visit_expr_mut(&mut e.expr),
            Expr::ForLoop(e) => self.visit_expr_mut(&mut e.expr),
            Expr::Block(_) | Expr::Loop(_) | Expr::While(_) => {}
            e => self.visit_expr_mut(e),
        }
    }
}

impl VisitMut for Hoist<'_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        match e {
            // Evaluated another number of times than the statement, or perhaps not at all.
            Expr::Closure(_)
            | Expr::Block(_)
            | Expr::If(_)
            | Expr::Match(_)
            | Expr::Loop(_)
            | Expr::While(_)
            | Expr::ForLoop(_) => {}
            Expr::Binary(binary) if matches!(binary.op, syn::BinOp::And(_) | syn::BinOp::Or(_)) => {
                self.visit_expr_mut(&mut binary.left);
            }
            Expr::Try(of) => {
                self.visit_expr_mut(&mut of.expr);
                *self.count += 1;
                let name = format_ident!("question{}", *self.count, span = of.span());
                self.lets.push(syn::parse_quote!(let #name = #of;));
                *e = syn::parse_quote!(#name);
            }
            e => visit_mut::visit_expr_mut(self, e),
        }
    }
}

/// `e?` is inside of the expression.
pub(super) fn has_question(e: &Expr) -> bool {
    struct Questions(bool);
    impl syn::visit::Visit<'_> for Questions {
        fn visit_expr_try(&mut self, _: &syn::ExprTry) {
            self.0 = true;
        }
    }
    let mut questions = Questions(false);
    syn::visit::Visit::visit_expr(&mut questions, e);
    questions.0 && may_leave(e)
}
