//! Which values are tangents in several directions: those in the newest direction, and what they are added to, kept in, or put together of.

use crate::ir::visit::by_ref;
use crate::ir::{Alloc, Block, Kind, Memory, Op, Stmt, Value, ValueData};
use std::collections::BTreeSet;

/// The values that are the literal zero.
pub(super) fn zeros(block: &Block) -> BTreeSet<Value> {
    let mut found = BTreeSet::new();
    for stmt in &block.stmts {
        if let Stmt::Let { value, op: Op::Float(0.0) } = stmt {
            found.insert(*value);
        }
        found.extend(nested(stmt).flat_map(zeros));
    }
    found
}

/// Terms of a tangent are tangents, and so is a zero that stands where one is wanted. Whether anything new was found.
pub(super) fn spread(values: &mut [ValueData], zeros: &BTreeSet<Value>, block: &Block) -> bool {
    let mut changed = false;
    for stmt in &block.stmts {
        let is_tangent = |value: &Value| values[value.0 as usize].tangent;
        let mut linked: Vec<Value> = match stmt {
            Stmt::Let { value, op: Op::Prim { args, .. } } if args.iter().any(is_tangent) => vec![*value],
            Stmt::Let { value, op: Op::Select(_, a, b) } if [a, b].into_iter().any(is_tangent) => {
                [a, b].into_iter().filter(|arm| zeros.contains(arm)).chain([value]).copied().collect()
            }
            _ => Vec::new(),
        };
        let wanted = handed(stmt).into_iter().filter(|(to, from)| is_tangent(to) && zeros.contains(from));
        linked.extend(wanted.map(|(_, from)| from));
        for value in linked {
            changed |= !std::mem::replace(&mut values[value.0 as usize].tangent, true);
        }
        for block in nested(stmt) {
            changed |= spread(values, zeros, block);
        }
    }
    changed
}

/// All that a statement hands on is of the sort of what it is handed to. (It is unless a pass before has found a use for a zero twice.)
pub(super) fn agree(values: &[ValueData], stmt: &Stmt) -> bool {
    let data = |value: Value| &values[value.0 as usize];
    handed(stmt).into_iter().all(|(to, from)| data(to).tangent == data(from).tangent || data(from).kind == Kind::Unit)
}

/// What is put, unchanged, into what: memory, accumulators, and variables by the memory or variable that they are, from the values.
fn handed(stmt: &Stmt) -> Vec<(Value, Value)> {
    match stmt {
        Stmt::Let { value, op } => {
            let from = match op {
                Op::Load(place) | Op::Take(place) | Op::Peek(place) | Op::Borrow { place, .. } => vec![place.base],
                Op::Read(from) | Op::Move(from) | Op::Alloc(Alloc::Scalar(from) | Alloc::Repeat { elem: from, .. }) => {
                    vec![*from]
                }
                Op::Alloc(Alloc::List { elems, .. }) => elems.clone(),
                Op::Alloc(Alloc::Copy { place, .. }) => vec![place.base],
                Op::Alloc(Alloc::Construct(_) | Alloc::Empty { .. } | Alloc::Opaque(_))
                | Op::Opaque(_)
                | Op::Prim { .. }
                | Op::Select(..)
                | Op::Len(_)
                | Op::Float(_)
                | Op::Zeros(_)
                | Op::ZeroTangent(_)
                | Op::Pullback { .. }
                | Op::Pushforward { .. }
                | Op::Arm { .. } => Vec::new(),
            };
            from.into_iter().map(|from| (*value, from)).collect()
        }
        Stmt::Split { results, place, .. } => results.iter().map(|result| (*result, place.base)).collect(),
        Stmt::Store { place, value, old } => [*value].into_iter().chain(*old).map(|value| (place.base, value)).collect(),
        Stmt::Memory(memory) => match memory {
            Memory::Assign { place, src, old } => [*src].into_iter().chain(*old).map(|value| (place.base, value)).collect(),
            Memory::Fill { place, value } | Memory::Push { place, value } => vec![(place.base, *value)],
            Memory::CopyFrom { place, src } => vec![(place.base, src.base)],
            Memory::Swap { a, b } => vec![(a.base, b.base)],
            Memory::SwapElements { .. } => Vec::new(),
        },
        Stmt::Branch(branch) => {
            let ends = branch.arms.iter().filter(|arm| !arm.diverges);
            ends.flat_map(|arm| branch.results.iter().copied().zip(arm.yields.iter().copied())).collect()
        }
        Stmt::Loop(l) => {
            let inits = l.carried.iter().flat_map(|c| [(c.param, c.init), (c.param, c.result)]);
            inits.chain(l.carried.iter().map(|c| c.param).zip(l.body.yields.iter().copied())).collect()
        }
        Stmt::Declare { acc, init: value } | Stmt::Set { acc, value } | Stmt::Add { acc, value } => vec![(*acc, *value)],
        Stmt::ShadowAdd { place, value } => vec![(place.base, *value)],
        Stmt::ShadowAddFrom { to, from, .. } => vec![(to.base, from.base)],
        Stmt::LogRange { log, place } => vec![(*log, place.base)],
        Stmt::UnlogRange { log, place, .. } => vec![(place.base, *log)],
        Stmt::Call(_)
        | Stmt::Observe(_)
        | Stmt::ShadowClear(_)
        | Stmt::RecordNew { .. }
        | Stmt::RecordPush { .. }
        | Stmt::RecordRead { .. }
        | Stmt::RecordPart { .. }
        | Stmt::RecordAt { .. }
        | Stmt::CursorNew { .. }
        | Stmt::Unshare(_)
        | Stmt::Pull(_)
        | Stmt::Closure(_) => Vec::new(),
    }
}

/// The blocks in a statement, also those of a pullback.
fn nested(stmt: &Stmt) -> impl Iterator<Item = &Block> {
    by_ref::scopes(stmt).into_iter().flat_map(|scope| scope.blocks)
}
