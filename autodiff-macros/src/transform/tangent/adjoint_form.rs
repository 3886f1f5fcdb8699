//! Tangents of statements that only adjoint programs have. What they do is linear, or copies.

use super::Tangent;
use crate::ir::build::Builder;
use crate::ir::{Block, Class, Closure, Kind, Op, PrimalSlot, Stmt, TangentClosure, Value};

impl Tangent<'_> {
    /// An adjoint program's own statement and its tangent. Records hold the tangents beside the values; those of ranges and
    /// their cursors are mirrored.
    pub(super) fn adjoint_form(&mut self, b: &mut Builder<'_>, stmt: &Stmt) {
        let mirrored = match stmt {
            Stmt::RecordPush { record, values } => {
                let values = self.doubled(b, values);
                return b.push(Stmt::RecordPush { record: *record, values });
            }
            // Ranges were logged in it.
            Stmt::RecordRead { record, cursor, values } if self.dot(*record).is_some() => {
                let dots = self.dot(*record).zip(self.dot(*cursor));
                dots.map(|(record, cursor)| Stmt::RecordRead { record, cursor, values: self.defined_again(b, values) })
            }
            Stmt::RecordRead { record, cursor, values } => {
                let dots = self.defined_again(b, &self.only_dotted(values));
                let values = [&values[..], &dots].concat();
                return b.push(Stmt::RecordRead { record: *record, cursor: *cursor, values });
            }
            Stmt::RecordPart { .. } | Stmt::RecordAt { .. } => unreachable!("loops are taken apart last"),
            Stmt::Declare { acc, init } => {
                let init = self.dotted(*acc).then(|| self.dot_or_zero(b, *init, &Kind::Float));
                init.map(|init| Stmt::Declare { acc: self.fresh_again(b, *acc), init })
            }
            Stmt::Set { acc, value } => {
                self.dot(*acc).map(|acc| Stmt::Set { acc, value: self.dot_or_zero(b, *value, &Kind::Float) })
            }
            Stmt::Add { acc, value } => self.dot(*acc).zip(self.dot(*value)).map(|(acc, value)| Stmt::Add { acc, value }),
            Stmt::ShadowAdd { place, value } => {
                self.place(place).zip(self.dot(*value)).map(|(place, value)| Stmt::ShadowAdd { place, value })
            }
            Stmt::ShadowAddFrom { to, from, take } => {
                self.place(to).zip(self.place(from)).map(|(to, from)| Stmt::ShadowAddFrom { to, from, take: *take })
            }
            Stmt::ShadowClear(place) => self.place(place).map(Stmt::ShadowClear),
            Stmt::RecordNew { record, capacity } => {
                self.dotted(*record).then(|| Stmt::RecordNew { record: self.fresh_again(b, *record), capacity: *capacity })
            }
            Stmt::CursorNew { cursor, record } => {
                self.dot(*record).map(|record| Stmt::CursorNew { cursor: self.fresh_again(b, *cursor), record })
            }
            Stmt::LogRange { log, place } => {
                self.dot(*log).zip(self.place(place)).map(|(log, place)| Stmt::LogRange { log, place })
            }
            Stmt::UnlogRange { log, cursor, place } => {
                let dots = self.dot(*log).zip(self.dot(*cursor)).zip(self.place(place));
                dots.map(|((log, cursor), place)| Stmt::UnlogRange { log, cursor, place })
            }
            Stmt::Unshare(value) => self.dot(*value).map(Stmt::Unshare),
            Stmt::Pull(pull) => return self.pull(b, pull),
            Stmt::Closure(closure) => return self.closure(b, closure),
            Stmt::Let { .. }
            | Stmt::Split { .. }
            | Stmt::Store { .. }
            | Stmt::Memory(_)
            | Stmt::Branch(_)
            | Stmt::Loop(_)
            | Stmt::Call(_)
            | Stmt::Observe(_) => unreachable!("statements of user programs are dealt with elsewhere"),
        };
        b.push(stmt.clone());
        if let Some(mirrored) = mirrored {
            b.push(mirrored);
        }
    }

    /// The pullback: every slot twice.
    fn closure(&mut self, b: &mut Builder<'_>, c: &Closure) {
        let mut tangents = c.tangents.clone();
        tangents.push(self.tangent_closure(b, &c.primals, c.out_bar, &c.shadows));
        for t in &c.tangents {
            tangents.push(self.tangent_closure(b, &t.primals, t.out_bar, &t.shadows));
        }
        let (stmts, ()) = b.nested(|b| {
            // Constant views have zero tangents, which were locals of the forward sweep.
            for param in &self.f.params {
                if !param.active && self.dotted(param.value) && matches!(self.f[param.value].class, Class::View { .. }) {
                    self.define_zero(b, param.value);
                }
            }
            self.stmts(b, &c.body);
        });
        let body = Block { stmts, yields: c.body.yields.clone(), diverges: c.body.diverges };
        let (primals, shadows) = (c.primals.clone(), c.shadows.clone());
        b.push(Stmt::Closure(Box::new(Closure { primals, out_bar: c.out_bar, shadows, tangents, body })));
    }

    fn tangent_closure(
        &mut self,
        b: &mut Builder<'_>,
        primals: &[PrimalSlot],
        out_bar: Value,
        shadows: &[Option<Value>],
    ) -> TangentClosure {
        let primals = primals.iter().zip(&self.f.params).map(|(slot, param)| match slot {
            PrimalSlot::Again(v) if param.active => self.dot(*v).map_or(PrimalSlot::Ignored, PrimalSlot::Again),
            PrimalSlot::Again(_) | PrimalSlot::Ignored => PrimalSlot::Ignored,
        });
        let primals = primals.collect();
        let out_bar = self.fresh_again(b, out_bar);
        let shadows = shadows.iter().map(|shadow| shadow.map(|shadow| self.fresh_again(b, shadow))).collect();
        TangentClosure { primals, out_bar, shadows }
    }

    /// A rule of the runtime's, for operands of unknown type: its derivative in the direction of all that it is handed.
    pub(super) fn rule(&mut self, b: &mut Builder<'_>, value: Value, op: &Op) {
        let dot = |v: Value| self.dot(v);
        let all = |values: &[Option<Value>]| values.iter().map(|v| v.and_then(dot)).collect::<Vec<_>>();
        let (mut op, operands) = match op {
            Op::Pullback { args, out, out_bar, .. } => {
                (op.clone(), args.iter().chain([out, out_bar]).copied().map(Some).collect::<Vec<_>>())
            }
            Op::Pushforward { args, out, dots, .. } => {
                (op.clone(), args.iter().chain([out]).copied().map(Some).chain(dots.iter().copied()).collect())
            }
            _ => unreachable!("asked of rules only"),
        };
        let (Op::Pullback { tangents, .. } | Op::Pushforward { tangents, .. }) = &mut op else { return };
        let new: Vec<Vec<Option<Value>>> =
            [all(&operands)].into_iter().chain(tangents.iter().map(|values| all(values))).collect();
        if new.iter().flatten().all(Option::is_none) {
            return self.define_zero(b, value);
        }
        tangents.extend(new);
        self.define(b, value, op);
    }
}
