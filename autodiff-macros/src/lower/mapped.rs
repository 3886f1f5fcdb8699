//! `array.map(f)`: a loop over a copy that is overwritten or, where the elements become something else and their number can be seen, each of
//! them for itself.

use super::Lower;
use super::iterator::{Chain, Over};
use super::place::pushed;
use super::term::Term;
use super::{from_fn, kind};
use crate::ir::{Alloc, Class, Kind, ListForm, Op, Place, Proj};
use proc_macro2::{Ident, Span};
use syn::spanned::Spanned as _;
use syn::{Expr, ExprMethodCall, Type};

/// Arrays of more elements are not written out.
const FEW: usize = 32;

impl Lower<'_> {
    /// What `map` is called on is an array rather than an option, as far as its use tells: it is indexed, or an array comes out.
    pub(super) fn maps_a_list(&self, receiver: &Expr, expected: Option<&Kind>) -> bool {
        let lists = &self.lists;
        match receiver {
            _ if matches!(expected, Some(Kind::Array(_))) => true,
            Expr::Paren(paren) => self.maps_a_list(&paren.expr, expected),
            Expr::Path(path) => path.path.get_ident().is_some_and(|name| lists.indexed.contains(&name.to_string())),
            Expr::Field(field) => lists.fields.contains(&quote::ToTokens::to_token_stream(&field.member).to_string()),
            _ => false,
        }
    }

    /// `array.map(f)`.
    pub(super) fn mapped(&mut self, e: &ExprMethodCall, expected: Option<&Kind>) -> Option<Term> {
        if e.method != "map" || e.args.len() != 1 || self.is_iterator(&e.receiver) {
            return None;
        }
        if let Some(elems) = written(&e.receiver) {
            let items = elems.iter().map(|elem| self.operand(elem, None)).collect();
            return Some(self.mapped_each(items, e, expected));
        }
        let mark = self.mark();
        let receiver = self.expr(&e.receiver, None);
        let is_list = self.maps_a_list(&e.receiver, expected);
        let Term::Place(place) = self.place_of(receiver) else {
            self.rollback(&mark);
            return None;
        };
        let (kind, few) = (self.place_kind(&place), self.array_length(&place).filter(|len| *len <= FEW));
        let is_loop = match &kind {
            Kind::Array(elem) => matches!(**elem, Kind::Float | Kind::Unknown),
            Kind::Unknown => is_list,
            _ => false,
        };
        match few {
            Some(len) if !(is_loop && self.maps_float_to_float(&place, e)) => {
                let place = self.unchanged(place, e);
                let items = (0..len).map(|i| {
                    let i = self.literal(i);
                    Term::Place(pushed(place.clone(), Proj::Index(i)))
                });
                let items = items.collect();
                Some(self.mapped_each(items, e, expected))
            }
            _ if is_loop => Some(self.mapped_in_loop(place, e, expected)),
            _ => {
                self.rollback(&mark);
                None
            }
        }
    }

    /// Of floats to floats, or of elements to others of the same type, which is not seen here.
    fn mapped_in_loop(&mut self, place: Place, e: &ExprMethodCall, expected: Option<&Kind>) -> Term {
        let span = e.span();
        let place = self.unchanged(place, e);
        let f = self.func(&e.args[0]);
        let kind = match (self.place_kind(&place), expected) {
            (Kind::Unknown, Some(known @ Kind::Array(_))) => known.clone(),
            (Kind::Unknown, _) => Kind::Array(Box::new(Kind::Unknown)),
            (kind, _) => kind,
        };
        let elem = kind::element(&kind);
        let elem = Some(&elem).filter(|elem| **elem == Kind::Float);
        let array = self.copied_array(&place, kind, span);
        let len = self.len(place.clone(), span);
        let indices = Chain::of(self.up_to(len));
        self.over(indices, &Over::new(span), &mut |this, i| {
            let i = this.value(i, Some(&Kind::Integer));
            let item = this.read(Term::Place(pushed(place.clone(), Proj::Index(i))), elem);
            let item = this.call_func(&f, vec![item], elem);
            if !matches!(kind::pointee(&this.kind(&item)), Kind::Float | Kind::Unknown | Kind::Passive) {
                let help = "say how many elements it has (`let a: [f64; 3] = …;`), or fill the new array in a loop";
                this.error(e, "an array of floats is mapped to something else", help);
                return;
            }
            this.store(pushed(Place::whole(array), Proj::Index(i)), item, span);
        });
        Term::Value(array)
    }

    /// Each element by itself.
    fn mapped_each(&mut self, items: Vec<Term>, e: &ExprMethodCall, expected: Option<&Kind>) -> Term {
        let f = self.func(&e.args[0]);
        let elem = expected.map(kind::element).filter(|kind| *kind != Kind::Unknown);
        let mapped = items.into_iter().map(|item| {
            let item = self.read(item, None);
            let item = self.call_func(&f, vec![item], elem.as_ref());
            self.settle(item, elem.as_ref())
        });
        let mapped = mapped.collect();
        self.list_of(mapped, ListForm::Array, elem.as_ref(), e.span())
    }

    /// Tried on the first element, and forgotten.
    fn maps_float_to_float(&mut self, place: &Place, e: &ExprMethodCall) -> bool {
        if kind::element(&self.place_kind(place)) != Kind::Float {
            return false;
        }
        let mark = self.mark();
        let (_, kind) = self.nested(|this| {
            let (f, i) = (this.func(&e.args[0]), this.literal(0));
            let item = this.read(Term::Place(pushed(place.clone(), Proj::Index(i))), Some(&Kind::Float));
            let item = this.call_func(&f, vec![item], None);
            kind::pointee(&this.kind(&item)).clone()
        });
        self.rollback(&mark);
        kind == Kind::Float
    }

    /// What is mapped is taken by value: a closure that changes things does not change that.
    fn unchanged(&mut self, place: Place, e: &ExprMethodCall) -> Place {
        if from_fn::has_no_effect(&e.args[0]) {
            return place;
        }
        let kind = self.place_kind(&place);
        Place::whole(self.copied_array(&place, kind, e.span()))
    }

    fn copied_array(&mut self, place: &Place, kind: Kind, span: Span) -> crate::ir::Value {
        let op = Op::Alloc(Alloc::Copy { place: place.clone(), method: Some(Ident::new("clone", span)) });
        let array = self.let_("t", Class::Owner, kind, op, span, self.is_varied(place.base));
        self.data_mut(array).mutable = true;
        array
    }

    /// Of a new array.
    pub(super) fn length_of_op(&self, op: &Op) -> Option<usize> {
        match op {
            Op::Alloc(Alloc::List { elems, form: ListForm::Array }) => Some(elems.len()),
            Op::Alloc(Alloc::Copy { place, .. }) => self.array_length(place),
            Op::Move(from) => self.array_lengths[from.0 as usize],
            _ => None,
        }
    }

    /// How many elements an array has, where that is written.
    fn array_length(&self, place: &Place) -> Option<usize> {
        if place.proj.iter().any(|step| *step != Proj::Deref) {
            return None;
        }
        let written = self.data(place.base).ty.as_ref().and_then(array_length);
        written.or(self.array_lengths[place.base.0 as usize])
    }
}

/// The elements of an array that is written in place.
fn written(e: &Expr) -> Option<&syn::punctuated::Punctuated<Expr, syn::Token![,]>> {
    match e {
        Expr::Array(array) => Some(&array.elems),
        Expr::Paren(paren) => written(&paren.expr),
        _ => None,
    }
}

/// The length of `[T; 3]` and references to it.
pub(super) fn array_length(ty: &Type) -> Option<usize> {
    match super::syntax::pointee(ty) {
        Type::Array(syn::TypeArray { len: Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(len), .. }), .. }) => {
            len.base10_parse().ok()
        }
        _ => None,
    }
}
