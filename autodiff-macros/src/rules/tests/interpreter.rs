//! Evaluates straight-line float programs of the IR.

use super::{Form, Prim};
use crate::ir::{Op, Stmt, Value};
use std::collections::HashMap;

/// What a value holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Datum {
    Float(f64),
    Integer(i64),
    Bool(bool),
}

impl Datum {
    pub(super) fn new(x: f64, integer: bool) -> Self {
        if integer { Datum::Integer(x as i64) } else { Datum::Float(x) }
    }

    pub(super) fn float(&self) -> f64 {
        match self {
            Datum::Float(x) => *x,
            Datum::Integer(_) | Datum::Bool(_) => panic!("{self:?} is no float"),
        }
    }

    fn integer(&self) -> i64 {
        match self {
            Datum::Integer(n) => *n,
            Datum::Float(_) | Datum::Bool(_) => panic!("{self:?} is no integer"),
        }
    }

    fn bool(&self) -> bool {
        match self {
            Datum::Bool(b) => *b,
            Datum::Float(_) | Datum::Integer(_) => panic!("{self:?} is no bool"),
        }
    }
}

/// Runs `stmts`; `inputs` are the first values.
pub(super) fn run(stmts: &[Stmt], inputs: Vec<Datum>) -> HashMap<Value, Datum> {
    let mut env: HashMap<Value, Datum> = inputs.into_iter().enumerate().map(|(i, x)| (Value(i as u32), x)).collect();
    for stmt in stmts {
        let Stmt::Let { value, op } = stmt else { panic!("partials are made of `let`s, not of {stmt:?}") };
        let result = match op {
            Op::Prim { prim, args } => primitive(*prim, &args.iter().map(|v| env[v].clone()).collect::<Vec<_>>()),
            Op::Float(x) => Datum::Float(*x),
            Op::Select(cond, a, b) => if env[cond].bool() { &env[a] } else { &env[b] }.clone(),
            Op::Opaque(opaque) => {
                let names = opaque.uses.iter().map(|(ident, v)| (ident.to_string(), env[v].clone())).collect();
                expression(&opaque.expr, &names)
            }
            _ => panic!("{op:?} in a partial"),
        };
        env.insert(*value, result);
    }
    env
}

fn expression(expr: &syn::Expr, names: &HashMap<String, Datum>) -> Datum {
    match expr {
        syn::Expr::Path(path) => names[&path.path.get_ident().expect("a name").to_string()].clone(),
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Float(x), .. }) => Datum::Float(x.base10_parse().expect("a float")),
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(n), .. }) => Datum::Integer(n.base10_parse().expect("an integer")),
        syn::Expr::MethodCall(call) => {
            let args: Vec<Datum> = std::iter::once(&*call.receiver).chain(&call.args).map(|arg| expression(arg, names)).collect();
            primitive(super::by_method(&call.method.to_string(), args.len()).expect("a primitive"), &args)
        }
        syn::Expr::Paren(paren) => expression(&paren.expr, names),
        syn::Expr::Binary(binary) => {
            let op = &binary.op;
            operator(&quote::quote!(#op).to_string(), expression(&binary.left, names), expression(&binary.right, names))
        }
        _ => panic!("{expr:?} in a condition"),
    }
}

fn operator(op: &str, a: Datum, b: Datum) -> Datum {
    match (op, &a, &b) {
        ("-", Datum::Integer(a), Datum::Integer(b)) => Datum::Integer(a - b),
        ("==", _, _) => Datum::Bool(a == b),
        ("!=", _, _) => Datum::Bool(a != b),
        ("<", _, _) => Datum::Bool(a.float() < b.float()),
        (">", _, _) => Datum::Bool(a.float() > b.float()),
        ("<=", _, _) => Datum::Bool(a.float() <= b.float()),
        (">=", _, _) => Datum::Bool(a.float() >= b.float()),
        ("&&", _, _) => Datum::Bool(a.bool() && b.bool()),
        ("||" | "|", _, _) => Datum::Bool(a.bool() || b.bool()),
        _ => panic!("operator {op} in a condition"),
    }
}

/// The value of a primitive, by its name.
pub(super) fn primitive(prim: Prim, args: &[Datum]) -> Datum {
    if let Form::Function("float_like") = prim.rule().form {
        return Datum::Float(args[0].integer() as f64);
    }
    macro_rules! table {
        (unary: $($unary:ident)*; binary: $($binary:ident)*) => {
            match (prim.rule().name, args) {
                ("add" | "add_assign", [a, b]) => a.float() + b.float(),
                ("sub" | "sub_assign", [a, b]) => a.float() - b.float(),
                ("mul" | "mul_assign", [a, b]) => a.float() * b.float(),
                ("div" | "div_assign", [a, b]) => a.float() / b.float(),
                ("rem" | "rem_assign", [a, b]) => a.float() % b.float(),
                ("neg", [x]) => -x.float(),
                ("as_f32" | "as_f64", [x]) => x.float(),
                ("maximum", [a, b]) => a.float().max(b.float()),
                ("minimum", [a, b]) => a.float().min(b.float()),
                ("powi", [x, n]) => x.float().powi(n.integer() as i32),
                ("mul_add", [x, a, b]) => x.float().mul_add(a.float(), b.float()),
                ("clamp", [x, low, high]) => x.float().clamp(low.float(), high.float()),
                $((stringify!($unary), [x]) => x.float().$unary(),)*
                $((stringify!($binary), [a, b]) => a.float().$binary(b.float()),)*
                (name, _) => panic!("the interpreter lacks `{name}`"),
            }
        };
    }
    Datum::Float(table! {
        unary: abs acos acosh asin asinh atan atanh cbrt ceil cos cosh exp exp2 exp_m1 floor fract ln ln_1p log10 log2 next_down
            next_up recip round round_ties_even signum sin sinh sqrt tan tanh to_degrees to_radians trunc;
        binary: atan2 copysign div_euclid hypot log max midpoint min powf rem_euclid
    })
}
