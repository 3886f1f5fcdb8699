//! Terms as values: read, copied, moved or borrowed.

use super::term::{Inactive, Term};
use super::{Lower, kind};
use crate::ir::{Alloc, Class, Kind, ListForm, Op, Place, Proj, Value};
use proc_macro2::Span;

impl Lower<'_> {
    /// A value that is Plain if the kind is a scalar's, and otherwise an Owner or View that stands for the term.
    pub(super) fn value(&mut self, term: Term, expected: Option<&Kind>) -> Value {
        match self.read(term, expected) {
            Term::Value(value) => value,
            Term::Inactive(mut inactive) => {
                if let (Kind::Passive | Kind::Unknown, Some(kind)) = (&inactive.kind, expected)
                    && kind::is_scalar(kind)
                {
                    inactive.kind = kind.clone();
                }
                self.evaluate(inactive, "t")
            }
            Term::Place(place) if place.proj.is_empty() && self.data(place.base).class == Class::Owner => place.base,
            Term::Unit => self.evaluate(Inactive::constant(syn::parse_quote!(()), Kind::Unit), "t"),
            term @ (Term::Place(_) | Term::Tuple(_)) => self.owned(term, expected),
            Term::Ref(..) => unreachable!("references are followed"),
            Term::Iterator(lazy) => {
                self.iterator_as_value(&lazy);
                self.evaluate(Inactive::constant(syn::parse_quote!(()), Kind::Passive), "t")
            }
            Term::Closure(closure) => {
                let what = format!("{} is used as a value", closure.what());
                self.errors.push_spanned(&closure.def, what, "call it here, or write a function");
                self.evaluate(Inactive::constant(syn::parse_quote!(()), Kind::Passive), "t")
            }
        }
    }

    /// A value of its own: what `let x = term;` binds. Scalars are Plain; memory is copied or moved to an Owner.
    pub(super) fn owned(&mut self, term: Term, expected: Option<&Kind>) -> Value {
        match term {
            Term::Place(place) if !self.reads_as_scalar(&place, expected) => self.copied(place),
            Term::Tuple(parts) => {
                let elems: Vec<Value> = parts.into_iter().map(|part| self.moved(part, None)).collect();
                let kind = Kind::Tuple(elems.iter().map(|elem| self.data(*elem).kind.clone()).collect());
                let varied = elems.iter().any(|elem| self.is_varied(*elem));
                let alloc = Alloc::List { elems, form: ListForm::Tuple };
                self.let_("t", Class::Owner, kind, Op::Alloc(alloc), Span::mixed_site(), varied)
            }
            Term::Ref(mutable, to) => self.view(mutable, *to, "t"),
            term => self.value(term, expected),
        }
    }

    /// A value that is handed over, to a list, a `Vec` or another place: an Owner is moved (or copied) as it is.
    pub(super) fn moved(&mut self, term: Term, expected: Option<&Kind>) -> Value {
        match term {
            Term::Place(place) if self.is_whole_owner(&place) && !self.reads_as_scalar(&place, expected) => place.base,
            term => self.owned(term, expected),
        }
    }

    fn is_whole_owner(&self, place: &Place) -> bool {
        place.proj.is_empty() && self.data(place.base).class == Class::Owner
    }

    fn reads_as_scalar(&self, place: &Place, expected: Option<&Kind>) -> bool {
        let kind = self.place_kind(place);
        let known = matches!(expected, Some(Kind::Float | Kind::Integer | Kind::Bool));
        kind::is_scalar(&kind) || kind == Kind::Unknown && (known || !self.is_varied(place.base))
    }

    /// A plain use of memory: copies what is `Copy` by syntax, moves the rest.
    fn copied(&mut self, place: Place) -> Value {
        let (kind, varied, span) = (self.place_kind(&place), self.is_varied(place.base), self.data(place.base).span);
        if place.proj.is_empty() && self.data(place.base).class == Class::Owner && !kind::is_copy(&kind) {
            return self.let_("t", Class::Owner, kind, Op::Move(place.base), span, varied);
        }
        if kind == Kind::Unknown && self.by_value.contains(&place.base) && place.proj == [Proj::Deref] {
            // It was moved out of the variant, which stays where it is.
            let method = Some(proc_macro2::Ident::new("clone", span));
            return self.let_("t", Class::Owner, kind, Op::Alloc(Alloc::Copy { place, method }), span, varied);
        }
        if kind == Kind::Unknown {
            return self.let_("t", Class::Owner, kind, Op::Load(place), span, varied);
        }
        if let Kind::Ref(mutable, _) = kind {
            return self.view(mutable, Term::Place(place), "t");
        }
        // What `pop` takes out stays where it is until the `Vec` is made shorter.
        let method = (!kind::is_copy(&kind)).then(|| proc_macro2::Ident::new("clone", span));
        self.let_("t", Class::Owner, kind, Op::Alloc(Alloc::Copy { place, method }), span, varied)
    }

    /// A reference as a View value.
    pub(super) fn view(&mut self, mutable: bool, to: Term, name: &str) -> Value {
        let place = match self.dereferenced(to) {
            Term::Place(place) => place,
            term => self.stored(term),
        };
        if place.proj.is_empty() && matches!(self.data(place.base).class, Class::View { .. }) {
            return place.base;
        }
        let mut place = place;
        if place.proj.len() > 1 && place.proj.last() == Some(&Proj::Deref) && matches!(self.place_kind(&place), Kind::Slice(_)) {
            place.proj.pop();
        }
        let kind = Kind::Ref(mutable, Box::new(self.place_kind(&place)));
        let (base, span) = (place.base, self.data(place.base).span);
        let value = self.let_(name, Class::View { mutable }, kind, Op::Borrow { mutable, place }, span, false);
        self.roots[value.0 as usize] = vec![base];
        value
    }

    /// Puts a temporary into memory, so that it can be borrowed.
    pub(super) fn stored(&mut self, term: Term) -> Place {
        let value = self.owned(term, None);
        if self.data(value).class != Class::Plain {
            return Place::whole(value);
        }
        let (kind, varied, span) = (self.data(value).kind.clone(), self.is_varied(value), self.data(value).span);
        Place::whole(self.let_("t", Class::Owner, kind, Op::Alloc(Alloc::Scalar(value)), span, varied))
    }
}
