//! Operations that are linear in each operand: each states its transpose.

use super::algebra::{Algebra, Operation};
use super::moments::inverse;
use super::slice::Part;
use super::{Tensor, shape};
use crate::Real;

/// The tangent of a linear operation is the operation itself.
macro_rules! push_as_itself {
    () => {
        fn push<A: Algebra<T>>(&self, x: &[&A], _: &A, dots: &[Option<&A>]) -> A {
            $crate::tensor::algebra::push_linear(self, x, dots)
        }
    };
}

pub(super) use push_as_itself;

/// The sum over axes.
pub(crate) struct Sum {
    pub(crate) axes: Vec<usize>,
    pub(crate) keep: bool,
}

impl<T: Real> Operation<T> for Sum {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        if self.keep { x[0].sum_axis_keep(&self.axes) } else { x[0].sum_axis(&self.axes) }
    }

    fn pull<A: Algebra<T>>(&self, _: usize, x: &[&A], _: &A, out_bar: A) -> A {
        let of = x[0].primal().shape();
        out_bar.in_shape(&shape::kept(of, &self.axes)).repeated_to(of)
    }

    push_as_itself!();
}

/// The sum of everything, as a tensor without axes.
pub(crate) struct SumAll;

impl<T: Real> Operation<T> for SumAll {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        Tensor::scalar(x[0].sum())
    }

    fn pull<A: Algebra<T>>(&self, _: usize, x: &[&A], _: &A, out_bar: A) -> A {
        out_bar.repeated_to(x[0].primal().shape())
    }

    push_as_itself!();
}

/// The elements repeated.
pub(crate) struct BroadcastTo {
    pub(crate) shape: Vec<usize>,
}

impl<T: Real> Operation<T> for BroadcastTo {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0].broadcast_to(&self.shape)
    }

    fn pull<A: Algebra<T>>(&self, _: usize, x: &[&A], _: &A, out_bar: A) -> A {
        out_bar.sum_to_shape(x[0].primal().shape())
    }

    push_as_itself!();
}

/// The elements in another shape.
pub(crate) struct Reshape {
    pub(crate) shape: Vec<usize>,
}

impl<T: Real> Operation<T> for Reshape {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0].reshape(&self.shape)
    }

    fn pull<A: Algebra<T>>(&self, _: usize, x: &[&A], _: &A, out_bar: A) -> A {
        out_bar.in_shape(x[0].primal().shape())
    }

    push_as_itself!();
}

/// The axes in another order.
pub(crate) struct Permute {
    pub(crate) order: Vec<usize>,
}

impl Permute {
    /// The last two axes exchanged, if there are two.
    pub(crate) fn transpose(ndim: usize) -> Permute {
        if ndim < 2 { Permute { order: (0..ndim).collect() } } else { Permute::swap(ndim, ndim - 2, ndim - 1) }
    }

    /// Two axes exchanged.
    pub(crate) fn swap(ndim: usize, a: usize, b: usize) -> Permute {
        let mut order: Vec<usize> = (0..ndim).collect();
        order.swap(a, b);
        Permute { order }
    }
}

impl<T: Real> Operation<T> for Permute {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0].permute(&self.order)
    }

    fn pull<A: Algebra<T>>(&self, _: usize, _: &[&A], _: &A, out_bar: A) -> A {
        A::run(&Permute { order: inverse(&self.order) }, &[&out_bar])
    }

    push_as_itself!();
}

/// A part of a tensor.
pub(crate) struct Slice {
    pub(crate) parts: Vec<Part>,
}

impl Slice {
    /// A part of one axis.
    #[track_caller]
    pub(crate) fn along<T>(x: &Tensor<T>, axis: usize, part: Part) -> Slice {
        shape::check_axis("slice", x.shape(), axis);
        let mut parts = vec![Part::from(..); axis + 1];
        parts[axis] = part;
        Slice { parts }
    }
}

impl<T: Real> Operation<T> for Slice {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0].slice(self.parts.as_slice())
    }

    fn pull<A: Algebra<T>>(&self, _: usize, x: &[&A], _: &A, out_bar: A) -> A {
        A::run(&Embed { shape: x[0].primal().shape().to_vec(), parts: self.parts.clone() }, &[&out_bar])
    }

    push_as_itself!();
}

/// A tensor as a part of one that is zero elsewhere.
pub(crate) struct Embed {
    pub(crate) shape: Vec<usize>,
    pub(crate) parts: Vec<Part>,
}

impl<T: Real> Operation<T> for Embed {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let mut whole = Tensor::zeros(&self.shape);
        whole.assign_slice(self.parts.as_slice(), x[0]);
        whole
    }

    fn pull<A: Algebra<T>>(&self, _: usize, _: &[&A], _: &A, out_bar: A) -> A {
        A::run(&Slice { parts: self.parts.clone() }, &[&out_bar])
    }

    push_as_itself!();
}

/// The elements at these places, counted in row-major order.
pub(crate) struct Take {
    pub(crate) at: Tensor<usize>,
}

impl<T: Real> Operation<T> for Take {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0].take_flat(&self.at)
    }

    fn pull<A: Algebra<T>>(&self, _: usize, x: &[&A], _: &A, out_bar: A) -> A {
        A::run(&Scatter { shape: x[0].primal().shape().to_vec(), at: self.at.clone() }, &[&out_bar])
    }

    push_as_itself!();
}

/// Elements added up at these places, counted in row-major order.
pub(crate) struct Scatter {
    pub(crate) shape: Vec<usize>,
    pub(crate) at: Tensor<usize>,
}

impl<T: Real> Operation<T> for Scatter {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let mut sum = Tensor::zeros(&self.shape);
        let elements = sum.as_mut_slice();
        self.at.0.iter().zip(&x[0].0).for_each(|(at, x)| elements[*at] += *x);
        sum
    }

    fn pull<A: Algebra<T>>(&self, _: usize, _: &[&A], _: &A, out_bar: A) -> A {
        A::run(&Take { at: self.at.clone() }, &[&out_bar])
    }

    push_as_itself!();
}

/// Tensors side by side along an axis.
pub(crate) struct Concat {
    pub(crate) axis: usize,
}

impl<T: Real> Operation<T> for Concat {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        Tensor::concat(self.axis, x)
    }

    fn pull<A: Algebra<T>>(&self, operand: usize, x: &[&A], _: &A, out_bar: A) -> A {
        let len = |i: usize| x[i].primal().shape()[self.axis];
        let from: usize = (0..operand).map(len).sum();
        let mut parts = vec![Part::from(..); self.axis + 1];
        parts[self.axis] = Part::from(from..from + len(operand));
        A::run(&Slice { parts }, &[&out_bar])
    }

    fn push<A: Algebra<T>>(&self, x: &[&A], _: &A, dots: &[Option<&A>]) -> A {
        push_all(self, x, dots)
    }
}

/// Tensors of one shape one after the other along a new axis.
pub(crate) struct Stack {
    pub(crate) axis: usize,
}

impl<T: Real> Operation<T> for Stack {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        Tensor::stack(self.axis, x)
    }

    fn pull<A: Algebra<T>>(&self, operand: usize, _: &[&A], _: &A, out_bar: A) -> A {
        A::run(&Slice::along(out_bar.primal(), self.axis, Part::At(operand)), &[&out_bar])
    }

    fn push<A: Algebra<T>>(&self, x: &[&A], _: &A, dots: &[Option<&A>]) -> A {
        push_all(self, x, dots)
    }
}

/// The tangent of what is linear in all operands together.
fn push_all<T: Real, A: Algebra<T>>(operation: &impl Operation<T>, x: &[&A], dots: &[Option<&A>]) -> A {
    let zero = |x: &A| A::constant(Tensor::zeros(x.primal().shape()));
    let dots: Vec<A> = dots.iter().zip(x).map(|(dot, x)| dot.map_or_else(|| zero(x), A::clone)).collect();
    A::run(operation, &dots.iter().collect::<Vec<_>>())
}

/// A tensor with something constant around it.
pub(crate) struct Pad<T> {
    pub(crate) around: Vec<(usize, usize)>,
    pub(crate) with: T,
}

impl<T: Real> Operation<T> for Pad<T> {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0].pad(&self.around, self.with)
    }

    fn pull<A: Algebra<T>>(&self, _: usize, x: &[&A], _: &A, out_bar: A) -> A {
        let (_, parts) = shape::padded(x[0].primal().shape(), &self.around);
        A::run(&Slice { parts }, &[&out_bar])
    }

    fn push<A: Algebra<T>>(&self, _: &[&A], _: &A, dots: &[Option<&A>]) -> A {
        A::run(&Pad { around: self.around.clone(), with: T::ZERO }, &[dots[0].expect("not zero")])
    }
}

/// Running sums along an axis; backwards if so.
pub(crate) struct CumSum {
    pub(crate) axis: usize,
    pub(crate) reverse: bool,
}

impl<T: Real> Operation<T> for CumSum {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        if self.reverse { x[0].flip(self.axis).cumsum(self.axis).flip(self.axis) } else { x[0].cumsum(self.axis) }
    }

    fn pull<A: Algebra<T>>(&self, _: usize, _: &[&A], _: &A, out_bar: A) -> A {
        A::run(&CumSum { axis: self.axis, reverse: !self.reverse }, &[&out_bar])
    }

    push_as_itself!();
}

/// One tensor where a mask says so, another elsewhere; the shapes of all three broadcast.
pub(crate) struct Select {
    pub(crate) mask: Tensor<bool>,
}

impl<T: Real> Operation<T> for Select {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0].where_(&self.mask, x[1])
    }

    fn pull<A: Algebra<T>>(&self, operand: usize, x: &[&A], _: &A, out_bar: A) -> A {
        let zero = A::constant(Tensor::scalar(T::ZERO));
        let operands = if operand == 0 { [&out_bar, &zero] } else { [&zero, &out_bar] };
        A::run(self, &operands).sum_to_shape(x[operand].primal().shape())
    }

    fn push<A: Algebra<T>>(&self, _: &[&A], out: &A, dots: &[Option<&A>]) -> A {
        let zero = A::constant(Tensor::scalar(T::ZERO));
        A::run(self, &[dots[0].unwrap_or(&zero), dots[1].unwrap_or(&zero)]).repeated_to(out.primal().shape())
    }
}
