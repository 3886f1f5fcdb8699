//! Tangents of calls, and of what callees' pullbacks are handed.

use super::{Tangent, zero};
use crate::ir::build::Builder;
use crate::ir::{Arg, Call, Callee, Class, Kind, Op, Partial, Proj, Pull, SlotArg, Stmt, TangentCall, TangentPull, Tree, Value};
use crate::transform::partial::{operator, scaled};

impl Tangent<'_> {
    /// A call with anything that varies becomes a call of the callee's tangent program; any other is left alone.
    pub(super) fn call(&mut self, b: &mut Builder<'_>, call: &Call) {
        if let Callee::Ruled(partials) = &call.callee {
            return self.ruled(b, call, partials);
        }
        let varies =
            call.result.leaves().into_iter().any(|value| self.dotted(value)) || call.args.iter().any(|arg| self.varies(arg));
        // Of a function value there is nothing to call but its derivatives, even if they are zero.
        if !varies && (!call.has_code() || call.pull.is_some()) {
            b.push(Stmt::Call(Box::new(call.clone())));
            return;
        }
        self.doubled_pulls.extend(call.pull);
        let mut tangents = call.tangents.clone();
        let args = call.args.iter().map(|arg| self.argument(b, arg)).collect();
        tangents.push(TangentCall { args, result: self.call_result(b, &call.result) });
        for t in &call.tangents {
            let args = t.args.iter().map(|arg| self.argument(b, arg.as_ref()?)).collect();
            tangents.push(TangentCall { args, result: self.call_result(b, &t.result) });
        }
        b.push(Stmt::Call(Box::new(Call { tangents, ..call.clone() })));
    }

    /// A pullback, which takes tangents if the callee's forward sweep did.
    pub(super) fn pull(&mut self, b: &mut Builder<'_>, pull: &Pull) {
        if !self.doubled_pulls.contains(&pull.pull) {
            return b.push(Stmt::Pull(Box::new(pull.clone())));
        }
        let mut tangents = pull.tangents.clone();
        let args = pull.args.iter().map(|arg| self.again(arg)).collect();
        tangents.push(self.tangent_pull(b, args, &pull.out_bar, &pull.slots));
        for t in &pull.tangents {
            let args = t.args.iter().map(|arg| self.again(arg.as_ref()?)).collect();
            tangents.push(self.tangent_pull(b, args, &t.out_bar, &t.slots));
        }
        b.push(Stmt::Pull(Box::new(Pull { tangents, ..pull.clone() })));
    }

    fn tangent_pull(&mut self, b: &mut Builder<'_>, args: Vec<Option<Arg>>, out_bar: &Tree, slots: &[SlotArg]) -> TangentPull {
        let out_bar = self.cotangent(b, out_bar);
        let slots = slots.iter().map(|slot| match slot {
            SlotArg::None => SlotArg::None,
            SlotArg::Shadow(place) => self.place(place).map_or(SlotArg::None, SlotArg::Shadow),
            SlotArg::Cell(v) => {
                self.forget(*v);
                SlotArg::Cell(self.fresh_again(b, *v))
            }
        });
        let slots = slots.collect();
        TangentPull { args, out_bar, slots }
    }

    /// The tangent of an argument that a pullback is handed again; scalars it has captured.
    fn again(&mut self, arg: &Arg) -> Option<Arg> {
        match arg {
            Arg::Value(value) => self.dot(*value).map(Arg::Value),
            Arg::Borrow { mutable, place } => {
                let dot = self.place(place).filter(|_| !self.kind(place).is_inactive());
                dot.map(|place| Arg::Borrow { mutable: *mutable, place })
            }
        }
    }

    fn cotangent(&mut self, b: &mut Builder<'_>, out_bar: &Tree) -> Tree {
        match out_bar {
            Tree::Unit => Tree::Unit,
            Tree::Leaf(value) => Tree::Leaf(self.dot_or_zero(b, *value, &self.f[*value].kind)),
            Tree::Tuple(parts) => Tree::Tuple(parts.iter().map(|part| self.cotangent(b, part)).collect()),
        }
    }

    /// A call whose callee's partial derivatives are known: `out_dot = Σ partial * dot`.
    fn ruled(&mut self, b: &mut Builder<'_>, call: &Call, partials: &[Option<Partial>]) {
        b.push(Stmt::Call(Box::new(call.clone())));
        let Tree::Leaf(out) = call.result else { return };
        let mut sum = None;
        for (arg, partial) in call.args.iter().zip(partials) {
            let (Some(partial), Some(dot)) = (partial, self.float_dot(b, arg)) else { continue };
            let term = scaled(b, call, partial, dot);
            sum = Some(match sum {
                None => term,
                Some(sum) => operator(b, "+", sum, term),
            });
        }
        if let Some(sum) = sum {
            b.values[sum.0 as usize].name = format!("{}{}", self.f[out].name.trim_start_matches("r#"), self.suffix);
            self.set(out, sum);
        }
    }

    /// The tangent of a float, passed by value or by reference.
    fn float_dot(&mut self, b: &mut Builder<'_>, arg: &Arg) -> Option<Value> {
        match arg {
            Arg::Value(value) => self.dot(*value),
            Arg::Borrow { place, .. } => {
                let mut place = self.place(place).filter(|_| !self.kind(place).is_inactive())?;
                place.proj.push(Proj::Deref);
                let dot = b.let_("t_dot", Kind::Float, Op::Load(place));
                b.values[dot.0 as usize].tangent = true;
                Some(dot)
            }
        }
    }

    fn varies(&self, arg: &Arg) -> bool {
        match arg {
            Arg::Value(value) => self.dotted(*value),
            Arg::Borrow { place, .. } => self.dotted(place.base) && !self.kind(place).is_inactive(),
        }
    }

    /// The tangent of an argument. `None` says that it is zero, or that there is none: integers, and constants of unknown type.
    fn argument(&mut self, b: &mut Builder<'_>, arg: &Arg) -> Option<Arg> {
        match arg {
            Arg::Value(value) => {
                let known = self.f[*value].kind == Kind::Float;
                let dot = self.dot(*value).or_else(|| known.then(|| zero(b)));
                dot.map(Arg::Value)
            }
            Arg::Borrow { mutable, place } => {
                let dot = self.place(place).filter(|_| !self.kind(place).is_inactive());
                dot.map(|place| Arg::Borrow { mutable: *mutable, place })
            }
        }
    }

    fn call_result(&mut self, b: &mut Builder<'_>, result: &Tree) -> Tree {
        match result {
            Tree::Unit => Tree::Unit,
            Tree::Leaf(value) => match self.f[*value].kind {
                Kind::Integer | Kind::Bool | Kind::Unit => Tree::Unit,
                Kind::Passive => Tree::Leaf(b.fresh("unused", Class::Owner, Kind::Unknown)),
                Kind::Float | Kind::Array(_) | Kind::Slice(_) | Kind::Vec(_) | Kind::Tuple(_) | Kind::Ref(..) | Kind::Unknown => {
                    let dot = self.fresh_dot(b, *value);
                    self.set(*value, dot);
                    Tree::Leaf(dot)
                }
            },
            Tree::Tuple(parts) => Tree::Tuple(parts.iter().map(|part| self.call_result(b, part)).collect()),
        }
    }
}
