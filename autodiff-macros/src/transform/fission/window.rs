//! Slices of what a loop goes through element by element.
//!
//! `for i in lo..hi { … x[i + 1] … }` checks the index in each iteration unless the compiler can see how long `x` is, and a loop that may
//! panic in its middle is not vectorised. `&x[lo + 1..hi + 1]` is checked once, and all that is indexed in
//! `for k in 0..hi - lo` is in range by the length of the slice.

use super::{Fission, looped, opaque};
use crate::analyze::affine::{Affine, Step};
use crate::ir::visit::{by_mut, by_ref};
use crate::ir::{Class, Header, Kind, Loop, Op, Place, Proj, Stmt, Value, ValueData};
use std::collections::{BTreeSet, HashMap};

/// A slice that a loop goes through.
struct Window {
    base: Value,
    /// How the slice is reached.
    prefix: Vec<Step>,
    /// The index without that of the loop.
    offset: Affine,
    name: Value,
}

impl Fission<'_> {
    /// The loop over `stmts` from `lo` up to `hi`, which lies beyond it, after the slices that it goes through.
    pub(super) fn through_windows(
        &mut self,
        index: Value,
        [lo, hi]: [Value; 2],
        mut stmts: Vec<Stmt>,
        lanes: bool,
        l: &Loop,
    ) -> Vec<Stmt> {
        for stmt in &stmts {
            if let Stmt::Let { value, op } = stmt {
                self.forms.learn(*value, op);
            }
        }
        let from_zero = self.forms.of(lo).as_constant() == Some(0);
        let mut out = Vec::new();
        let count = if from_zero {
            hi
        } else {
            let uses = vec![(syn::parse_quote!(hi), hi), (syn::parse_quote!(lo), lo)];
            self.integer(&mut out, syn::parse_quote!(hi - lo), uses)
        };
        let position = if from_zero { index } else { self.fresh_like(index) };
        let inside = super::defined_in(&stmts);
        let mut windows: Vec<Window> = Vec::new();
        for at in 0..stmts.len() {
            let Some(place) = place_of(&mut stmts[at]).map(|place| place.clone()) else { continue };
            let Some((prefix, offset)) = self.window_of(&place, index, &inside) else { continue };
            let same = |w: &&Window| (w.base, &w.prefix, &w.offset) == (place.base, &prefix, &offset);
            let name = match windows.iter().find(same) {
                Some(window) => window.name,
                None => {
                    let start = self.start(&place, index, lo, &offset, &stmts[..at], &mut out);
                    let name = self.open(&place, start, count, &mut out);
                    windows.push(Window { base: place.base, prefix, offset, name });
                    name
                }
            };
            if let Some(place) = place_of(&mut stmts[at]) {
                *place = Place { base: name, proj: vec![Proj::Index(position)] };
            }
        }
        if windows.is_empty() {
            let header = Header::Range { index, lo, hi, inclusive: false, step: None, rev: false };
            return vec![looped(header, stmts, lanes, l)];
        }
        for stmt in &mut stmts {
            if let Stmt::RecordAt { at, .. } = stmt
                && self.forms.of(index).minus(&self.forms.of(lo)) == Some(self.forms.of(*at))
            {
                *at = position;
            }
        }
        let mut start = lo;
        if !from_zero {
            start = self.integer(&mut out, syn::parse_quote!(0), Vec::new());
            let uses = vec![(syn::parse_quote!(lo), lo), (syn::parse_quote!(k), position)];
            stmts.insert(0, opaque(index, syn::parse_quote!(lo + k), uses));
        }
        prune(&mut stmts);
        let header = Header::Range { index: position, lo: start, hi: count, inclusive: false, step: None, rev: false };
        out.push(looped(header, stmts, lanes, l));
        out
    }

    /// Where a place goes through a slice: it moves on by one element with each iteration.
    fn window_of(&self, place: &Place, index: Value, inside: &[Value]) -> Option<(Vec<Step>, Affine)> {
        let varies = |v: Value| v == index || inside.contains(&v);
        let (Proj::Index(selected), prefix) = place.proj.split_last()? else { return None };
        let form = self.forms.of(*selected);
        let offset = form.without(index);
        let prefix = Place { base: place.base, proj: prefix.to_vec() };
        let fixed = !varies(place.base) && !prefix.operands().any(varies);
        let moving = form.coefficient(index) == 1 && !offset.depends_on(&varies);
        (fixed && moving && elements(self.values, &prefix).is_some()).then(|| (self.forms.steps(&prefix), offset))
    }

    /// Where the slice begins; `before` computes the index of `place`.
    fn start(&mut self, place: &Place, index: Value, lo: Value, offset: &Affine, before: &[Stmt], out: &mut Vec<Stmt>) -> Value {
        let Some(Proj::Index(selected)) = place.proj.last() else { unreachable!("a window is of an element") };
        match self.forms.of(lo).as_constant().zip(offset.as_constant()) {
            Some((lo, offset)) if lo + offset >= 0 => {
                let literal = proc_macro2::Literal::i64_unsuffixed(lo + offset);
                let start = self.integer(out, syn::parse_quote!(#literal), Vec::new());
                if let Some(Stmt::Let { value, op }) = out.last() {
                    self.forms.learn(*value, op);
                }
                start
            }
            Some(_) | None => self.at_start(*selected, index, lo, before, out),
        }
    }

    /// Emits the slice.
    fn open(&mut self, place: &Place, start: Value, count: Value, out: &mut Vec<Stmt>) -> Value {
        let Some((_, prefix)) = place.proj.split_last() else { unreachable!("a window is of an element") };
        let uses = vec![(syn::parse_quote!(start), start), (syn::parse_quote!(count), count)];
        let end = match self.forms.of(start).as_constant() {
            Some(0) => count,
            _ => self.integer(out, syn::parse_quote!(start + count), uses),
        };
        let mut proj = prefix.to_vec();
        let reached = Place { base: place.base, proj: proj.clone() };
        let element = elements(self.values, &reached).expect("windows are slices of something known");
        proj.push(Proj::Range { lo: Some(start), hi: Some(end), inclusive: false });
        let window = self.fresh_like(place.base);
        let is_shadow = self.values[place.base.0 as usize].class == Class::Shadow;
        let data = &mut self.values[window.0 as usize];
        data.class = if is_shadow { Class::Shadow } else { Class::View { mutable: false } };
        data.kind = Kind::Ref(false, Box::new(Kind::Slice(Box::new(element))));
        (data.mutable, data.ty) = (false, None);
        if let Some(region) = self.regions.get(&place.base).copied() {
            self.regions.insert(window, region);
        }
        let op = Op::Borrow { mutable: false, place: Place { base: place.base, proj } };
        out.push(Stmt::Let { value: window, op });
        window
    }

    /// An integer of the loop as it is in the first iteration.
    fn at_start(&mut self, value: Value, index: Value, lo: Value, before: &[Stmt], out: &mut Vec<Stmt>) -> Value {
        let mut needed = BTreeSet::from([value]);
        let mut lets = Vec::new();
        for stmt in before.iter().rev() {
            if let Stmt::Let { value, op } = stmt
                && needed.contains(value)
            {
                by_ref::op(op, &mut |_, v| needed.extend([*v]));
                lets.push((*value, op));
            }
        }
        let mut names = HashMap::from([(index, lo)]);
        for (value, op) in lets.into_iter().rev() {
            let mut op = op.clone();
            by_mut::op(&mut op, &mut |_, v| *v = names.get(v).copied().unwrap_or(*v));
            if let Op::Opaque(opaque) = &mut op {
                opaque.expr = without(&opaque.expr, &|expr| self.is_zero(expr, &opaque.uses));
                if let Some((_, same)) = opaque.uses.iter().find(|(name, _)| is_named(&opaque.expr, name)) {
                    names.insert(value, *same);
                    continue;
                }
            }
            let first = self.fresh_like(value);
            self.forms.learn(first, &op);
            names.insert(value, first);
            out.push(Stmt::Let { value: first, op });
        }
        names.get(&value).copied().unwrap_or(value)
    }

    /// A number that is zero, or the difference of two that are the same.
    fn is_zero(&self, expr: &syn::Expr, uses: &[(syn::Ident, Value)]) -> bool {
        let form = |expr: &syn::Expr| uses.iter().find(|(name, _)| is_named(expr, name)).map(|(_, v)| self.forms.of(*v));
        match expr {
            syn::Expr::Paren(paren) => self.is_zero(&paren.expr, uses),
            syn::Expr::Binary(difference) if matches!(difference.op, syn::BinOp::Sub(_)) => {
                form(&difference.left).is_some_and(|left| form(&difference.right) == Some(left))
            }
            single => form(single).is_some_and(|form| form.as_constant() == Some(0)),
        }
    }

    fn integer(&mut self, out: &mut Vec<Stmt>, expr: syn::Expr, uses: Vec<(syn::Ident, Value)>) -> Value {
        let value = self.fresh("t", Class::Plain, Kind::Integer);
        out.push(opaque(value, expr, uses));
        value
    }
}

/// The element that a statement reads or changes.
fn place_of(stmt: &mut Stmt) -> Option<&mut Place> {
    match stmt {
        Stmt::Let { op: Op::Load(place) | Op::Peek(place) | Op::Take(place), .. }
        | Stmt::ShadowAdd { place, .. }
        | Stmt::ShadowClear(place) => Some(place),
        _ => None,
    }
}

/// What a place has elements of, if it is known to be a slice or the like.
fn elements(values: &[ValueData], place: &Place) -> Option<Kind> {
    let of = |kind: Kind| match referent(kind) {
        Kind::Array(element) | Kind::Slice(element) | Kind::Vec(element) => Some(*element),
        Kind::Float
        | Kind::Integer
        | Kind::Bool
        | Kind::Unit
        | Kind::Passive
        | Kind::Tuple(_)
        | Kind::Ref(..)
        | Kind::Unknown => None,
    };
    let mut kind = values[place.base.0 as usize].kind.clone();
    for proj in &place.proj {
        kind = match proj {
            Proj::Deref => referent(kind),
            Proj::Index(_) => of(kind)?,
            Proj::Range { .. } => Kind::Slice(Box::new(of(kind)?)),
            Proj::Field(_) | Proj::Payload(_) => return None,
        };
    }
    of(kind)
}

fn referent(kind: Kind) -> Kind {
    if let Kind::Ref(_, to) = kind { referent(*to) } else { kind }
}

/// A sum without what is zero.
fn without(expr: &syn::Expr, is_zero: &dyn Fn(&syn::Expr) -> bool) -> syn::Expr {
    match expr {
        syn::Expr::Binary(sum) if matches!(sum.op, syn::BinOp::Add(_)) && is_zero(&sum.right) => without(&sum.left, is_zero),
        syn::Expr::Binary(sum) if matches!(sum.op, syn::BinOp::Add(_)) && is_zero(&sum.left) => without(&sum.right, is_zero),
        syn::Expr::Binary(sum) if matches!(sum.op, syn::BinOp::Add(_) | syn::BinOp::Sub(_)) => {
            syn::Expr::Binary(syn::ExprBinary { left: Box::new(without(&sum.left, is_zero)), ..sum.clone() })
        }
        other => other.clone(),
    }
}

fn is_named(expr: &syn::Expr, name: &syn::Ident) -> bool {
    matches!(expr, syn::Expr::Path(path) if path.path.is_ident(name))
}

/// Removes definitions that are not used any more.
fn prune(stmts: &mut Vec<Stmt>) {
    fn note(stmt: &Stmt, used: &mut BTreeSet<Value>) {
        by_ref::uses(stmt, &mut |_, v| used.extend([*v]));
        for block in by_ref::scopes(stmt).into_iter().flat_map(|scope| scope.blocks) {
            block.stmts.iter().for_each(|stmt| note(stmt, used));
            used.extend(&block.yields);
        }
    }
    let (mut used, mut kept) = (BTreeSet::new(), Vec::new());
    for stmt in std::mem::take(stmts).into_iter().rev() {
        let is_dead = matches!(&stmt, Stmt::Let { value, op } if !matches!(op, Op::Take(_)) && !used.contains(value));
        if !is_dead {
            note(&stmt, &mut used);
            kept.push(stmt);
        }
    }
    kept.reverse();
    *stmts = kept;
}
