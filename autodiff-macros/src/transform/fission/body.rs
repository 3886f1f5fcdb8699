//! The body of a loop as pure definitions and what is done with them, and copies of it with a part of the work.

use super::{Fission, Range};
use crate::ir::visit::by_mut;
use crate::ir::visit::by_ref;
use crate::ir::{Class, Kind, Loop, Op, Place, Stmt, Value, ValueData};
use std::collections::{BTreeSet, HashMap};

/// What an iteration does to the outside.
#[derive(Clone, Debug)]
pub(super) enum Sink {
    /// `acc += value;`
    Sum { acc: Value, value: Value },
    /// `place.add(value);` of a shadow.
    Scatter { place: Place, value: Value },
}

/// What one loop of several does; sinks by number.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// Into one local.
    Sum(Vec<usize>),
    /// Into places without an order that is understood.
    Irregular(Vec<usize>),
    /// Into one place for each iteration, or several a few elements apart: with the distance.
    Regular(Vec<(usize, i64)>),
}

impl Part {
    /// How many iterations lie between those that add to one place. Gathering needs more than that.
    pub(super) fn span(&self) -> i64 {
        match self {
            Part::Sum(_) | Part::Irregular(_) => 0,
            Part::Regular(sinks) => {
                let distances = || sinks.iter().map(|(_, distance)| *distance);
                distances().max().unwrap_or(0) - distances().min().unwrap_or(0)
            }
        }
    }
}

/// What is read of a record: the record, its cursor and the values.
#[derive(Clone, Debug)]
pub(super) struct Read {
    pub(super) record: Value,
    pub(super) cursor: Value,
    pub(super) values: Vec<Value>,
}

/// A loop body that consists of nothing else.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) read: Option<Read>,
    /// Pure definitions; what is taken out of a shadow stands here as read.
    lets: Vec<(Value, Op)>,
    /// What is taken, from where; or only cleared.
    pub(super) takes: Vec<(Option<Value>, Place)>,
    pub(super) sinks: Vec<Sink>,
    /// All statements but the reading of the record.
    pub(super) rest: Vec<Stmt>,
}

/// Longer bodies stay as they are.
const LONG: usize = 200;

impl Body {
    pub(super) fn of(l: &Loop, values: &[ValueData]) -> Option<Body> {
        if !l.carried.is_empty() || l.can_stop || l.body.stmts.len() > LONG {
            return None;
        }
        let mut body = Body { read: None, lets: Vec::new(), takes: Vec::new(), sinks: Vec::new(), rest: Vec::new() };
        for stmt in &l.body.stmts {
            if let (Stmt::RecordRead { record, cursor, values }, None) = (stmt, &body.read) {
                body.read = Some(Read { record: *record, cursor: *cursor, values: values.clone() });
                continue;
            }
            body.rest.push(stmt.clone());
            match stmt {
                Stmt::Let { value, op: Op::Take(place) } if is_plain(values, *value) => {
                    body.takes.push((Some(*value), place.clone()));
                    body.lets.push((*value, Op::Peek(place.clone())));
                }
                Stmt::Let { value, op } if is_plain(values, *value) && is_pure(op) => body.lets.push((*value, op.clone())),
                Stmt::Add { acc, value } => body.sinks.push(Sink::Sum { acc: *acc, value: *value }),
                Stmt::ShadowAdd { place, value } if values[value.0 as usize].kind == Kind::Float => {
                    body.sinks.push(Sink::Scatter { place: place.clone(), value: *value });
                }
                Stmt::ShadowClear(place) => body.takes.push((None, place.clone())),
                _ => return None,
            }
        }
        Some(body)
    }

    /// Whether several loops do not do the common work too often.
    pub(super) fn affordable(&self, parts: &[Part]) -> bool {
        let work = |at: &usize| self.needed(&self.operands(&self.sinks[*at])).len();
        let all: usize = parts
            .iter()
            .map(|part| match part {
                Part::Sum(sinks) | Part::Irregular(sinks) => {
                    let roots: Vec<Value> = sinks.iter().flat_map(|at| self.operands(&self.sinks[*at])).collect();
                    self.needed(&roots).len()
                }
                Part::Regular(sinks) => sinks.iter().map(|(at, _)| work(at)).sum(),
            })
            .sum();
        const TIMES: usize = 3;
        const FREE: usize = 16;
        all <= TIMES * self.lets.len() + FREE
    }

    fn operands(&self, sink: &Sink) -> Vec<Value> {
        match sink {
            Sink::Sum { value, .. } => vec![*value],
            Sink::Scatter { place, value } => place.operands().chain([*value]).collect(),
        }
    }

    /// The definitions behind some values.
    fn needed(&self, roots: &[Value]) -> BTreeSet<Value> {
        let mut needed: BTreeSet<Value> = roots.iter().copied().collect();
        for (value, op) in self.lets.iter().rev() {
            if needed.contains(value) {
                by_ref::op(op, &mut |_, v| needed.extend([*v]));
            }
        }
        let defined: BTreeSet<Value> = self.lets.iter().map(|(v, _)| *v).collect();
        needed.retain(|v| defined.contains(v) || self.read.as_ref().is_some_and(|read| read.values.contains(v)));
        needed
    }
}

fn is_plain(values: &[ValueData], value: Value) -> bool {
    values[value.0 as usize].class == Class::Plain
}

/// Gives the same whenever it is evaluated during the loop.
fn is_pure(op: &Op) -> bool {
    match op {
        Op::Opaque(opaque) => opaque.pure_ && !opaque.writes,
        Op::Prim { .. } | Op::Select(..) | Op::Load(_) | Op::Len(_) | Op::Move(_) | Op::Peek(_) | Op::Float(_) | Op::Read(_) => {
            true
        }
        Op::Borrow { .. }
        | Op::Alloc(_)
        | Op::Arm { .. }
        | Op::Zeros(_)
        | Op::Take(_)
        | Op::Pullback { .. }
        | Op::Pushforward { .. }
        | Op::ZeroTangent(_) => false,
    }
}

/// Statements of a new loop, copied from a body with new names.
pub(super) struct Copy<'p, 'a> {
    pub(super) pass: &'p mut Fission<'a>,
    body: &'p Body,
    range: Range,
    /// What the iterations recorded, in their order.
    part: Option<Value>,
    /// The index of the new loop.
    pub(super) index: Value,
    /// What is taken is taken here (and not only read).
    pub(super) taking: bool,
    /// New names, for the iteration `index + shift` of the old loop.
    names: HashMap<Value, Value>,
    pub(super) stmts: Vec<Stmt>,
}

impl<'p, 'a> Copy<'p, 'a> {
    pub(super) fn new(pass: &'p mut Fission<'a>, body: &'p Body, part: Option<Value>, range: Range) -> Self {
        let index = pass.fresh_like(range.index);
        let names = HashMap::from([(range.index, index)]);
        Copy { pass, body, range, part, index, taking: false, names, stmts: Vec::new() }
    }

    /// From here on, the work of the iteration `by` behind that of the new index.
    pub(super) fn shifted(&mut self, by: i64) {
        let mut index = self.index;
        if by != 0 {
            let literal = proc_macro2::Literal::i64_unsuffixed(by);
            index = self.integer(syn::parse_quote!(i + #literal), vec![(syn::parse_quote!(i), self.index)]);
        }
        self.names = HashMap::from([(self.range.index, index)]);
    }

    /// An integer in the new loop.
    fn integer(&mut self, expr: syn::Expr, uses: Vec<(syn::Ident, Value)>) -> Value {
        let value = self.pass.fresh("t", Class::Plain, Kind::Integer);
        self.stmts.push(super::opaque(value, expr, uses));
        value
    }

    /// Makes values of the old loop available, under their new names.
    pub(super) fn bring(&mut self, roots: &[Value]) -> Vec<Value> {
        let needed = self.body.needed(roots);
        self.bring_record(&needed);
        for (value, op) in &self.body.lets {
            if !needed.contains(value) || self.names.contains_key(value) {
                continue;
            }
            let taken = self.taking && self.body.takes.iter().any(|(v, _)| *v == Some(*value));
            let mut op = match op {
                Op::Peek(place) if taken => Op::Take(place.clone()),
                op => op.clone(),
            };
            by_mut::op(&mut op, &mut |_, v| *v = self.names.get(v).copied().unwrap_or(*v));
            let new = self.pass.fresh_like(*value);
            self.names.insert(*value, new);
            self.stmts.push(Stmt::Let { value: new, op });
        }
        roots.iter().map(|v| self.name(*v)).collect()
    }

    fn bring_record(&mut self, needed: &BTreeSet<Value>) {
        let (Some(read), Some(part)) = (&self.body.read, self.part) else { return };
        if !read.values.iter().any(|v| needed.contains(v) && !self.names.contains_key(v)) {
            return;
        }
        let index = self.name(self.range.index);
        let at = match self.pass.forms.of(self.range.lo).as_constant() {
            Some(0) => index,
            _ => {
                let uses = vec![(syn::parse_quote!(i), index), (syn::parse_quote!(lo), self.range.lo)];
                self.integer(syn::parse_quote!(i - lo), uses)
            }
        };
        let values: Vec<Value> = read.values.iter().map(|v| self.pass.fresh_like(*v)).collect();
        self.names.extend(read.values.iter().copied().zip(values.iter().copied()));
        self.stmts.push(Stmt::RecordAt { part, at, values });
    }

    fn name(&self, value: Value) -> Value {
        self.names.get(&value).copied().unwrap_or(value)
    }

    /// The same place in the new loop.
    pub(super) fn place(&mut self, place: &Place) -> Place {
        self.bring(&place.operands().collect::<Vec<_>>());
        let mut place = place.clone();
        by_mut::place(&mut place, &mut |_, v| *v = self.name(*v));
        place
    }

    /// What some sinks do, in their order.
    pub(super) fn do_all(&mut self, sinks: &[usize]) {
        for at in sinks {
            match &self.body.sinks[*at] {
                Sink::Sum { acc, value } => {
                    let value = self.bring(&[*value])[0];
                    self.stmts.push(Stmt::Add { acc: *acc, value });
                }
                Sink::Scatter { place, value } => {
                    let value = self.bring(&[*value])[0];
                    let place = self.place(place);
                    self.stmts.push(Stmt::ShadowAdd { place, value });
                }
            }
        }
    }

    /// What sinks of one place do, in one addition.
    pub(super) fn add_together(&mut self, sinks: &[(usize, i64)]) {
        let values: Vec<Value> = sinks.iter().map(|(at, _)| self.added(*at)).collect();
        let value = self.sum(&values);
        if let Some(Sink::Scatter { place, .. }) = sinks.first().map(|(at, _)| &self.body.sinks[*at]) {
            let place = self.place(place);
            self.stmts.push(Stmt::ShadowAdd { place, value });
        }
    }

    /// The value that a sink adds.
    pub(super) fn added(&mut self, sink: usize) -> Value {
        match &self.body.sinks[sink] {
            Sink::Sum { value, .. } | Sink::Scatter { value, .. } => self.bring(&[*value])[0],
        }
    }

    /// Clears what is taken, as far as it has not been taken.
    pub(super) fn clear(&mut self) {
        for (value, place) in &self.body.takes {
            let taken = self.taking && value.is_some_and(|v| self.names.contains_key(&v));
            if !taken {
                let place = self.place(place);
                self.stmts.push(Stmt::ShadowClear(place));
            }
        }
    }

    /// A sum of values.
    pub(super) fn sum(&mut self, values: &[Value]) -> Value {
        let add = crate::rules::by_operator("+").expect("the table has `+`");
        let mut sum = values[0];
        for value in &values[1..] {
            let next = self.pass.fresh("t", Class::Plain, Kind::Float);
            self.stmts.push(Stmt::Let { value: next, op: Op::Prim { prim: add, args: vec![sum, *value] } });
            sum = next;
        }
        sum
    }
}

impl Copy<'_, '_> {
    /// Statements of a nested block, whose names end with it.
    pub(super) fn apart(&mut self, inner: impl FnOnce(&mut Self)) -> Vec<Stmt> {
        let names = self.names.clone();
        let outer = std::mem::take(&mut self.stmts);
        inner(self);
        self.names = names;
        std::mem::replace(&mut self.stmts, outer)
    }
}
