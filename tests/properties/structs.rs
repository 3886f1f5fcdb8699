//! A derived struct with fields of every kind, `Par { a, b, w, c, n }`. Its fields are variables with dotted names, so that all
//! other forms use them.

use crate::node;
use crate::scope::{Form, Gen, Ty};
use crate::signature::{Function, ParamTy};
use crate::simple::Written;
use crate::tree::Node;
use std::fmt::Write;

/// The declaration.
pub(crate) fn declaration(len: usize, differentiated: bool) -> String {
    let derived = if differentiated { "Clone, Debug, Differentiable" } else { "Clone, Debug" };
    format!(
        "#[derive({derived})]\nstruct Par {{\n    a: §,\n    b: §,\n    w: Vec<§>,\n    c: [§; {len}],\n    n: usize,\n}}\n\n"
    )
}

/// How many floats there are in it.
pub(crate) fn floats_in(len: usize) -> usize {
    2 + 2 * len
}

/// A value of the type (or of its gradients) from a row of floats.
pub(crate) fn from_row(name: &str, row: &str, len: usize, last: &str) -> String {
    format!(
        "{{ let row = &{row}; {name} {{ a: row[0] as §, b: row[1] as §, w: row[2..].iter().take({len}).map(|x| *x as §).collect(), \
         c: std::array::from_fn::<§, {len}, _>(|i| row[{} + i] as §), n: {last} }} }}",
        2 + len
    )
}

/// How the checks read it.
pub(crate) fn flat(name: &str) -> String {
    let mut out = format!("impl Flat for {name} {{\n    fn read(&self, out: &mut Vec<f64>) {{\n");
    ["a", "b", "w", "c"].iter().for_each(|field| {
        let _ = writeln!(out, "        self.{field}.read(out);");
    });
    out.push_str("    }\n}\n\n");
    out
}

impl Gen {
    /// Makes a struct and its fields visible.
    pub(crate) fn declare_struct(&mut self, name: &str, len: usize, reference: bool, mutable: bool) {
        self.declare(name, Ty::Struct { len, reference }, mutable);
        let row = |form| Ty::Floats { form, len, exact: true };
        let fields =
            [("a", Ty::Float), ("b", Ty::Float), ("w", row(Form::Vec)), ("c", row(Form::Array)), ("n", Ty::Int { lo: 0, hi: 2 })];
        for (field, ty) in fields {
            self.declare(&format!("{name}.{field}"), ty, mutable && field != "n");
        }
    }

    /// One that may be written if it has to be.
    pub(crate) fn a_struct(&mut self, writable: bool) -> Option<(String, bool)> {
        let var = self.pick(|v| matches!(v.ty, Ty::Struct { .. }) && if writable { v.mutable && !v.pinned } else { true })?;
        let Ty::Struct { reference, .. } = var.ty else { unreachable!("picked so") };
        Some((var.name, reference))
    }

    /// A new value.
    pub(crate) fn struct_value(&mut self) -> Node {
        let (len, base) = (self.len, self.a_struct(false));
        match (self.rng.below(4), base) {
            (0, Some((base, _))) => Node::text(format!("{base}.clone()")),
            (1, Some((base, _))) => node!["Par { a: ", self.expr(2), format!(", ..{base}.clone() }}")],
            (2, Some((base, _))) => node!["Par { c: ", self.listed(len), ", b: ", self.expr(2), format!(", ..{base}.clone() }}")],
            _ => {
                let row = self.pick(|v| matches!(v.ty, Ty::Floats { len: l, exact: true, .. } if l == len));
                let w = row.map_or_else(|| node!["vec![", self.expr(1), format!("; {len}]")], |v| node![v.name, ".to_vec()"]);
                let (a, b, c) = (self.expr(2), self.expr(1), self.listed(len));
                node!["Par { a: ", a, ", b: ", b, ", w: ", w, ", c: ", c, format!(", n: {} }}", self.rng.below(3))]
            }
        }
    }

    pub(crate) fn let_struct(&mut self) -> Written {
        let (value, name, mutable) = (self.struct_value(), self.fresh('h'), self.rng.chance(70));
        self.declare_struct(&name, self.len, false, mutable);
        let mutable = if mutable { "mut " } else { "" };
        Some(vec![node!["let ", mutable, &name, " = ", value, ";"].bind(&name)])
    }

    /// A whole struct is overwritten, or two change places.
    pub(crate) fn assign_struct(&mut self) -> Written {
        let (target, reference) = self.a_struct(true)?;
        let other =
            self.pick(|v| v.mutable && !v.pinned && v.name != target && matches!(v.ty, Ty::Struct { reference: false, .. }));
        if let (Some(other), false, true) = (other, reference, self.rng.chance(40)) {
            return Some(vec![node![format!("std::mem::swap(&mut {target}, &mut {});", other.name)]]);
        }
        let star = if reference { "*" } else { "" };
        Some(vec![node![star, target, " = ", self.struct_value(), ";"]])
    }

    /// `let Par { a, w, .. } = &h;`
    pub(crate) fn destructure(&mut self) -> Written {
        let (from, reference) = self.a_struct(false)?;
        let len = self.len;
        if self.rng.chance(40) {
            let (x, b) = (self.fresh('x'), self.fresh('a'));
            self.declare(&x, Ty::Float, false);
            self.declare(&b, Ty::Floats { form: Form::Array, len, exact: true }, false);
            return Some(vec![node![format!("let Par {{ b: {x}, c: {b}, .. }} = {from}.clone();")].bind(&x).bind(&b)]);
        }
        let (r, w) = (self.fresh('r'), self.fresh('w'));
        self.pin(&Node::text(&from));
        self.declare(&r, Ty::FloatRef, false);
        self.declare(&w, Ty::Floats { form: Form::Slice, len, exact: true }, false);
        let borrow = match reference {
            true => format!("&*{from}"),
            false => format!("&{from}"),
        };
        Some(vec![node![format!("let Par {{ a: {r}, w: {w}, .. }} = {borrow};")].bind(&r).bind(&w)])
    }

    /// A row of structs that is changed and read.
    pub(crate) fn rows_of_structs(&mut self) -> Written {
        let (z, h, i, x) = (self.fresh('z'), self.fresh('h'), self.fresh('i'), self.fresh('x'));
        let (first, second) = (self.struct_value(), self.struct_value());
        let array = self.rng.chance(40);
        let head = node![format!("let mut {z} = {}[", if array { "" } else { "vec!" }), first, ", ", second, "];"];
        let changes = self.nested(|g| {
            g.declare_struct(&h, g.len, true, true);
            let mut changes = vec![g.compound_to(format!("{h}.a"))];
            changes.extend(g.store().unwrap_or_default());
            changes
        });
        let change = node![format!("for {h} in {z}.iter_mut() {{"), changes, "}"].inside(&h);
        let sum = self.nested(|g| {
            let at = format!("{z}[{i}]");
            g.declare(&i, Ty::Int { lo: 0, hi: 1 }, false);
            g.declare(&format!("{at}.a"), Ty::Float, false);
            let other = g.float(2).operand();
            node![format!("{x} += 0.3 * {at}.w[{i}] * "), other, format!(" + {at}.a;")]
        });
        let sum = node![format!("for {i} in 0..{z}.len() {{"), vec![sum], "}"].inside(&i);
        self.declare(&x, Ty::Float, true);
        let out = [head.bind(&z).fixed(), change, node![format!("let mut {x} = 0.0;")].bind(&x).fixed(), sum];
        Some(out.to_vec())
    }

    /// The receiver of a call, and whether it is a reference.
    pub(crate) fn receiver(&mut self, callee: &Function) -> Option<String> {
        let writes = callee.params[0].ty.is_mut();
        let (name, _) = self.a_struct(writes)?;
        if writes {
            self.hide(&name);
        } else {
            self.pin(&Node::text(&name));
        }
        Some(name)
    }

    /// A struct as an argument.
    pub(crate) fn struct_argument(&mut self, ty: &ParamTy) -> Option<Node> {
        let writes = ty.is_mut();
        let found = self.a_struct(writes);
        if writes {
            let (name, reference) = found?;
            self.hide(&name);
            return Some(Node::text(if reference { name } else { format!("&mut {name}") }));
        }
        if self.rng.chance(12) {
            return Some(self.constant(ty));
        }
        if matches!(ty, ParamTy::Struct(_)) {
            return Some(self.struct_value());
        }
        Some(match found {
            Some((name, true)) => Node::text(name),
            Some((name, false)) => Node::text(format!("&{name}")),
            None => node!["&", self.struct_value()],
        })
    }
}
