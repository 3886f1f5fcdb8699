//! Second derivatives of a program.

use super::{Case, Floats, Outcome, dot, largest, numbers};
use differentiate::Differentiable;
use std::borrow::Borrow as _;

/// The value, its tangent, what the pullback gives, and the tangent of that.
type OfPullback = (Outcome, Vec<f64>, Vec<f64>, Vec<f64>);

/// The two hidden functions of order 2, with types erased to lists of floats.
pub(crate) struct Second<'a> {
    /// At a point, in a direction, for a cotangent and the tangent of that.
    pub(crate) pullback: Box<dyn Fn(&[f64], &[f64], &[f64], &[f64]) -> OfPullback + 'a>,
    /// At a point, in two directions: the derivatives in each and in both.
    pub(crate) tangent: Box<dyn Fn(&[f64], &[f64], &[f64]) -> (Outcome, [Vec<f64>; 3]) + 'a>,
}

/// An argument with two tangents, and that in both directions.
#[derive(Debug)]
pub(crate) struct Twice<T, D> {
    /// The argument itself.
    pub(crate) primal: T,
    /// What belongs to it.
    pub(crate) dots: (D, D, D),
}

/// A shadow that holds a cotangent, which is taken from the front of `flat`.
pub(crate) fn seeded<T: Floats<Grad = <T as Differentiable>::Grad> + Differentiable>(like: &T, flat: &mut &[f64]) -> T::Zeros {
    T::seed(like.grad_from(flat).borrow())
}

/// The floats in a shadow.
pub(crate) fn unseeded<T: Differentiable<Grad: Floats>>(_like: &T, zeros: T::Zeros) -> Vec<f64> {
    super::flatten(&T::into_grad(zeros))
}

impl Case<'_> {
    pub(crate) fn second_order(&self, plain: &Outcome, y_bar: &[f64], x_dot: &[f64]) -> Result<(), String> {
        let Some(second) = &self.second else { return Ok(()) };
        let y_bar_dot = numbers(y_bar.len(), 5);
        let (outcome, y_dot, x_bar, x_bar_dot) = (second.pullback)(&self.x, x_dot, y_bar, &y_bar_dot);
        self.same_outcome("the tangent of `forward`", &outcome, plain)?;
        self.same_numbers("the tangent of `forward`", &y_dot, &(self.jvp)(&self.x, x_dot).1)?;
        self.same_numbers("the pullback of order 2", &x_bar, &(self.vjp)(&self.x, y_bar).1)?;
        self.against_differences(x_dot, (y_bar, &y_bar_dot), &x_bar_dot)?;

        let other = numbers(self.x.len(), 6);
        let (outcome, [first, second_dot, both]) = (second.tangent)(&self.x, x_dot, &other);
        self.same_outcome("the tangent of `tangent`", &outcome, plain)?;
        self.same_numbers("the tangent of `tangent`, direction 1", &first, &y_dot)?;
        self.same_numbers("the tangent of `tangent`, direction 2", &second_dot, &(self.jvp)(&self.x, &other).1)?;
        // The Hessian of the results' sum with weights: forward over reverse is forward over forward, and symmetric to rounding.
        let along = |direction: &[f64]| (second.pullback)(&self.x, direction, y_bar, &vec![0.0; y_bar.len()]).3;
        let (one, transposed) = (along(x_dot), along(&other));
        self.same_sums("forward over forward and forward over reverse", (y_bar, &both), (&one, &other))?;
        self.same_sums("a Hessian and its transpose", (&one, &other), (&transposed, x_dot))
    }

    /// Two products of lists are equal but for rounding.
    fn same_sums(&self, what: &str, one: (&[f64], &[f64]), other: (&[f64], &[f64])) -> Result<(), String> {
        let size = |(a, b): (&[f64], &[f64])| a.iter().zip(b).map(|(a, b)| (a * b).abs()).sum::<f64>();
        let (found, expected) = (dot(one.0, one.1), dot(other.0, other.1));
        let tolerance = if self.single { 1e-3 } else { 1e-10 };
        let off = (found - expected).abs();
        if off.is_nan() || off > tolerance * (size(one) + size(other) + 1e-3) {
            return Err(format!("{self:?}: order 2: {what}: {found:?} and {expected:?}"));
        }
        Ok(())
    }

    /// The derivative of the pullback against five-point differences of the pullback.
    fn against_differences(&self, x_dot: &[f64], (y_bar, y_bar_dot): (&[f64], &[f64]), x_bar_dot: &[f64]) -> Result<(), String> {
        let h = self.step(1.0);
        let at = |step: f64| {
            let moved = |at: &[f64], by: &[f64]| at.iter().zip(by).map(|(x, d)| x + step * d).collect::<Vec<_>>();
            (self.vjp)(&moved(&self.x, x_dot), &moved(y_bar, y_bar_dot)).1
        };
        let (left2, left, right, right2) = (at(-2.0 * h), at(-h), at(h), at(2.0 * h));
        let (relative, epsilon) = if self.single { (1e-2, 1e-5) } else { (1e-5, 1e-13) };
        let scale = largest(x_bar_dot);
        for (i, found) in x_bar_dot.iter().enumerate() {
            let expected = (8.0 * (right[i] - left[i]) - (right2[i] - left2[i])) / (12.0 * h);
            let allowed = relative * (expected.abs() + 0.01 * scale) + epsilon * largest(&left).max(1.0) / h;
            let off = (found - expected).abs();
            if off.is_nan() || off > allowed {
                return Err(format!("{self:?}: {}: order 2 {found:?}, differences {expected:?}", self.place(i)));
            }
        }
        Ok(())
    }
}
