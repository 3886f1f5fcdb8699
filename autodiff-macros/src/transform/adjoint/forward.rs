//! The forward sweep: the user's program, and what the reverse sweep has asked for.

use super::{Adjoined, Sweep, moved_rest};
use crate::analyze::layout::{BlockId, StmtId};
use crate::errors::Errors;
use crate::ir::{Alloc, Block, Class, Construct, Function, Header, Kind, Memory, Op, Place, Stmt, Tree, Value};
use crate::transform::late;
use std::collections::HashMap;

impl<'a> Sweep<'a> {
    /// Puts the forward sweep before the closure that [`Sweep::reverse`] has left.
    pub(super) fn finish(mut self, errors: &mut Errors) -> Adjoined {
        self.report(errors);
        let Some(mut closure) = self.close().stmts.pop() else { unreachable!("`reverse` leaves the closure") };
        if let Stmt::Closure(closure) = &mut closure {
            let homes = self.records.iter().map(|(home, (record, _))| (*record, *home)).collect();
            self.fill_block(&mut closure.body, &homes);
            late::settle(&mut self.values, &mut closure.body);
        }
        self.open(0);
        self.copy_lent();
        self.forward_block(&self.f.body, 0, 0);
        let result = self.consume_tree(&self.f.result);
        self.emit(closure);
        let mut body = Block { stmts: self.close().stmts, yields: Vec::new(), diverges: self.f.body.diverges };
        super::call::name_pullbacks(&mut self.values, &mut body);
        let recorded = self.summary();
        let Function { params, result_ty, dots, result_dots, values: _, body: _, result: _, cotangents: _ } = self.f;
        let function = Function {
            values: self.values,
            params: params.clone(),
            body,
            result,
            result_ty: result_ty.clone(),
            dots: dots.clone(),
            result_dots: result_dots.clone(),
            cotangents: None,
        };
        Adjoined { function, classes: self.shadow_classes, recorded }
    }

    /// Appends the forward sweep of a block to the innermost level.
    pub(super) fn forward_block(&mut self, block: &'a Block, home: BlockId, first: StmtId) {
        let mut at = first;
        for stmt in &block.stmts {
            if home == 0 {
                self.open_records(at);
            }
            self.note_lengths(at, false);
            self.log_bulk(at);
            let forward = self.forward_stmt(stmt, at);
            self.emit(forward);
            self.note_lengths(at, true);
            self.note_choice(stmt, at);
            self.seek_running(stmt, at);
            at = self.layout.end[at as usize];
        }
    }

    /// Records of the loops in a statement of the function's body are declared right before it.
    fn open_records(&mut self, at: StmtId) {
        // What lies within a statement is numbered without gaps.
        let first = self.layout.nested[at as usize].first().copied().unwrap_or(BlockId::MAX);
        let within =
            |home: &BlockId| self.layout.blocks[*home as usize].owner.is_some_and(|owner| self.layout.contains(at, owner));
        let records: Vec<(BlockId, Value)> =
            self.records.range(first..).take_while(|(home, _)| within(home)).map(|(home, (r, _))| (*home, *r)).collect();
        let logs = self.bulk.range(at..self.layout.end[at as usize]).map(|(_, bulk)| bulk);
        let logs: Vec<(BlockId, Value)> = logs.map(|bulk| (self.layout.nested[bulk.at as usize][0], bulk.log)).collect();
        // A log of ranges gets an element for each iteration, as a record does.
        for (home, record) in records.into_iter().chain(logs) {
            let capacity = self.capacity(at, home);
            self.emit(Stmt::RecordNew { record, capacity });
        }
    }

    fn forward_stmt(&mut self, stmt: &'a Stmt, at: StmtId) -> Stmt {
        match stmt {
            Stmt::Branch(branch) => self.forward_branch(branch, at),
            Stmt::Loop(l) => self.forward_loop(l, at),
            Stmt::Call(call) => self.forward_call(call, at),
            Stmt::Store { place, value, .. } => {
                Stmt::Store { place: place.clone(), value: *value, old: self.olds.get(&at).copied() }
            }
            Stmt::Memory(memory) => self.forward_memory(memory, at),
            Stmt::Let { value, op } => Stmt::Let { value: *value, op: self.forward_op(op) },
            other => other.clone(),
        }
    }

    fn forward_memory(&mut self, memory: &'a Memory, at: StmtId) -> Stmt {
        if let (Some(copy), Memory::Fill { place, .. } | Memory::CopyFrom { place, .. }) = (self.copies.get(&at), memory) {
            let op = self.saved(place.clone());
            let stmt = Stmt::Let { value: *copy, op };
            self.emit(stmt);
        }
        Stmt::Memory(match memory {
            Memory::Assign { place, src, .. } => {
                Memory::Assign { place: place.clone(), src: self.consume(*src), old: self.olds.get(&at).copied() }
            }
            Memory::Push { place, value } => Memory::Push { place: place.clone(), value: self.consume(*value) },
            Memory::Fill { .. } | Memory::CopyFrom { .. } | Memory::Swap { .. } | Memory::SwapElements { .. } => memory.clone(),
        })
    }

    fn forward_op(&mut self, op: &'a Op) -> Op {
        match op {
            Op::Move(from) => Op::Move(self.consume(*from)),
            Op::Alloc(Alloc::Repeat { elem, len, vec }) => {
                Op::Alloc(Alloc::Repeat { elem: self.consume(*elem), len: *len, vec: *vec })
            }
            Op::Alloc(Alloc::List { elems, form }) => {
                Op::Alloc(Alloc::List { elems: elems.iter().map(|e| self.consume(*e)).collect(), form: *form })
            }
            Op::Alloc(Alloc::Construct(construct)) => Op::Alloc(Alloc::Construct(self.forward_construct(construct))),
            other => other.clone(),
        }
    }

    fn forward_construct(&mut self, construct: &Construct) -> Construct {
        let fields = construct.fields.iter().map(|(member, value)| (member.clone(), self.consume(*value))).collect();
        let rest = match moved_rest(self.f, construct) {
            Some(owner) => Some(Place::whole(self.consume(owner))),
            None => construct.rest.clone(),
        };
        Construct { fields, rest, ..construct.clone() }
    }

    /// Where the forward sweep gives an owner away that the reverse sweep needs, it gives a copy.
    pub(super) fn consume(&mut self, owner: Value) -> Value {
        if !self.rescued.contains(&owner) {
            return owner;
        }
        let name = self.name(owner);
        let copy = self.fresh(&name, Class::Owner, self.f[owner].kind.clone());
        let (place, method) = (Place::whole(owner), Some(syn::parse_quote!(clone)));
        let is_unseen =
            self.f[owner].kind == Kind::Unknown && matches!(self.layout.op_of(owner), Some(Op::Alloc(Alloc::Opaque(_))));
        // Where the type is told by later uses (`"a".into()`), a method cannot be called yet.
        let op = if is_unseen { Op::Load(place) } else { Op::Alloc(Alloc::Copy { place, method }) };
        self.emit(Stmt::Let { value: copy, op });
        copy
    }

    fn consume_tree(&mut self, tree: &Tree) -> Tree {
        match tree {
            Tree::Unit => Tree::Unit,
            Tree::Leaf(v) => Tree::Leaf(self.consume(*v)),
            Tree::Tuple(parts) => Tree::Tuple(parts.iter().map(|p| self.consume_tree(p)).collect()),
        }
    }

    /// The values that a block records, in a fixed order.
    pub(super) fn recorded_in(&self, home: BlockId) -> Vec<Value> {
        self.kept.get(&home).into_iter().flatten().copied().collect()
    }

    /// Completes the reverse sweep: what iterations and arms read was not known before its end.
    fn fill_block(&self, block: &mut Block, homes: &HashMap<Value, BlockId>) {
        let mut unshared = Vec::new();
        for stmt in &mut block.stmts {
            match stmt {
                Stmt::RecordRead { record, values, .. } => {
                    *values = homes.get(record).map(|home| self.recorded_in(*home)).unwrap_or_default();
                    unshared.extend(values.iter().filter(|v| self.is_unshared(**v)).map(|v| Stmt::Unshare(*v)));
                }
                Stmt::Branch(branch) => {
                    self.fill_arm(&mut branch.on);
                    let unshared = self.unshared_in(&branch.on);
                    for (arm, unshared) in branch.arms.iter_mut().zip(unshared) {
                        self.fill_block(arm, homes);
                        arm.stmts.splice(0..0, unshared);
                    }
                }
                Stmt::Loop(l) => self.fill_block(&mut l.body, homes),
                _ => {}
            }
        }
        // The record is read first of all.
        block.stmts.splice(unshared.len().min(1)..unshared.len().min(1), unshared);
    }

    fn unshared_in(&self, on: &crate::ir::On) -> Vec<Vec<Stmt>> {
        match on {
            crate::ir::On::If(_) => vec![Vec::new(); 2],
            crate::ir::On::Match { patterns, .. } => vec![Vec::new(); patterns.len()],
            crate::ir::On::Arm { values, .. } => {
                let owners = |values: &Option<Vec<Value>>| {
                    let values = values.iter().flatten().filter(|v| self.is_unshared(**v));
                    values.map(|v| Stmt::Unshare(*v)).collect()
                };
                values.iter().map(owners).collect()
            }
        }
    }

    /// Memory that the reverse sweep needs in an earlier state, and that is modified in a way that cannot be undone.
    fn report(&self, errors: &mut Errors) {
        for at in &self.stuck {
            if let Stmt::Memory(Memory::Push { value, .. }) = self.layout.stmts[*at as usize] {
                errors.push(
                    self.f[*value].span,
                    "a `Vec` of the caller's is appended to, whose derivative cannot change its length",
                    "return the new elements, or take a slice that is long enough and store to it",
                );
            }
            if let Stmt::Observe(opaque) | Stmt::Let { op: Op::Opaque(opaque), .. } = self.layout.stmts[*at as usize] {
                // What the expression is made of may be the lowering's own.
                let told: &dyn quote::ToTokens = match &opaque.expr {
                    syn::Expr::MethodCall(call) => &call.method,
                    other => other,
                };
                errors.push_spanned(
                    told,
                    "this changes memory that the reverse sweep needs as it was before, and cannot be undone",
                    "modify the memory by stores (`a[i] = …`), or work on a copy",
                );
            }
        }
    }

    /// For tests: what is recorded.
    fn summary(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (home, kept) in &self.kept {
            let names: Vec<String> = kept.iter().map(|v| self.name(*v)).collect();
            let Some(owner) = self.layout.blocks[*home as usize].owner else {
                continue;
            };
            let what = match self.layout.stmts[owner as usize] {
                Stmt::Loop(l) => match &l.header {
                    Header::Range { index, .. } => format!("for {}", self.name(*index)),
                    Header::While(_) => "while".to_owned(),
                    Header::Forever | Header::Times(_) => "loop".to_owned(),
                    Header::Items { .. } => "for items".to_owned(),
                },
                _ => "branch".to_owned(),
            };
            lines.push(format!("{what}: {}", names.join(", ")));
        }
        lines.extend(self.bulk.values().map(|bulk| format!("range of {}", self.name(bulk.place.base))));
        lines
    }
}
