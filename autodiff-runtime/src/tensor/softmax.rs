//! Softmax and its relatives, and the loss of a classifier.

use std::sync::OnceLock;

use super::algebra::{Algebra, Operation};
use super::gather::{Indices, places_along};
use super::{Axes, Tensor, shape};
use crate::{Real, lanes};

/// `exp(x)` along an axis, divided by their sum.
pub(crate) struct Softmax {
    pub(crate) axis: usize,
}

impl<T: Real> Operation<T> for Softmax {
    const NEEDS_OUT: bool = true;

    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0].softmax(self.axis)
    }

    fn pull<A: Algebra<T>>(&self, _: usize, _: &[&A], out: &A, out_bar: A) -> A {
        let weighted = out.clone().mul(&out_bar).sum_axes(&[self.axis], true);
        out_bar.sub(&weighted).mul(out)
    }

    fn push<A: Algebra<T>>(&self, x: &[&A], out: &A, dots: &[Option<&A>]) -> A {
        // The matrix of partial derivatives is symmetric.
        Operation::<T>::pull(self, 0, x, out, dots[0].expect("not zero").clone())
    }
}

/// The logarithm of [`Softmax`].
pub(crate) struct LogSoftmax {
    pub(crate) axis: usize,
}

impl<T: Real> Operation<T> for LogSoftmax {
    const NEEDS_OUT: bool = true;

    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0].log_softmax(self.axis)
    }

    fn pull<A: Algebra<T>>(&self, _: usize, _: &[&A], out: &A, out_bar: A) -> A {
        let sum = out_bar.clone().sum_axes(&[self.axis], true);
        out_bar.sub(&out.clone().exponential().mul(&sum))
    }

    fn push<A: Algebra<T>>(&self, _: &[&A], out: &A, dots: &[Option<&A>]) -> A {
        let dot = dots[0].expect("not zero");
        dot.clone().sub(&out.clone().exponential().mul(dot).sum_axes(&[self.axis], true))
    }
}

/// The mean over all rows of minus the logarithm of the probability that the softmax of the logits gives to the label.
pub(crate) struct CrossEntropy<T> {
    labels: Tensor<usize>,
    /// The logits and their softmax, which comes with the value.
    known: OnceLock<(Tensor<T>, Tensor<T>)>,
}

impl<T: Real> CrossEntropy<T> {
    pub(crate) fn new(labels: Tensor<usize>) -> CrossEntropy<T> {
        CrossEntropy { labels, known: OnceLock::new() }
    }

    /// The softmax less 1 at the labels, times a number over the number of rows.
    fn slope<A: Algebra<T>>(&self, logits: &A, factor: &A) -> A {
        let axis = logits.primal().ndim() - 1;
        let softmax = KnownSoftmax { axis, known: self.known.get() };
        let at = places_along(logits.primal().shape(), axis, &self.labels.expand(axis));
        let rows = T::from_usize(self.labels.len());
        A::run(&LessOne { at }, &[&A::run(&softmax, &[logits])]).mul(&factor.clone().scale(rows.recip()))
    }
}

impl<T: Real> Operation<T> for CrossEntropy<T> {
    #[track_caller]
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let (mean, probabilities) = x[0].cross_entropy_and_softmax(&self.labels);
        self.known.get_or_init(|| (x[0].clone(), probabilities));
        Tensor::scalar(mean)
    }

    fn pull<A: Algebra<T>>(&self, _: usize, x: &[&A], _: &A, out_bar: A) -> A {
        self.slope(x[0], &out_bar)
    }

    fn push<A: Algebra<T>>(&self, x: &[&A], _: &A, dots: &[Option<&A>]) -> A {
        let one = A::constant(Tensor::scalar(T::ONE));
        let slope = self.slope(x[0], &one).mul(dots[0].expect("not zero"));
        let all: Vec<usize> = (0..slope.primal().ndim()).collect();
        slope.sum_axes(&all, false)
    }
}

/// [`Softmax`], which may be known for one tensor.
struct KnownSoftmax<'a, T> {
    axis: usize,
    known: Option<&'a (Tensor<T>, Tensor<T>)>,
}

impl<T: Real> Operation<T> for KnownSoftmax<'_, T> {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        match self.known {
            Some((of, softmax)) if of.is_same(x[0]) => softmax.clone(),
            Some(_) | None => x[0].softmax(self.axis),
        }
    }

    fn pull<A: Algebra<T>>(&self, operand: usize, x: &[&A], out: &A, out_bar: A) -> A {
        Softmax { axis: self.axis }.pull(operand, x, out, out_bar)
    }

    fn push<A: Algebra<T>>(&self, x: &[&A], out: &A, dots: &[Option<&A>]) -> A {
        Softmax { axis: self.axis }.push(x, out, dots)
    }
}

/// 1 less at these places, counted in row-major order.
struct LessOne {
    at: Tensor<usize>,
}

impl<T: Real> Operation<T> for LessOne {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let mut less = x[0].clone();
        let elements = less.as_mut_slice();
        self.at.0.iter().for_each(|at| elements[*at] -= T::ONE);
        less
    }

    fn pull<A: Algebra<T>>(&self, _: usize, _: &[&A], _: &A, out_bar: A) -> A {
        out_bar
    }

    fn push<A: Algebra<T>>(&self, _: &[&A], _: &A, dots: &[Option<&A>]) -> A {
        dots[0].expect("not zero").clone()
    }
}

/// # Probabilities
impl<T: Real> Tensor<T> {
    /// `exp(x)` along an axis, divided by their sum, without overflow.
    ///
    /// # Panics
    ///
    /// If there is no such axis.
    #[track_caller]
    pub fn softmax(&self, axis: usize) -> Tensor<T> {
        shape::check_axis("softmax", self.shape(), axis);
        if self.is_empty() {
            return self.clone();
        }
        if axis + 1 == self.ndim() {
            return self.by_rows(|row, out| {
                let (_, sum) = exponentials(row, out);
                out.iter_mut().for_each(|x| *x /= sum);
            });
        }
        let exp = (self - self.max_axis(axis).expand(axis)).map_owned(T::exp);
        let sum = exp.sum_axis_keep(axis);
        exp / sum
    }

    /// The logarithm of [`softmax`](Self::softmax), without overflow or cancellation.
    ///
    /// # Panics
    ///
    /// If there is no such axis.
    #[track_caller]
    pub fn log_softmax(&self, axis: usize) -> Tensor<T> {
        shape::check_axis("log_softmax", self.shape(), axis);
        if self.is_empty() {
            return self.clone();
        }
        if axis + 1 == self.ndim() {
            return self.by_rows(|row, out| {
                let (max, sum) = exponentials(row, out);
                let ln = sum.ln();
                out.iter_mut().zip(row).for_each(|(out, x)| *out = *x - max - ln);
            });
        }
        let shifted = self - self.max_axis(axis).expand(axis);
        let sum = shifted.exp().sum_axis_keep(axis).map_owned(T::ln);
        shifted - sum
    }

    /// The logarithm of the sum of the exponentials of all elements, without overflow.
    pub fn log_sum_exp(&self) -> T {
        let axes: Vec<usize> = (0..self.ndim()).collect();
        self.log_sum_exp_axis(axes).sum()
    }

    /// The logarithm of the sum of the exponentials along axes, without overflow.
    ///
    /// # Panics
    ///
    /// If there are no such axes.
    #[track_caller]
    pub fn log_sum_exp_axis(&self, axes: impl Axes) -> Tensor<T> {
        let mut max = self.clone();
        for axis in shape::descending("log_sum_exp", self.shape(), axes.axes()) {
            max = if max.shape()[axis] == 0 { max.sum_axis(axis) + -T::INFINITY } else { max.max_axis(axis) };
        }
        // What is infinite is not subtracted: the difference would be NaN.
        let shift = max.map_owned(|x| if x.is_finite() { x } else { T::ZERO });
        let kept = shift.reshape(shape::kept(self.shape(), axes.axes()));
        (self - kept).map_owned(T::exp).sum_axis(axes).map_owned(T::ln) + shift
    }

    /// [`log_sum_exp_axis`](Self::log_sum_exp_axis), with the axes kept.
    ///
    /// # Panics
    ///
    /// If there are no such axes.
    #[track_caller]
    pub fn log_sum_exp_axis_keep(&self, axes: impl Axes) -> Tensor<T> {
        let axes = axes.axes();
        self.log_sum_exp_axis(axes).reshape(shape::kept(self.shape(), axes))
    }

    /// The mean over all rows of minus the logarithm of the probability that [`softmax`](Self::softmax) along the last axis gives to the row's
    /// label.
    ///
    /// # Panics
    ///
    /// If there is no label for each row, or no such class.
    #[track_caller]
    pub fn cross_entropy(&self, labels: impl Indices) -> T {
        self.cross_entropy_and_softmax(&labels.indices()).0
    }

    #[track_caller]
    fn cross_entropy_and_softmax(&self, labels: &Tensor<usize>) -> (T, Tensor<T>) {
        let Some((classes, rows)) = self.shape().split_last() else {
            shape::mismatch("cross_entropy", self.shape(), labels.shape())
        };
        if rows != labels.shape() {
            shape::mismatch("cross_entropy", self.shape(), labels.shape());
        }
        if let Some(label) = labels.0.iter().find(|label| *label >= classes) {
            panic!("`cross_entropy`: there is no class {label} of {classes}");
        }
        let (mut labels, mut total) = (labels.0.iter(), T::ZERO);
        let softmax = self.by_rows(|row, out| {
            let (max, sum) = exponentials(row, out);
            out.iter_mut().for_each(|x| *x /= sum);
            let label = labels.next().expect("a label for each row");
            total += sum.ln() - (row[*label] - max);
        });
        (total / T::from_usize(softmax.len() / classes.max(&1)), softmax)
    }

    /// What `f` makes of each row, a row along the last axis.
    fn by_rows(&self, mut f: impl FnMut(&[T], &mut [T])) -> Tensor<T> {
        let x = self.in_order();
        let mut out = vec![T::ZERO; x.len()];
        let len = x.shape()[x.ndim() - 1].max(1);
        let rows = x.as_slice().expect("in order").chunks_exact(len);
        rows.zip(out.chunks_exact_mut(len)).for_each(|(row, out)| f(row, out));
        Tensor::from_shape_vec(x.shape(), out)
    }
}

/// The exponentials of a row, less its largest element; and that, and their sum.
fn exponentials<T: Real>(row: &[T], out: &mut [T]) -> (T, T) {
    let max = row.iter().fold(-T::INFINITY, |max, x| if *x > max { *x } else { max });
    out.iter_mut().zip(row).for_each(|(out, x)| *out = (*x - max).exp());
    (max, lanes::sum(0, out.len(), |i| out[i]))
}
