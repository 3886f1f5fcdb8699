//! Loops that overwrite a range from end to end.
//!
//! `for i in lo..hi { a[i] = … }` logs `a[lo..hi]` once before the loop instead of one element in each iteration, so that the loop itself stays
//! as it is and vectorises. The reverse puts the range back after the reverse loop, during which it therefore holds what it
//! held after the loop: right if nothing in the loop looks at it.

use super::Sweep;
use crate::analyze::layout::StmtId;
use crate::ir::{Block, Class, Header, Kind, Loop, Place, Proj, Stmt, Value};

/// One range.
#[derive(Clone, Debug)]
pub(super) struct Bulk {
    /// The loop.
    pub(super) at: StmtId,
    /// The log.
    pub(super) log: Value,
    /// What walks back through it.
    pub(super) cursor: Value,
    /// The range.
    pub(super) place: Place,
}

impl<'a> Sweep<'a> {
    /// Finds the stores of a loop whose ranges are logged as a whole.
    pub(super) fn find_bulk(&mut self, l: &'a Loop, body: &'a Block, at: StmtId, first: StmtId) {
        let Header::Range { index, lo, hi, inclusive: false, step: None, rev: _ } = l.header else { return };
        if l.can_stop {
            return;
        }
        let mut id = first;
        for stmt in &body.stmts {
            if let Stmt::Store { place, .. } = stmt
                && place.proj == [Proj::Index(index)]
                && self.layout.block[at as usize] != self.layout.home[index.0 as usize]
                && self.unseen_in(at, place.base, id)
            {
                let range = Proj::Range { lo: Some(lo), hi: Some(hi), inclusive: false };
                self.add_bulk(id, at, Place { base: place.base, proj: vec![range] });
            }
            id = self.layout.end[id as usize];
        }
    }

    fn add_bulk(&mut self, store: StmtId, at: StmtId, place: Place) {
        let name = self.name(place.base);
        let log = self.fresh(&format!("{name}_log"), Class::Record, Kind::Vec(Box::new(Kind::Float)));
        let cursor = self.fresh(&format!("{name}_at"), Class::Accumulator, Kind::Integer);
        self.bulk.insert(store, Bulk { at, log, cursor, place });
    }

    /// Whether the reverse of loop `at` does not look at the memory of `base`, which statement `store` writes, and the memory
    /// is the same throughout.
    fn unseen_in(&self, at: StmtId, base: Value, store: StmtId) -> bool {
        let class = self.memory.class(base);
        if !self.record.decided
            || !self.undone(base, store)
            || self.layout.within(self.layout.home[base.0 as usize], self.layout.nested[at as usize][0])
        {
            return false;
        }
        let mut writes = self.memory.writes(class).iter().filter(|w| self.layout.contains(at, w.at));
        if writes.any(|w| self.memory.moves(self.layout, w)) {
            return false;
        }
        let roots = self.memory.roots(self.f, self.layout, base);
        let shares = |other: Value| !self.memory.roots(self.f, self.layout, other).is_disjoint(&roots);
        // One store only, and no look at what it writes.
        let stores = self.memory.writes(class).iter().filter(|w| self.layout.contains(at, w.at) && w.at != store);
        let other = stores.flat_map(|w| crate::analyze::memory::writes(&self.f.values, self.layout.stmts[w.at as usize]));
        let mut others = other.map(|(base, _)| base).filter(|v| self.memory.class(*v) == class);
        let mut looks = self.record.touches_of(class).filter(|t| self.layout.contains(at, t.at));
        !others.any(shares) && !looks.any(|t| shares(t.base))
    }

    /// The ranges of a loop. They are listed by their stores, which stand in it.
    fn bulk_of(&self, at: StmtId) -> Vec<Bulk> {
        let within = self.bulk.range(at..self.layout.end[at as usize]);
        within.map(|(_, bulk)| bulk).filter(|bulk| bulk.at == at).cloned().collect()
    }

    /// After the reverse of a loop: its ranges are put back.
    pub(super) fn restore_bulk(&mut self, at: StmtId) {
        let ranges: Vec<Bulk> = self.bulk_of(at);
        for Bulk { log, cursor, place, .. } in ranges {
            self.need_place(&place, at);
            self.name_memory(place.base, at, true);
            self.emit(Stmt::UnlogRange { log, cursor, place });
        }
    }

    /// Before the loop in the forward sweep: its ranges are logged.
    pub(super) fn log_bulk(&mut self, at: StmtId) {
        let ranges: Vec<Bulk> = self.bulk_of(at);
        for Bulk { log, place, .. } in ranges {
            self.emit(Stmt::LogRange { log, place });
        }
    }
}
