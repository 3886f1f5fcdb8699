//! Records: what the forward sweep keeps for the reverse sweep, and reading it back.

use super::Emitter;
use super::expr::tuple;
use super::frag::{Effects, Frag, MEMORY, Prec};
use crate::ir::visit::by_ref;
use crate::ir::{Block, Class, Place, Proj, Value};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote};
use std::collections::BTreeSet;

impl<'a> Emitter<'a> {
    /// `let mut record = Vec::new();`
    pub(super) fn record_new(&mut self, record: Value, capacity: Option<Value>) {
        let vec = match capacity {
            None => quote!(new()),
            Some(n) => {
                let n = self.value(n).tokens;
                quote!(with_capacity(#n))
            }
        };
        let name = self.ident(record);
        self.push(quote!(let mut #name = ::std::vec::Vec::#vec;));
    }

    /// `record.push((a, b));`
    pub(super) fn record_push(&mut self, record: Value, values: &[Value]) {
        let entry = self.record_entry(values);
        let name = self.ident(record);
        self.push(quote!(#name.push(#entry);));
    }

    /// What an iteration records, as it stands right behind what has been printed.
    pub(super) fn record_entry(&mut self, values: &[Value]) -> TokenStream {
        let (payload, mut effects) = self.payload(values);
        if values.iter().any(|v| self.class(*v) == Class::Owner) {
            // What is moved in cannot be read behind this.
            effects.add(&Effects::writes(MEMORY));
        }
        self.settle(&effects, None);
        payload
    }

    /// Values as one: itself, or a tuple.
    fn payload(&mut self, values: &[Value]) -> (TokenStream, Effects) {
        let mut effects = Effects::default();
        self.read_before_moves(values);
        let parts: Vec<_> = values.iter().map(|v| self.recorded(*v, &mut effects)).collect();
        let payload = match parts.as_slice() {
            [one] => quote!(#one),
            parts => tuple(parts),
        };
        (payload, effects)
    }

    fn recorded(&mut self, v: Value, effects: &mut Effects) -> TokenStream {
        let again = self.uses[v.0 as usize].count > 1;
        let tokens = if self.class(v) == Class::Plain && !self.f[v].kind.is_scalar() && again {
            let name = self.named(v);
            let name = name.at(Prec::Prefix);
            quote!(::core::clone::Clone::clone(&#name))
        } else {
            let frag = self.value(v);
            effects.add(&frag.effects);
            frag.tokens
        };
        if !self.may_refer(v) {
            return tokens;
        }
        self.kept_copy(&tokens)
    }

    /// What is recorded of something that may be a reference.
    fn kept_copy(&mut self, tokens: &TokenStream) -> TokenStream {
        self.keeps = true;
        let rt = &self.rt;
        quote!((&mut #rt::Keep::new(#tokens)).keep())
    }

    /// It is recorded in a wrapper, which lends it.
    pub(super) fn may_refer(&self, v: Value) -> bool {
        matches!(self.class(v), Class::Plain | Class::Owner) && self.f[v].may_refer
    }

    /// What a pullback captures of such values: statements in front of it, and at its start.
    pub(super) fn captured_copies(&mut self, body: &Block) -> [TokenStream; 2] {
        let mut captured = BTreeSet::new();
        let mut note = |v: &Value| {
            let is_outer = self.uses[v.0 as usize].home == self.here;
            if is_outer && self.may_refer(*v) && !self.refs.contains(v) && !self.alias.contains_key(v) {
                captured.insert(*v);
            }
        };
        for stmt in &body.stmts {
            super::uses::walk(stmt, &mut |stmt| {
                by_ref::uses(stmt, &mut |role, v| {
                    if !role.is_ignored(&self.f[*v]) {
                        note(v);
                    }
                })
            });
        }
        let (mut before, mut at_start) = (TokenStream::new(), TokenStream::new());
        for v in captured {
            let name = self.ident(v);
            let copy = self.kept_copy(&name.to_token_stream());
            before.extend(quote!(let #name = #copy;));
            at_start.extend(self.lent(v));
        }
        [before, at_start]
    }

    /// What a record lends, under the name by which it was read.
    fn lent(&mut self, v: Value) -> TokenStream {
        match self.class(v) {
            Class::Owner => {
                let name = self.ident(v);
                self.refs.insert(v);
                quote!(let #name = &*#name.again();)
            }
            _ => {
                self.kept.insert(v);
                TokenStream::new()
            }
        }
    }

    /// The same of all that was read.
    pub(super) fn all_lent(&mut self, values: &[Value]) -> TokenStream {
        let kept: Vec<Value> = values.iter().copied().filter(|v| self.used(*v) && self.may_refer(*v)).collect();
        kept.into_iter().map(|v| self.lent(v)).collect()
    }

    fn lend(&mut self, values: &[Value]) {
        let lent = self.all_lent(values);
        self.push(lent);
    }

    /// `let (a, ref b) = record[cursor];` one further back.
    pub(super) fn record_read(&mut self, record: Value, cursor: Value, values: &[Value]) {
        self.settle(&Effects::default(), Some(cursor));
        if self.once.as_ref().is_some_and(|once| once.pops(record)) {
            let (name, pattern, rt) = (self.ident(record), self.recorded_pattern(values), self.rt.clone());
            self.push(quote!(let #pattern = #rt::pop(&mut #name);));
            return self.lend(values);
        }
        let at = self.ident(cursor);
        self.push(quote!(#at -= 1;));
        if values.iter().any(|v| self.used(*v)) {
            let name = self.ident(record);
            let pattern = self.recorded_pattern(values);
            match values {
                [one] if self.refs.contains(one) || self.may_refer(*one) => {
                    let part = self.ident(*one);
                    self.push(quote!(let #part = &#name[#at];));
                }
                _ => self.push(quote!(let #pattern = #name[#at];)),
            }
            self.lend(values);
        }
    }

    /// `let part = rt::last(&record, &mut cursor, lo..hi);`
    pub(super) fn record_part(&mut self, part: Value, record: Value, cursor: Value, ends: [Value; 2]) {
        self.settle(&Effects::default(), Some(cursor));
        let [lo, hi] = ends.map(|end| self.value(end).at(Prec::Or));
        let (part, record, cursor, rt) = (self.ident(part), self.ident(record), self.ident(cursor), &self.rt);
        self.push(quote!(let #part = #rt::last(&#record, &mut #cursor, #lo..#hi);));
    }

    /// `let (a, ref b) = part[at];`
    pub(super) fn record_at(&mut self, part: Value, at: Value, values: &[Value]) {
        let at = self.value(at).tokens;
        if values.iter().any(|v| self.used(*v)) {
            let (name, pattern) = (self.ident(part), self.recorded_pattern(values));
            self.push(quote!(let #pattern = #name[#at];));
            self.lend(values);
        }
    }

    /// Takes a recorded tuple apart where it lies: numbers are copied, all else is borrowed.
    pub(super) fn recorded_pattern(&mut self, values: &[Value]) -> TokenStream {
        let parts: Vec<_> = values.iter().map(|v| self.recorded_part(*v)).collect();
        match parts.as_slice() {
            [one] => quote!(#one),
            parts => tuple(parts),
        }
    }

    fn recorded_part(&mut self, v: Value) -> TokenStream {
        let copied = matches!(self.class(v), Class::View { .. }) || self.class(v) == Class::Plain && self.f[v].kind.is_scalar();
        let name = self.binding(v);
        let is_taken = self.once.as_ref().is_some_and(|once| once.takes(v));
        if copied && !self.may_refer(v) || is_taken || !self.used(v) {
            return name;
        }
        if !self.may_refer(v) {
            self.refs.insert(v);
        }
        quote!(ref #name)
    }

    /// `let mut cursor = record.len();`
    pub(super) fn cursor_new(&mut self, cursor: Value, record: Value) {
        if self.once.as_ref().is_some_and(|once| once.pops(record)) {
            let name = self.ident(record);
            return self.push(quote!(let mut #name = #name;));
        }
        let mutable = self.uses[cursor.0 as usize].changed.then(|| quote!(mut));
        let (at, name) = (self.ident(cursor), self.ident(record));
        self.push(quote!(let #mutable #at = #name.len();));
    }

    /// `log.extend_from_slice(rt::range(&array, lo, hi));`
    pub(super) fn log_range(&mut self, log: Value, place: &Place) {
        let name = self.ident(log);
        let (array, lo, hi) = ends(place);
        let (lo, hi) = (self.value(lo).tokens, self.value(hi).tokens);
        let array = self.shared(&array);
        let (tokens, rt) = (&array.tokens, &self.rt);
        self.push_with(quote!(#name.extend_from_slice(#rt::range(#tokens, #lo, #hi));), &array.effects);
    }

    /// Puts the last range logged back.
    pub(super) fn unlog_range(&mut self, log: Value, cursor: Value, place: &Place) {
        self.settle(&Effects::writes(MEMORY), Some(cursor));
        let (log, at) = (self.ident(log), self.ident(cursor));
        let (array, lo, hi) = ends(place);
        let (lo, hi) = (self.value(lo).tokens, self.value(hi).tokens);
        let array = self.exclusive(&array).tokens;
        let range = self.fresh("range");
        let rt = &self.rt;
        self.push(quote!({
            let #range = #rt::range_mut(#array, #lo, #hi);
            #at -= #range.len();
            #range.copy_from_slice(&#log[#at..][..#range.len()]);
        }));
    }

    /// `let mut v = v.clone();`
    pub(super) fn unshare(&mut self, v: Value) {
        let name = self.ident(v);
        if self.once.is_some() && !self.refs.contains(&v) {
            return self.push_with(quote!(let mut #name = #name;), &Effects::reads(MEMORY));
        }
        if self.refs.remove(&v) {
            self.unshared.push(v);
        }
        self.push_with(quote!(let mut #name = #name.clone();), &Effects::reads(MEMORY));
    }

    /// `rt::Arm2::A((a, b))`
    pub(super) fn arm_record(&mut self, index: usize, of: usize, values: &[Value]) -> Frag {
        let (payload, mut effects) = self.payload(values);
        if values.iter().any(|v| self.class(*v) == Class::Owner && !self.refs.contains(v)) {
            // What is moved in cannot be read behind this.
            self.settle(&Effects::writes(MEMORY), None);
            effects.add(&Effects::writes(MEMORY));
        }
        Frag::atom(self.arm_variant(index, of, &payload)).effects(effects)
    }

    /// Variant `index` of `of` around an expression or a pattern. More than eight nest in the last one.
    pub(super) fn arm_variant(&self, index: usize, of: usize, payload: &TokenStream) -> TokenStream {
        const MOST: usize = 8;
        let variant = |of: usize, index: usize, payload: &TokenStream| {
            let (rt, of) = (&self.rt, format_ident!("Arm{of}"));
            let letter = Ident::new(&"ABCDEFGH"[index..=index], Span::call_site());
            quote!(#rt::#of::#letter(#payload))
        };
        match of {
            0 | 1 => quote!(#payload),
            2..=MOST => variant(of, index, payload),
            _ if index < MOST - 1 => variant(MOST, index, payload),
            _ => variant(MOST, MOST - 1, &self.arm_variant(index + 1 - MOST, of + 1 - MOST, payload)),
        }
    }
}

/// An array and the ends of a logged range of it.
fn ends(place: &Place) -> (Place, Value, Value) {
    let mut array = place.clone();
    match array.proj.pop() {
        Some(Proj::Range { lo: Some(lo), hi: Some(hi), inclusive: false }) => (array, lo, hi),
        _ => unreachable!("logged ranges have both ends"),
    }
}
