//! Activations of networks.

use super::Tensor;
use super::algebra::{Algebra, Operation};
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
    T::from_f64(0.5 * libm::erfc(-x.as_f64() * std::f64::consts::FRAC_1_SQRT_2))
}

/// # Activations
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
}
