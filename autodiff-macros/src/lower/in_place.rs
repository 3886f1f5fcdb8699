//! Which variables are changed where they are, in whole or in part, rather than assigned anew.
//!
//! A copy of a constant of a type that cannot be seen is then memory: what is written to it may carry derivatives, though the constant has none.

use super::changes;
use proc_macro2::Ident;
use std::collections::HashSet;
use syn::Expr;
use syn::visit::{self, Visit};

/// Names of variables of which, anywhere in a body, a part is assigned, a reference is taken by `&mut`, or a method is called that may change them.
pub(super) fn changed(block: &syn::Block) -> HashSet<String> {
    let mut changed = Changed { names: HashSet::new(), by_methods: true };
    changed.visit_block(block);
    changed.names
}

/// The same in an expression, but for methods.
pub(super) fn changed_without_methods(e: &Expr) -> HashSet<String> {
    let mut changed = Changed { names: HashSet::new(), by_methods: false };
    changed.visit_expr(e);
    changed.names
}

struct Changed {
    names: HashSet<String>,
    by_methods: bool,
}

impl Changed {
    fn change(&mut self, place: &Expr) {
        self.names.extend(changes::root(place).map(Ident::to_string));
    }

    fn assign(&mut self, target: &Expr) {
        match target {
            Expr::Path(_) => {}
            Expr::Tuple(targets) => targets.elems.iter().for_each(|target| self.assign(target)),
            target => self.change(target),
        }
    }
}

impl<'a> Visit<'a> for Changed {
    fn visit_expr_assign(&mut self, e: &'a syn::ExprAssign) {
        self.assign(&e.left);
        visit::visit_expr_assign(self, e);
    }

    fn visit_expr_binary(&mut self, e: &'a syn::ExprBinary) {
        if super::operator::assigning(&e.op).is_some() {
            self.assign(&e.left);
        }
        visit::visit_expr_binary(self, e);
    }

    fn visit_expr_reference(&mut self, e: &'a syn::ExprReference) {
        if e.mutability.is_some() {
            self.change(&e.expr);
        }
        visit::visit_expr_reference(self, e);
    }

    fn visit_expr_method_call(&mut self, e: &'a syn::ExprMethodCall) {
        if self.by_methods && changes::may_change_receiver(&e.method.to_string(), e.args.len()) {
            self.change(&e.receiver);
        }
        visit::visit_expr_method_call(self, e);
    }
}
