//! Binding patterns to terms.

use super::env::{Binding, VarId};
use super::place::pushed;
use super::term::{Inactive, Term};
use super::{Lower, kind};
use crate::ir::{Alloc, Class, Kind, Op, Place, Proj, Value};
use proc_macro2::Ident;
use syn::ext::IdentExt as _;
use syn::{Pat, Type};

/// How a variable is declared.
#[derive(Clone, Copy)]
struct Declared<'a> {
    ident: &'a Ident,
    mutable: bool,
    ty: Option<&'a Type>,
}

impl Lower<'_> {
    /// `let pat: ty = term;`
    pub(super) fn bind(&mut self, pat: &Pat, term: Term, ty: Option<&Type>) {
        match pat {
            Pat::Ident(ident) if ident.subpat.is_none() => {
                let term = match ident.by_ref {
                    Some(_) => Term::Ref(ident.mutability.is_some(), Box::new(term)),
                    None => term,
                };
                let mutable = ident.mutability.is_some() && ident.by_ref.is_none();
                self.declare(Declared { ident: &ident.ident, mutable, ty }, term);
            }
            Pat::Type(typed) => self.bind(&typed.pat, term, Some(&typed.ty)),
            Pat::Paren(paren) => self.bind(&paren.pat, term, ty),
            Pat::Wild(_) => self.discard(term),
            Pat::Reference(reference) => {
                let term = self.deref(term);
                self.bind(&reference.pat, term, None);
            }
            Pat::Tuple(tuple) => {
                let tys = match ty {
                    Some(Type::Tuple(tys)) if tys.elems.len() == tuple.elems.len() => tys.elems.iter().map(Some).collect(),
                    _ => vec![None; tuple.elems.len()],
                };
                let parts = self.parts(term, tuple.elems.len(), pat);
                for ((pat, part), ty) in tuple.elems.iter().zip(parts).zip(tys) {
                    self.bind(pat, part, ty);
                }
            }
            Pat::Slice(slice) => self.bind_slice(slice, term),
            Pat::Struct(_) | Pat::TupleStruct(_) => self.unpack(pat, term),
            other => {
                let help = "use variables, tuples, arrays and `&`";
                if self.varies(&term) {
                    self.error(other, "this pattern takes apart a value that may carry derivatives", help);
                } else {
                    self.error(other, "this pattern is not supported here", help);
                }
            }
        }
    }

    /// The components of a tuple.
    pub(super) fn parts(&mut self, term: Term, n: usize, pat: &dyn quote::ToTokens) -> Vec<Term> {
        let member = |i: usize| Proj::Field(syn::Member::Unnamed(i.into()));
        match term {
            Term::Tuple(parts) if parts.len() == n => parts,
            Term::Ref(mut mutable, mut to) => {
                // However many references there are, a pattern that is none binds by one.
                while let Term::Ref(inner, next) = *to {
                    mutable &= inner;
                    to = next;
                }
                let parts = self.parts(*to, n, pat);
                parts.into_iter().map(|part| Term::Ref(mutable, Box::new(part))).collect()
            }
            Term::Value(value) if self.data(value).class != Class::Plain => self.parts(Term::whole(value), n, pat),
            Term::Place(place) => match self.dereferenced(Term::Place(place.clone())) {
                Term::Place(inner) if inner != place && matches!(self.place_kind(&place), Kind::Ref(..)) => {
                    self.parts(Term::Ref(false, Box::new(Term::Place(inner))), n, pat)
                }
                _ => (0..n).map(|i| Term::Place(pushed(place.clone(), member(i)))).collect(),
            },
            Term::Inactive(inactive) if super::term::is_call(&inactive.opaque.expr) => {
                let whole = self.evaluate(inactive, "t");
                self.parts_that_refer(whole, n)
            }
            Term::Inactive(Inactive { opaque: crate::ir::Opaque { expr: syn::Expr::Path(_), uses, .. }, .. })
                if let [(_, whole)] = uses[..]
                    && self.data(whole).may_refer =>
            {
                self.parts_that_refer(whole, n)
            }
            term if !self.varies(&term) => {
                let mut inactive = self.inactive(term);
                if !inactive.opaque.pure_ || !matches!(inactive.opaque.expr, syn::Expr::Path(_)) {
                    inactive.kind = Kind::Passive;
                    let value = self.evaluate(inactive, "t");
                    inactive = self.mention(value);
                }
                let index = |i: usize| syn::Member::Unnamed(i.into());
                (0..n)
                    .map(|i| {
                        let member = index(i);
                        Term::Inactive(inactive.clone().map(|base| super::syntax::field(base, &member), Kind::Passive))
                    })
                    .collect()
            }
            _ => {
                self.error(pat, "this value is not a tuple of that many components", "bind it to a variable first");
                vec![Term::error(); n]
            }
        }
    }

    /// Each of them may be a reference, and is recorded for itself: the pattern that takes it out binds it as the user's does.
    fn parts_that_refer(&mut self, whole: Value, n: usize) -> Vec<Term> {
        let parts = (0..n).map(|i| {
            let names = (0..n).map(|k| if k == i { quote::quote!(part) } else { quote::quote!(_) });
            let mut part =
                self.mention(whole).map(|whole| syn::parse_quote!({ let (#(#names),*,) = #whole; part }), Kind::Passive);
            part.opaque.pure_ = false;
            let part = self.evaluate(part, "t");
            self.data_mut(part).may_refer = true;
            Term::Value(part)
        });
        parts.collect()
    }

    /// `let [a, b, c] = array;`
    fn bind_slice(&mut self, slice: &syn::PatSlice, term: Term) {
        let mutable = match &term {
            Term::Ref(mutable, _) => Some(*mutable),
            _ => None,
        };
        if let Term::Tuple(parts) = term {
            return slice.elems.iter().zip(parts).for_each(|(pat, part)| self.bind(pat, part, None));
        }
        let base = match self.place_of(term) {
            Term::Place(place) => place,
            Term::Inactive(inactive) => {
                let value = self.evaluate(inactive, "t");
                Place::whole(value)
            }
            _ => {
                self.error(slice, "this array pattern is not supported", "index the array");
                return;
            }
        };
        let rest = slice.elems.iter().position(is_rest).unwrap_or(slice.elems.len());
        let behind = slice.elems.len().saturating_sub(rest + 1);
        for (i, pat) in slice.elems.iter().enumerate() {
            let proj = match i {
                _ if i < rest => Proj::Index(self.literal(i)),
                _ if i > rest => Proj::Index(self.index_from_end(&base, slice.elems.len() - i, pat)),
                _ => {
                    let hi = (behind > 0).then(|| self.index_from_end(&base, behind, pat));
                    Proj::Range { lo: Some(self.literal(rest)), hi, inclusive: false }
                }
            };
            let place = Term::Place(pushed(base.clone(), proj));
            let part = match mutable {
                Some(mutable) => Term::Ref(mutable, Box::new(place)),
                None => place,
            };
            match pat {
                Pat::Rest(_) => {}
                _ if i == rest && mutable == Some(true) => {
                    let help = "split it: `let (first, rest) = array.split_at_mut(1);`";
                    self.error(pat, "a name for a part of an array that is borrowed mutably", help);
                }
                // The elements in between, by the name before `@`.
                Pat::Ident(ident) if i == rest && mutable.is_some() => {
                    self.bind(&Pat::Ident(syn::PatIdent { subpat: None, ..ident.clone() }), part, None);
                }
                _ if i == rest => {
                    self.error(pat, "a part of an array is moved out of it", "take a reference: `let [a, rest @ ..] = &array;`");
                }
                pat => self.bind(pat, part, None),
            }
        }
    }

    /// `place.len() - back`
    fn index_from_end(&mut self, place: &Place, back: usize, pat: &Pat) -> Value {
        let len = self.len(place.clone(), syn::spanned::Spanned::span(pat));
        let back = proc_macro2::Literal::usize_unsuffixed(back);
        self.computed(&[len], |len| {
            let len = &len[0];
            syn::parse_quote!(#len - #back)
        })
    }

    /// An integer literal as a value.
    pub(super) fn literal(&mut self, i: usize) -> Value {
        let lit = syn::LitInt::new(&i.to_string(), proc_macro2::Span::mixed_site());
        self.evaluate(Inactive::constant(syn::parse_quote!(#lit), Kind::Integer), "t")
    }

    /// `let name = term;` by the name of a pattern.
    pub(super) fn declare_name(&mut self, pat: &syn::PatIdent, term: Term) {
        self.declare(Declared { ident: &pat.ident, mutable: pat.mutability.is_some(), ty: None }, term);
    }

    /// Makes a name stand for a term as it is.
    pub(super) fn name_term(&mut self, ident: &Ident, term: Term) {
        let id = self.env.anonymous(&name_of(ident), false, Binding::Term(term));
        self.env.name(&ident.to_string(), id);
    }

    fn declare(&mut self, declared: Declared<'_>, term: Term) {
        let binding = self.binding(declared, term);
        let id = self.env.anonymous(&name_of(declared.ident), declared.mutable, binding);
        self.env.vars[id.0].ty = declared.ty.cloned();
        self.env.name(&declared.ident.to_string(), id);
    }

    /// What a new variable stands for.
    fn binding(&mut self, declared: Declared<'_>, term: Term) -> Binding {
        let kind = declared.ty.map(kind::of_type);
        let in_memory = self.mut_borrowed.contains(&declared.ident.to_string());
        let term = if in_memory { self.changed_copies(&declared, term) } else { term };
        match term {
            Term::Iterator(lazy) if declared.mutable => Binding::Term(Term::Iterator(self.countable(lazy))),
            Term::Closure(_) | Term::Iterator(_) | Term::Unit => Binding::Term(term),
            Term::Tuple(parts) if !in_memory => Binding::Tuple(self.components(declared, parts)),
            // A function is called by its name.
            term if !declared.mutable && super::function::named(&term).is_some() => Binding::Term(term),
            Term::Ref(false, to) if let Some(place) = self.text_behind(&to) => {
                let (expr, uses) = self.place_expr(&place);
                let opaque = crate::ir::Opaque { expr: super::syntax::reference(false, expr), uses, pure_: true, writes: false };
                let value = self.evaluate(Inactive { opaque, kind: Kind::Passive }, &name_of(declared.ident));
                self.data_mut(value).may_refer = true;
                Binding::Term(Term::Value(value))
            }
            Term::Ref(mutable, to) => Binding::Term(self.named_reference(declared, mutable, *to)),
            // A range is as good as its ends.
            Term::Inactive(inactive) if is_range(&inactive) && !declared.mutable && !self.reads_memory(&inactive.opaque) => {
                Binding::Term(Term::Inactive(inactive))
            }
            term => {
                let fresh_from = self.next_value();
                let value = match self.constant_memory(&term).filter(|_| kind.as_ref().is_none_or(|kind| *kind == Kind::Unknown))
                {
                    Some(memory) => self.let_("t", Class::Owner, Kind::Unknown, Op::Move(memory), declared.ident.span(), false),
                    None => {
                        let term = if self.is_changed_copy(&declared, &term) { self.as_unknown(term) } else { term };
                        self.owned(term, kind.as_ref())
                    }
                };
                let value = self.own_name(value, declared, fresh_from);
                if declared.ty.is_none() && self.data(value).kind == Kind::Unknown && self.is_grown(declared.ident) {
                    self.data_mut(value).kind = Kind::Vec(Box::new(Kind::Unknown));
                }
                if self.data(value).class == Class::Owner {
                    if self.reach.known.contains(&self.data(value).name) {
                        self.mark_varied(value, declared.ident.span());
                    }
                    return Binding::Term(Term::whole(value));
                }
                match in_memory && declared.mutable {
                    true => Binding::Term(Term::whole(self.scalar_in_memory(value, declared))),
                    false => Binding::Term(Term::Value(value)),
                }
            }
        }
    }

    /// Where a reference to text lies, or to something else that need not have a size and carries nothing: of a reference to it both are kept.
    fn text_behind(&self, to: &Term) -> Option<Place> {
        let Term::Place(place) = to else { return None };
        match self.place_kind(place) {
            Kind::Ref(false, of) if *of == Kind::Passive && !place.proj.is_empty() => Some(place.clone()),
            _ => None,
        }
    }

    /// A variable of unknown type is used as a `Vec` is.
    fn is_grown(&self, ident: &Ident) -> bool {
        self.lists.grown.contains(&ident.to_string())
    }

    /// A copy of a constant, or of a part of one, of unknown type, that is changed where it is.
    fn is_changed_copy(&self, declared: &Declared<'_>, term: &Term) -> bool {
        let changes = declared.mutable && self.changed_in_place.contains(&declared.ident.to_string());
        let is_copy = match term {
            Term::Place(place) => !place.proj.is_empty() && !self.is_varied(place.base),
            Term::Inactive(inactive) => is_number_like(&inactive.opaque.expr),
            Term::Value(value) => self.data(*value).class == Class::Plain,
            _ => false,
        };
        changes && is_copy && matches!(self.kind(term), Kind::Unknown | Kind::Passive)
    }

    /// A tuple with copies of constants as memory.
    fn changed_copies(&mut self, declared: &Declared<'_>, term: Term) -> Term {
        match term {
            Term::Tuple(parts) => {
                let part = |part| match self.is_changed_copy(declared, &part) {
                    true => self.as_unknown(part),
                    false => self.changed_copies(declared, part),
                };
                Term::Tuple(parts.into_iter().map(part).collect())
            }
            term => term,
        }
    }

    /// A constant of unknown type: not known to be `Copy`, and what is assigned to the new variable may carry derivatives.
    fn constant_memory(&self, term: &Term) -> Option<Value> {
        let Term::Place(place) = term else { return None };
        let data = self.data(place.base);
        let is_constant = data.class == Class::Owner && data.kind == Kind::Unknown && !self.is_varied(place.base);
        (place.proj.is_empty() && is_constant).then_some(place.base)
    }

    fn components(&mut self, declared: Declared<'_>, parts: Vec<Term>) -> Vec<VarId> {
        let mut ids = Vec::new();
        for (i, part) in parts.into_iter().enumerate() {
            let ident = quote::format_ident!("{}_{i}", name_of(declared.ident), span = declared.ident.span());
            let ty = match declared.ty {
                Some(Type::Tuple(tys)) => tys.elems.iter().nth(i),
                _ => None,
            };
            let component = Declared { ident: &ident, mutable: declared.mutable, ty };
            let binding = self.binding(component, part);
            ids.push(self.env.anonymous(&ident.to_string(), declared.mutable, binding));
        }
        ids
    }

    /// `let r = &place;`: whole variables and single scalars need no reference at run time, rows and ranges do.
    fn named_reference(&mut self, declared: Declared<'_>, mutable: bool, to: Term) -> Term {
        let name = name_of(declared.ident);
        if let Term::Ref(inner, to) = to {
            let inner = self.named_reference(declared, inner, *to);
            return Term::Ref(mutable, Box::new(inner));
        }
        match self.dereferenced(to) {
            Term::Place(place) if place.proj.is_empty() => {
                self.rename(place.base, &name, declared.ident.span());
                Term::Ref(mutable, Box::new(Term::Place(place)))
            }
            Term::Place(place) if kind::is_scalar(&self.place_kind(&place)) => Term::Ref(mutable, Box::new(Term::Place(place))),
            Term::Place(place) => {
                let fresh_from = self.next_value();
                let view = self.view(mutable, Term::Place(place), &name);
                self.temporary[view.0 as usize] = false;
                if view.0 >= fresh_from {
                    self.data_mut(view).ty = declared.ty.cloned();
                    self.data_mut(view).span = declared.ident.span();
                }
                Term::Ref(mutable, Box::new(Term::whole(view)))
            }
            term @ (Term::Value(_) | Term::Inactive(_) | Term::Tuple(_)) => {
                let term = match (mutable, self.settle(term, None)) {
                    (true, term) => Term::Place(self.stored(term)),
                    (false, Term::Inactive(inactive)) => Term::Value(self.evaluate(inactive, &name)),
                    (false, Term::Value(value)) if self.data(value).class != Class::Plain => Term::whole(value),
                    (false, term) => term,
                };
                Term::Ref(mutable, Box::new(term))
            }
            term => Term::Ref(mutable, Box::new(term)),
        }
    }

    /// Gives a value made for this variable the variable's name; an Owner that somebody else names is copied or moved.
    fn own_name(&mut self, value: Value, declared: Declared<'_>, fresh_from: u32) -> Value {
        let temporary = self.temporary[value.0 as usize] || value.0 >= fresh_from;
        if temporary {
            self.temporary[value.0 as usize] = true;
            self.rename(value, &name_of(declared.ident), declared.ident.span());
            let data = self.data_mut(value);
            data.ty = declared.ty.cloned();
            // What is kept as the user wrote it is known by its annotation only.
            let annotated = declared.ty.map(kind::of_type).filter(|kind| matches!(kind, Kind::Vec(_) | Kind::Array(_)));
            if let (Class::Owner, Kind::Unknown | Kind::Passive, Some(kind)) = (data.class, &data.kind, annotated) {
                data.kind = kind;
            }
            // What was collected has been pushed to.
            data.mutable = (declared.mutable || data.mutable) && data.class == Class::Owner;
        }
        value
    }

    /// A scalar whose address is taken.
    fn scalar_in_memory(&mut self, value: Value, declared: Declared<'_>) -> Value {
        let (kind, varied) = (self.data(value).kind.clone(), self.is_varied(value));
        let op = Op::Alloc(Alloc::Scalar(value));
        let owner = self.let_(&name_of(declared.ident), Class::Owner, kind, op, declared.ident.span(), varied);
        self.data_mut(owner).mutable = declared.mutable;
        self.data_mut(owner).ty = declared.ty.cloned();
        owner
    }
}

/// The name of a variable as a plain word. Variables of the lowering's own, which no name of the user's may mean, have two underscores in front.
pub(super) fn name_of(ident: &Ident) -> String {
    let name = ident.unraw().to_string();
    let name = name.strip_prefix("__").unwrap_or(&name);
    match syn::parse_str::<Ident>(name) {
        Ok(_) => name.to_owned(),
        Err(_) => format!("{name}_"),
    }
}

/// `..` or `rest @ ..` in a pattern.
fn is_rest(pat: &Pat) -> bool {
    match pat {
        Pat::Rest(_) => true,
        Pat::Ident(ident) => ident.subpat.as_ref().is_some_and(|(_, sub)| matches!(**sub, Pat::Rest(_))),
        _ => false,
    }
}

fn is_range(inactive: &Inactive) -> bool {
    inactive.opaque.pure_ && matches!(inactive.opaque.expr, syn::Expr::Range(_))
}

/// Not for sure something else than numbers, or what is made of them.
fn is_number_like(e: &syn::Expr) -> bool {
    use syn::Expr::{Closure, Lit, Macro, Range, Reference};
    !matches!(e, Closure(_) | Lit(_) | Macro(_) | Range(_) | Reference(_))
}
