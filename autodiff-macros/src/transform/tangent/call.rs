//! Tangents of calls.

use super::Tangent;
use crate::ir::build::Builder;
use crate::ir::{Arg, Call, Class, Kind, Stmt, TangentCall, Tree};

impl Tangent<'_> {
    /// A call with anything that varies becomes a call of the callee's tangent program; any other is left alone.
    pub(super) fn call(&mut self, b: &mut Builder<'_>, call: &Call) {
        if call.pull.is_some() {
            self.second_order("a call of a callee's `forward`");
        }
        let varies =
            call.result.leaves().into_iter().any(|value| self.dotted(value)) || call.args.iter().any(|arg| self.varies(arg));
        if !varies {
            b.push(Stmt::Call(Box::new(call.clone())));
            return;
        }
        let args = call.args.iter().map(|arg| self.argument(b, arg)).collect();
        let result = self.call_result(b, &call.result);
        b.push(Stmt::Call(Box::new(Call { tangent: Some(TangentCall { args, result }), ..call.clone() })));
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
                let dot = self.dot(*value).or_else(|| known.then(|| b.float(0.0)));
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
