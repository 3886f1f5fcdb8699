//! Iterator chains of several adaptors that end in one float.

use crate::float::{Float, USUAL};
use crate::node;
use crate::scope::{Form, Gen, Ty};
use crate::tree::Node;

/// What a chain yields at some point.
#[derive(Clone, Copy, PartialEq)]
enum Item {
    Float,
    /// `&f64`
    Ref,
    /// `(usize, f64)`, `(f64, f64)`
    Counted,
    Pair,
}

impl Gen {
    /// A chain of adaptors in any order.
    pub(crate) fn long_chain(&mut self, depth: usize) -> Option<Float> {
        let row = self.pick(|v| matches!(v.ty, Ty::Floats { .. }))?;
        let Ty::Floats { len, .. } = row.ty else { unreachable!("picked so") };
        let name = row.name;
        let (mut chain, mut item) = match self.rng.below(4) {
            0 => {
                let (i, n) = (self.fresh('i'), self.rng.between(2, 4));
                let body = self.seen(&[(&i, Ty::Int { lo: 0, hi: n - 1 })], depth);
                (node![format!("(0..{n}).map(|{i}| "), body, ")"].inside(&i), Item::Float)
            }
            1 => (node![format!("{name}.iter().copied()")], Item::Float),
            2 => {
                let r = self.fresh('r');
                let body = self.seen(&[(&r, Ty::Floats { form: Form::Slice, len: 1, exact: false })], depth);
                (node![format!("{name}.chunks(2).map(|{r}| "), body, ")"].inside(&r), Item::Float)
            }
            _ => (node![format!("{name}.iter()")], Item::Ref),
        };
        for _ in 0..self.rng.between(1, 3) {
            (chain, item) = self.adapted(chain, item, depth);
        }
        let node = self.ended(chain, item, depth);
        Some(self.tame(Float::atom(node, USUAL * len as f64), USUAL))
    }

    /// One more adaptor.
    fn adapted(&mut self, chain: Node, item: Item, depth: usize) -> (Node, Item) {
        let (pattern, inner) = self.pattern(item);
        let few = self.rng.below(2) + 1;
        let node = match self.rng.below(12) {
            0..=2 => {
                let body = self.body_of(&inner, depth);
                return (with_names(node![chain, format!(".map(|{pattern}| "), body, ")"], &inner), Item::Float);
            }
            3 if matches!(item, Item::Float) => return (node![chain, ".enumerate()"], Item::Counted),
            3 if matches!(item, Item::Ref) => return (node![chain, ".copied()"], Item::Float),
            4 if matches!(item, Item::Float) => {
                let other = self.pick(|v| matches!(v.ty, Ty::Floats { .. }));
                let Some(other) = other else { return (chain, item) };
                return (node![chain, format!(".zip({}.iter().copied())", other.name)], Item::Pair);
            }
            5 if matches!(item, Item::Float) => {
                let other = self.pick(|v| matches!(v.ty, Ty::Floats { .. }));
                let Some(other) = other else { return (chain, item) };
                node![chain, format!(".chain({}.iter().copied())", other.name)]
            }
            6 | 7 => {
                let (pattern, limit) = match item {
                    Item::Float => ("|v| *v", "0.6"),
                    Item::Ref => ("|v| **v", "0.6"),
                    Item::Counted => ("|v| v.1", "0.5"),
                    Item::Pair => ("|v| v.0", "0.5"),
                };
                let name = if self.rng.chance(70) { "filter" } else { "take_while" };
                node![chain, format!(".{name}({pattern} < {limit})")]
            }
            8 => node![chain, format!(".skip({few})")],
            9 => node![chain, format!(".take({})", few + 1)],
            10 => node![chain, ".step_by(2)"],
            11 if matches!(item, Item::Float) => {
                let body = self.body_of(&inner, depth);
                let s = self.fresh('s');
                let text = format!(".scan(0.2_§, |{s}, {pattern}| {{ *{s} = 0.5 * *{s} + ");
                return (with_names(node![chain, text, body, format!("; Some(*{s}) }})")], &inner).inside(&s), Item::Float);
            }
            _ => chain,
        };
        (node, item)
    }

    /// The end of a chain.
    fn ended(&mut self, chain: Node, item: Item, depth: usize) -> Node {
        let (pattern, inner) = self.pattern(item);
        let s = self.fresh('x');
        let flat = matches!(item, Item::Float | Item::Ref);
        match self.rng.below(9) {
            0 | 1 if flat => node![chain, ".sum::<§>()"],
            2 if item == Item::Float => node![chain, ".fold(-3.0, §::max)"],
            3 if item == Item::Float => node![chain, ".last().unwrap_or(0.4)"],
            4 if item == Item::Float => node![chain, ".max_by(|v, w| v.total_cmp(w)).unwrap_or(0.2)"],
            5 if item == Item::Float => node![chain, ".collect::<Vec<_>>().iter().map(|v| v * v).sum::<§>()"],
            6 => node!["(0.1 * ", chain, ".count() as §)"],
            _ => {
                let body = self.nested(|g| {
                    inner.iter().for_each(|(name, ty)| g.declare(name, ty.clone(), false));
                    g.declare(&s, Ty::Float, false);
                    g.expr(depth.min(2))
                });
                with_names(node![chain, format!(".fold(0.3_§, |{s}, {pattern}| 0.5 * {s} + "), body, ")"], &inner).inside(&s)
            }
        }
    }

    fn pattern(&mut self, item: Item) -> (String, Vec<(String, Ty)>) {
        let (p, q) = (self.fresh('x'), self.fresh('x'));
        match item {
            Item::Float => (p.clone(), vec![(p, Ty::Float)]),
            Item::Ref if self.rng.chance(50) => (format!("&{p}"), vec![(p, Ty::Float)]),
            Item::Ref => (p.clone(), vec![(p, Ty::FloatRef)]),
            Item::Counted => (format!("({p}, {q})"), vec![(p, Ty::Int { lo: 0, hi: 40 }), (q, Ty::Float)]),
            Item::Pair => (format!("({p}, {q})"), vec![(p, Ty::Float), (q, Ty::Float)]),
        }
    }

    fn body_of(&mut self, inner: &[(String, Ty)], depth: usize) -> Node {
        let seen: Vec<(&String, Ty)> = inner.iter().map(|(name, ty)| (name, ty.clone())).collect();
        self.seen(&seen, depth)
    }
}

fn with_names(node: Node, inner: &[(String, Ty)]) -> Node {
    inner.iter().fold(node, |node, (name, _)| node.inside(name))
}
