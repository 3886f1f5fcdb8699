//! What varies in a derived program.
//!
//! The user's values vary as they do in the user's program. A value that a transform has added varies if something that varies
//! goes into it; adjoints always do, since their seeds may. A least fixed point, as in [`crate::analyze::activity`].

use crate::analyze::Activity;
use crate::ir::visit::by_ref;
use crate::ir::{Alloc, Arg, Block, Class, Function, Memory, On, Op, SlotArg, Stmt, Value};
use crate::rules::RuleKind;
use std::collections::BTreeMap;

/// For each value whether it may depend on a differentiable parameter. The first `own` values are the user's.
pub(super) fn varied(f: &Function, own: usize, activity: &Activity) -> Vec<bool> {
    let varied = vec![false; f.values.len()];
    let mut pass =
        Pass { f, own, varied, changed: true, pushed: BTreeMap::new(), arms: BTreeMap::new(), chosen: BTreeMap::new() };
    for i in 0..own.min(f.values.len()) as u32 {
        pass.varied[i as usize] = activity.varied(Value(i));
    }
    f.dots.iter().flatten().flatten().for_each(|dot| pass.mark(*dot));
    for i in 0..f.values.len() as u32 {
        if f[Value(i)].class == Class::Shadow {
            pass.mark(Value(i));
        }
    }
    while std::mem::take(&mut pass.changed) {
        pass.block(&f.body);
    }
    pass.varied
}

struct Pass<'a> {
    f: &'a Function,
    own: usize,
    varied: Vec<bool>,
    changed: bool,
    /// What is pushed onto a record.
    pushed: BTreeMap<Value, Vec<Value>>,
    /// What an arm records.
    arms: BTreeMap<Value, Vec<Value>>,
    /// For a recorded arm what each of the arms yields as that.
    chosen: BTreeMap<Value, Vec<Option<Value>>>,
}

impl Pass<'_> {
    fn varies(&self, value: Value) -> bool {
        self.varied[value.0 as usize]
    }

    fn mark(&mut self, value: Value) {
        let known = (value.0 as usize) < self.own || self.f[value].kind.is_inactive();
        if !known && !std::mem::replace(&mut self.varied[value.0 as usize], true) {
            self.changed = true;
        }
    }

    fn flow(&mut self, from: impl IntoIterator<Item = Value>, to: Value) {
        if from.into_iter().any(|from| self.varies(from)) {
            self.mark(to);
        }
    }

    /// The same memory.
    fn link(&mut self, a: Value, b: Value) {
        self.flow([a], b);
        self.flow([b], a);
    }

    fn block(&mut self, block: &Block) {
        for stmt in &block.stmts {
            self.stmt(stmt);
            for block in by_ref::scopes(stmt).iter().flat_map(|scope| &scope.blocks) {
                self.block(block);
            }
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Let { value, op } => self.op(*value, op),
            Stmt::Split { results, place, .. } => results.iter().for_each(|view| self.link(*view, place.base)),
            Stmt::Store { place, value, old } => {
                old.iter().for_each(|old| self.flow([place.base], *old));
                self.flow([*value], place.base);
            }
            Stmt::Memory(memory) => self.memory(memory),
            Stmt::Branch(branch) => {
                if let On::Arm { arm, values } = &branch.on {
                    self.recorded_arms(*arm, values);
                }
                for (k, result) in branch.results.iter().enumerate() {
                    let yields = branch.arms.iter().map(|arm| (!arm.diverges).then(|| arm.yields[k]));
                    let yields: Vec<Option<Value>> = yields.collect();
                    if yields.iter().flatten().any(|v| self.arms.contains_key(v)) {
                        self.chosen.insert(*result, yields);
                    }
                    for arm in branch.arms.iter().filter(|arm| !arm.diverges) {
                        self.flow([arm.yields[k]], *result);
                        if let Class::View { .. } = self.f[*result].class {
                            self.link(arm.yields[k], *result);
                        }
                    }
                }
            }
            Stmt::Loop(l) => {
                for (c, next) in l.carried.iter().zip(&l.body.yields) {
                    self.flow([c.init, *next], c.param);
                    self.flow([c.param], c.result);
                }
            }
            Stmt::Call(call) => {
                let lists = call.tangents.iter().map(|t| (t.args.iter().flatten().collect::<Vec<_>>(), &t.result));
                for (args, result) in [(call.args.iter().collect(), &call.result)].into_iter().chain(lists) {
                    self.call(&args, &result.leaves());
                }
            }
            Stmt::Declare { acc, init: value } | Stmt::Set { acc, value } | Stmt::Add { acc, value } => self.flow([*value], *acc),
            Stmt::LogRange { log, place } => self.flow([place.base], *log),
            Stmt::UnlogRange { log, place, .. } => self.flow([*log], place.base),
            Stmt::Pull(pull) => {
                for slot in pull.slots.iter().chain(pull.tangents.iter().flat_map(|t| &t.slots)) {
                    if let SlotArg::Cell(bar) = slot {
                        self.mark(*bar);
                    }
                }
            }
            Stmt::RecordPush { record, values } => drop(self.pushed.insert(*record, values.clone())),
            Stmt::RecordRead { record, values, .. } => {
                match self.pushed.get(record).cloned() {
                    Some(pushed) => pushed.into_iter().zip(values).for_each(|(from, to)| self.flow([from], *to)),
                    // Ranges were logged in it.
                    None => values.iter().for_each(|to| self.flow([*record], *to)),
                }
            }
            // Shadows vary anyway.
            Stmt::Observe(_)
            | Stmt::ShadowAdd { .. }
            | Stmt::ShadowAddFrom { .. }
            | Stmt::ShadowClear(_)
            | Stmt::RecordNew { .. }
            | Stmt::RecordPart { .. }
            | Stmt::RecordAt { .. }
            | Stmt::CursorNew { .. }
            | Stmt::Unshare(_)
            | Stmt::Closure(_) => {}
        }
    }

    /// What an arm reads is what it recorded.
    fn recorded_arms(&mut self, arm: Value, values: &[Option<Vec<Value>>]) {
        let Some(chosen) = self.chosen.get(&arm).cloned() else { return };
        for (arm, values) in chosen.iter().zip(values) {
            let recorded = arm.and_then(|arm| self.arms.get(&arm).cloned()).unwrap_or_default();
            recorded.into_iter().zip(values.iter().flatten()).for_each(|(from, to)| self.flow([from], *to));
        }
    }

    fn memory(&mut self, memory: &Memory) {
        match memory {
            Memory::Assign { place, src, old } => {
                old.iter().for_each(|old| self.flow([place.base], *old));
                self.flow([*src], place.base);
            }
            Memory::Fill { place, value } | Memory::Push { place, value } => self.flow([*value], place.base),
            Memory::CopyFrom { place, src } => self.flow([src.base], place.base),
            Memory::Swap { a, b } => self.link(a.base, b.base),
            Memory::SwapElements { .. } => {}
        }
    }

    fn call(&mut self, args: &[&Arg], results: &[Value]) {
        let base = |arg: &Arg| match arg {
            Arg::Value(v) => *v,
            Arg::Borrow { place, .. } => place.base,
        };
        if args.iter().any(|arg| self.varies(base(arg))) {
            let written = args.iter().filter(|arg| matches!(arg, Arg::Borrow { mutable: true, .. }));
            let written: Vec<Value> = written.map(|arg| base(arg)).collect();
            results.iter().copied().chain(written).for_each(|to| self.mark(to));
        }
    }

    fn op(&mut self, value: Value, op: &Op) {
        match op {
            Op::Prim { prim, args } => match prim.rule().kind {
                RuleKind::Pointwise | RuleKind::Linear => self.flow(args.iter().copied(), value),
                RuleKind::Zero => {}
            },
            Op::Select(_, a, b) => self.flow([*a, *b], value),
            Op::Borrow { place, .. } => self.link(value, place.base),
            Op::Load(place) | Op::Take(place) | Op::Peek(place) => self.flow([place.base], value),
            Op::Alloc(alloc) => match alloc {
                Alloc::Scalar(v) | Alloc::Repeat { elem: v, .. } => self.flow([*v], value),
                Alloc::List { elems, .. } => self.flow(elems.iter().copied(), value),
                Alloc::Construct(construct) => {
                    let rest = construct.rest.iter().map(|rest| rest.base);
                    self.flow(construct.fields.iter().map(|(_, from)| *from).chain(rest), value);
                }
                Alloc::Copy { place, .. } => self.flow([place.base], value),
                Alloc::Empty { .. } | Alloc::Opaque(_) => {}
            },
            Op::Move(from) | Op::Read(from) => self.flow([*from], value),
            Op::Zeros(_) => self.mark(value),
            Op::Pullback { args, out, out_bar, tangents, .. } => {
                self.flow(args.iter().chain([out, out_bar]).copied(), value);
                self.flow(tangents.iter().flatten().flatten().copied(), value);
            }
            Op::Pushforward { args, out, dots, tangents, .. } => {
                self.flow(args.iter().chain([out]).copied(), value);
                self.flow(dots.iter().chain(tangents.iter().flatten()).flatten().copied(), value);
            }
            Op::Arm { values, .. } => drop(self.arms.insert(value, values.clone())),
            Op::Opaque(_) | Op::Len(_) | Op::Float(_) | Op::ZeroTangent(_) => {}
        }
    }
}
