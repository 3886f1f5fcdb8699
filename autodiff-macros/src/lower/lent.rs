//! `Vec`s of the caller's that get another length: `fn fill(x: &[f64], out: &mut Vec<f64>) { out.clear(); … out.push(…) }`.
//!
//! Their shadows are the caller's and keep their lengths. So such a function works on a `Vec` of its own, a copy of what there was (unless that
//! is cleared at once), and moves it to the caller at the end. What the caller hands in for the shadow has the length that the call
//! leaves, or a later one; where the adjoint of what was there before does not fit into it, the pullback panics.

use super::Lower;
use super::place::pushed;
use super::term::Term;
use crate::ir::{Alloc, Class, Kind, Memory, Op, Param, Place, Proj, Stmt, Value};
use proc_macro2::Ident;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Pat};

/// A parameter, and what stands for what it refers to.
pub(super) struct Replaced {
    param: Value,
    own: Value,
}

impl Lower<'_> {
    /// Gives each of `params` that gets another length a `Vec` of this function's own, to which its pattern is bound.
    pub(super) fn replace_resized(&mut self, body: &Block, params: &[Param], patterns: &mut [(Pat, Term)]) -> Vec<Replaced> {
        let mut all = Vec::new();
        for (param, (pat, term)) in params.iter().zip(patterns) {
            let (Pat::Ident(name), Kind::Ref(true, kind)) = (pat, self.data(param.value).kind.clone()) else { continue };
            let is_resized = matches!(&*kind, Kind::Vec(elem) if !elem.is_inactive()) && grows(body, &name.ident);
            if !is_resized {
                continue;
            }
            let own = self.own_copy(param, *kind, is_cleared(body, &name.ident), &name.ident);
            *term = Term::Ref(true, Box::new(Term::whole(own)));
            all.push(Replaced { param: param.value, own });
        }
        all
    }

    fn own_copy(&mut self, param: &Param, kind: Kind, cleared: bool, name: &Ident) -> Value {
        let (whole, span) = (Place::whole(param.value), name.span());
        let op = match cleared {
            true => Alloc::Empty { capacity: None },
            false => {
                let len = self.len(whole.clone(), span);
                let place = pushed(whole, Proj::Range { lo: None, hi: Some(len), inclusive: false });
                Alloc::Copy { place, method: Some(Ident::new("to_vec", span)) }
            }
        };
        let varied = self.is_varied(param.value) && !cleared;
        let own = self.let_(&super::pattern::name_of(name), Class::Owner, kind, Op::Alloc(op), span, varied);
        if let syn::Type::Reference(reference) = &param.ty {
            self.data_mut(own).ty = Some((*reference.elem).clone());
        }
        self.data_mut(own).mutable = true;
        own
    }

    /// At the end of the function: what it has made of them is the caller's.
    pub(super) fn hand_back(&mut self, replaced: Vec<Replaced>) {
        for Replaced { param, own } in replaced {
            if self.is_varied(own) {
                self.mark_varied(param, self.data(param).span);
            }
            let place = pushed(Place::whole(param), Proj::Deref);
            self.stmts.push(Stmt::Memory(Memory::Assign { place, src: own, old: None }));
        }
    }
}

/// `out` is called by a method after which it may be longer.
fn grows(body: &Block, out: &Ident) -> bool {
    struct Grows<'a>(&'a Ident, bool);
    impl<'a> Visit<'a> for Grows<'_> {
        fn visit_expr_method_call(&mut self, e: &'a syn::ExprMethodCall) {
            let method = e.method.to_string();
            let grows = matches!(
                method.as_str(),
                "push" | "extend" | "extend_from_slice" | "insert" | "append" | "resize" | "resize_with" | "clear"
            );
            self.1 |= grows && is_variable(&e.receiver, self.0);
            visit::visit_expr_method_call(self, e);
        }
    }
    let mut found = Grows(out, false);
    found.visit_block(body);
    found.1
}

/// `out.clear();` comes first.
fn is_cleared(body: &Block, out: &Ident) -> bool {
    match body.stmts.first() {
        Some(syn::Stmt::Expr(Expr::MethodCall(first), Some(_))) => first.method == "clear" && is_variable(&first.receiver, out),
        _ => false,
    }
}

fn is_variable(e: &Expr, name: &Ident) -> bool {
    match e {
        Expr::Path(path) => path.path.is_ident(name),
        Expr::Paren(paren) => is_variable(&paren.expr, name),
        Expr::Unary(syn::ExprUnary { op: syn::UnOp::Deref(_), expr, .. }) => is_variable(expr, name),
        _ => false,
    }
}
