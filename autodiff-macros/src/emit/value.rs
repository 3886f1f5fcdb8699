//! Values: which get a name, and what stands where they are used.

use super::Emitter;
use super::frag::{Frag, MEMORY, Prec};
use super::uses::Site;
use crate::ir::{Class, Op, Value};
use quote::{ToTokens, quote};

/// Larger expressions get a name of their own.
const LARGEST: usize = 20;

impl<'a> Emitter<'a> {
    /// Defines `v`: kept back if it may be printed at its use, else by a `let`.
    pub(super) fn define(&mut self, v: Value, op: &Op, frag: Frag) {
        if self.is_literal(v, op) || self.is_constant_read(op) {
            self.alias.insert(v, frag);
            return;
        }
        // What is kept back already was evaluated before this one.
        self.settle(&frag.effects, None);
        if !self.used(v) {
            // The pullback has nothing to preserve but its own effects.
            if !self.in_closure || frag.effects.writes != 0 {
                self.unused(v, op, &frag);
            }
        } else if frag.size <= LARGEST && self.moves_to_use(v, op) {
            self.pending.push((v, frag));
        } else {
            self.let_(v, frag);
        }
    }

    /// A value that is defined for what its evaluation does, or for the panic that it may be.
    fn unused(&mut self, v: Value, op: &Op, frag: &Frag) {
        let (tokens, ty) = (&frag.tokens, self.annotation(v));
        match op {
            // `let _ = place;` would not read.
            Op::Load(_) => {
                let name = self.names.fresh(&format!("_{}", self.f[v].name), self.f[v].span);
                self.push(quote!(let #name #ty = #tokens;));
            }
            _ => self.push(quote!(let _ #ty = #tokens;)),
        }
    }

    /// A temporary that is a number or a constant, printed at each of its uses.
    fn is_literal(&self, v: Value, op: &Op) -> bool {
        match op {
            Op::Float(_) => self.f[v].ty.is_none(),
            Op::Opaque(o) => {
                let plain =
                    matches!(&o.expr, syn::Expr::Lit(_)) || matches!(&o.expr, syn::Expr::Path(path) if path.qself.is_none());
                let is_constant = plain && self.is_temporary(v) || self.is_array_length(v);
                o.pure_ && o.uses.is_empty() && self.f[v].ty.is_none() && is_constant
            }
            _ => false,
        }
    }

    /// A local that is never assigned to is as good as its value.
    fn is_constant_read(&self, op: &Op) -> bool {
        matches!(op, Op::Read(acc) if !self.uses[acc.0 as usize].changed)
    }

    /// Used once as the length of an array, which has to be a constant expression.
    fn is_array_length(&self, v: Value) -> bool {
        self.is_temporary(v) && self.f[v].kind == crate::ir::Kind::Integer
    }

    fn is_temporary(&self, v: Value) -> bool {
        let name = self.f[v].name.as_str();
        self.in_closure || matches!(name, "t" | "c" | "n") && !self.is_user_name(v) || name.starts_with("t_")
    }

    /// A short name of the user's rather than of a temporary: it stands at the definition's position in the source.
    fn is_user_name(&self, v: Value) -> bool {
        self.f[v].span.source_text().is_some_and(|text| text == self.f[v].name)
    }

    fn moves_to_use(&self, v: Value, op: &Op) -> bool {
        let (data, u) = (&self.f[v], &self.uses[v.0 as usize]);
        let once = u.count == 1 && u.block == self.here;
        let movable = match data.class {
            Class::Plain => true,
            Class::Owner => {
                matches!(op, Op::Alloc(_) | Op::Move(_) | Op::Prim { .. } | Op::Arm { .. } | Op::Pullback { .. }) && !data.mutable
            }
            Class::View { .. } => matches!(op, Op::Borrow { .. }),
            Class::Shadow => matches!(op, Op::Borrow { .. }) && !data.optional,
            Class::Accumulator | Class::Record | Class::Pull => false,
        };
        let wanted_there = match u.site {
            Site::Name => false,
            Site::Handover => true,
            Site::Operand => data.ty.is_none() && (self.in_closure || self.is_temporary(v)),
        };
        once && movable && wanted_there && (data.ty.is_none() || u.site == Site::Handover && data.class == Class::Plain)
    }

    /// A value as an operand. Owners are moved.
    pub(super) fn value(&mut self, v: Value) -> Frag {
        if let Some(frag) = self.alias.get(&v) {
            return frag.clone();
        }
        if let Some(at) = self.pending.iter().position(|(pending, _)| *pending == v) {
            return self.pending.remove(at).1;
        }
        self.named(v)
    }

    /// As [`Self::value`], where it might not be evaluated.
    pub(super) fn lazy(&mut self, v: Value) -> Frag {
        if let Some(at) = self.pending.iter().position(|(pending, frag)| *pending == v && frag.effects.writes != 0) {
            let (v, frag) = self.pending.remove(at);
            self.let_(v, frag);
        }
        self.value(v)
    }

    /// A value by its name.
    pub(super) fn named(&mut self, v: Value) -> Frag {
        let name = self.ident(v);
        let mut frag = match (self.class(v), self.refs.contains(&v)) {
            (Class::Plain, _) if self.kept.contains(&v) => Frag::atom(quote!(#name.lent())),
            (Class::Plain, true) => Frag::new(quote!(*#name), Prec::Prefix),
            (Class::Owner, true) => Frag::atom(quote!(::core::clone::Clone::clone(#name))),
            (Class::Plain | Class::Owner | Class::View { .. }, _)
            | (Class::Accumulator | Class::Shadow | Class::Record | Class::Pull, _) => Frag::atom(name.to_token_stream()),
        };
        if self.class(v) == Class::Owner && (self.f[v].mutable || self.handed.contains(&v)) {
            frag.effects.reads |= MEMORY;
        }
        frag.effects.views.extend(self.is_memory(v).then_some(v));
        let variable = self.names.variable(v);
        if self.class(v) == Class::Accumulator || self.carried.contains(&variable) {
            frag.effects.vars.push(variable);
        }
        frag.untyped = self.untyped.contains(&variable) || self.untyped.contains(&v);
        frag
    }

    pub(super) fn values(&mut self, values: &[Value]) -> Vec<Frag> {
        self.read_before_moves(values);
        values.iter().map(|v| self.value(*v)).collect()
    }

    /// What is kept back and reads memory is evaluated before anything in front of it in a list is moved, and after what stands in front of it
    /// and is kept back as well.
    pub(super) fn read_before_moves(&mut self, values: &[Value]) {
        let moves = |v: &Value| self.class(*v) != Class::Plain || !self.f[*v].kind.is_scalar();
        let Some(first) = values.iter().position(moves) else { return };
        let reads = |v: &Value| self.pending.iter().any(|(pending, frag)| pending == v && frag.effects.reads & MEMORY != 0);
        let from = if values[first + 1..].iter().any(reads) { first } else { values.len() };
        for v in &values[from..] {
            let reads = |(pending, frag): &(Value, Frag)| pending == v && frag.effects.reads & MEMORY != 0;
            if let Some(at) = self.pending.iter().position(reads) {
                let (v, frag) = self.pending.remove(at);
                self.let_(v, frag);
            }
        }
    }
}
