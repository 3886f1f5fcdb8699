//! The derivatives of the table, evaluated as instantiated IR.

mod closed;
mod folding;
mod interpreter;
mod reference;

use super::*;
use crate::ir::build::{Builder, fresh};
use crate::ir::{Class, Kind, Value, ValueData};
use interpreter::{Datum, run};
use proc_macro2::Span;

/// All primitives of the table, by their handles.
fn all() -> impl Iterator<Item = Prim> {
    (0..RULES.len()).map(|i| Prim(i as u16))
}

/// One application of a primitive at a point, whose parts are values 0, 1, … and `out`.
struct Application {
    prim: Prim,
    at: Vec<Datum>,
}

impl Application {
    fn new(prim: &str, at: &[f64]) -> Self {
        let prim = by_name(prim);
        Application { prim, at: at.iter().zip(prim.rule().params).map(|(&x, p)| Datum::new(x, p.integer)).collect() }
    }

    fn out(&self) -> f64 {
        interpreter::primitive(self.prim, &self.at).float()
    }

    /// Evaluates what `build` makes of the operands, `out` and the given further floats; `None` is zero.
    fn eval(
        &self,
        extra: &[f64],
        build: impl FnOnce(&mut Builder<'_>, &[Value], Value, &[Value]) -> Option<Value>,
    ) -> Option<f64> {
        let mut data: Vec<Datum> = self.at.clone();
        data.push(Datum::Float(self.out()));
        data.extend(extra.iter().map(|&x| Datum::Float(x)));
        let mut values: Vec<ValueData> = Vec::new();
        let inputs: Vec<Value> =
            data.iter().map(|_| fresh(&mut values, "v", Class::Plain, Kind::Float, Span::call_site())).collect();
        let mut b = Builder::new(&mut values);
        let n = self.at.len();
        let result = build(&mut b, &inputs[..n], inputs[n], &inputs[n + 1..])?;
        let stmts = b.stmts;
        Some(run(&stmts, data)[&result].float())
    }

    fn pull(&self, operand: usize, out_bar: f64) -> f64 {
        self.eval(&[out_bar], |b, args, out, bars| contribution(b, self.prim, operand, args, out, bars[0])).unwrap_or(0.0)
    }

    fn push(&self, dots: &[f64]) -> f64 {
        let integer = |i: usize| self.prim.rule().params[i].integer;
        self.eval(dots, |b, args, out, values| {
            let dots: Vec<_> = values.iter().enumerate().map(|(i, v)| (!integer(i)).then_some(*v)).collect();
            tangent(b, self.prim, args, out, &dots)
        })
        .unwrap_or(0.0)
    }

    /// The central difference in direction `dots`.
    fn difference(&self, dots: &[f64]) -> f64 {
        let h = 1e-5;
        let moved = |h: f64| {
            let at = self.at.iter().zip(dots).map(|(x, dot)| match x {
                Datum::Float(x) => Datum::Float(x + h * dot),
                Datum::Integer(_) | Datum::Bool(_) => x.clone(),
            });
            interpreter::primitive(self.prim, &at.collect::<Vec<_>>()).float()
        };
        (moved(h) - moved(-h)) / (2.0 * h)
    }
}

/// Points inside the domains, the same ones in every run.
fn points(prim: Prim) -> Vec<Application> {
    let params = prim.rule().params;
    let point = |k: usize| {
        let coordinate = |(i, param): (usize, &Param)| match param.domain {
            Some((lo, hi)) => {
                // Multiples of irrational numbers modulo 1 spread evenly and avoid integers.
                let at = ((k + 1) as f64 * [0.618034, 0.754878, 0.819173][i]).fract();
                Datum::Float(lo + (hi - lo) * at)
            }
            None => Datum::Integer(k as i64 % 7 - 2),
        };
        Application { prim, at: params.iter().enumerate().map(coordinate).collect() }
    };
    (0..20).map(point).collect()
}

#[track_caller]
fn assert_close(got: f64, want: f64, what: &str) {
    assert!((got - want).abs() <= 1e-7 * (1.0 + want.abs()), "{what}: got {got}, expected {want}");
}

#[test]
fn forward_agrees_with_central_differences() {
    for app in all().flat_map(points) {
        let directions = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.3, -0.7, 0.5]];
        for dots in &directions {
            let dots = &dots[..app.at.len()];
            if matches!(app.prim.rule().name, "next_up" | "next_down") {
                continue; // One more step of rounding than the difference of the identity.
            }
            assert_close(app.push(dots), app.difference(dots), &format!("{} at {:?} in {dots:?}", app.prim.rule().name, app.at));
        }
    }
}

#[test]
fn reverse_is_the_transpose_of_forward() {
    for app in all().flat_map(points) {
        for operand in 0..app.at.len() {
            let mut dots = [0.0; 3];
            dots[operand] = 1.0;
            let forward = 1.7 * app.push(&dots[..app.at.len()]);
            let reverse = app.pull(operand, 1.7);
            assert!((forward - reverse).abs() <= 1e-14 * forward.abs(), "{} at {:?}", app.prim.rule().name, app.at);
        }
    }
}

/// Both modes at one point: the derivative for each operand.
#[track_caller]
fn check_at<const N: usize>(prim: &str, at: [f64; N], want: [f64; N]) {
    let app = Application::new(prim, &at);
    for operand in 0..N {
        let mut dots = [0.0; N];
        dots[operand] = 1.0;
        for got in [app.pull(operand, 1.0), app.push(&dots)] {
            let want = want[operand];
            assert!(got == want || got.is_nan() && want.is_nan(), "{prim}{at:?} for operand {operand}: {got} instead of {want}");
        }
        assert!(!app.prim.rule().steep || app.pull(operand, 0.0) == 0.0, "{prim}{at:?} for operand {operand}: strong zero");
    }
}

#[test]
fn kinks_are_as_stated() {
    use std::f64::consts::FRAC_PI_2;
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    for zero in [0.0, -0.0] {
        check_at("abs", [zero], [0.0]);
        check_at("sqrt", [zero], [inf.copysign(zero)]);
        check_at("cbrt", [zero], [inf]);
        check_at("copysign", [zero, -1.0], [0.0, 0.0]);
        check_at("signum", [zero], [0.0]);
        check_at("floor", [zero], [0.0]);
        check_at("fract", [zero], [1.0]);
        check_at("atan2", [zero, zero], [0.0, 0.0]);
        check_at("hypot", [zero, zero], [0.0, 0.0]);
        check_at("powi", [zero, 0.0], [0.0, 0.0]);
        check_at("powi", [zero, 1.0], [1.0, 0.0]);
        check_at("powi", [zero, 2.0], [2.0 * zero, 0.0]);
        check_at("powf", [zero, 0.0], [0.0, 0.0]);
        check_at("powf", [zero, 1.0], [1.0, 0.0]);
        check_at("powf", [zero, 2.0], [2.0 * zero, 0.0]);
        check_at("powf", [zero, 0.5], [inf, 0.0]);
    }
    check_at("powf", [-2.0, 3.0], [12.0, nan]);
    check_at("powf", [-2.0, -1.0], [-0.25, nan]);
    check_at("powi", [-2.0, 3.0], [12.0, 0.0]);
    check_at("asin", [1.0], [inf]);
    check_at("acos", [-1.0], [-inf]);
    check_at("acosh", [1.0], [inf]);
    check_at("asin", [FRAC_PI_2], [nan]);
    for op in ["max", "min"] {
        check_at(op, [1.5, 1.5], [1.0, 0.0]);
        check_at(op, [-0.0, 0.0], [1.0, 0.0]);
        check_at(op, [nan, 1.0], [0.0, 1.0]);
        check_at(op, [1.0, nan], [1.0, 0.0]);
    }
    check_at("max", [2.0, 1.0], [1.0, 0.0]);
    check_at("min", [2.0, 1.0], [0.0, 1.0]);
    for x in [-1.0, 0.5, 2.0] {
        check_at("clamp", [x, -1.0, 2.0], [1.0, 0.0, 0.0]);
    }
    check_at("clamp", [-1.5, -1.0, 2.0], [0.0, 1.0, 0.0]);
    check_at("clamp", [2.5, -1.0, 2.0], [0.0, 0.0, 1.0]);
    check_at("rem", [1.0, 0.1], [1.0, -9.0]);
    check_at("rem", [-7.5, 2.0], [1.0, 3.0]);
    check_at("rem_euclid", [-7.5, 2.0], [1.0, 4.0]);
    check_at("round", [0.5], [0.0]);
}

#[test]
fn multiplications_are_smart() {
    let statements = |prim: &str, operand: usize| {
        let mut values = Vec::new();
        let inputs: Vec<Value> = (0..5).map(|_| fresh(&mut values, "v", Class::Plain, Kind::Float, Span::call_site())).collect();
        let mut b = Builder::new(&mut values);
        let prim = by_name(prim);
        let result = contribution(&mut b, prim, operand, &inputs[..prim.rule().params.len()], inputs[3], inputs[4]);
        (b.stmts.len(), result.map(|v| v == inputs[4]))
    };
    assert_eq!(statements("add", 1), (0, Some(true)), "the adjoint itself");
    assert_eq!(statements("sub", 1), (1, Some(false)), "negated");
    assert_eq!(statements("div", 0), (1, Some(false)), "divided");
    assert_eq!(statements("mul", 0), (1, Some(false)), "multiplied");
    assert_eq!(statements("floor", 0), (0, None), "zero");
    assert_eq!(statements("powi", 1), (0, None), "zero");
    assert_eq!(statements("max", 0), (3, Some(false)), "selected between the adjoint and 0: condition, 0, select");
}

#[test]
fn primitives_are_found_by_what_the_user_writes() {
    for (op, name) in [("+", "add"), ("-", "sub"), ("*", "mul"), ("/", "div"), ("%", "rem"), ("neg", "neg")] {
        assert_eq!(by_operator(op), Some(by_name(name)));
    }
    assert_eq!(by_operator("<<"), None);
    assert_eq!(by_method("sin", 1), Some(by_name("sin")));
    assert_eq!(by_method("atan2", 2), Some(by_name("atan2")));
    assert_eq!(by_method("sin", 2), None);
    assert_eq!(by_method("add", 2), None, "an operator");
    assert_eq!(by_method("float_like", 2), None, "a function");
}

#[test]
fn the_table_is_well_formed() {
    for prim in all() {
        let rule = prim.rule();
        let partials = if rule.kind == RuleKind::Zero { 0 } else { rule.params.len() };
        assert_eq!(rule.partials.len(), partials, "{}: one partial for each operand", rule.name);
        assert_eq!(by_name(rule.name), prim, "{}: names are unique", rule.name);
        for (i, param) in rule.params.iter().enumerate() {
            assert_eq!(param.domain.is_none(), param.integer, "{}: floats have a domain", rule.name);
            assert!(!param.integer || partial::of(prim, i).is_none(), "{}: integers are never active", rule.name);
        }
    }
}
