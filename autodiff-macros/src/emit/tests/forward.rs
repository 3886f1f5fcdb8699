//! Forward sweeps: the user's program printed again.

use super::*;
use expect_test::expect;

#[test]
fn straight_line() {
    let mut p = Program::default();
    let (x, y) = (p.float("x"), p.float("y"));
    p.check(
        |b| {
            let t = b.op("t", prim("add", &[x, y]));
            let s = b.op("s", prim("mul", &[t, x]));
            let t = b.op("t", prim("sub", &[x, y]));
            let t = b.op("t", prim("sub", &[s, t]));
            let t = b.op("t", prim("neg", &[t]));
            let s = b.op("s", prim("sin", &[t]));
            Tree::Tuple(vec![Tree::Leaf(s), Tree::Leaf(s)])
        },
        expect![[r#"
            let s = (x + y) * x;
            let s1 = (-(s - (x - y))).sin();
            (s1, s1)
        "#]],
    );
}

#[test]
fn loops_and_branches_as_the_user_wrote_them() {
    let mut p = Program::default();
    let (w, n) = (p.slice("w"), p.count("n"));
    p.check(
        |b| {
            let zero = b.op("s", Op::Opaque(opaque("0.0", &[])));
            let (param, result) = (b.fresh("s", Class::Plain, FLOAT), b.fresh("s", Class::Plain, FLOAT));
            let i = b.fresh("i", Class::Plain, Kind::Integer);
            let body = b.block(|b| {
                let v = b.op("v", Op::Load(at(w, i)));
                let c = b.bool("v > 0.0", &[("v", v)]);
                let then = b.block(|b| {
                    let t = b.op("t", prim("sin", &[v]));
                    vec![b.op("s", prim("add", &[param, t]))]
                });
                let joined = b.fresh("s", Class::Plain, FLOAT);
                let arms = vec![then, block(vec![], &[param])];
                b.push(Stmt::Branch(Branch { on: On::If(c), arms, results: vec![joined] }));
                vec![joined]
            });
            b.range(i, n, vec![Carried { init: zero, param, result }], body);
            Tree::Leaf(result)
        },
        expect![[r#"
            let mut s = 0.0;
            for i in 0..n {
                let v = w[i];
                if v > 0.0 {
                    s += v.sin();
                }
            }
            s
        "#]],
    );
}

#[test]
fn leaving_a_loop() {
    let mut p = Program::default();
    let (w, n) = (p.slice("w"), p.count("n"));
    p.check(
        |b| {
            let zero = b.op("s", Op::Opaque(opaque("0.0", &[])));
            let (param, result) = (b.fresh("s", Class::Plain, FLOAT), b.fresh("s", Class::Plain, FLOAT));
            let i = b.fresh("i", Class::Plain, Kind::Integer);
            let body = b.block(|b| {
                let c = b.bool("s > 9.0", &[("s", param)]);
                let then = b.block(|b| {
                    let stop = b.bool("true", &[]);
                    vec![param, stop]
                });
                let els = b.block(|b| {
                    let t = b.op("t", Op::Load(at(w, i)));
                    let s = b.op("s", prim("add", &[param, t]));
                    let stop = b.bool("false", &[]);
                    vec![s, stop]
                });
                let results = vec![b.fresh("s", Class::Plain, FLOAT), b.fresh("stop", Class::Plain, Kind::Bool)];
                b.push(Stmt::Branch(Branch { on: On::If(c), arms: vec![then, els], results: results.clone() }));
                results
            });
            b.range(i, n, vec![Carried { init: zero, param, result }], body);
            Tree::Leaf(result)
        },
        expect![[r#"
            let mut s = 0.0;
            for i in 0..n {
                if s > 9.0 {
                    break;
                } else {
                    s += w[i];
                }
            }
            s
        "#]],
    );
}

#[test]
fn carried_variables_that_depend_on_each_other() {
    let mut p = Program::default();
    let (x, n) = (p.float("x"), p.count("n"));
    p.check(
        |b| {
            let carry = |b: &mut Builder<'_>, name: &str| Carried {
                init: x,
                param: b.fresh(name, Class::Plain, FLOAT),
                result: b.fresh(name, Class::Plain, FLOAT),
            };
            let (u, v, k) = (carry(b, "u"), carry(b, "v"), carry(b, "k"));
            let i = b.fresh("i", Class::Plain, Kind::Integer);
            let body = b.block(|b| {
                let t = b.op("t", prim("add", &[u.param, v.param]));
                let next = b.op("k", prim("mul", &[u.param, k.param]));
                vec![v.param, t, next]
            });
            b.range(i, n, vec![u, v, k], body);
            let t = b.op("t", prim("sub", &[u.result, v.result]));
            Tree::Leaf(b.op("t", prim("sub", &[t, k.result])))
        },
        expect![[r#"
            let mut u = x;
            let mut v = x;
            let mut k = x;
            for _ in 0..n {
                k = u * k;
                (u, v) = (v, u + v);
            }
            u - v - k
        "#]],
    );
}

#[test]
fn stores_keep_their_order() {
    let mut p = Program::default();
    let (w, out, n) = (p.slice("w"), p.slice_mut("out"), p.count("n"));
    p.check(
        |b| {
            let i = b.int("n - 1", &[("n", n)]);
            let t = b.op("t", Op::Load(at(w, i)));
            let zero = b.int("0", &[]);
            let old = b.op("t", Op::Load(at(out, zero)));
            let t2 = b.op("t", prim("add", &[old, t]));
            b.push(Stmt::Store { place: at(out, zero), value: t2, old: None });
            let before = b.op("t", Op::Load(at(out, n)));
            b.push(Stmt::Store { place: at(out, n), value: before, old: None });
            let first = b.op("t", Op::Load(at(out, zero)));
            let c = b.op("c", Op::Float(-1.5));
            let old = b.fresh("old", Class::Plain, FLOAT);
            b.push(Stmt::Store { place: at(out, zero), value: c, old: Some(old) });
            let t = b.op("t", prim("mul", &[first, old]));
            Tree::Leaf(t)
        },
        expect![[r#"
            out[0] += w[n - 1];
            out[n] = out[n];
            let old = out[0];
            let t = out[0];
            out[0] = -1.5;
            t * old
        "#]],
    );
}

#[test]
fn users_tokens_with_other_names() {
    let mut p = Program::default();
    let (x, n) = (p.float("x"), p.count("n"));
    p.check(
        |b| {
            let m = b.let_("m", Kind::Integer, Op::Opaque(opaque("n + 1", &[("n", n)])));
            let again = b.let_("m", Kind::Integer, Op::Opaque(opaque("m + m", &[("m", m)])));
            b.push(Stmt::Observe(opaque("println!(\"{m}\")", &[("m", again)])));
            b.push(Stmt::Observe(opaque("drop((|m: usize| m + n)(m))", &[("m", again), ("n", n)])));
            b.push(Stmt::Observe(opaque("assert!(m > 1)", &[("m", m)])));
            b.push(Stmt::Observe(opaque("S { m }", &[("m", again)])));
            Tree::Leaf(x)
        },
        expect![[r#"
            let m = n + 1;
            let m1 = m + m;
            {
                let m = m1;
                println!("{m}")
            };
            {
                let m = m1;
                drop((|m: usize| m + n)(m))
            };
            assert!(m > 1);
            S { m: m1 };
            x
        "#]],
    );
}

#[test]
fn literals_have_no_methods() {
    let mut p = Program::default();
    let x = p.float("x");
    p.check(
        |b| {
            let c = b.op("c", Op::Float(0.0));
            let t = b.op("t", prim("max", &[c, x]));
            Tree::Leaf(t)
        },
        expect![[r#"
            ::differentiate::rt::real::max(0.0, x)
        "#]],
    );
}

#[test]
fn views_and_allocations() {
    let mut p = Program::default();
    let (w, n) = (p.slice("w"), p.count("n"));
    p.check(
        |b| {
            let zero = b.op("t", Op::Opaque(opaque("0.0", &[])));
            let buf = b.fresh("buf", Class::Owner, Kind::Vec(Box::new(FLOAT)));
            b.values[buf.0 as usize].mutable = true;
            b.push(Stmt::Let { value: buf, op: Op::Alloc(Alloc::Repeat { elem: zero, len: n, vec: true }) });
            let half = b.int("n / 2", &[("n", n)]);
            let (lo, hi) = (b.fresh("lo", VIEW_MUT, floats(true)), b.fresh("hi", VIEW_MUT, floats(true)));
            let method = syn::parse_str("split_at_mut").unwrap();
            b.push(Stmt::Split { results: vec![lo, hi], method, place: Place::whole(buf), args: vec![half] });
            b.push(Stmt::Memory(Memory::CopyFrom { place: Place::whole(lo), src: Place::whole(w) }));
            let call = Call {
                functions: Vec::new(),
                error: None,
                path: syn::parse_str("solve::<f64>").unwrap(),
                args: vec![
                    Arg::Borrow { mutable: false, place: Place::whole(w) },
                    Arg::Borrow { mutable: true, place: Place::whole(hi) },
                    Arg::Value(n),
                ],
                result: Tree::Unit,
                callee: Callee::Companion,
                pull: None,
                tangents: Vec::new(),
                at_once: None,
                receiver: Receiver::Known,
                kept: None,
            };
            b.push(Stmt::Call(Box::new(call)));
            let zero = b.int("0", &[]);
            Tree::Leaf(b.op("t", Op::Load(at(lo, zero))))
        },
        expect![[r#"
            let mut buf = ::std::vec![0.0; n];
            let (lo, hi) = buf.split_at_mut(n / 2);
            lo.copy_from_slice(w);
            solve::<f64>(w, &mut *hi, n);
            lo[0]
        "#]],
    );
}

#[test]
fn patterns() {
    let mut p = Program::default();
    let (x, k) = (p.float("x"), p.param("k", Class::Plain, Kind::Passive, "Kind", Mode::Move));
    p.check(
        |b| {
            let n = b.let_("n", Kind::Integer, Op::Opaque(opaque("1", &[])));
            b.push(Stmt::Observe(opaque("println!(\"{n}\")", &[("n", n)])));
            let bound = b.fresh("n", Class::Plain, Kind::Integer);
            let pattern = Pattern {
                pat: syn::parse_str::<syn::Arm>("Kind::Power { n } => 0").unwrap().pat,
                guard: Some(opaque("n > 0", &[("n", bound)])),
                binds: vec![(syn::parse_str("n").unwrap(), bound)],
            };
            let other = Pattern { pat: syn::parse_quote!(_), guard: None, binds: Vec::new() };
            let power = b.block(|b| vec![b.op("t", prim("powi", &[x, bound]))]);
            let result = b.fresh("y", Class::Plain, FLOAT);
            let on = On::Match { scrutinee: k, patterns: vec![pattern, other] };
            b.push(Stmt::Branch(Branch { on, arms: vec![power, block(vec![], &[x])], results: vec![result] }));
            Tree::Leaf(result)
        },
        expect![[r#"
            {
                let n = 1;
                println!("{n}")
            };
            match *k {
                Kind::Power { n } if n > 0 => x.powi(n),
                _ => x,
            }
        "#]],
    );
}

#[test]
fn many_variables_are_declared_together() {
    let mut p = Program::default();
    let x = p.float("x");
    let f = p.build(|b| {
        let mut last = x;
        for _ in 0..1000 {
            last = b.op("s", prim("mul", &[last, last]));
        }
        Tree::Leaf(last)
    });
    let text = print(&f);
    assert!(text.matches("let ").count() < 20 && text.contains("s998 = s997 * s997;"), "{text}");
}
