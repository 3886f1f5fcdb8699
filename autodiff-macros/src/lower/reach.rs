//! References that no place of the representation stands for, and that lead into memory of the user's all the same: `o.as_mut()`, a name that a pattern
//! binds behind `&mut o`.
//!
//! As long as the memory holds constants, such a reference is an inactive value. If something that carries derivatives is stored through it, the
//! memory carries them from where it is declared: the function is lowered again with that known, and what the reference was made of is a place then.

use super::Lower;
use crate::ir::{Alloc, Arg, Class, Kind, Op, Value};
use proc_macro2::Span;
use std::collections::{HashMap, HashSet};
use syn::Expr;

/// What is found out about such references.
#[derive(Debug, Default)]
pub(super) struct Reach {
    /// For each of them: the memory that it leads into.
    into: HashMap<Value, Vec<Value>>,
    /// Names of variables that are known to carry derivatives from the start.
    pub(super) known: HashSet<String>,
    /// Those that were found to.
    pub(super) found: HashSet<String>,
}

impl Reach {
    /// The memory that a value leads into.
    fn leads_into(&self, value: Value) -> Vec<Value> {
        self.into.get(&value).cloned().unwrap_or_default()
    }

    /// Forgets values from this one on.
    pub(super) fn truncate(&mut self, values: usize) {
        self.into.retain(|value, _| (value.0 as usize) < values);
    }
}

impl Lower<'_> {
    /// Notes that a new value is a reference into memory, if it is made as one.
    pub(super) fn note_reach(&mut self, value: Value, op: &Op) {
        if matches!(self.data(value).kind, Kind::Float | Kind::Integer | Kind::Bool | Kind::Unit) {
            return;
        }
        let mut into = Vec::new();
        if let Op::Opaque(made) | Op::Alloc(Alloc::Opaque(made)) = op {
            match leads(&made.expr) {
                None => {}
                Some(Lead::Anew) => made.uses.iter().for_each(|(_, used)| into.extend(self.changeable(*used))),
                Some(Lead::On) => made.uses.iter().for_each(|(_, used)| into.extend(self.reach.leads_into(*used))),
            }
        }
        if let Op::Alloc(Alloc::Scalar(from)) | Op::Move(from) = op {
            into.extend(self.reach.leads_into(*from));
        }
        if !into.is_empty() {
            self.reach.into.insert(value, into);
        }
    }

    /// The same of what a method returns that is called like one of a differentiated type.
    pub(super) fn note_lent(&mut self, value: Value, by: Value, method: &str) {
        if lends(method) {
            let into = self.changeable(by);
            self.reach.into.insert(value, into);
        }
    }

    /// What a pattern binds of a reference leads where that does.
    pub(super) fn pass_reach(&mut self, from: Value, to: &[(syn::Ident, Value)]) {
        let into = self.reach.leads_into(from);
        if !into.is_empty() {
            self.reach.into.extend(to.iter().map(|(_, value)| (*value, into.clone())));
        }
    }

    /// Whether something that carries derivatives, stored through these values, gets into memory that was held for constant. It is not from then on.
    pub(super) fn stored_through(&mut self, values: impl IntoIterator<Item = Value>) -> bool {
        let into: Vec<Value> = values.into_iter().flat_map(|value| self.reach.leads_into(value)).collect();
        let names: HashSet<String> = into.iter().map(|owner| self.data(*owner).name.clone()).collect();
        let news = names.difference(&self.reach.known).next().is_some();
        self.reach.found.extend(names);
        news
    }

    /// The arguments of a call that carries derivatives.
    pub(super) fn passed_through(&mut self, args: &[Arg], span: Span) {
        let bases = args.iter().map(|arg| match arg {
            Arg::Value(value) => *value,
            Arg::Borrow { place, .. } => place.base,
        });
        let bases: Vec<Value> = bases.filter(|base| self.reach.into.contains_key(base)).collect();
        if !bases.is_empty() && !self.stored_through(bases) {
            let what = "a reference into memory that holds constants is passed where a value with a derivative may be stored";
            self.errors.push(
                span,
                what,
                "let the memory hold values with derivatives from the start, or pass `stop_gradient(…)` of the others",
            );
        }
    }

    /// The variables that are changed where a value is.
    fn changeable(&self, value: Value) -> Vec<Value> {
        match self.data(value).class {
            Class::Owner if self.data(value).mutable => vec![value],
            Class::View { mutable: true } => {
                self.roots[value.0 as usize].iter().flat_map(|root| self.changeable(*root)).collect()
            }
            Class::Owner
            | Class::View { .. }
            | Class::Plain
            | Class::Accumulator
            | Class::Shadow
            | Class::Record
            | Class::Pull => Vec::new(),
        }
    }
}

/// How an expression leads into memory.
enum Lead {
    /// By a mutable reference that it takes.
    Anew,
    /// Where a reference leads that it mentions.
    On,
}

/// A method of the standard library that returns a `&mut` reference into its receiver.
fn lends(method: &str) -> bool {
    method.ends_with("_mut") || method.starts_with("get_or_insert") || method.starts_with("or_insert")
}

fn leads(e: &Expr) -> Option<Lead> {
    match e {
        Expr::Path(_) => Some(Lead::On),
        Expr::Paren(e) => leads(&e.expr),
        Expr::Group(e) => leads(&e.expr),
        Expr::Field(e) => leads(&e.base),
        Expr::Index(e) => leads(&e.expr),
        Expr::Try(e) => leads(&e.expr),
        Expr::Unary(syn::ExprUnary { op: syn::UnOp::Deref(_), expr, .. }) => leads(expr),
        Expr::Reference(e) if e.mutability.is_some() => Some(Lead::Anew),
        Expr::Reference(e) => leads(&e.expr),
        Expr::MethodCall(e) => match e.method.to_string().as_str() {
            name if lends(name) => Some(Lead::Anew),
            "unwrap" | "expect" | "next" | "ok" => leads(&e.receiver),
            _ => None,
        },
        _ => None,
    }
}
