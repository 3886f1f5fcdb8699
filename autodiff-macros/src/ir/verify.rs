//! The invariants of the representation.
//!
//! Transforms and `emit` rely on these; each is one function here. A failure is a bug of this crate, never of the user's.

use super::visit::{Role, by_ref};
use super::*;

/// Checks a function; the error says which statement breaks which invariant.
pub fn verify(f: &Function) -> Result<(), String> {
    let mut checker = Checker { f, visible: vec![Seen::No; f.values.len()], undo: Vec::new(), in_closure: false };
    let cotangents = f.cotangents.iter().flat_map(Cotangents::values);
    for v in f.params.iter().map(|p| p.value).chain(f.dots.iter().flatten().flatten().copied()).chain(cotangents) {
        checker.define(v).map_err(|e| format!("parameters: {e}"))?;
    }
    checker.stmts(&f.body.stmts)?;
    checker.result()?;
    closure_is_last(&f.body)
}

/// Whether a value is visible, and since which part of the function.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Seen {
    No,
    Forward,
    Closure,
}

struct Checker<'a> {
    f: &'a Function,
    visible: Vec<Seen>,
    undo: Vec<(Value, Seen)>,
    in_closure: bool,
}

type Checked = Result<(), String>;

impl Checker<'_> {
    fn name(&self, v: Value) -> String {
        match self.f.values.get(v.0 as usize) {
            Some(data) => format!("`{}.{}`", data.name, v.0),
            None => format!("value {}, which is not in the arena", v.0),
        }
    }

    /// Every value is defined before its uses, in a scope that is still open.
    fn used(&self, v: Value) -> Checked {
        match self.visible.get(v.0 as usize) {
            Some(Seen::Forward | Seen::Closure) => Ok(()),
            Some(Seen::No) | None => Err(format!("{} is used where it is not visible", self.name(v))),
        }
    }

    /// A value has one definition; a pullback may define values of the forward sweep again, once in each region.
    fn define(&mut self, v: Value) -> Checked {
        let seen = self.visible.get(v.0 as usize).copied().ok_or_else(|| self.name(v))?;
        let now = if self.in_closure { Seen::Closure } else { Seen::Forward };
        if seen == now {
            return Err(format!("{} is defined twice", self.name(v)));
        }
        self.undo.push((v, seen));
        self.visible[v.0 as usize] = now;
        Ok(())
    }

    fn leave(&mut self, mark: usize) {
        for (v, seen) in self.undo.drain(mark..).rev() {
            self.visible[v.0 as usize] = seen;
        }
    }

    fn stmts(&mut self, stmts: &[Stmt]) -> Checked {
        for stmt in stmts {
            self.stmt(stmt).map_err(|e| if e.contains("\n  in ") { e } else { format!("{e}\n  in {stmt:?}") })?;
        }
        Ok(())
    }

    fn stmt(&mut self, stmt: &Stmt) -> Checked {
        let mut uses = Vec::new();
        by_ref::uses(stmt, &mut |role, v| uses.push((role, *v)));
        for (role, v) in uses {
            if self.f.values.get(v.0 as usize).is_none_or(|data| !role.is_ignored(data)) {
                self.used(v)?;
            }
            if role == Role::Value {
                self.is_operand(v)?;
            }
        }
        self.classes(stmt)?;
        yield_counts(stmt)?;
        let was_in_closure = self.in_closure;
        self.in_closure |= matches!(stmt, Stmt::Closure(_));
        for scope in by_ref::scopes(stmt) {
            let mark = self.undo.len();
            scope.defs.into_iter().try_for_each(|v| self.define(*v))?;
            scope.uses.into_iter().try_for_each(|v| self.used(*v))?;
            for block in scope.blocks {
                let mark = self.undo.len();
                self.stmts(&block.stmts)?;
                block.yields.iter().try_for_each(|v| self.used(*v))?;
                self.leave(mark);
            }
            self.leave(mark);
        }
        self.in_closure = was_in_closure;
        let mut defs = Vec::new();
        by_ref::defs(stmt, &mut |v| defs.push(*v));
        defs.into_iter().try_for_each(|v| self.define(v))
    }

    /// The result is visible at the end of the body; its tangent has the same shape, with `()` for integers and the like.
    fn result(&self) -> Checked {
        let dots = self.f.result_dots.iter().flat_map(Tree::leaves);
        self.f.result.leaves().into_iter().chain(dots).try_for_each(|v| self.used(v))?;
        let fits = self.f.result_dots.iter().all(|dot| same_shape(self.f, &self.f.result, dot));
        if fits { Ok(()) } else { Err("the result's tangent has another shape".to_owned()) }
    }

    fn class(&self, v: Value) -> Class {
        self.f[v].class
    }

    fn expect(&self, v: Value, fits: bool, what: &str) -> Checked {
        if fits { Ok(()) } else { Err(format!("{} is {:?} where {what} is expected", self.name(v), self.class(v))) }
    }

    /// What stands for what it holds is not a record, an accumulator or the like by itself.
    fn is_operand(&self, v: Value) -> Checked {
        self.expect(v, !matches!(self.class(v), Class::Accumulator), "a value")
    }

    /// A place starts at memory or at a shadow, and is selected by plain values.
    fn is_place(&self, place: &Place) -> Checked {
        let fits = matches!(self.class(place.base), Class::Owner | Class::View { .. } | Class::Shadow);
        self.expect(place.base, fits, "memory")?;
        place.operands().try_for_each(|v| self.expect(v, self.class(v) == Class::Plain, "an index"))
    }

    fn is_shadow(&self, place: &Place) -> Checked {
        self.is_place(place)?;
        self.expect(place.base, self.class(place.base) == Class::Shadow, "a shadow")
    }

    fn is_memory(&self, place: &Place) -> Checked {
        self.is_place(place)?;
        self.expect(place.base, self.class(place.base) != Class::Shadow, "the user's memory")
    }

    fn is_accumulator(&self, v: Value) -> Checked {
        self.expect(v, self.class(v) == Class::Accumulator, "an accumulator")
    }

    fn is_record(&self, v: Value) -> Checked {
        self.expect(v, self.class(v) == Class::Record, "a record")
    }

    /// Values are used as their classes allow.
    fn classes(&self, stmt: &Stmt) -> Checked {
        match stmt {
            Stmt::Let { value, op } => self.op(*value, op),
            Stmt::Split { place, .. } => self.is_place(place),
            Stmt::Store { place, value, .. } => {
                self.is_memory(place)?;
                self.expect(*value, self.class(*value) == Class::Plain, "a plain value")
            }
            Stmt::Memory(memory) => self.memory(memory),
            Stmt::Declare { acc, .. } | Stmt::Set { acc, .. } | Stmt::Add { acc, .. } => self.is_accumulator(*acc),
            Stmt::ShadowAdd { place, .. } | Stmt::ShadowClear(place) => self.is_shadow(place),
            Stmt::ShadowAddFrom { to, from, .. } => {
                self.is_shadow(to)?;
                self.is_shadow(from)
            }
            Stmt::RecordNew { record, .. } | Stmt::RecordPush { record, .. } => self.is_record(*record),
            Stmt::RecordRead { record, cursor, .. } | Stmt::CursorNew { cursor, record } => {
                self.is_record(*record)?;
                self.is_accumulator(*cursor)
            }
            Stmt::RecordPart { part, record, cursor, .. } => {
                self.is_record(*part)?;
                self.is_record(*record)?;
                self.is_accumulator(*cursor)
            }
            Stmt::RecordAt { part, at, .. } => {
                self.is_record(*part)?;
                self.expect(*at, self.class(*at) == Class::Plain, "a number")
            }
            Stmt::LogRange { log, place } => {
                self.is_record(*log)?;
                self.is_memory(place)
            }
            Stmt::UnlogRange { log, cursor, place } => {
                self.is_record(*log)?;
                self.is_accumulator(*cursor)?;
                self.is_memory(place)
            }
            Stmt::Unshare(v) => self.expect(*v, self.class(*v) == Class::Owner, "owned memory"),
            Stmt::Call(call) => {
                let pull = call.pull.map_or(Ok(()), |v| self.expect(v, self.class(v) == Class::Pull, "a pullback"));
                pull.and(call.args.iter().try_for_each(|arg| self.arg(arg)))
            }
            Stmt::Pull(pull) => self.pull(pull),
            Stmt::Closure(c) => {
                let tangents = c.tangents.iter().map(|t| (&t.primals, t.out_bar, &t.shadows));
                for (primals, out_bar, shadows) in [(&c.primals, c.out_bar, &c.shadows)].into_iter().chain(tangents) {
                    let mut cells = shadows.iter().flatten().copied().chain([out_bar]);
                    cells.try_for_each(|v| self.expect(v, self.class(v) == Class::Shadow, "a shadow"))?;
                    counts("the closure's slots", primals.len(), self.f.params.len())?;
                    counts("the closure's shadows", shadows.len(), self.f.params.len())?;
                }
                counts("the closure's tangents", c.tangents.len(), self.f.dots.len())
            }
            Stmt::Branch(_) | Stmt::Loop(_) | Stmt::Observe(_) => Ok(()),
        }
    }

    fn op(&self, value: Value, op: &Op) -> Checked {
        match op {
            Op::Load(place) => self.is_memory(place),
            // Of an inactive value of unknown type, too.
            Op::ZeroTangent(place) if place.proj.is_empty() && self.class(place.base) == Class::Plain => Ok(()),
            Op::ZeroTangent(place) => self.is_memory(place),
            Op::Len(place) => self.is_place(place),
            Op::Take(place) | Op::Peek(place) => self.is_shadow(place),
            Op::Borrow { place, .. } => {
                self.is_place(place)?;
                let is_shadow = self.class(place.base) == Class::Shadow;
                let fits = matches!(self.class(value), Class::View { .. }) != is_shadow;
                self.expect(value, fits, "a reference of the kind of its base")
            }
            Op::Read(acc) => self.is_accumulator(*acc),
            Op::Zeros(_) => self.expect(value, self.class(value) == Class::Shadow, "a shadow"),
            Op::Alloc(alloc) => {
                self.expect(value, matches!(self.class(value), Class::Owner | Class::Plain), "an owner")?;
                match alloc {
                    Alloc::Copy { place, .. } => self.is_memory(place),
                    Alloc::Construct(Construct { rest: Some(rest), .. }) => self.is_memory(rest),
                    Alloc::Scalar(_)
                    | Alloc::Repeat { .. }
                    | Alloc::List { .. }
                    | Alloc::Construct(_)
                    | Alloc::Empty { .. }
                    | Alloc::Opaque(_) => Ok(()),
                }
            }
            Op::Prim { prim, args } => counts("the primitive's operands", args.len(), prim.rule().params.len()),
            Op::Opaque(_)
            | Op::Select(..)
            | Op::Move(_)
            | Op::Float(_)
            | Op::Pullback { .. }
            | Op::Pushforward { .. }
            | Op::Arm { .. } => Ok(()),
        }
    }

    fn memory(&self, memory: &Memory) -> Checked {
        match memory {
            Memory::Assign { place, .. }
            | Memory::Fill { place, .. }
            | Memory::SwapElements { place, .. }
            | Memory::Push { place, .. } => self.is_place(place),
            Memory::CopyFrom { place: a, src: b } | Memory::Swap { a, b } => {
                self.is_place(a)?;
                self.is_place(b)
            }
        }
    }

    fn arg(&self, arg: &Arg) -> Checked {
        match arg {
            Arg::Value(_) => Ok(()),
            Arg::Borrow { place, .. } => self.is_place(place),
        }
    }

    fn pull(&self, pull: &Pull) -> Checked {
        self.expect(pull.pull, self.class(pull.pull) == Class::Pull, "a pullback")?;
        counts("the pullback's slots", pull.slots.len(), pull.args.len())?;
        pull.args.iter().try_for_each(|arg| self.arg(arg))?;
        pull.slots.iter().chain(pull.tangents.iter().flat_map(|t| &t.slots)).try_for_each(|slot| match slot {
            SlotArg::None | SlotArg::Cell(_) => Ok(()),
            SlotArg::Shadow(place) => self.is_shadow(place),
        })
    }
}

/// Blocks yield as many values as what they belong to takes.
fn yield_counts(stmt: &Stmt) -> Checked {
    match stmt {
        Stmt::Branch(b) => {
            let patterns = match &b.on {
                On::If(_) => 2,
                On::Match { patterns, .. } => patterns.len(),
                On::Arm { values, .. } => values.len(),
            };
            counts("the branch's arms", b.arms.len(), patterns)?;
            let mut ends = b.arms.iter().filter(|arm| !arm.diverges);
            ends.try_for_each(|arm| counts("an arm's yields", arm.yields.len(), b.results.len()))
        }
        Stmt::Loop(l) => {
            if let Header::While(cond) = &l.header {
                counts("the condition's yields", cond.yields.len(), 1)?;
                if !cond.only_observes() {
                    return Err("the condition of a `while` changes memory".to_owned());
                }
            }
            if l.body.diverges {
                return Ok(());
            }
            counts("the loop's yields", l.body.yields.len(), l.carried.len() + usize::from(l.can_stop))
        }
        Stmt::Closure(c) => counts("the closure's yields", c.body.yields.len(), 0),
        Stmt::Let { .. }
        | Stmt::Split { .. }
        | Stmt::Store { .. }
        | Stmt::Memory(_)
        | Stmt::Call(_)
        | Stmt::Observe(_)
        | Stmt::Declare { .. }
        | Stmt::Set { .. }
        | Stmt::Add { .. }
        | Stmt::ShadowAdd { .. }
        | Stmt::ShadowAddFrom { .. }
        | Stmt::ShadowClear(_)
        | Stmt::RecordNew { .. }
        | Stmt::RecordPush { .. }
        | Stmt::RecordRead { .. }
        | Stmt::RecordPart { .. }
        | Stmt::RecordAt { .. }
        | Stmt::CursorNew { .. }
        | Stmt::LogRange { .. }
        | Stmt::UnlogRange { .. }
        | Stmt::Unshare(_)
        | Stmt::Pull(_) => Ok(()),
    }
}

fn counts(what: &str, are: usize, should: usize) -> Checked {
    if are == should { Ok(()) } else { Err(format!("{what} are {are} instead of {should}")) }
}

/// The pullback is the last statement of the body, and nowhere else.
fn closure_is_last(body: &Block) -> Checked {
    fn inside(block: &Block) -> bool {
        let nested = |stmt: &Stmt| {
            matches!(stmt, Stmt::Closure(_)) || by_ref::scopes(stmt).iter().flat_map(|s| &s.blocks).any(|b| inside(b))
        };
        block.stmts.iter().any(nested)
    }
    let (last, rest) = match body.stmts.split_last() {
        Some((last, rest)) => (Some(last), rest),
        None => (None, body.stmts.as_slice()),
    };
    let early = rest
        .iter()
        .any(|stmt| matches!(stmt, Stmt::Closure(_)) || by_ref::scopes(stmt).iter().flat_map(|s| &s.blocks).any(|b| inside(b)));
    let nested = match last {
        Some(Stmt::Closure(c)) => inside(&c.body),
        Some(stmt) => by_ref::scopes(stmt).iter().flat_map(|s| &s.blocks).any(|b| inside(b)),
        None => false,
    };
    if early || nested { Err("a closure that is not the end of the function".to_owned()) } else { Ok(()) }
}

fn same_shape(f: &Function, value: &Tree, dot: &Tree) -> bool {
    match (value, dot) {
        (Tree::Unit, Tree::Unit) | (Tree::Leaf(_), Tree::Leaf(_)) => true,
        (Tree::Leaf(v), Tree::Unit) => f[*v].kind.is_inactive(),
        (Tree::Tuple(a), Tree::Tuple(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_shape(f, a, b)),
        (Tree::Unit | Tree::Leaf(_) | Tree::Tuple(_), _) => false,
    }
}
