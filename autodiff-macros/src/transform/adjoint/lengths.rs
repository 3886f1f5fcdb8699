//! Lengths of memory that grows. The reverse sweep finds it as long as it got, and its shadow as well, so that what was used when it was
//! shorter has to be cut: to the length that a push walks back to, or to one that the forward sweep notes beside the use.

use super::Sweep;
use crate::analyze::layout::StmtId;
use crate::analyze::memory::WriteKind;
use crate::ir::build::Builder;
use crate::ir::{Arg, Class, Kind, Memory, Op, Opaque, Place, Proj, Stmt, Value};

/// A length that the forward sweep notes.
#[derive(Clone, Debug)]
pub(super) struct Length {
    place: Place,
    /// Behind the statement rather than before it.
    after: bool,
    len: Value,
}

impl<'a> Sweep<'a> {
    /// Whether memory may get longer after statement `at`.
    fn grows_after(&self, base: Value, at: StmtId) -> bool {
        let class = self.memory.class(base);
        self.memory
            .writes(class)
            .iter()
            .any(|w| w.kind == WriteKind::Append && self.memory.may_follow(self.layout, class, at, w.at))
    }

    /// The length of a place at a statement, kept where that stands.
    fn length(&mut self, place: &Place, at: StmtId, after: bool) -> Value {
        let known = self.lengths.get(&at).into_iter().flatten().find(|length| length.place == *place && length.after == after);
        if let Some(length) = known {
            return length.len;
        }
        let len = self.fresh("len", Class::Plain, Kind::Integer);
        self.lengths.entry(at).or_default().push(Length { place: place.clone(), after, len });
        self.keep_in(len, self.layout.block[at as usize]);
        len
    }

    /// In the forward sweep: the lengths that were asked for, before or behind a statement.
    pub(super) fn note_lengths(&mut self, at: StmtId, after: bool) {
        for length in self.lengths.get(&at).cloned().into_iter().flatten().filter(|length| length.after == after) {
            self.emit(Stmt::Let { value: length.len, op: Op::Len(length.place) });
        }
    }

    /// A place of a `Vec` that grows later, cut to the length that it had at statement `def`.
    pub(super) fn frozen(&mut self, place: &Place, def: StmtId) -> Place {
        self.cut(place, def, self.layout.def[place.base.0 as usize] == Some(def))
    }

    /// The same, to the length before or behind that statement.
    fn cut(&mut self, place: &Place, def: StmtId, after: bool) -> Place {
        let whole = match place.proj.last() {
            None => true,
            Some(Proj::Range { hi, .. }) => hi.is_none(),
            Some(_) => false,
        };
        // What is pushed to may share its memory with arrays, which do not grow.
        let base = &self.f[place.base];
        let is_fixed = matches!(base.class, Class::View { .. }) || matches!(base.kind, Kind::Array(_));
        if !whole || is_fixed || !self.grows_after(place.base, def) {
            return place.clone();
        }
        let len = self.length(&Place::whole(place.base), def, after);
        let mut place = place.clone();
        match place.proj.last_mut() {
            Some(Proj::Range { hi, .. }) => *hi = Some(len),
            _ => place.proj.push(Proj::Range { lo: None, hi: Some(len), inclusive: false }),
        }
        place
    }

    /// What a call was lent, as the call left it: a `Vec` may grow in it.
    pub(super) fn lent(&mut self, mutable: bool, place: &Place, at: StmtId) -> Place {
        if mutable { self.cut(place, at, true) } else { self.frozen(place, at) }
    }

    /// An argument of a call for the pullback.
    pub(super) fn frozen_arg(&mut self, arg: &Arg, at: StmtId) -> Arg {
        match arg {
            Arg::Borrow { mutable, place } => Arg::Borrow { mutable: *mutable, place: self.lent(*mutable, place, at) },
            Arg::Value(_) => arg.clone(),
        }
    }

    /// The length that the result of a call had, if it grows after that.
    pub(super) fn length_made(&mut self, result: Value, call: StmtId) -> Option<Value> {
        let grows = matches!(self.f[result].kind, Kind::Vec(_)) && self.grows_after(result, call);
        grows.then(|| self.length(&Place::whole(result), call, true))
    }

    /// The length before a push, which is undone: an index walks back through the length, or it is noted at each push if something else changes
    /// lengths too.
    pub(super) fn length_before(&mut self, place: &'a Place, push: StmtId) -> Value {
        if !self.only_grows(place) {
            return self.length(place, push, false);
        }
        let cursor = self.length_cursor(place, push);
        let was = self.let_("at", Kind::Integer, Op::Read(cursor));
        let one = self.integer(1);
        let back = self.with_builder(|b| integer_difference(b, was, one));
        self.emit(Stmt::Set { acc: cursor, value: back });
        back
    }

    /// Pushing to the whole of this one variable is all that changes lengths in its class of memory. A callee may change them, too.
    fn only_grows(&self, place: &Place) -> bool {
        let writes = self.memory.writes(self.memory.class(place.base));
        place.proj.is_empty()
            && writes.iter().all(|w| match self.layout.stmts[w.at as usize] {
                Stmt::Memory(Memory::Push { place: other, .. }) => other == place,
                Stmt::Memory(Memory::Assign { .. } | Memory::Swap { .. }) => false,
                _ => !matches!(w.kind, WriteKind::Opaque | WriteKind::Callee),
            })
    }

    /// The accumulator that holds the length of a growing `Vec`, from the last one backwards.
    fn length_cursor(&mut self, place: &'a Place, at: StmtId) -> Value {
        let level = self.level_of(self.layout.home[place.base.0 as usize]);
        if let Some(cursor) = self.levels[level].lengths.get(&place.base) {
            return *cursor;
        }
        let shadow = self.shadow_place(place, at);
        let name = format!("{}_len", self.name(place.base));
        let len = self.fresh(&name, Class::Plain, Kind::Integer);
        self.emit_at(level, Stmt::Let { value: len, op: Op::Len(shadow) });
        let cursor = self.fresh(&name, Class::Accumulator, Kind::Integer);
        self.emit_at(level, Stmt::Declare { acc: cursor, init: len });
        self.levels[level].lengths.insert(place.base, cursor);
        cursor
    }
}

/// `a - b` of integers.
fn integer_difference(b: &mut Builder<'_>, x: Value, y: Value) -> Value {
    let uses = vec![(syn::parse_quote!(x), x), (syn::parse_quote!(y), y)];
    let op = Op::Opaque(Opaque { expr: syn::parse_quote!(x - y), uses, pure_: true, writes: false });
    b.let_("at", Kind::Integer, op)
}
