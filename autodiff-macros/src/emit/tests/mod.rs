//! Goldens: programs built by hand, printed.

mod forward;
mod reverse;

use crate::ir::build::{Builder, fresh};
use crate::ir::*;
use crate::rules::by_name;
use expect_test::Expect;
use proc_macro2::Span;
use quote::quote;

const VIEW: Class = Class::View { mutable: false };
const VIEW_MUT: Class = Class::View { mutable: true };
const FLOAT: Kind = Kind::Float;

/// A function under construction.
#[derive(Default)]
struct Program {
    values: Vec<ValueData>,
    params: Vec<Param>,
}

impl Program {
    fn param(&mut self, name: &str, class: Class, kind: Kind, ty: &str, mode: Mode) -> Value {
        let value = fresh(&mut self.values, name, class, kind, Span::call_site());
        let ty = syn::parse_str(ty).unwrap();
        self.params.push(Param { value, ty, mode, active: true, needs_derivative: false });
        value
    }

    fn float(&mut self, name: &str) -> Value {
        self.param(name, Class::Plain, FLOAT, "f64", Mode::Copy)
    }

    fn count(&mut self, name: &str) -> Value {
        let value = self.param(name, Class::Plain, Kind::Integer, "usize", Mode::Copy);
        self.params.last_mut().unwrap().active = false;
        value
    }

    fn slice(&mut self, name: &str) -> Value {
        self.param(name, VIEW, floats(false), "&[f64]", Mode::Shared)
    }

    fn slice_mut(&mut self, name: &str) -> Value {
        self.param(name, VIEW_MUT, floats(true), "&mut [f64]", Mode::Mut)
    }

    fn build(mut self, body: impl FnOnce(&mut Builder<'_>) -> Tree) -> Function {
        let mut b = Builder::new(&mut self.values);
        let result = body(&mut b);
        let body = Block { stmts: b.stmts, ..Block::default() };
        let result_ty = if result == Tree::Unit { "()" } else { "f64" };
        Function {
            values: self.values,
            params: self.params,
            body,
            result,
            result_ty: syn::parse_str(result_ty).unwrap(),
            dots: Vec::new(),
            result_dots: Vec::new(),
            cotangents: None,
        }
    }

    /// Compares what is printed for a body, without the copies of parameters at its head.
    #[track_caller]
    fn check(self, body: impl FnOnce(&mut Builder<'_>) -> Tree, expected: Expect) {
        let f = self.build(body);
        verify::verify(&f).unwrap();
        expected.assert_eq(&print(&f));
    }
}

fn print(f: &Function) -> String {
    let body = super::body(f.clone(), &quote!(::differentiate));
    let file = syn::parse2(quote!(fn f() { #body })).unwrap_or_else(|e| panic!("{e}: {body}"));
    let text = prettyplease::unparse(&file);
    let lines = text.lines().filter(|line| *line != "fn f() {" && *line != "}");
    let copied = |line: &str| f.params.iter().any(|p| line.trim() == format!("let {0} = *{0};", f[p.value].name));
    lines.filter(|line| !copied(line)).map(|line| format!("{}\n", line.strip_prefix("    ").unwrap_or(line))).collect()
}

fn floats(mutable: bool) -> Kind {
    Kind::Ref(mutable, Box::new(Kind::Slice(Box::new(FLOAT))))
}

fn prim(name: &str, args: &[Value]) -> Op {
    Op::Prim { prim: by_name(name), args: args.to_vec() }
}

fn opaque(text: &str, uses: &[(&str, Value)]) -> Opaque {
    let uses = uses.iter().map(|(name, v)| (syn::parse_str(name).unwrap(), *v)).collect();
    Opaque { expr: syn::parse_str(text).unwrap(), uses, pure_: true, writes: false }
}

fn at(base: Value, i: Value) -> Place {
    Place { base, proj: vec![Proj::Index(i)] }
}

fn block(stmts: Vec<Stmt>, yields: &[Value]) -> Block {
    Block { stmts, yields: yields.to_vec(), diverges: false }
}

/// What tests build again and again.
trait Build {
    fn op(&mut self, name: &str, op: Op) -> Value;
    fn int(&mut self, text: &str, uses: &[(&str, Value)]) -> Value;
    fn bool(&mut self, text: &str, uses: &[(&str, Value)]) -> Value;
    fn block(&mut self, inner: impl FnOnce(&mut Builder<'_>) -> Vec<Value>) -> Block;
    fn range(&mut self, index: Value, hi: Value, carried: Vec<Carried>, body: Block);
}

impl Build for Builder<'_> {
    fn op(&mut self, name: &str, op: Op) -> Value {
        self.let_(name, FLOAT, op)
    }

    fn int(&mut self, text: &str, uses: &[(&str, Value)]) -> Value {
        self.let_("t", Kind::Integer, Op::Opaque(opaque(text, uses)))
    }

    fn bool(&mut self, text: &str, uses: &[(&str, Value)]) -> Value {
        self.let_("t", Kind::Bool, Op::Opaque(opaque(text, uses)))
    }

    fn block(&mut self, inner: impl FnOnce(&mut Builder<'_>) -> Vec<Value>) -> Block {
        let (stmts, yields) = self.nested(inner);
        Block { stmts, yields, diverges: false }
    }

    fn range(&mut self, index: Value, hi: Value, carried: Vec<Carried>, body: Block) {
        let lo = self.int("0", &[]);
        let header = Header::Range { index, lo, hi, inclusive: false, step: None, rev: false };
        let can_stop = body.yields.len() > carried.len();
        self.push(Stmt::Loop(Box::new(Loop {
            header,
            carried,
            body,
            can_stop,
            trips: None,
            lanes: false,
            span: Span::call_site(),
        })));
    }
}
