//! Conditions, indices, and expressions that choose or fold: `if` and `match` as values, blocks, iterator chains, calls.

use crate::float::{Float, USUAL};
use crate::node;
use crate::scope::{Feature, Form, Gen, Ty, Var};
use crate::signature::{Function, ParamTy, Ret};
use crate::tree::Node;

impl Gen {
    /// Text of an integer in `0..len` that does not look at the row, which cannot be read where it is about to be written.
    pub(crate) fn store_index(&mut self, of: &Var, len: usize) -> String {
        loop {
            let text = self.index(of, len);
            if !text.contains(&of.name) {
                return text;
            }
        }
    }

    /// Text of an integer in `0..len`.
    pub(crate) fn index(&mut self, of: &Var, len: usize) -> String {
        assert!(len > 0, "{of:?} has no elements");
        let fixed = self.rng.below(len).to_string();
        let ints = self.vars(|v| matches!(v.ty, Ty::Int { .. }));
        if let Some(rows) = self.pick(|v| matches!(v.ty, Ty::Ints { below, .. } if below <= len))
            && self.rng.chance(25)
        {
            let Ty::Ints { len, .. } = rows.ty else { unreachable!("picked so") };
            let at =
                if ints.is_empty() { self.rng.below(len).to_string() } else { format!("{} % {len}", self.rng.pick(&ints).name) };
            return format!("{}[{at}]", rows.name);
        }
        if ints.is_empty() || self.rng.chance(15) {
            return if self.rng.chance(15) { format!("{}.len() - 1", of.name) } else { fixed };
        }
        let int = ints[self.rng.below(ints.len()).max(self.rng.below(ints.len()))].clone();
        let Ty::Int { lo, hi } = int.ty else { unreachable!("picked so") };
        let name = &int.name;
        let mut choices =
            vec![format!("{name} % {len}"), format!("({name} + 1) % {len}"), format!("(2 * {name} + 1) % {}.len()", of.name)];
        let second = self.rng.pick(&ints).name.clone();
        choices.push(format!("({name} + 2 * {second}) % {len}"));
        if hi < len {
            let plain = std::iter::repeat_n(name.clone(), 6).chain([format!("{} - {name}", len - 1)]);
            choices.extend(plain);
        }
        if hi + 1 < len {
            choices.extend([format!("{name} + 1"), format!("{name} + 1")]);
        }
        if lo > 0 && hi <= len {
            choices.extend([format!("{name} - 1"), format!("{name} - 1")]);
        }
        self.rng.pick(&choices).clone()
    }

    /// Text of a condition.
    pub(crate) fn condition(&mut self) -> String {
        let bools = self.vars(|v| v.ty == Ty::Bool);
        if !bools.is_empty() && self.rng.chance(20) {
            return self.rng.pick(&bools).name.clone();
        }
        let first = self.comparison();
        match self.rng.below(8) {
            0 => format!("{first} && {}", self.comparison()),
            1 => format!("{first} || {}", self.comparison()),
            2 => format!("!({first})"),
            _ => first,
        }
    }

    fn comparison(&mut self) -> String {
        let int = self.pick(|v| matches!(v.ty, Ty::Int { .. }));
        if let Some(Var { name, ty: Ty::Int { lo, hi }, .. }) = int
            && self.rng.chance(60)
        {
            let middle = self.rng.between(lo, hi);
            return match self.rng.below(4) {
                0 => format!("{name} % 2 == {}", self.rng.below(2)),
                1 => format!("{name} > {middle}"),
                2 => format!("{name} != {middle}"),
                _ => format!("{name} <= {middle}"),
            };
        }
        let mut text = String::new();
        self.leaf().operand().render(&mut text, 0);
        let other = if self.rng.chance(25) {
            let mut other = String::new();
            self.leaf().operand().render(&mut other, 0);
            if other == text { "0.2".to_owned() } else { other }
        } else {
            self.literal().0.to_owned()
        };
        format!("{text} {} {other}", self.rng.pick(&["<", ">", "<=", ">="]))
    }

    /// `if` as a value.
    pub(crate) fn choice(&mut self, depth: usize) -> Float {
        if !self.has(Feature::Branch) {
            return self.leaf();
        }
        let condition = self.condition();
        let (a, b) = (self.expr(depth), self.expr(depth));
        if self.rng.chance(20) {
            let second = self.condition();
            let c = self.expr(depth.min(1));
            let chain = node!["(if ", condition, " { ", a, " } else if ", second, " { ", b, " } else { ", c, " })"];
            return Float::atom(chain, USUAL);
        }
        Float::atom(node!["(if ", condition, " { ", a, " } else { ", b, " })"], USUAL)
    }

    /// `match` on an integer, as a value.
    pub(crate) fn selection(&mut self, depth: usize) -> Float {
        let int = self.pick(|v| matches!(v.ty, Ty::Int { .. }));
        let (Some(int), true) = (int, self.has(Feature::Match)) else { return self.leaf() };
        let modulus = self.rng.between(2, 4);
        let (a, b) = (self.expr(depth), self.expr(depth));
        let mut pieces = node!["(match ", &int.name, format!(" % {modulus} {{ 0 => "), a];
        if modulus > 2 {
            let c = self.expr(depth.min(1));
            let pattern = *self.rng.pick(&["1 | 2", "1", "1..=2"]);
            let more = node![", ", pattern, " => ", c];
            pieces.pieces.extend(more.pieces);
        }
        pieces.pieces.extend(node![", _ => ", b, " })"].pieces);
        Float::atom(pieces, USUAL)
    }

    /// `{ let t = …; … }`
    pub(crate) fn block(&mut self, depth: usize) -> Float {
        let node = self.nested(|g| {
            let name = g.name('x');
            let value = g.expr(depth);
            let bind = node!["let ", &name, " = ", value, ";"].bind(&name);
            g.declare(&name, Ty::Float, false);
            let result = g.expr(depth.min(2));
            node!["{", vec![bind.clone()], result, "}"].inside(&name)
        });
        Float::new(node, USUAL)
    }

    /// An iterator chain that folds to one float.
    pub(crate) fn chain(&mut self, depth: usize) -> Option<Float> {
        if !self.has(Feature::Iterator) {
            return None;
        }
        if self.rng.chance(35) {
            return self.long_chain(depth);
        }
        let a = self.pick(|v| matches!(v.ty, Ty::Floats { .. }))?;
        let Ty::Floats { len, exact, .. } = a.ty else { unreachable!("picked so") };
        let other = self.pick(|v| matches!(v.ty, Ty::Floats { .. }))?;
        let (p, q) = (self.fresh('r'), self.fresh('r'));
        let name = &a.name;
        let node = match self.rng.below(8) {
            0 => return Some(self.fold(name, len, exact)),
            1 => {
                let body = self.seen(&[(&p, Ty::FloatRef)], depth);
                node![format!("{name}.iter().map(|{p}| "), body, ").sum::<§>()"].inside(&p)
            }
            2 => {
                let body = self.seen(&[(&p, Ty::FloatRef), (&q, Ty::FloatRef)], depth);
                node![format!("{name}.iter().zip({}.iter()).map(|({p}, {q})| ", other.name), body, ").sum::<§>()"]
                    .inside(&p)
                    .inside(&q)
            }
            3 => {
                let body = self.seen(&[(&p, Ty::Float), (&q, Ty::Float)], depth);
                node![format!("{name}.iter().zip({}.iter().skip(1)).map(|(&{p}, &{q})| ", other.name), body, ").sum::<§>()"]
                    .inside(&p)
                    .inside(&q)
            }
            4 if exact => {
                let row = self.fresh('i');
                let body = self.seen(&[(&row, Ty::Int { lo: 0, hi: len - 1 }), (&p, Ty::FloatRef)], depth);
                node![format!("{name}.iter().enumerate().map(|({row}, {p})| "), body, ").sum::<§>()"].inside(&p).inside(&row)
            }
            5 if len >= 2 => {
                let window = Ty::Floats { form: Form::Slice, len: 2, exact: true };
                let body = self.seen(&[(&p, window)], depth);
                node![format!("{name}.windows(2).map(|{p}| "), body, ").sum::<§>()"].inside(&p)
            }
            6 => {
                let body = self.seen(&[(&q, Ty::Float)], depth);
                node![format!("{name}.iter().fold(0.0, |{p}, &{q}| {p} + "), body, ")"].inside(&p).inside(&q)
            }
            _ => {
                let body = self.seen(&[(&p, Ty::Float), (&q, Ty::FloatRef)], depth);
                node![format!("{name}.iter().fold(0.3_§, |{p}, {q}| "), body, ")"].inside(&p).inside(&q)
            }
        };
        Some(self.tame(Float::atom(node, USUAL * len as f64), 3.0))
    }

    /// A body that sees `params`.
    pub(crate) fn seen(&mut self, params: &[(&String, Ty)], depth: usize) -> Node {
        self.nested(|g| {
            for (name, ty) in params {
                g.declare(name, ty.clone(), false);
            }
            g.expr(depth.min(2))
        })
    }

    /// For what is bound in a scope of its own: a new name, or sometimes that of a float which is seen again behind that scope.
    pub(crate) fn inner_name(&mut self, sort: char) -> String {
        let floats = self.vars(|v| v.ty == Ty::Float && !v.is_field() && v.name != "self");
        if floats.is_empty() || !self.rng.chance(30) {
            return self.fresh(sort);
        }
        self.rng.pick(&floats).name.clone()
    }

    pub(crate) fn fresh(&mut self, sort: char) -> String {
        self.next += 1;
        format!("{sort}{}", self.next)
    }

    /// A fold without a body of its own.
    pub(crate) fn fold(&mut self, name: &str, len: usize, exact: bool) -> Float {
        let (text, bound) = match self.rng.below(6) {
            0 => (format!("{name}.iter().sum::<§>()"), USUAL * len as f64),
            1 => (format!("{name}.iter().copied().fold(§::NEG_INFINITY, §::max)"), USUAL),
            2 => (format!("{name}.iter().rev().take(2).sum::<§>()"), 2.0 * USUAL),
            3 if exact && len >= 2 => (format!("{name}[1..].iter().sum::<§>()"), USUAL * len as f64),
            4 if exact && len >= 2 => (format!("{name}[..{}].iter().sum::<§>()", len - 1), USUAL * len as f64),
            _ => (format!("{name}.iter().map(|v| v * v).sum::<§>()"), USUAL * len as f64),
        };
        self.tame(Float::atom(Node::text(text), bound), USUAL)
    }

    /// A call that returns a float and writes nothing.
    pub(crate) fn call(&mut self, depth: usize) -> Option<Float> {
        if !self.has(Feature::Call) {
            return None;
        }
        let good =
            |f: &&Function| f.ret == Ret::Float && !f.params.iter().any(|p| p.ty.is_mut() || matches!(p.ty, ParamTy::Vec(_)));
        let candidates: Vec<_> = self.helpers.iter().filter(good).cloned().collect();
        if candidates.is_empty() {
            return None;
        }
        let callee = self.rng.pick(&candidates).clone();
        Some(Float::atom(self.invoke(&callee, depth)?.node, USUAL))
    }

    /// A derivative of a helper.
    pub(crate) fn inner_derivative(&mut self, depth: usize) -> Option<Float> {
        let candidates: Vec<Function> = self.helpers.iter().filter(|f| f.is_scalar()).cloned().collect();
        if !self.inner || candidates.is_empty() {
            return None;
        }
        let callee = self.rng.pick(&candidates).clone();
        let count = callee.params.len();
        let list = |g: &mut Self| {
            let mut list = node![g.expr(depth.min(2))];
            for _ in 1..count {
                list = node![list, ", ", g.expr(depth.min(1))];
            }
            list
        };
        let (name, at) = (&callee.name, self.rng.below(count));
        let part = if count == 1 { String::new() } else { format!(".{at}") };
        let node = match self.rng.below(3) {
            0 => node![format!("{name}::value_and_grad("), list(self), format!(").1{part}")],
            1 => node![format!("{name}::jvp("), list(self), ", ", list(self), ").1"],
            _ => node![format!("{name}::grad("), list(self), format!("){part}")],
        };
        let value = Float::atom(node, 20.0);
        Some(self.method(value, "tanh", &[]))
    }

    pub(crate) fn closure_call(&mut self, depth: usize) -> Option<Float> {
        let closure = self.pick(|v| matches!(v.ty, Ty::Closure(_)))?;
        let Ty::Closure(arity) = closure.ty else { unreachable!("picked so") };
        let mut node = node![&closure.name, "(", self.expr(depth)];
        for _ in 1..arity {
            node.pieces.extend(node![", ", self.expr(depth.min(1))].pieces);
        }
        node.pieces.push(")".into());
        Some(Float::atom(node, USUAL))
    }
}
