//! Control that leaves from inside of an expression: what leaves becomes a `let` before the statement.
//!
//! `a * f(&mut b)? + c` is `let __held1 = f(&mut b)?; a * __held1 + c`. The order in which things happen stays as it is written: an operand
//! that is evaluated before, and that what leaves may change or that changes something itself, is held by a `let` of its own.

use super::Lower;
use super::flow::may_leave;
use super::free::{self, Free};
use super::stmt::in_expression;
use proc_macro2::Ident;
use quote::{format_ident, quote};
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{BinOp, Expr, Stmt, Token, Type};

impl Lower<'_> {
    /// A statement as several, if control may leave from inside of one of its expressions. `None` if there is nothing to do.
    pub(super) fn hoisted(&mut self, stmt: &Stmt) -> Option<Vec<Stmt>> {
        let leaves = match stmt {
            Stmt::Local(local) => may_leave(&local.init.as_ref()?.expr),
            Stmt::Expr(e, _) => may_leave(e),
            Stmt::Macro(mac) => may_leave(&in_expression(mac)),
            Stmt::Item(_) => false,
        };
        if !leaves {
            return None;
        }
        let mut stmt = match stmt {
            Stmt::Macro(mac) => Stmt::Expr(in_expression(mac), mac.semi_token),
            stmt => stmt.clone(),
        };
        let mut hoist = Hoist { lets: Vec::new(), count: &mut self.held };
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
}

struct Hoist<'c> {
    lets: Vec<Stmt>,
    count: &'c mut usize,
}

impl Hoist<'_> {
    /// An expression that may leave as it is: only its parts are looked at.
    fn root(&mut self, e: &mut Expr) {
        match e {
            Expr::Paren(paren) => self.root(&mut paren.expr),
            Expr::Group(group) => self.root(&mut group.expr),
            // The new value comes first, then the place.
            Expr::Assign(assign) => self.assigned(&mut assign.left, &mut assign.right),
            Expr::Binary(binary) if super::operator::assigning(&binary.op).is_some() => {
                self.assigned(&mut binary.left, &mut binary.right);
            }
            Expr::If(e) => match &mut *e.cond {
                Expr::Let(cond) => _ = self.operand(&mut cond.expr),
                cond => _ = self.operand(cond),
            },
            Expr::Match(e) => _ = self.operand(&mut e.expr),
            Expr::ForLoop(e) => _ = self.operand(&mut e.expr),
            Expr::Block(_) | Expr::Loop(_) | Expr::While(_) => {}
            e => self.operands(e),
        }
    }

    fn assigned(&mut self, left: &mut Expr, right: &mut Expr) {
        if !may_leave(left) {
            return self.root(right);
        }
        let held = self.operand(right);
        if !held && !settled(right, &[Operand { expr: left, place: true }]) {
            self.hold(right);
        }
        self.operands(left);
    }

    /// A part whose value is needed. Whether it is held now, as control may leave it.
    fn operand(&mut self, e: &mut Expr) -> bool {
        if !may_leave(e) {
            return false;
        }
        match e {
            Expr::Paren(paren) => self.operand(&mut paren.expr),
            Expr::Group(group) => self.operand(&mut group.expr),
            // `a && b?` is `if a { b? } else { false }`.
            Expr::Binary(binary) if matches!(binary.op, BinOp::And(_) | BinOp::Or(_)) => {
                // What a `let` in a condition binds is seen behind it.
                if may_leave(&binary.right) && !binds(&binary.left) && !binds(&binary.right) {
                    let (left, right, span) = (&binary.left, &binary.right, binary.span());
                    *e = match binary.op {
                        BinOp::And(_) => syn::parse_quote_spanned!(span=> if #left { #right } else { false }),
                        _ => syn::parse_quote_spanned!(span=> if #left { true } else { #right }),
                    };
                    self.hold_as(e, Some(syn::parse_quote!(bool)));
                    return true;
                }
                _ = self.operand(&mut binary.left);
                false
            }
            Expr::Try(_)
            | Expr::If(_)
            | Expr::Match(_)
            | Expr::Block(_)
            | Expr::Loop(_)
            | Expr::While(_)
            | Expr::ForLoop(_)
            | Expr::Return(_)
            | Expr::Break(_)
            | Expr::Continue(_) => {
                self.root(e);
                self.hold(e);
                true
            }
            e => {
                self.operands(e);
                false
            }
        }
    }

    /// The operands of an expression in the order of their evaluation.
    fn operands(&mut self, e: &mut Expr) {
        if let Expr::Macro(e) = e {
            return self.arguments(&mut e.mac);
        }
        self.each(operands(e));
    }

    /// Those of a macro that evaluates all of them, once.
    fn arguments(&mut self, mac: &mut syn::Macro) {
        let is_known = mac.path.get_ident().is_some_and(|name| name == "vec" || name.to_string().starts_with("assert"));
        let list = Punctuated::<Expr, Token![,]>::parse_terminated;
        let Some(mut args) = is_known.then(|| list.parse2(mac.tokens.clone()).ok()).flatten() else { return };
        self.each(args.iter_mut().map(|expr| Operand { expr, place: false }).collect());
        mac.tokens = quote!(#args);
    }

    fn each(&mut self, mut operands: Vec<Operand<'_>>) {
        let Some(last) = operands.iter().rposition(|operand| may_leave(operand.expr)) else { return };
        for i in 0..=last {
            let (before, behind) = operands.split_at_mut(i + 1);
            let operand = &mut before[i];
            let later = &behind[..last - i];
            let held = self.operand(operand.expr);
            if !held && !later.is_empty() && !operand.place && !settled(operand.expr, later) {
                self.hold(operand.expr);
            }
        }
    }

    /// `let __held = e;`, and `__held` in its place.
    fn hold(&mut self, e: &mut Expr) {
        self.hold_as(e, None);
    }

    fn hold_as(&mut self, e: &mut Expr, ty: Option<Type>) {
        *self.count += 1;
        let name = format_ident!("__held{}", *self.count, span = e.span());
        let ty = ty.map(|ty| quote!(: #ty));
        self.lets.push(syn::parse_quote!(let #name #ty = #e;));
        *e = syn::parse_quote!(#name);
    }
}

struct Operand<'e> {
    expr: &'e mut Expr,
    /// Only the place counts, which nobody looks into before the other operands are there.
    place: bool,
}

fn operands(e: &mut Expr) -> Vec<Operand<'_>> {
    let value = |expr| Operand { expr, place: false };
    let place = |expr| Operand { expr, place: true };
    match e {
        Expr::Array(e) => e.elems.iter_mut().map(value).collect(),
        Expr::Tuple(e) => e.elems.iter_mut().map(value).collect(),
        Expr::Binary(e) => vec![value(&mut e.left), value(&mut e.right)],
        Expr::Call(e) => e.args.iter_mut().map(value).collect(),
        Expr::MethodCall(e) => {
            // Floats are copied, and so is what an argument may change; other receivers are borrowed.
            let float = crate::rules::by_method(&e.method.to_string(), e.args.len() + 1).is_some();
            let copied = float || e.args.iter().any(|arg| lends(arg, &e.receiver));
            let receiver = Operand { place: is_place(&e.receiver) && !copied, expr: &mut e.receiver };
            std::iter::once(receiver).chain(e.args.iter_mut().map(value)).collect()
        }
        Expr::Index(e) => vec![Operand { place: is_place(&e.expr), expr: &mut e.expr }, value(&mut e.index)],
        Expr::Struct(e) => {
            let fields = e.fields.iter_mut().map(|field| value(&mut field.expr));
            fields.chain(e.rest.iter_mut().map(|rest| value(&mut **rest))).collect()
        }
        Expr::Range(e) => e.start.iter_mut().chain(&mut e.end).map(|end| value(&mut **end)).collect(),
        Expr::Try(e) => vec![value(&mut e.expr)],
        Expr::Let(e) => vec![value(&mut e.expr)],
        Expr::Cast(e) => vec![value(&mut e.expr)],
        Expr::Field(e) => vec![place(&mut e.base)],
        Expr::Reference(e) => vec![place(&mut e.expr)],
        Expr::Unary(e) => vec![value(&mut e.expr)],
        Expr::Repeat(e) => vec![value(&mut e.expr)],
        Expr::Return(e) => e.expr.iter_mut().map(|e| value(&mut **e)).collect(),
        Expr::Break(e) => e.expr.iter_mut().map(|e| value(&mut **e)).collect(),
        _ => Vec::new(),
    }
}

fn is_place(e: &Expr) -> bool {
    matches!(e, Expr::Path(_) | Expr::Field(_) | Expr::Index(_))
}

/// A variable of `place` is assigned in an expression, or borrowed by `&mut`.
fn lends(e: &Expr, place: &Expr) -> bool {
    let (in_place, assigned) = (super::in_place::changed_without_methods(e), free::of_expr(e).assigned);
    let changed = |name: &Ident| assigned.contains(name) || in_place.contains(&name.to_string());
    free::of_expr(place).names.iter().any(changed)
}

/// A condition that binds names.
fn binds(e: &Expr) -> bool {
    match e {
        Expr::Let(_) => true,
        Expr::Binary(binary) => binds(&binary.left) || binds(&binary.right),
        _ => false,
    }
}

/// Evaluated behind `later`, an operand would be the same, and so would they.
fn settled(operand: &Expr, later: &[Operand<'_>]) -> bool {
    let touched = |free: &Free| [&free.changed[..], &free.handed, &free.suspected, &free.assigned].concat();
    let own = free::of_expr(operand);
    let changes = !own.changed.is_empty() || !own.assigned.is_empty() || !own.suspected.is_empty() || calls(operand);
    !changes
        && later
            .iter()
            .all(|later| touched(&free::of_expr(later.expr)).iter().all(|name| !own.names.iter().any(|own| own == name)))
}

/// Functions are called, which may do anything.
fn calls(e: &Expr) -> bool {
    struct Calls(bool);
    impl syn::visit::Visit<'_> for Calls {
        fn visit_expr_call(&mut self, _: &syn::ExprCall) {
            self.0 = true;
        }
        fn visit_expr_closure(&mut self, _: &syn::ExprClosure) {}
    }
    let mut calls = Calls(false);
    syn::visit::Visit::visit_expr(&mut calls, e);
    calls.0
}
