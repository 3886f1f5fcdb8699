//! Generated code in edition 2021, under lints that a strict user sets, calling functions of another crate.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, missing_debug_implementations, unreachable_pub, unused_qualifications)]
#![deny(rust_2018_idioms, future_incompatible, single_use_lifetimes, let_underscore_drop, unused_lifetimes)]

use differentiate::{differentiate, Differentiable};
use upstream::{norms, Pair, Terrain};

/// Calls another crate's function by its path, one by a module, one by an import.
#[differentiate]
pub fn loss(w: &[f64], x: f64) -> f64 {
    let shift = upstream::softplus(x);
    norms::squared(w, shift) + x
}

/// Changes a buffer of its own through another crate's function.
#[differentiate]
pub fn scaled_sum(w: &[f64], factor: f64) -> f64 {
    let mut buffer = w.to_vec();
    upstream::scale(&mut buffer, factor);
    upstream::scale(&mut buffer, factor);
    buffer.iter().sum()
}

/// The library under another path than its own.
#[differentiate(crate = upstream::reexported)]
pub fn elsewhere(x: f64) -> f64 {
    x * upstream::softplus(x)
}

/// Private functions whose derivatives nobody uses are no reason to warn.
#[differentiate]
fn unused_derivative(x: f64) -> f64 {
    x.sin()
}

/// Uses a private function, not its derivative.
#[must_use]
pub fn sine(x: f64) -> f64 {
    unused_derivative(x)
}

/// A borrowed model, whose lifetime the pullback keeps without being told.
#[differentiate]
pub fn dot(w: &[f64], x: &[f64]) -> f64 {
    w.iter().zip(x).map(|(w, x)| w * x).sum()
}

/// A hill, for another crate's trait.
#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Hill {
    /// How high it is.
    pub top: f64,
}

#[differentiate]
impl Terrain for Hill {
    fn height(&self, x: f64) -> f64 {
        self.top * (-x * x).exp()
    }
}

/// Heights that depend on heights further in.
#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Terraces {
    /// How steep they are.
    pub slope: f64,
}

#[differentiate]
impl Terrain for Terraces {
    #[differentiate(recursive)]
    fn height(&self, x: f64) -> f64 {
        if x < 1.0 {
            return self.slope * x * x;
        }
        let inner: f64 = upstream::half_way(self, x);
        inner + self.slope.sin()
    }
}

/// Recursion in another crate, and through it.
#[differentiate]
pub fn climbed(terraces: &Terraces, x: f64) -> f64 {
    let high: f64 = terraces.height(x);
    let power: f64 = upstream::power(x, 3);
    high * power
}

#[differentiate]
impl Hill {
    /// Grows it, and returns by how much.
    pub fn grow(&mut self, by: f64) -> f64 {
        let before = self.top;
        self.top *= by;
        self.top - before
    }
}

/// Methods, generic types, operators and traits of another crate.
#[differentiate]
pub fn walk<T: Terrain>(terrain: &T, x: f64) -> f64 {
    let pair = Pair::of(x) + Pair { a: 1.0, b: x };
    terrain.rise(x, 0.5) * pair.product()
}

/// Over one terrain.
#[differentiate]
pub fn over_a_hill(hill: &Hill, x: f64) -> f64 {
    let mut higher = hill.clone();
    let grown = higher.grow(x);
    walk(&higher, x) + grown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9 * (1.0 + b.abs())
    }

    #[test]
    fn calls_across_crates_are_differentiated() {
        let (w, x) = ([1.0, -2.0], 0.3_f64);
        let (w_bar, x_bar) = loss::grad(&w, x);
        let softplus = x.exp().ln_1p();
        assert!(close(w_bar[0], 2.0 * softplus) && close(w_bar[1], -4.0 * softplus));
        assert!(close(x_bar, 5.0 / (1.0 + (-x).exp()) + 1.0));
    }

    #[test]
    fn buffers_changed_across_crates_are_rewound() {
        let (w_bar, factor_bar) = scaled_sum::grad(&[1.0, 2.0], 3.0);
        assert_eq!((w_bar, factor_bar), (vec![9.0, 9.0], 18.0));
    }

    #[test]
    fn methods_and_traits_across_crates() {
        let hill = Hill { top: 2.0 };
        over_a_hill::check(&hill, 0.7).unwrap();
        let dyn_hill: &dyn Terrain = &hill;
        assert!(close(dyn_hill.rise(0.0, 0.5), hill.rise_grad(0.0, 0.5).0.top * 2.0));
    }

    #[test]
    fn recursion_across_crates() {
        let terraces = Terraces { slope: 0.4 };
        for x in [0.5, 1.7, 6.0] {
            climbed::check(&terraces, x).unwrap();
        }
        assert!(close(upstream::power::hvp(1.5, 4, 2.0), 2.0 * 12.0 * 1.5 * 1.5));
        // 6, 3, 1.5: three times through both crates.
        let (y, s) = (0.4 * 0.75 * 0.75, 0.4_f64.sin());
        assert!(close(terraces.height(6.0), ((y * 1.5 + s) * 3.0 + s) * 6.0 + s));
    }

    #[test]
    fn the_library_may_live_under_another_path() {
        let x = 0.7_f64;
        assert!(close(elsewhere::grad(x), x.exp().ln_1p() + x / (1.0 + (-x).exp())));
    }

    #[test]
    fn pullbacks_borrow_their_arguments() {
        let (w, x) = (vec![1.0, 2.0], vec![3.0, 4.0]);
        let (value, pullback) = dot::vjp(&w, &x);
        assert_eq!((value, pullback(1.0)), (11.0, (x.clone(), w.clone())));
        assert!(close(sine(0.5), 0.5_f64.sin()));
    }
}
