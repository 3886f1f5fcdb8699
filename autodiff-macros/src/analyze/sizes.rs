//! Which integers are known to be `usize`: those that select elements or count them, and all that arithmetic or control flow ties to
//! them.

use crate::ir::visit::by_ref;
use crate::ir::{Alloc, Block, Function, Header, Kind, Op, Opaque, Place, Stmt, Value};
use syn::{BinOp, Expr};

/// See the module docs.
#[derive(Debug)]
pub struct Sizes {
    parent: Vec<u32>,
    known: Vec<bool>,
}

impl Sizes {
    /// Looks through a function.
    pub fn new(f: &Function) -> Sizes {
        let count = f.values.len();
        let mut sizes = Sizes { parent: (0..count as u32).collect(), known: vec![false; count] };
        let mut selected = Vec::new();
        sizes.block(f, &f.body, &mut selected);
        for v in selected {
            let root = sizes.root(v);
            sizes.known[root] = true;
        }
        sizes
    }

    /// Whether a value is known to be a `usize`.
    pub fn is_size(&self, value: Value) -> bool {
        self.parent.len() > value.0 as usize && self.known[self.root(value)]
    }

    fn root(&self, value: Value) -> usize {
        let mut at = value.0;
        while self.parent[at as usize] != at {
            at = self.parent[at as usize];
        }
        at as usize
    }

    fn same(&mut self, a: Value, b: Value) {
        let (a, b) = (self.root(a), self.root(b));
        self.parent[a.max(b)] = a.min(b) as u32;
    }

    fn block(&mut self, f: &Function, block: &Block, selected: &mut Vec<Value>) {
        for stmt in &block.stmts {
            self.stmt(f, stmt, selected);
            by_ref::scopes(stmt).into_iter().flat_map(|s| s.blocks).for_each(|block| self.block(f, block, selected));
        }
    }

    fn stmt(&mut self, f: &Function, stmt: &Stmt, selected: &mut Vec<Value>) {
        match stmt {
            Stmt::Let { value, op } => self.op(f, *value, op, selected),
            Stmt::Store { place, .. } => selected.extend(place.operands()),
            Stmt::Loop(l) => {
                if let Header::Range { index, lo, hi, .. } = l.header {
                    self.same(index, lo);
                    self.same(index, hi);
                }
                for (c, next) in l.carried.iter().zip(&l.body.yields) {
                    for other in [c.init, *next, c.result] {
                        self.same(c.param, other);
                    }
                }
            }
            Stmt::Branch(branch) => {
                for arm in branch.arms.iter().filter(|arm| !arm.diverges) {
                    branch.results.iter().zip(&arm.yields).for_each(|(a, b)| self.same(*a, *b));
                }
            }
            _ => {}
        }
    }

    fn op(&mut self, f: &Function, value: Value, op: &Op, selected: &mut Vec<Value>) {
        let mut places: Vec<&Place> = Vec::new();
        match op {
            Op::Load(place) | Op::Borrow { place, .. } | Op::Alloc(Alloc::Copy { place, .. }) => places.push(place),
            Op::Len(_) => selected.push(value),
            Op::Alloc(Alloc::Repeat { len, .. }) => selected.push(*len),
            Op::Move(from) if f[*from].kind == Kind::Integer => self.same(value, *from),
            Op::Opaque(Opaque { expr, uses, .. }) if f[value].kind == Kind::Integer => {
                let mut names = Vec::new();
                if arithmetic(expr, &mut names) {
                    for name in names {
                        if let Some((_, v)) = uses.iter().find(|(used, _)| *used == name) {
                            self.same(value, *v);
                        }
                    }
                }
            }
            _ => {}
        }
        selected.extend(places.into_iter().flat_map(Place::operands));
    }
}

/// Whether an expression consists of operations whose operands have its own type; `names` are the variables in it.
pub fn arithmetic(expr: &Expr, names: &mut Vec<syn::Ident>) -> bool {
    match expr {
        Expr::Paren(syn::ExprParen { expr, .. }) | Expr::Group(syn::ExprGroup { expr, .. }) => arithmetic(expr, names),
        Expr::Lit(_) => true,
        Expr::Path(path) => path.path.get_ident().is_some_and(|name| {
            names.push(name.clone());
            true
        }),
        Expr::Binary(syn::ExprBinary { left, right, op, .. }) => {
            let own = matches!(op, BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_) | BinOp::Div(_) | BinOp::Rem(_));
            own && arithmetic(left, names) && arithmetic(right, names)
        }
        _ => false,
    }
}
