//! Which variables the user's syntax may change, where it is kept as it is: macros, closures of foreign iterators, guards.
//!
//! The reverse sweep does not look into such syntax. What it changes must therefore carry no derivative, and must be memory, of which
//! the analyses are told; anything else is an error. A method that is not known to read its receiver may change it.

use super::free::Free;
use super::term::Term;
use super::{Lower, free};
use crate::ir::Class;
use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::visit::Visit as _;
use syn::{Expr, Macro, Token};

/// Methods that borrow their receiver and do not change it.
const READING: &str = "len iter first last get windows chunks chunks_exact rchunks split_at split_first split_last contains \
    contains_key starts_with ends_with binary_search binary_search_by partition_point clone cloned copied concat join repeat keys \
    values chars bytes lines capacity cmp min max pow isqrt abs_diff rem_euclid div_euclid div_ceil ilog2 ilog10 \
    next_power_of_two chunk_by unwrap_or borrow start end";

/// Beginnings of the names of such methods.
const READING_FAMILIES: &str = "is_ to_ checked_ wrapping_ saturating_ leading_ trailing_ count_";

/// Methods that take their receiver by value: what they change is gone, unless it is a `&mut` reference.
const CONSUMING: &str = "into_iter into map map_or map_or_else and_then or_else unwrap expect unwrap_or_default unwrap_or_else ok \
    ok_or filter zip enumerate rev skip take_while skip_while chain flatten flat_map filter_map sum product fold collect count \
    for_each min_by max_by step_by";

/// Methods that change their receiver, whatever it is.
const CHANGING: &str = "push push_str pop insert insert_str remove retain clear truncate drain extend append take take_if replace \
    get_or_insert get_or_insert_with get_or_insert_default as_mut iter_mut by_ref next next_back nth sort reverse clone_from";

fn among(names: &str, name: &str) -> bool {
    names.split_whitespace().any(|known| known == name)
}

/// A method that changes its receiver, whatever that is.
pub(super) fn changes_receiver(name: &str) -> bool {
    name.ends_with("_assign") || among(CHANGING, name)
}

fn reads_receiver(name: &str, args: usize) -> bool {
    among(READING, name)
        || READING_FAMILIES.split_whitespace().any(|family| name.starts_with(family))
        || name.starts_with("as_") && !name.contains("mut")
        || super::method::inspects(name)
        || name == "sin_cos"
        || crate::rules::by_method(name, args + 1).is_some()
}

/// A method that is not known to leave its receiver as it is.
pub(super) fn may_change_receiver(name: &str, args: usize) -> bool {
    !among(CONSUMING, name) && !reads_receiver(name, args)
}

/// The variable that a place is a part of.
pub(super) fn root(e: &Expr) -> Option<&Ident> {
    match e {
        Expr::Path(path) if path.qself.is_none() => path.path.get_ident(),
        Expr::Paren(e) => root(&e.expr),
        Expr::Group(e) => root(&e.expr),
        Expr::Index(e) => root(&e.expr),
        Expr::Field(e) => root(&e.base),
        Expr::Unary(syn::ExprUnary { op: syn::UnOp::Deref(_), expr, .. }) => root(expr),
        _ => None,
    }
}

impl Free {
    fn change(&mut self, e: &Expr) {
        if let Some(name) = root(e).filter(|name| !self.is_bound(name)) {
            self.changed.push(name.clone());
        }
    }

    /// A variable that stands here is only looked at.
    fn only_read(&mut self, e: &Expr) {
        match e {
            Expr::Paren(e) => self.only_read(&e.expr),
            Expr::Path(_) => {
                self.read.insert(std::ptr::from_ref(e) as usize);
            }
            _ => {}
        }
    }

    /// Notes what an expression changes by itself, and which of its parts it only looks at.
    pub(super) fn note_changes(&mut self, e: &Expr) {
        match e {
            Expr::Path(path) if !self.read.contains(&(std::ptr::from_ref(e) as usize)) => {
                if let Some(name) = path.path.get_ident().filter(|name| !self.is_bound(name)) {
                    self.handed.push(name.clone());
                }
            }
            Expr::Assign(e) => {
                self.change(&e.left);
                self.only_read(&e.left);
            }
            Expr::Binary(e) => {
                if super::operator::assigning(&e.op).is_some() {
                    self.change(&e.left);
                }
                self.only_read(&e.left);
                self.only_read(&e.right);
            }
            Expr::Reference(e) => {
                if e.mutability.is_some() {
                    self.change(&e.expr);
                }
                self.only_read(&e.expr);
            }
            Expr::MethodCall(e) => {
                let name = e.method.to_string();
                if !among(CONSUMING, &name) {
                    self.only_read(&e.receiver);
                    if !reads_receiver(&name, e.args.len()) {
                        self.change(&e.receiver);
                    }
                }
            }
            Expr::Index(e) => {
                self.only_read(&e.expr);
                self.only_read(&e.index);
            }
            Expr::Field(e) => self.only_read(&e.base),
            Expr::Unary(e) => self.only_read(&e.expr),
            Expr::Cast(e) => self.only_read(&e.expr),
            Expr::Range(e) => e.start.iter().chain(&e.end).for_each(|end| self.only_read(end)),
            _ => {}
        }
    }

    /// Notes what a macro changes.
    pub(super) fn note_macro(&mut self, mac: &Macro) {
        let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let Some(args) = arguments(&name, &mac.tokens) else {
            return self.suspect(&mac.tokens);
        };
        for (i, arg) in args.iter().enumerate() {
            // Macros that print take their arguments by reference; `name = value` names one of them.
            let arg = match arg {
                Expr::Assign(named) if matches!(&*named.left, Expr::Path(_)) => &*named.right,
                arg => arg,
            };
            if matches!(name.as_str(), "write" | "writeln") && i == 0 {
                self.change(arg);
            }
            if name != "vec" {
                self.only_read(arg);
            }
            let mut inner = Free::new();
            std::mem::swap(&mut inner.bound, &mut self.bound);
            inner.read.clone_from(&self.read);
            inner.visit_expr(arg);
            std::mem::swap(&mut inner.bound, &mut self.bound);
            self.changed.append(&mut inner.changed);
            self.handed.append(&mut inner.handed);
            self.suspected.append(&mut inner.suspected);
        }
    }

    /// Nothing is known of these tokens.
    fn suspect(&mut self, tokens: &TokenStream) {
        for token in tokens.clone() {
            match token {
                TokenTree::Ident(name) if !self.is_bound(&name) => self.suspected.push(name),
                TokenTree::Group(group) => self.suspect(&group.stream()),
                TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
}

/// The expressions in the invocation of a macro that is known.
fn arguments(name: &str, tokens: &TokenStream) -> Option<Vec<Expr>> {
    let list = Punctuated::<Expr, Token![,]>::parse_terminated;
    match name {
        "println" | "eprintln" | "print" | "eprint" | "format" | "format_args" | "write" | "writeln" | "panic"
        | "unreachable" | "todo" | "unimplemented" | "assert" | "assert_eq" | "assert_ne" | "debug_assert"
        | "debug_assert_eq" | "debug_assert_ne" | "dbg" => {
            list.parse2(tokens.clone()).ok().map(|args| args.into_iter().collect())
        }
        "vec" => {
            let repeat = |input: ParseStream<'_>| {
                let elem: Expr = input.parse()?;
                input.parse::<Token![;]>()?;
                Ok(vec![elem, input.parse()?])
            };
            let listed = |()| list.parse2(tokens.clone()).ok().map(|args| args.into_iter().collect());
            repeat.parse2(tokens.clone()).ok().or_else(|| listed(()))
        }
        "matches" => {
            let matched = |input: ParseStream<'_>| {
                let scrutinee: Expr = input.parse()?;
                input.parse::<Token![,]>()?;
                let pat = syn::Pat::parse_multi_with_leading_vert(input)?;
                let guard: Option<Expr> =
                    if input.parse::<Option<Token![if]>>()?.is_some() { Some(input.parse()?) } else { None };
                input.parse::<Option<Token![,]>>()?;
                let guard = guard.map(|guard| -> syn::Arm { syn::parse_quote!(#pat if #guard => true,) });
                let arms = guard.into_iter();
                Ok(vec![syn::parse_quote!(match #scrutinee { #(#arms)* _ => false })])
            };
            matched.parse2(tokens.clone()).ok()
        }
        "concat" | "stringify" | "line" | "column" | "file" | "module_path" | "env" | "option_env" | "include_str"
        | "include_bytes" | "cfg" => Some(Vec::new()),
        _ => None,
    }
}

impl Lower<'_> {
    /// Whether syntax that is kept as it is writes to memory, all of it inactive; or the name of a variable that it must not change.
    pub(super) fn changes(&self, free: &Free) -> Result<bool, Ident> {
        let mut writes = false;
        for (names, how) in [(&free.changed, How::Changed), (&free.handed, How::Handed), (&free.suspected, How::Suspected)] {
            for name in names {
                let Some(id) = self.env.lookup(&name.to_string()) else { continue };
                let Some(term) = self.env.read(id) else { continue };
                writes |= self.change(&term, self.env.vars[id.0].mutable, how).ok_or_else(|| name.clone())?;
            }
        }
        Ok(writes)
    }

    /// Whether memory behind `term` may change; `None` if that must not be.
    fn change(&self, term: &Term, mutable: bool, how: How) -> Option<bool> {
        let writable = match term {
            Term::Ref(true, _) => true,
            Term::Place(place) => match self.data(place.base).class {
                Class::View { mutable } => mutable,
                _ => mutable && how != How::Handed,
            },
            Term::Tuple(parts) => {
                let parts: Option<Vec<bool>> = parts.iter().map(|part| self.change(part, mutable, how)).collect();
                return Some(parts?.contains(&true));
            }
            // A scalar has another value from here on, of which nobody would know.
            Term::Value(_) | Term::Inactive(_) => return (!mutable || how == How::Handed).then_some(false),
            Term::Ref(false, _) | Term::Unit | Term::Closure(_) | Term::Iterator(_) => false,
        };
        (!writable || !self.varies(term)).then_some(writable)
    }

    /// Reports a change inside of what is kept as it is.
    pub(super) fn refuse_change(&mut self, name: &Ident, within: &str) {
        self.errors.push(
            name.span(),
            format!("`{name}` may be changed inside of {within}, where no derivative is taken"),
            "bind what is computed there to a variable before (`let ok = …;`), or hand on `&*r` where a reference `r` is only read",
        );
    }

    /// The uses of a macro's names, and whether it writes to memory. `None` has been reported.
    pub(super) fn macro_uses(&mut self, mac: &Macro) -> Option<(Vec<(Ident, crate::ir::Value)>, bool)> {
        let free = free::of_macro(mac);
        let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        match self.changes(&free) {
            Ok(writes) => match self.uses(&free.names) {
                Some(uses) => Some((uses, writes)),
                None => {
                    self.error(
                        mac,
                        "a closure, an iterator or a function that is a parameter is used inside of a macro",
                        "bind its result to a variable first",
                    );
                    None
                }
            },
            Err(changed) => {
                self.refuse_change(&changed, &format!("`{name}!`"));
                None
            }
        }
    }
}

/// What syntax does with a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// Assigns to it, borrows it by `&mut`, calls a method that may need `&mut self`.
    Changed,
    /// Hands it on: only what is behind a `&mut` reference may change.
    Handed,
    /// Mentions it in tokens of which nothing is known.
    Suspected,
}
