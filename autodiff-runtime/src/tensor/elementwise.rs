//! Functions of each element, named as on `f64`.

use ndarray::Dimension as _;

use super::zip::{Arg, combine, update, zip};
use super::{Tensor, shape};
use crate::Real;

macro_rules! methods {
    ($($name:ident $doc:literal)*) => {
        /// # Functions of each element
        impl<T: Real> Tensor<T> {
            $(
                #[doc = $doc]
                pub fn $name(&self) -> Tensor<T> {
                    self.map(T::$name)
                }
            )*
        }
    };
}

methods! {
    sin "Sine."
    cos "Cosine."
    tan "Tangent."
    asin "Arcsine."
    acos "Arccosine."
    atan "Arctangent."
    sinh "Hyperbolic sine."
    cosh "Hyperbolic cosine."
    tanh "Hyperbolic tangent."
    asinh "Inverse hyperbolic sine."
    acosh "Inverse hyperbolic cosine."
    atanh "Inverse hyperbolic tangent."
    exp "`e` to the power of each element."
    exp2 "2 to the power of each element."
    exp_m1 "`exp(x) - 1`, also accurate near 0."
    ln "Natural logarithm."
    ln_1p "`ln(1 + x)`, also accurate near 0."
    log2 "Logarithm to base 2."
    log10 "Logarithm to base 10."
    sqrt "Square root."
    cbrt "Cube root."
    recip "`1 / x`."
    abs "Absolute value."
    signum "Sign, as 1 or -1; its derivative is 0."
    floor "Largest integer not above; its derivative is 0."
    ceil "Smallest integer not below; its derivative is 0."
    round "Nearest integer, halves away from 0; its derivative is 0."
    round_ties_even "Nearest integer, halves to even; its derivative is 0."
    trunc "Integer part; its derivative is 0."
    fract "Fractional part."
    to_degrees "Radians to degrees."
    to_radians "Degrees to radians."
}

/// A number, or a tensor, as the second operand of an elementwise function.
pub trait Operand<T> {
    #[doc(hidden)]
    fn number(&self) -> Option<T>;
    #[doc(hidden)]
    fn tensor(&self) -> Option<&Tensor<T>>;
}

impl<T: Real> Operand<T> for T {
    fn number(&self) -> Option<T> {
        Some(*self)
    }

    fn tensor(&self) -> Option<&Tensor<T>> {
        None
    }
}

impl<T: Real> Operand<T> for &Tensor<T> {
    fn number(&self) -> Option<T> {
        None
    }

    fn tensor(&self) -> Option<&Tensor<T>> {
        Some(self)
    }
}

fn arg<'a, T>(operand: &'a impl Operand<T>) -> Arg<'a, T> {
    match (operand.tensor(), operand.number()) {
        (Some(tensor), _) => Arg::Shared(tensor),
        (None, Some(number)) => Arg::Scalar(number),
        (None, None) => unreachable!("an operand is one or the other"),
    }
}

macro_rules! binary {
    ($($name:ident($b:ident) $f:ident $doc:literal)*) => {
        /// # Functions of two operands, a tensor and a number or another tensor; the shapes broadcast
        impl<T: Real> Tensor<T> {
            $(
                #[doc = $doc]
                ///
                /// # Panics
                ///
                /// If the shapes do not go together.
                #[track_caller]
                pub fn $name(&self, $b: impl Operand<T>) -> Tensor<T> {
                    combine(stringify!($name), Arg::Shared(self), arg(&$b), T::$f)
                }
            )*
        }
    };
}

binary! {
    powf(exponent) powf "Power with a float exponent."
    log(base) log "Logarithm to a base."
    atan2(x) atan2 "Angle of the point `(x, self)`."
    hypot(y) hypot "Length of the vector `(self, y)`."
    maximum(other) max "The larger of each pair. ([`max`](Self::max) is the largest of all.)"
    minimum(other) min "The smaller of each pair. ([`min`](Self::min) is the smallest of all.)"
    copysign(sign) copysign "The size of each element with the sign of `sign`."
    rem_euclid(divisor) rem_euclid "Remainder that is never negative."
    div_euclid(divisor) div_euclid "Quotient that goes with `rem_euclid`; its derivative is 0."
}

macro_rules! comparison {
    ($($name:ident $sign:tt $doc:literal)*) => {
        /// # Comparisons, which carry no derivative
        impl<T: Real> Tensor<T> {
            $(
                #[doc = $doc]
                ///
                /// # Panics
                ///
                /// If the shapes do not go together.
                #[track_caller]
                pub fn $name(&self, other: impl Operand<T>) -> Tensor<bool> {
                    let other = arg(&other);
                    let shape = shape::broadcast_for(stringify!($name), self.shape(), other.view().shape());
                    zip(shape, [self.view(), other.view()], |[a, b]| a $sign b)
                }
            )*
        }
    };
}

comparison! {
    lt < "Where it is less."
    le <= "Where it is less or equal."
    gt > "Where it is greater."
    ge >= "Where it is greater or equal."
    equal == "Where it is equal."
}

impl<T: Real> Tensor<T> {
    /// Power with an integer exponent.
    pub fn powi(&self, n: i32) -> Tensor<T> {
        self.map(|x| x.powi(n))
    }

    /// The square of each element.
    pub fn square(&self) -> Tensor<T> {
        self.map(|x| x * x)
    }

    /// Each element limited to the interval.
    ///
    /// # Panics
    ///
    /// If it is not one.
    #[track_caller]
    pub fn clamp(&self, low: T, high: T) -> Tensor<T> {
        assert!(low <= high, "`clamp`: {low} to {high} is no interval");
        self.map(|x| x.clamp(low, high))
    }

    /// `self * a + b`, rounded once.
    ///
    /// # Panics
    ///
    /// If the shapes do not go together.
    #[track_caller]
    pub fn mul_add(&self, a: impl Operand<T>, b: impl Operand<T>) -> Tensor<T> {
        let (a, b) = (arg(&a), arg(&b));
        let both = shape::broadcast_for("mul_add", a.view().shape(), b.view().shape());
        let shape = shape::broadcast_for("mul_add", self.shape(), both.slice());
        zip(shape, [self.view(), a.view(), b.view()], |[x, a, b]| x.mul_add(a, b))
    }
}

impl<T> Tensor<T> {
    /// `f` of each element.
    pub fn map<U>(&self, f: impl Fn(T) -> U) -> Tensor<U>
    where
        T: Copy,
    {
        Tensor::of(self.0.map(|x| f(*x)).into())
    }

    /// [`map`](Self::map), in place if nothing else shares the elements.
    pub(super) fn map_owned(mut self, f: impl Fn(T) -> T) -> Tensor<T>
    where
        T: Copy,
    {
        if self.is_unique() {
            update(&mut self, [], |x, []| f(x));
            self
        } else {
            self.map(f)
        }
    }
}
