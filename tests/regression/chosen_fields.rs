//! References to fields that a branch chooses. Where the owner is used in between the branch is asked again: what it named was defined twice,
//! what it computed was computed from other values, and what was kept back through a reference was printed behind its end.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Parts {
    a: f64,
    w: Vec<f64>,
    c: [f64; 3],
    n: usize,
}

floats_of! { Parts, PartsGrad; }

fn parts() -> Parts {
    Parts { a: 0.3, w: vec![0.4, 0.7, 1.1], c: [0.2, 0.9, 0.5], n: 1 }
}

#[differentiate]
fn chosen_pair(h: &mut Parts, x: f64) -> f64 {
    let (w, m) = if h.c[h.n] <= x { (&h.w[..], &mut h.c[..]) } else { (&h.c[..], &mut h.w[..]) };
    h.a += if m[h.n] > 0.8 { w[0] * x } else { m[2] * m[0] };
    m[0] *= w[1] * x;
    h.a += m[0];
    h.a * m[0] * h.w[0]
}

#[differentiate]
fn index_changes_in_between(h: &mut Parts, x: f64) -> f64 {
    let m = if x > 0.5 { &mut h.w[h.n..] } else { &mut h.c[2 * h.n - 1..] };
    h.n = 0;
    h.a *= m[0];
    m[1] *= x;
    h.a += m[1] * m[0];
    h.n = 2;
    h.a * m[1] + m[0]
}

#[differentiate]
fn read_before_the_owner(h: &mut Parts, x: f64) -> f64 {
    let m = &mut h.w[..];
    m[0] *= x;
    let t = m[0];
    let s = h.w[1];
    let z = &h.c[0];
    let u = *z * x;
    h.c[1] = u;
    let r = &mut h.c[0];
    s * t * r.sin() * h.c[1]
}

#[differentiate]
fn counted_beside_reads(h: &mut Parts, x: f64) -> Vec<f64> {
    h.a *= x;
    let scanned = |h: &Parts| h.w[0];
    vec![
        h.c[h.n] * scanned(h),
        h.w.chunks(2)
            .scan(0.2_f64, |s, row| {
                *s = 0.5 * *s + row[0] * h.w[1];
                Some(*s)
            })
            .count() as f64
            * x,
        h.c[0],
        h.c[2 - h.n] / (1.5 + h.c[h.n].sin()),
    ]
}

programs! {
    chosen_pair: (&mut h = parts(), x = 1.3), (&mut h = parts(), x = 0.6);
    index_changes_in_between: (&mut h = parts(), x = 1.3), (&mut h = parts(), x = 0.2);
    read_before_the_owner: (&mut h = parts(), x = 1.3);
    counted_beside_reads -> many: (&mut h = parts(), x = 1.3);
}
