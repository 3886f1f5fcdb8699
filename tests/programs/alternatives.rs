//! Names that are bound by one of several patterns.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Debug, PartialEq, Differentiable)]
enum Law {
    Linear(f64),
    Damped(f64),
    Scaled { by: f64, power: f64 },
    Pair(f64, f64),
}
floats_of!(Law, LawGrad);

#[differentiate]
fn force(law: &Law, x: f64) -> f64 {
    match law {
        Law::Linear(v) | Law::Damped(v) => v * x,
        Law::Scaled { by: v, power: k } | Law::Pair(k, v) => v * v * k,
    }
}

#[differentiate]
fn inside(law: &Option<Law>, x: f64) -> f64 {
    match law {
        Some(Law::Linear(v) | Law::Damped(v)) => v * x,
        Some(_) => x,
        None => x * x,
    }
}

#[differentiate]
fn conditional(law: &Law, x: f64) -> f64 {
    if let Law::Linear(v) | Law::Damped(v) = law { v * x } else { x * x }
}

#[differentiate]
fn or_else(law: &Law, x: f64) -> f64 {
    let (Law::Linear(v) | Law::Damped(v)) = law else { return x * x };
    let twice = 2.0 * v;
    twice * x
}

#[differentiate]
fn always(law: &Law, x: f64) -> f64 {
    let (Law::Linear(v) | Law::Damped(v) | Law::Scaled { by: v, .. } | Law::Pair(_, v)) = law;
    let squared = v * v;
    squared * x
}

#[differentiate]
fn guarded(law: &Law, x: f64) -> f64 {
    match law {
        Law::Linear(v) | Law::Damped(v) if *v > 1.0 => v * x,
        Law::Linear(v) | Law::Damped(v) | Law::Scaled { by: v, .. } => v * v * x,
        _ => x,
    }
}

#[differentiate]
fn pairs(a: &Law, b: &Law) -> f64 {
    match (a, b) {
        (Law::Linear(v) | Law::Damped(v), Law::Linear(w) | Law::Damped(w)) => v * w,
        (Law::Linear(v), _) | (_, Law::Linear(v)) => v * v,
        (Law::Pair(v, w), _) => v * w,
        _ => 1.0,
    }
}

#[differentiate]
fn by_value(law: Law, x: f64) -> f64 {
    match law {
        Law::Linear(mut v) | Law::Damped(mut v) => {
            v += x;
            v * x
        }
        _ => x,
    }
}

#[differentiate]
fn changed(law: &mut Law, x: f64) {
    match law {
        Law::Linear(v) | Law::Damped(v) => *v *= x,
        Law::Scaled { by: v, power: k } | Law::Pair(v, k) => *v += *k * x,
    }
}

#[differentiate]
fn in_a_loop(laws: &[Law], x: f64) -> f64 {
    let mut sum = 0.0;
    for law in laws {
        if let Law::Linear(v) | Law::Scaled { by: v, .. } = law {
            sum += v * x;
            continue;
        }
        let (Law::Damped(v) | Law::Pair(v, _)) = law else { break };
        sum *= v;
    }
    sum
}

programs! {
    force: (&law = Law::Linear(0.7), x = 1.3), (&law = Law::Damped(0.7), x = 1.3), (&law = Law::Scaled { by: 0.7, power: 0.4 }, x = 1.3),
        (&law = Law::Pair(0.7, 0.4), x = 1.3);
    inside: (&law = Some(Law::Linear(0.7)), x = 1.3), (&law = Some(Law::Damped(0.7)), x = 1.3), (&law = Some(Law::Pair(0.7, 0.4)), x = 1.3),
        (&law = None::<Law>, x = 1.3);
    conditional: (&law = Law::Damped(0.7), x = 1.3), (&law = Law::Pair(0.7, 0.4), x = 1.3);
    or_else: (&law = Law::Damped(0.7), x = 1.3), (&law = Law::Pair(0.7, 0.4), x = 1.3);
    always: (&law = Law::Damped(0.7), x = 1.3), (&law = Law::Pair(0.7, 0.4), x = 1.3);
    guarded: (&law = Law::Linear(1.7), x = 1.3), (&law = Law::Damped(0.7), x = 1.3), (&law = Law::Scaled { by: 0.7, power: 0.4 }, x = 1.3),
        (&law = Law::Pair(0.7, 0.4), x = 1.3);
    pairs: (&a = Law::Linear(0.7), &b = Law::Damped(0.4)), (&a = Law::Pair(0.7, 0.3), &b = Law::Linear(0.4)),
        (&a = Law::Linear(0.7), &b = Law::Pair(0.4, 0.3)), (&a = Law::Pair(0.7, 0.3), &b = Law::Damped(0.4));
    by_value: (law = Law::Linear(0.7), x = 1.3), (law = Law::Damped(0.7), x = 1.3), (law = Law::Pair(0.7, 0.4), x = 1.3);
    changed -> unit: (&mut law = Law::Damped(0.7), x = 1.3), (&mut law = Law::Scaled { by: 0.7, power: 0.4 }, x = 1.3),
        (&mut law = Law::Pair(0.7, 0.4), x = 1.3);
    in_a_loop: (&laws = vec![Law::Linear(0.7), Law::Damped(0.4), Law::Scaled { by: 0.7, power: 0.4 }, Law::Pair(0.4, 0.3), Law::Linear(0.2)], x = 1.3);
}
