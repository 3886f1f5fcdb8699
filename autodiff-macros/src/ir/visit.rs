//! Visiting the values that a statement uses and defines, and the blocks nested in it.
//!
//! [`by_ref`] and [`by_mut`] are the same walks over shared and mutable statements. None of them descends into nested
//! blocks: [`by_ref::scopes`] returns those, so that each pass decides about order and scope.

/// How a statement uses a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// For what it holds: an expression may stand here.
    Value,
    /// As a variable: the base of a place, a record, an accumulator, a pullback.
    Name,
    /// Inside of the user's tokens.
    Opaque,
    /// A by-value argument in a primal slot of a pullback; ignored there if it is a scalar, see [`Role::is_ignored`].
    Slot,
}

impl Role {
    /// A use that leaves no trace in the emitted code, so that the value need not be at hand.
    pub fn is_ignored(self, data: &super::ValueData) -> bool {
        self == Role::Slot && data.class == super::Class::Plain && data.kind.is_scalar()
    }
}

use super::{Block, Stmt, Value};

macro_rules! visitor {
    ($module:ident, $doc:literal $(, $mut:tt)?) => {
        #[doc = $doc]
        pub mod $module {
            use super::Role;
            use crate::ir::*;

            /// A region of one statement: values that it defines for the blocks in it.
            #[derive(Debug)]
            pub struct Scope<'a> {
                /// Defined at the start: loop indices, carried parameters, names bound by patterns, recorded values, parameters.
                pub defs: Vec<&'a $($mut)? Value>,
                /// Used before the blocks run, inside of the scope: a match guard's operands.
                pub uses: Vec<&'a $($mut)? Value>,
                /// Each sees `defs`, and nothing of the others.
                pub blocks: Vec<&'a $($mut)? Block>,
            }

            /// What an operation uses.
            pub fn op<'a>(op: &'a $($mut)? Op, f: &mut dyn FnMut(Role, &'a $($mut)? Value)) {
                match op {
                    Op::Opaque(o) => opaque(o, f),
                    Op::Prim { args, .. } => all(args, f),
                    Op::Select(c, a, b) => {
                        f(Role::Value, c);
                        f(Role::Value, a);
                        f(Role::Value, b);
                    }
                    Op::Load(p) | Op::Len(p) | Op::Take(p) | Op::Peek(p) | Op::ZeroTangent(p) => place(p, f),
                    Op::Borrow { place: p, .. } => place(p, f),
                    Op::Alloc(a) => alloc(a, f),
                    Op::Move(v) => f(Role::Value, v),
                    Op::Read(v) => f(Role::Name, v),
                    Op::Float(_) => {}
                    Op::Zeros(s) => shape(s, f),
                    Op::Pullback { args, out, out_bar, tangents, .. } => {
                        names(args, f);
                        f(Role::Name, out);
                        // What is read again has a name.
                        let role = if tangents.is_empty() { Role::Value } else { Role::Name };
                        f(role, out_bar);
                        tangents.into_iter().for_each(|dots| known(dots, f));
                    }
                    Op::Pushforward { args, out, dots, tangents, .. } => {
                        names(args, f);
                        f(Role::Name, out);
                        known(dots, f);
                        tangents.into_iter().for_each(|dots| known(dots, f));
                    }
                    Op::Arm { values, .. } => all(values, f),
                }
            }

            fn all<'a>(values: &'a $($mut)? Vec<Value>, f: &mut dyn FnMut(Role, &'a $($mut)? Value)) {
                for value in values {
                    f(Role::Value, value);
                }
            }

            fn known<'a>(values: &'a $($mut)? Vec<Option<Value>>, f: &mut dyn FnMut(Role, &'a $($mut)? Value)) {
                for value in values {
                    if let Some(value) = value {
                        f(Role::Name, value);
                    }
                }
            }

            fn names<'a>(values: &'a $($mut)? Vec<Value>, f: &mut dyn FnMut(Role, &'a $($mut)? Value)) {
                for value in values {
                    f(Role::Name, value);
                }
            }

            fn alloc<'a>(alloc: &'a $($mut)? Alloc, f: &mut dyn FnMut(Role, &'a $($mut)? Value)) {
                match alloc {
                    Alloc::Scalar(v) => f(Role::Value, v),
                    Alloc::Repeat { elem, len, .. } => {
                        f(Role::Value, elem);
                        f(Role::Value, len);
                    }
                    Alloc::List { elems, .. } => all(elems, f),
                    Alloc::Construct(construct) => {
                        for (_, value) in & $($mut)? construct.fields {
                            f(Role::Value, value);
                        }
                        if let Some(rest) = & $($mut)? construct.rest {
                            place(rest, f);
                        }
                    }
                    Alloc::Empty { capacity } => maybe(capacity, f),
                    Alloc::Copy { place: p, .. } => place(p, f),
                    Alloc::Opaque(o) => opaque(o, f),
                }
            }

            fn maybe<'a>(value: &'a $($mut)? Option<Value>, f: &mut dyn FnMut(Role, &'a $($mut)? Value)) {
                if let Some(value) = value {
                    f(Role::Value, value);
                }
            }

            fn shape<'a>(s: &'a $($mut)? Shape, f: &mut dyn FnMut(Role, &'a $($mut)? Value)) {
                match s {
                    Shape::Like(p) => place(p, f),
                    Shape::Vec(n) | Shape::Array(n) => f(Role::Value, n),
                    Shape::Float | Shape::List(..) => {}
                }
            }

            /// The base of a place and the values that select a part of it.
            pub fn place<'a>(p: &'a $($mut)? Place, f: &mut dyn FnMut(Role, &'a $($mut)? Value)) {
                f(Role::Name, & $($mut)? p.base);
                for proj in & $($mut)? p.proj {
                    match proj {
                        Proj::Deref | Proj::Field(_) | Proj::Payload(_) => {}
                        Proj::Index(i) => f(Role::Value, i),
                        Proj::Range { lo, hi, .. } => {
                            maybe(lo, f);
                            maybe(hi, f);
                        }
                    }
                }
            }

            fn opaque<'a>(o: &'a $($mut)? Opaque, f: &mut dyn FnMut(Role, &'a $($mut)? Value)) {
                for (_, value) in & $($mut)? o.uses {
                    f(Role::Opaque, value);
                }
            }

            /// The leaves of a result.
            pub fn tree<'a>(t: &'a $($mut)? Tree, f: &mut dyn FnMut(Role, &'a $($mut)? Value)) {
                match t {
                    Tree::Unit => {}
                    Tree::Leaf(v) => f(Role::Value, v),
                    Tree::Tuple(parts) => {
                        for part in parts {
                            tree(part, f);
                        }
                    }
                }
            }

            fn arg<'a>(a: &'a $($mut)? Arg, by_value: Role, f: &mut dyn FnMut(Role, &'a $($mut)? Value)) {
                match a {
                    Arg::Value(v) => f(by_value, v),
                    Arg::Borrow { place: p, .. } => place(p, f),
                }
            }

            fn memory<'a>(m: &'a $($mut)? Memory, f: &mut dyn FnMut(Role, &'a $($mut)? Value)) {
                match m {
                    Memory::Assign { place: p, src: v, old: _ } | Memory::Fill { place: p, value: v } | Memory::Push { place: p, value: v } => {
                        f(Role::Value, v);
                        place(p, f);
                    }
                    Memory::CopyFrom { place: a, src: b } | Memory::Swap { a, b } => {
                        place(a, f);
                        place(b, f);
                    }
                    Memory::SwapElements { place: p, i, j } => {
                        place(p, f);
                        f(Role::Value, i);
                        f(Role::Value, j);
                    }
                }
            }

            /// What a statement itself uses, nested blocks and what they yield left out.
            pub fn uses<'a>(stmt: &'a $($mut)? Stmt, f: &mut dyn FnMut(Role, &'a $($mut)? Value)) {
                match stmt {
                    Stmt::Let { op: o, .. } => op(o, f),
                    Stmt::Split { place: p, args, .. } => {
                        place(p, f);
                        all(args, f);
                    }
                    Stmt::Store { place: p, value, .. } => {
                        f(Role::Value, value);
                        place(p, f);
                    }
                    Stmt::Memory(m) => memory(m, f),
                    Stmt::Branch(b) => match & $($mut)? b.on {
                        On::If(v) | On::Match { scrutinee: v, .. } => f(Role::Value, v),
                        On::Arm { arm, .. } => f(Role::Name, arm),
                    },
                    Stmt::Loop(l) => header(l, f),
                    Stmt::Call(c) => {
                        let Call { args, tangents, at_once, kept, .. } = & $($mut)? **c;
                        for a in args {
                            arg(a, Role::Value, f);
                        }
                        if let Some(AtOnce { out_bar, slots }) = at_once {
                            tree(out_bar, f);
                            slot_args(slots, f);
                        }
                        if let Some(kept) = kept {
                            opaque(kept, f);
                        }
                        for t in tangents {
                            tangent_args(& $($mut)? t.args, Role::Value, f);
                        }
                    }
                    Stmt::Observe(o) => opaque(o, f),
                    Stmt::Declare { init: v, .. } => f(Role::Value, v),
                    Stmt::Set { acc, value } | Stmt::Add { acc, value } => {
                        f(Role::Value, value);
                        f(Role::Name, acc);
                    }
                    Stmt::ShadowAdd { place: p, value } => {
                        place(p, f);
                        f(Role::Value, value);
                    }
                    Stmt::ShadowAddFrom { to, from, .. } => {
                        place(to, f);
                        place(from, f);
                    }
                    Stmt::ShadowClear(p) => place(p, f),
                    Stmt::RecordNew { capacity, .. } => maybe(capacity, f),
                    Stmt::RecordPush { record, values } => {
                        f(Role::Name, record);
                        all(values, f);
                    }
                    Stmt::RecordRead { record, cursor, .. } => {
                        f(Role::Name, record);
                        f(Role::Name, cursor);
                    }
                    Stmt::RecordPart { record, cursor, lo, hi, .. } => {
                        f(Role::Name, record);
                        f(Role::Name, cursor);
                        f(Role::Value, lo);
                        f(Role::Value, hi);
                    }
                    Stmt::RecordAt { part, at, .. } => {
                        f(Role::Name, part);
                        f(Role::Value, at);
                    }
                    Stmt::CursorNew { record, .. } => f(Role::Name, record),
                    Stmt::LogRange { log, place: p } => {
                        f(Role::Name, log);
                        place(p, f);
                    }
                    Stmt::UnlogRange { log, cursor, place: p } => {
                        f(Role::Name, log);
                        f(Role::Name, cursor);
                        place(p, f);
                    }
                    Stmt::Unshare(v) => f(Role::Name, v),
                    Stmt::Pull(p) => {
                        let Pull { pull, is_method: _, is_function, functions: _, args, out_bar, slots, tangents } = & $($mut)? **p;
                        let by_value = if *is_function { Role::Value } else { Role::Slot };
                        f(Role::Name, pull);
                        for a in args {
                            arg(a, by_value, f);
                        }
                        tree(out_bar, f);
                        slot_args(slots, f);
                        for t in tangents {
                            tangent_args(& $($mut)? t.args, by_value, f);
                            tree(& $($mut)? t.out_bar, f);
                            slot_args(& $($mut)? t.slots, f);
                        }
                    }
                    Stmt::Closure(_) => {}
                }
            }

            fn tangent_args<'a>(args: &'a $($mut)? Vec<Option<Arg>>, by_value: Role, f: &mut dyn FnMut(Role, &'a $($mut)? Value)) {
                for a in args {
                    if let Some(a) = a {
                        arg(a, by_value, f);
                    }
                }
            }

            fn slot_args<'a>(slots: &'a $($mut)? Vec<SlotArg>, f: &mut dyn FnMut(Role, &'a $($mut)? Value)) {
                for slot in slots {
                    match slot {
                        SlotArg::None | SlotArg::Cell(_) => {}
                        SlotArg::Shadow(p) => place(p, f),
                    }
                }
            }

            fn slot_cells<'a>(slots: &'a $($mut)? Vec<SlotArg>, f: &mut dyn FnMut(&'a $($mut)? Value)) {
                for slot in slots {
                    match slot {
                        SlotArg::None | SlotArg::Shadow(_) => {}
                        SlotArg::Cell(v) => f(v),
                    }
                }
            }

            fn header<'a>(l: &'a $($mut)? Loop, f: &mut dyn FnMut(Role, &'a $($mut)? Value)) {
                match & $($mut)? l.header {
                    Header::Range { lo, hi, step, .. } => {
                        f(Role::Value, lo);
                        f(Role::Value, hi);
                        maybe(step, f);
                    }
                    Header::While(_) | Header::Forever => {}
                    Header::Times(n) => f(Role::Value, n),
                    Header::Items { iterator, .. } => opaque(iterator, f),
                }
                for c in & $($mut)? l.carried {
                    f(Role::Value, & $($mut)? c.init);
                }
            }

            /// What a statement defines for the statements behind it. [`Stmt::Unshare`] gives a value new memory and is not among
            /// the definitions.
            pub fn defs<'a>(stmt: &'a $($mut)? Stmt, f: &mut dyn FnMut(&'a $($mut)? Value)) {
                match stmt {
                    Stmt::Let { value: v, .. }
                    | Stmt::Declare { acc: v, .. }
                    | Stmt::RecordNew { record: v, .. }
                    | Stmt::CursorNew { cursor: v, .. } => f(v),
                    Stmt::RecordPart { part, .. } => f(part),
                    Stmt::Split { results: values, .. } | Stmt::RecordRead { values, .. } | Stmt::RecordAt { values, .. } => {
                        for v in values {
                            f(v);
                        }
                    }
                    Stmt::Store { old, .. } | Stmt::Memory(Memory::Assign { old, .. }) => maybe(old, &mut |_, v| f(v)),
                    Stmt::Branch(b) => {
                        for v in & $($mut)? b.results {
                            f(v);
                        }
                    }
                    Stmt::Loop(l) => {
                        let Loop { carried, trips, .. } = & $($mut)? **l;
                        for c in carried {
                            f(& $($mut)? c.result);
                        }
                        maybe(trips, &mut |_, v| f(v));
                    }
                    Stmt::Call(c) => {
                        let Call { result, error, pull, tangents, at_once, .. } = & $($mut)? **c;
                        tree(result, &mut |_, v| f(v));
                        if let Some(AtOnce { slots, .. }) = at_once {
                            slot_cells(slots, f);
                        }
                        maybe(error, &mut |_, v| f(v));
                        maybe(pull, &mut |_, v| f(v));
                        for t in tangents {
                            tree(& $($mut)? t.result, &mut |_, v| f(v));
                        }
                    }
                    Stmt::Pull(p) => {
                        let Pull { slots, tangents, .. } = & $($mut)? **p;
                        slot_cells(slots, f);
                        for t in tangents {
                            slot_cells(& $($mut)? t.slots, f);
                        }
                    }
                    Stmt::Memory(
                        Memory::Fill { .. } | Memory::CopyFrom { .. } | Memory::Swap { .. } | Memory::SwapElements { .. } | Memory::Push { .. },
                    )
                    | Stmt::Observe(_)
                    | Stmt::Set { .. }
                    | Stmt::Add { .. }
                    | Stmt::ShadowAdd { .. }
                    | Stmt::ShadowAddFrom { .. }
                    | Stmt::ShadowClear(_)
                    | Stmt::RecordPush { .. }
                    | Stmt::LogRange { .. }
                    | Stmt::UnlogRange { .. }
                    | Stmt::Unshare(_)
                    | Stmt::Closure(_) => {}
                }
            }

            /// The regions of a statement, in order of execution.
            pub fn scopes<'a>(stmt: &'a $($mut)? Stmt) -> Vec<Scope<'a>> {
                match stmt {
                    Stmt::Branch(b) => branch(b),
                    Stmt::Loop(l) => vec![loop_(l)],
                    Stmt::Closure(c) => vec![closure(c)],
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
                    | Stmt::Pull(_) => Vec::new(),
                }
            }

            fn branch<'a>(b: &'a $($mut)? Branch) -> Vec<Scope<'a>> {
                let Branch { on, arms, .. } = b;
                let mut scopes: Vec<_> = arms.into_iter().map(|arm| Scope { defs: Vec::new(), uses: Vec::new(), blocks: vec![arm] }).collect();
                match on {
                    On::If(_) => {}
                    On::Match { patterns, .. } => {
                        for (scope, Pattern { guard, binds, .. }) in scopes.iter_mut().zip(patterns) {
                            scope.defs = binds.into_iter().map(|(_, v)| v).collect();
                            if let Some(guard) = guard {
                                opaque(guard, &mut |_, v| scope.uses.push(v));
                            }
                        }
                    }
                    On::Arm { values, .. } => {
                        for (scope, values) in scopes.iter_mut().zip(values) {
                            scope.defs = values.into_iter().flatten().collect();
                        }
                    }
                }
                scopes
            }

            fn loop_<'a>(l: &'a $($mut)? Loop) -> Scope<'a> {
                let Loop { header, carried, body, .. } = l;
                let mut scope = Scope { defs: Vec::new(), uses: Vec::new(), blocks: Vec::new() };
                match header {
                    Header::Range { index, .. } => scope.defs.push(index),
                    Header::While(cond) => scope.blocks.push(cond),
                    Header::Forever | Header::Times(_) => {}
                    Header::Items { binds, .. } => scope.defs.extend(binds.into_iter().map(|(_, v)| v)),
                }
                scope.defs.extend(carried.into_iter().map(|c| & $($mut)? c.param));
                scope.blocks.push(body);
                scope
            }

            fn closure<'a>(c: &'a $($mut)? Closure) -> Scope<'a> {
                let Closure { primals, out_bar, shadows, tangents, body } = c;
                let mut defs = Vec::new();
                closure_defs(primals, out_bar, shadows, &mut defs);
                for TangentClosure { primals, out_bar, shadows } in tangents {
                    closure_defs(primals, out_bar, shadows, &mut defs);
                }
                Scope { defs, uses: Vec::new(), blocks: vec![body] }
            }

            fn closure_defs<'a>(
                primals: &'a $($mut)? Vec<PrimalSlot>,
                out_bar: &'a $($mut)? Value,
                shadows: &'a $($mut)? Vec<Option<Value>>,
                defs: &mut Vec<&'a $($mut)? Value>,
            ) {
                for slot in primals {
                    match slot {
                        PrimalSlot::Ignored => {}
                        PrimalSlot::Again(v) => defs.push(v),
                    }
                }
                defs.push(out_bar);
                defs.extend(shadows.into_iter().flatten());
            }
        }
    };
}

visitor!(by_ref, "Visits without change.");
visitor!(by_mut, "Visits to change values in place.", mut);

/// Whether statements use a value, blocks nested in them included.
pub fn mentions(stmts: &[Stmt], value: Value) -> bool {
    stmts.iter().any(|stmt| {
        let mut found = false;
        by_ref::uses(stmt, &mut |_, used| found |= *used == value);
        let in_block = |block: &Block| block.yields.contains(&value) || mentions(&block.stmts, value);
        let in_scope =
            |scope: &by_ref::Scope<'_>| scope.uses.contains(&&value) || scope.blocks.iter().any(|block| in_block(block));
        found || by_ref::scopes(stmt).iter().any(in_scope)
    })
}
