//! A derived enum, `Kind`, and `Option`, `Result` and `?`.

use crate::float::{Float, USUAL};
use crate::node;
use crate::scope::{Gen, Ty};
use crate::signature::{Function, Ret};
use crate::simple::Written;
use crate::tree::Node;

/// The declaration.
pub(crate) fn declaration(differentiated: bool) -> String {
    let derived = if differentiated { "Clone, Copy, Debug, Differentiable" } else { "Clone, Copy, Debug" };
    format!("#[derive({derived})]\nenum Kind {{\n    Off,\n    One(§),\n    Two {{ x: §, y: § }},\n}}\n\n")
}

impl Gen {
    fn variant(&mut self) -> Node {
        match self.rng.below(5) {
            0 => Node::text("Kind::Off"),
            1 | 2 => node!["Kind::One(", self.expr(2), ")"],
            _ => node!["Kind::Two { x: ", self.expr(2), ", y: ", self.expr(1), " }"],
        }
    }

    pub(crate) fn let_variant(&mut self) -> Written {
        let (condition, one, other) = (self.condition(), self.variant(), self.variant());
        let (name, mutable) = (self.fresh('e'), self.rng.chance(50));
        self.declare(&name, Ty::Variant, mutable);
        let mutable = if mutable { "mut " } else { "" };
        let value = if self.rng.chance(60) { node!["if ", condition, " { ", one, " } else { ", other, " }"] } else { other };
        Some(vec![node!["let ", mutable, &name, " = ", value, ";"].bind(&name)])
    }

    /// `match` on a variant or on an `Option`, as a value.
    pub(crate) fn unpacked(&mut self, depth: usize) -> Option<Float> {
        let var = self.pick(|v| matches!(v.ty, Ty::Variant | Ty::Maybe))?;
        let (x, y, name) = (self.inner_name('x'), self.fresh('x'), &var.name);
        let body = |g: &mut Self, names: &[&String]| {
            g.nested(|g| {
                names.iter().for_each(|name| g.declare(name, Ty::Float, false));
                g.expr(depth.min(2))
            })
        };
        if var.ty == Ty::Maybe {
            let (other, some) = (self.expr(depth.min(1)), body(self, &[&x]));
            let node = match self.rng.below(4) {
                0 => node![format!("{name}.unwrap_or("), other, ")"],
                1 => node![format!("{name}.map_or("), other, format!(", |{x}| "), some, ")"].inside(&x),
                2 => node![format!("{name}.map(|{x}| "), some, ").unwrap_or(0.4)"].inside(&x),
                _ => node![
                    format!("(match {name} {{ Some({x}) if {x} < 0.7 => "),
                    some,
                    ", Some(_) => 0.3, None => ",
                    other,
                    " })"
                ]
                .inside(&x),
            };
            return Some(Float::atom(node, USUAL));
        }
        let (off, one, two) = (self.expr(depth.min(1)), body(self, &[&x]), body(self, &[&x, &y]));
        let guard = if self.rng.chance(30) { format!(" if {x} > 0.1") } else { String::new() };
        let rest = if guard.is_empty() { "Kind::Off" } else { "_" };
        let node = node![
            format!("(match {name} {{ Kind::One({x}){guard} => "),
            one,
            format!(", Kind::Two {{ x: {x}, y: {y} }} => "),
            two,
            format!(", {rest} => "),
            off,
            " })"
        ];
        Some(Float::atom(node.inside(&x).inside(&y), USUAL))
    }

    /// Statements for each case; what is inside may be written.
    pub(crate) fn match_variant(&mut self) -> Written {
        let Some(var) = self.pick(|v| v.ty == Ty::Variant && !v.pinned) else { return self.let_variant() };
        let (r, q, name) = (self.fresh('r'), self.fresh('r'), &var.name);
        let mutable = var.mutable && self.rng.chance(60);
        let mut body = |names: &[&String]| {
            self.nested(|g| {
                g.hide(name);
                names.iter().for_each(|name| g.declare(name, Ty::FloatRef, mutable));
                let mut body = g.statements(2);
                if mutable
                    && let Some(name) = names.first()
                    && g.scope.iter().any(|v| v.name == **name && !v.pinned)
                {
                    body.push(g.compound_to(format!("*{name}")));
                }
                body
            })
        };
        let (off, one, two) = (body(&[]), body(&[&r]), body(&[&q, &r]));
        let borrow = if mutable { "&mut " } else { "&" };
        let node = if self.rng.chance(40) {
            node![format!("if let Kind::One({r}) = {borrow}{name} {{"), one, "}"]
        } else {
            let two_arm = format!("}}, Kind::Two {{ x: {r}, y: {q} }} => {{");
            node![
                format!("match {borrow}{name} {{ Kind::Off => {{"),
                off,
                format!("}}, Kind::One({r}) => {{"),
                one,
                two_arm,
                two,
                "} }"
            ]
        };
        Some(vec![node.inside(&r).inside(&q)])
    }

    pub(crate) fn let_maybe(&mut self) -> Written {
        let row = self.pick(|v| matches!(v.ty, Ty::Floats { .. }));
        let value = match (self.rng.below(4), row) {
            (0, Some(row)) => Node::text(format!("{}.first().copied()", row.name)),
            (1, Some(row)) => Node::text(format!("{}.get({}).copied()", row.name, self.rng.below(6))),
            (2, Some(row)) if !row.is_field() => Node::text(format!("{}.iter().copied().find(|v| *v > 0.2)", row.name)),
            _ => node!["if ", self.condition(), " { Some(", self.expr(2), ") } else { None }"],
        };
        let name = self.fresh('o');
        self.declare(&name, Ty::Maybe, false);
        Some(vec![node!["let ", &name, " = ", value, ";"].bind(&name)])
    }

    /// `if let Some(x) = o { … } else { … }`, `let Some(x) = o else { … };`
    pub(crate) fn open_maybe(&mut self) -> Written {
        let Some(var) = self.pick(|v| v.ty == Ty::Maybe) else { return self.let_maybe() };
        let (x, name) = (self.inner_name('x'), var.name);
        if self.exits && matches!(self.ret, Ret::Maybe | Ret::Fallible) && self.rng.chance(50) {
            let asked = if self.ret == Ret::Maybe { "?" } else { ".ok_or(7_usize)?" };
            self.declare(&x, Ty::Float, false);
            return Some(vec![Node::text(format!("let {x} = {name}{asked};")).bind(&x)]);
        }
        if self.exits && self.rng.chance(30) {
            let exit =
                if self.loops > 0 && self.rng.chance(50) { Node::text("continue") } else { node!["return ", self.returned()] };
            self.declare(&x, Ty::Float, false);
            return Some(vec![node![format!("let Some({x}) = {name} else {{"), vec![node![exit, ";"]], "};"].bind(&x)]);
        }
        let then = self.nested(|g| {
            g.declare(&x, Ty::Float, false);
            g.statements(3)
        });
        let other = self.body(2);
        Some(vec![node![format!("if let Some({x}) = {name} {{"), then, "} else {", other, "}"].inside(&x)])
    }

    /// What a helper returns that may fail, taken apart.
    pub(crate) fn bind_fallible(&mut self, callee: &Function, call: Node) -> Written {
        let (x, inner, maybe) = (self.fresh('x'), self.inner_name('x'), callee.ret == Ret::Maybe);
        let asked = self.exits && self.ret == callee.ret;
        let value = match self.rng.below(6) {
            0 | 1 if asked => node![call, "?"],
            0 if self.exits && self.ret == Ret::Maybe => node![call, ".ok()?"],
            1 if self.exits && self.ret == Ret::Fallible => node![call, ".ok_or(2_usize)?"],
            2 if maybe => node![format!("if let Some({inner}) = "), call, format!(" {{ {inner} }} else {{ "), self.expr(1), " }"],
            2 => node!["match ", call, format!(" {{ Ok({inner}) => {inner}, Err(k) => 0.1 * k as § }}")],
            3 | 4 if self.exits => {
                let (some, none) = if maybe { ("Some", "None") } else { ("Ok", "Err(_)") };
                node!["match ", call, format!(" {{ {some}({inner}) => {inner}, {none} => return "), self.returned(), " }"]
            }
            _ => node![call, ".unwrap_or(", self.expr(1), ")"],
        };
        self.declare(&x, Ty::Float, false);
        Some(vec![node![format!("let {x} = "), value.inside(&inner), ";"].bind(&x)])
    }
}
