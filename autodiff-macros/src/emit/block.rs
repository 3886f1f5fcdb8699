//! Blocks: the statements printed so far, and the expressions that are kept back.

use super::Emitter;
use super::frag::{Effects, Frag, MEMORY, Moved, SHADOW};
use super::uses::{self, BlockId};
use crate::ir::{Block, Class, Op, Stmt, Value};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

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
    /// `if let Some(shadow) = shadow { stmts } else { declined }`, open for more of the same.
    Wanted {
        shadow: Value,
        stmts: TokenStream,
        declined: TokenStream,
    },
}

/// More `let`s than this in one block are declared [`GROUP`] at a time: each `let` is a scope inside of the one before, and
/// debug information for thousands of them overflows the compiler's stack.
const MANY: usize = 300;
const GROUP: usize = 64;

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
                changes |= stmt.assigned() == Some(acc);
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
        let mut items = std::mem::take(&mut self.out);
        let is_let = |item: &Item| matches!(item, Item::Let { .. });
        let grouped = items.iter().filter(|item| is_let(item)).count() > MANY;
        // Put together at once: each step by itself would cross over to the compiler.
        let mut stmts: Vec<TokenStream> = Vec::with_capacity(items.len());
        let mut declared = 0;
        for at in 0..items.len() {
            if grouped && declared == 0 && is_let(&items[at]) {
                let group: Vec<_> = items[at..].iter().filter(|item| is_let(item)).take(GROUP).collect();
                declared = group.len();
                stmts.push(declaration(&group));
            }
            stmts.push(match &mut items[at] {
                Item::Tokens(tokens) => std::mem::take(tokens),
                Item::Let { name, value, .. } if grouped => {
                    declared -= 1;
                    let value = Moved::new(std::mem::take(value));
                    quote!(#name = #value;)
                }
                Item::Let { mutable, name, ty, value } => {
                    let ty = ty.as_ref().map(|ty| quote!(: #ty));
                    let value = Moved::new(std::mem::take(value));
                    quote!(let #mutable #name #ty = #value;)
                }
                Item::Wanted { shadow, stmts: inner, declined } => {
                    let (name, inner) = (self.ident(*shadow), Moved::new(std::mem::take(inner)));
                    let otherwise = (!declined.is_empty()).then(|| {
                        let declined = Moved::new(std::mem::take(declined));
                        quote!(else { #declined })
                    });
                    quote!(if let Some(#name) = #name { #inner } #otherwise)
                }
            });
        }
        for (v, frag) in std::mem::take(&mut self.pending) {
            if frag.effects.writes != 0 {
                let (tokens, ty) = (frag.tokens, self.annotation(v));
                stmts.push(quote!(let _ #ty = #tokens;));
            }
        }
        stmts.into_iter().collect()
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
        let interferes =
            |frag: &Frag| frag.effects.conflicts(effects) || assigned.is_some_and(|v| frag.effects.vars.contains(&v));
        if !self.pending.iter().any(|(_, frag)| interferes(frag)) {
            return;
        }
        let (settled, kept) = std::mem::take(&mut self.pending).into_iter().partition(|(_, frag)| interferes(frag));
        self.pending = kept;
        self.name_all(settled);
    }

    /// Gives names to all expressions kept back that read or write memory, or read variables that `blocks` assign to.
    pub(super) fn settle_around<'b>(&mut self, blocks: impl IntoIterator<Item = &'b Block>) {
        let mut changed = Vec::new();
        if self.pending.iter().any(|(_, frag)| !frag.effects.vars.is_empty()) {
            let stmts = blocks.into_iter().flat_map(|block| &block.stmts);
            stmts.for_each(|stmt| uses::walk(stmt, &mut |stmt| changed.extend(stmt.assigned())));
        }
        let (settled, kept) = std::mem::take(&mut self.pending)
            .into_iter()
            .partition(|(_, frag)| !frag.effects.is_none() || frag.effects.vars.iter().any(|v| changed.contains(v)));
        self.pending = kept;
        self.name_all(settled);
    }

    pub(super) fn name_all(&mut self, settled: Vec<(Value, Frag)>) {
        for (v, frag) in settled {
            self.let_(v, frag);
        }
    }

    /// `let v = frag;`
    pub(super) fn let_(&mut self, v: Value, frag: Frag) {
        let ty = self.f[v].ty.as_ref().map(|ty| quote!(#ty));
        if frag.untyped && ty.is_none() {
            self.untyped.insert(v);
        }
        let (mutable, name, value) = (self.mutable(v), self.ident(v), frag.tokens);
        self.out.push(Item::Let { mutable, name, ty, value });
    }

    pub(super) fn annotation(&self, v: Value) -> Option<TokenStream> {
        self.f[v].ty.as_ref().map(|ty| quote!(: #ty))
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
