//! Constants of types that cannot be seen, mostly fields, are integers if they are used as only integers are.

use crate::ir::{Alloc, Block, Class, Function, Header, Kind, Op, Stmt, Value, ValueData};

/// Learns the kinds of such constants from what `for` loops count to, and how long memory is made.
pub(super) fn function(f: &mut Function) {
    block(&mut f.values, &f.body);
}

fn block(values: &mut [ValueData], body: &Block) {
    for stmt in &body.stmts {
        match stmt {
            Stmt::Loop(l) => {
                // Both ends have one type, and so has what is between.
                if let Header::Range { lo, hi, .. } = l.header {
                    let is_integer = |v: Value| values[v.0 as usize].kind == Kind::Integer;
                    if is_integer(lo) || is_integer(hi) {
                        [lo, hi].into_iter().for_each(|end| learn(values, end));
                    }
                }
            }
            Stmt::Let { op: Op::Alloc(Alloc::Repeat { len, .. }), .. } => learn(values, *len),
            _ => {}
        }
        stmt.blocks().into_iter().for_each(|nested| block(values, nested));
    }
}

fn learn(values: &mut [ValueData], v: Value) {
    let data = &mut values[v.0 as usize];
    if data.class == Class::Plain && data.kind == Kind::Passive {
        data.kind = Kind::Integer;
        data.may_refer = false;
    }
}
