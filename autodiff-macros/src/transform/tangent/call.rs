//! Tangents of calls.

use super::Tangent;
use crate::ir::build::Builder;
use crate::ir::{Arg, Call, Class, Kind, Place, Stmt, TangentCall, Tree, Value};

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

    /// The tangent of an argument; `None` for integers and the like. A constant gets a zero, since the callee's parameter
    /// may be differentiable.
    fn argument(&mut self, b: &mut Builder<'_>, arg: &Arg) -> Option<Arg> {
        match arg {
            Arg::Value(value) => {
                let kind = &self.f[*value].kind;
                self.may_have_slot(*value, kind).then(|| Arg::Value(self.dot_or_zero(b, *value, kind)))
            }
            Arg::Borrow { mutable, place } => {
                if !self.may_have_slot(place.base, &self.kind(place)) {
                    return None;
                }
                let place = self.place(place).unwrap_or_else(|| {
                    let zero = self.zero_owner(b, place.clone(), place.base);
                    b.values[zero.0 as usize].mutable = *mutable;
                    Place::whole(zero)
                });
                Some(Arg::Borrow { mutable: *mutable, place })
            }
        }
    }

    /// The callee may want a tangent. What is inactive only as far as this function can see ([`Kind::Passive`], a constant of
    /// unknown type) may well be a float; a parameter of that kind is something like a string by its type.
    fn may_have_slot(&self, base: Value, kind: &Kind) -> bool {
        let is_param = self.f.params.iter().any(|param| param.value == base);
        !kind.is_inactive() || (*kind == Kind::Passive && !is_param)
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
