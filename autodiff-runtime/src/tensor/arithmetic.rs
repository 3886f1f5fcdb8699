//! The elementwise operations that rules are made of.

use super::Tensor;
use super::algebra::{Algebra, Operation, push_linear};
use crate::Real;

/// The sum of two tensors that broadcast.
pub(crate) struct Add;
/// Their difference.
pub(crate) struct Sub;
/// Their product.
pub(crate) struct Mul;
/// Their quotient.
pub(crate) struct Div;
/// The negative.
pub(crate) struct Neg;
/// The exponential.
pub(crate) struct Exp;

/// The tangents of a sum, given the parts of the operands.
fn sum_of<T: Real, A: Algebra<T>>(out: &A, parts: [Option<A>; 2]) -> A {
    let [a, b] = parts;
    let sum = match (a, b) {
        (Some(a), Some(b)) => a.add(&b),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => unreachable!("not all tangents are zero"),
    };
    sum.repeated_to(out.primal().shape())
}

impl<T: Real> Operation<T> for Add {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0] + x[1]
    }

    fn pull<A: Algebra<T>>(&self, operand: usize, x: &[&A], _: &A, out_bar: A) -> A {
        out_bar.sum_to_shape(x[operand].primal().shape())
    }

    fn push<A: Algebra<T>>(&self, _: &[&A], out: &A, dots: &[Option<&A>]) -> A {
        sum_of(out, [dots[0].cloned(), dots[1].cloned()])
    }
}

impl<T: Real> Operation<T> for Sub {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0] - x[1]
    }

    fn pull<A: Algebra<T>>(&self, operand: usize, x: &[&A], _: &A, out_bar: A) -> A {
        let bar = out_bar.sum_to_shape(x[operand].primal().shape());
        if operand == 0 { bar } else { bar.neg() }
    }

    fn push<A: Algebra<T>>(&self, _: &[&A], out: &A, dots: &[Option<&A>]) -> A {
        sum_of(out, [dots[0].cloned(), dots[1].map(|dot| dot.clone().neg())])
    }
}

impl<T: Real> Operation<T> for Mul {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0] * x[1]
    }

    fn pull<A: Algebra<T>>(&self, operand: usize, x: &[&A], _: &A, out_bar: A) -> A {
        out_bar.mul(x[1 - operand]).sum_to_shape(x[operand].primal().shape())
    }

    fn push<A: Algebra<T>>(&self, x: &[&A], _: &A, dots: &[Option<&A>]) -> A {
        push_linear(self, x, dots)
    }
}

impl<T: Real> Operation<T> for Div {
    const NEEDS_OUT: bool = true;

    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0] / x[1]
    }

    fn pull<A: Algebra<T>>(&self, operand: usize, x: &[&A], out: &A, out_bar: A) -> A {
        let quotient = out_bar.div(x[1]);
        let bar = if operand == 0 { quotient } else { quotient.mul(out).neg() };
        bar.sum_to_shape(x[operand].primal().shape())
    }

    fn push<A: Algebra<T>>(&self, x: &[&A], out: &A, dots: &[Option<&A>]) -> A {
        let a = dots[0].map(|dot| dot.clone().div(x[1]));
        let b = dots[1].map(|dot| out.clone().mul(dot).div(x[1]).neg());
        sum_of(out, [a, b])
    }
}

impl<T: Real> Operation<T> for Neg {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        -x[0]
    }

    fn pull<A: Algebra<T>>(&self, _: usize, _: &[&A], _: &A, out_bar: A) -> A {
        out_bar.neg()
    }

    fn push<A: Algebra<T>>(&self, x: &[&A], _: &A, dots: &[Option<&A>]) -> A {
        push_linear(self, x, dots)
    }
}

impl<T: Real> Operation<T> for Exp {
    const NEEDS_OUT: bool = true;

    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0].exp()
    }

    fn pull<A: Algebra<T>>(&self, _: usize, _: &[&A], out: &A, out_bar: A) -> A {
        out_bar.mul(out)
    }

    fn push<A: Algebra<T>>(&self, _: &[&A], out: &A, dots: &[Option<&A>]) -> A {
        out.clone().mul(dots[0].expect("not all tangents are zero"))
    }
}
