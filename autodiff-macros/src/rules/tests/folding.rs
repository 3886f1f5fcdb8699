//! Literals in derivatives.

use super::super::by_name;
use super::super::fold::{Fold, Known, evaluate, fold, shortened};
use crate::ir::{Opaque, Value};
use quote::ToTokens as _;

/// `n` is 2, `b` is 0.0, `x` is not known.
fn known(v: Value) -> Option<Known> {
    [None, Some(Known::Integer(2)), Some(Known::Float(0.0))][v.0 as usize]
}

fn opaque(text: &str) -> Opaque {
    let uses = ["x", "n", "b"].into_iter().enumerate().map(|(i, name)| (syn::parse_str(name).unwrap(), Value(i as u32)));
    Opaque { expr: syn::parse_str(text).unwrap(), uses: uses.collect(), pure_: true, writes: false }
}

#[test]
fn conditions_of_literals() {
    let value = |text| evaluate(&opaque(text), &known);
    assert_eq!(value("n == 0"), Some(Known::Bool(false)));
    assert_eq!(value("n - 1"), Some(Known::Integer(1)));
    assert_eq!(value("b == 0.0"), Some(Known::Bool(true)));
    assert_eq!(value("b != b"), Some(Known::Bool(false)));
    assert_eq!(value("x >= b || b != b"), None);
    assert_eq!(value("(x >= b) | (b == b)"), Some(Known::Bool(true)));
    assert_eq!(value("x >= b || b == b"), Some(Known::Bool(true)));
    assert_eq!(value("x == 0.0 && b == 0.0"), None);
    assert_eq!(evaluate(&Opaque { pure_: false, ..opaque("n") }, &known), None);
    let short = |text| shortened(&opaque(text), &known).map(|o| (o.expr.to_token_stream().to_string(), o.uses.len()));
    assert_eq!(short("x >= b || b != b"), Some(("x >= b".to_owned(), 2)));
    assert_eq!(short("(x >= b) | (b != b)"), Some(("x >= b".to_owned(), 2)));
    assert_eq!(short("b == 0.0 && x == 0.0"), Some(("x == 0.0".to_owned(), 1)));
    assert_eq!(short("x >= b"), None);
}

#[test]
fn primitives_of_literals() {
    let (x, one, two) = (None, Some(Known::Integer(1)), Some(Known::Float(2.0)));
    assert_eq!(fold(by_name("float_like"), &[one, x]), Some(Fold::Float(1.0)));
    assert_eq!(fold(by_name("powi"), &[x, one]), Some(Fold::Operand(0)));
    assert_eq!(fold(by_name("sub"), &[two, Some(Known::Float(1.0))]), Some(Fold::Float(1.0)));
    assert_eq!(fold(by_name("sub"), &[Some(Known::Float(0.1)), two]), None, "rounding differs between types");
    assert_eq!(fold(by_name("powf"), &[x, two]), None);
}
