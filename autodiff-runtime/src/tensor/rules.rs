//! Derivatives of operators and elementwise functions: those of floats, element by element.
//!
//! The partial derivatives come from the rule table, through the rules that it makes for `f32` and `f64`. What an operand was
//! broadcast for is summed up. Those of the first two orders run through the elements once, without looking at more than one at a time (`one`,
//! `two`, `three`), those of higher orders (`high`) put together for each element what belongs to it.

use ndarray::{ArrayView, IxDyn};

use super::Tensor;
use super::algebra::Algebra as _;
use super::zip::scalar;
use crate::Real;

/// An operand of any kind, or its adjoint or tangent, as elements.
trait Elements<T> {
    fn elements(&self) -> ArrayView<'_, T, IxDyn>;
}

impl<T> Elements<T> for Tensor<T> {
    fn elements(&self) -> ArrayView<'_, T, IxDyn> {
        self.0.view()
    }
}

impl<T> Elements<T> for &Tensor<T> {
    fn elements(&self) -> ArrayView<'_, T, IxDyn> {
        self.0.view()
    }
}

impl<T: Real> Elements<T> for T {
    fn elements(&self) -> ArrayView<'_, T, IxDyn> {
        scalar(self)
    }
}

impl<T: Real> Elements<T> for &T {
    fn elements(&self) -> ArrayView<'_, T, IxDyn> {
        scalar(self)
    }
}

/// What of an elementwise adjoint is an operand's.
trait Share<T> {
    type Of;
    fn share(&self, bar: Tensor<T>) -> Self::Of;
}

impl<T: Real> Share<T> for Tensor<T> {
    type Of = Tensor<T>;
    fn share(&self, bar: Tensor<T>) -> Tensor<T> {
        bar.sum_to_shape(self.shape())
    }
}

impl<T: Real> Share<T> for &Tensor<T> {
    type Of = Tensor<T>;
    fn share(&self, bar: Tensor<T>) -> Tensor<T> {
        bar.sum_to_shape(self.shape())
    }
}

impl<T: Real> Share<T> for T {
    type Of = T;
    fn share(&self, bar: Tensor<T>) -> T {
        bar.sum()
    }
}

impl<T: Real> Share<T> for &T {
    type Of = T;
    fn share(&self, bar: Tensor<T>) -> T {
        bar.sum()
    }
}

/// `$f` of the elements of `$bar` and of operands that broadcast to its shape; in its memory if nothing else shares that.
macro_rules! from_bar {
    ($bar:ident, [$($operand:ident),*], $f:expr) => {
        if $bar.is_unique() {
            let mut bar = $bar;
            update(&mut bar, [$($operand.elements()),*], |$bar, [$($operand),*]| $f);
            bar
        } else {
            from_all!($bar, [$bar, $($operand),*], $f)
        }
    };
}

/// `$f` of the elements of operands that broadcast to the shape of `$like`.
macro_rules! from_all {
    ($like:ident, [$($operand:ident),*], $f:expr) => {
        zip($like.0.raw_dim(), [$($operand.elements()),*], |[$($operand),*]| $f)
    };
}

/// Calls a macro with the kinds of an operand.
macro_rules! operands {
    ($rules:ident) => {
        $rules! {
            [] Tensor<T>;
            ['a] &'a Tensor<T>;
        }
    };
}

/// Calls a macro with what may stand on both sides.
macro_rules! pairs {
    ($rules:ident) => {
        $rules! {
            [T: Real,] T: Tensor<T>, Tensor<T>;
            ['b, T: Real,] T: Tensor<T>, &'b Tensor<T>;
            ['a, T: Real,] T: &'a Tensor<T>, Tensor<T>;
            ['a, 'b, T: Real,] T: &'a Tensor<T>, &'b Tensor<T>;
            [T: Real,] T: Tensor<T>, T;
            ['b, T: Real,] T: Tensor<T>, &'b T;
            ['a, T: Real,] T: &'a Tensor<T>, T;
            ['a, 'b, T: Real,] T: &'a Tensor<T>, &'b T;
            [] f32: f32, Tensor<f32>;
            ['b,] f32: f32, &'b Tensor<f32>;
            ['a,] f32: &'a f32, Tensor<f32>;
            ['a, 'b,] f32: &'a f32, &'b Tensor<f32>;
            [] f64: f64, Tensor<f64>;
            ['b,] f64: f64, &'b Tensor<f64>;
            ['a,] f64: &'a f64, Tensor<f64>;
            ['a, 'b,] f64: &'a f64, &'b Tensor<f64>;
        }
    };
}

/// Calls a macro with a tensor and an exponent: as it is named, what its value is.
macro_rules! powers {
    ($rules:ident) => {
        $rules! {
            [] Tensor<T>, i32, |n| *n;
            ['a] &'a Tensor<T>, i32, |n| *n;
            ['b] Tensor<T>, &'b i32, |n| **n;
            ['a, 'b] &'a Tensor<T>, &'b i32, |n| **n;
        }
    };
}

/// Calls a macro with the operands of `clamp` to an interval of numbers, and of `mul_add`.
macro_rules! triples {
    ($rules:ident) => {
        $rules! {
            [] Tensor<T>, T, T;
            ['a] &'a Tensor<T>, T, T;
            ['b] Tensor<T>, &'b Tensor<T>, T;
            ['a, 'b] &'a Tensor<T>, &'b Tensor<T>, T;
            ['c] Tensor<T>, T, &'c Tensor<T>;
            ['a, 'c] &'a Tensor<T>, T, &'c Tensor<T>;
            ['b, 'c] Tensor<T>, &'b Tensor<T>, &'c Tensor<T>;
            ['a, 'b, 'c] &'a Tensor<T>, &'b Tensor<T>, &'c Tensor<T>;
        }
    };
}

mod high;
mod one;
mod power;
mod three;
mod two;
