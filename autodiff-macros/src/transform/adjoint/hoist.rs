//! Accumulations into one place, by a loop that does not move the place.
//!
//! `for r in … { centred_bar[j].add(…) }` becomes a sum in a local, added once behind the loop: adding commutes, and a local stays in a
//! register where a cell, which may alias another, has to be stored each time. Right only if nothing in the loop takes or reads
//! the same shadow; and only if an iteration runs is the place known to exist.

use super::Sweep;
use crate::analyze::layout::BlockId;
use crate::ir::{Block, Branch, Class, Header, Kind, Op, Opaque, Place, Stmt, Value};
use std::collections::BTreeSet;

impl Sweep<'_> {
    /// Takes the accumulations out of the body of a reverse loop; returns what follows the loop. `home` is the loop's body in the
    /// program: what is defined there may be read from a record, where it does not stand yet.
    pub(super) fn hoist(&mut self, header: &Header, body: &mut [Stmt], home: BlockId) -> Vec<Stmt> {
        let Header::Range { index, lo, hi, inclusive, .. } = *header else { return Vec::new() };
        let mut inside = defined_within(body);
        inside.insert(index);
        let unsafe_bases = looked_at(body);
        let mut sums: Vec<(Place, Value)> = Vec::new();
        for stmt in body.iter_mut() {
            let Stmt::ShadowAdd { place, value } = stmt else { continue };
            let recorded = |v: Value| {
                self.layout.home.get(v.0 as usize).is_some_and(|block| self.layout.within(*block, home)) || inside.contains(&v)
            };
            let fixed = !inside.contains(&place.base) && !place.operands().any(recorded);
            let float = self.values[value.0 as usize].kind == Kind::Float;
            let class = self.shadow_classes.get(&place.base).copied();
            let seen = unsafe_bases.iter().any(|v| self.shadow_classes.get(v).copied() == class || *v == place.base);
            if !fixed || !float || class.is_none() || seen {
                continue;
            }
            let acc = match sums.iter().find(|(other, _)| other == place) {
                Some((_, acc)) => *acc,
                None => {
                    let name = self.name(place.base);
                    let acc = self.fresh(&name, Class::Accumulator, Kind::Float);
                    sums.push((place.clone(), acc));
                    acc
                }
            };
            *stmt = Stmt::Add { acc, value: *value };
        }
        if sums.is_empty() {
            return Vec::new();
        }
        for (_, acc) in &sums {
            let init = self.let_("c", Kind::Float, Op::Float(0.0));
            self.emit(Stmt::Declare { acc: *acc, init });
        }
        self.added_behind(sums, lo, hi, inclusive)
    }

    /// `if lo < hi { place.add(sum) … }`
    fn added_behind(&mut self, sums: Vec<(Place, Value)>, lo: Value, hi: Value, inclusive: bool) -> Vec<Stmt> {
        let expr: syn::Expr = if inclusive { syn::parse_quote!(lo <= hi) } else { syn::parse_quote!(lo < hi) };
        let uses = vec![(syn::parse_quote!(lo), lo), (syn::parse_quote!(hi), hi)];
        let ran = self.fresh("ran", Class::Plain, Kind::Bool);
        let test = Stmt::Let { value: ran, op: Op::Opaque(Opaque { expr, uses, pure_: true, writes: false }) };
        let mut stmts = Vec::new();
        for (place, acc) in sums {
            let value = self.fresh("t", Class::Plain, Kind::Float);
            stmts.push(Stmt::Let { value, op: Op::Read(acc) });
            stmts.push(Stmt::ShadowAdd { place, value });
        }
        let arms = vec![Block { stmts, ..Block::default() }, Block::default()];
        vec![test, Stmt::Branch(Branch { on: crate::ir::On::If(ran), arms, results: Vec::new() })]
    }
}

/// Everything that statements define, nested ones included.
fn defined_within(stmts: &[Stmt]) -> BTreeSet<Value> {
    let mut all = BTreeSet::new();
    for stmt in stmts {
        all.extend(crate::analyze::layout::defined(stmt));
        match stmt {
            Stmt::RecordRead { values, .. } => all.extend(values),
            Stmt::Loop(l) => {
                if let Header::Range { index, .. } = l.header {
                    all.insert(index);
                }
            }
            _ => {}
        }
        stmt.blocks().into_iter().for_each(|block| all.extend(defined_within(&block.stmts)));
    }
    all
}

/// Shadows that statements take from, read, or hand on.
fn looked_at(stmts: &[Stmt]) -> Vec<Value> {
    let mut all = Vec::new();
    for stmt in stmts {
        match stmt {
            Stmt::Let { op: Op::Take(place) | Op::Peek(place) | Op::Borrow { place, .. }, .. } => all.push(place.base),
            Stmt::Split { place, .. } | Stmt::ShadowClear(place) => all.push(place.base),
            Stmt::ShadowAddFrom { from, .. } => all.push(from.base),
            Stmt::Memory(crate::ir::Memory::Swap { a, b }) => all.extend([a.base, b.base]),
            Stmt::Memory(crate::ir::Memory::SwapElements { place, .. }) => all.push(place.base),
            Stmt::Pull(pull) => {
                all.extend(pull.out_bar.leaves());
                all.extend(pull.slots.iter().filter_map(|slot| match slot {
                    crate::ir::SlotArg::Shadow(place) => Some(place.base),
                    crate::ir::SlotArg::None | crate::ir::SlotArg::Cell(_) => None,
                }));
            }
            _ => {}
        }
        stmt.blocks().into_iter().for_each(|block| all.extend(looked_at(&block.stmts)));
    }
    all
}
