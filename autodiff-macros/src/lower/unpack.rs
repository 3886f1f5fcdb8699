//! Patterns that are known to match, on memory: each name is a part of it.
//!
//! A field of a struct is a place. A field of a variant is a view, made in the arm where the variant is known to be there; its shadow is the same
//! part of the shadow.

use super::construct::variant_of;
use super::place::pushed;
use super::term::{Inactive, Term};
use super::{Lower, free, syntax};
use crate::ir::{Class, Kind, Opaque, Payload, Place, Proj, Value};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Member, Pat};

impl Lower<'_> {
    /// Binds the names of a pattern that matches.
    pub(super) fn unpack(&mut self, pat: &Pat, term: Term) {
        match pat {
            Pat::Ident(ident) if free::is_constant_name(&ident.ident) => {}
            Pat::Ident(ident) => {
                if let Some((_, sub)) = &ident.subpat {
                    self.unpack(sub, term.clone());
                }
                self.unpack_name(ident, term);
            }
            Pat::Paren(paren) => self.unpack(&paren.pat, term),
            Pat::Wild(_) | Pat::Lit(_) | Pat::Range(_) | Pat::Path(_) | Pat::Const(_) | Pat::Rest(_) => {}
            Pat::Or(_) if free::bound_by(pat).is_empty() => {}
            Pat::Reference(reference) => {
                let term = self.deref(term);
                self.unpack(&reference.pat, term);
            }
            Pat::Tuple(tuple) => {
                let parts = self.parts(term, tuple.elems.len(), pat);
                tuple.elems.iter().zip(parts).for_each(|(pat, part)| self.unpack(pat, part));
            }
            Pat::TupleStruct(tuple) if is_error(&tuple.path) => self.unpack_error_in_place(tuple, term),
            Pat::TupleStruct(tuple) => {
                let n = tuple.elems.iter().position(|pat| matches!(pat, Pat::Rest(_))).unwrap_or(tuple.elems.len());
                if tuple.elems.iter().skip(n + 1).any(|pat| !free::bound_by(pat).is_empty()) {
                    self.error(pat, "fields behind `..`", "count the fields from the first one, with `_` for those left out");
                    return;
                }
                let fields = tuple.elems.iter().take(n).enumerate().map(|(i, pat)| (Member::Unnamed(i.into()), pat));
                self.unpack_fields(&tuple.path, fields.collect(), term);
            }
            Pat::Struct(fields) => {
                let fields_of = fields.fields.iter().map(|field| (field.member.clone(), &*field.pat));
                self.unpack_fields(&fields.path, fields_of.collect(), term);
            }
            other => self.bind(other, term, None),
        }
    }

    /// The error inside of a result that stays: a copy of it, or a reference to it.
    fn unpack_error_in_place(&mut self, tuple: &syn::PatTupleStruct, term: Term) {
        let Some(pat) = tuple.elems.first().filter(|pat| !free::bound_by(pat).is_empty()) else { return };
        let by_reference = matches!(term, Term::Ref(..)) || matches!(self.kind(&term), Kind::Ref(..));
        let place = match self.place_of(term) {
            Term::Place(place) => place,
            other => self.stored(other),
        };
        let (expr, uses) = self.place_expr(&place);
        let expr = match by_reference {
            true => syn::parse_quote!(#expr.as_ref().err().unwrap()),
            false => syn::parse_quote!(#expr.as_ref().err().unwrap().clone()),
        };
        let error = Inactive { opaque: Opaque { expr, uses, pure_: false, writes: false }, kind: Kind::Passive };
        let value = self.evaluate(error, "error");
        self.bind(pat, Term::Value(value), None);
    }

    fn unpack_fields(&mut self, path: &syn::Path, fields: Vec<(Member, &Pat)>, term: Term) {
        let variant = variant_of(path);
        for (member, pat) in fields.into_iter().filter(|(_, pat)| !free::bound_by(pat).is_empty()) {
            let proj = match &variant {
                Some(variant) => Proj::Payload(Payload { variant: variant.clone(), member }),
                None => Proj::Field(member),
            };
            let part = self.part(term.clone(), proj, pat);
            self.unpack(pat, part);
        }
    }

    /// The error of a call, which is moved out.
    pub(super) fn unpack_error(&mut self, pat: &Pat, error: Value) {
        match pat {
            Pat::Ident(ident) if ident.subpat.is_none() => {
                let moved = self.mention(error).map(|error| syn::parse_quote!(#error.unwrap()), Kind::Unknown);
                // Memory: a choice by it is recorded as a number, and it need not be `Clone`.
                let moved = Inactive { opaque: Opaque { pure_: false, ..moved.opaque }, ..moved };
                let value = self.evaluate(moved, &super::pattern::name_of(&ident.ident));
                self.declare_name(ident, Term::Value(value));
            }
            pat => free::bound_names(pat).iter().for_each(|name| self.unpack_error_name(pat, name, error)),
        }
    }

    /// A name in a pattern of the error: a copy of what it stands for, since the others are there as well.
    fn unpack_error_name(&mut self, pat: &Pat, name: &syn::PatIdent, error: Value) {
        if let Some(by_ref) = &name.by_ref {
            self.error(by_ref, "a reference into an error", "bind the whole error, and match on that");
            return;
        }
        let (mut pat, ident) = (pat.clone(), &name.ident);
        forget_names(&mut pat, Some(&syn::parse_quote!(#ident)));
        immutable(&mut pat);
        let copy = self.mention(error).map(
            |error| {
                syn::parse_quote! {
                    match &#error {
                        ::core::option::Option::Some(#pat) => ::core::clone::Clone::clone(#ident),
                        _ => ::core::unreachable!(),
                    }
                }
            },
            Kind::Passive,
        );
        let value =
            self.evaluate(Inactive { opaque: Opaque { pure_: false, ..copy.opaque }, ..copy }, &super::pattern::name_of(ident));
        self.declare_name(name, Term::Value(value));
    }

    /// A field of what a pattern takes apart: a reference if the whole is one.
    pub(super) fn part(&mut self, term: Term, proj: Proj, pat: &Pat) -> Term {
        match term {
            Term::Ref(mutable, to) => match *to {
                Term::Ref(inner, to) => self.part(Term::Ref(mutable && inner, to), proj, pat),
                to => {
                    let part = self.part_of(to, proj, mutable, pat);
                    Term::Ref(mutable, Box::new(part))
                }
            },
            Term::Place(place) => match self.dereferenced(Term::Place(place.clone())) {
                Term::Place(inner) if matches!(self.place_kind(&place), Kind::Ref(..)) => {
                    let mutable = matches!(self.place_kind(&place), Kind::Ref(true, _));
                    self.part(Term::Ref(mutable, Box::new(Term::Place(inner))), proj, pat)
                }
                _ => self.part_by_value(Term::Place(place), proj, pat),
            },
            term => self.part_by_value(term, proj, pat),
        }
    }

    fn part_by_value(&mut self, term: Term, proj: Proj, pat: &Pat) -> Term {
        match self.part_of(term, proj, false, pat) {
            Term::Place(place) if place.proj.is_empty() => {
                self.by_value.insert(place.base);
                Term::Place(pushed(place, Proj::Deref))
            }
            part => part,
        }
    }

    /// A field of a variant comes as the whole of a view.
    fn part_of(&mut self, term: Term, proj: Proj, mutable: bool, pat: &Pat) -> Term {
        let term = self.place_of(term);
        match (term, proj) {
            (Term::Place(place), proj @ Proj::Payload(_)) => {
                let name = match free::bound_by(pat).as_slice() {
                    [name] => super::pattern::name_of(name),
                    _ => "t".to_owned(),
                };
                Term::whole(self.view(mutable, Term::Place(pushed(place, proj)), &name))
            }
            (Term::Place(place), proj) => Term::Place(pushed(place, proj)),
            (term, Proj::Field(member)) if !self.varies(&term) => {
                let inactive = self.inactive(term);
                Term::Inactive(inactive.map(|base| syntax::field(base, &member), Kind::Passive))
            }
            _ => self.error(pat, "this pattern takes apart a temporary value", "bind the value to a variable first"),
        }
    }

    /// A name stands for the part itself. By value it is a copy of what may change, else the place: moving out of it is rustc's to judge.
    fn unpack_name(&mut self, ident: &syn::PatIdent, term: Term) {
        if ident.by_ref.is_some() {
            return self.bind(&Pat::Ident(syn::PatIdent { subpat: None, ..ident.clone() }), term, None);
        }
        if let (Term::Place(place), None) = (&term, &ident.mutability)
            && self.place_kind(place) == Kind::Unknown
            && !self.is_changeable(place)
        {
            return self.name_term(&ident.ident, term);
        }
        self.declare_name(ident, term);
    }

    fn is_changeable(&self, place: &Place) -> bool {
        let roots = &self.roots[place.base.0 as usize];
        let changes =
            |value: &Value| self.data(*value).mutable || matches!(self.data(*value).class, Class::View { mutable: true });
        changes(&place.base) || roots.iter().any(changes)
    }
}

/// A name in it is bound by one of several patterns.
pub(super) fn chooses(pat: &Pat) -> bool {
    choose(&mut pat.clone(), 0).is_some()
}

/// The patterns that one is, of which each name is bound by one only.
pub(super) fn alternatives(pat: &Pat) -> Vec<Pat> {
    let Some(n) = choose(&mut pat.clone(), 0) else { return vec![pat.clone()] };
    let chosen = |k| {
        let mut pat = pat.clone();
        choose(&mut pat, k);
        alternatives(&pat)
    };
    (0..n).flat_map(chosen).collect()
}

/// Puts the `k`th of several patterns that bind names in their place. How many there are, if there are any.
fn choose(pat: &mut Pat, k: usize) -> Option<usize> {
    struct Choose(usize, Option<usize>);
    impl VisitMut for Choose {
        fn visit_pat_mut(&mut self, pat: &mut Pat) {
            match pat {
                _ if self.1.is_some() => {}
                Pat::Or(or) if or.cases.iter().any(|case| !free::bound_by(case).is_empty()) => {
                    self.1 = Some(or.cases.len());
                    *pat = or.cases[self.0].clone();
                }
                pat => visit_mut::visit_pat_mut(self, pat),
            }
        }
    }
    let mut choose = Choose(k, None);
    choose.visit_pat_mut(pat);
    choose.1
}

/// Makes a pattern that tests the same and moves nothing: only what the guard mentions is bound.
pub(super) fn forget_names(pat: &mut Pat, guard: Option<&Expr>) {
    struct Forget(Vec<String>);
    impl VisitMut for Forget {
        fn visit_pat_mut(&mut self, pat: &mut Pat) {
            if let Pat::Ident(ident) = pat
                && !free::is_constant_name(&ident.ident)
                && !self.0.contains(&ident.ident.to_string())
            {
                *pat = match ident.subpat.take() {
                    Some((_, sub)) => *sub,
                    None => syn::parse_quote!(_),
                };
                return self.visit_nested(pat);
            }
            visit_mut::visit_pat_mut(self, pat);
        }

        fn visit_field_pat_mut(&mut self, field: &mut syn::FieldPat) {
            visit_mut::visit_field_pat_mut(self, field);
            if !matches!(&*field.pat, Pat::Ident(_)) {
                field.colon_token.get_or_insert_default();
            }
        }
    }
    impl Forget {
        fn visit_nested(&mut self, pat: &mut Pat) {
            if !matches!(pat, Pat::Wild(_)) {
                self.visit_pat_mut(pat);
            }
        }
    }
    let mentioned = guard.map(|guard| free::of_expr(guard).names.iter().map(ToString::to_string).collect());
    Forget(mentioned.unwrap_or_default()).visit_pat_mut(pat);
}

/// `mut x` as `x`.
fn immutable(pat: &mut Pat) {
    struct Immutable;
    impl VisitMut for Immutable {
        fn visit_pat_ident_mut(&mut self, ident: &mut syn::PatIdent) {
            ident.mutability = None;
            visit_mut::visit_pat_ident_mut(self, ident);
        }
    }
    Immutable.visit_pat_mut(pat);
}

fn is_error(path: &syn::Path) -> bool {
    variant_of(path).is_some_and(|variant| variant == "Err") && path.segments.len() == 1
}

/// What stands in `Err(…)`.
pub(super) fn in_error(pat: &Pat) -> Option<&Pat> {
    match pat {
        Pat::TupleStruct(tuple) if is_error(&tuple.path) => tuple.elems.first(),
        Pat::Paren(paren) => in_error(&paren.pat),
        _ => None,
    }
}

/// A pattern for a result, for the two halves of one: `(Some(value), _)` or `(_, Some(error))`.
pub(super) fn of_halves(pat: &mut Pat) {
    match pat {
        Pat::TupleStruct(tuple) => {
            let elems = &tuple.elems;
            *pat =
                if is_error(&tuple.path) { syn::parse_quote!((_, Some(#elems))) } else { syn::parse_quote!((Some(#elems), _)) };
        }
        Pat::Paren(paren) => {
            let mut inner = (*paren.pat).clone();
            of_halves(&mut inner);
            *pat = inner;
        }
        Pat::Or(or) => or.cases.iter_mut().for_each(of_halves),
        _ => {}
    }
}
