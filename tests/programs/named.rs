//! Functions by their names: passed to functions, bound to variables, applied to items.

use crate::differentiate;
use differentiate::Differentiable;

#[differentiate]
fn integrate(f: impl Fn(f64) -> f64, a: f64, b: f64) -> f64 {
    let n = 6;
    let h = (b - a) / n as f64;
    let mut sum = 0.5 * (f(a) + f(b));
    for i in 1..n {
        sum += f(a + i as f64 * h);
    }
    sum * h
}

#[differentiate]
fn wave(x: f64) -> f64 {
    x.sin() * x
}

mod shapes {
    use crate::differentiate;

    #[differentiate]
    pub(super) fn bell(x: f64) -> f64 {
        (-x * x).exp()
    }
}

#[differentiate]
fn between(a: f64, b: f64) -> f64 {
    integrate(wave, a, b) * integrate(&shapes::bell, b, a) + integrate(f64::exp, a, 1.0)
}

#[differentiate]
fn norm(x: &[f64]) -> f64 {
    x.iter().map(|v| v * v).sum()
}

#[differentiate]
fn of_parts(f: &dyn Fn(&[f64]) -> f64, x: &[f64]) -> f64 {
    f(x) * f(&x[1..])
}

#[differentiate]
fn of_slices(x: &[f64]) -> f64 {
    of_parts(&norm, x)
}

#[differentiate]
fn fill(x: &[f64], out: &mut [f64]) {
    for (o, x) in out.iter_mut().zip(x) {
        *o += x * x;
    }
}

/// As `F`, and handed on.
#[differentiate]
fn twice<F: Fn(f64) -> f64>(f: F, x: f64) -> f64 {
    f(f(x)) + integrate(f, 0.0, x)
}

#[differentiate]
fn bound(x: &[f64]) -> f64 {
    let f = wave;
    let g: fn(f64) -> f64 = shapes::bell;
    let by_reference = &f;
    let mut sum = f(x[0]) * g(x[1]) + twice(f, x[0]) + integrate(by_reference, x[1], x[0]);
    for v in x.iter().copied().map(g) {
        sum += f64::max(v, 0.3);
    }
    let mut out = vec![0.1; x.len()];
    let write = fill;
    write(x, &mut out);
    sum + out.iter().sum::<f64>()
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Cubic {
    k: f64,
}
floats_of!(Cubic, CubicGrad);

#[differentiate]
fn product_of(f: impl Fn(f64, f64) -> f64, a: f64, b: f64) -> f64 {
    f(a, b) * f(b, a)
}

#[differentiate]
impl Cubic {
    fn cube(x: f64) -> f64 {
        x * x * x
    }

    fn mix(x: f64, y: f64) -> f64 {
        x * y + x.sin()
    }

    fn of(&self, x: &[f64]) -> f64 {
        let cubes: f64 = x.iter().copied().map(Self::cube).sum();
        self.k * cubes + integrate(Self::cube, x[0], self.k) + product_of(Self::mix, self.k, x[1])
    }
}

#[differentiate]
fn associated(c: &Cubic, x: &[f64]) -> f64 {
    c.of(x) * integrate(Cubic::cube, x[0], 1.0)
}

fn fallback() -> f64 {
    2.0
}

#[differentiate]
fn in_chains(x: &[f64]) -> f64 {
    let largest = x.iter().copied().map(wave).fold(0.0, f64::max);
    let first: f64 = x.first().copied().map(shapes::bell).unwrap_or_else(fallback);
    let none: f64 = x.get(9).copied().unwrap_or_else(fallback);
    let all: Vec<f64> = x.iter().copied().map(f64::sin).map(wave).collect();
    largest * first + none * x[0] + all.iter().sum::<f64>()
}

programs! {
    between: (a = 0.3, b = 0.9);
    of_slices: (&x = vec![0.3, 0.9, -0.4]);
    bound: (&x = vec![0.3, 0.9, -0.4]);
    associated: (&c = Cubic { k: 0.7 }, &x = vec![0.3, 0.9]);
    in_chains: (&x = vec![0.3, 0.9, -0.4]);
}
