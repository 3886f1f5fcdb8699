//! Local arrays and `Vec`s: making, storing, overwriting, exchanging and moving them.

use crate::float::USUAL;
use crate::node;
use crate::scope::{Feature, Form, Gen, Ty, Var};
use crate::simple::Written;
use crate::tree::Node;

/// The longest row whose elements are written one by one, and that loops inside of loops run over.
pub(crate) const SHORT: usize = 8;

pub(crate) fn floats(form: Form, len: usize) -> Ty {
    Ty::Floats { form, len, exact: true }
}

fn row(var: &Var) -> (Form, usize, bool) {
    match var.ty {
        Ty::Floats { form, len, exact } => (form, len, exact),
        _ => unreachable!("{} is no row", var.name),
    }
}

impl Gen {
    /// A row that may be written.
    pub(crate) fn writable(&mut self) -> Option<Var> {
        self.pick(|v| v.mutable && !v.pinned && matches!(v.ty, Ty::Floats { .. }))
    }

    fn row_of_len(&mut self, len: usize, not: &str) -> Option<Var> {
        self.pick(|v| v.name != not && matches!(v.ty, Ty::Floats { len: l, exact: true, .. } if l == len))
    }

    /// `[e, e, …]`, or `[e; len]` if that would be long.
    pub(crate) fn listed(&mut self, len: usize) -> Node {
        if len > SHORT {
            return node!["[", self.expr(2), format!("; {len}]")];
        }
        let mut node = node!["[", self.expr(2)];
        for _ in 1..len {
            node.pieces.extend(node![", ", self.expr(1)].pieces);
        }
        node.pieces.push("]".into());
        node
    }

    pub(crate) fn let_array(&mut self) -> Written {
        let len = if self.rng.chance(70) { self.len } else { self.rng.between(2, 5) };
        let mutable = self.rng.chance(75);
        let source = self.pick(|v| matches!(v.ty, Ty::Floats { .. }));
        let (value, form, len, exact) = match (self.rng.below(8), source) {
            (0, _) => (self.listed(len), Form::Array, len, true),
            (1, _) => (node!["[", self.expr(1), format!("; {len}]")], Form::Array, len, true),
            (2, _) => (node!["[0.0_§; ", format!("{len}]")], Form::Array, len, true),
            (3, _) => (node!["vec!", self.listed(len)], Form::Vec, len, true),
            (4, Some(v)) if row(&v).2 => (node![format!("vec![0.0_§; {}.len()]", v.name)], Form::Vec, row(&v).1, true),
            (5, Some(v)) if row(&v).0 != Form::Array && row(&v).0 != Form::Slice => {
                (node![format!("{}.to_vec()", v.name)], Form::Vec, row(&v).1, row(&v).2)
            }
            (6, Some(v)) if row(&v).0 == Form::Array => (Node::text(&v.name), Form::Array, row(&v).1, true),
            (7, Some(v)) if row(&v).0 == Form::Vec => (node![&v.name, ".clone()"], Form::Vec, row(&v).1, row(&v).2),
            _ => (node!["vec![", self.expr(1), format!("; {len}]")], Form::Vec, len, true),
        };
        let name = match (form, mutable) {
            (Form::Array, false) => self.name('a'),
            (Form::Array, true) => self.name('b'),
            (_, false) => self.name('v'),
            (_, true) => self.name('u'),
        };
        self.declare(&name, Ty::Floats { form, len, exact }, mutable);
        let mutable = if mutable { "mut " } else { "" };
        Some(vec![node!["let ", mutable, &name, " = ", value, ";"].bind(&name)])
    }

    pub(crate) fn store(&mut self) -> Written {
        let var = self.writable()?;
        let index = self.store_index(&var, row(&var).1);
        let target = format!("{}[{index}]", var.name);
        if self.rng.chance(50) {
            return Some(vec![self.compound_to(target)]);
        }
        Some(vec![node![target, " = ", self.expr(3), ";"]])
    }

    /// A loop that overwrites a row from what it has just written.
    pub(crate) fn sweep(&mut self) -> Written {
        let var = self.writable()?;
        let len = row(&var).1;
        if len < 2 {
            return None;
        }
        let (i, name) = (self.fresh('i'), &var.name);
        let down = self.rng.chance(30);
        let range = if down { format!("(0..{}).rev()", len - 1) } else { format!("1..{len}") };
        let near = if down { format!("{name}[{i} + 1]") } else { format!("{name}[{i} - 1]") };
        let (lo, hi) = if down { (0, len - 2) } else { (1, len - 1) };
        let node = self.nested(|g| {
            g.declare(&i, Ty::Int { lo, hi }, false);
            let other = g.expr(2);
            let value = match g.rng.below(3) {
                0 => node![format!("({near} * {name}[{i}]).sin() + 0.2 * "), g.float(1).operand()],
                1 => node![format!("0.5 * {near} + 0.4 * {name}[{i}] * "), node!["(", other, ")"]],
                _ => node![format!("({near} - {name}[{i}]).tanh() * "), node!["(", other, ")"]],
            };
            let store = match g.rng.below(3) {
                0 => node![format!("{name}[{i}] += "), value, ";"],
                1 => node![format!("{name}[{i}] -= 0.5 * ("), value, ");"],
                _ => node![format!("{name}[{i}] = "), value, ";"],
            };
            node![format!("for {i} in {range} {{"), vec![store], "}"].inside(&i)
        });
        if self.rng.chance(40) && self.loops < 2 {
            let k = self.fresh('i');
            return Some(vec![node![format!("for {k} in 0..{} {{", self.rng.between(2, 3)), vec![node], "}"].inside(&k)]);
        }
        Some(vec![node])
    }

    pub(crate) fn fill(&mut self) -> Written {
        let var = self.writable()?;
        let (_, len, _) = row(&var);
        let range = if self.rng.chance(50) { String::new() } else { format!("[..{}]", self.rng.between(1, len)) };
        let value = self.nested(|g| {
            g.hide(&var.name);
            if g.rng.chance(40) { Node::text("0.0") } else { g.expr(1) }
        });
        Some(vec![node![&var.name, range, ".fill(", value, ");"]])
    }

    pub(crate) fn copy_from_slice(&mut self) -> Written {
        let var = self.writable()?;
        let (_, len, exact) = row(&var);
        if exact
            && self.rng.chance(60)
            && let Some(source) = self.row_of_len(len, &var.name)
        {
            let borrow = self.borrowed(&source);
            return Some(vec![node![&var.name, format!(".copy_from_slice({borrow});")]]);
        }
        let source = self.pick(|v| v.name != var.name && matches!(v.ty, Ty::Floats { .. }))?;
        let part = self.rng.between(1, len.min(row(&source).1));
        let (to, from) = (self.rng.between(0, len - part), self.rng.between(0, row(&source).1 - part));
        let text = format!("{}[{to}..{}].copy_from_slice(&{}[{from}..{}]);", var.name, to + part, source.name, from + part);
        Some(vec![Node::text(text)])
    }

    /// The row as a `&[f64]` argument.
    pub(crate) fn borrowed(&mut self, var: &Var) -> String {
        match row(var).0 {
            Form::Slice | Form::SliceMut => var.name.clone(),
            Form::Array | Form::Vec => format!("&{}", var.name),
        }
    }

    pub(crate) fn swap_owners(&mut self) -> Written {
        let a = self
            .pick(|v| v.mutable && !v.pinned && matches!(v.ty, Ty::Floats { form: Form::Array | Form::Vec, exact: true, .. }))?;
        let b = self.pick(|v| v.mutable && !v.pinned && v.name != a.name && v.ty == a.ty)?;
        Some(vec![Node::text(format!("std::mem::swap(&mut {}, &mut {});", a.name, b.name))])
    }

    pub(crate) fn swap_elements(&mut self) -> Written {
        let var = self.writable()?;
        let len = row(&var).1;
        let (i, j) = (self.store_index(&var, len), self.store_index(&var, len));
        Some(vec![Node::text(format!("{}.swap({i}, {j});", var.name))])
    }

    /// Two buffers that change places in a loop.
    pub(crate) fn double_buffer(&mut self) -> Written {
        let source = self.pick(|v| matches!(v.ty, Ty::Floats { exact: true, len, .. } if len > 2));
        let (a, b, k, i) = (self.fresh('u'), self.fresh('u'), self.fresh('i'), self.fresh('i'));
        let len = self.len;
        let (first, len) = match source {
            Some(source) if row(&source).0 == Form::Vec => {
                (node![format!("let mut {a} = {}.to_vec();", source.name)], row(&source).1)
            }
            _ => (node![format!("let mut {a} = vec!"), self.listed(len), ";"], len),
        };
        let second = node![format!("let mut {b} = vec![0.0_§; {len}];")].bind(&b).fixed();
        let steps = self.rng.between(2, 4);
        let body = self.nested(|g| {
            g.declare(&k, Ty::Int { lo: 0, hi: steps - 1 }, false);
            let mut body = g.nested(|g| if g.rng.chance(30) { g.statements(1) } else { Vec::new() });
            g.declare(&i, Ty::Int { lo: 1, hi: len - 2 }, false);
            let other = g.float(2).operand();
            let value = node![format!("0.3 * ({a}[{i} - 1] + {a}[{i} + 1]) + 0.2 * {a}[{i}] * "), other];
            let store = node![format!("{b}[{i}] = "), value, ";"];
            body.push(node![format!("for {i} in 1..{} {{", len - 1), vec![store], "}"].inside(&i));
            g.hide(&i);
            g.declare(&a, floats(Form::Vec, len), true);
            g.declare(&b, floats(Form::Vec, len), true);
            if g.rng.chance(40) {
                body.extend(g.nested(|g| g.statements(1)));
            }
            body.push(match g.rng.below(4) {
                0 => node![format!("{a}.copy_from_slice(&{b});")],
                _ => node![format!("std::mem::swap(&mut {a}, &mut {b});")],
            });
            body
        });
        self.declare(&a, floats(Form::Vec, len), true);
        self.declare(&b, floats(Form::Vec, len), true);
        let steps = node![format!("for {k} in 0..{steps} {{"), body, "}"].inside(&k);
        Some(vec![first.bind(&a).fixed(), second, steps])
    }

    /// A `Vec` that grows, from its own elements or not.
    pub(crate) fn pushes(&mut self) -> Written {
        let (i, name) = (self.fresh('i'), self.fresh('u'));
        let count = self.rng.between(2, 4);
        let seeded = self.rng.chance(50);
        let first = if seeded {
            node!["let mut ", &name, " = vec![", self.expr(1), "];"]
        } else {
            node![format!("let mut {name} = Vec::new();")]
        };
        let (lo, len) = if seeded { (1, count + 1) } else { (0, count) };
        let push = self.nested(|g| {
            g.declare(&i, Ty::Int { lo, hi: len - 1 }, false);
            let value = g.float(2);
            let value = if seeded { node![format!("0.6 * {name}[{i} - 1] + "), value.operand()] } else { value.node };
            node![format!("{name}.push("), value, ");"]
        });
        let conditional = self.has(Feature::Branch) && !seeded && self.rng.chance(30);
        let condition = self.condition();
        let inner = if conditional { node!["if ", condition, " {", vec![push], "}"] } else { push };
        let grow = node![format!("for {i} in {lo}..{len} {{"), vec![inner], "}"].inside(&i);
        let mut out = vec![first.bind(&name).fixed(), grow];
        if conditional {
            // Nothing but its sum can be relied upon.
            let sum = self.name('x');
            self.declare(&sum, Ty::Float, false);
            let limit = USUAL * 3.0;
            out.push(
                node!["let ", &sum, format!(" = {name}.iter().sum::<§>() / {limit:?} + 0.1 * {name}.len() as §;")].bind(&sum),
            );
            return Some(out);
        }
        self.declare(&name, floats(Form::Vec, len), true);
        Some(out)
    }

    /// `let u = v;` of a `Vec`, which ends `v`.
    pub(crate) fn move_owner(&mut self) -> Written {
        let level = self.level;
        let from =
            self.pick(|v| !v.pinned && !v.is_field() && v.level == level && matches!(v.ty, Ty::Floats { form: Form::Vec, .. }))?;
        let to = self.fresh('u');
        self.hide(&from.name);
        self.declare(&to, from.ty, true);
        Some(vec![node![format!("let mut {to} = {};", from.name)].bind(&to)])
    }

    /// `u = …;` of a whole row.
    pub(crate) fn assign_owner(&mut self) -> Written {
        let to = self
            .pick(|v| v.mutable && !v.pinned && matches!(v.ty, Ty::Floats { form: Form::Array | Form::Vec, exact: true, .. }))?;
        let (form, len, _) = row(&to);
        let source = self.row_of_len(len, &to.name);
        let value = match (form, source) {
            (Form::Array, Some(source)) if row(&source).0 == Form::Array => Node::text(&source.name),
            (Form::Array, _) => self.listed(len),
            (_, Some(source)) => node![&source.name, ".to_vec()"],
            _ => node!["vec![", self.expr(1), format!("; {len}]")],
        };
        Some(vec![node![&to.name, " = ", value, ";"]])
    }
}
