//! Calls of differentiated functions.
//!
//! Forward: the callee's `forward`, whose pullback is kept. Reverse: the pullback, with the arguments once more (memory in the state
//! after the call, which the pullback rewinds), the adjoint of the result, and a place for the adjoint of each argument.

use super::Sweep;
use crate::analyze::layout::StmtId;
use crate::analyze::memory::is_memory;
use crate::ir::visit::by_mut;
use crate::ir::{
    Arg, Block, Call, Callee, Class, Input, Kind, Op, Partial, Place, Proj, Pull, Shape, SlotArg, Stmt, Tree, Value, ValueData,
    build,
};
use crate::transform::partial::scaled;

impl<'a> Sweep<'a> {
    /// The reverse of a call.
    pub(super) fn reverse_call(&mut self, call: &'a Call, at: StmtId) {
        if let Callee::Ruled(partials) = &call.callee {
            return self.reverse_ruled(call, partials, at);
        }
        let mutable = |arg: &&Arg| matches!(arg, Arg::Borrow { mutable: true, .. });
        let base = |arg: &Arg| match arg {
            Arg::Borrow { place, .. } => place.base,
            Arg::Value(v) => *v,
        };
        let rewinds = call.args.iter().filter(mutable).any(|arg| self.undone(base(arg), at));
        let writes = call.args.iter().filter(mutable).any(|arg| self.activity.active(base(arg)));
        let results = call.result.leaves().into_iter().any(|v| self.activity.active(v));
        if !rewinds && !writes && !results {
            return;
        }
        self.need_args(&call.args, at);
        let is_function = call.callee == Callee::Function;
        if is_function {
            self.need_numbers(&call.args, at);
        }
        let out_bar = self.out_bar(&call.result, at);
        let mut cells = Vec::new();
        let slots = call.args.iter().map(|arg| self.slot(arg, at, &mut cells)).collect();
        let pull = self.pull_of(at);
        let is_method = call.callee == Callee::Method;
        let args = call.args.iter().map(|arg| self.frozen_arg(arg, at)).collect();
        let functions = call.functions.clone();
        self.emit(Stmt::Pull(Box::new(Pull {
            pull,
            is_method,
            is_function,
            args,
            functions,
            out_bar,
            slots,
            tangents: Vec::new(),
        })));
        for (arg, bar) in cells {
            self.add_adjoint(arg, bar);
        }
    }

    /// The reverse of a call whose callee's partial derivatives are known: `x_bar += out_bar * partial`.
    fn reverse_ruled(&mut self, call: &'a Call, partials: &'a [Option<Partial>], at: StmtId) {
        let Tree::Leaf(out) = call.result else { return };
        let Some(out_bar) = self.take_adjoint(out).filter(|_| self.activity.active(out)) else { return };
        self.need_args(&call.args, at);
        for (arg, partial) in call.args.iter().zip(partials) {
            let Some(partial) = partial else { continue };
            let (Arg::Value(x) | Arg::Borrow { place: Place { base: x, .. }, .. }) = arg;
            if !self.activity.active(*x) {
                continue;
            }
            for input in &partial.inputs {
                match input {
                    Input::Out => self.need(out, at),
                    Input::Arg(k) => match &call.args[*k] {
                        Arg::Value(v) if !is_memory(self.f, *v) => self.need(*v, at),
                        Arg::Value(_) | Arg::Borrow { .. } => {}
                    },
                }
            }
            let value = self.with_builder(|b| scaled(b, call, partial, out_bar));
            match arg {
                Arg::Value(x) => self.add_adjoint(*x, value),
                Arg::Borrow { place, .. } => {
                    let place = self.shadow_place(place, at);
                    self.emit(Stmt::ShadowAdd { place, value });
                }
            }
        }
    }

    /// The callee's pullback, kept where the call stands.
    fn pull_of(&mut self, at: StmtId) -> Value {
        if let Some(pull) = self.pulls.get(&at) {
            return *pull;
        }
        let pull = self.fresh("pull", Class::Pull, Kind::Passive);
        self.pulls.insert(at, pull);
        self.keep_in(pull, self.layout.block[at as usize]);
        pull
    }

    /// The adjoint of the result; `()` for what carries none.
    fn out_bar(&mut self, result: &Tree, at: StmtId) -> Tree {
        match result {
            Tree::Unit => Tree::Unit,
            Tree::Tuple(parts) => Tree::Tuple(parts.iter().map(|part| self.part_bar(part, at)).collect()),
            Tree::Leaf(v) if self.f[*v].class != Class::Plain => Tree::Leaf(self.shadow_made(*v, at)),
            Tree::Leaf(v) if self.f[*v].kind.is_inactive() => Tree::Unit,
            Tree::Leaf(v) => Tree::Leaf(self.take_adjoint_or_zero(*v)),
        }
    }

    /// The adjoint of a result as it was returned: what was pushed later is not the callee's.
    fn shadow_made(&mut self, result: Value, at: StmtId) -> Value {
        let shadow = self.shadow(result, at);
        let Some(len) = self.length_made(result, at) else {
            return if self.is_part(shadow) { self.movable_shadow(result, at) } else { shadow };
        };
        let name = self.bar_name(result);
        let part = self.fresh(&name, Class::Shadow, self.f[result].kind.clone());
        let cut = Proj::Range { lo: None, hi: Some(len), inclusive: false };
        let shape = match &self.f[result].kind {
            Kind::Vec(element) if **element == Kind::Float => Shape::Vec(len),
            _ => {
                self.name_memory(result, at, false);
                Shape::Like(Place { base: result, proj: vec![cut.clone()] })
            }
        };
        self.emit(Stmt::Let { value: part, op: Op::Zeros(shape) });
        let from = Place { base: shadow, proj: vec![cut] };
        self.take_from(part, from);
        part
    }

    /// A part of a tuple, which owns it.
    fn part_bar(&mut self, part: &Tree, at: StmtId) -> Tree {
        match part {
            Tree::Leaf(v) if self.f[*v].class != Class::Plain => {
                let grows = self.length_made(*v, at).is_some();
                Tree::Leaf(if grows { self.shadow_made(*v, at) } else { self.movable_shadow(*v, at) })
            }
            part => self.out_bar(part, at),
        }
    }

    fn slot(&mut self, arg: &Arg, at: StmtId, cells: &mut Vec<(Value, Value)>) -> SlotArg {
        match arg {
            Arg::Value(v) if !self.activity.active(*v) => SlotArg::None,
            Arg::Value(v) if is_memory(self.f, *v) => SlotArg::Shadow(Place::whole(self.shadow(*v, at))),
            Arg::Value(v) => {
                let name = self.bar_name(*v);
                let bar = self.fresh(&name, Class::Plain, Kind::Float);
                cells.push((*v, bar));
                SlotArg::Cell(bar)
            }
            Arg::Borrow { place, .. } if !self.activity.active(place.base) => SlotArg::None,
            Arg::Borrow { mutable, place } => {
                let place = self.lent(*mutable, place, at);
                SlotArg::Shadow(self.shadow_place(&place, at))
            }
        }
    }

    /// The forward sweep of a call.
    pub(super) fn forward_call(&mut self, call: &'a Call, at: StmtId) -> Stmt {
        Stmt::Call(Box::new(Call { pull: self.pulls.get(&at).copied(), ..call.clone() }))
    }
}

/// Calls with function values name a pullback, used or not: of a function value there is nothing to call but its derivatives.
pub(super) fn name_pullbacks(values: &mut Vec<ValueData>, block: &mut Block) {
    for stmt in &mut block.stmts {
        if let Stmt::Call(call) = stmt
            && call.has_code()
        {
            let unused = || build::fresh(values, "pull", Class::Pull, Kind::Passive, proc_macro2::Span::mixed_site());
            call.pull = Some(call.pull.unwrap_or_else(unused));
        }
        for scope in by_mut::scopes(stmt) {
            scope.blocks.into_iter().for_each(|block| name_pullbacks(values, block));
        }
    }
}
