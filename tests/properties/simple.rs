//! Statements without loops and memory: bindings, assignments, branches, exits.

use crate::node;
use crate::scope::{Feature, Gen, Ty, Var};
use crate::signature::Ret;
use crate::tree::{Node, render_block};

/// Statements, or nothing if the scope has not what they need.
pub(crate) type Written = Option<Vec<Node>>;

/// How often, if what is enabled, and how.
type Production = (usize, Feature, fn(&mut Gen) -> Written);

const PRODUCTIONS: [Production; 60] = [
    (10, Feature::Scalar, Gen::let_float),
    (8, Feature::Scalar, Gen::let_mut),
    (8, Feature::Scalar, Gen::assign),
    (10, Feature::Scalar, Gen::compound),
    (2, Feature::Scalar, Gen::let_int),
    (3, Feature::Tuple, Gen::let_tuple),
    (2, Feature::Tuple, Gen::let_pair),
    (2, Feature::Tuple, Gen::assign_tuple),
    (2, Feature::Branch, Gen::let_bool),
    (2, Feature::Branch, Gen::deferred),
    (9, Feature::Branch, Gen::if_statement),
    (5, Feature::Branch, Gen::let_if),
    (4, Feature::Match, Gen::match_statement),
    (10, Feature::Loop, Gen::for_range),
    (6, Feature::Loop, Gen::accumulate),
    (4, Feature::While, Gen::while_loop),
    (3, Feature::While, Gen::plain_loop),
    (3, Feature::Exit, Gen::loop_value),
    (3, Feature::Exit, Gen::early_return),
    (9, Feature::Exit, Gen::leave_loop),
    (8, Feature::Array, Gen::let_array),
    (12, Feature::Array, Gen::store),
    (5, Feature::Array, Gen::sweep),
    (2, Feature::Memory, Gen::fill),
    (3, Feature::Memory, Gen::copy_from_slice),
    (3, Feature::Memory, Gen::swap_owners),
    (2, Feature::Memory, Gen::swap_elements),
    (3, Feature::Memory, Gen::double_buffer),
    (3, Feature::Memory, Gen::pushes),
    (2, Feature::Memory, Gen::move_owner),
    (2, Feature::Memory, Gen::assign_owner),
    (4, Feature::View, Gen::shared_view),
    (3, Feature::View, Gen::mutable_view),
    (3, Feature::View, Gen::split_view),
    (3, Feature::View, Gen::chosen_view),
    (2, Feature::View, Gen::scalar_view),
    (3, Feature::Nested, Gen::let_table),
    (4, Feature::Nested, Gen::store_entry),
    (3, Feature::Nested, Gen::fill_table),
    (3, Feature::Nested, Gen::store_row),
    (2, Feature::Nested, Gen::row_view),
    (5, Feature::Iterator, Gen::for_items),
    (4, Feature::Iterator, Gen::for_items_mut),
    (2, Feature::Iterator, Gen::collect),
    (3, Feature::Closure, Gen::let_closure),
    (2, Feature::Closure, Gen::mutable_closure),
    (6, Feature::Call, Gen::let_call),
    (6, Feature::Buffer, Gen::buffer_call),
    (3, Feature::Buffer, Gen::buffer_loop),
    (5, Feature::Struct, Gen::let_struct),
    (2, Feature::Struct, Gen::assign_struct),
    (2, Feature::Struct, Gen::destructure),
    (2, Feature::Struct, Gen::rows_of_structs),
    (3, Feature::Variant, Gen::let_variant),
    (6, Feature::Variant, Gen::match_variant),
    (3, Feature::Variant, Gen::let_maybe),
    (6, Feature::Variant, Gen::open_maybe),
    (1, Feature::Effect, Gen::observe),
    (3, Feature::Effect, Gen::let_effect),
    (2, Feature::Effect, Gen::store_effect),
];

impl Gen {
    /// Up to `most` statements in the current scope.
    pub(crate) fn statements(&mut self, most: usize) -> Vec<Node> {
        let available: Vec<_> = PRODUCTIONS.iter().filter(|(_, feature, _)| self.has(*feature)).collect();
        let total: usize = available.iter().map(|(weight, ..)| weight).sum();
        let mut out = Vec::new();
        for _ in 0..self.rng.between(1, most) {
            if self.fuel == 0 {
                break;
            }
            self.fuel -= 1;
            let mut written = None;
            for _ in 0..4 {
                let mut at = self.rng.below(total);
                let chosen = available.iter().find(|(weight, ..)| {
                    let here = at < *weight;
                    at = at.saturating_sub(*weight);
                    here
                });
                written = written.or_else(|| chosen.expect("the weights add up").2(self));
            }
            out.extend(written.or_else(|| self.compound()).or_else(|| self.let_float()).unwrap_or_default());
        }
        out
    }

    /// A block with a scope of its own.
    pub(crate) fn body(&mut self, most: usize) -> Vec<Node> {
        self.nested(|g| g.statements(most))
    }

    fn let_float(&mut self) -> Written {
        let value = self.expr(3);
        let name = self.name('x');
        let ty = if self.rng.chance(20) { ": §" } else { "" };
        self.declare(&name, Ty::Float, false);
        Some(vec![node!["let ", &name, ty, " = ", value, ";"].bind(&name)])
    }

    pub(crate) fn let_mut(&mut self) -> Written {
        let literal = self.rng.chance(30);
        let value = if literal { Node::text(self.literal().0) } else { self.expr(2) };
        let name = self.name('s');
        let ty = if literal { ": §" } else { "" };
        self.declare(&name, Ty::Float, true);
        Some(vec![node!["let mut ", &name, ty, " = ", value, ";"].bind(&name)])
    }

    /// A float that may be assigned to, as written on the left, and where it lives.
    pub(crate) fn target(&mut self) -> Option<(String, Var)> {
        let var = self.pick(|v| v.mutable && !v.pinned && matches!(v.ty, Ty::Float | Ty::FloatRef))?;
        let text = if var.ty == Ty::FloatRef { format!("*{}", var.name) } else { var.name.clone() };
        Some((text, var))
    }

    fn assign(&mut self) -> Written {
        let (target, _) = self.target()?;
        let value = self.expr(3);
        Some(vec![node![target, " = ", value, ";"]])
    }

    pub(crate) fn compound(&mut self) -> Written {
        let (target, _) = self.target()?;
        Some(vec![self.compound_to(target)])
    }

    /// `target += …;` and its relatives.
    pub(crate) fn compound_to(&mut self, target: String) -> Node {
        let value = self.float(3);
        match self.rng.below(7) {
            0..=2 => node![target, " += ", value.node, ";"],
            3 => node![target, " -= ", value.node, ";"],
            4 => node![target, " += 0.1 * ", value.operand(), ";"],
            5 => {
                let value = self.tame(value, 1.1);
                node![target, " *= ", value.node, ";"]
            }
            _ => {
                let value = self.method(value, "cos", &[]);
                node![target, " /= 1.6 + ", value.node, ";"]
            }
        }
    }

    fn let_int(&mut self) -> Written {
        let from = self.pick(|v| matches!(v.ty, Ty::Int { .. }))?;
        let Ty::Int { lo, hi } = from.ty else { unreachable!("picked so") };
        let name = self.name('n');
        let (text, ty) = match self.rng.below(3) {
            0 => (format!("{} + 1", from.name), Ty::Int { lo: lo + 1, hi: hi + 1 }),
            1 => (format!("{} % 3", from.name), Ty::Int { lo: 0, hi: hi.min(2) }),
            _ => (format!("{} / 2", from.name), Ty::Int { lo: lo / 2, hi: hi / 2 }),
        };
        self.declare(&name, ty, false);
        Some(vec![node!["let ", &name, " = ", text, ";"].bind(&name)])
    }

    fn let_tuple(&mut self) -> Written {
        let (a, b) = (self.expr(2), self.expr(2));
        let condition = (self.has(Feature::Branch) && self.rng.chance(40)).then(|| self.condition());
        let (c, d) = (self.expr(2), self.expr(1));
        let (x, y) = (self.fresh('x'), self.fresh('s'));
        self.declare(&x, Ty::Float, false);
        self.declare(&y, Ty::Float, true);
        let pattern = format!("let ({x}, mut {y}) = ");
        let node = match condition {
            Some(condition) => node![pattern, "if ", condition, " { (", a, ", ", b, ") } else { (", c, ", ", d, ") };"],
            None => node![pattern, "(", a, ", ", b, ");"],
        };
        Some(vec![node.bind(&x).bind(&y)])
    }

    fn let_pair(&mut self) -> Written {
        let (a, b) = (self.expr(2), self.expr(2));
        let name = self.fresh('p');
        self.declare(&name, Ty::Pair, false);
        Some(vec![node!["let ", &name, " = (", a, ", ", b, ");"].bind(&name)])
    }

    fn assign_tuple(&mut self) -> Written {
        let (a, _) = self.target()?;
        let (b, _) = self.target()?;
        if a == b {
            return None;
        }
        if self.rng.chance(40) {
            return Some(vec![node![format!("({a}, {b}) = ({b}, {a});")]]);
        }
        let (x, y) = (self.expr(2), self.expr(2));
        Some(vec![node![format!("({a}, {b}) = ("), x, ", ", y, ");"]])
    }

    fn let_bool(&mut self) -> Written {
        let condition = self.condition();
        let name = self.name('c');
        self.declare(&name, Ty::Bool, false);
        Some(vec![node!["let ", &name, " = ", condition, ";"].bind(&name)])
    }

    fn deferred(&mut self) -> Written {
        let condition = self.condition();
        let (first, a) = self.nested(|g| (g.statements(1), g.expr(2)));
        let (second, b) = self.nested(|g| (g.statements(1), g.expr(2)));
        let name = self.fresh('x');
        self.declare(&name, Ty::Float, false);
        let assign = |value: Node| node![&name, " = ", value, ";"].fixed();
        let (mut first, mut second) = (first, second);
        first.push(assign(a));
        second.push(assign(b));
        Some(vec![node!["let ", &name, ": §; if ", condition, " {", first, "} else {", second, "}"].bind(&name)])
    }

    fn if_statement(&mut self) -> Written {
        let condition = self.condition();
        let then = self.body(3);
        match self.rng.below(4) {
            0 | 1 => Some(vec![node!["if ", condition, " {", then, "}"]]),
            2 => Some(vec![node!["if ", condition, " {", then, "} else {", self.body(2), "}"]]),
            _ => {
                let (second, other, last) = (self.condition(), self.body(2), self.body(2));
                Some(vec![node!["if ", condition, " {", then, "} else if ", second, " {", other, "} else {", last, "}"]])
            }
        }
    }

    /// A branch with statements and a value.
    fn let_if(&mut self) -> Written {
        let condition = self.condition();
        let (first, a) = self.nested(|g| (g.statements(2), g.expr(2)));
        let (second, b) = self.nested(|g| (g.statements(2), g.expr(2)));
        let name = self.name('x');
        self.declare(&name, Ty::Float, false);
        // What may be left early has to have a type that the macro knows.
        let mut text = String::new();
        [&first, &second].into_iter().for_each(|block| render_block(block, &mut text, 0));
        let ty = if ["break", "continue", "return"].iter().any(|exit| text.contains(exit)) { ": §" } else { "" };
        Some(vec![node!["let ", &name, ty, " = if ", condition, " {", first, a, "} else {", second, b, "};"].bind(&name)])
    }

    fn match_statement(&mut self) -> Written {
        let int = self.pick(|v| matches!(v.ty, Ty::Int { .. }))?;
        let (a, b, c) = (self.body(2), self.body(2), self.body(2));
        let second = *self.rng.pick(&["1 | 3", "1..=2", "1"]);
        let node = node!["match ", &int.name, " % 4 { 0 => {", a, "}, ", second, " => {", b, "}, _ => {", c, "} }"];
        Some(vec![node])
    }

    fn early_return(&mut self) -> Written {
        if !self.exits {
            return None;
        }
        let condition = self.condition();
        let before = self.nested(|g| if g.rng.chance(30) { g.statements(1) } else { Vec::new() });
        let value = self.returned();
        let exit = node!["return ", value, ";"];
        Some(vec![node!["if ", condition, " {", before, vec![exit], "}"]])
    }

    /// An expression of the function's return type.
    pub(crate) fn returned(&mut self) -> Node {
        match self.ret {
            Ret::Unit => Node::default(),
            Ret::Float => self.expr(2),
            Ret::Pair => node!["(", self.expr(2), ", ", self.expr(2), ")"],
            Ret::Vec(len) => node!["vec![", self.expr(2), format!("; {len}]")],
            Ret::Array(len) => self.listed(len),
            Ret::Struct(_) => self.struct_value(),
            Ret::Maybe if self.rng.chance(50) => Node::text("None"),
            Ret::Maybe => node!["Some(", self.expr(2), ")"],
            Ret::Fallible if self.rng.chance(50) => Node::text(format!("Err({})", self.rng.below(4))),
            Ret::Fallible => node!["Ok(", self.expr(2), ")"],
        }
    }

    fn leave_loop(&mut self) -> Written {
        if self.loops == 0 || !self.exits {
            return None;
        }
        let condition = self.condition();
        let before = self.nested(|g| if g.rng.chance(40) { g.statements(2) } else { Vec::new() });
        let labels: Vec<String> = self.labels.iter().filter(|l| !l.is_empty()).cloned().collect();
        let label =
            if labels.is_empty() || self.rng.chance(40) { String::new() } else { format!(" '{}", self.rng.pick(&labels)) };
        let exit = node![self.rng.pick(&["break", "continue"]).to_string(), label, ";"];
        Some(vec![node!["if ", condition, " {", before, vec![exit], "}"]])
    }
}
