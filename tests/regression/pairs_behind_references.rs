//! Tuples seen through several references: what a pattern binds is behind one.

use crate::differentiate;

#[differentiate]
fn positive(pairs: &[(f64, f64)]) -> f64 {
    pairs.iter().filter(|(x, _)| *x > 0.0).map(|&(x, v)| x * v.sin()).sum()
}

#[differentiate]
fn nested(pairs: &[((f64, f64), f64)], k: f64) -> f64 {
    let mut s = 0.0;
    for pair in pairs.iter().filter(|((x, _), w)| x * w < 1.0) {
        let &((x, y), w) = pair;
        s += x * y * w * k;
    }
    s
}

#[differentiate]
fn changed(pairs: &mut [(f64, f64)]) {
    pairs.iter_mut().filter(|(x, _)| *x < 1.0).for_each(|(x, y)| *y *= *x);
}

programs! {
    positive: (&pairs = vec![(0.3, 0.4), (-0.5, 0.7), (1.2, -0.8)]);
    nested: (&pairs = vec![((0.3, 0.4), 0.5), ((2.0, 0.7), 0.9)], k = 1.3);
    changed -> unit: (&mut pairs = vec![(0.3, 0.4), (1.5, 0.7), (-0.2, 0.9)]);
}
