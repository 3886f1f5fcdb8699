//! What networks are made of besides products: activations, softmax and its relatives, the loss of a classifier.

use super::algebra::{Algebra, Operation};
use super::gather::{Indices, places_along};
use super::{Axes, Tensor, shape};
use crate::Real;

/// What is zero below 0.
pub(crate) struct Relu;

impl<T: Real> Operation<T> for Relu {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0].relu()
    }

    fn pull<A: Algebra<T>>(&self, _: usize, x: &[&A], _: &A, out_bar: A) -> A {
        out_bar.only_where(&x[0].primal().gt(T::ZERO))
    }

    fn push<A: Algebra<T>>(&self, x: &[&A], _: &A, dots: &[Option<&A>]) -> A {
        dots[0].expect("not zero").clone().only_where(&x[0].primal().gt(T::ZERO))
    }
}

/// What is limited to an interval.
pub(crate) struct Clip<T> {
    pub(crate) low: T,
    pub(crate) high: T,
}

impl<T: Real> Clip<T> {
    /// Where the derivative is 1: also at the bounds.
    fn inside(&self, x: &Tensor<T>) -> Tensor<bool> {
        x.map(|x| self.low <= x && x <= self.high)
    }
}

impl<T: Real> Operation<T> for Clip<T> {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0].clip(self.low, self.high)
    }

    fn pull<A: Algebra<T>>(&self, _: usize, x: &[&A], _: &A, out_bar: A) -> A {
        out_bar.only_where(&self.inside(x[0].primal()))
    }

    fn push<A: Algebra<T>>(&self, x: &[&A], _: &A, dots: &[Option<&A>]) -> A {
        dots[0].expect("not zero").clone().only_where(&self.inside(x[0].primal()))
    }
}

/// A function of each element whose derivative is stated by operations.
macro_rules! pointwise {
    ($($Name:ident $doc:literal |$x:ident, $out:ident| $value:expr, $slope:expr;)*) => {$(
        #[doc = $doc]
        pub(crate) struct $Name;

        impl<T: Real> Operation<T> for $Name {
            const NEEDS_OUT: bool = true;

            fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
                let $x = x[0];
                $value
            }

            fn pull<A: Algebra<T>>(&self, _: usize, x: &[&A], $out: &A, out_bar: A) -> A {
                let $x = x[0];
                let _ = ($x, $out);
                out_bar.mul(&$slope)
            }

            fn push<A: Algebra<T>>(&self, x: &[&A], $out: &A, dots: &[Option<&A>]) -> A {
                let $x = x[0];
                let _ = ($x, $out);
                $slope.mul(dots[0].expect("not zero"))
            }
        }
    )*};
}

pointwise! {
    Sigmoid "The logistic function." |x, out| x.sigmoid(), out.clone().sub(&out.clone().mul(out));
    Softplus "The integral of the logistic function." |x, out| x.softplus(), A::run(&Sigmoid, &[x]);
    Normal "The density of the normal distribution." |x, out| x.map(normal), x.clone().mul(out).neg();
    Cumulative "The normal distribution." |x, out| x.map(cumulative), A::run(&Normal, &[x]);
    Gelu "`x` times the normal distribution at `x`." |x, out| x.gelu(),
        A::run(&Cumulative, &[x]).add(&A::run(&Normal, &[x]).mul(x));
    Square "The square." |x, out| x.square(), x.clone().scale(T::from_i32(2));
}

fn sigmoid<T: Real>(x: T) -> T {
    // Whichever exponential does not overflow.
    if x >= T::ZERO {
        T::ONE / (T::ONE + (-x).exp())
    } else {
        let e = x.exp();
        e / (T::ONE + e)
    }
}

fn normal<T: Real>(x: T) -> T {
    (-(x * x) * T::from_f64(0.5)).exp() * T::from_f64(0.398_942_280_401_432_7)
}

fn cumulative<T: Real>(x: T) -> T {
    T::from_f64(0.5 * libm::erfc(-x.to_f64() * std::f64::consts::FRAC_1_SQRT_2))
}

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
pub(crate) struct CrossEntropy {
    pub(crate) labels: Tensor<usize>,
}

impl CrossEntropy {
    fn axis<T>(logits: &Tensor<T>) -> usize {
        logits.ndim() - 1
    }

    /// The softmax less 1 at the labels, over the number of rows.
    fn slope<T: Real, A: Algebra<T>>(&self, logits: &A) -> A {
        let (rows, axis) = (T::from_usize(self.labels.len()), Self::axis(logits.primal()));
        let hot = Tensor::one_hot(&self.labels, logits.primal().shape()[axis]);
        A::run(&Softmax { axis }, &[logits]).sub(&A::constant(hot)).scale(rows.recip())
    }
}

impl<T: Real> Operation<T> for CrossEntropy {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        Tensor::scalar(x[0].cross_entropy(&self.labels))
    }

    fn pull<A: Algebra<T>>(&self, _: usize, x: &[&A], _: &A, out_bar: A) -> A {
        self.slope(x[0]).mul(&out_bar)
    }

    fn push<A: Algebra<T>>(&self, x: &[&A], _: &A, dots: &[Option<&A>]) -> A {
        let slope = self.slope(x[0]).mul(dots[0].expect("not zero"));
        let all: Vec<usize> = (0..slope.primal().ndim()).collect();
        slope.sum_axes(&all, false)
    }
}

/// # Activations and probabilities
impl<T: Real> Tensor<T> {
    /// The larger of 0 and each element; at 0 the derivative is 0.
    pub fn relu(&self) -> Tensor<T> {
        self.map(|x| if x > T::ZERO || x.is_nan() { x } else { T::ZERO })
    }

    /// The logistic function, `1 / (1 + exp(-x))`.
    pub fn sigmoid(&self) -> Tensor<T> {
        self.map(sigmoid)
    }

    /// `ln(1 + exp(x))`.
    pub fn softplus(&self) -> Tensor<T> {
        self.map(|x| x.max(T::ZERO) + (-x.abs()).exp().ln_1p())
    }

    /// `x` times the probability that a normally distributed number is less.
    pub fn gelu(&self) -> Tensor<T> {
        self.map(|x| x * cumulative(x))
    }

    /// Each element limited to the interval: [`clamp`](Self::clamp) by NumPy's name.
    ///
    /// # Panics
    ///
    /// If it is no interval.
    #[track_caller]
    pub fn clip(&self, low: T, high: T) -> Tensor<T> {
        self.clamp(low, high)
    }

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
        let labels = labels.indices();
        let Some((_, rows)) = self.shape().split_last() else { shape::mismatch("cross_entropy", self.shape(), labels.shape()) };
        if rows != labels.shape() {
            shape::mismatch("cross_entropy", self.shape(), labels.shape());
        }
        let axis = CrossEntropy::axis(self);
        let at = places_along(self.shape(), axis, &labels.expand(axis));
        -(self.log_softmax(axis).take_flat(&at).mean())
    }
}
