//! One load for several of the same element, and none for what has just been stored; one index for several that are the same.
//!
//! `scaled[j] * scaled[j]` loads twice what cannot differ; as one value it is recorded once. After `centred[j] = e`, what is loaded from
//! there is `e`, so that the reverse sweep need not look into the array for it. Only within a block, and only while nothing else
//! is written to that memory.

use crate::analyze::affine::{Forms, Step};
use crate::analyze::memory::{ClassId, writes};
use crate::analyze::sizes::arithmetic;
use crate::analyze::{Layout, Memory};
use crate::ir::visit::by_mut;
use crate::ir::{Block, Class, Function, Kind, Op, Opaque, Stmt, Value};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

/// Replaces repeated loads of plain values.
pub fn share(f: &Function) -> Function {
    let layout = Layout::new(f);
    let memory = Memory::new(f, &layout);
    let mut out = f.clone();
    let typed = f.params.iter().map(|p| p.value).filter(|v| f[*v].class == Class::Plain && f[*v].kind == Kind::Float).collect();
    let mut pass = Share { f, memory: &memory, forms: Forms::default(), typed, names: HashMap::new() };
    pass.block(&mut out.body);
    if !pass.names.is_empty() {
        rename(&mut out.body, &pass.names);
        by_mut::tree(&mut out.result, &mut |_, v| *v = pass.names.get(v).copied().unwrap_or(*v));
    }
    out
}

struct Share<'a> {
    f: &'a Function,
    memory: &'a Memory,
    forms: Forms,
    /// See [`Share::note_type`].
    typed: HashSet<Value>,
    /// For a value that is loaded again the one that stands for it.
    names: HashMap<Value, Value>,
}

/// Loads that are still good, by what they load.
type Loads = HashMap<(Value, Vec<Step>), Value>;

/// Integers computed so far, by expression and operands.
type Sums = HashMap<(String, Vec<Value>), Value>;

impl Share<'_> {
    /// An integer that the block has computed before, by the same expression.
    fn is_there(&mut self, stmt: &mut Stmt, sums: &mut Sums) -> bool {
        let Stmt::Let { value, op: Op::Opaque(Opaque { expr, uses, pure_: true, writes: false }) } = stmt else { return false };
        // The operands tell the type: the same literals may be of several.
        let typed = !uses.is_empty() && arithmetic(expr, &mut Vec::new());
        if self.f[*value].kind != Kind::Integer || !matches!(expr, syn::Expr::Binary(_)) || !typed {
            return false;
        }
        let operands = uses.iter().map(|(_, v)| self.names.get(v).copied().unwrap_or(*v)).collect::<Vec<_>>();
        if operands.iter().any(|v| self.f[*v].class != Class::Plain) {
            return false;
        }
        match sums.entry((quote::quote!(#expr).to_string(), operands)) {
            Entry::Occupied(first) => {
                self.names.insert(*value, *first.get());
                true
            }
            Entry::Vacant(entry) => {
                entry.insert(*value);
                false
            }
        }
    }

    fn block(&mut self, block: &mut Block) {
        let (mut loads, mut sums) = (Loads::new(), Sums::new());
        block.stmts.retain_mut(|stmt| !self.is_there(stmt, &mut sums) && self.keeps(stmt, &mut loads));
    }

    /// False for a load of what is there already.
    fn keeps(&mut self, stmt: &mut Stmt, loads: &mut Loads) -> bool {
        if let Stmt::Let { value, op } = stmt {
            self.forms.learn(*value, op);
            self.note_type(*value, op);
            if let Op::Load(place) = op
                && self.f[*value].class == Class::Plain
            {
                let key = (place.base, self.forms.steps(place));
                match loads.get(&key) {
                    Some(first) if self.f[*first].kind == self.f[*value].kind => {
                        let first = self.names.get(first).copied().unwrap_or(*first);
                        self.names.insert(*value, first);
                        return false;
                    }
                    Some(_) | None => drop(loads.insert(key, *value)),
                }
            }
        }
        let mut written = HashSet::new();
        self.written(stmt, &mut written);
        if !written.is_empty() {
            loads.retain(|(base, _), _| !written.contains(&self.memory.class(*base)));
        }
        if let Stmt::Store { place, value, .. } = stmt
            && self.typed.contains(value)
        {
            loads.insert((place.base, self.forms.steps(place)), *value);
        }
        by_mut::scopes(stmt).into_iter().flat_map(|scope| scope.blocks).for_each(|block| self.block(block));
        true
    }

    /// Notes floats whose type is known without the array that they are stored to: unsuffixed literals have it from there.
    fn note_type(&mut self, value: Value, op: &Op) {
        let typed = match op {
            Op::Load(_) => true,
            Op::Prim { args, .. } => args.iter().any(|arg| self.typed.contains(arg)),
            _ => false,
        };
        if typed && self.f[value].class == Class::Plain && self.f[value].kind == Kind::Float {
            self.typed.insert(value);
        }
    }

    /// The memory that a statement writes to, nested statements included.
    fn written(&self, stmt: &Stmt, all: &mut HashSet<ClassId>) {
        all.extend(writes(&self.f.values, stmt).into_iter().map(|(base, _)| self.memory.class(base)));
        stmt.blocks().into_iter().flat_map(|block| &block.stmts).for_each(|stmt| self.written(stmt, all));
    }
}

fn rename(block: &mut Block, names: &HashMap<Value, Value>) {
    let new = |v: &mut Value| *v = names.get(v).copied().unwrap_or(*v);
    for stmt in &mut block.stmts {
        by_mut::uses(stmt, &mut |_, v| new(v));
        for scope in by_mut::scopes(stmt) {
            scope.uses.into_iter().for_each(new);
            scope.blocks.into_iter().for_each(|block| rename(block, names));
        }
    }
    block.yields.iter_mut().for_each(new);
}
