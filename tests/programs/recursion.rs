//! Functions that call each other.

use crate::differentiate;

#[differentiate(recursive)]
fn even(x: f64, n: usize) -> f64 {
    if n == 0 { x } else { x * odd(x.sin(), n - 1) }
}

#[differentiate(recursive)]
fn odd(x: f64, n: usize) -> f64 {
    if n == 0 { 1.0 } else { x + even(x.cos(), n - 1) }
}

mod up {
    use crate::differentiate;

    /// A product over a balanced tree.
    #[differentiate(recursive)]
    pub(crate) fn tree(w: &[f64], x: f64) -> f64 {
        if w.len() < 2 {
            return w[0] * x;
        }
        let (a, b) = w.split_at(w.len() / 2);
        super::combine(a, b, x)
    }
}

#[differentiate(recursive)]
fn combine(a: &[f64], b: &[f64], x: f64) -> f64 {
    up::tree(a, x.sin()) * up::tree(b, x) + up::tree(a, x)
}

#[differentiate(recursive)]
fn stretch(v: &mut [f64], n: usize) {
    if n > 0 {
        v[n - 1] *= 1.5;
        bend(v, n - 1);
        v[0] += v[n];
    }
}

#[differentiate(recursive)]
fn bend(v: &mut [f64], n: usize) {
    for x in v[..n].iter_mut() {
        *x = x.sin();
    }
    if n > 1 {
        let (a, b) = v.split_at_mut(n);
        stretch(a, n - 2);
        b[0] *= 2.0;
    }
}

/// Through a chain of iterators.
#[differentiate]
fn power_tree(x: f64, depth: usize) -> f64 {
    if depth == 0 { x } else { (1..=2).map(|k| power_tree(x * k as f64, depth - 1)).sum::<f64>() * x }
}

#[differentiate]
fn all_of_them(x: f64, w: &[f64]) -> f64 {
    let mut v = w.to_vec();
    stretch(&mut v, 3);
    even(x, 4) * up::tree(&v, x) + power_tree(x, 2)
}

programs! {
    even: (x = 0.7, const n = 5), (x = 0.7, const n = 0) => 0.7;
    bend -> unit: (&mut v = vec![0.3, 0.5, 0.9, 1.1], const n = 3);
    combine: (&a = vec![0.3, 0.5, 0.9], &b = vec![1.1], x = 0.7);
    all_of_them: (x = 0.7, &w = vec![0.3, 0.5, 0.9, 1.1]);
}
