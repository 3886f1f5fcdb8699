//! Struct literals, and calls of constructors.

use super::term::{Inactive, Term};
use super::{Lower, free};
use crate::ir::{Alloc, Class, Construct, Kind, Op, Opaque, Place};
use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{Expr, Ident, Member, Path};

/// What is built, without its fields.
struct Form {
    path: Path,
    /// With parentheses.
    tuple: bool,
    span: Span,
}

impl Lower<'_> {
    /// `S { x: a, y, ..rest }`.
    pub(super) fn struct_literal(&mut self, e: &syn::ExprStruct) -> Term {
        let fields = self.fields(e);
        let rest = e.rest.as_ref().map(|rest| self.expr(rest, None));
        if e.qself.is_some() {
            return self.error(
                e,
                "a struct by a qualified path",
                "write the type's own name, or give it one: `type P = <T as Trait>::P;`",
            );
        }
        self.construct(Form { path: e.path.clone(), tuple: false, span: e.span() }, fields, rest)
    }

    /// The fields that are written, evaluated.
    pub(super) fn fields(&mut self, e: &syn::ExprStruct) -> Vec<(Member, Term)> {
        let terms = self.arguments(e.fields.iter().map(|field| &field.expr));
        e.fields.iter().map(|field| field.member.clone()).zip(terms).collect()
    }

    /// The same of fields that have been evaluated.
    pub(super) fn struct_of(&mut self, e: &syn::ExprStruct, fields: Vec<(Member, Term)>) -> Term {
        self.construct(Form { path: e.path.clone(), tuple: false, span: e.span() }, fields, None)
    }

    /// `Err(e)`: whatever is looked at for an error, it carries nothing.
    pub(super) fn error_call(&mut self, path: &Path, e: &syn::ExprCall) -> Term {
        let outer = std::mem::replace(&mut self.in_error, true);
        let args = self.arguments(&e.args);
        let term = self.constructor_call(path, args, &Expr::Call(e.clone()));
        self.in_error = outer;
        term
    }

    /// `S(a, b)`, `E::V(a)`, `Some(a)`, `Box::new(a)`.
    pub(super) fn constructor_call(&mut self, path: &Path, args: Vec<Term>, e: &Expr) -> Term {
        let fields = args.into_iter().enumerate().map(|(i, arg)| (Member::Unnamed(i.into()), arg)).collect();
        self.construct(Form { path: path.clone(), tuple: true, span: e.span() }, fields, None)
    }

    fn construct(&mut self, form: Form, fields: Vec<(Member, Term)>, rest: Option<Term>) -> Term {
        let varied = fields.iter().map(|(_, field)| field).chain(&rest).any(|term| self.varies(term));
        if !varied || self.in_error {
            return self.inactive_construct(form, fields, rest);
        }
        if fields.iter().any(|(_, field)| matches!(field, Term::Ref(..)) && self.varies(field)) {
            self.errors.push(
                form.span,
                "a struct that borrows values which may carry derivatives",
                "give it the values themselves, or pass the reference beside it",
            );
            return Term::error();
        }
        let fields: Vec<_> = fields.into_iter().map(|(member, term)| (member, self.moved(term, None))).collect();
        let rest = rest.map(|rest| match self.place_of(rest) {
            Term::Place(place) => place,
            rest => Place::whole(self.stored_owner(rest)),
        });
        let is_number = is_box(&form.path) && fields.iter().all(|(_, held)| self.data(*held).kind == Kind::Float);
        let construct = Construct { variant: variant_of(&form.path), path: form.path, tuple: form.tuple, fields, rest };
        let op = Op::Alloc(Alloc::Construct(construct));
        let made = self.let_("t", Class::Owner, Kind::Unknown, op, form.span, true);
        self.boxed_numbers[made.0 as usize] = is_number;
        Term::Value(made)
    }

    /// An owner for what is no place yet.
    fn stored_owner(&mut self, term: Term) -> crate::ir::Value {
        match term {
            Term::Inactive(inactive) => self.evaluate(Inactive { kind: Kind::Unknown, ..inactive }, "t"),
            term => self.stored(term).base,
        }
    }

    /// Nothing in it carries derivatives: the user's expression.
    fn inactive_construct(&mut self, form: Form, fields: Vec<(Member, Term)>, rest: Option<Term>) -> Term {
        let (members, terms): (Vec<Member>, Vec<Term>) = fields.into_iter().unzip();
        let has_rest = rest.is_some();
        let (mut parts, whole) = self.compose(terms.into_iter().chain(rest).collect());
        let rest = if has_rest { parts.pop() } else { None };
        let (path, span) = (&form.path, form.span);
        let expr: Expr = match (form.tuple, rest) {
            (true, _) => syn::parse_quote_spanned!(span=> #path(#(#parts),*)),
            (false, None) => syn::parse_quote_spanned!(span=> #path { #(#members: #parts),* }),
            (false, Some(rest)) => syn::parse_quote_spanned!(span=> #path { #(#members: #parts,)* ..#rest }),
        };
        Term::Inactive(Inactive { opaque: Opaque { expr, pure_: false, ..whole }, kind: Kind::Unknown })
    }
}

/// The variant that a path names, if its last segment but one is a type. `Some`, `Ok` and `Err` are known without their types. What is in a box
/// is found as the field of a variant is.
pub(super) fn variant_of(path: &Path) -> Option<Ident> {
    let last = &path.segments.last()?.ident;
    if is_box(path) {
        return Some(Ident::new(crate::derive::BOXED, last.span()));
    }
    let of_type = path.segments.iter().rev().nth(1).is_some_and(|segment| free::is_constant_name(&segment.ident));
    let standard = path.segments.len() == 1 && ["Some", "Ok", "Err"].iter().any(|known| last == known);
    (of_type || standard).then(|| last.clone())
}

/// `Box::new`.
pub(super) fn is_box(path: &Path) -> bool {
    let mut names = path.segments.iter().rev().map(|segment| &segment.ident);
    names.next().is_some_and(|last| last == "new") && names.next().is_some_and(|owner| owner == "Box")
}
