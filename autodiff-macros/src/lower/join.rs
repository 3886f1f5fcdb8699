//! One term for what the arms of a branch have made of a variable, or of the branch's value.

use super::branch::{Arm, Join, unchanged};
use super::env::{Binding, VarId};
use super::exit::default_of;
use super::term::{Inactive, Term};
use super::{Flow, Lower, kind};
use crate::ir::{Alloc, Class, Kind, Op, Place, Proj, Value, ValueData};
use proc_macro2::Span;

impl Lower<'_> {
    /// Joins one variable of the environment.
    pub(super) fn join_variable(&mut self, join: &mut Join, id: VarId) {
        let before = self.env.vars[id.0].binding.clone();
        let at_end = |arm: &Arm| arm.bound.get(&id).unwrap_or(&before).clone();
        let changed = |arm: &Arm| arm.flow != Flow::Diverged && !unchanged(&at_end(arm), &before);
        if !join.arms.iter().any(changed) {
            return;
        }
        let read = |arm: &Arm| match at_end(arm) {
            Binding::Term(term) => Some(term),
            Binding::Unset => None,
            Binding::Tuple(_) => unreachable!("the components change, not the tuple"),
        };
        let terms: Vec<Option<Term>> = join.arms.iter().map(read).collect();
        let undefined = |arm: &Arm| arm.flow == Flow::Live && matches!(at_end(arm), Binding::Unset);
        let var = &self.env.vars[id.0];
        if !var.synthetic && join.arms.iter().any(undefined) {
            self.env.bind(id, Binding::Unset);
            return;
        }
        let (name, ty) = (var.name.clone(), var.ty.clone());
        let kind = match (&ty, &before) {
            (Some(ty), _) => Some(kind::of_type(ty)),
            (None, Binding::Term(term)) => self.known_kind(term),
            (None, Binding::Unset | Binding::Tuple(_)) => None,
        };
        let term = self.join_terms(join, terms, kind.as_ref(), ty.as_ref(), &name);
        self.env.set(id, term);
    }

    /// One term for what the arms have; where an arm has none, any value will do.
    pub(super) fn join_terms(
        &mut self,
        join: &mut Join,
        terms: Vec<Option<Term>>,
        expected: Option<&Kind>,
        ty: Option<&syn::Type>,
        name: &str,
    ) -> Term {
        let reached = |i: usize| join.arms[i].flow != Flow::Diverged;
        let known: Vec<&Term> =
            terms.iter().enumerate().filter(|(i, _)| reached(*i)).filter_map(|(_, term)| term.as_ref()).collect();
        let Some(one) = known.first() else { return Term::Unit };
        if known.iter().all(|term| term.same(one)) && one.older_than(join.first) {
            return (*one).clone();
        }
        if known.iter().all(|term| matches!(term, Term::Unit)) {
            return Term::Unit;
        }
        if let Term::Tuple(parts) = one
            && known.iter().all(|term| matches!(term, Term::Tuple(others) if others.len() == parts.len()))
        {
            return self.join_tuples(join, &terms, parts.len(), expected, name);
        }
        if known.iter().all(|term| matches!(term, Term::Ref(..))) {
            return self.join_references(join, terms, expected, name);
        }
        if let Some(Term::Closure(closure)) = known.iter().find(|term| matches!(term, Term::Closure(_))) {
            let what = format!("{} is chosen by a branch", closure.what());
            return self.error(&closure.def, what, "branch inside of the closure, or call it in the branch");
        }
        if let Some(Term::Iterator(lazy)) = known.iter().find(|term| matches!(term, Term::Iterator(_))) {
            return self.error(&lazy.expr, "an iterator is chosen by a branch", "use it up in the branch, or `collect` it there");
        }
        self.join_values(join, terms, expected, ty, name)
    }

    fn join_tuples(&mut self, join: &mut Join, terms: &[Option<Term>], n: usize, expected: Option<&Kind>, name: &str) -> Term {
        let component = |i: usize| -> Vec<Option<Term>> {
            let part = |term: &Option<Term>| match term {
                Some(Term::Tuple(parts)) => Some(parts[i].clone()),
                _ => None,
            };
            terms.iter().map(part).collect()
        };
        let parts = (0..n).map(|i| {
            let expected = match expected {
                Some(Kind::Tuple(kinds)) => kinds.get(i),
                _ => None,
            };
            self.join_terms(join, component(i), expected, None, name)
        });
        Term::Tuple(parts.collect())
    }

    /// A view chosen by the branch.
    fn join_references(&mut self, join: &mut Join, terms: Vec<Option<Term>>, expected: Option<&Kind>, name: &str) -> Term {
        let all_mutable = terms.iter().flatten().all(|term| matches!(term, Term::Ref(true, _)));
        let inner: Vec<Option<Term>> = terms
            .iter()
            .map(|term| match term {
                Some(Term::Ref(_, to)) => Some(self.dereferenced((**to).clone())),
                _ => None,
            })
            .collect();
        let in_memory = |term: &Term| {
            matches!(term, Term::Place(_)) || matches!(term, Term::Value(value) if self.data(*value).class != Class::Plain)
        };
        if !all_mutable && !inner.iter().flatten().any(in_memory) {
            let to = self.join_terms(join, inner, expected.map(kind::pointee), None, name);
            return Term::Ref(false, Box::new(to));
        }
        let mut views = Vec::new();
        let mut kinds = Vec::new();
        for (i, term) in inner.into_iter().enumerate() {
            let view = term.map(|to| self.in_arm(join, i, |this| this.chosen_view(all_mutable, to, name)));
            kinds.extend(view.map(|view| kind::pointee(&self.data(view).kind).clone()));
            views.push(view);
        }
        let kind = kinds.iter().skip(1).fold(kinds[0].clone(), |a, b| kind::join(&a, b));
        if !self.yield_values(join, &views) {
            return Term::error();
        }
        let kind = Kind::Ref(all_mutable, Box::new(kind));
        let result = self.fresh(name, Class::View { mutable: all_mutable }, kind, Span::mixed_site(), false);
        self.same_width(result, views.iter().flatten().copied());
        self.roots[result.0 as usize] = views.into_iter().flatten().collect();
        join.results.push(result);
        Term::Ref(all_mutable, Box::new(Term::whole(result)))
    }

    /// A view that an arm yields. A mutable one is borrowed again, so that the variable is not moved away.
    fn chosen_view(&mut self, mutable: bool, to: Term, name: &str) -> Value {
        let view = self.view(mutable, to, name);
        if self.data(view).class != (Class::View { mutable: true }) || self.temporary[view.0 as usize] {
            return view;
        }
        let place = Place { base: view, proj: vec![Proj::Deref] };
        let kind = Kind::Ref(mutable, Box::new(kind::pointee(&self.data(view).kind).clone()));
        let again = self.let_(name, Class::View { mutable }, kind, Op::Borrow { mutable, place }, self.data(view).span, false);
        self.roots[again.0 as usize] = vec![view];
        again
    }

    fn join_values(
        &mut self,
        join: &mut Join,
        terms: Vec<Option<Term>>,
        expected: Option<&Kind>,
        ty: Option<&syn::Type>,
        name: &str,
    ) -> Term {
        let reached = |i: usize| join.arms[i].flow != Flow::Diverged;
        let kinds = terms.iter().enumerate().filter(|(i, _)| reached(*i)).filter_map(|(_, term)| term.as_ref()).map(|term| {
            let kind = self.kind(term);
            kind::pointee(&kind).clone()
        });
        let mut kind = kinds.reduce(|a, b| kind::join(&a, &b)).unwrap_or(Kind::Unknown);
        if let (Kind::Unknown | Kind::Passive, Some(expected)) = (&kind, expected) {
            kind = expected.clone();
        }
        let first = join.first;
        let mut varied = false;
        let mut yields = Vec::new();
        for (i, term) in terms.into_iter().enumerate() {
            if join.arms[i].flow == Flow::Diverged {
                yields.push(None);
                continue;
            }
            let value = self.in_arm(join, i, |this| {
                let term = term.or_else(|| default_of(&kind)).or_else(|| ty.and_then(|ty| this.placeholder(ty)))?;
                let term = match term {
                    // Beside memory a constant is memory.
                    Term::Inactive(inactive) if kind == Kind::Unknown => {
                        Term::Inactive(Inactive { kind: Kind::Unknown, ..inactive })
                    }
                    term if kind::is_scalar(&kind) => this.read(term, Some(&kind)),
                    term => term,
                };
                varied |= this.varies(&term);
                match &term {
                    // What the arm made itself is moved out of it as it is.
                    Term::Place(place) if place.proj.is_empty() && place.base.0 >= first && !kind::is_scalar(&kind) => {
                        match this.data(place.base).class {
                            Class::Owner => Some(place.base),
                            _ => Some(this.owned(term, Some(&kind))),
                        }
                    }
                    _ => Some(this.owned(term, Some(&kind))),
                }
            });
            yields.push(value);
        }
        if !kind::is_scalar(&kind) {
            for (i, value) in yields.iter_mut().enumerate() {
                *value = value.map(|value| self.in_arm(join, i, |this| this.as_owner(value)));
            }
        }
        if !self.yield_values(join, &yields) {
            return Term::error();
        }
        let class = if kind::is_scalar(&kind) { Class::Plain } else { Class::Owner };
        let span = yields.iter().flatten().next().map_or_else(Span::mixed_site, |value| self.data(*value).span);
        let result = self.fresh(name, class, kind, span, varied);
        self.same_width(result, yields.iter().flatten().copied());
        self.data_mut(result).may_refer = yields.iter().flatten().any(|value| self.data(*value).may_refer);
        self.data_mut(result).mutable = class == Class::Owner && name != "t";
        join.results.push(result);
        match class {
            Class::Plain => Term::Value(result),
            _ => Term::whole(result),
        }
    }

    /// A constant that is no number, as memory: that is what it is beside memory.
    fn as_owner(&mut self, value: Value) -> Value {
        let ValueData { class, span, name, may_refer, .. } = self.data(value).clone();
        if class != Class::Plain {
            return value;
        }
        let copy = self.mention(value).map(|of| syn::parse_quote!(::core::clone::Clone::clone(&#of)), Kind::Unknown);
        let copy = self.let_(&name, Class::Owner, copy.kind, Op::Alloc(Alloc::Opaque(copy.opaque)), span, false);
        self.data_mut(copy).may_refer = may_refer;
        copy
    }

    /// Yields one value from every arm that is left alive.
    fn yield_values(&mut self, join: &mut Join, values: &[Option<Value>]) -> bool {
        let missing = join.arms.iter().zip(values).any(|(arm, value)| arm.flow != Flow::Diverged && value.is_none());
        if missing {
            self.missing = true;
            let span = values.iter().flatten().next().map_or_else(Span::call_site, |value| self.data(*value).span);
            self.errors.push(
                span,
                "this value is not there on every way out of here",
                "annotate its type where it is bound, or assign to a variable that is declared with a value",
            );
            return false;
        }
        for (arm, value) in join.arms.iter_mut().zip(values) {
            if arm.flow != Flow::Diverged {
                arm.yields.extend(value);
            }
        }
        true
    }

    /// Appends to an arm that has been lowered.
    fn in_arm<R>(&mut self, join: &mut Join, i: usize, f: impl FnOnce(&mut Self) -> R) -> R {
        std::mem::swap(&mut self.stmts, &mut join.arms[i].stmts);
        let result = f(self);
        std::mem::swap(&mut self.stmts, &mut join.arms[i].stmts);
        result
    }
}
