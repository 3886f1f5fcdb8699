//! For whose adjoints a pullback looks at a parameter.
//!
//! `out[i] = y[i] + h * k[i]`: the adjoint of `h` needs `k`, that of `k` does not. What a caller does not want is computed all the same
//! where it costs nothing, from whatever lies there, and dropped. So the question is where numbers flow that are read there: they may
//! only do so as floats into adjoints. As soon as an index or a condition depends on them, they are looked at for everything.

use super::{ALWAYS, Looks, Names, bit, is_memory, looked_at};
use crate::ir::visit::Role;
use crate::ir::visit::by_ref::{self, Scope};
use crate::ir::{Arg, Block, Class, Closure, Function, Kind, Mode, Op, Place, SlotArg, Stmt, Tree, Value};
use std::collections::BTreeSet;

/// The bits of the parameters for whose adjoints the pullback looks at parameter `i`.
pub(super) fn looks(f: &Function, names: &Names, looks: &Looks, closure: &Closure, i: usize) -> u64 {
    let param = &f.params[i];
    let root = names.root(param.value);
    if !matches!(param.mode, Mode::Shared | Mode::Mut) {
        return ALWAYS;
    }
    if !looks.itself.contains(&root) && !looks.callees.contains_key(&root) {
        return 0;
    }
    if !is_floats(&f[param.value].kind) {
        return ALWAYS;
    }
    let mut flow = Flow { f, names, source: root, reached: BTreeSet::new(), steers: false };
    loop {
        let known = flow.reached.len();
        flow.block(&closure.body);
        if flow.reached.len() == known || flow.steers {
            break;
        }
    }
    let restored = f.params.iter().any(|param| param.mode == Mode::Mut && flow.reached.contains(&names.root(param.value)));
    if flow.steers || restored {
        return ALWAYS;
    }
    let is_reached = |shadow: &Option<Value>| shadow.is_some_and(|shadow| flow.reached.contains(&names.root(shadow)));
    (0..).zip(&closure.shadows).filter(|(_, shadow)| is_reached(shadow)).fold(0, |all, (j, _)| all | bit(j))
}

fn is_floats(kind: &Kind) -> bool {
    match kind {
        Kind::Ref(_, to) => {
            matches!(&**to, Kind::Array(elem) | Kind::Slice(elem) | Kind::Vec(elem) if **elem == Kind::Float)
        }
        _ => false,
    }
}

struct Flow<'a> {
    f: &'a Function,
    names: &'a Names,
    /// The parameter.
    source: Value,
    /// What depends on its contents.
    reached: BTreeSet<Value>,
    /// Something else than floats does.
    steers: bool,
}

impl Flow<'_> {
    fn depends(&self, v: Value) -> bool {
        let root = self.names.root(v);
        root == self.source || self.reached.contains(&root)
    }

    fn reach(&mut self, v: Value) {
        self.steers |= self.f[v].class == Class::Plain && self.f[v].kind != Kind::Float;
        self.reached.insert(self.names.root(v));
    }

    fn block(&mut self, block: &Block) {
        for stmt in &block.stmts {
            self.stmt(stmt);
            for Scope { uses, blocks, .. } in by_ref::scopes(stmt) {
                self.steers |= uses.into_iter().any(|v| self.depends(*v));
                blocks.into_iter().for_each(|block| self.block(block));
            }
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Pull(pull) => {
                let args = pull.args.iter().any(|arg| {
                    let (Arg::Value(v) | Arg::Borrow { place: Place { base: v, .. }, .. }) = arg;
                    is_memory(self.f, *v) && self.depends(*v)
                });
                let given = |tree: &Tree| tree.leaves().into_iter().any(|v| self.depends(v));
                let slots = pull.slots.iter().any(|slot| matches!(slot, SlotArg::Shadow(place) if self.depends(place.base)));
                if args || slots || given(&pull.out_bar) {
                    for slot in &pull.slots {
                        match slot {
                            SlotArg::None => {}
                            SlotArg::Shadow(Place { base: v, .. }) | SlotArg::Cell(v) => self.reach(*v),
                        }
                    }
                    for arg in &pull.args {
                        if let Arg::Borrow { mutable: true, place } = arg {
                            self.reach(place.base);
                        }
                    }
                }
            }
            Stmt::Branch(branch) => {
                for (result, k) in branch.results.iter().zip(0..) {
                    let arms = branch.arms.iter().filter(|arm| !arm.diverges);
                    if arms.filter_map(|arm| arm.yields.get(k)).any(|v| self.depends(*v)) {
                        self.reach(*result);
                    }
                }
            }
            Stmt::Loop(l) => {
                for (carried, next) in l.carried.iter().zip(&l.body.yields) {
                    if [carried.init, *next, carried.param].into_iter().any(|v| self.depends(v)) {
                        self.reach(carried.param);
                        self.reach(carried.result);
                    }
                }
            }
            stmt => self.plain(stmt),
        }
        let mut steered = false;
        if let Stmt::Branch(_) | Stmt::Loop(_) = stmt {
            // Carried values start from floats, too.
            let carried: BTreeSet<Value> =
                if let Stmt::Loop(l) = stmt { l.carried.iter().map(|c| c.init).collect() } else { BTreeSet::new() };
            by_ref::uses(stmt, &mut |_, v| steered |= !carried.contains(v) && self.depends(*v));
        }
        self.steers |= steered;
    }

    fn plain(&mut self, stmt: &Stmt) {
        let mut depends = false;
        // The program's own tests whether a shadow is wanted do not look into it.
        let is_test = matches!(stmt, Stmt::Let { op: Op::Opaque(_), .. });
        looked_at(stmt, &mut |v| depends |= self.depends(v) && !(is_test && self.f[v].class == Class::Shadow));
        if !depends {
            return;
        }
        if let Stmt::Let { value, op } = stmt {
            self.steers |= matches!(op, Op::Opaque(_));
            return self.reach(*value);
        }
        let mut changed = Vec::new();
        by_ref::defs(stmt, &mut |v| changed.push(*v));
        by_ref::uses(stmt, &mut |role, v| {
            let is_target = is_memory(self.f, *v) || self.f[*v].class == Class::Accumulator;
            changed.extend((role == Role::Name && is_target).then_some(*v));
        });
        changed.into_iter().for_each(|v| self.reach(v));
    }
}
