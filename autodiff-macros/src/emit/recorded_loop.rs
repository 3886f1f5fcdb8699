//! Loops that record: `rt::record(&mut record, lo..hi, |i| { …; entry });`
//!
//! How many entries there will be is known at the start, so that none of them asks for room. A `push` in the loop would, and that alone
//! keeps it from being as fast as it was, and from being vectorised. Only of small bodies: around loops and calls a `push` costs
//! little, and in a closure that is not inlined all of the function's variables lie behind pointers.

use super::Emitter;
use super::control::Head;
use super::frag::Moved;
use super::tail::{Goal, Tail};
use crate::ir::{Alloc, Block, Class, Function, Header, Loop, Op, Opaque, Stmt, Value};
use proc_macro2::TokenStream;
use quote::quote;
use syn::visit::{self, Visit};

/// What a loop records in each iteration, if that can be the value of a closure.
pub(super) fn entry<'a>(f: &Function, l: &'a Loop) -> Option<(Value, &'a [Value], &'a [Stmt])> {
    let Header::Range { step: None, .. } = l.header else { return None };
    let (Stmt::RecordPush { record, values }, rest) = l.body.stmts.split_last()? else { return None };
    let is_view = |v: &Value| matches!(f[*v].class, Class::View { .. });
    let stays = !l.can_stop && l.trips.is_none() && !l.body.diverges;
    (stays && !values.iter().any(is_view) && rest.iter().all(|stmt| may_be_captured(f, stmt))).then_some((*record, values, rest))
}

/// Nothing leaves the loop, nothing that is defined outside is moved (and then made anew): a closure cannot.
fn may_be_captured(f: &Function, stmt: &Stmt) -> bool {
    let is_owner = |v: &Value| f[*v].class == Class::Owner;
    let itself = match stmt {
        Stmt::Let { op, .. } => match op {
            Op::Opaque(opaque) => is_harmless(f, opaque),
            Op::Alloc(alloc) => matches!(alloc, Alloc::Scalar(_)),
            Op::Move(v) => !is_owner(v),
            Op::Prim { .. }
            | Op::Select(..)
            | Op::Load(_)
            | Op::Len(_)
            | Op::Borrow { .. }
            | Op::Read(_)
            | Op::Float(_)
            | Op::Arm { .. } => true,
            Op::Zeros(_) | Op::Take(_) | Op::Peek(_) | Op::Pullback { .. } | Op::Pushforward { .. } | Op::ZeroTangent(_) => false,
        },
        Stmt::Branch(branch) => !branch.results.iter().any(is_owner),
        Stmt::Split { .. }
        | Stmt::Store { .. }
        | Stmt::Declare { .. }
        | Stmt::Set { .. }
        | Stmt::Add { .. }
        | Stmt::RecordPush { .. } => true,
        Stmt::Loop(_)
        | Stmt::Call(_)
        | Stmt::Observe(_)
        | Stmt::LogRange { .. }
        | Stmt::Memory(_)
        | Stmt::ShadowAdd { .. }
        | Stmt::ShadowAddFrom { .. }
        | Stmt::ShadowClear(_)
        | Stmt::RecordNew { .. }
        | Stmt::RecordRead { .. }
        | Stmt::RecordPart { .. }
        | Stmt::RecordAt { .. }
        | Stmt::CursorNew { .. }
        | Stmt::UnlogRange { .. }
        | Stmt::Unshare(_)
        | Stmt::Pull(_)
        | Stmt::Closure(_) => false,
    };
    itself && stmt.blocks().into_iter().all(|block: &Block| block.stmts.iter().all(|stmt| may_be_captured(f, stmt)))
}

/// Arithmetic, or a call with numbers.
fn is_harmless(f: &Function, opaque: &Opaque) -> bool {
    struct Leaves(bool);
    impl Visit<'_> for Leaves {
        fn visit_expr(&mut self, e: &syn::Expr) {
            use syn::Expr;
            self.0 |= matches!(
                e,
                Expr::Return(_)
                    | Expr::Break(_)
                    | Expr::Continue(_)
                    | Expr::Try(_)
                    | Expr::Await(_)
                    | Expr::Yield(_)
                    | Expr::Macro(_)
            );
            visit::visit_expr(self, e);
        }
    }
    let numbers = opaque.uses.iter().all(|(_, v)| f[*v].class == Class::Plain && f[*v].kind.is_scalar());
    let mut leaves = Leaves(false);
    leaves.visit_expr(&opaque.expr);
    !opaque.writes && !leaves.0 && (opaque.pure_ || numbers)
}

impl<'a> Emitter<'a> {
    /// Prints such a loop, whose carried variables have been declared.
    pub(super) fn recorded_loop(&mut self, l: &'a Loop, head: &Head, (record, values, rest): (Value, &[Value], &'a [Stmt])) {
        let params: Vec<Value> = l.carried.iter().map(|c| c.param).collect();
        let (stmts, Tail { tokens: entry, .. }) = self.nested(&l.body, |e| {
            e.stmts(rest);
            let entry = e.record_entry(values);
            if params == l.body.yields {
                return Tail { tokens: entry, is_if: false };
            }
            let name = e.fresh("entry");
            e.push(quote!(let #name = #entry;));
            e.end(&[], &l.body.yields, Goal::Assign { params: &params, leave: None });
            Tail { tokens: quote!(#name), is_if: false }
        });
        let (rt, name, range, index) = (self.rt.clone(), self.ident(record), head.range(), head.index());
        let body: TokenStream = if stmts.is_empty() { entry } else { quote!({ #stmts #entry }) };
        let body = Moved::new(body);
        self.push(quote!(#rt::record(&mut #name, #range, |#index| #body);));
    }
}
