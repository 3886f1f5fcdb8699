//! Blocks: the statements printed so far, and the expressions that are kept back.

use super::Emitter;
use super::frag::{Effects, Frag, MEMORY, SHADOW};
use super::uses::{self, BlockId, Site};
use crate::ir::{Block, Class, Op, Stmt, Value};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

/// A printed statement.
pub(super) enum Item {
    Tokens(TokenStream),
    /// `let mut name: ty = value;`
    Let {
        mutable: Option<TokenStream>,
        name: Ident,
        ty: Option<TokenStream>,
        value: TokenStream,
    },
    /// `if let Some(shadow) = shadow { stmts }`, open for more of the same.
    Wanted {
        shadow: Value,
        stmts: TokenStream,
    },
}

/// More `let`s than this in one block are declared [`GROUP`] at a time: each `let` is a scope inside of the one before, and
/// debug information for thousands of them overflows the compiler's stack.
const MANY: usize = 300;
const GROUP: usize = 64;

/// Larger expressions get a name of their own.
const LARGEST: usize = 20;

impl<'a> Emitter<'a> {
    pub(super) fn stmts(&mut self, stmts: &'a [Stmt]) {
        for (at, stmt) in stmts.iter().enumerate() {
            match stmt {
                Stmt::Let { value, op: Op::Read(acc) } if self.stays(*value, *acc, &stmts[at + 1..]) => {
                    let frag = self.named(*acc);
                    self.alias.insert(*value, frag);
                }
                _ => self.stmt(stmt),
            }
        }
    }

    /// All uses of `read` stand in `rest` before `acc` changes, or in that change: the variable itself can stand for it.
    fn stays(&self, read: Value, acc: Value, rest: &[Stmt]) -> bool {
        const FAR: usize = 200;
        let mut found = 0;
        for stmt in rest.iter().take(FAR) {
            let (mut here, mut changes) = (0, false);
            uses::walk(stmt, &mut |stmt| {
                here += uses::of(self.f, stmt, read);
                changes |= uses::changed(stmt) == Some(acc);
            });
            let is_change = matches!(stmt, Stmt::Set { .. } | Stmt::Add { .. });
            if changes && !is_change && here > 0 {
                return false;
            }
            found += here;
            if changes {
                break;
            }
        }
        found == self.uses[read.0 as usize].count
    }

    /// Prints a nested block: its statements, and what `inner` makes of its end.
    pub(super) fn nested<R>(&mut self, block: &'a Block, inner: impl FnOnce(&mut Self) -> R) -> (TokenStream, R) {
        let out = std::mem::take(&mut self.out);
        let pending = std::mem::take(&mut self.pending);
        let unshared = std::mem::take(&mut self.unshared);
        let here = std::mem::replace(&mut self.here, BlockId::of(block));
        let result = inner(self);
        let stmts = self.take_out();
        self.refs.extend(std::mem::replace(&mut self.unshared, unshared));
        (self.out, self.pending, self.here) = (out, pending, here);
        (stmts, result)
    }

    /// The statements printed so far. What is still kept back has no use that was printed: only its effects remain.
    pub(super) fn take_out(&mut self) -> TokenStream {
        let items = std::mem::take(&mut self.out);
        let is_let = |item: &Item| matches!(item, Item::Let { .. });
        let grouped = items.iter().filter(|item| is_let(item)).count() > MANY;
        let mut stmts = TokenStream::new();
        let mut declared = 0;
        for (at, item) in items.iter().enumerate() {
            match item {
                Item::Tokens(tokens) => stmts.extend(tokens.clone()),
                Item::Let { name, value, .. } if grouped => {
                    if declared == 0 {
                        let group: Vec<_> = items[at..].iter().filter(|item| is_let(item)).take(GROUP).collect();
                        declared = group.len();
                        stmts.extend(declaration(&group));
                    }
                    declared -= 1;
                    stmts.extend(quote!(#name = #value;));
                }
                Item::Let { mutable, name, ty, value } => {
                    let ty = ty.as_ref().map(|ty| quote!(: #ty));
                    stmts.extend(quote!(let #mutable #name #ty = #value;));
                }
                Item::Wanted { shadow, stmts: inner } => {
                    let name = self.ident(*shadow);
                    stmts.extend(quote!(if let Some(#name) = #name { #inner }));
                }
            }
        }
        for (_, frag) in std::mem::take(&mut self.pending) {
            if frag.effects.writes != 0 {
                let tokens = frag.tokens;
                stmts.extend(quote!(let _ = #tokens;));
            }
        }
        stmts
    }

    pub(super) fn push(&mut self, tokens: TokenStream) {
        self.out.push(Item::Tokens(tokens));
    }

    /// Prints a statement after all that it could interfere with.
    pub(super) fn push_with(&mut self, tokens: TokenStream, effects: &Effects) {
        self.settle(effects, None);
        self.push(tokens);
    }

    /// Gives names to expressions kept back that conflict with what comes next, or that read the variable `assigned`.
    pub(super) fn settle(&mut self, effects: &Effects, assigned: Option<Value>) {
        let assigned = assigned.map(|v| self.names.variable(v));
        let (settled, kept) = std::mem::take(&mut self.pending)
            .into_iter()
            .partition(|(_, frag)| frag.effects.conflicts(effects) || assigned.is_some_and(|v| frag.effects.vars.contains(&v)));
        self.pending = kept;
        self.name_all(settled);
    }

    /// Gives names to all expressions kept back that read or write memory, or read variables that `blocks` assign to.
    pub(super) fn settle_around<'b>(&mut self, blocks: impl IntoIterator<Item = &'b Block>) {
        let mut changed = Vec::new();
        if self.pending.iter().any(|(_, frag)| !frag.effects.vars.is_empty()) {
            let stmts = blocks.into_iter().flat_map(|block| &block.stmts);
            stmts.for_each(|stmt| uses::walk(stmt, &mut |stmt| changed.extend(uses::changed(stmt))));
        }
        let (settled, kept) = std::mem::take(&mut self.pending)
            .into_iter()
            .partition(|(_, frag)| !frag.effects.is_none() || frag.effects.vars.iter().any(|v| changed.contains(v)));
        self.pending = kept;
        self.name_all(settled);
    }

    fn name_all(&mut self, settled: Vec<(Value, Frag)>) {
        for (v, frag) in settled {
            self.let_(v, &frag);
        }
    }

    /// `let v = frag;`
    pub(super) fn let_(&mut self, v: Value, frag: &Frag) {
        let ty = self.f[v].ty.as_ref().map(|ty| quote!(#ty));
        if frag.untyped && ty.is_none() {
            self.untyped.insert(v);
        }
        let (mutable, name, value) = (self.mutable(v), self.ident(v), frag.tokens.clone());
        self.out.push(Item::Let { mutable, name, ty, value });
    }

    pub(super) fn annotation(&self, v: Value) -> Option<TokenStream> {
        self.f[v].ty.as_ref().map(|ty| quote!(: #ty))
    }

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
            self.let_(v, &frag);
        }
    }

    /// A value that is defined for what its evaluation does, or for the panic that it may be.
    fn unused(&mut self, v: Value, op: &Op, frag: &Frag) {
        let tokens = &frag.tokens;
        match op {
            // `let _ = place;` would not read.
            Op::Load(_) => {
                let name = self.names.fresh(&format!("_{}", self.f[v].name), self.f[v].span);
                self.push(quote!(let #name = #tokens;));
            }
            _ => self.push(quote!(let _ = #tokens;)),
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
            self.let_(v, &frag);
        }
        self.value(v)
    }

    /// A value by its name.
    pub(super) fn named(&mut self, v: Value) -> Frag {
        let name = self.ident(v);
        let mut frag = match (self.class(v), self.refs.contains(&v)) {
            (Class::Plain, true) => Frag::new(quote!(*#name), super::frag::Prec::Prefix),
            (Class::Owner, true) => Frag::atom(quote!(::core::clone::Clone::clone(#name))),
            (Class::Plain | Class::Owner | Class::View { .. }, _)
            | (Class::Accumulator | Class::Shadow | Class::Record | Class::Pull, _) => Frag::atom(name.to_token_stream()),
        };
        let variable = self.names.variable(v);
        if self.class(v) == Class::Accumulator || self.carried.contains(&variable) {
            frag.effects.vars.push(variable);
        }
        frag.untyped = self.untyped.contains(&variable) || self.untyped.contains(&v);
        frag
    }

    pub(super) fn values(&mut self, values: &[Value]) -> Vec<Frag> {
        values.iter().map(|v| self.value(*v)).collect()
    }

    /// A name for something that is no value of the function's.
    pub(super) fn fresh(&mut self, base: &str) -> Ident {
        self.names.fresh(base, proc_macro2::Span::call_site())
    }

    /// What memory a place is part of.
    pub(super) fn region(&self, base: Value) -> u8 {
        match self.class(base) {
            Class::Shadow => SHADOW,
            Class::Plain | Class::Owner | Class::View { .. } | Class::Accumulator | Class::Record | Class::Pull => MEMORY,
        }
    }
}

/// `let (a, mut b);` for several variables that are set one by one.
fn declaration(group: &[&Item]) -> TokenStream {
    let (mut names, mut types, mut typed) = (Vec::new(), Vec::new(), false);
    for item in group {
        if let Item::Let { mutable, name, ty, .. } = item {
            names.push(quote!(#mutable #name));
            typed |= ty.is_some();
            types.push(ty.clone().unwrap_or_else(|| quote!(_)));
        }
    }
    let types = typed.then(|| quote!(: (#(#types,)*)));
    quote!(let (#(#names,)*) #types;)
}
