//! Places: variables, indices, fields, dereferences, borrows.

use super::term::{Inactive, Term};
use super::{Lower, kind, syntax};
use crate::ir::{Kind, Opaque, Payload, Place, Proj};

impl Lower<'_> {
    /// The kind of what is stored at a place.
    pub(super) fn place_kind(&self, place: &Place) -> Kind {
        let mut current = kind::pointee(&self.data(place.base).kind).clone();
        for proj in &place.proj {
            current = match proj {
                Proj::Deref => kind::pointee(&current).clone(),
                Proj::Index(_) => kind::element(&current),
                Proj::Range { .. } => match kind::pointee(&current) {
                    Kind::Passive => Kind::Passive,
                    Kind::Unknown => Kind::Unknown,
                    _ => Kind::Slice(Box::new(kind::element(&current))),
                },
                Proj::Field(syn::Member::Unnamed(index)) => match kind::pointee(&current) {
                    Kind::Tuple(kinds) => kinds.get(index.index as usize).cloned().unwrap_or(Kind::Unknown),
                    Kind::Passive => Kind::Passive,
                    _ => Kind::Unknown,
                },
                Proj::Payload(payload) if payload.variant == "Err" || current == Kind::Passive => Kind::Passive,
                Proj::Payload(payload)
                    if payload.variant == crate::derive::BOXED && self.boxed_numbers[place.base.0 as usize] =>
                {
                    Kind::Float
                }
                Proj::Payload(_) => Kind::Unknown,
                Proj::Field(syn::Member::Named(_)) if current == Kind::Passive => Kind::Passive,
                Proj::Field(syn::Member::Named(_)) => Kind::Unknown,
            };
        }
        current
    }

    /// As [`Self::place_kind`], for a place whose method is called: a field (or an item of one) whose type the macro does not see is
    /// taken for memory if the method is one that memory has, and so is a variable that is used as memory elsewhere.
    pub(super) fn memory_kind(&self, place: &Place, method: &str, args: usize) -> Kind {
        let kind = self.place_kind(place);
        if kind != Kind::Unknown {
            return kind;
        }
        let is_part = self.is_part(place);
        let is_list = is_part || self.lists.indexed.contains(&self.data(place.base).name);
        match (method, args) {
            ("retain" | "retain_mut" | "dedup_by" | "dedup_by_key", 1) | ("dedup", 0) if is_list => {
                Kind::Vec(Box::new(Kind::Unknown))
            }
            ("fill", 1) if is_list => Kind::Slice(Box::new(Kind::Unknown)),
            ("push" | "truncate" | "resize" | "insert" | "remove" | "swap_remove", 1 | 2)
            | ("extend_from_slice" | "append" | "split_off" | "extend", 1)
            | ("pop" | "clear", 0)
                if is_part =>
            {
                Kind::Vec(Box::new(Kind::Unknown))
            }
            ("split_at" | "split_at_mut" | "rotate_left" | "rotate_right", 1)
            | ("copy_within" | "swap", 2)
            | ("reverse" | "first" | "last" | "first_mut" | "last_mut", 0)
                if is_part =>
            {
                Kind::Slice(Box::new(Kind::Unknown))
            }
            // What a call returns: only slices and what they lie in have this method.
            ("copy_from_slice" | "clone_from_slice", 1) | ("as_slice" | "as_mut_slice", 0) => {
                Kind::Slice(Box::new(Kind::Unknown))
            }
            _ => Kind::Unknown,
        }
    }

    /// A field or an element, or a reference to one.
    fn is_part(&self, place: &Place) -> bool {
        !place.proj.is_empty() || !self.roots[place.base.0 as usize].is_empty()
    }

    /// Follows references until something else is reached.
    pub(super) fn dereferenced(&self, term: Term) -> Term {
        match term {
            Term::Ref(_, to) => self.dereferenced(*to),
            Term::Place(place) => match self.place_kind(&place) {
                Kind::Ref(..) => self.dereferenced(Term::Place(pushed(place, Proj::Deref))),
                _ => Term::Place(self.through_view(place)),
            },
            term => term,
        }
    }

    /// A View that is read as the scalar behind it is dereferenced.
    fn through_view(&self, place: Place) -> Place {
        let scalar = matches!(self.place_kind(&place), Kind::Float | Kind::Integer | Kind::Bool | Kind::Passive | Kind::Unknown);
        match place.proj.is_empty() && scalar && matches!(self.data(place.base).class, crate::ir::Class::View { .. }) {
            true => pushed(place, Proj::Deref),
            false => place,
        }
    }

    /// `*e`.
    pub(super) fn deref(&mut self, term: Term) -> Term {
        match term {
            Term::Ref(_, to) => match *to {
                Term::Place(place)
                    if place.proj.is_empty() && matches!(self.data(place.base).class, crate::ir::Class::View { .. }) =>
                {
                    Term::Place(pushed(place, Proj::Deref))
                }
                to => to,
            },
            Term::Place(place) if self.is_boxed_number(&place) => {
                let variant = proc_macro2::Ident::new(crate::derive::BOXED, self.data(place.base).span);
                Term::Place(pushed(place, Proj::Payload(Payload { variant, member: syn::Member::Unnamed(0.into()) })))
            }
            Term::Place(place) => Term::Place(pushed(place, Proj::Deref)),
            Term::Inactive(inactive) => Term::Inactive(inactive.map(syntax::deref, Kind::Passive)),
            // A reference that a pattern of the user's binds.
            Term::Value(value) if self.data(value).kind == Kind::Passive && self.data(value).class == crate::ir::Class::Plain => {
                // What it refers to is recorded, if anything is: the reference may not live as long.
                let inactive = self.mention(value).map(syntax::deref, Kind::Passive);
                Term::Inactive(Inactive { opaque: Opaque { pure_: false, ..inactive.opaque }, ..inactive })
            }
            // A value that the kinds took for a float may be a reference to one; both are read alike.
            term => term,
        }
    }

    /// A variable that is a box of a number, or refers to one. What is in it is found as the field of a variant is, since a shadow's box is none.
    fn is_boxed_number(&self, place: &Place) -> bool {
        let data = self.data(place.base);
        let is_annotated = || data.ty.as_ref().is_some_and(kind::is_boxed_number);
        place.proj.iter().all(|step| *step == Proj::Deref) && (self.boxed_numbers[place.base.0 as usize] || is_annotated())
    }

    /// `base[index]`.
    pub(super) fn index(&mut self, e: &syn::ExprIndex, expected: Option<&Kind>) -> Term {
        let base = self.expr(&e.expr, None);
        let base = self.place_of(base);
        if let Some(element) = self.got_element(e, &base, expected) {
            return element;
        }
        match (base, &*e.index) {
            (Term::Place(place), syn::Expr::Range(range)) => {
                let mut end = |end: &Option<Box<syn::Expr>>| {
                    end.as_ref().map(|end| {
                        let end = self.expr(end, Some(&Kind::Integer));
                        self.value(end, Some(&Kind::Integer))
                    })
                };
                let (lo, hi) = (end(&range.start), end(&range.end));
                let inclusive = matches!(range.limits, syn::RangeLimits::Closed(_));
                Term::Place(pushed(place, Proj::Range { lo, hi, inclusive }))
            }
            (Term::Place(place), index) => {
                let index = match self.expr(index, Some(&Kind::Integer)) {
                    Term::Inactive(Inactive { opaque: Opaque { expr: syn::Expr::Range(range), uses, .. }, .. }) => {
                        let range = self.range_proj(range, &uses);
                        return Term::Place(pushed(place, range));
                    }
                    index => index,
                };
                if matches!(self.kind(&index), Kind::Ref(..)) && !self.is_varied(place.base) {
                    // A map: lists are indexed by numbers, not by references to them.
                    return self.looked_up(Term::Place(place), index, expected);
                }
                let index = self.value(index, Some(&Kind::Integer));
                if self.is_varied(index) && self.data(index).kind != Kind::Unknown {
                    return self.error(
                        &e.index,
                        "an active value is used as an index",
                        "convert it to an integer with `as usize`",
                    );
                }
                Term::Place(pushed(place, Proj::Index(index)))
            }
            (base, index) => {
                let index = self.expr(index, Some(&Kind::Integer));
                let kind = kind::element(&self.kind(&base));
                let kind = if kind == Kind::Unknown { Kind::Passive } else { kind };
                let (parts, whole) = self.compose(vec![base, index]);
                let [base, index] = &parts[..] else { unreachable!("two parts") };
                let opaque = Opaque { expr: syntax::index(base.clone(), index.clone()), ..whole };
                Term::Inactive(Inactive { opaque, kind })
            }
        }
    }

    /// `map[key]` of what carries no derivatives.
    fn looked_up(&mut self, map: Term, key: Term, expected: Option<&Kind>) -> Term {
        let kind = expected.filter(|kind| kind::is_scalar(kind)).cloned().unwrap_or(Kind::Passive);
        let (parts, whole) = self.compose(vec![map, key]);
        let [map, key] = &parts[..] else { unreachable!("two parts") };
        Term::Inactive(Inactive { opaque: Opaque { expr: syntax::index(map.clone(), key.clone()), ..whole }, kind })
    }

    /// A range that a variable stands for, as a step into memory.
    fn range_proj(&mut self, range: syn::ExprRange, uses: &[(proc_macro2::Ident, crate::ir::Value)]) -> Proj {
        let mut end = |end: Option<Box<syn::Expr>>| {
            end.map(|end| {
                let opaque = Opaque { expr: *end, uses: uses.to_vec(), pure_: true, writes: false };
                self.evaluate(Inactive { opaque, kind: Kind::Integer }, "t")
            })
        };
        let (lo, hi) = (end(range.start), end(range.end));
        Proj::Range { lo, hi, inclusive: matches!(range.limits, syn::RangeLimits::Closed(_)) }
    }

    /// Memory that can be projected into: temporaries are kept where they are.
    pub(super) fn place_of(&mut self, term: Term) -> Term {
        match self.dereferenced(term) {
            Term::Place(mut place) => {
                if place.proj.last() == Some(&Proj::Deref) {
                    place.proj.pop();
                }
                Term::Place(place)
            }
            Term::Value(value) if self.data(value).class != crate::ir::Class::Plain => Term::whole(value),
            term => term,
        }
    }

    /// `base.member`.
    pub(super) fn field(&mut self, e: &syn::ExprField) -> Term {
        let base = self.expr(&e.base, None);
        let member = &e.member;
        match (self.place_of(base), member) {
            (Term::Tuple(mut parts), syn::Member::Unnamed(index)) if (index.index as usize) < parts.len() => {
                parts.swap_remove(index.index as usize)
            }
            (Term::Place(place), member) => Term::Place(pushed(place, Proj::Field(member.clone()))),
            (Term::Inactive(inactive), member) => Term::Inactive(inactive.map(|base| syntax::field(base, member), Kind::Passive)),
            (base, _) if !self.varies(&base) => {
                let inactive = self.inactive(base);
                Term::Inactive(inactive.map(|base| syntax::field(base, member), Kind::Passive))
            }
            _ => self.error(e, "a field of a temporary value that may carry derivatives", "bind the value to a variable first"),
        }
    }

    /// `&e` and `&mut e`.
    pub(super) fn reference(&mut self, e: &syn::ExprReference, expected: Option<&Kind>) -> Term {
        if e.mutability.is_some() && self.is_in_element(&e.expr) {
            return self.refuse_element(&e.expr);
        }
        let expected = expected.map(kind::pointee);
        let to = self.expr(&e.expr, expected);
        if e.mutability.is_some() && self.is_no_memory(&e.expr, &to) {
            let what = "a `&mut` reference to a variable whose value is in no memory";
            return self.error(e, what, "bind it to a variable of its own before: `let mut y = x;`");
        }
        Term::Ref(e.mutability.is_some(), Box::new(to))
    }

    /// A variable that stands for a number as such: what is written behind a reference to it would be written to a copy.
    fn is_no_memory(&self, e: &syn::Expr, term: &Term) -> bool {
        let syn::Expr::Path(path) = e else { return false };
        let variable = path.path.get_ident().and_then(|name| self.env.lookup(&name.to_string()));
        let is_plain = match term {
            Term::Value(value) => self.data(*value).class == crate::ir::Class::Plain,
            Term::Inactive(_) => true,
            Term::Unit | Term::Place(_) | Term::Ref(..) | Term::Tuple(_) | Term::Closure(_) | Term::Iterator(_) => false,
        };
        variable.is_some() && is_plain
    }
}

/// The place one step further in.
pub(super) fn pushed(mut place: Place, proj: Proj) -> Place {
    if place.proj.last() == Some(&Proj::Deref) && proj != Proj::Deref {
        place.proj.pop();
    }
    place.proj.push(proj);
    place
}
