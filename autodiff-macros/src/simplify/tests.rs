//! Goldens of simplified programs.

use super::simplify;
use crate::ir::build::{Builder, fresh};
use crate::ir::print::print;
use crate::ir::*;
use crate::rules::by_name;
use expect_test::{Expect, expect};
use proc_macro2::Span;

const FLOAT: Kind = Kind::Float;

#[track_caller]
fn check(build: impl FnOnce(&mut Builder<'_>, Value, Value) -> Tree, expected: Expect) {
    let mut values = Vec::new();
    let mut param = |name: &str, class, kind, ty: &str, mode| {
        let value = fresh(&mut values, name, class, kind, Span::call_site());
        Param { value, ty: syn::parse_str(ty).unwrap(), mode, active: true, needs_derivative: false }
    };
    let slice = Kind::Ref(false, Box::new(Kind::Slice(Box::new(FLOAT))));
    let params = vec![
        param("x", Class::Plain, FLOAT, "f64", Mode::Copy),
        param("w", Class::View { mutable: false }, slice, "&[f64]", Mode::Shared),
    ];
    let (x, w) = (params[0].value, params[1].value);
    let mut b = Builder::new(&mut values);
    let result = build(&mut b, x, w);
    let body = Block { stmts: b.stmts, ..Block::default() };
    let result_ty = syn::parse_str("f64").unwrap();
    let mut f = Function { values, params, body, result, result_ty, dots: Vec::new(), result_dots: Vec::new(), cotangents: None };
    verify::verify(&f).unwrap();
    let own = f.values.len();
    simplify(&mut f, own);
    verify::verify(&f).unwrap();
    expected.assert_eq(&print(&f));
}

fn prim(b: &mut Builder<'_>, name: &str, args: &[Value]) -> Value {
    b.let_("t", FLOAT, Op::Prim { prim: by_name(name), args: args.to_vec() })
}

fn closure(b: &mut Builder<'_>, inner: impl FnOnce(&mut Builder<'_>, Value, Value)) {
    let (out_bar, x_bar) = (b.fresh("y_bar", Class::Shadow, FLOAT), b.fresh("x_bar", Class::Shadow, FLOAT));
    b.values[x_bar.0 as usize].optional = true;
    let (stmts, ()) = b.nested(|b| inner(b, out_bar, x_bar));
    let body = Block { stmts, ..Block::default() };
    let (primals, shadows) = (vec![PrimalSlot::Ignored; 2], vec![Some(x_bar), None]);
    b.push(Stmt::Closure(Box::new(Closure { primals, out_bar, shadows, tangents: Vec::new(), body })));
}

#[test]
fn arithmetic_with_nothing() {
    check(
        |b, x, _| {
            let (zero, one) = (b.float(0.0), b.float(1.0));
            let t = prim(b, "mul", &[one, x]);
            let t = prim(b, "add", &[zero, t]);
            let t = prim(b, "div", &[t, one]);
            let minus = b.float(-1.0);
            let t = prim(b, "mul", &[t, minus]);
            Tree::Leaf(prim(b, "sin", &[t]))
        },
        expect![[r#"
            fn(x: f64, view w: &[f64]) -> f64
              t.8 = neg x
              t.9 = sin t.8
              return t.9
        "#]],
    );
}

#[test]
fn the_forward_sweep_keeps_what_may_panic() {
    check(
        |b, x, w| {
            let i = b.let_(
                "i",
                Kind::Integer,
                Op::Opaque(Opaque { expr: syn::parse_quote!(3), uses: vec![], pure_: true, writes: false }),
            );
            b.let_("t", FLOAT, Op::Load(Place { base: w, proj: vec![Proj::Index(i)] }));
            prim(b, "exp", &[x]);
            closure(b, |b, out_bar, x_bar| {
                b.let_("t", FLOAT, Op::Load(Place { base: w, proj: vec![Proj::Index(i)] }));
                let bar = b.let_("bar", FLOAT, Op::Peek(Place::whole(out_bar)));
                b.push(Stmt::ShadowAdd { place: Place::whole(x_bar), value: bar });
            });
            Tree::Leaf(x)
        },
        expect![[r#"
            fn(x: f64, view w: &[f64]) -> f64
              i = `3`
              t.3 = load w[i]
              pullback(_, _; y_bar; shadow? x_bar, _)
                bar = peek y_bar
                x_bar += bar
              return x
        "#]],
    );
}

#[test]
fn locals_that_are_only_written() {
    check(
        |b, x, _| {
            let t = prim(b, "sin", &[x]);
            let record = b.fresh("loop", Class::Record, Kind::Unknown);
            b.push(Stmt::RecordNew { record, capacity: None });
            b.push(Stmt::RecordPush { record, values: vec![t, x] });
            closure(b, |b, out_bar, x_bar| {
                let bar = b.let_("bar", FLOAT, Op::Peek(Place::whole(out_bar)));
                let cursor = b.fresh("at", Class::Accumulator, Kind::Integer);
                b.push(Stmt::CursorNew { cursor, record });
                b.push(Stmt::RecordRead { record, cursor, values: vec![t, x] });
                let zero = b.float(0.0);
                let (used, unused) = (b.fresh("t_bar", Class::Accumulator, FLOAT), b.fresh("u_bar", Class::Accumulator, FLOAT));
                b.push(Stmt::Declare { acc: used, init: zero });
                b.push(Stmt::Declare { acc: unused, init: zero });
                b.push(Stmt::Add { acc: unused, value: bar });
                let shadow = b.fresh("v_bar", Class::Shadow, Kind::Unknown);
                b.push(Stmt::Let { value: shadow, op: Op::Zeros(Shape::Float) });
                b.push(Stmt::ShadowAdd { place: Place::whole(shadow), value: bar });
                let t_bar = prim(b, "mul", &[bar, x]);
                b.push(Stmt::Add { acc: used, value: t_bar });
                let read = b.let_("t_bar", FLOAT, Op::Read(used));
                let minus = prim(b, "neg", &[read]);
                let sum = prim(b, "add", &[bar, minus]);
                b.push(Stmt::ShadowAdd { place: Place::whole(x_bar), value: sum });
            });
            Tree::Leaf(t)
        },
        expect![[r#"
            fn(x: f64, view w: &[f64]) -> f64
              t.2 = sin x
              record loop = new()
              loop.push(t.2, x)
              pullback(_, _; y_bar; shadow? x_bar, _)
                bar = peek y_bar
                acc at = loop.len
                t.2, x = loop[--at]
                t.12 = mul bar, x
                t.15 = sub bar, t.12
                x_bar += t.15
              return t.2
        "#]],
    );
}

#[test]
fn variables_that_stay() {
    check(
        |b, x, _| {
            let n = b.let_(
                "n",
                Kind::Integer,
                Op::Opaque(Opaque { expr: syn::parse_quote!(9), uses: vec![], pure_: true, writes: false }),
            );
            let carry = |b: &mut Builder<'_>, name: &str| Carried {
                init: x,
                param: b.fresh(name, Class::Plain, FLOAT),
                result: b.fresh(name, Class::Plain, FLOAT),
            };
            let (a, s, dead) = (carry(b, "a"), carry(b, "s"), carry(b, "dead"));
            let (stmts, yields) = b.nested(|b| {
                let next = prim(b, "mul", &[s.param, a.param]);
                let other = prim(b, "mul", &[dead.param, a.param]);
                vec![a.param, next, other]
            });
            let body = Block { stmts, yields, diverges: false };
            let header = Header::Times(n);
            let carried = vec![a, s, dead];
            b.push(Stmt::Loop(Box::new(Loop {
                header,
                carried,
                body,
                can_stop: false,
                trips: None,
                lanes: false,
                span: Span::call_site(),
            })));
            Tree::Leaf(prim(b, "add", &[a.result, s.result]))
        },
        expect![[r#"
            fn(x: f64, view w: &[f64]) -> f64
              n = `9`
              times n
                carry s.5 = x -> s.6
                t.9 = mul s.5, x
                yield t.9
              t.11 = add x, s.6
              return t.11
        "#]],
    );
}

#[test]
fn adjoints_that_pass_through_a_branch() {
    check(
        |b, x, _| {
            let n = b.let_(
                "n",
                Kind::Integer,
                Op::Opaque(Opaque { expr: syn::parse_quote!(9), uses: vec![], pure_: true, writes: false }),
            );
            let c = b.let_(
                "c",
                Kind::Bool,
                Op::Opaque(Opaque { expr: syn::parse_quote!(true), uses: vec![], pure_: true, writes: false }),
            );
            closure(b, |b, out_bar, x_bar| {
                let bar = b.let_("bar", FLOAT, Op::Peek(Place::whole(out_bar)));
                let s_bar = b.fresh("s_bar", Class::Accumulator, FLOAT);
                b.push(Stmt::Declare { acc: s_bar, init: bar });
                let (stmts, ()) = b.nested(|b| {
                    let bar = b.let_("s_bar", FLOAT, Op::Read(s_bar));
                    let zero = b.float(0.0);
                    let before = b.fresh("s_bar", Class::Accumulator, FLOAT);
                    b.push(Stmt::Declare { acc: before, init: zero });
                    let (then, ()) = b.nested(|b| {
                        b.push(Stmt::Add { acc: before, value: bar });
                        let t = prim(b, "mul", &[bar, x]);
                        b.push(Stmt::ShadowAdd { place: Place::whole(x_bar), value: t });
                    });
                    let (els, ()) = b.nested(|b| b.push(Stmt::Add { acc: before, value: bar }));
                    let arms = vec![Block { stmts: then, ..Block::default() }, Block { stmts: els, ..Block::default() }];
                    b.push(Stmt::Branch(Branch { on: On::If(c), arms, results: vec![] }));
                    let next = b.let_("s_bar", FLOAT, Op::Read(before));
                    b.push(Stmt::Set { acc: s_bar, value: next });
                });
                let body = Block { stmts, ..Block::default() };
                let (header, carried) = (Header::Times(n), vec![]);
                b.push(Stmt::Loop(Box::new(Loop {
                    header,
                    carried,
                    body,
                    can_stop: false,
                    trips: None,
                    lanes: false,
                    span: Span::call_site(),
                })));
            });
            Tree::Leaf(x)
        },
        expect![[r#"
            fn(x: f64, view w: &[f64]) -> f64
              n = `9`
              c.3 = `true`
              pullback(_, _; y_bar; shadow? x_bar, _)
                bar = peek y_bar
                acc s_bar.7 = bar
                times n
                  s_bar.8 = read s_bar.7
                  if c.3
                    then
                      t = mul s_bar.8, x
                      x_bar += t
                    else
              return x
        "#]],
    );
}
