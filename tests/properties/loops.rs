//! Loops over ranges, `while` and `loop`, and loops over iterators.

use crate::memory::SHORT;
use crate::node;
use crate::scope::{Feature, Form, Gen, Ty, Var};
use crate::simple::Written;
use crate::tree::Node;

impl Gen {
    /// The body of a loop, with what it can leave.
    fn looped(&mut self, most: usize, label: &str, declare: impl FnOnce(&mut Self)) -> Vec<Node> {
        self.looped_then(most, label, declare, |_| None)
    }

    /// The body of a loop that ends in a given way.
    fn looped_then(
        &mut self,
        most: usize,
        label: &str,
        declare: impl FnOnce(&mut Self),
        last: impl FnOnce(&mut Self) -> Option<Node>,
    ) -> Vec<Node> {
        self.loops += 1;
        self.labels.push(label.to_owned());
        let body = self.nested(|g| {
            declare(g);
            let mut body = if most > 0 { g.statements(most) } else { Vec::new() };
            body.extend(last(g));
            body
        });
        self.labels.pop();
        self.loops -= 1;
        body
    }

    /// How many statements a body may have: less the deeper it is.
    fn most(&self) -> usize {
        if self.loops == 0 { 4 } else { 2 }
    }

    fn label(&mut self) -> String {
        if self.has(Feature::Exit) && self.rng.chance(20) { self.fresh('l') } else { String::new() }
    }

    /// Text of a range and what its index is.
    pub(crate) fn range(&mut self) -> (String, Ty) {
        let ints = self.vars(|v| matches!(v.ty, Ty::Int { hi, .. } if hi < 7));
        let outermost = self.loops == 0;
        let rows = self.vars(|v| matches!(v.ty, Ty::Floats { exact: true, len, .. } if outermost || len <= SHORT));
        let (end, most) = match self.rng.below(3) {
            0 if !ints.is_empty() => {
                let var = self.rng.pick(&ints).clone();
                let Ty::Int { hi, .. } = var.ty else { unreachable!("filtered so") };
                (var.name, hi)
            }
            1 if !rows.is_empty() => {
                let var = self.rng.pick(&rows).clone();
                let Ty::Floats { len, .. } = var.ty else { unreachable!("filtered so") };
                (format!("{}.len()", var.name), len)
            }
            _ => {
                let end = self.rng.between(2, 5);
                (end.to_string(), end)
            }
        };
        let lo = self.rng.below(2);
        let last = most.saturating_sub(1).max(lo);
        let open = format!("{lo}..{end}");
        match self.rng.below(8) {
            0 => (format!("({open}).rev()"), Ty::Int { lo, hi: last }),
            1 => (format!("({open}).step_by(2)"), Ty::Int { lo, hi: last }),
            99 => (format!("({open}).rev().step_by(2)"), Ty::Int { lo, hi: last }),
            3 => (format!("{lo}..={end}"), Ty::Int { lo, hi: most.max(lo) }),
            _ => (open, Ty::Int { lo, hi: last }),
        }
    }

    pub(crate) fn for_range(&mut self) -> Written {
        if self.loops >= 3 {
            return None;
        }
        let (range, ty) = self.range();
        let name = self.fresh('i');
        let label = self.label();
        let most = self.most();
        let body = self.looped(most, &label, |g| g.declare(&name, ty, false));
        let prefix = if label.is_empty() { String::new() } else { format!("'{label}: ") };
        Some(vec![node![prefix, format!("for {name} in {range} {{"), body, "}"].inside(&name).inside(&label)])
    }

    /// `let mut s = 0.0; for i in … { s += …; }`: rustc learns the type of `s` from what is added.
    pub(crate) fn accumulate(&mut self) -> Written {
        let (range, ty) = self.range();
        let (index, sum) = (self.fresh('i'), self.fresh('s'));
        let (start, add) = *self.rng.pick(&[("0.0", "+="), ("0.0", "-="), ("1.0", "*= 0.5 *")]);
        let most = 2 * self.rng.below(2);
        let last = |g: &mut Self| Some(node![&sum, format!(" {add} "), g.float(3).operand(), ";"].fixed());
        let body = self.looped_then(most, "", |g| g.declare(&index, ty, false), last);
        self.declare(&sum, Ty::Float, true);
        let first = node!["let mut ", &sum, format!(" = {start};")].bind(&sum).fixed();
        Some(vec![first, node![format!("for {index} in {range} {{"), body, "}"].inside(&index)])
    }

    pub(crate) fn while_loop(&mut self) -> Written {
        if self.loops >= 2 {
            return None;
        }
        let (name, count, most) = (self.fresh('k'), self.rng.between(2, 5), self.most());
        let condition = if self.rng.chance(30) { format!(" && ({})", self.condition()) } else { String::new() };
        let label = self.label();
        let body = self.looped(most, &label, |g| g.declare(&name, Ty::Int { lo: 1, hi: count }, false));
        let prefix = if label.is_empty() { String::new() } else { format!("'{label}: ") };
        let head = format!("let mut {name} = 0; {prefix}while {name} < {count}{condition} {{ {name} += 1;");
        Some(vec![node![head, body, "}"].bind(&name).inside(&label)])
    }

    pub(crate) fn plain_loop(&mut self) -> Written {
        if self.loops >= 2 {
            return None;
        }
        let (name, count, most) = (self.fresh('k'), self.rng.between(1, 4), self.most());
        let condition = if self.rng.chance(30) { format!(" || ({})", self.condition()) } else { String::new() };
        let body = self.looped(most, "", |g| g.declare(&name, Ty::Int { lo: 1, hi: count }, false));
        let head = format!("let mut {name} = 0; loop {{ {name} += 1; if {name} > {count}{condition} {{ break; }}");
        Some(vec![node![head, body, "}"].bind(&name)])
    }

    /// `let x = loop { …; break value; };`
    pub(crate) fn loop_value(&mut self) -> Written {
        if self.loops >= 2 {
            return None;
        }
        let (name, count) = (self.fresh('k'), self.rng.between(1, 4));
        let x = self.fresh('x');
        let ty = Ty::Int { lo: 1, hi: count + 1 };
        let loops = std::mem::take(&mut self.loops);
        let labels = std::mem::take(&mut self.labels);
        let (body, value) = self.nested(|g| {
            g.declare(&name, ty, false);
            let body = g.statements(2);
            let value = g.expr(2);
            (body, value)
        });
        (self.loops, self.labels) = (loops, labels);
        let head = format!("let mut {name} = 0; let {x}: § = loop {{ {name} += 1;");
        self.declare(&x, Ty::Float, false);
        let exit = node![format!("if {name} > {count} {{ break "), value, "; }"].fixed();
        Some(vec![node![head, [body, vec![exit]].concat(), "};"].bind(&name).bind(&x)])
    }

    /// A row of floats to iterate over: the name and its variable.
    fn row(&mut self) -> Option<(Var, usize, bool)> {
        let var = self.pick(|v| matches!(v.ty, Ty::Floats { .. }))?;
        let Ty::Floats { len, exact, .. } = var.ty else { unreachable!("picked so") };
        Some((var, len, exact))
    }

    pub(crate) fn for_items(&mut self) -> Written {
        let (var, len, exact) = self.row()?;
        let name = &var.name;
        let (other, other_len, _) = self.row()?;
        let (p, q, i) = (self.fresh('r'), self.fresh('r'), self.fresh('i'));
        let at = Ty::Int { lo: 0, hi: len - 1 };
        let window = |len| Ty::Floats { form: Form::Slice, len, exact: true };
        let (head, vars) = match self.rng.below(9) {
            0 => (format!("{p} in {name}.iter()"), vec![(p, Ty::FloatRef)]),
            1 => (format!("&{p} in {name}.iter()"), vec![(p, Ty::Float)]),
            2 if exact => (format!("({i}, {p}) in {name}.iter().enumerate()"), vec![(i, at), (p, Ty::FloatRef)]),
            3 => (format!("({p}, {q}) in {name}.iter().zip({}.iter())", other.name), vec![(p, Ty::FloatRef), (q, Ty::FloatRef)]),
            4 if exact && len <= other_len => (
                format!("({i}, ({p}, &{q})) in {name}.iter().zip(&{}[..]).enumerate()", other.name),
                vec![(i, at), (p, Ty::FloatRef), (q, Ty::Float)],
            ),
            5 if len > 1 => (format!("{p} in {name}.windows(2)"), vec![(p, window(2))]),
            6 => (format!("{p} in {name}.chunks(2)"), vec![(p, window(1))]),
            7 => (format!("{p} in {name}.iter().rev().skip(1)"), vec![(p, Ty::FloatRef)]),
            _ => (format!("&{p} in &{name}[..{}]", len.min(2)), vec![(p, Ty::Float)]),
        };
        let (most, label) = (self.most(), self.label());
        let inner = vars.clone();
        // The row is borrowed while the loop runs.
        let body = self.looped(most, &label, |g| {
            g.pin(&node![name, " ", &other.name]);
            inner.into_iter().for_each(|(name, ty)| g.declare(&name, ty, false));
        });
        let prefix = if label.is_empty() { String::new() } else { format!("'{label}: ") };
        let mut node = node![prefix, "for ", head, " {", body, "}"].inside(&label);
        node.inner.extend(vars.into_iter().map(|(name, _)| name));
        Some(vec![node])
    }

    pub(crate) fn for_items_mut(&mut self) -> Written {
        let var = self.pick(|v| v.mutable && !v.pinned && matches!(v.ty, Ty::Floats { .. }))?;
        let Ty::Floats { len, exact, .. } = var.ty else { unreachable!("picked so") };
        let name = &var.name;
        let other = self.pick(|v| v.name != *name && matches!(v.ty, Ty::Floats { .. }));
        let (p, q, i) = (self.fresh('r'), self.fresh('r'), self.fresh('i'));
        let (head, vars, pinned) = match (self.rng.below(4), other) {
            (0, Some(other)) => {
                let head = format!("({p}, {q}) in {name}.iter_mut().zip({}.iter())", other.name);
                (head, vec![(p, Ty::FloatRef, true), (q, Ty::FloatRef, false)], other.name)
            }
            (1, _) if exact => {
                let at = Ty::Int { lo: 0, hi: len - 1 };
                (
                    format!("({i}, {p}) in {name}.iter_mut().enumerate()"),
                    vec![(i, at, false), (p, Ty::FloatRef, true)],
                    String::new(),
                )
            }
            (2, _) => (format!("{p} in {name}.iter_mut().rev()"), vec![(p, Ty::FloatRef, true)], String::new()),
            _ => (format!("{p} in {name}.iter_mut()"), vec![(p, Ty::FloatRef, true)], String::new()),
        };
        let target = vars.iter().find(|(_, _, mutable)| *mutable).map(|(name, ..)| format!("*{name}"));
        let (inner, most) = (vars.clone(), 2 * self.rng.below(2));
        let declare = |g: &mut Self| {
            g.hide(name);
            g.pin(&Node::text(pinned));
            inner.into_iter().for_each(|(name, ty, mutable)| g.declare(&name, ty, mutable));
        };
        let body = self.looped_then(most, "", declare, |g| target.map(|target| g.compound_to(target)));
        let mut node = node!["for ", head, " {", body, "}"];
        node.inner.extend(vars.into_iter().map(|(name, ..)| name));
        Some(vec![node])
    }
}
