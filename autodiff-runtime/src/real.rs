//! `f32` and `f64` under one bound.

use std::cell::Cell;
use std::fmt::{Debug, Display, LowerExp};
use std::iter::{Product, Sum};
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign};

use crate::differentiable::Differentiable;
use crate::gradient::Gradient;
use crate::ops::RealRules;
use crate::slot::OfConstant;
use crate::tensor::Kernel;
use crate::wide::Lanes;

/// The methods of floats that take and return floats, in the trait (`declare`) and in its implementations (`forward f64`).
macro_rules! for_each_method {
    ($($how:ident)+) => {
        for_each_method! { @$($how)+:
            sin() "Sine."
            cos() "Cosine."
            tan() "Tangent."
            asin() "Arcsine."
            acos() "Arccosine."
            atan() "Arctangent."
            sinh() "Hyperbolic sine."
            cosh() "Hyperbolic cosine."
            tanh() "Hyperbolic tangent."
            asinh() "Inverse hyperbolic sine."
            acosh() "Inverse hyperbolic cosine."
            atanh() "Inverse hyperbolic tangent."
            exp() "`e` to the power of `self`."
            exp2() "2 to the power of `self`."
            exp_m1() "`exp(self) - 1`, also accurate near 0."
            ln() "Natural logarithm."
            ln_1p() "`ln(1 + self)`, also accurate near 0."
            log2() "Logarithm to base 2."
            log10() "Logarithm to base 10."
            sqrt() "Square root."
            cbrt() "Cube root."
            recip() "`1 / self`."
            abs() "Absolute value."
            signum() "Sign, as 1 or -1."
            floor() "Largest integer not above."
            ceil() "Smallest integer not below."
            round() "Nearest integer, halves away from 0."
            round_ties_even() "Nearest integer, halves to even."
            trunc() "Integer part."
            fract() "Fractional part."
            to_degrees() "Radians to degrees."
            to_radians() "Degrees to radians."
            powf(n) "`self` to the power of `n`."
            log(base) "Logarithm to a base."
            atan2(x) "Angle of the point `(x, self)`."
            hypot(y) "Length of the vector `(self, y)`."
            max(b) "The larger of the two."
            min(b) "The smaller of the two."
            copysign(sign) "The size of `self` with the sign of `sign`."
            rem_euclid(b) "Remainder that is never negative."
            div_euclid(b) "Quotient that goes with `rem_euclid`."
            mul_add(a b) "`self * a + b`, rounded once."
            clamp(lo hi) "`self` limited to the interval."
        }
    };
    (@declare: $($name:ident($($arg:ident)*) $doc:literal)*) => {$(
        #[doc = $doc]
        fn $name(self $(, $arg: Self)*) -> Self;
    )*};
    (@forward $float:ident: $($name:ident($($arg:ident)*) $doc:literal)*) => {$(
        #[inline(always)]
        fn $name(self $(, $arg: $float)*) -> $float {
            $float::$name(self $(, $arg)*)
        }
    )*};
}

/// What a generic function may do with a float; implemented for `f32` and `f64`.
///
/// Methods and constants mean what they mean on `f64`.
///
/// # Example
///
/// ```
/// use autodiff_runtime::Real;
///
/// fn softplus<T: Real>(x: T) -> T {
///     x.exp().ln_1p()
/// }
///
/// assert_eq!(softplus(0.0_f64), 2.0_f64.ln());
/// assert_eq!(softplus(0.0_f32), 2.0_f32.ln());
/// ```
pub trait Real:
    Copy
    + Debug
    + Display
    + LowerExp
    + Default
    + PartialEq
    + PartialOrd
    + Send
    + Sync
    + 'static
    + RealRules
    + Kernel
    + OfConstant
    + Gradient
    + Differentiable<Shadow = Cell<Self>, Zeros = Cell<Self>, Tangent = Self, Grad = Self, Wide = Lanes<Self>>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Rem<Output = Self>
    + Neg<Output = Self>
    + for<'a> Add<&'a Self, Output = Self>
    + for<'a> Sub<&'a Self, Output = Self>
    + for<'a> Mul<&'a Self, Output = Self>
    + for<'a> Div<&'a Self, Output = Self>
    + for<'a> Rem<&'a Self, Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
    + RemAssign
    + Sum
    + Product
    + for<'a> Sum<&'a Self>
    + for<'a> Product<&'a Self>
{
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// The ratio of a circle's circumference to its diameter.
    const PI: Self;
    /// Euler's number.
    const E: Self;
    /// The difference between 1 and the next larger number.
    const EPSILON: Self;
    /// The smallest finite value.
    const MIN: Self;
    /// The largest finite value.
    const MAX: Self;
    /// The smallest positive normal value.
    const MIN_POSITIVE: Self;
    /// Infinity.
    const INFINITY: Self;
    /// Negative infinity.
    const NEG_INFINITY: Self;
    /// Not a number.
    const NAN: Self;

    /// The nearest value to `x`.
    fn from_f64(x: f64) -> Self;
    /// The nearest value to `n`.
    fn from_i32(n: i32) -> Self;
    /// The nearest value to `n`.
    fn from_usize(n: usize) -> Self;
    /// As an `f64`, exactly.
    fn to_f64(self) -> f64;
    /// Sine and cosine.
    fn sin_cos(self) -> (Self, Self);
    /// `self` to an integer power.
    fn powi(self, n: i32) -> Self;
    /// Neither infinite nor NaN.
    fn is_finite(self) -> bool;
    /// Infinite.
    fn is_infinite(self) -> bool;
    /// NaN.
    fn is_nan(self) -> bool;
    /// The sign bit is set.
    fn is_sign_negative(self) -> bool;
    /// The sign bit is not set.
    fn is_sign_positive(self) -> bool;
    /// The total order of IEEE 754.
    fn total_cmp(&self, other: &Self) -> std::cmp::Ordering;

    for_each_method!(declare);
}

macro_rules! implement_real {
    ($($float:ident)*) => {$(
        impl Real for $float {
            const ZERO: $float = 0.0;
            const ONE: $float = 1.0;
            const PI: $float = std::$float::consts::PI;
            const E: $float = std::$float::consts::E;
            const EPSILON: $float = $float::EPSILON;
            const MIN: $float = $float::MIN;
            const MAX: $float = $float::MAX;
            const MIN_POSITIVE: $float = $float::MIN_POSITIVE;
            const INFINITY: $float = $float::INFINITY;
            const NEG_INFINITY: $float = $float::NEG_INFINITY;
            const NAN: $float = $float::NAN;

            #[inline(always)]
            fn from_f64(x: f64) -> $float {
                x as $float
            }

            #[inline(always)]
            fn from_i32(n: i32) -> $float {
                n as $float
            }

            #[inline(always)]
            fn from_usize(n: usize) -> $float {
                n as $float
            }

            #[inline(always)]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }

            #[inline(always)]
            fn sin_cos(self) -> ($float, $float) {
                $float::sin_cos(self)
            }

            #[inline(always)]
            fn powi(self, n: i32) -> $float {
                $float::powi(self, n)
            }

            #[inline(always)]
            fn is_finite(self) -> bool {
                $float::is_finite(self)
            }

            #[inline(always)]
            fn is_infinite(self) -> bool {
                $float::is_infinite(self)
            }

            #[inline(always)]
            fn is_nan(self) -> bool {
                $float::is_nan(self)
            }

            #[inline(always)]
            fn is_sign_negative(self) -> bool {
                $float::is_sign_negative(self)
            }

            #[inline(always)]
            fn is_sign_positive(self) -> bool {
                $float::is_sign_positive(self)
            }

            #[inline(always)]
            fn total_cmp(&self, other: &$float) -> std::cmp::Ordering {
                $float::total_cmp(self, other)
            }

            for_each_method!(forward $float);
        }
    )*};
}

implement_real!(f32 f64);

/// An integer as a float of the type that is expected.
#[inline(always)]
pub fn float<T: Real>(n: i32) -> T {
    T::from_i32(n)
}

/// An integer as a float of the type of `like`.
#[inline(always)]
pub fn float_like<T: Real>(n: i32, _like: T) -> T {
    T::from_i32(n)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a generic function of a user's looks like.
    fn mean_of_squares<T: Real>(x: &[T]) -> T {
        let mut sum = T::ZERO;
        for v in x {
            sum += v.powi(2) * v;
        }
        sum / T::from_usize(x.len()) + x.iter().sum::<T>().max(T::ONE) * float_like(2, sum)
    }

    #[test]
    fn both_floats() {
        assert_eq!(mean_of_squares(&[1.0, 2.0]), 4.5 + 6.0);
        assert_eq!(mean_of_squares(&[1.0_f32, 2.0]), 4.5 + 6.0);
        assert_eq!(float::<f32>(-3), -3.0);
    }
}
