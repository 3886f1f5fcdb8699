//! References into memory: parts of rows, rows chosen by a branch, scalars behind `&mut`; `collect`.

use crate::memory::floats;
use crate::node;
use crate::scope::{Feature, Form, Gen, Ty, Var};
use crate::simple::Written;
use crate::tree::Node;

impl Gen {
    fn whole(&mut self) -> Option<(Var, usize, bool)> {
        let var = self.pick(|v| matches!(v.ty, Ty::Floats { .. }))?;
        let Ty::Floats { len, exact, .. } = var.ty else { unreachable!("picked so") };
        Some((var, len, exact))
    }

    /// `&row[lo..hi]` and what is known of it.
    fn part(&mut self, name: &str, len: usize, exact: bool) -> (String, usize, bool) {
        let cut = self.rng.between(1, len);
        match self.rng.below(4) {
            0 => (format!("{name}[..{cut}]"), cut, true),
            1 if cut < len => (format!("{name}[{cut}..]"), len - cut, exact),
            2 => (format!("{name}[{}..{len}]", cut - 1), len + 1 - cut, true),
            _ => (format!("{name}[..]"), len, exact),
        }
    }

    pub(crate) fn shared_view(&mut self) -> Written {
        let (var, len, exact) = self.whole()?;
        let (text, len, exact) = self.part(&var.name, len, exact);
        let name = self.name('w');
        // The part stays borrowed; what it is part of cannot be written until the block ends.
        self.pin(&Node::text(&var.name));
        self.declare(&name, Ty::Floats { form: Form::Slice, len, exact }, false);
        Some(vec![node![format!("let {name} = &{text};")].bind(&name)])
    }

    /// A block that writes through views instead of `hidden`.
    fn through(&mut self, head: Node, hidden: &[&str], views: &[(String, Ty, bool)]) -> Node {
        let body = self.nested(|g| {
            hidden.iter().for_each(|name| g.hide(name));
            views.iter().for_each(|(name, ty, mutable)| g.declare(name, ty.clone(), *mutable));
            let mut body = g.statements(2);
            for (name, ty, mutable) in views {
                let still = g.scope.iter().any(|v| v.name == *name && !v.pinned);
                if *mutable && still && g.rng.chance(70) {
                    let target = if *ty == Ty::FloatRef { format!("*{name}") } else { format!("{name}[0]") };
                    body.push(g.compound_to(target));
                }
            }
            body
        });
        let names: Vec<String> = views.iter().map(|(name, ..)| name.clone()).collect();
        let head = head.bind_all(&names).fixed();
        let mut node = node!["{", [vec![head], body].concat(), "}"];
        node.inner = names;
        node
    }

    pub(crate) fn mutable_view(&mut self) -> Written {
        let var = self.writable()?;
        let Ty::Floats { len, exact, .. } = var.ty else { unreachable!("picked so") };
        let (text, len, exact) = self.part(&var.name, len, exact);
        let name = self.fresh('m');
        let head = node![format!("let {name} = &mut {text};")];
        Some(vec![self.through(head, &[&var.name], &[(name, Ty::Floats { form: Form::SliceMut, len, exact }, true)])])
    }

    pub(crate) fn split_view(&mut self) -> Written {
        let var = self.writable()?;
        let Ty::Floats { len, exact, .. } = var.ty else { unreachable!("picked so") };
        if len < 2 {
            return None;
        }
        let cut = self.rng.between(1, len - 1);
        let (a, b) = (self.fresh('m'), self.fresh('m'));
        let rest = Ty::Floats { form: Form::SliceMut, len: len - cut, exact };
        let head = node![format!("let ({a}, {b}) = {}.split_at_mut({cut});", var.name)];
        Some(vec![self.through(head, &[&var.name], &[(a, floats(Form::SliceMut, cut), true), (b, rest, true)])])
    }

    /// Views that depend on a condition.
    pub(crate) fn chosen_view(&mut self) -> Written {
        let condition = self.condition();
        if self.rng.chance(40) {
            let ((a, la, ea), (b, lb, eb)) = (self.whole()?, self.whole()?);
            let ((ta, la, ea), (tb, lb, eb)) = (self.part(&a.name, la, ea), self.part(&b.name, lb, eb));
            let name = self.name('w');
            self.pin(&node![&a.name, " ", &b.name]);
            self.declare(&name, Ty::Floats { form: Form::Slice, len: la.min(lb), exact: ea && eb && la == lb }, false);
            let text = format!("let {name} = if {condition} {{ &{ta} }} else {{ &{tb} }};");
            return Some(vec![Node::text(text).bind(&name)]);
        }
        let a = self.writable()?;
        let b = self.pick(|v| v.mutable && !v.pinned && v.name != a.name && matches!(v.ty, Ty::Floats { .. }))?;
        let ((Ty::Floats { len: la, exact: ea, .. }, Ty::Floats { len: lb, exact: eb, .. }), (na, nb)) =
            ((&a.ty, &b.ty), (&a.name, &b.name))
        else {
            unreachable!("picked so")
        };
        let (len, exact) = (*la.min(lb), *ea && *eb && la == lb);
        let (m, w) = (self.fresh('m'), self.fresh('w'));
        let target = Ty::Floats { form: Form::SliceMut, len, exact };
        if self.rng.chance(50) {
            let head = node![format!("let {m} = if {condition} {{ &mut {na}[..] }} else {{ &mut {nb}[..] }};")];
            return Some(vec![self.through(head, &[na, nb], &[(m, target, true)])]);
        }
        let first = format!("(&{na}[..], &mut {nb}[..])");
        let second = format!("(&{nb}[..], &mut {na}[..])");
        let head = node![format!("let ({w}, {m}) = if {condition} {{ {first} }} else {{ {second} }};")];
        let source = Ty::Floats { form: Form::Slice, len, exact };
        Some(vec![self.through(head, &[na, nb], &[(w, source, false), (m, target, true)])])
    }

    /// `let r = &mut s;`, or of one element.
    pub(crate) fn scalar_view(&mut self) -> Written {
        let name = self.fresh('r');
        let (place, hidden) = if self.rng.chance(50) {
            let var = self.writable()?;
            let Ty::Floats { len, .. } = var.ty else { unreachable!("picked so") };
            (format!("{}[{}]", var.name, self.store_index(&var, len)), var.name)
        } else {
            let (place, var) = self.target()?;
            (place, var.name)
        };
        let head = node![format!("let {name} = &mut {place};")];
        Some(vec![self.through(head, &[&hidden], &[(name, Ty::FloatRef, true)])])
    }

    pub(crate) fn collect(&mut self) -> Written {
        let (r, name) = (self.fresh('r'), self.name('v'));
        let over = if self.rng.chance(50) { self.whole() } else { None };
        let (head, ty, inner, len, exact) = match over {
            Some((var, len, exact)) => (format!("{}.iter().map(|{r}| ", var.name), Ty::FloatRef, r, len, exact),
            None => {
                let (i, len) = (self.fresh('i'), self.len);
                (format!("(0..{len}).map(|{i}| "), Ty::Int { lo: 0, hi: len - 1 }, i, len, true)
            }
        };
        let body = self.nested(|g| {
            g.declare(&inner, ty, false);
            g.expr(3)
        });
        self.declare(&name, Ty::Floats { form: Form::Vec, len, exact }, false);
        let (annotation, turbofish) = if self.rng.chance(50) { (": Vec<§>", "") } else { ("", "::<Vec<§>>") };
        let node = node!["let ", &name, annotation, " = ", head, body, format!(").collect{turbofish}();")];
        Some(vec![node.bind(&name).inside(&inner)])
    }

    /// A block with effects where an expression stands.
    pub(crate) fn let_effect(&mut self) -> Written {
        let (target, var) = self.target()?;
        if var.ty != Ty::Float {
            return None;
        }
        let change = self.compound_to(target.clone());
        let (before, after, name) = (self.float(1).operand(), self.float(1).operand(), self.name('x'));
        self.declare(&name, Ty::Float, false);
        let text =
            node!["let ", &name, format!(" = {target} * "), before, " + { ", change, format!(" {target} }} * "), after, ";"];
        Some(vec![text.bind(&name)])
    }

    /// A store whose index or value has an effect.
    pub(crate) fn store_effect(&mut self) -> Written {
        let var = self.writable()?;
        let Ty::Floats { len, .. } = var.ty else { unreachable!("picked so") };
        let k = self.fresh('k');
        let head = node![format!("let mut {k} = 0;")].bind(&k).fixed();
        let first = node![format!("{}[{{ {k} += 1; {k} % {len} }}] = ", var.name), self.expr(2), ";"];
        let second = node![format!("{}[{k} % {len}] += ", var.name), self.expr(1), ";"];
        Some(vec![head, first, second])
    }

    /// What only looks.
    pub(crate) fn observe(&mut self) -> Written {
        let condition = self.condition();
        Some(vec![match self.rng.below(2) {
            0 => Node::text(format!("assert!({condition} || true, \"never\");")),
            _ => node![format!("debug_assert!(!({condition}) || {}, \"never\");", self.has(Feature::Scalar))],
        }])
    }
}
