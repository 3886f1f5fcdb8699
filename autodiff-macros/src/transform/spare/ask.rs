//! Makes a program ask its caller what to put back, and tell its callees.

use super::names::Names;
use super::{ByCallee, Kept, Looks, Reason, kept_ident};
use crate::ir::visit::{by_mut, by_ref};
use crate::ir::{Alloc, Arg, Block, Call, Class, Function, Kind, Memory as Write, Op, Opaque, Place, Proj, Stmt, Value, build};
use proc_macro2::Span;
use quote::ToTokens as _;
use std::collections::{BTreeMap, BTreeSet};
use syn::parse_quote;

/// Makes a program ask.
pub(super) struct Ask {
    looks: Looks,
    names: Names,
    /// Whether the caller wants a parameter put back.
    flags: BTreeMap<usize, Value>,
    /// How much of it is copied.
    ends: BTreeMap<usize, Value>,
    /// Where these are found out.
    start: Vec<Stmt>,
}

/// What puts the caller's memory back, by what it is put back from: the parameter.
type Sources = BTreeMap<Value, usize>;

impl Ask {
    pub(super) fn new(looks: Looks, names: Names) -> Ask {
        Ask { looks, names, flags: BTreeMap::new(), ends: BTreeMap::new(), start: Vec::new() }
    }

    /// Whether it has something to ask.
    pub(super) fn all(mut self, f: &mut Function, lent: &BTreeMap<Value, usize>, kept: &Kept) -> bool {
        let mut body = std::mem::take(&mut f.body);
        let Some(Stmt::Closure(mut closure)) = body.stmts.pop() else {
            unreachable!("an adjoint program ends with its pullback")
        };
        let mut sources = Sources::new();
        sources_of(f, &self.names, lent, &closure.body, &mut sources);
        // Copies are made of the whole parameter, and before anything else is done.
        let copied = |stmt: &Stmt| match stmt {
            Stmt::Let { value, op: Op::Alloc(Alloc::Copy { place, method: Some(_) }) } => {
                sources.get(value).is_some_and(|i| *place == Place::whole(f.params[*i].value)).then_some(*value)
            }
            Stmt::RecordNew { record, .. } => sources.contains_key(record).then_some(*record),
            _ => None,
        };
        let known: BTreeSet<Value> = body.stmts.iter().filter_map(copied).collect();
        sources.retain(|source, _| known.contains(source));
        self.block(f, &mut body, &sources, kept);
        self.block(f, &mut closure.body, &sources, kept);
        body.stmts.push(Stmt::Closure(closure));
        body.stmts.splice(0..0, self.start);
        f.body = body;
        !self.flags.is_empty()
    }

    fn block(&mut self, f: &mut Function, block: &mut Block, sources: &Sources, kept: &Kept) {
        let mut at = 0;
        while at < block.stmts.len() {
            let mut before = Vec::new();
            match &mut block.stmts[at] {
                Stmt::Let { value, op: Op::Alloc(Alloc::Copy { place, .. }) } if sources.contains_key(value) => {
                    place.proj = self.part(f, sources[value]);
                }
                Stmt::Memory(Write::CopyFrom { place, src }) if sources.contains_key(&src.base) => {
                    place.proj = self.part(f, sources[&src.base]);
                }
                Stmt::LogRange { log, place } | Stmt::UnlogRange { log, place, .. } if sources.contains_key(log) => {
                    if let [Proj::Range { hi: Some(hi), .. }] = &mut place.proj[..] {
                        let flag = self.flag(f, sources[log]);
                        let (value, stmt) = if_kept(f, flag, *hi);
                        before.push(stmt);
                        *hi = value;
                    }
                }
                Stmt::RecordNew { record, capacity: Some(capacity) } if sources.contains_key(record) => {
                    let flag = self.flag(f, sources[record]);
                    let (value, stmt) = if_kept(f, flag, *capacity);
                    before.push(stmt);
                    *capacity = value;
                }
                Stmt::Call(call) => {
                    if let Some(reasons) = call.pull.and_then(|pull| kept.get(&pull)) {
                        call.kept = Some(self.kept(f, call, reasons));
                    }
                }
                stmt => {
                    for scope in by_mut::scopes(stmt) {
                        scope.blocks.into_iter().for_each(|block| self.block(f, block, sources, kept));
                    }
                }
            }
            at += 1 + before.len();
            let here = at - 1 - before.len();
            block.stmts.splice(here..here, before);
        }
    }

    /// `[..end]`
    fn part(&mut self, f: &mut Function, i: usize) -> Vec<Proj> {
        let end = match self.ends.get(&i) {
            Some(end) => *end,
            None => {
                let flag = self.flag(f, i);
                let len = build::fresh(&mut f.values, "len", Class::Plain, Kind::Integer, Span::mixed_site());
                let (end, stmt) = if_kept(f, flag, len);
                self.start.push(Stmt::Let { value: len, op: Op::Len(Place::whole(f.params[i].value)) });
                self.start.push(stmt);
                self.ends.insert(i, end);
                end
            }
        };
        vec![Proj::Range { lo: None, hi: Some(end), inclusive: false }]
    }

    /// `let kept = __kept & 4 != 0;`
    fn flag(&mut self, f: &mut Function, i: usize) -> Value {
        if let Some(flag) = self.flags.get(&i) {
            return *flag;
        }
        let name = format!("{}_kept", f[f.params[i].value].name.trim_start_matches("r#"));
        let flag = build::fresh(&mut f.values, &name, Class::Plain, Kind::Bool, Span::mixed_site());
        let (ident, bit) = (kept_ident(), literal(1 << i));
        let mut expr: syn::Expr = parse_quote!(#ident & #bit != 0);
        let callees = self.looks.callees.get(&self.names.root(f.params[i].value));
        if let Some(looks) = callees.and_then(|callees| any_looks(callees)) {
            expr = parse_quote!(#expr || #looks);
        }
        // Named where it stands: the pullback does not capture the whole set.
        let op = Op::Opaque(Opaque { expr, uses: Vec::new(), pure_: false, writes: false });
        self.start.push(Stmt::Let { value: flag, op });
        self.flags.insert(i, flag);
        flag
    }

    /// The set of arguments that a callee has to put back.
    fn kept(&mut self, f: &mut Function, call: &Call, reasons: &BTreeMap<usize, Reason>) -> Opaque {
        let is_lent = |k: &usize| matches!(&call.args[*k], Arg::Borrow { mutable: true, .. });
        let always = (0..call.args.len()).filter(|k| is_lent(k) && !reasons.contains_key(k)).fold(0u64, |all, k| all | 1 << k);
        let mut parts: Vec<syn::Expr> = Vec::new();
        if always != 0 {
            let always = literal(always);
            parts.push(parse_quote!(#always));
        }
        let mut uses = Vec::new();
        for (k, reason) in reasons {
            let test = match reason {
                Reason::Param(i) => {
                    let ident = syn::Ident::new(&format!("kept{i}"), Span::mixed_site());
                    uses.push((ident.clone(), self.flag(f, *i)));
                    Some(parse_quote!(#ident))
                }
                Reason::Callees(callees) => any_looks(callees),
            };
            if let Some(test) = test {
                let bit = literal(1 << k);
                parts.push(parse_quote!(if #test { #bit } else { 0 }));
            }
        }
        let first = parts.first().cloned().unwrap_or_else(|| parse_quote!(0));
        let expr = parts.into_iter().skip(1).fold(first, |all, part| parse_quote!((#all) | (#part)));
        uses.dedup();
        Opaque { expr, uses, pure_: true, writes: false }
    }
}

/// `g::LOOKS[2] & 5 != 0 || …`
fn any_looks(callees: &[ByCallee]) -> Option<syn::Expr> {
    let mut known = BTreeSet::new();
    let new = |by: &&ByCallee| known.insert((by.path.to_token_stream().to_string(), by.param, by.wanted));
    let tests = callees.iter().filter(new).map(|ByCallee { path, param, wanted }| -> syn::Expr {
        let (mut looks, param, wanted) = (path.clone(), proc_macro2::Literal::usize_unsuffixed(*param), literal(*wanted));
        if let Some(last) = looks.segments.last_mut() {
            last.arguments = syn::PathArguments::None;
        }
        parse_quote!(#looks::LOOKS[#param] & #wanted != 0)
    });
    tests.reduce(|all, test| parse_quote!(#all || #test))
}

/// `if kept { end } else { 0 }`
fn if_kept(f: &mut Function, flag: Value, end: Value) -> (Value, Stmt) {
    let value = build::fresh(&mut f.values, "end", Class::Plain, Kind::Integer, Span::mixed_site());
    let uses = vec![(parse_quote!(kept), flag), (parse_quote!(end), end)];
    let op = Op::Opaque(Opaque { expr: parse_quote!(if kept { end } else { 0 }), uses, pure_: true, writes: false });
    (value, Stmt::Let { value, op })
}

/// What lent parameters are put back from as a whole or by ranges.
fn sources_of(f: &Function, names: &Names, lent: &BTreeMap<Value, usize>, block: &Block, sources: &mut Sources) {
    for stmt in &block.stmts {
        match stmt {
            Stmt::Memory(Write::CopyFrom { place, src }) => {
                let param = lent.get(&names.root(place.base)).filter(|i| *place == Place::whole(f.params[**i].value));
                sources.extend(param.filter(|_| src.proj.is_empty()).map(|i| (src.base, *i)));
            }
            Stmt::UnlogRange { log, place, .. } => {
                sources.extend(lent.get(&names.root(place.base)).map(|i| (*log, *i)));
            }
            _ => {}
        }
        for scope in by_ref::scopes(stmt) {
            scope.blocks.into_iter().for_each(|block| sources_of(f, names, lent, block, sources));
        }
    }
}

fn literal(n: u64) -> proc_macro2::Literal {
    proc_macro2::Literal::u64_unsuffixed(n)
}
