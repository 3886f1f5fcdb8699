//! Places: memory locations as the user wrote them, and their mirror images on shadows.

use super::Emitter;
use super::frag::{Effects, Frag, Moved, Prec};
use crate::derive;
use crate::ir::{Class, Kind, Payload, Place, Proj, Value};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

impl<'a> Emitter<'a> {
    /// The place as an expression for the memory there. `*base` if all of a reference is meant.
    pub(super) fn place(&mut self, place: &Place) -> Frag {
        self.accessed(place, false)
    }

    /// The place as what stands on the left of `=`.
    pub(super) fn written(&mut self, place: &Place) -> Frag {
        self.accessed(place, self.class(place.base) != Class::Shadow)
    }

    fn accessed(&mut self, place: &Place, mutable: bool) -> Frag {
        let is_ref = self.is_ref(place.base);
        let frag = self.path(place, mutable);
        if is_ref && self.projections(place).next().is_none() { deref(frag) } else { frag }
    }

    /// The place where Rust dereferences by itself: before `.method()`.
    pub(super) fn receiver(&mut self, place: &Place) -> Frag {
        match place.proj.split_last() {
            Some((Proj::Deref, rest)) => self.receiver(&Place { base: place.base, proj: rest.to_vec() }),
            Some(_) | None => self.path(place, false),
        }
    }

    /// `&place`, or the reference itself.
    pub(super) fn shared(&mut self, place: &Place) -> Frag {
        if self.is_whole_ref(place) {
            let whole = self.path(&Place::whole(place.base), false);
            if self.class(place.base) != (Class::View { mutable: true }) {
                return whole;
            }
            // A mutable reference would be moved.
            let name = &whole.tokens;
            return Frag { effects: whole.effects.clone(), ..Frag::new(quote!(&*#name), Prec::Prefix) };
        }
        let frag = self.place(place);
        let (effects, tokens) = (frag.effects.clone(), Moved::new(frag.into_at(Prec::Prefix)));
        Frag { effects, ..Frag::new(quote!(&#tokens), Prec::Prefix) }
    }

    /// `&mut place`, or a reborrow.
    pub(super) fn exclusive(&mut self, place: &Place) -> Frag {
        if self.class(place.base) == Class::Shadow && self.is_whole_ref(place) {
            return self.shared(place);
        }
        let frag = self.accessed(place, self.class(place.base) != Class::Shadow);
        let (effects, tokens) = (frag.effects.clone(), Moved::new(frag.into_at(Prec::Prefix)));
        Frag { effects, ..Frag::new(quote!(&mut #tokens), Prec::Prefix) }
    }

    /// All of what a variable refers to.
    fn is_whole_ref(&self, place: &Place) -> bool {
        self.is_ref(place.base) && matches!(self.projections(place).collect::<Vec<_>>().as_slice(), [] | [Proj::Deref])
    }

    /// Shadows are not dereferenced.
    fn projections<'p>(&self, place: &'p Place) -> impl Iterator<Item = &'p Proj> + use<'p> {
        let is_shadow = self.class(place.base) == Class::Shadow;
        place.proj.iter().filter(move |proj| !(is_shadow && **proj == Proj::Deref))
    }

    /// Base and projections as they stand.
    fn path(&mut self, place: &Place, mutable: bool) -> Frag {
        let mut frag = self.base(place.base);
        for proj in self.projections(place) {
            frag = match proj {
                Proj::Deref => deref(frag),
                Proj::Field(member) => {
                    let whole = Frag::atom(TokenStream::new()).effects(frag.effects.clone());
                    let base = Moved::new(frag.into_at(Prec::Postfix));
                    Frag { tokens: quote!(#base.#member), ..whole }
                }
                Proj::Payload(payload) => {
                    let (base, accessor) = (frag.at(Prec::Postfix), accessor(payload, mutable));
                    self.payloads = true;
                    deref(Frag::atom(quote!(#base.#accessor())).effects(frag.effects))
                }
                Proj::Index(i) => {
                    let index = self.value(*i);
                    indexed(frag, index)
                }
                Proj::Range { lo, hi, inclusive } => {
                    let range = self.range(*lo, *hi, *inclusive);
                    indexed(frag, range)
                }
            };
        }
        frag
    }

    /// By its name, or the constant that it stands for.
    fn base(&mut self, v: Value) -> Frag {
        if let Some(constant) = self.alias.get(&v) {
            return constant.clone();
        }
        let name = self.ident(v);
        let mut frag = Frag::atom(quote!(#name));
        frag.effects.views.extend(self.is_memory(v).then_some(v));
        frag
    }

    /// `lo..hi`.
    pub(super) fn range(&mut self, lo: Option<Value>, hi: Option<Value>, inclusive: bool) -> Frag {
        let (lo, hi) = (lo.map(|v| self.value(v)), hi.map(|v| self.value(v)));
        let parts: Vec<_> = lo.iter().chain(&hi).collect();
        let (lo, hi) = (lo.as_ref().map(|lo| lo.at(Prec::Or)), hi.as_ref().map(|hi| hi.at(Prec::Or)));
        let tokens = if inclusive { quote!(#lo..=#hi) } else { quote!(#lo..#hi) };
        Frag::new(tokens, Prec::Range).with(&parts)
    }

    /// Reading what is there. Of unknown type it is cloned, whether the user copied or borrowed it: for numbers that is the same.
    pub(super) fn load(&mut self, v: Value, place: &Place) -> Frag {
        if self.class(v) != Class::Owner || self.f[v].kind != Kind::Unknown {
            return self.copy(place);
        }
        let reference = self.shared(place);
        let (tokens, region) = (&reference.tokens, self.region(place.base));
        Frag::atom(quote!(::core::clone::Clone::clone(#tokens))).with(&[&reference]).effects(Effects::reads(region))
    }

    /// Reading what is `Copy`.
    pub(super) fn copy(&mut self, place: &Place) -> Frag {
        let frag = self.place(place);
        let region = self.region(place.base);
        frag.effects(Effects::reads(region))
    }
}

/// The method that finds a variant's field: derived for the user's enums, in scope for `Option` and `Result`.
fn accessor(payload: &Payload, mutable: bool) -> syn::Ident {
    derive::accessor(&payload.variant, &payload.member, mutable)
}

/// `base[index]`
fn indexed(base: Frag, index: Frag) -> Frag {
    let whole = Frag::atom(TokenStream::new()).with(&[&base, &index]);
    let (mut tokens, inside) = (base.into_at(Prec::Postfix), Group::new(Delimiter::Bracket, index.tokens));
    tokens.extend([TokenTree::Group(inside)]);
    Frag { tokens, ..whole }
}

fn deref(frag: Frag) -> Frag {
    let inner = frag.at(Prec::Prefix);
    Frag { effects: frag.effects, size: frag.size, ..Frag::new(quote!(*#inner), Prec::Prefix) }
}
