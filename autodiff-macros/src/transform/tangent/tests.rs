//! Tangent programs as text, of programs built by hand.

use super::transform;
use crate::ir::build::Builder;
use crate::ir::print::print;
use crate::ir::*;
use crate::rules::by_name;

/// A function under construction. What varies is told by hand.
struct Program {
    values: Vec<ValueData>,
    params: Vec<Param>,
    varied: Vec<Value>,
}

const VIEW: Class = Class::View { mutable: false };
const VIEW_MUT: Class = Class::View { mutable: true };

fn floats(mutable: bool) -> Kind {
    Kind::Ref(mutable, Box::new(Kind::Slice(Box::new(Kind::Float))))
}

fn int(text: &str, uses: &[(&str, Value)]) -> Op {
    let uses = uses.iter().map(|(name, v)| (syn::parse_str(name).unwrap(), *v)).collect();
    Op::Opaque(Opaque { expr: syn::parse_str(text).unwrap(), uses, pure_: true, writes: false })
}

fn at(base: Value, i: Value) -> Place {
    Place { base, proj: vec![Proj::Index(i)] }
}

fn borrow(mutable: bool, place: Place) -> Arg {
    Arg::Borrow { mutable, place }
}

fn call(path: &str, args: Vec<Arg>, result: Tree) -> Stmt {
    let path = syn::parse_str(path).unwrap();
    Stmt::Call(Box::new(Call {
        path,
        args,
        functions: Vec::new(),
        result,
        callee: Callee::Companion,
        error: None,
        pull: None,
        tangents: Vec::new(),
        at_once: None,
        receiver: Receiver::Known,
        kept: None,
    }))
}

impl Program {
    fn new() -> Self {
        Program { values: Vec::new(), params: Vec::new(), varied: Vec::new() }
    }

    fn param(&mut self, name: &str, class: Class, kind: Kind, active: bool) -> Value {
        let value = Builder::new(&mut self.values).fresh(name, class, kind);
        let ty = syn::parse_str("T").unwrap();
        self.params.push(Param { value, ty, mode: Mode::Copy, active, needs_derivative: false });
        if active {
            self.varied.push(value);
        }
        value
    }

    /// The tangent's text; `body` returns the result and what varies besides the parameters.
    #[track_caller]
    fn check(mut self, body: impl FnOnce(&mut Builder<'_>) -> (Tree, Vec<Value>), expected: &str) {
        let mut b = Builder::new(&mut self.values);
        let (result, varied) = body(&mut b);
        let body = Block { stmts: b.stmts, ..Block::default() };
        self.varied.extend(varied);
        let f = Function {
            values: self.values,
            params: self.params,
            body,
            result,
            result_ty: syn::parse_str("Y").unwrap(),
            dots: Vec::new(),
            result_dots: Vec::new(),
            cotangents: None,
        };
        let got = print(&transform(&f, &|v| self.varied.contains(&v)).0);
        let unindented: Vec<&str> =
            expected.trim_matches('\n').lines().map(|l| l.strip_prefix("        ").unwrap_or(l)).collect();
        assert_eq!(got.trim_end(), unindented.join("\n").trim_end(), "got\n{got}");
    }
}

#[test]
fn primitives_of_floats() {
    let mut p = Program::new();
    let x = p.param("x", Class::Plain, Kind::Float, true);
    let k = p.param("k", Class::Plain, Kind::Float, false);
    p.check(
        |b| {
            let y = b.let_("y", Kind::Float, Op::Prim { prim: by_name("tanh"), args: vec![x] });
            let z = b.let_("z", Kind::Float, Op::Prim { prim: by_name("mul"), args: vec![y, k] });
            let w = b.let_("w", Kind::Float, Op::Prim { prim: by_name("add"), args: vec![z, k] });
            let v = b.let_("v", Kind::Float, Op::Prim { prim: by_name("floor"), args: vec![w] });
            (Tree::Tuple(vec![Tree::Leaf(w), Tree::Leaf(v)]), vec![y, z, w])
        },
        "
        fn(x: T, const k: T; x_dot) -> Y
          y = tanh x
          c.7 = 1.0
          t.8 = mul y, y
          t.9 = sub c.7, t.8
          y_dot = mul x_dot, t.9
          z = mul y, k
          z_dot = mul y_dot, k
          w = add z, k
          v = floor w
          c.12 = 0.0
          return (w, v); (z_dot, c.12)
        ",
    );
}

#[test]
fn memory_is_mirrored() {
    let mut p = Program::new();
    let w = p.param("w", VIEW, floats(false), true);
    let out = p.param("out", VIEW_MUT, floats(true), true);
    let data = p.param("data", VIEW, floats(false), false);
    let n = p.param("n", Class::Plain, Kind::Integer, false);
    p.check(
        |b| {
            let zero = b.let_("zero", Kind::Float, int("0.0", &[]));
            let buf = b.fresh("buf", Class::Owner, Kind::Vec(Box::new(Kind::Float)));
            b.push(Stmt::Let { value: buf, op: Op::Alloc(Alloc::Repeat { elem: zero, len: n, vec: true }) });
            b.values[buf.0 as usize].mutable = true;
            let [lo, hi] = [b.fresh("lo", VIEW_MUT, floats(true)), b.fresh("hi", VIEW_MUT, floats(true))];
            let split = syn::parse_quote!(split_at_mut);
            b.push(Stmt::Split { results: vec![lo, hi], method: split, place: Place::whole(buf), args: vec![n] });
            let i = b.let_("i", Kind::Integer, int("n - 1", &[("n", n)]));
            let t = b.let_("t", Kind::Float, Op::Load(at(w, i)));
            b.push(Stmt::Store { place: at(lo, i), value: t, old: None });
            let c = b.let_("c", Kind::Float, Op::Load(at(data, i)));
            b.push(Stmt::Store { place: at(hi, i), value: c, old: None });
            b.push(Stmt::Memory(Memory::CopyFrom { place: Place::whole(out), src: Place::whole(hi) }));
            b.push(Stmt::Memory(Memory::CopyFrom { place: Place::whole(hi), src: Place::whole(data) }));
            b.push(Stmt::Memory(Memory::SwapElements { place: Place::whole(hi), i: n, j: i }));
            (Tree::Leaf(buf), vec![buf, lo, hi, t])
        },
        "
        fn(view w: T, view mut out: T, const view data: T, const n: T; view w_dot, view mut out_dot) -> Y
          zero = `0.0`
          c.13 = 0.0
          own buf = vec![zero; n]
          own buf_dot = vec![c.13; n]
          view mut lo, view mut hi = buf.split_at_mut(n)
          view mut lo_dot, view mut hi_dot = buf_dot.split_at_mut(n)
          i = `n - 1` [n]
          t = load w[i]
          t_dot = load w_dot[i]
          lo[i] := t
          lo_dot[i] := t_dot
          c.10 = load data[i]
          hi[i] := c.10
          c.18 = 0.0
          hi_dot[i] := c.18
          out.copy_from(hi)
          out_dot.copy_from(hi_dot)
          c.19 = 0.0
          hi.copy_from(data)
          hi_dot.fill(c.19)
          hi.swap(n, i)
          hi_dot.swap(n, i)
          return buf; buf_dot
        ",
    );
}

#[test]
fn branches_and_loops_carry_tangents() {
    let mut p = Program::new();
    let x = p.param("x", Class::Plain, Kind::Float, true);
    let n = p.param("n", Class::Plain, Kind::Integer, false);
    p.check(
        |b| {
            let zero = b.let_("zero", Kind::Float, int("0.0", &[]));
            let [i, s, s2, j, j2] = ["i", "s", "s_end", "j", "j_end"]
                .map(|name| b.fresh(name, Class::Plain, if name.starts_with('s') { Kind::Float } else { Kind::Integer }));
            let (stmts, yields) = b.nested(|b| {
                let c = b.let_("c", Kind::Bool, int("i < 3", &[("i", i)]));
                let y = b.fresh("y", Class::Plain, Kind::Float);
                let (then, t) = b.nested(|b| b.let_("t", Kind::Float, Op::Prim { prim: by_name("mul"), args: vec![s, x] }));
                let arms = vec![
                    Block { stmts: then, yields: vec![t], diverges: false },
                    Block { stmts: Vec::new(), yields: vec![zero], diverges: false },
                    Block { stmts: Vec::new(), yields: Vec::new(), diverges: true },
                ];
                b.push(Stmt::Branch(Branch { on: On::If(c), arms, results: vec![y] }));
                vec![y, j, c, t]
            });
            let body = Block { stmts, yields: yields[..3].to_vec(), diverges: false };
            b.push(Stmt::Loop(Box::new(Loop {
                header: Header::Range { index: i, lo: n, hi: n, inclusive: false, step: None, rev: false },
                carried: vec![Carried { init: zero, param: s, result: s2 }, Carried { init: n, param: j, result: j2 }],
                body,
                can_stop: true,
                trips: None,
                lanes: false,
                span: proc_macro2::Span::call_site(),
            })));
            (Tree::Leaf(s2), vec![s, s2, yields[0], yields[3]])
        },
        "
        fn(x: T, const n: T; x_dot) -> Y
          zero = `0.0`
          c.12 = 0.0
          for i in n..n can stop
            carry s = zero -> s_end
            carry j = n -> j_end
            carry s_dot = c.12 -> s_end_dot
            c.8 = `i < 3` [i]
            y, y_dot = if c.8
              then
                t.10 = mul s, x
                t.15 = mul s_dot, x
                t.16 = mul x_dot, s
                t_dot = add t.15, t.16
                yield t.10, t_dot
              else
                c.18 = 0.0
                yield zero, c.18
              else
                diverge
            yield y, j, y_dot, c.8
          return s_end; s_end_dot
        ",
    );
}

#[test]
fn callees_get_a_tangent_for_every_slot() {
    let mut p = Program::new();
    let x = p.param("x", Class::Plain, Kind::Float, true);
    let data = p.param("data", VIEW, floats(false), false);
    let n = p.param("n", Class::Plain, Kind::Integer, false);
    p.check(
        |b| {
            let row = b.fresh("row", VIEW, floats(false));
            let all = Place { base: data, proj: vec![Proj::Range { lo: Some(n), hi: None, inclusive: false }] };
            b.push(Stmt::Let { value: row, op: Op::Borrow { mutable: false, place: all } });
            let one = b.let_("one", Kind::Float, int("1.0", &[]));
            let [y, m] = [b.fresh("y", Class::Owner, Kind::Unknown), b.fresh("m", Class::Plain, Kind::Integer)];
            let args = vec![Arg::Value(x), borrow(false, Place::whole(row)), Arg::Value(n), Arg::Value(one)];
            b.push(call("g", args, Tree::Tuple(vec![Tree::Leaf(y), Tree::Leaf(m)])));
            let k = b.fresh("k", Class::Plain, Kind::Float);
            b.push(call("constant", vec![Arg::Value(one)], Tree::Leaf(k)));
            let z = b.fresh("z", Class::Owner, Kind::Unknown);
            b.push(Stmt::Let { value: z, op: Op::Prim { prim: by_name("mul"), args: vec![y, one] } });
            let v = b.fresh("v", Class::Owner, Kind::Unknown);
            b.push(Stmt::Let { value: v, op: Op::Move(z) });
            (Tree::Leaf(v), vec![y, z, v])
        },
        "
        fn(x: T, const view data: T, const n: T; x_dot) -> Y
          own data_dot.11 = zero tangent data
          view data_dot.12 = &data_dot.11
          view row = &data[n..]
          view row_dot = &data_dot.12[n..]
          one = `1.0`
          c = 0.0
          (y, m); (y_dot, ()) = call g(x, &row, n, one; x_dot, &row_dot, _, c)
          k = call constant(one)
          own z = mul y, one
          own z_dot = pushforward of mul y, one -> z; y_dot, _
          own v = move z
          own v_dot = copy z_dot.clone()
          return v; v_dot
        ",
    );
}

#[test]
fn constants_of_unknown_type_are_left_to_the_callee() {
    let mut p = Program::new();
    let x = p.param("x", Class::Plain, Kind::Float, true);
    let model = p.param("model", VIEW, Kind::Ref(false, Box::new(Kind::Unknown)), false);
    p.check(
        |b| {
            let y = b.fresh("y", Class::Plain, Kind::Float);
            let row = Place { base: model, proj: vec![Proj::Field(syn::parse_quote!(row))] };
            let args = vec![borrow(false, Place::whole(model)), borrow(false, row), Arg::Value(x)];
            b.push(call("g", args, Tree::Leaf(y)));
            (Tree::Leaf(y), vec![y])
        },
        "
        fn(x: T, const view model: T; x_dot) -> Y
          y; y_dot = call g(&model, &model.row, x; _, _, x_dot)
          return y; y_dot
        ",
    );
}

#[test]
fn fields_and_kept_tuples() {
    let mut p = Program::new();
    let s = p.param("s", VIEW, Kind::Ref(false, Box::new(Kind::Unknown)), true);
    let n = p.param("n", Class::Plain, Kind::Integer, false);
    p.check(
        |b| {
            let field = Place { base: s, proj: vec![Proj::Field(syn::parse_quote!(w))] };
            let w = b.fresh("w", Class::Owner, Kind::Unknown);
            b.push(Stmt::Let { value: w, op: Op::Load(field) });
            let pair = b.fresh("pair", Class::Owner, Kind::Tuple(vec![Kind::Unknown, Kind::Integer]));
            b.push(Stmt::Let { value: pair, op: Op::Alloc(Alloc::List { elems: vec![w, n], form: ListForm::Tuple }) });
            b.push(Stmt::Store {
                place: Place { base: pair, proj: vec![Proj::Field(syn::parse_quote!(1))] },
                value: n,
                old: None,
            });
            (Tree::Leaf(pair), vec![w, pair])
        },
        "
        fn(view s: T, const n: T; view s_dot) -> Y
          own w = load s.w
          own w_dot.5 = copy s_dot.w.clone()
          own w_dot.6 = copy w_dot.5.clone()
          unit = `()`
          own pair = (w, n)
          own pair_dot = (w_dot.6, unit)
          pair.1 := n
          return pair; pair_dot
        ",
    );
}
