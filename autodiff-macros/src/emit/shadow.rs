//! Shadows: adding to them, taking out of them, and references into them.
//!
//! A shadow that the caller may decline is an `Option`; what only serves it is printed under `if let Some(w_bar) = w_bar`.

use super::Emitter;
use super::block::Item;
use super::expr::tuple;
use super::frag::{Effects, Frag, Prec, SHADOW};
use crate::ir::{Kind, Place, Proj, Value};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

impl<'a> Emitter<'a> {
    /// The caller may have declined it.
    fn is_optional(&self, shadow: Value) -> bool {
        self.f[shadow].optional && !self.wanted.contains(&shadow)
    }

    /// Runs `f` where an optional shadow is known to be there.
    fn given<R>(&mut self, shadow: Value, f: impl FnOnce(&mut Self) -> R) -> R {
        let optional = self.is_optional(shadow);
        if optional {
            self.wanted.insert(shadow);
        }
        let result = f(self);
        if optional {
            self.wanted.remove(&shadow);
        }
        result
    }

    /// `place += value;`
    pub(super) fn shadow_add(&mut self, place: &Place, value: Value) {
        let optional = self.is_optional(place.base);
        // Evaluated only if the shadow is wanted: then it must not do anything else.
        let mut value_frag = if optional { self.lazy(value) } else { self.value(value) };
        if optional && value_frag.effects.vars.contains(&self.names.variable(place.base)) {
            // What reads this shadow takes it for an `Option`.
            let (name, tokens) = (self.fresh("t"), &value_frag.tokens);
            self.push_with(quote!(let #name = #tokens;), &value_frag.effects);
            value_frag = Frag { untyped: value_frag.untyped, ..Frag::atom(quote!(#name)) };
        }
        let is_float = self.f[value].kind == Kind::Float;
        let again = self.uses[value.0 as usize].count > 1;
        let rt = self.rt.clone();
        self.when_wanted(&[place.base], &value_frag.effects, |e| {
            let v = &value_frag.tokens;
            if is_float {
                e.adds = true;
                let frag = e.receiver(place);
                let receiver = frag.at(Prec::Postfix);
                quote!(#receiver.add(#v);)
            } else {
                let place = e.shared(place).tokens;
                let v = if again { quote!(#v.clone()) } else { quote!(#v) };
                quote!(#rt::add(#place, #v);)
            }
        });
    }

    /// `to += from;`, elementwise. What is taken is zero after that, whether it was wanted or not.
    pub(super) fn shadow_add_from(&mut self, to: &Place, from: &Place, take: bool) {
        let rt = self.rt.clone();
        // It may be constant.
        let into_field = to.proj.iter().any(|proj| matches!(proj, Proj::Field(_)));
        let declined = take && self.is_optional(to.base) && to.base != from.base;
        let declined = if declined { self.clear_given(from) } else { TokenStream::new() };
        self.when_wanted_or(&[to.base, from.base], &Effects::default(), declined, |e| {
            let (to, from) = (e.shared(to).tokens, e.shared(from).tokens);
            match (into_field, take) {
                (true, true) => quote!(#rt::take_into(#to, #from);),
                (true, false) => quote!(#rt::add_into(#to, #from);),
                (false, true) => quote!(#rt::ShadowOps::take_from(#to, #from);),
                (false, false) => quote!(#rt::ShadowOps::add_from(#to, #from);),
            }
        });
    }

    /// Clears a shadow, if it is there.
    fn clear_given(&mut self, place: &Place) -> TokenStream {
        let rt = self.rt.clone();
        let optional = self.is_optional(place.base);
        let clear = self.given(place.base, |e| {
            let place = e.shared(place).tokens;
            quote!(#rt::ShadowOps::clear(#place);)
        });
        let name = self.ident(place.base);
        if optional { quote!(if let Some(#name) = #name { #clear }) } else { clear }
    }

    /// Zeros everywhere.
    pub(super) fn shadow_clear(&mut self, place: &Place) {
        let rt = self.rt.clone();
        self.when_wanted(&[place.base], &Effects::default(), |e| {
            let place = e.shared(place).tokens;
            quote!(#rt::ShadowOps::clear(#place);)
        });
    }

    /// Exchanges two shadows: owners of this sweep by swapping them, what is only referred to element by element.
    pub(super) fn swap_shadows(&mut self, a: &Place, b: &Place) {
        let owned = |e: &Self, p: &Place| e.f[p.base].mutable;
        let rt = self.rt.clone();
        let tokens = if owned(self, a) && owned(self, b) {
            let (a, b) = (self.exclusive(a).tokens, self.exclusive(b).tokens);
            quote!(::core::mem::swap(#a, #b);)
        } else {
            let [a, b] = [a, b].map(|place| {
                let reference = self.shadow_reference(place).tokens;
                if self.is_optional(place.base) { reference } else { quote!(::core::option::Option::Some(#reference)) }
            });
            quote!(#rt::swap_shadows(#a, #b);)
        };
        self.push_with(tokens, &Effects::writes(SHADOW | super::frag::MEMORY));
    }

    /// Exchanges two elements of a shadow.
    pub(super) fn swap_shadow_elements(&mut self, place: &Place, i: Value, j: Value) {
        let rt = self.rt.clone();
        let (i, j) = (self.value(i), self.value(j));
        let (i, j) = (i.tokens, j.tokens);
        // Rows may have other lengths: where they are this sweep's own, they change places themselves.
        if place.proj.iter().all(|proj| matches!(proj, Proj::Field(_))) && self.f[place.base].mutable {
            let target = self.receiver(place).at(Prec::Postfix);
            return self.push_with(quote!(#target.swap(#i, #j);), &Effects::writes(SHADOW | super::frag::MEMORY));
        }
        self.when_wanted(&[place.base], &Effects::default(), |e| {
            let target = e.receiver(place).at(Prec::Postfix);
            quote!(#rt::ShadowOps::swap_with(&#target[#i], &#target[#j]);)
        });
    }

    /// Prints a statement that changes shadows, under `if let` for those that may be missing.
    fn when_wanted(&mut self, shadows: &[Value], reads: &Effects, stmt: impl FnOnce(&mut Self) -> TokenStream) {
        self.when_wanted_or(shadows, reads, TokenStream::new(), stmt);
    }

    /// As [`Self::when_wanted`], with what is to be done if the first shadow is missing.
    fn when_wanted_or(
        &mut self,
        shadows: &[Value],
        reads: &Effects,
        otherwise: TokenStream,
        stmt: impl FnOnce(&mut Self) -> TokenStream,
    ) {
        let mut optional: Vec<Value> = shadows.iter().copied().filter(|v| self.is_optional(*v)).collect();
        optional.dedup();
        let effects = Effects { reads: reads.reads | SHADOW, writes: reads.writes | SHADOW, ..Effects::default() };
        self.wanted.extend(&optional);
        let mut tokens = stmt(self);
        self.wanted.retain(|v| !optional.contains(v));
        self.settle(&effects, None);
        let Some((outer, inner)) = optional.split_first() else { return self.push(tokens) };
        for shadow in inner {
            let name = self.ident(*shadow);
            tokens = quote!(if let Some(#name) = #name { #tokens });
        }
        match self.out.last_mut() {
            Some(Item::Wanted { shadow, stmts, declined }) if shadow == outer => {
                stmts.extend(std::iter::once(tokens));
                declined.extend(std::iter::once(otherwise));
            }
            Some(_) | None => self.out.push(Item::Wanted { shadow: *outer, stmts: tokens, declined: otherwise }),
        }
    }

    /// The adjoint in a shadow, which is zero after that.
    pub(super) fn take(&mut self, v: Value, place: &Place) -> Frag {
        self.adjoint(v, place, "take", "take").effects(Effects::writes(SHADOW))
    }

    /// The adjoint in a shadow.
    pub(super) fn peek(&mut self, v: Value, place: &Place) -> Frag {
        self.adjoint(v, place, "get", "peek").effects(Effects::reads(SHADOW))
    }

    fn adjoint(&mut self, v: Value, place: &Place, method: &str, helper: &str) -> Frag {
        let (base, is_float) = (place.base, self.f[v].kind == Kind::Float);
        let (rt, optional) = (self.rt.clone(), self.is_optional(base));
        let name = |text: &str| Ident::new(text, proc_macro2::Span::call_site());
        let frag = self.given(base, |e| {
            if is_float {
                let (frag, method) = (e.receiver(place), name(method));
                let receiver = frag.at(Prec::Postfix);
                Frag::atom(quote!(#receiver.#method())).with(&[&frag])
            } else {
                let (frag, helper) = (e.shared(place), name(helper));
                let place = &frag.tokens;
                Frag::atom(quote!(#rt::#helper(#place))).with(&[&frag])
            }
        });
        // The type of a new cell may be known only further down.
        let untyped = is_float;
        if !optional {
            return Frag { untyped, ..frag };
        }
        let (shadow, inner) = (self.ident(base), &frag.tokens);
        let tokens = if is_float {
            let zero = self.zero_of(base);
            quote!(#shadow.map_or(#zero, |#shadow| #inner))
        } else {
            quote!(#shadow.map_or_else(::core::default::Default::default, |#shadow| #inner))
        };
        let mut frag = Frag { untyped, ..Frag::atom(tokens) }.with(&[&frag]);
        frag.effects.vars.push(self.names.variable(base));
        frag
    }

    /// `let r_bar = &w_bar[…];`
    pub(super) fn borrow_shadow(&mut self, v: Value, place: &Place) -> Frag {
        self.refs.insert(v);
        let frag = self.shadow_reference(place);
        if self.f[v].optional && !self.is_optional(place.base) {
            let inner = &frag.tokens;
            return Frag::atom(quote!(Some(#inner))).with(&[&frag]);
        }
        frag
    }

    /// A reference to part of a shadow; an `Option` of one if the shadow may be missing.
    pub(super) fn shadow_reference(&mut self, place: &Place) -> Frag {
        let base = place.base;
        if !self.is_optional(base) {
            return self.shared(place);
        }
        let shadow = self.ident(base);
        let frag = self.given(base, |e| e.shared(place));
        let inner = &frag.tokens;
        if shadow == inner.to_string() {
            return Frag::atom(quote!(#shadow));
        }
        Frag::atom(quote!(#shadow.map(|#shadow| #inner))).with(&[&frag])
    }

    /// `let (a_bar, b_bar) = w_bar.split_at(k);`
    pub(super) fn split_shadow(&mut self, results: &[Value], method: &Ident, place: &Place, args: &[Value]) {
        let optional = self.is_optional(place.base);
        let args: Vec<_> = args.iter().map(|v| if optional { self.lazy(*v).tokens } else { self.value(*v).tokens }).collect();
        let name = method.to_string();
        let method = Ident::new(name.strip_suffix("_mut").unwrap_or(&name), method.span());
        let receiver = self.given(place.base, |e| e.receiver(place).at(Prec::Postfix));
        self.refs.extend(results);
        let pattern = tuple(results.iter().map(|v| self.binding(*v)).collect::<Vec<_>>());
        let call = quote!(#receiver.#method(#(#args),*));
        if !optional {
            return self.push(quote!(let #pattern = #call;));
        }
        let shadow = self.ident(place.base);
        let parts: Vec<_> = results.iter().map(|v| self.ident(*v)).collect();
        let (some, none) = (tuple(parts.iter().map(|part| quote!(Some(#part)))), tuple(vec![quote!(None); parts.len()]));
        let inner = tuple(&parts);
        self.push(quote!(let #pattern = match #shadow { Some(#shadow) => { let #inner = #call; #some } None => #none };));
    }

    /// A shadow that a branch hands out as `result`.
    pub(super) fn yield_shadow(&mut self, v: Value, result: Value) -> Frag {
        if self.is_optional(v) {
            self.refs.insert(result);
            return self.value(v);
        }
        let is_own = !self.is_ref(v) && self.uses[v.0 as usize].home == self.here;
        let frag = if is_own { self.value(v) } else { self.pending_or_shared(v) };
        if !is_own {
            self.refs.insert(result);
        }
        if self.f[result].optional {
            self.refs.insert(result);
            let inner = &frag.tokens;
            return Frag::atom(quote!(Some(#inner))).with(&[&frag]);
        }
        frag
    }

    fn pending_or_shared(&mut self, v: Value) -> Frag {
        if self.pending.iter().any(|(pending, _)| *pending == v) { self.value(v) } else { self.shared(&Place::whole(v)) }
    }
}
