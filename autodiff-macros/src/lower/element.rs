//! `m[(i, j)]` of a type of the user's: an element that a method gets and another one sets (see `member::element`). No memory of the standard
//! library's is indexed by a tuple.

use super::Lower;
use super::function::Passed;
use super::term::Term;
use crate::ir::{Arg, Callee, Class, Kind, Place};
use proc_macro2::Ident;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprIndex};

/// The method that returns an element.
pub(crate) const GET: &str = "index_get";

/// The method that overwrites an element.
pub(crate) const SET: &str = "index_set";

impl Lower<'_> {
    /// The element, if it is one of memory that may carry derivatives.
    pub(super) fn got_element(&mut self, e: &ExprIndex, base: &Term, expected: Option<&Kind>) -> Option<Term> {
        let Term::Place(place) = base else { return None };
        if let (Some(indices), true, Kind::Unknown) = (several(&e.index), self.varies(base), self.place_kind(place)) {
            let of = &e.expr;
            let element = syn::parse_quote_spanned!(e.span()=> (#of).slice((#(#indices),*)).sum());
            return Some(self.expr(&element, Some(&Kind::Float)));
        }
        if !is_tuple(&e.index) || !self.varies(base) {
            return None;
        }
        let index = self.operand(&e.index, None);
        Some(self.element_call(GET, place.clone(), false, vec![index], expected, e))
    }

    /// `m[(i, j)] = value`, unless nothing in it can carry derivatives.
    pub(super) fn set_element(&mut self, target: &Expr, value: &Term) -> bool {
        let Expr::Index(e) = target else { return false };
        if self.refuses_several(e, value) {
            return true;
        }
        if !is_tuple(&e.index) {
            return false;
        }
        let base = self.expr(&e.expr, None);
        let Term::Place(place) = self.place_of(base) else { return false };
        let may_carry = !self.kind(value).is_inactive() && !self.place_kind(&place).is_inactive();
        if !may_carry {
            return false;
        }
        let index = self.operand(&e.index, None);
        self.element_call(SET, place, true, vec![index, value.clone()], Some(&Kind::Unit), e);
        true
    }

    /// `m[(i, j)] op= value`, if it carries derivatives.
    pub(super) fn change_element(&mut self, target: &Expr, op: syn::BinOp, value: &Term, tokens: &dyn quote::ToTokens) -> bool {
        let Expr::Index(e) = target else { return false };
        if self.refuses_several(e, value) {
            return true;
        }
        if !is_tuple(&e.index) || !(self.is_in_element(target) || self.varies(value)) {
            return false;
        }
        let base = self.expr(&e.expr, None);
        let Term::Place(place) = self.place_of(base) else { return false };
        let index = self.operand(&e.index, None);
        let known = Some(&Kind::Float).filter(|_| self.kind(value) == Kind::Float);
        let old = self.element_call(GET, place.clone(), false, vec![index.clone()], known, e);
        let result = self.combined(old, op, value.clone(), tokens);
        self.element_call(SET, place, true, vec![index, result], Some(&Kind::Unit), e);
        true
    }

    /// A part of such an element cannot be changed where it is: reading it makes a copy.
    pub(super) fn is_in_element(&mut self, target: &Expr) -> bool {
        match target {
            Expr::Index(e) if is_tuple(&e.index) => {
                let mark = self.mark();
                let (_, varies) = self.nested(|this| {
                    let base = this.expr(&e.expr, None);
                    this.varies(&base)
                });
                self.rollback(&mark);
                varies
            }
            Expr::Index(e) => self.is_in_element(&e.expr),
            Expr::Field(e) => self.is_in_element(&e.base),
            Expr::Paren(e) => self.is_in_element(&e.expr),
            Expr::Unary(e) => self.is_in_element(&e.expr),
            Expr::Group(e) => self.is_in_element(&e.expr),
            _ => false,
        }
    }

    /// Reports a change of part of such an element.
    pub(super) fn refuse_element(&mut self, target: &Expr) -> Term {
        let what = "an element that a type of yours finds by a tuple is changed where it is";
        self.error(target, what, "copy it to a variable, change that, and assign it: `m[(i, j)] = x;`")
    }

    /// `t[[i, j]] = value` of what may carry derivatives.
    fn refuses_several(&mut self, e: &ExprIndex, value: &Term) -> bool {
        if several(&e.index).is_none() {
            return false;
        }
        let base = self.expr(&e.expr, None);
        let (carries, base) = (self.varies(&base) || self.varies(value), self.place_of(base));
        let is_unseen = matches!(&base, Term::Place(place) if self.place_kind(place) == Kind::Unknown);
        if carries && is_unseen {
            let what = "an element of a tensor is changed where it is";
            self.error(e, what, "put the tensor together of its parts (`Tensor::concat`)");
        }
        carries && is_unseen
    }

    fn element_call(
        &mut self,
        method: &str,
        place: Place,
        mutable: bool,
        args: Vec<Term>,
        expected: Option<&Kind>,
        e: &ExprIndex,
    ) -> Term {
        if mutable && self.data(place.base).class == Class::Owner {
            self.data_mut(place.base).mutable = true;
        }
        let mut passed = Passed::default();
        passed.args.push(Arg::Borrow { mutable, place });
        self.pass(args, &mut passed);
        self.call_of(Ident::new(method, e.span()).into(), Callee::Method, passed, expected, e.span())
    }
}

/// `[i, j]`, by which only tensors are indexed.
fn several(index: &Expr) -> Option<Vec<&Expr>> {
    match index {
        Expr::Array(array) if !array.elems.is_empty() => Some(array.elems.iter().collect()),
        Expr::Paren(paren) => several(&paren.expr),
        Expr::Group(group) => several(&group.expr),
        _ => None,
    }
}

/// `(i, j)`
fn is_tuple(index: &Expr) -> bool {
    match index {
        Expr::Tuple(tuple) => tuple.elems.len() > 1,
        Expr::Paren(paren) => is_tuple(&paren.expr),
        Expr::Group(group) => is_tuple(&group.expr),
        _ => false,
    }
}
