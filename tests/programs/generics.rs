//! Type parameters, const parameters, lifetimes, bounds, generic structs.

use crate::differentiate;
use differentiate::{Differentiable, Real};

#[differentiate]
fn softplus<T: Real>(x: T) -> T {
    (x.exp() + T::ONE).ln()
}

#[differentiate]
fn polynomial<T, const N: usize>(c: &[T; N], x: T) -> T
where
    T: Real,
{
    let mut y = c[N - 1];
    for i in (0..N - 1).rev() {
        y = y * x + c[i];
    }
    y
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Table<T: Real, const N: usize> {
    values: [T; N],
    scale: T,
}

#[differentiate]
impl<T: Real, const N: usize> Table<T, N> {
    const LAST: usize = N - 1;

    fn new(values: [T; N], scale: T) -> Self {
        Self { values, scale }
    }

    fn at(&self, i: usize) -> T {
        self.values[i.min(Self::LAST)] * self.scale
    }

    fn total<const M: usize>(&self, weights: &[T; M]) -> T {
        let mut s = self.at(0) * weights[0];
        for i in 1..M {
            s = s + self.at(i) * weights[i];
        }
        s
    }
}

#[differentiate]
fn tabulated(values: [f64; 3], x: f64) -> f64 {
    let t = Table::new(values, x);
    let u = Table::<f64, 3>::new(values, 2.0);
    t.total(&[x, 0.5]) * u.total::<2>(&[0.1, x]) + softplus(x) + softplus::<f64>(t.at(5)) + polynomial(&values, x)
}

#[differentiate]
fn borrows<'a>(xs: &'a [f64], k: &'a f64) -> f64 {
    let mut s = 0.0;
    for x in xs {
        s += x * k;
    }
    s * s
}

programs! {
    tabulated: (values = [0.3, -0.4, 0.9], x = 0.7);
    borrows: (&xs = vec![0.5, 0.2], &k = 1.5);
}
