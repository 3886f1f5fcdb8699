//! Rows of rows: `Vec<Vec<f64>>` and `[[f64; N]; M]`.

use crate::float::{Float, USUAL};
use crate::node;
use crate::scope::{Form, Gen, Ty, Var};
use crate::simple::Written;
use crate::tree::Node;

impl Gen {
    fn table(&mut self) -> Option<(Var, Form, usize, usize)> {
        let var = self.pick(|v| v.mutable && !v.pinned && matches!(v.ty, Ty::Table { .. }))?;
        let Ty::Table { form, rows, columns } = var.ty else { unreachable!("picked so") };
        Some((var, form, rows, columns))
    }

    pub(crate) fn let_table(&mut self) -> Written {
        let (rows, columns) = (self.rng.between(2, 3), self.rng.between(2, 4));
        let vec = self.rng.chance(60);
        let source = self.pick(|v| matches!(v.ty, Ty::Floats { exact: true, .. }));
        let (value, columns) = match (self.rng.below(3), source) {
            (0, Some(Var { name, ty: Ty::Floats { len, .. }, .. })) if vec => {
                (node![format!("vec![{name}.to_vec(); {rows}]")], len)
            }
            (1, _) if vec => (node!["vec![vec![", self.expr(1), format!("; {columns}]; {rows}]")], columns),
            (1, _) => (node!["[", self.listed(columns), format!("; {rows}]")], columns),
            _ if vec => (node![format!("vec![vec![0.0_§; {columns}]; {rows}]")], columns),
            _ => (node!["[[", self.expr(1), format!("; {columns}]; {rows}]")], columns),
        };
        let name = self.name('t');
        let form = if vec { Form::Vec } else { Form::Array };
        self.declare(&name, Ty::Table { form, rows, columns }, true);
        Some(vec![node!["let mut ", &name, " = ", value, ";"].bind(&name)])
    }

    /// `t[i][j]`.
    pub(crate) fn entry(&mut self, var: &Var) -> Float {
        let Ty::Table { rows, columns, .. } = var.ty else { unreachable!("only tables have entries") };
        let (i, j) = (self.store_index(var, rows), self.store_index(var, columns));
        Float::atom(node![format!("{}[{i}][{j}]", var.name)], USUAL)
    }

    pub(crate) fn store_entry(&mut self) -> Written {
        let (var, _, rows, columns) = self.table()?;
        let (i, j) = (self.store_index(&var, rows), self.store_index(&var, columns));
        let target = format!("{}[{i}][{j}]", var.name);
        if self.rng.chance(50) {
            return Some(vec![self.compound_to(target)]);
        }
        Some(vec![node![target, " = ", self.expr(3), ";"]])
    }

    /// Every entry, from its neighbours.
    pub(crate) fn fill_table(&mut self) -> Written {
        let (var, _, rows, columns) = self.table()?;
        let (i, j) = (self.fresh('i'), self.fresh('i'));
        let name = &var.name;
        let store = self.nested(|g| {
            g.declare(&i, Ty::Int { lo: 0, hi: rows - 1 }, false);
            g.declare(&j, Ty::Int { lo: 1, hi: columns - 1 }, false);
            let value = g.float(2).operand();
            match g.rng.below(3) {
                0 => node![format!("{name}[{i}][{j}] = 0.5 * {name}[{i}][{j} - 1] * "), value, ";"],
                1 => node![format!("{name}[{i}][{j}] += 0.3 * {name}[(2 * {i} + 1) % {rows}][{j}] * "), value, ";"],
                _ => node![format!("{name}[{i}][{j}] = "), value, ";"],
            }
        });
        let inner = node![format!("for {j} in 1..{columns} {{"), vec![store], "}"].inside(&j);
        Some(vec![node![format!("for {i} in 0..{rows} {{"), vec![inner], "}"].inside(&i)])
    }

    /// Whole rows: exchanged, copied, assigned.
    pub(crate) fn store_row(&mut self) -> Written {
        let (var, form, rows, columns) = self.table()?;
        let (name, i) = (&var.name, self.store_index(&var, rows));
        let same = |v: &Var| matches!(v.ty, Ty::Floats { len, exact: true, .. } if len == columns);
        let source = self.pick(same);
        Some(vec![match (self.rng.below(4), source) {
            (0, Some(source)) => {
                let borrow = self.borrowed(&source);
                node![format!("{name}[{i}].copy_from_slice({borrow});")]
            }
            (1, _) => node![format!("{name}[{i}].fill("), self.literal().0, ");"],
            (2, _) if form == Form::Vec => node![format!("{name}[{i}] = vec!"), self.listed(columns), ";"],
            (2, _) => node![format!("{name}[{i}] = "), self.listed(columns), ";"],
            _ => {
                let j = self.store_index(&var, rows);
                node![format!("{name}.swap({i}, {j});")]
            }
        }])
    }

    /// A row as a view, to be read for the rest of the block.
    pub(crate) fn row_view(&mut self) -> Written {
        let (var, _, rows, columns) = self.table()?;
        let i = self.store_index(&var, rows);
        let name = self.name('w');
        let node = node![format!("let {name} = &{}[{i}];", var.name)].bind(&name);
        self.pin(&Node::text(&var.name));
        self.declare(&name, Ty::Floats { form: Form::Slice, len: columns, exact: true }, false);
        Some(vec![node])
    }
}
