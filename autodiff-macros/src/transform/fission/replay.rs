//! Records read by number.
//!
//! A loop that pushes one entry for each iteration leaves as many entries as its range is long; its reverse can read the entry of iteration
//! `i` at `i - lo`, in any order, instead of walking back with a cursor.

use super::body::Read;
use super::{Fission, Range};
use crate::ir::{Class, Kind, Stmt, Value};

impl Fission<'_> {
    /// Emits the statement that finds what a loop recorded; returns it.
    pub(super) fn replayed(&mut self, read: &Read, range: Range, out: &mut Vec<Stmt>) -> Value {
        let part = self.fresh("recorded", Class::Record, Kind::Passive);
        out.push(Stmt::RecordPart { part, record: read.record, cursor: read.cursor, lo: range.lo, hi: range.hi });
        part
    }
}
