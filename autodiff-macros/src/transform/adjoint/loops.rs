//! `for`, `while`, `loop`.
//!
//! The reverse loop runs over the same iterations from the last one. A carried value's adjoint is carried the other way, in a mutable
//! local. What an iteration records is one tuple, pushed at its end and read at the beginning of its reverse by a cursor that lives
//! outside of the outermost loop, so that inner loops of varying length share one record.

use super::Sweep;
use crate::analyze::layout::{BlockId, StmtId};
use crate::ir::{Block, Carried, Class, Header, Kind, Loop, Op, Place, Proj, Stmt, Value};

impl<'a> Sweep<'a> {
    /// The reverse of a loop.
    pub(super) fn reverse_loop(&mut self, l: &'a Loop, at: StmtId) {
        let carried = self.carried_adjoints(l);
        let body_index = usize::from(matches!(l.header, Header::While(_)));
        self.find_bulk(l, &l.body, at, self.first_of(at, body_index));
        let home = self.layout.nested[at as usize][body_index];
        self.find_running(l, at, home);
        self.open(home);
        let mut before = Vec::new();
        for (c, next, acc) in &carried {
            let name = self.bar_name(*next);
            let bar = self.let_(&name, Kind::Float, Op::Read(*acc));
            self.add_adjoint(*next, bar);
            before.push((c.param, *acc, bar));
        }
        let first = self.first_of(at, body_index);
        self.reverse_block(&l.body, home, first);
        let idle = self.levels.last().is_some_and(|level| level.stmts.len() == before.len());
        let moved = self.hand_over(&before);
        let continued = self.continued_counts(l, at);
        let body = self.close();
        let (mut stmts, asked) = (body.stmts, body.present.into_iter().collect::<Vec<_>>());
        let counters: Vec<Value> =
            asked.into_iter().filter(|v| self.is_counter(*v, l) && self.closed_form(*v, l).is_none()).collect();
        if idle && !moved {
            // Nothing but the identity on carried values that the loop does not change.
            self.after(&carried);
            self.restore_bulk(at);
            return;
        }
        let plain = counters.is_empty() && continued.is_empty();
        if let Some(stmt) = self.reverse_running(l, at, home, plain, &stmts) {
            self.emit(stmt);
            self.after(&carried);
            return;
        }
        let header = self.reverse_header(l, at);
        let count_back = self.count_back(l, &counters, at);
        stmts.splice(0..0, count_back);
        for carried in continued {
            self.continue_count(l, &carried, &mut stmts, at);
        }
        if let Some((record, cursor)) = self.record_of(home) {
            // What is read is filled in at the end ([`Sweep::finish`]).
            stmts.insert(0, Stmt::RecordRead { record, cursor, values: Vec::new() });
        }
        let behind = self.hoist(&header, &mut stmts, home);
        let body = Block { stmts, yields: Vec::new(), diverges: false };
        self.emit(Stmt::Loop(Box::new(Loop {
            header,
            carried: Vec::new(),
            body,
            can_stop: false,
            trips: None,
            lanes: false,
            span: l.span,
        })));
        behind.into_iter().for_each(|stmt| self.emit(stmt));
        self.after(&carried);
        self.restore_bulk(at);
    }

    /// Declares the adjoints of active carried values.
    fn carried_adjoints(&mut self, l: &'a Loop) -> Vec<(Carried, Value, Value)> {
        let mut all = Vec::new();
        for (c, next) in l.carried.iter().zip(&l.body.yields) {
            if self.f[c.param].class != Class::Plain || !self.activity.active(c.param) {
                continue;
            }
            let init = self.take_adjoint_or_zero(c.result);
            let name = self.bar_name(c.param);
            let acc = self.fresh(&name, Class::Accumulator, Kind::Float);
            self.emit(Stmt::Declare { acc, init });
            all.push((*c, *next, acc));
        }
        all
    }

    /// At the end of a reverse iteration: the adjoint of what the iteration started with is handed to the one before.
    fn hand_over(&mut self, carried: &[(Value, Value, Value)]) -> bool {
        let mut moved = false;
        let bars: Vec<_> = carried.iter().map(|(param, acc, bar)| (*acc, *bar, self.take_adjoint(*param))).collect();
        for (acc, before, bar) in bars {
            if bar == Some(before) {
                continue;
            }
            moved = true;
            let value = bar.unwrap_or_else(|| self.let_("c", Kind::Float, Op::Float(0.0)));
            self.emit(Stmt::Set { acc, value });
        }
        moved
    }

    fn after(&mut self, carried: &[(Carried, Value, Value)]) {
        for (c, _, acc) in carried {
            if self.activity.active(c.init) {
                let name = self.bar_name(c.init);
                let bar = self.let_(&name, Kind::Float, Op::Read(*acc));
                self.add_adjoint(c.init, bar);
            }
        }
    }

    /// The same iterations, backwards.
    fn reverse_header(&mut self, l: &'a Loop, at: StmtId) -> Header {
        match &l.header {
            Header::Range { index, lo, hi, inclusive, step, rev } => {
                let (mut lo, mut hi) = (*lo, *hi);
                if l.can_stop {
                    let stop = self.trips_of(at);
                    *(if *rev { &mut lo } else { &mut hi }) = stop;
                }
                for end in [Some(lo), Some(hi), *step].into_iter().flatten() {
                    if Some(end) != self.trips.get(&at).copied() {
                        self.need(end, at);
                    }
                }
                Header::Range { index: *index, lo, hi, inclusive: *inclusive, step: *step, rev: !rev }
            }
            Header::While(_) | Header::Forever | Header::Items { .. } => Header::Times(self.trips_of(at)),
            Header::Times(_) => unreachable!("not in user programs"),
        }
    }

    /// How far the loop ran, kept where the loop stands.
    fn trips_of(&mut self, at: StmtId) -> Value {
        if let Some(trips) = self.trips.get(&at) {
            return *trips;
        }
        let trips = self.fresh("trips", Class::Plain, Kind::Integer);
        self.trips.insert(at, trips);
        self.keep_in(trips, self.layout.block[at as usize]);
        trips
    }

    /// The record of a loop body, if it records anything, and the cursor that walks back through it.
    fn record_of(&mut self, home: BlockId) -> Option<(Value, Value)> {
        if self.kept.get(&home).is_none_or(|kept| kept.is_empty()) {
            return None;
        }
        let record = self.fresh("record", Class::Record, Kind::Passive);
        let cursor = self.fresh("at", Class::Accumulator, Kind::Integer);
        Some(*self.records.entry(home).or_insert((record, cursor)))
    }

    /// A range of an array, if that is all that a loop records, element by element: then it is logged as a whole beforehand.
    fn read_in_order(&self, l: &'a Loop, home: BlockId, at: StmtId) -> Option<Place> {
        let Header::Range { index, lo, hi, inclusive: false, step: None, rev: false } = l.header else { return None };
        self.records.get(&home)?;
        let recorded = self.recorded_in(home);
        let [value] = recorded[..] else { return None };
        if value.0 as usize >= self.f.values.len() {
            return None;
        }
        let Some(Op::Load(Place { base, proj })) = self.layout.op_of(value) else { return None };
        let inside = self.layout.within(self.layout.home[base.0 as usize], home);
        let mut writes = self.memory.writes(self.memory.class(*base)).iter();
        if l.can_stop || inside || *proj != [Proj::Index(index)] || writes.any(|w| self.layout.contains(at, w.at)) {
            return None;
        }
        Some(Place { base: *base, proj: vec![Proj::Range { lo: Some(lo), hi: Some(hi), inclusive: false }] })
    }

    /// The forward sweep of a loop.
    pub(super) fn forward_loop(&mut self, l: &'a Loop, at: StmtId) -> Stmt {
        let body_index = usize::from(matches!(l.header, Header::While(_)));
        let home = self.layout.nested[at as usize][body_index];
        let first = self.first_of(at, body_index);
        self.open(home);
        self.forward_block(&l.body, home, first);
        if let Some(place) = self.read_in_order(l, home, at) {
            let log = self.records[&home].0;
            // Elements of the array and nothing else: its derivatives are logged beside it.
            let element = self.recorded_in(home).first().map_or(Kind::Float, |value| self.f[*value].kind.clone());
            self.values[log.0 as usize].kind = Kind::Vec(Box::new(element));
            let level = self.levels.len() - 2;
            self.emit_at(level, Stmt::LogRange { log, place });
        } else if let Some((record, _)) = self.records.get(&home) {
            let push = Stmt::RecordPush { record: *record, values: self.recorded_in(home) };
            self.emit(push);
        }
        let (noted, next): (Vec<Carried>, Vec<Value>) = self.note_running(l, at).into_iter().unzip();
        let yields = l.body.yields.iter().copied().chain(next).collect();
        let body = Block { stmts: self.close().stmts, yields, diverges: l.body.diverges };
        let Loop { header, carried, body: _, can_stop, trips: _, lanes, span } = l;
        Stmt::Loop(Box::new(Loop {
            header: header.clone(),
            carried: carried.iter().copied().chain(noted).collect(),
            body,
            can_stop: *can_stop,
            trips: self.trips.get(&at).copied(),
            lanes: *lanes,
            span: *span,
        }))
    }
}
