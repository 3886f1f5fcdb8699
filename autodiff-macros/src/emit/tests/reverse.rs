//! Pullbacks.

use super::*;
use expect_test::expect;

/// `move |…| body` behind what `b` has built; the shadows of the parameters are made by `shadows`.
fn closure(
    b: &mut Builder<'_>,
    params: &[Option<Value>],
    shadows: &[Option<Value>],
    inner: impl FnOnce(&mut Builder<'_>, Value),
) {
    let out_bar = b.fresh("out_bar", Class::Shadow, Kind::Unknown);
    let (stmts, ()) = b.nested(|b| inner(b, out_bar));
    let primals = params.iter().map(|p| p.map_or(PrimalSlot::Ignored, PrimalSlot::Again)).collect();
    let body = Block { stmts, ..Block::default() };
    b.push(Stmt::Closure(Box::new(Closure { primals, out_bar, shadows: shadows.to_vec(), tangents: Vec::new(), body })));
}

fn shadow(b: &mut Builder<'_>, name: &str) -> Value {
    let v = b.fresh(name, Class::Shadow, FLOAT);
    b.values[v.0 as usize].optional = true;
    v
}

#[test]
fn records_of_a_loop() {
    let mut p = Program::default();
    let (w, n) = (p.slice("w"), p.count("n"));
    p.check(
        |b| {
            let one = b.op("s", Op::Float(1.0));
            let (param, result) = (b.fresh("s", Class::Plain, FLOAT), b.fresh("s", Class::Plain, FLOAT));
            let i = b.fresh("i", Class::Plain, Kind::Integer);
            let record = b.fresh("loop", Class::Record, Kind::Unknown);
            let cursor = b.fresh("at", Class::Accumulator, Kind::Integer);
            b.push(Stmt::RecordNew { record, capacity: Some(n) });
            let mut t = param;
            let body = b.block(|b| {
                let v = b.op("t", Op::Load(at(w, i)));
                t = b.op("t", prim("sin", &[v]));
                let next = b.op("s", prim("mul", &[param, t]));
                b.push(Stmt::RecordPush { record, values: vec![param, t] });
                vec![next]
            });
            b.range(i, n, vec![Carried { init: one, param, result }], body);
            let w_bar = shadow(b, "w_bar");
            closure(b, &[Some(w), None], &[Some(w_bar), None], |b, out_bar| {
                b.push(Stmt::CursorNew { cursor, record });
                let init = b.op("s_bar", Op::Peek(Place::whole(out_bar)));
                let s_bar = b.fresh("s_bar", Class::Accumulator, FLOAT);
                b.push(Stmt::Declare { acc: s_bar, init });
                let j = b.fresh("i", Class::Plain, Kind::Integer);
                let body = b.block(|b| {
                    b.push(Stmt::RecordRead { record, cursor, values: vec![param, t] });
                    let bar = b.op("s_bar", Op::Read(s_bar));
                    let t_bar = b.op("t_bar", prim("mul", &[bar, param]));
                    let next = b.op("s_bar", prim("mul", &[bar, t]));
                    b.push(Stmt::Set { acc: s_bar, value: next });
                    let v = b.op("t", Op::Load(at(w, j)));
                    let c = b.op("t", prim("cos", &[v]));
                    let v_bar = b.op("t_bar", prim("mul", &[t_bar, c]));
                    b.push(Stmt::ShadowAdd { place: at(w_bar, j), value: v_bar });
                    vec![]
                });
                b.range(j, n, vec![], body);
            });
            Tree::Leaf(result)
        },
        expect![[r#"
            use ::differentiate::rt::CellExt as _;
            let mut loop1 = ::std::vec::Vec::with_capacity(n);
            let mut s = 1.0;
            ::differentiate::rt::record(
                &mut loop1,
                0..n,
                |i| {
                    let t = w[i].sin();
                    let entry = (s, t);
                    s *= t;
                    entry
                },
            );
            (
                s,
                move |w, _, out_bar, w_bar, _| {
                    let mut at = loop1.len();
                    let mut s_bar = out_bar.get();
                    for i1 in 0..n {
                        at -= 1;
                        let (s, t) = loop1[at];
                        let t_bar = s_bar * s;
                        s_bar *= t;
                        if let Some(w_bar) = w_bar {
                            w_bar[i1].add(t_bar * w[i1].cos());
                        }
                    }
                },
            )
        "#]],
    );
}

#[test]
fn arms_are_recorded() {
    let mut p = Program::default();
    let x = p.float("x");
    p.check(
        |b| {
            let c = b.bool("x > 0.0", &[("x", x)]);
            let mut kept = x;
            let then = b.block(|b| {
                kept = b.op("t", prim("exp", &[x]));
                let arm = b.let_("arm", Kind::Passive, Op::Arm { index: 0, of: 2, values: vec![kept] });
                vec![kept, arm]
            });
            let els = b.block(|b| {
                let arm = b.let_("arm", Kind::Passive, Op::Arm { index: 1, of: 2, values: vec![] });
                vec![x, arm]
            });
            let (y, arm) = (b.fresh("y", Class::Plain, FLOAT), b.fresh("arm", Class::Plain, Kind::Passive));
            b.push(Stmt::Branch(Branch { on: On::If(c), arms: vec![then, els], results: vec![y, arm] }));
            let x_bar = shadow(b, "x_bar");
            closure(b, &[None], &[Some(x_bar)], |b, out_bar| {
                let bar = b.op("y_bar", Op::Peek(Place::whole(out_bar)));
                let first = b.block(|b| vec![b.op("t", prim("mul", &[bar, kept]))]);
                let result = b.fresh("x_bar", Class::Plain, FLOAT);
                let on = On::Arm { arm, values: vec![Some(vec![kept]), Some(vec![])] };
                b.push(Stmt::Branch(Branch { on, arms: vec![first, block(vec![], &[bar])], results: vec![result] }));
                b.push(Stmt::ShadowAdd { place: Place::whole(x_bar), value: result });
            });
            Tree::Leaf(y)
        },
        expect![[r#"
            use ::differentiate::rt::CellExt as _;
            let (y, arm) = if x > 0.0 {
                let t = x.exp();
                (t, ::differentiate::rt::Arm2::A(t))
            } else {
                (x, ::differentiate::rt::Arm2::B(()))
            };
            (
                y,
                move |_, out_bar, x_bar| {
                    let y_bar = out_bar.get();
                    let x_bar1 = match arm {
                        ::differentiate::rt::Arm2::A(t) => y_bar * t,
                        ::differentiate::rt::Arm2::B(()) => y_bar,
                    };
                    if let Some(x_bar) = x_bar {
                        x_bar.add(x_bar1);
                    }
                },
            )
        "#]],
    );
}

#[test]
fn a_callee_is_pulled() {
    let mut p = Program::default();
    let (x, w, out) = (p.float("x"), p.slice("w"), p.slice_mut("out"));
    p.check(
        |b| {
            let y = b.fresh("y", Class::Plain, FLOAT);
            let pull = b.fresh("pull", Class::Pull, Kind::Unknown);
            let rest = b.int("1", &[]);
            let tail = Place { base: w, proj: vec![Proj::Range { lo: Some(rest), hi: None, inclusive: false }] };
            let args = vec![
                Arg::Value(x),
                Arg::Borrow { mutable: false, place: tail.clone() },
                Arg::Borrow { mutable: true, place: Place::whole(out) },
            ];
            let path = syn::parse_str("inner::model::<4>").unwrap();
            let call = Call {
                functions: Vec::new(),
                error: None,
                path,
                args: args.clone(),
                result: Tree::Leaf(y),
                callee: Callee::Companion,
                pull: Some(pull),
                tangents: Vec::new(),
                at_once: None,
                receiver: Receiver::Known,
                kept: None,
            };
            b.push(Stmt::Call(Box::new(call)));
            let (x_bar, w_bar, o_bar) = (shadow(b, "x_bar"), shadow(b, "w_bar"), shadow(b, "out_bar"));
            closure(b, &[None, Some(w), Some(out)], &[Some(x_bar), Some(w_bar), Some(o_bar)], |b, out_bar| {
                let bar = b.op("y_bar", Op::Peek(Place::whole(out_bar)));
                let cell = b.fresh("x_bar", Class::Plain, FLOAT);
                let slots = vec![
                    SlotArg::Cell(cell),
                    SlotArg::Shadow(Place { base: w_bar, ..tail }),
                    SlotArg::Shadow(Place::whole(o_bar)),
                ];
                b.push(Stmt::Pull(Box::new(Pull {
                    pull,
                    is_method: false,
                    args,
                    out_bar: Tree::Leaf(bar),
                    slots,
                    functions: Vec::new(),
                    is_function: false,
                    tangents: Vec::new(),
                })));
                b.push(Stmt::ShadowAdd { place: Place::whole(x_bar), value: cell });
            });
            Tree::Leaf(y)
        },
        expect![[r#"
            use ::differentiate::rt::CellExt as _;
            let (y, pull) = inner::model::forward::<4>(&x, &w[1..], &mut *out);
            (
                y,
                move |_, w, out, out_bar, x_bar, w_bar, out_bar1| {
                    let x_bar1 = ::core::cell::Cell::new(0.0);
                    pull(
                        ::differentiate::rt::Ignored,
                        &w[1..],
                        &mut *out,
                        &::core::cell::Cell::new(out_bar.get()),
                        ::differentiate::rt::slot(&x_bar1),
                        ::differentiate::rt::slot(w_bar.map(|w_bar| &w_bar[1..])),
                        ::differentiate::rt::slot(out_bar1),
                    );
                    if let Some(x_bar) = x_bar {
                        x_bar.add(x_bar1.get());
                    }
                },
            )
        "#]],
    );
}

#[test]
fn shadows_that_may_be_declined() {
    let mut p = Program::default();
    let (w, k) = (p.slice("w"), p.count("k"));
    p.check(
        |b| {
            let w_bar = shadow(b, "w_bar");
            closure(b, &[Some(w), None], &[Some(w_bar), None], |b, out_bar| {
                let (lo, hi) = (shadow(b, "a_bar"), shadow(b, "b_bar"));
                let method = syn::parse_str("split_at_mut").unwrap();
                b.push(Stmt::Split { results: vec![lo, hi], method, place: Place::whole(w_bar), args: vec![k] });
                let row = shadow(b, "row_bar");
                let range = Proj::Range { lo: Some(k), hi: None, inclusive: false };
                b.push(Stmt::Let { value: row, op: Op::Borrow { mutable: false, place: Place { base: lo, proj: vec![range] } } });
                let bar = b.op("y_bar", Op::Take(Place::whole(out_bar)));
                b.push(Stmt::ShadowAdd { place: at(row, k), value: bar });
                let t = b.op("t", prim("mul", &[bar, bar]));
                b.push(Stmt::ShadowAdd { place: at(row, k), value: t });
                let taken = b.op("t", Op::Take(at(hi, k)));
                b.push(Stmt::ShadowAdd { place: at(hi, k), value: taken });
                let own = b.fresh("u_bar", Class::Shadow, Kind::Unknown);
                b.push(Stmt::Let { value: own, op: Op::Zeros(Shape::Vec(k)) });
                b.push(Stmt::ShadowAddFrom { to: Place::whole(w_bar), from: Place::whole(own), take: true });
            });
            Tree::Unit
        },
        expect![[r#"
            use ::differentiate::rt::CellExt as _;
            (
                (),
                move |_, _, out_bar, w_bar, _| {
                    let (a_bar, b_bar) = match w_bar {
                        Some(w_bar) => {
                            let (a_bar, b_bar) = w_bar.split_at(k);
                            (Some(a_bar), Some(b_bar))
                        }
                        None => (None, None),
                    };
                    let row_bar = a_bar.map(|a_bar| &a_bar[k..]);
                    let y_bar = out_bar.take();
                    if let Some(row_bar) = row_bar {
                        row_bar[k].add(y_bar);
                        row_bar[k].add(y_bar * y_bar);
                    }
                    let t = b_bar.map_or(0.0, |b_bar| b_bar[k].take());
                    if let Some(b_bar) = b_bar {
                        b_bar[k].add(t);
                    }
                    let u_bar = ::differentiate::rt::cells(0.0, k);
                    if let Some(w_bar) = w_bar {
                        ::differentiate::rt::ShadowOps::take_from(w_bar, &u_bar);
                    } else {
                        ::differentiate::rt::ShadowOps::clear(&u_bar);
                    }
                },
            )
        "#]],
    );
}

#[test]
fn memory_is_rewound() {
    let mut p = Program::default();
    let n = p.count("n");
    p.check(
        |b| {
            let zero = b.op("t", Op::Float(0.0));
            let l = b.fresh("l", Class::Owner, Kind::Vec(Box::new(FLOAT)));
            b.values[l.0 as usize].mutable = true;
            b.push(Stmt::Let { value: l, op: Op::Alloc(Alloc::Repeat { elem: zero, len: n, vec: true }) });
            let (log, cursor) = (b.fresh("log", Class::Record, Kind::Unknown), b.fresh("at", Class::Accumulator, Kind::Integer));
            b.push(Stmt::RecordNew { record: log, capacity: None });
            let range = Place { base: l, proj: vec![Proj::Range { lo: Some(n), hi: Some(n), inclusive: false }] };
            b.push(Stmt::LogRange { log, place: range.clone() });
            let one = b.op("t", Op::Float(1.0));
            b.push(Stmt::Memory(Memory::Fill { place: Place::whole(l), value: one }));
            closure(b, &[None], &[None], |b, _| {
                b.push(Stmt::Unshare(l));
                b.push(Stmt::CursorNew { cursor, record: log });
                b.push(Stmt::UnlogRange { log, cursor, place: range });
            });
            Tree::Unit
        },
        expect![[r#"
            let mut l = ::std::vec![0.0; n];
            let mut log = ::std::vec::Vec::new();
            log.extend_from_slice(::differentiate::rt::range(&l, n, n));
            l.fill(1.0);
            (
                (),
                move |_, _, _| {
                    let mut l = l.clone();
                    let mut at = log.len();
                    {
                        let range = ::differentiate::rt::range_mut(&mut l, n, n);
                        at -= range.len();
                        range.copy_from_slice(&log[at..][..range.len()]);
                    }
                },
            )
        "#]],
    );
}
