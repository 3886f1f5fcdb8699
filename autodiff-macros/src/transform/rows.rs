//! Rows of the Hessian: of the adjoint program's tangent what the gradient's tangent needs, in several directions at once.
//!
//! Whoever asks for a Hessian wants neither the value nor the gradient. The shadows that would take the gradient become locals of the pullback,
//! which nobody reads: what only they need is dead.

use super::tangent::referent;
use super::wide::wide;
use crate::ir::build::Builder;
use crate::ir::visit::by_mut;
use crate::ir::{Block, Class, Closure, Function, Kind, Op, Opaque, Place, PrimalSlot, Proj, Shape, Stmt, Tree, Value};
use crate::simplify::without_dead;
use syn::Path;

/// The program of a function without `&mut` parameters, if it can be written, given the adjoint program's tangent. The first `own` values are
/// the user's.
pub fn rows(f: &Function, own: usize, krate: &Path) -> Option<Function> {
    if calls_derivatives(&f.body) {
        return None;
    }
    let mut f = f.clone();
    let Some(Stmt::Closure(closure)) = f.body.stmts.pop() else { return None };
    let closure = without_adjoints(&mut f, *closure)?;
    f.body.stmts.push(Stmt::Closure(Box::new(closure)));
    f.result_dots.iter_mut().chain([&mut f.result]).for_each(|result| *result = Tree::Unit);
    without_dead(&mut f, own);
    wide(&f, krate)
}

/// Nobody's forward sweep knows several directions.
fn calls_derivatives(block: &Block) -> bool {
    let calls = |stmt: &Stmt| matches!(stmt, Stmt::Call(call) if call.pull.is_some());
    block.stmts.iter().any(|stmt| calls(stmt) || stmt.blocks().into_iter().any(calls_derivatives))
}

fn without_adjoints(f: &mut Function, mut closure: Closure) -> Option<Closure> {
    let mut zeros = Vec::new();
    for ((param, primal), shadow) in f.params.iter().zip(&closure.primals).zip(&mut closure.shadows) {
        let Some(shadow) = shadow.take() else { continue };
        let data = &f.values[param.value.0 as usize];
        let whole = Proj::Range { lo: None, hi: None, inclusive: false };
        let (shape, part) = match (primal, referent(&data.kind)) {
            (_, Kind::Float) => (Shape::Float, Vec::new()),
            (PrimalSlot::Again(primal), Kind::Slice(_)) => (Shape::Like(Place::whole(*primal)), vec![whole]),
            (PrimalSlot::Again(primal), Kind::Array(_) | Kind::Vec(_)) => (Shape::Like(Place::whole(*primal)), Vec::new()),
            (PrimalSlot::Again(_) | PrimalSlot::Ignored, _) => return None,
        };
        zeros.push((shadow, shape, part));
    }
    let mut b = Builder::new(&mut f.values);
    for (shadow, shape, part) in zeros {
        b.values[shadow.0 as usize].optional = false;
        let zero = b.fresh_like(&b.values[shadow.0 as usize].name.clone(), Class::Shadow, shadow);
        b.push(Stmt::Let { value: zero, op: Op::Zeros(shape) });
        b.push(Stmt::Let { value: shadow, op: Op::Borrow { mutable: false, place: Place { base: zero, proj: part } } });
    }
    let made: Vec<Value> = defined_by(&b.stmts);
    closure.body.stmts.iter_mut().for_each(|stmt| are_there(stmt, &made));
    closure.body.stmts.splice(..0, b.stmts);
    Some(closure)
}

/// What statements define.
fn defined_by(stmts: &[Stmt]) -> Vec<Value> {
    stmts.iter().filter_map(|stmt| if let Stmt::Let { value, .. } = stmt { Some(*value) } else { None }).collect()
}

/// Whether these slots are filled need not be asked any more.
fn are_there(stmt: &mut Stmt, slots: &[Value]) {
    if let Stmt::Let { op: Op::Opaque(opaque), .. } = stmt
        && opaque.uses.iter().any(|(_, v)| slots.contains(v))
    {
        *opaque = Opaque { expr: syn::parse_quote!(true), uses: Vec::new(), ..opaque.clone() };
    }
    let blocks = by_mut::scopes(stmt).into_iter().flat_map(|scope| scope.blocks);
    blocks.for_each(|block| block.stmts.iter_mut().for_each(|stmt| are_there(stmt, slots)));
}
