//! Partial derivatives of opaque functions, as calls; see [`crate::user_rule`].

use crate::ir::build::Builder;
use crate::ir::{Arg, Call, Callee, Class, Input, Kind, Partial, Stmt, Tree, Value};
use crate::rules;

/// `factor * partial(inputs…)`
pub fn scaled(b: &mut Builder<'_>, call: &Call, partial: &Partial, factor: Value) -> Value {
    let out = |tree: &Tree| tree.leaves().first().map(|out| Arg::Value(*out));
    let args = partial.inputs.iter().filter_map(|input| match input {
        Input::Arg(k) => Some(call.args[*k].clone()),
        Input::Out => out(&call.result),
    });
    let args = args.collect();
    let value = b.fresh("d", Class::Plain, Kind::Float);
    let (path, result) = (partial.path.clone(), Tree::Leaf(value));
    b.push(Stmt::Call(Box::new(Call {
        path,
        args,
        result,
        callee: Callee::Partial,
        functions: Vec::new(),
        error: None,
        pull: None,
        tangents: Vec::new(),
        at_once: None,
        receiver: crate::ir::Receiver::Known,
        kept: None,
    })));
    operator(b, "*", factor, value)
}

/// `x op y`
pub fn operator(b: &mut Builder<'_>, op: &str, x: Value, y: Value) -> Value {
    b.prim(rules::by_operator(op).expect("operators are in the table"), vec![x, y])
}
