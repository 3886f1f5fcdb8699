//! Tangents of `let`.

use super::{Tangent, cloned, contains_unknown, elem_kind};
use crate::ir::build::Builder;
use crate::ir::{Alloc, Class, Construct, Kind, Memory, Op, Place, Proj, Stmt, Value};
use crate::rules::{self, Prim};

impl Tangent<'_> {
    /// `let value = op;` and its tangent.
    pub(super) fn let_(&mut self, b: &mut Builder<'_>, value: Value, op: &Op) {
        self.forget(value);
        if let Op::Arm { index, of, values } = op {
            let values = self.doubled(b, values);
            b.push(Stmt::Let { value, op: Op::Arm { index: *index, of: *of, values } });
            return;
        }
        // What is moved into new memory has to be known before the move.
        let moved = match op {
            Op::Alloc(alloc) if self.dotted(value) => self.moved(b, value, alloc),
            _ => Vec::new(),
        };
        b.push(Stmt::Let { value, op: op.clone() });
        if let Some(factors) = rules::guarded(op) {
            self.guards.insert(value, factors);
        }
        if !self.dotted(value) {
            return;
        }
        match op {
            Op::Prim { prim, args } => self.primitive(b, value, *prim, args),
            Op::Select(cond, _, y) if self.guards.contains_key(cond) => self.guarded(b, value, *cond, *y),
            Op::Select(cond, x, y) => {
                if self.dot(*x).is_some() || self.dot(*y).is_some() {
                    let (x, y) = (self.dot_or_zero(b, *x, &Kind::Float), self.dot_or_zero(b, *y, &Kind::Float));
                    self.define(b, value, Op::Select(*cond, x, y));
                }
            }
            Op::Load(place) => {
                let unknown = self.f[value].class == Class::Owner;
                if unknown && place.proj.is_empty() && self.is_zero(b, place.base) {
                    self.define(b, value, Op::ZeroTangent(place.clone()));
                    return;
                }
                self.mirror(b, value, place, |place| if unknown { cloned(place) } else { Op::Load(place) });
            }
            Op::Borrow { mutable, place } => self.mirror(b, value, place, |place| Op::Borrow { mutable: *mutable, place }),
            Op::Take(place) => self.mirror(b, value, place, Op::Take),
            Op::Peek(place) => self.mirror(b, value, place, Op::Peek),
            Op::Alloc(alloc) => self.alloc(b, value, alloc, moved),
            Op::Move(from) => match self.dot(*from) {
                Some(dot) if contains_unknown(&self.f[*from].kind) => {
                    self.define(b, value, cloned(Place::whole(dot)));
                }
                Some(dot) => {
                    self.define(b, value, Op::Move(dot));
                }
                None => self.define_zero(b, value),
            },
            Op::Read(acc) => {
                if let Some(dot) = self.dot(*acc) {
                    self.define(b, value, Op::Read(dot));
                }
            }
            Op::Zeros(shape) => {
                self.define(b, value, Op::Zeros(shape.clone()));
            }
            Op::Opaque(_) | Op::Len(_) | Op::Float(_) | Op::ZeroTangent(_) => self.define_zero(b, value),
            Op::Pullback { .. } | Op::Pushforward { .. } => self.rule(b, value, op),
            Op::Arm { .. } => unreachable!("returned above"),
        }
    }

    /// `let value_dot = op(place_dot);`
    fn mirror(&mut self, b: &mut Builder<'_>, value: Value, place: &Place, op: impl FnOnce(Place) -> Op) {
        match self.place(place) {
            Some(place) => {
                self.define(b, value, op(place));
            }
            None => self.define_zero(b, value),
        }
    }

    /// Zero if all factors are zero, else `y`. The tangent is zero if their tangents are zero, too: elsewhere a factor passes through zero,
    /// and the product with it.
    fn guarded(&mut self, b: &mut Builder<'_>, value: Value, cond: Value, y: Value) {
        let Some(dot) = self.dot(y) else { return };
        let mut factors = self.guards[&cond].clone();
        factors.extend(self.guards[&cond].iter().filter_map(|factor| self.dot(*factor)));
        let cond = rules::all_vanish(b, &factors);
        let zero = b.float(0.0);
        self.define(b, value, Op::Select(cond, zero, dot));
    }

    /// `value_dot = Σ partial * dot`, by the rule table if all that varies is known to be floats, else by the runtime's rules.
    fn primitive(&mut self, b: &mut Builder<'_>, value: Value, prim: Prim, args: &[Value]) {
        let dots: Vec<Option<Value>> = args.iter().map(|arg| self.dot(*arg)).collect();
        let is_float = |value: &Value| self.f[*value].kind == Kind::Float;
        if dots.iter().all(Option::is_none) {
            self.define_zero(b, value);
        } else if is_float(&value) && args.iter().all(|arg| self.dot(*arg).is_none() || is_float(arg)) {
            let first_new = b.values.len() as u32;
            match rules::tangent(b, prim, args, value, &dots) {
                Some(dot) => {
                    if dot.0 >= first_new {
                        b.values[dot.0 as usize].name = self.dot_name(value);
                    }
                    self.set(value, dot);
                }
                None => self.define_zero(b, value),
            }
        } else {
            self.define(b, value, Op::Pushforward { prim, args: args.to_vec(), out: value, dots, tangents: Vec::new() });
        }
    }

    /// The tangents of what an allocation takes in.
    fn moved(&mut self, b: &mut Builder<'_>, value: Value, alloc: &Alloc) -> Vec<Value> {
        let elem = elem_kind(&self.f[value].kind);
        match alloc {
            Alloc::Scalar(from) => vec![self.dot_or_zero(b, *from, &self.f[value].kind)],
            Alloc::Repeat { elem: from, .. } => vec![self.moved_dot(b, *from, &elem)],
            Alloc::List { elems, .. } => {
                let kinds = |i: usize| {
                    if let Kind::Tuple(parts) = &self.f[value].kind { parts[i].clone() } else { elem.clone() }
                };
                elems.iter().enumerate().map(|(i, from)| self.moved_dot(b, *from, &kinds(i))).collect()
            }
            Alloc::Construct(construct) => {
                construct.fields.iter().map(|(_, from)| self.moved_dot(b, *from, &self.f[*from].kind)).collect()
            }
            Alloc::Empty { .. } | Alloc::Copy { .. } | Alloc::Opaque(_) => Vec::new(),
        }
    }

    fn alloc(&mut self, b: &mut Builder<'_>, value: Value, alloc: &Alloc, moved: Vec<Value>) {
        let alloc = match alloc {
            Alloc::Scalar(_) => Alloc::Scalar(moved[0]),
            Alloc::Repeat { len, vec, .. } => Alloc::Repeat { elem: moved[0], len: *len, vec: *vec },
            Alloc::List { form, .. } => Alloc::List { elems: moved, form: *form },
            Alloc::Empty { capacity } => Alloc::Empty { capacity: *capacity },
            Alloc::Copy { place, method } => {
                let unknown = contains_unknown(&self.f[value].kind);
                return self.mirror(b, value, place, |place| match method {
                    None if unknown => cloned(place),
                    method => Op::Alloc(Alloc::Copy { place, method: method.clone() }),
                });
            }
            Alloc::Construct(construct) => return self.construct(b, value, construct, moved),
            Alloc::Opaque(_) => return self.define_zero(b, value),
        };
        self.define(b, value, Op::Alloc(alloc));
    }

    /// The tangent's type has no name here: it is made of zeros or of the rest's tangent, and the fields are put in.
    fn construct(&mut self, b: &mut Builder<'_>, value: Value, construct: &Construct, moved: Vec<Value>) {
        let rest = construct.rest.as_ref().and_then(|rest| self.place(rest));
        let whole = match rest {
            Some(rest) => self.define(b, value, cloned(rest)),
            None => self.define(b, value, Op::ZeroTangent(Place::whole(value))),
        };
        for ((member, from), dot) in construct.fields.iter().zip(moved) {
            let data = &self.f[*from];
            if data.kind.is_inactive() || construct.rest.is_none() && self.dot(*from).is_none() {
                continue;
            }
            b.values[whole.0 as usize].mutable = true;
            let mut place = Place { base: whole, proj: vec![construct.step(member)] };
            if construct.variant.is_some() {
                let kind = Kind::Ref(true, Box::new(super::tangent_kind(&data.kind)));
                let view = b.fresh(&self.dot_name(*from), Class::View { mutable: true }, kind);
                b.values[view.0 as usize].tangent = true;
                b.push(Stmt::Let { value: view, op: Op::Borrow { mutable: true, place } });
                place = Place { base: view, proj: vec![Proj::Deref] };
            }
            b.push(match data.class {
                Class::Plain => Stmt::Store { place, value: dot, old: None },
                _ => Stmt::Memory(Memory::Assign { place, src: dot, old: None }),
            });
        }
    }
}
