//! What the derivatives of operations are stated in.
//!
//! An [`Operation`] states its adjoint and its tangent once, in terms of other operations on an [`Algebra`]. Run on tensors, these are its
//! derivatives; run on [`Jet`](super::jet::Jet)s, tensors with tangents, they are the derivatives of its derivatives, to any order.

use super::Tensor;
use super::arithmetic::{Add, Div, Exp, Mul, Neg, Sub};
use super::linear::{BroadcastTo, Permute, Reshape, Select, Sum};
use crate::Real;

/// A function of tensors with its derivatives.
pub(crate) trait Operation<T: Real> {
    /// [`pull`](Self::pull) looks at the elements of the result; only then does a pullback keep it.
    const NEEDS_OUT: bool = false;

    /// What it does.
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T>;

    /// The share of an operand in the adjoint of the result.
    fn pull<A: Algebra<T>>(&self, operand: usize, x: &[&A], out: &A, out_bar: A) -> A;

    /// The tangent of the result; `None` is zero, and not all are.
    fn push<A: Algebra<T>>(&self, x: &[&A], out: &A, dots: &[Option<&A>]) -> A;
}

/// Tensors, or tensors with tangents.
///
/// Methods take what they may reuse by value. None has the name of one of [`Tensor`]'s own, which borrow: it would go before that.
pub(crate) trait Algebra<T: Real>: Clone {
    /// The tensor itself.
    fn primal(&self) -> &Tensor<T>;

    /// A tensor that does not change.
    fn constant(x: Tensor<T>) -> Self;

    /// The result of an operation.
    fn run(operation: &impl Operation<T>, x: &[&Self]) -> Self;

    /// The sum; the shapes broadcast.
    fn add(self, other: &Self) -> Self {
        Self::run(&Add, &[&self, other])
    }

    /// The difference; the shapes broadcast.
    fn sub(self, other: &Self) -> Self {
        Self::run(&Sub, &[&self, other])
    }

    /// The product of elements; the shapes broadcast.
    fn mul(self, other: &Self) -> Self {
        Self::run(&Mul, &[&self, other])
    }

    /// The quotient of elements; the shapes broadcast.
    fn div(self, other: &Self) -> Self {
        Self::run(&Div, &[&self, other])
    }

    /// The negative.
    fn neg(self) -> Self {
        Self::run(&Neg, &[&self])
    }

    /// A multiple.
    fn scale(self, factor: T) -> Self {
        self.mul(&Self::constant(Tensor::scalar(factor)))
    }

    /// The exponential of each element.
    fn exponential(self) -> Self {
        Self::run(&Exp, &[&self])
    }

    /// The elements in another shape.
    fn in_shape(self, shape: &[usize]) -> Self {
        if self.primal().shape() == shape {
            return self;
        }
        Self::run(&Reshape { shape: shape.to_vec() }, &[&self])
    }

    /// The last two axes exchanged.
    fn transposed(&self) -> Self {
        let n = self.primal().ndim();
        Self::run(&Permute::swap(n, n - 2, n - 1), &[self])
    }

    /// The elements where `mask` is true, 0 elsewhere.
    fn only_where(self, mask: &Tensor<bool>) -> Self {
        Self::run(&Select { mask: mask.clone() }, &[&self, &Self::constant(Tensor::scalar(T::ZERO))])
    }

    /// The sum over axes; they stay, of length 1, if `keep`.
    fn sum_axes(self, axes: &[usize], keep: bool) -> Self {
        Self::run(&Sum { axes: axes.to_vec(), keep }, &[&self])
    }

    /// The elements repeated along axes that are missing or of length 1.
    fn repeated_to(self, shape: &[usize]) -> Self {
        if self.primal().shape() == shape {
            return self;
        }
        Self::run(&BroadcastTo { shape: shape.to_vec() }, &[&self])
    }

    /// The sum over what an operand of that shape was broadcast for.
    fn sum_to_shape(self, shape: &[usize]) -> Self {
        let own = self.primal().shape();
        if own == shape {
            return self;
        }
        let added = own.len() - shape.len();
        let is_summed = |axis: &usize| *axis >= added && shape[axis - added] == 1 && own[*axis] != 1;
        let repeated: Vec<usize> = (0..own.len()).filter(is_summed).collect();
        let leading: Vec<usize> = (0..added).collect();
        let sum = if repeated.is_empty() { self } else { self.sum_axes(&repeated, true) };
        if added == 0 { sum } else { sum.sum_axes(&leading, false) }
    }
}

impl<T: Real> Algebra<T> for Tensor<T> {
    fn primal(&self) -> &Tensor<T> {
        self
    }

    fn constant(x: Tensor<T>) -> Self {
        x
    }

    fn run(operation: &impl Operation<T>, x: &[&Self]) -> Self {
        operation.value(x)
    }

    // Temporaries are reused.

    fn add(self, other: &Self) -> Self {
        self + other
    }

    fn sub(self, other: &Self) -> Self {
        self - other
    }

    fn mul(self, other: &Self) -> Self {
        self * other
    }

    fn div(self, other: &Self) -> Self {
        self / other
    }

    fn neg(self) -> Self {
        -self
    }

    fn exponential(self) -> Self {
        self.map_owned(T::exp)
    }
}

/// The tangent of what is linear in each of its operands.
pub(crate) fn push_linear<T: Real, A: Algebra<T>>(operation: &impl Operation<T>, x: &[&A], dots: &[Option<&A>]) -> A {
    let mut terms = dots.iter().enumerate().filter_map(|(i, dot)| {
        let mut operands = x.to_vec();
        operands[i] = (*dot)?;
        Some(A::run(operation, &operands))
    });
    let first = terms.next().expect("not all tangents are zero");
    terms.fold(first, |sum, term| sum.add(&term))
}
