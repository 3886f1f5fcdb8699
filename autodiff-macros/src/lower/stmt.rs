//! Statements and blocks.

use super::env::Binding;
use super::flow::may_leave;
use super::term::Term;
use super::{Flow, Lower, kind};
use crate::ir::{Kind, Opaque, Stmt};
use std::collections::HashMap;
use syn::{Expr, Pat};

/// What runs after an expression: the rest of its block, and what is done with that block's value.
pub(super) type Then<'t, 'e> = &'t mut dyn FnMut(&mut Lower<'e>, Term) -> Term;

impl<'e> Lower<'e> {
    /// `{ … }` and `'label: { … }`.
    pub(super) fn block_expr(&mut self, e: &syn::ExprBlock, expected: Option<&Kind>) -> Term {
        match &e.label {
            Some(label) => self.labelled_block(&label.name, &e.block, expected),
            None => self.block(&e.block, expected),
        }
    }

    /// A block as a value.
    pub(super) fn block(&mut self, block: &syn::Block, expected: Option<&Kind>) -> Term {
        self.block_then(block, expected, &mut |_, term| term)
    }

    /// A block, and what comes after it in the scope around it.
    pub(super) fn block_then(&mut self, block: &syn::Block, expected: Option<&Kind>, then: Then<'_, 'e>) -> Term {
        let depth = self.env.scopes.len();
        self.env.scopes.push(HashMap::new());
        let term = self.sequence(&block.stmts, expected, &mut |this, term| this.behind(depth, |this| then(this, term)));
        self.env.scopes.truncate(depth);
        term
    }

    /// What comes after a construct, which sees none of the names that are bound in it: those of the scopes from `depth` on.
    pub(super) fn behind<R>(&mut self, depth: usize, f: impl FnOnce(&mut Self) -> R) -> R {
        let inner = self.env.scopes.split_off(depth);
        let result = f(self);
        self.env.scopes.truncate(depth);
        self.env.scopes.extend(inner);
        result
    }

    /// Statements in order. Behind one that may leave, the rest becomes part of it.
    pub(super) fn sequence(&mut self, stmts: &[syn::Stmt], expected: Option<&Kind>, then: Then<'_, 'e>) -> Term {
        for (i, stmt) in stmts.iter().enumerate() {
            if self.flow != Flow::Live {
                return Term::Unit;
            }
            let rest = &stmts[i + 1..];
            if let Some(hoisted) = self.hoisted(stmt) {
                let all: Vec<syn::Stmt> = hoisted.into_iter().chain(rest.iter().cloned()).collect();
                return self.sequence(&all, expected, then);
            }
            if let Some(rest) = self.taken_apart(stmt, rest) {
                return self.sequence(&rest, expected, then);
            }
            match stmt {
                syn::Stmt::Expr(e, None) if rest.is_empty() => return self.split(e, expected, then),
                syn::Stmt::Expr(e, _) if may_leave(e) => {
                    return self.split(e, Some(&Kind::Unit), &mut |this, _| this.sequence(rest, expected, then));
                }
                syn::Stmt::Local(syn::Local { pat, init: Some(init), .. })
                    if init.diverge.is_some() || super::unpack::chooses(pat) =>
                {
                    return self.let_else(pat, init, expected, &mut |this| this.sequence(rest, expected, then));
                }
                syn::Stmt::Local(local) if local.init.as_ref().is_some_and(|init| may_leave(&init.expr)) => {
                    let init = local.init.as_ref().expect("just seen");
                    let hint = hint(&local.pat);
                    return self.split(&init.expr, hint.as_ref(), &mut |this, term| {
                        this.bind(&local.pat, term, None);
                        this.sequence(rest, expected, then)
                    });
                }
                syn::Stmt::Macro(mac) if may_leave(&in_expression(mac)) => {
                    self.leaves_inside(&in_expression(mac));
                }
                syn::Stmt::Macro(mac) if rest.is_empty() && mac.semi_token.is_none() => {
                    let term = self.macro_expr(&mac.mac, expected);
                    return if self.flow == Flow::Live { then(self, term) } else { Term::Unit };
                }
                stmt => self.stmt(stmt),
            }
        }
        if self.flow == Flow::Live { then(self, Term::Unit) } else { Term::Unit }
    }

    fn stmt(&mut self, stmt: &syn::Stmt) {
        match stmt {
            syn::Stmt::Local(local) => self.local(local),
            syn::Stmt::Expr(e, semi) => {
                // Without a semicolon the value is `()`; with one it may be anything that is dropped.
                let unit = semi.is_none().then_some(&Kind::Unit);
                let term = self.expr(e, unit);
                self.discard(term);
            }
            syn::Stmt::Macro(mac) => self.macro_stmt(&mac.mac),
            syn::Stmt::Item(syn::Item::Macro(item)) if self.captures(&item.mac.tokens) => {
                self.error(item, "a macro that mentions local variables", "write a closure, or what the macro stands for");
            }
            syn::Stmt::Item(item) => {
                let expr = Expr::Verbatim(quote::ToTokens::to_token_stream(item));
                self.stmts.push(Stmt::Observe(Opaque { expr, uses: Vec::new(), pure_: false, writes: false }));
            }
        }
    }

    /// The definition of a macro mentions variables of the function.
    fn captures(&self, tokens: &proc_macro2::TokenStream) -> bool {
        super::free::of_tokens(tokens).iter().any(|name| self.env.lookup(&name.to_string()).is_some())
    }

    /// An expression statement: evaluated for its effects.
    pub(super) fn discard(&mut self, term: Term) {
        match term {
            Term::Inactive(inactive) if !inactive.opaque.pure_ => self.stmts.push(Stmt::Observe(inactive.opaque)),
            Term::Tuple(parts) => parts.into_iter().for_each(|part| self.discard(part)),
            Term::Unit
            | Term::Inactive(_)
            | Term::Value(_)
            | Term::Place(_)
            | Term::Ref(..)
            | Term::Closure(_)
            | Term::Iterator(_) => {}
        }
    }

    /// `let pat = init;`
    fn local(&mut self, local: &syn::Local) {
        let Some(init) = &local.init else {
            return self.deferred(&local.pat);
        };
        let hint = hint(&local.pat).or_else(|| self.mapped_list(&local.pat, &init.expr));
        let term = match (pattern_without_type(&local.pat), &*init.expr) {
            // `let [a, b] = [x, y];` never makes the array.
            (Pat::Slice(pat), Expr::Array(array)) if pat.elems.len() == array.elems.len() => {
                Term::Tuple(array.elems.iter().map(|elem| self.operand(elem, Some(&Kind::Float))).collect())
            }
            (_, init) => match (super::from_fn::from_fn(init), &local.pat) {
                (Some((f, None)), Pat::Type(typed)) => self.array_from_fn(&typed.ty, f),
                _ => None,
            }
            .unwrap_or_else(|| self.expr(init, hint.as_ref())),
        };
        if self.flow == Flow::Live {
            self.bind(&local.pat, term, None);
        }
    }

    /// `let w = v.map(f);` of what is indexed later: an array.
    fn mapped_list(&self, pat: &Pat, init: &Expr) -> Option<Kind> {
        let (Pat::Ident(name), Expr::MethodCall(call)) = (pat, init) else { return None };
        let is_list = self.lists.indexed.contains(&name.ident.to_string());
        (is_list && call.method == "map" && !self.is_iterator(init)).then(|| Kind::Array(Box::new(Kind::Unknown)))
    }

    /// `let x;`
    fn deferred(&mut self, pat: &Pat) {
        let ty = match pat {
            Pat::Type(typed) => Some((*typed.ty).clone()),
            _ => None,
        };
        match pattern_without_type(pat) {
            Pat::Ident(ident) => {
                let name = super::pattern::name_of(&ident.ident);
                let id = self.env.anonymous(&name, ident.mutability.is_some(), Binding::Unset);
                self.env.vars[id.0].ty = ty;
                self.env.name(&ident.ident.to_string(), id);
            }
            Pat::Tuple(tuple) => tuple.elems.iter().for_each(|elem| self.deferred(elem)),
            Pat::Wild(_) => {}
            other => {
                self.error(other, "this pattern needs a value", "declare the variables one by one: `let a; let b;`");
                for name in super::free::bound_by(other) {
                    let id = self.env.anonymous(&super::pattern::name_of(&name), false, Binding::Unset);
                    self.env.name(&name.to_string(), id);
                }
            }
        }
    }
}

/// A macro as an expression.
pub(super) fn in_expression(mac: &syn::StmtMacro) -> Expr {
    Expr::Macro(syn::ExprMacro { attrs: Vec::new(), mac: mac.mac.clone() })
}

/// The kind that a pattern asks of its initialiser: from annotations, and tuples by shape.
pub(super) fn hint(pat: &Pat) -> Option<Kind> {
    match pat {
        Pat::Type(typed) => Some(kind::of_type(&typed.ty)),
        Pat::Tuple(tuple) => Some(Kind::Tuple(tuple.elems.iter().map(|elem| hint(elem).unwrap_or(Kind::Unknown)).collect())),
        Pat::Paren(paren) => hint(&paren.pat),
        _ => None,
    }
}

pub(super) fn pattern_without_type(pat: &Pat) -> &Pat {
    match pat {
        Pat::Type(typed) => &typed.pat,
        Pat::Paren(paren) => pattern_without_type(&paren.pat),
        _ => pat,
    }
}
