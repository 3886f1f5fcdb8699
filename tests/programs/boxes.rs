//! `Box::new` of what carries derivatives.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Debug, Differentiable)]
enum Expr {
    Number(f64),
    Sum(Box<Expr>, Box<Expr>),
    Product(Box<Expr>, Box<Expr>),
    Sine { of: Box<Expr> },
}

#[differentiate]
fn value(e: &Expr) -> f64 {
    match e {
        Expr::Number(v) => *v,
        Expr::Sum(a, b) => value(a) + value(b),
        Expr::Product(a, b) => value(a) * value(b),
        Expr::Sine { of } => value(of).sin(),
    }
}

#[differentiate]
fn written_out(x: f64, y: f64) -> f64 {
    let sine = Expr::Sine { of: Box::new(Expr::Number(x)) };
    let e = Expr::Sum(Box::new(Expr::Number(x)), Box::new(Expr::Product(Box::new(Expr::Number(y)), Box::new(sine))));
    value(&e)
}

#[differentiate]
fn in_variables(x: f64, y: f64) -> f64 {
    let (a, b) = (Box::new(Expr::Number(x)), Box::new(Expr::Number(y)));
    let product = Expr::Product(a, b);
    value(&product) * x
}

/// A constant beside what varies.
#[differentiate]
fn mixed(x: f64, y: f64) -> f64 {
    let two = Box::new(Expr::Number(2.0));
    value(&Expr::Product(two, Box::new(Expr::Number(x * y))))
}

#[differentiate]
fn power(x: f64, n: usize) -> Expr {
    if n == 0 { Expr::Number(x) } else { Expr::Product(Box::new(Expr::Number(x)), Box::new(power(x, n - 1))) }
}

#[differentiate]
fn built_by_a_call(x: f64, y: f64) -> f64 {
    value(&power(x * y, 2))
}

#[derive(Clone, Debug, Differentiable)]
struct Node {
    v: f64,
    next: Option<Box<Node>>,
}

#[differentiate]
fn total(n: &Node) -> f64 {
    match &n.next {
        Some(next) => n.v * total(next),
        None => n.v,
    }
}

#[differentiate]
fn linked(x: f64, y: f64) -> f64 {
    let n = Node { v: x, next: Some(Box::new(Node { v: y, next: None })) };
    total(&n) * x
}

#[differentiate]
fn linked_in_a_loop(x: f64, y: f64) -> f64 {
    let mut n = Node { v: x, next: None };
    for i in 0..3 {
        n = Node { v: y + i as f64, next: Some(Box::new(n)) };
    }
    total(&n) * x
}

#[differentiate]
fn numbers(x: f64, y: f64) -> f64 {
    let (b, a) = (Box::new(x * y), Box::new([x, y, x * y]));
    *b * x + a[0] * a[1] + a[2] * *b
}

#[differentiate]
fn fields(x: f64, y: f64) -> f64 {
    let n = Box::new(Node { v: x * y, next: None });
    n.v * n.v + y
}

/// What is in it is a number.
#[differentiate]
fn taken_out(x: f64, n: usize) -> f64 {
    let mut b = Box::new(x);
    for i in 0..n {
        *b = *b * x + i as f64;
        if *b > 2.0 {
            *b *= 0.5;
        }
    }
    let c = *b;
    *b -= c * c;
    let d = *b;
    d * c
}

#[differentiate]
fn out_of_parameters(a: Box<f64>, b: &mut Box<f64>) -> f64 {
    let c = *a;
    **b *= c;
    let d = **b;
    c * d
}

programs! {
    taken_out: (x = 0.3, const n = 4), (x = 1.3, const n = 4);
    written_out: (x = 1.3, y = 0.7);
    in_variables: (x = 1.3, y = 0.7);
    mixed: (x = 1.3, y = 0.7);
    built_by_a_call: (x = 1.3, y = 0.7);
    linked: (x = 1.3, y = 0.7);
    linked_in_a_loop: (x = 1.3, y = 0.7);
    numbers: (x = 1.3, y = 0.7);
    fields: (x = 1.3, y = 0.7);
}

#[test]
fn boxes_of_the_callers() {
    out_of_parameters::check(Box::new(0.3), &mut Box::new(0.7)).unwrap();
}
