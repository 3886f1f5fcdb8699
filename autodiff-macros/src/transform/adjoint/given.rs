//! What a pullback computes again from what it has anyway.
//!
//! A pullback that is called in a loop is recorded there with all that it captured. So of `t = (-x).exp(); b = 1.0 + t; y = 1.0 / b` it
//! captures `t`, and computes `b` and `y` from that.

use super::Sweep;
use crate::analyze::layout::StmtId;
use crate::analyze::memory::is_memory;
use crate::analyze::record;
use crate::ir::{Class, Mode, Op, Opaque, Place, Value};
use std::collections::BTreeSet;

impl Sweep<'_> {
    /// Whether a number of the function's body follows, cheaply, from what the reverse sweep has captured in the round before, and
    /// from parameters.
    pub(super) fn follows(&self, value: Value, op: &Op, def: StmtId, at: StmtId) -> bool {
        let data = &self.f[value];
        if data.class != Class::Plain || !data.kind.is_scalar() || !record::repeatable(self.f, op) {
            return false;
        }
        match op {
            Op::Prim { args, .. } => self.all_given(args.iter().copied()),
            Op::Select(c, a, b) => self.all_given([*c, *a, *b]),
            Op::Opaque(opaque) => self.all_given(opaque.uses.iter().map(|(_, v)| *v)),
            Op::Load(place) => self.is_given(place) && self.can_repeat(value, def, at),
            _ => false,
        }
    }

    /// Captured, or written down; of parameters by value, which would have to be captured in place of the result, at most one.
    fn all_given(&self, operands: impl IntoIterator<Item = Value>) -> bool {
        let mut params = BTreeSet::new();
        for v in operands {
            let is_literal =
                || matches!(self.layout.op_of(v), Some(Op::Opaque(Opaque { uses, pure_: true, .. })) if uses.is_empty());
            if is_memory(self.f, v) || self.f[v].class != Class::Plain {
                return false;
            }
            if self.layout.def[v.0 as usize].is_none() {
                params.insert(v);
            } else if !self.record.wanted.contains(&v) && !is_literal() {
                return false;
            }
        }
        params.len() <= 1
    }

    /// Memory that the caller passes again, and that is not written to.
    fn is_given(&self, place: &Place) -> bool {
        let is_passed = self.f.params.iter().any(|p| p.value == place.base && p.mode == Mode::Shared);
        let is_fixed = self.memory.writes(self.memory.class(place.base)).is_empty();
        is_passed && is_fixed && self.all_given(place.operands())
    }
}
