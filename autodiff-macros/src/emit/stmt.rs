//! Statements.

use super::Emitter;
use super::expr::tuple;
use super::frag::{Effects, Frag, MEMORY, Moved, Prec, SHADOW, WORLD};
use crate::ir::{Class, Memory, Place, Stmt, Value};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

impl<'a> Emitter<'a> {
    pub(super) fn stmt(&mut self, stmt: &'a Stmt) {
        self.end_borrows(stmt);
        match stmt {
            Stmt::Let { value, op } => {
                let frag = self.op(*value, op);
                self.define(*value, op, frag);
            }
            Stmt::Split { results, method, place, args } => self.split(results, method, place, args),
            Stmt::Store { place, value, old } => self.store(place, *value, *old),
            Stmt::Memory(memory) => self.memory(memory),
            Stmt::Branch(branch) => self.branch(branch),
            Stmt::Loop(l) => self.loop_(l),
            Stmt::Call(call) => self.call(call),
            Stmt::Observe(o) => {
                let frag = self.opaque(o);
                let tokens = &frag.tokens;
                let effects =
                    Effects { reads: MEMORY | WORLD, writes: WORLD | if o.writes { MEMORY } else { 0 }, ..Effects::default() };
                self.push_with(quote!(#tokens;), &effects);
            }
            Stmt::Declare { acc, init } => self.declare(*acc, *init),
            Stmt::Set { acc, value } => {
                let value = self.value(*value);
                let effects = value.effects.clone();
                self.change(*acc, &effects, |acc| value.assign_to(&quote!(#acc)));
            }
            Stmt::Add { acc, value } => {
                let value = self.value(*value);
                let tokens = Moved::new(value.tokens);
                self.change(*acc, &value.effects, |acc| quote!(#acc += #tokens;));
            }
            Stmt::ShadowAdd { place, value } => self.shadow_add(place, *value),
            Stmt::ShadowAddFrom { to, from, take } => self.shadow_add_from(to, from, *take),
            Stmt::ShadowClear(place) => self.shadow_clear(place),
            Stmt::RecordNew { record, capacity } => self.record_new(*record, *capacity),
            Stmt::RecordPush { record, values } => self.record_push(*record, values),
            Stmt::RecordRead { record, cursor, values } => self.record_read(*record, *cursor, values),
            Stmt::RecordPart { part, record, cursor, lo, hi } => self.record_part(*part, *record, *cursor, [*lo, *hi]),
            Stmt::RecordAt { part, at, values } => self.record_at(*part, *at, values),
            Stmt::CursorNew { cursor, record } => self.cursor_new(*cursor, *record),
            Stmt::LogRange { log, place } => self.log_range(*log, place),
            Stmt::UnlogRange { log, cursor, place } => self.unlog_range(*log, *cursor, place),
            Stmt::Unshare(v) => self.unshare(*v),
            Stmt::Pull(pull) => self.pull(pull),
            Stmt::Closure(closure) => {
                // In last place it is the second half of the result and printed with it.
                self.settle_around([&closure.body]);
                let closure = self.closure(closure);
                self.push(quote!(#closure;));
            }
        }
    }

    fn declare(&mut self, acc: Value, init: Value) {
        let init = self.value(init);
        let (name, ty, tokens) = (self.ident(acc), self.annotation(acc), &init.tokens);
        let mutable = self.uses[acc.0 as usize].changed.then(|| quote!(mut));
        if init.untyped && ty.is_none() {
            self.untyped.insert(acc);
        }
        self.push_with(quote!(let #mutable #name #ty = #tokens;), &init.effects);
    }

    /// Assigns to an accumulator.
    fn change(&mut self, acc: Value, value: &Effects, stmt: impl FnOnce(&Ident) -> TokenStream) {
        let name = self.ident(acc);
        self.settle(value, Some(acc));
        self.push(stmt(&name));
    }

    fn split(&mut self, results: &'a [Value], method: &Ident, place: &Place, args: &[Value]) {
        if self.class(place.base) == Class::Shadow {
            return self.split_shadow(results, method, place, args);
        }
        let frag = self.receiver(place);
        let (receiver, args) = (frag.at(Prec::Postfix), self.values(args));
        let args = args.iter().map(|arg| &arg.tokens);
        let call = quote!(#receiver.#method(#(#args),*));
        let pattern = tuple(results.iter().map(|v| self.binding(*v)).collect::<Vec<_>>());
        self.push_with(quote!(let #pattern = #call;), &frag.effects);
    }

    fn store(&mut self, place: &Place, value: Value, old: Option<Value>) {
        let scalar = self.class(value) == Class::Plain;
        let value = self.value(value);
        if let Some(old) = old
            && !scalar
        {
            return self.replace(place, &value, old);
        }
        let target = self.written(place);
        if let Some(old) = old {
            self.save(&target, old);
        }
        let mut effects = Effects::writes(self.region(place.base));
        effects.add(&value.effects);
        effects.add(&target.effects);
        let stmt = value.assign_to(&target.tokens);
        self.push_with(stmt, &effects);
    }

    /// An operand of a call that borrows memory mutably: bound first if it reads memory itself.
    fn before_borrow(&mut self, v: Value) -> TokenStream {
        let frag = self.value(v);
        if frag.effects.reads & MEMORY == 0 {
            return frag.tokens;
        }
        let (name, tokens) = (self.fresh("t"), &frag.tokens);
        self.push_with(quote!(let #name = #tokens;), &frag.effects);
        quote!(#name)
    }

    /// `let old = place;` of a scalar that is about to be overwritten. Not by `mem::replace`, which would borrow the memory while the new
    /// value is computed from it.
    fn save(&mut self, target: &Frag, old: Value) {
        if self.used(old) {
            let (name, tokens) = (self.ident(old), &target.tokens);
            let mut effects = Effects::reads(MEMORY);
            effects.add(&target.effects);
            self.push_with(quote!(let #name = #tokens;), &effects);
        }
    }

    /// `let old = mem::replace(&mut place, value);`
    fn replace(&mut self, place: &Place, value: &Frag, old: Value) {
        let mut value = value.clone();
        if value.effects.reads & MEMORY != 0 {
            // The memory is borrowed while the new value is handed over.
            let (name, tokens) = (self.fresh("t"), &value.tokens);
            self.push_with(quote!(let #name = #tokens;), &value.effects);
            value = Frag::atom(quote!(#name));
        }
        let target = self.exclusive(place);
        let (target, tokens) = (&target.tokens, &value.tokens);
        let mut effects = Effects::writes(self.region(place.base));
        effects.add(&value.effects);
        let replace = quote!(::core::mem::replace(#target, #tokens));
        self.settle(&effects, None);
        if self.used(old) {
            let (mutable, name) = (self.mutable(old), self.ident(old));
            self.push(quote!(let #mutable #name = #replace;));
        } else {
            self.push(quote!(let _ = #replace;));
        }
    }

    fn memory(&mut self, memory: &Memory) {
        let (stmt, region) = match memory {
            Memory::Assign { place, src, old } => {
                let value = self.value(*src);
                if let Some(old) = old {
                    return self.replace(place, &value, *old);
                }
                (value.assign_to(&self.written(place).tokens), self.region(place.base))
            }
            Memory::Fill { place, value } => {
                let (target, value) = (self.receiver(place).at(Prec::Postfix), self.value(*value).tokens);
                (quote!(#target.fill(#value);), MEMORY)
            }
            Memory::CopyFrom { place, src } => {
                let (target, src) = (self.receiver(place).at(Prec::Postfix), self.shared(src).tokens);
                (quote!(#target.copy_from_slice(#src);), MEMORY)
            }
            Memory::Swap { a, b } if self.region(a.base) == SHADOW => return self.swap_shadows(a, b),
            Memory::Swap { a, b } => {
                let region = self.region(a.base);
                let (a, b) = (self.exclusive(a).tokens, self.exclusive(b).tokens);
                (quote!(::core::mem::swap(#a, #b);), region)
            }
            Memory::SwapElements { place, i, j } if self.region(place.base) == SHADOW => {
                return self.swap_shadow_elements(place, *i, *j);
            }
            Memory::SwapElements { place, i, j } => {
                let [i, j] = [*i, *j].map(|index| self.before_borrow(index));
                let target = self.receiver(place).at(Prec::Postfix);
                (quote!(#target.swap(#i, #j);), MEMORY)
            }
            Memory::Push { place, value } => {
                let (target, value) = (self.receiver(place).at(Prec::Postfix), self.value(*value).tokens);
                (quote!(#target.push(#value);), MEMORY)
            }
        };
        self.push_with(stmt, &Effects::writes(region | MEMORY));
    }
}
