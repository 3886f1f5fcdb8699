//! Names that patterns bind by value, in conditions that are evaluated lazily: they were printed as references.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Fields {
    a: f64,
    b: f64,
    w: Vec<f64>,
}

floats_of! { Fields, FieldsGrad; }

fn fields() -> Fields {
    Fields { a: 0.3, b: 0.4, w: vec![0.7, 1.1] }
}

#[differentiate]
fn of_a_struct(h: &Fields, x: f64) -> f64 {
    let Fields { a, b, w } = h.clone();
    let mut s = x;
    if a < 0.2 || a < 0.5 {
        s *= 2.0 * a;
    }
    if w.len() > 2 || w[0] < 0.8 && b > 0.1 {
        s += b;
    }
    let all = s < 0.0 || w.iter().any(|v| *v > a);
    if all { s * w[1] } else { s }
}

#[differentiate]
fn of_references(h: &Fields, x: f64) -> f64 {
    let Fields { a, b, w } = h;
    if *a < 0.2 || *b < 0.5 && w[0] > 0.1 { x * a * w[1] } else { x }
}

#[differentiate]
fn of_options(w: &[f64], x: f64) -> f64 {
    let mut s = x;
    let Some(y) = (if w[0] > 0.5 { Some(x * w[1]) } else { None }) else {
        return x * x;
    };
    if y < 0.1 || y < 0.9 {
        s *= y;
    }
    let first = Some(w[0] * x);
    if let Some(v) = first
        && (v > 5.0 || v > 0.1)
    {
        s += v * s;
    }
    match first {
        Some(v) if s > 5.0 || v > 0.2 => s * v,
        _ => s,
    }
}

#[differentiate]
fn unused_in_the_closure(w: &[f64], x: f64) -> f64 {
    let o = w.first().copied();
    o.map_or(0.2, |_| x * x)
}

#[differentiate]
fn guarded_alternatives(x: &[f64], y: f64, k: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += match k + i {
            1 | 2 if y > 0.5 => x[i] * y,
            3 | 4 => x[i],
            _ => y,
        };
    }
    s
}

programs! {
    of_a_struct: (&h = fields(), x = 0.8);
    of_references: (&h = fields(), x = 0.8);
    of_options: (&w = vec![0.7, 0.6], x = 0.8), (&w = vec![0.2, 0.6], x = 0.8);
    unused_in_the_closure: (&w = vec![0.7], x = 0.8);
    guarded_alternatives: (&x = vec![0.3, 0.4, 0.5], y = 0.7, const k = 1), (&x = vec![0.3, 0.4, 0.5], y = 0.2, const k = 1);
}
