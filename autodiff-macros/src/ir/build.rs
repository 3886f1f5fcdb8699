//! Making values and statements.

use super::{Class, Kind, Op, Place, Proj, Stmt, Value, ValueData};
use crate::rules::Prim;
use proc_macro2::Span;

/// Appends statements to one block and makes the values they define.
#[derive(Debug)]
pub struct Builder<'a> {
    /// The function's arena.
    pub values: &'a mut Vec<ValueData>,
    /// The block under construction.
    pub stmts: Vec<Stmt>,
}

impl<'a> Builder<'a> {
    /// An empty block.
    pub fn new(values: &'a mut Vec<ValueData>) -> Self {
        Builder { values, stmts: Vec::new() }
    }

    /// Runs `f` on a nested, empty block and returns its statements beside `f`'s result.
    pub fn nested<R>(&mut self, f: impl FnOnce(&mut Builder<'_>) -> R) -> (Vec<Stmt>, R) {
        let mut inner = Builder::new(self.values);
        let result = f(&mut inner);
        (inner.stmts, result)
    }

    /// A new value without a definition yet.
    pub fn fresh(&mut self, name: &str, class: Class, kind: Kind) -> Value {
        fresh(self.values, name, class, kind, Span::mixed_site())
    }

    /// A new value that differs from `like` in nothing but name and class.
    pub fn fresh_like(&mut self, name: &str, class: Class, like: Value) -> Value {
        let data = self.values[like.0 as usize].clone();
        let value = Value(self.values.len() as u32);
        self.values.push(ValueData {
            name: name.to_owned(),
            class,
            ty: None,
            mutable: false,
            in_place: false,
            may_refer: false,
            optional: false,
            tangent: false,
            ..data
        });
        value
    }

    /// Appends a statement.
    pub fn push(&mut self, stmt: Stmt) {
        self.stmts.push(stmt);
    }

    /// `let name = op;` of a Plain value.
    pub fn let_(&mut self, name: &str, kind: Kind, op: Op) -> Value {
        let value = self.fresh(name, Class::Plain, kind);
        self.push(Stmt::Let { value, op });
        value
    }

    /// `let t = prim(args…);` of a float.
    pub fn prim(&mut self, prim: Prim, args: Vec<Value>) -> Value {
        self.let_("t", Kind::Float, Op::Prim { prim, args })
    }

    /// A float literal.
    pub fn float(&mut self, x: f64) -> Value {
        self.let_("c", Kind::Float, Op::Float(x))
    }
}

/// A new value in an arena.
pub fn fresh(values: &mut Vec<ValueData>, name: &str, class: Class, kind: Kind, span: Span) -> Value {
    let value = Value(values.len() as u32);
    values.push(ValueData {
        name: name.to_owned(),
        span,
        class,
        kind,
        ty: None,
        mutable: false,
        in_place: false,
        may_refer: false,
        optional: false,
        tangent: false,
    });
    value
}

impl Place {
    /// The whole of `base`.
    pub fn whole(base: Value) -> Place {
        Place { base, proj: Vec::new() }
    }

    /// The values that select the place: indices and range ends.
    pub fn operands(&self) -> impl Iterator<Item = Value> + '_ {
        self.proj
            .iter()
            .flat_map(|p| match p {
                Proj::Deref | Proj::Field(_) | Proj::Payload(_) => [None, None],
                Proj::Index(i) => [Some(*i), None],
                Proj::Range { lo, hi, .. } => [*lo, *hi],
            })
            .flatten()
    }
}
