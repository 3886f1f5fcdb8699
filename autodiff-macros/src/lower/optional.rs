//! Options that are taken apart where they are made: the result of a search in a chain of iterators, what a closure of `filter_map` gives.
//!
//! Nothing of them is ever a value. What makes one runs what comes behind it, once for the case that there is an item and once for the case
//! that there is none.

use super::adaptor::as_source;
use super::closure::{Closure, Func};
use super::env::{Binding, VarId};
use super::flow::{Exits, always_leaves};
use super::matches::Case;
use super::source::{By, Source};
use super::term::Term;
use super::{Flow, Lower};
use crate::ir::Kind;
use std::collections::HashMap;
use syn::visit::Visit as _;
use syn::{Expr, ExprMethodCall, Pat};

/// Uses what an option holds.
pub(super) type Held<'t, 'e> = &'t mut dyn FnMut(&mut Lower<'e>, Option<Term>) -> Term;

/// The `x` of `Some(x)`.
pub(super) fn some(e: &Expr) -> Option<&Expr> {
    let Expr::Call(call) = e else { return None };
    match &*call.func {
        Expr::Path(path) if path.path.segments.last()?.ident == "Some" && call.args.len() == 1 => call.args.first(),
        _ => None,
    }
}

pub(super) fn is_none(e: &Expr) -> bool {
    matches!(e, Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "None"))
}

/// `row.first().copied()` and its like.
pub(super) fn is_copied_element(e: &ExprMethodCall) -> bool {
    let Expr::MethodCall(inner) = &*e.receiver else { return false };
    matches!(e.method.to_string().as_str(), "copied" | "cloned")
        && matches!((inner.method.to_string().as_str(), inner.args.len()), ("first" | "last", 0) | ("get", 1))
}

/// How often `Some(…)` stands where the value of an expression comes from; `None` if that may also come from elsewhere.
fn somes(e: &Expr) -> Option<usize> {
    match e {
        e if is_none(e) || always_leaves(e) => Some(0),
        e if some(e).is_some() => Some(1),
        Expr::Paren(paren) => somes(&paren.expr),
        Expr::Block(block) if block.label.is_none() => somes_of(&block.block),
        Expr::If(e) => Some(somes_of(&e.then_branch)? + somes(&e.else_branch.as_ref()?.1)?),
        Expr::Match(e) => e.arms.iter().map(|arm| somes(&arm.body)).sum(),
        Expr::MethodCall(_) => Some(1),
        _ => None,
    }
}

fn somes_of(block: &syn::Block) -> Option<usize> {
    match block.stmts.last()? {
        syn::Stmt::Expr(last, None) => somes(last),
        _ => super::flow::block_leaves(block).then_some(0),
    }
}

impl<'e> Lower<'e> {
    /// Lowers an expression that makes an option, and then what is done with what it holds. `None` if it is not understood as one; then
    /// what was lowered is to be rolled back.
    pub(super) fn optional(&mut self, e: &Expr, expected: Option<&Kind>, then: Held<'_, 'e>) -> Option<Term> {
        match e {
            Expr::Paren(paren) => self.optional(&paren.expr, expected, then),
            e if is_none(e) => Some(then(self, None)),
            Expr::Call(_) => match some(e) {
                Some(item) => {
                    let item = self.expr(item, None);
                    let item = self.settle(item, None);
                    Some(then(self, Some(item)))
                }
                // A function of the user's may return a `Result` as well.
                None => {
                    let made = self.expr(e, None);
                    let is_unknown = *super::kind::pointee(&self.kind(&made)) == Kind::Unknown && self.varies(&made);
                    is_unknown.then(|| self.held_in(made, e, expected, then))
                }
            },
            Expr::Block(_) if somes(e).is_some() => {
                let outer = self.env.scopes.clone();
                Some(self.tail(e, &mut |this, last| {
                    let held = &mut |this: &mut Self, item| this.in_scopes(outer.clone(), |this| then(this, item));
                    match this.optional(last, expected, held) {
                        Some(term) => term,
                        None => this.not_an_option(last),
                    }
                }))
            }
            Expr::If(_) | Expr::Match(_) => match somes(e)? {
                0 | 1 => Some(self.optional_branch(e, expected, then)),
                _ => Some(self.optional_join(e, expected, then)),
            },
            Expr::MethodCall(call) => self.optional_method(call, expected, then),
            _ => None,
        }
    }

    /// What is done with the item stands in the only arm that has one.
    fn optional_branch(&mut self, e: &Expr, expected: Option<&Kind>, then: Held<'_, 'e>) -> Term {
        let depth = self.env.scopes.len();
        self.branch_with(e, expected, &mut |this, body| match body {
            Some(body) if always_leaves(body) => this.expr(body, expected),
            Some(body) => match this.optional(body, expected, &mut |this, item| this.behind(depth, |this| then(this, item))) {
                Some(term) => term,
                None => this.not_an_option(body),
            },
            None => this.not_an_option(e),
        })
    }

    /// Several arms have an item: it becomes a variable, beside a bool that says whether there is one.
    fn optional_join(&mut self, e: &Expr, expected: Option<&Kind>, then: Held<'_, 'e>) -> Term {
        let there = self.env.synthetic("some", Binding::Term(Term::bool(false)));
        let variable = self.env.synthetic("item", Binding::Unset);
        self.optional_branch(e, Some(&Kind::Unit), &mut |this, item| {
            this.env.set(there, Term::bool(item.is_some()));
            if let Some(item) = item {
                let item = this.by_value(item);
                this.env.set(variable, item);
            }
            Term::Unit
        });
        self.held_variable(there, variable, expected, then)
    }

    fn optional_method(&mut self, call: &ExprMethodCall, expected: Option<&Kind>, then: Held<'_, 'e>) -> Option<Term> {
        let name = call.method.to_string();
        match (name.as_str(), call.args.first()) {
            ("then", Some(f @ Expr::Closure(_))) => {
                let cond = self.expr(&call.receiver, Some(&Kind::Bool));
                let f = self.func(f);
                Some(self.either(cond, expected, |this, holds| {
                    let item = holds.then(|| this.call_func(&f, Vec::new(), None));
                    then(this, item)
                }))
            }
            ("then_some", Some(item)) => {
                let cond = self.operand(&call.receiver, Some(&Kind::Bool));
                let item = self.operand(item, None);
                Some(self.either(cond, expected, |this, holds| then(this, holds.then(|| item.clone()))))
            }
            ("copied" | "cloned", None) => {
                let copied = &mut |this: &mut Self, item: Option<Term>| {
                    let item = item.map(|item| {
                        let item = this.deref(item);
                        this.settle(item, None)
                    });
                    then(this, item)
                };
                let mark = self.mark();
                if let Some(term) = self.copied_element(&call.receiver, expected, copied) {
                    return Some(term);
                }
                self.rollback(&mark);
                self.optional(&call.receiver, expected, copied)
            }
            ("map", Some(f)) => {
                let f = self.func(f);
                self.optional(&call.receiver, expected, &mut |this, item| {
                    let item = item.map(|item| this.call_func(&f, vec![item], None));
                    then(this, item)
                })
            }
            ("filter", Some(f)) => {
                let f = self.func(f);
                self.optional(&call.receiver, expected, &mut |this, item| {
                    let Some(item) = item else { return then(this, None) };
                    let item = this.settle(item, None);
                    let keep = this.call_func(&f, vec![Term::Ref(false, Box::new(item.clone()))], Some(&Kind::Bool));
                    this.either(keep, expected, |this, keep| then(this, keep.then(|| item.clone())))
                })
            }
            ("and_then", Some(f)) => {
                let f = self.func(f);
                self.optional(&call.receiver, expected, &mut |this, item| match item {
                    Some(item) => this.optional_call(&f, vec![item], expected, then),
                    None => then(this, None),
                })
            }
            _ => self.found(call, expected, then),
        }
    }

    /// Calls a function that gives an option.
    pub(super) fn optional_call(&mut self, f: &Func, args: Vec<Term>, expected: Option<&Kind>, then: Held<'_, 'e>) -> Term {
        let closure = match f {
            Func::Inlined(closure) => closure,
            Func::Named(path) => {
                let path = Expr::Path(path.clone());
                let option = self.call_func(f, args, None);
                return self.held_in(option, &path, expected, then);
            }
            Func::Unknown(e) => return self.not_an_option(e),
        };
        let body = &closure.def.body;
        let mut exits = Exits::default();
        exits.visit_expr(body);
        if exits.found {
            return match super::desugar::held(body) {
                Some(body) => self.optional_block(closure, args, &body, expected, then),
                None => {
                    let option = self.inline(closure, args, None);
                    self.held_in(option, body, expected, then)
                }
            };
        }
        let outer = self.env.scopes.clone();
        self.entered(closure, args, |this| {
            this.tail(body, &mut |this, last| {
                let mark = this.mark();
                let held = &mut |this: &mut Self, item| this.in_scopes(outer.clone(), |this| then(this, item));
                if let Some(term) = this.optional(last, expected, held) {
                    return term;
                }
                this.rollback(&mark);
                let option = this.expr(last, None);
                this.held_in(option, last, expected, held)
            })
        })
    }

    /// A closure's body that sets a bool and the item, as [`held`](super::desugar::held) makes it.
    fn optional_block(
        &mut self,
        closure: &Closure,
        args: Vec<Term>,
        body: &Expr,
        expected: Option<&Kind>,
        then: Held<'_, 'e>,
    ) -> Term {
        let outer = self.env.scopes.clone();
        self.entered(closure, args, |this| {
            let there = this.env.synthetic("some", Binding::Term(Term::bool(false)));
            let variable = this.env.synthetic("item", Binding::Unset);
            this.env.name("__some", there);
            this.env.name("__item", variable);
            this.expr(body, Some(&Kind::Unit));
            this.in_scopes(outer, |this| this.held_variable(there, variable, expected, then))
        })
    }

    /// What is done with an item that is in a variable, if a bool says so.
    pub(super) fn held_variable(&mut self, there: VarId, variable: VarId, expected: Option<&Kind>, then: Held<'_, 'e>) -> Term {
        if self.flow != Flow::Live {
            return Term::Unit;
        }
        let there = self.env.read(there).expect("it has a value from the start");
        self.either(there, expected, |this, there| {
            let item = this.env.read(variable).filter(|_| there);
            then(this, item)
        })
    }

    fn not_an_option(&mut self, e: &Expr) -> Term {
        let help = "write `Some(…)` and `None` in the arms of `if` or `match`, or use `filter` and `map`";
        self.error(e, "an `Option` that may hold a value with a derivative, and of which it is not known how it is made", help)
    }

    /// The statements of a block, and then its last expression, in its scope.
    pub(super) fn tail(&mut self, e: &Expr, f: &mut dyn FnMut(&mut Self, &Expr) -> Term) -> Term {
        let (before, last) = match e {
            Expr::Paren(paren) => return self.tail(&paren.expr, f),
            Expr::Block(block) if block.label.is_none() => match block.block.stmts.split_last() {
                Some((syn::Stmt::Expr(last, None), before)) => (before, last),
                _ => return f(self, e),
            },
            _ => return f(self, e),
        };
        self.env.scopes.push(HashMap::new());
        let depth = self.env.scopes.len();
        let term = self.sequence(before, Some(&Kind::Unit), &mut |this, _| this.tail(last, f));
        self.env.scopes.truncate(depth - 1);
        term
    }

    /// `unwrap` and its relatives, behind what makes an option.
    pub(super) fn unwrapped(&mut self, e: &ExprMethodCall, expected: Option<&Kind>) -> Option<Term> {
        let name = e.method.to_string();
        let known = match e.args.len() {
            0 => matches!(name.as_str(), "unwrap" | "unwrap_or_default" | "is_some" | "is_none"),
            1 => matches!(name.as_str(), "expect" | "unwrap_or" | "unwrap_or_else" | "is_some_and"),
            2 => matches!(name.as_str(), "map_or" | "map_or_else"),
            _ => false,
        };
        let made_here = matches!(&*e.receiver, Expr::MethodCall(_) | Expr::Paren(_));
        if !known || !made_here || e.args.first().is_some_and(super::wrapper::takes_error) {
            return None;
        }
        let varies = self.mentions_varied(&e.receiver) && !self.selects(&e.receiver);
        let is_sure = matches!(name.as_str(), "unwrap" | "expect");
        if !varies && (!is_sure || !self.is_unseen_element(&e.receiver)) {
            return None;
        }
        let mark = self.mark();
        if matches!(name.as_str(), "unwrap" | "expect") {
            // An index that is out of bounds panics as well.
            if let Some(element) = self.sure_element(&e.receiver) {
                return Some(element);
            }
            self.rollback(&mark);
        }
        let otherwise = match name.as_str() {
            "unwrap_or" | "map_or" => Some(self.operand(&e.args[0], expected)),
            _ => None,
        };
        let last = e.args.last().map(|f| self.func(f));
        let term = self.optional(&e.receiver, expected, &mut |this, item| match (name.as_str(), item, &last) {
            ("unwrap" | "expect" | "unwrap_or" | "unwrap_or_else" | "unwrap_or_default", Some(item), _) => item,
            ("map_or" | "map_or_else", Some(item), Some(f)) => this.call_func(f, vec![item], expected),
            ("is_some_and", Some(item), Some(f)) => this.call_func(f, vec![item], Some(&Kind::Bool)),
            ("is_some", item, _) => Term::bool(item.is_some()),
            ("is_none", item, _) => Term::bool(item.is_none()),
            ("is_some_and", None, _) => Term::bool(false),
            ("unwrap_or" | "map_or", None, _) => otherwise.clone().expect("evaluated before"),
            ("unwrap_or_else" | "map_or_else", None, _) => this.apply(&e.args[0], Vec::new(), expected),
            ("unwrap_or_default", None, _) => Term::constant(syn::parse_quote!(Default::default()), Kind::Passive),
            ("expect", None, _) => this.panicking(&e.args[0]),
            _ => this.panicking(&syn::parse_quote!("called `Option::unwrap()` on a `None` value")),
        });
        if term.is_none() {
            self.rollback(&mark);
        }
        term
    }

    /// What ends in at most one item, as an `Option` of it.
    pub(super) fn option_of_item(&mut self, e: &ExprMethodCall, expected: Option<&Kind>) -> Option<Term> {
        let whole = Expr::MethodCall(e.clone());
        if !is_copied_element(e) && (!self.mentions_varied(&whole) || self.selects(&whole)) {
            return None;
        }
        let mark = self.mark();
        let term = self.optional_method(e, expected, &mut |this, item| match item {
            Some(Term::Ref(..)) => {
                this.error(e, "an `Option` of a reference", "write `.copied()` behind it, or take it apart here")
            }
            Some(item) => this.constructor_call(&syn::parse_quote!(Some), vec![item], &whole),
            None => Term::constant(syn::parse_quote!(None), Kind::Unknown),
        });
        if term.is_none() {
            self.rollback(&mark);
        }
        term
    }

    fn panicking(&mut self, message: &Expr) -> Term {
        self.expr(&syn::parse_quote!(panic!("{}", #message)), None)
    }

    /// `match` with `Some(x)` and `None` on what makes an option here.
    pub(super) fn optional_cases(
        &mut self,
        scrutinee: &Expr,
        cases: &[Case<'_>],
        expected: Option<&Kind>,
        body: super::branch::Body<'_, 'e>,
    ) -> Option<Term> {
        let [a, b] = cases else { return None };
        let (held, none) = match (inside(&a.pat), inside(&b.pat)) {
            (Some(pat), None) => ((pat, a.body), b),
            (None, Some(pat)) => ((pat, b.body), a),
            _ => return None,
        };
        let is_none = matches!(&none.pat, Pat::Wild(_)) || matches!(&none.pat, Pat::Ident(ident) if ident.ident == "None");
        let made_here = matches!(scrutinee, Expr::MethodCall(_));
        if !is_none || a.guard.is_some() || b.guard.is_some() || !made_here {
            return None;
        }
        let varies = self.mentions_varied(scrutinee) && !self.selects(scrutinee);
        // Of a `Vec` of constants as well: the `Vec` gets shorter.
        let pops = matches!(scrutinee, Expr::MethodCall(call) if call.method == "pop" && call.args.is_empty());
        if !varies && !pops && !self.is_element_of_memory(scrutinee) {
            return None;
        }
        let mark = self.mark();
        let mut fits = true;
        let term = self.optional(scrutinee, expected, &mut |this, item| match item {
            Some(item) => {
                // Of slices not all have as many elements.
                let is_array = matches!(super::kind::pointee(&this.kind(&item)), Kind::Array(_));
                fits &= is_array || !matches!(held.0, Pat::Slice(_));
                this.env.scopes.push(HashMap::new());
                let depth = this.env.scopes.len();
                this.bind(held.0, item, None);
                let term = body(this, held.1);
                this.env.scopes.truncate(depth - 1);
                term
            }
            None => body(this, none.body),
        });
        if term.is_none() || !fits {
            self.rollback(&mark);
            return None;
        }
        term
    }

    /// Whether an expression looks for one element of a slice, an array or a `Vec`: then the pullback finds it again by its index, and
    /// need not hold a reference.
    fn is_element_of_memory(&mut self, e: &Expr) -> bool {
        self.kind_of_element(e).is_some()
    }

    /// The same of elements whose type is not known, of which there may be no copies.
    fn is_unseen_element(&mut self, e: &Expr) -> bool {
        self.kind_of_element(e) == Some(Kind::Unknown)
    }

    fn kind_of_element(&mut self, e: &Expr) -> Option<Kind> {
        let Expr::MethodCall(e) = e else { return None };
        let mark = self.mark();
        let place = match (e.method.to_string().as_str(), e.args.len()) {
            ("first" | "last", 0) | ("get", 1) if !self.is_iterator(&e.receiver) => {
                let receiver = self.expr(&e.receiver, None);
                match self.place_of(receiver) {
                    Term::Place(place) => Some(place),
                    _ => None,
                }
            }
            ("next", 0) if self.is_iterator(&e.receiver) => match self.chained(&e.receiver).map(as_source) {
                Some(Ok(Source::Elements { place, by: By::Ref })) => Some(place),
                _ => None,
            },
            _ => None,
        };
        let kind = place.map(|place| self.place_kind(&place));
        self.rollback(&mark);
        match kind? {
            Kind::Array(element) | Kind::Slice(element) | Kind::Vec(element) => Some(*element),
            _ => None,
        }
    }
}

/// The `p` of a pattern `Some(p)` that fits whatever is held.
fn inside(pat: &Pat) -> Option<&Pat> {
    match pat {
        Pat::TupleStruct(pat) if pat.path.segments.last()?.ident == "Some" && pat.elems.len() == 1 => {
            pat.elems.first().filter(|pat| match pat {
                Pat::Slice(slice) => slice.elems.iter().all(always_fits),
                pat => always_fits(pat),
            })
        }
        Pat::Paren(paren) => inside(&paren.pat),
        _ => None,
    }
}

fn always_fits(pat: &Pat) -> bool {
    match pat {
        Pat::Ident(ident) => ident.subpat.is_none() && !super::free::is_constant_name(&ident.ident),
        Pat::Wild(_) => true,
        Pat::Reference(reference) => always_fits(&reference.pat),
        Pat::Paren(paren) => always_fits(&paren.pat),
        Pat::Tuple(tuple) => tuple.elems.iter().all(always_fits),
        _ => false,
    }
}
