//! Tangents of statements that only adjoint programs have. What they do is linear, or copies.

use super::Tangent;
use crate::ir::build::Builder;
use crate::ir::{Kind, Stmt};

impl Tangent<'_> {
    /// Forms of adjoint programs that have no tangent in the representation yet.
    ///
    /// Invariant: the pipeline hands only user programs to this transform; the next stage (forward over reverse) has to give
    /// these forms a tangent before it hands over adjoint programs.
    pub(super) fn second_order(&self, form: &str) -> ! {
        unreachable!("tangents of adjoint programs: {form}")
    }

    /// An adjoint program's own statement and its tangent. Records hold the tangents beside the values; logs of ranges and their
    /// cursors are mirrored.
    pub(super) fn adjoint_form(&mut self, b: &mut Builder<'_>, stmt: &Stmt) {
        let mirrored = match stmt {
            Stmt::RecordPush { record, values } => {
                let values = self.doubled(b, values);
                return b.push(Stmt::RecordPush { record: *record, values });
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
            Stmt::Pull(_) => self.second_order("a callee's pullback"),
            Stmt::Closure(_) => self.second_order("the pullback"),
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
}
