//! Float expressions whose values and derivatives stay of the order of one.

use crate::node;
use crate::scope::{Feature, Form, Gen, Ty, Var};
use crate::tree::Node;

/// An expression and what is known of it.
#[derive(Clone, Debug)]
pub(crate) struct Float {
    pub(crate) node: Node,
    /// About how large its value may be.
    pub(crate) bound: f64,
    /// Needs no parentheses.
    pub(crate) atom: bool,
}

/// What variables are expected to stay below.
pub(crate) const USUAL: f64 = 2.0;

impl Float {
    pub(crate) fn new(node: Node, bound: f64) -> Self {
        Self { node, bound, atom: false }
    }

    pub(crate) fn atom(node: Node, bound: f64) -> Self {
        Self { node, bound, atom: true }
    }

    /// As an operand.
    pub(crate) fn operand(self) -> Node {
        if self.atom { self.node } else { node!["(", self.node, ")"] }
    }
}

impl Gen {
    /// An expression of a bounded value.
    pub(crate) fn float(&mut self, depth: usize) -> Float {
        let value = self.wild(depth);
        self.tame(value, USUAL)
    }

    /// As [`Gen::float`], as a node.
    pub(crate) fn expr(&mut self, depth: usize) -> Node {
        self.float(depth).node
    }

    /// Makes an expression smaller than `limit`.
    pub(crate) fn tame(&mut self, value: Float, limit: f64) -> Float {
        if value.bound <= limit {
            return value;
        }
        let tamed = match self.rng.below(3) {
            0 => self.method(value, "tanh", &[]),
            1 => self.method(value, "sin", &[]),
            _ => {
                let factor = if value.bound <= 2.0 * limit { 0.5 } else { 0.1 };
                let bound = value.bound * factor;
                Float::new(node![format!("{factor} * "), value.operand()], bound)
            }
        };
        let bound = if tamed.bound > limit { tamed.bound.min(1.0) } else { tamed.bound };
        let fits = bound <= limit;
        if fits { Float { bound, ..tamed } } else { self.method(tamed, "tanh", &[]) }
    }

    fn wild(&mut self, depth: usize) -> Float {
        if depth == 0 || self.rng.chance(15) {
            return self.leaf();
        }
        match self.rng.below(100) {
            0..=44 => self.binary(depth - 1),
            45..=69 => self.unary(depth - 1),
            70..=76 => self.two(depth - 1),
            77..=82 => self.choice(depth - 1),
            83..=86 => self.selection(depth - 1),
            87..=89 => self.chain(depth - 1).unwrap_or_else(|| self.leaf()),
            90..=92 => self.inner_derivative(depth - 1).or_else(|| self.call(depth - 1)).unwrap_or_else(|| self.leaf()),
            93..=95 => self.call(depth - 1).unwrap_or_else(|| self.leaf()),
            96..=97 => self.closure_call(depth - 1).unwrap_or_else(|| self.leaf()),
            98 => self.unpacked(depth - 1).unwrap_or_else(|| self.leaf()),
            _ => self.block(depth - 1),
        }
    }

    pub(crate) fn literal(&mut self) -> (&'static str, f64) {
        *self.rng.pick(&[
            ("0.1", 0.1),
            ("0.25", 0.25),
            ("0.3", 0.3),
            ("0.5", 0.5),
            ("0.7", 0.7),
            ("1.0", 1.0),
            ("1.2", 1.2),
            ("1.5", 1.5),
        ])
    }

    /// A variable, an element, a number made of an integer.
    pub(crate) fn leaf(&mut self) -> Float {
        let found = self
            .vars(|v| !matches!(v.ty, Ty::Bool | Ty::Closure(_) | Ty::Ints { .. } | Ty::Struct { .. } | Ty::Variant | Ty::Maybe));
        if found.is_empty() {
            return Float::atom(Node::text("0.6_§"), 0.6);
        }
        // What was written last is used most, so that results do not fall dead.
        let mut latest = || self.rng.below(found.len()).max(self.rng.below(found.len()));
        let (first, second) = (latest(), latest());
        let at = if matches!(found[first].ty, Ty::Int { .. }) { second } else { first };
        let var = found[at].clone();
        let name = &var.name;
        match &var.ty {
            Ty::Float => Float::atom(Node::text(name), USUAL),
            Ty::FloatRef => Float { atom: false, ..Float::atom(node!["*", name], USUAL) },
            Ty::Pair => Float::atom(node![name, self.rng.pick(&[".0", ".1"]).to_owned()], USUAL),
            Ty::Int { hi, .. } => Float::new(node!["0.2 * ", name, " as §"], 0.2 * *hi as f64),
            Ty::Floats { .. } => self.element(&var),
            Ty::Table { .. } => self.entry(&var),
            Ty::Bool | Ty::Closure(_) | Ty::Ints { .. } | Ty::Struct { .. } | Ty::Variant | Ty::Maybe => {
                unreachable!("filtered out")
            }
        }
    }

    pub(crate) fn element(&mut self, var: &Var) -> Float {
        let Ty::Floats { form, len, exact } = var.ty else { unreachable!("only rows have elements") };
        if self.has(Feature::Iterator) && self.rng.chance(10) && form != Form::SliceMut {
            return self.fold(&var.name, len, exact);
        }
        let index = self.index(var, len);
        Float::atom(node![&var.name, "[", index, "]"], USUAL)
    }

    fn binary(&mut self, depth: usize) -> Float {
        let a = self.wild(depth);
        if self.rng.chance(25) {
            let (text, size) = self.literal();
            let bound = a.bound;
            let (node, bound) = match self.rng.below(5) {
                0 => (node![text, " * ", a.operand()], size * bound),
                1 => (node![a.operand(), " * ", text], size * bound),
                2 => (node![text, " - ", a.operand()], size + bound),
                3 => (node![a.operand(), " + ", text], size + bound),
                _ => (node![a.operand(), " / ", self.rng.pick(&["2.0", "3.0", "1.7"]).to_string()], bound),
            };
            return Float::new(node, bound);
        }
        let b = self.wild(depth);
        let (bound, operator) = match self.rng.below(6) {
            0 | 1 => (a.bound + b.bound, " + "),
            2 => (a.bound + b.bound, " - "),
            3 | 4 => (a.bound * b.bound, " * "),
            _ => return self.quotient(a),
        };
        self.bounded(Float::new(node![a.operand(), operator, b.operand()], bound))
    }

    /// Keeps intermediate results from growing without limit.
    fn bounded(&mut self, value: Float) -> Float {
        if value.bound > 12.0 { self.tame(value, USUAL) } else { value }
    }

    fn quotient(&mut self, a: Float) -> Float {
        let b = self.leaf();
        let by = match self.rng.below(3) {
            0 => node!["(", b.node.clone(), " * ", b.operand(), " + 1.0)"],
            1 => node!["(1.5 + ", self.method(b, "sin", &[]).node, ")"],
            _ => node!["(2.0 + ", self.method(b, "tanh", &[]).node, ")"],
        };
        let bound = 2.0 * a.bound;
        Float::new(node![a.operand(), " / ", by], bound)
    }

    fn unary(&mut self, depth: usize) -> Float {
        let x = self.wild(depth);
        let square = |x: &Float| node![x.clone().operand(), " * ", x.clone().operand()];
        match self.rng.below(20) {
            0 | 1 => self.method(x, "tanh", &[]),
            2 | 3 => self.method(x, "sin", &[]),
            4 | 5 => self.method(x, "cos", &[]),
            6 => self.method(x, "atan", &[]),
            7 | 8 => {
                let x = self.tame(x, 1.5);
                self.method(x, "exp", &[])
            }
            9 => Float::atom(node!["(", square(&x), " + 1.0).ln()"], 4.0),
            10 => Float::atom(node!["(", square(&x), " + 0.5).sqrt()"], x.bound + 0.7),
            11 => Float::atom(node!["(", square(&x), ").ln_1p()"], 4.0),
            12 => {
                Float::atom(node!["(", square(&x), " + 0.4).powf(", self.rng.pick(&["0.5", "0.3", "-0.5"]).to_string(), ")"], 2.5)
            }
            13 => self.method(x, "powi", &["2"]),
            14 => {
                let x = self.tame(x, USUAL);
                self.method(x, "powi", &["3"])
            }
            15 => self.method(x, "abs", &[]),
            16 => Float::new(node!["-", x.clone().operand()], x.bound),
            17 => self.method(x, "clamp", &["-0.9", "1.1"]),
            18 => Float::atom(node!["(", square(&x), " + 0.8).recip()"], 1.25),
            _ => {
                let x = self.tame(x, 1.5);
                let name = *self.rng.pick(&["sinh", "cosh", "exp_m1", "exp2"]);
                self.method(x, name, &[])
            }
        }
    }

    /// Methods of two floats.
    fn two(&mut self, depth: usize) -> Float {
        let (a, b) = (self.wild(depth), self.wild(depth));
        let bound = a.bound.max(b.bound);
        let (name, b, bound) = match self.rng.below(5) {
            0 | 1 => ("max", b.node, bound),
            2 => ("min", b.node, bound),
            3 => ("atan2", node![b.clone().operand(), " * ", b.operand(), " + 0.5"], 1.6),
            _ => ("hypot", node!["1.0 + ", b.clone().operand(), " * ", b.operand()], a.bound + bound * bound + 1.0),
        };
        let value = if self.rng.chance(90) {
            node![a.operand(), format!(".{name}("), b, ")"]
        } else {
            node![format!("§::{name}("), a.node, ", ", b, ")"]
        };
        self.bounded(Float::atom(value, bound))
    }

    /// `x.name(args)`, or `f64::name(x, args)`.
    pub(crate) fn method(&mut self, x: Float, name: &str, args: &[&str]) -> Float {
        let bound = match name {
            "tanh" | "sin" | "cos" => 1.0,
            "atan" => 1.6,
            "exp" | "sinh" | "cosh" | "exp_m1" | "exp2" => x.bound.exp(),
            "powi" => x.bound.powi(args[0].parse().expect("an integer")),
            "clamp" => 1.1,
            _ => x.bound,
        };
        let args = args.join(", ");
        if self.rng.chance(95) {
            return Float::atom(node![x.operand(), format!(".{name}({args})")], bound);
        }
        let comma = if args.is_empty() { "" } else { ", " };
        Float::atom(node![format!("§::{name}("), x.node, format!("{comma}{args})")], bound)
    }
}
