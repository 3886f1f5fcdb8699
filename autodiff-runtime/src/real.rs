//! `f32` and `f64` under one bound.

use std::cell::Cell;
use std::fmt::{Debug, Display, LowerExp};
use std::iter::{Product, Sum};
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Rem, RemAssign, Sub, SubAssign};

use crate::differentiable::Differentiable;
use crate::gradient::Gradient;
use crate::ops::RealRules;
use crate::slot::OfConstant;
use crate::tensor::Kernel;
use crate::wide::Lanes;
use num_traits::Float;

/// What a generic function may do with a float; implemented for `f32` and `f64`.
///
/// Methods and constants mean what they mean on `f64`. Most methods are those of `num_traits::Float`, which need not be imported: with
/// `T: Real + Float` there is one of each.
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
    Float
    + Debug
    + Display
    + LowerExp
    + Default
    + Send
    + Sync
    + 'static
    + RealRules
    + Kernel
    + OfConstant
    + Gradient
    + Differentiable<Shadow = Cell<Self>, Zeros = Cell<Self>, Tangent = Self, Grad = Self, Wide = Lanes<Self>>
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
    fn as_f64(self) -> f64;
    /// The total order of IEEE 754.
    fn total_cmp(&self, other: &Self) -> std::cmp::Ordering;
    /// Nearest integer, halves to even.
    fn round_ties_even(self) -> Self;
    /// Remainder that is never negative.
    fn rem_euclid(self, b: Self) -> Self;
    /// Quotient that goes with `rem_euclid`.
    fn div_euclid(self, b: Self) -> Self;
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
            fn as_f64(self) -> f64 {
                f64::from(self)
            }

            #[inline(always)]
            fn total_cmp(&self, other: &$float) -> std::cmp::Ordering {
                $float::total_cmp(self, other)
            }

            #[inline(always)]
            fn round_ties_even(self) -> $float {
                $float::round_ties_even(self)
            }

            #[inline(always)]
            fn rem_euclid(self, b: $float) -> $float {
                $float::rem_euclid(self, b)
            }

            #[inline(always)]
            fn div_euclid(self, b: $float) -> $float {
                $float::div_euclid(self, b)
            }
        }
    )*};
}

implement_real!(f32 f64);

/// The methods of floats as functions, for generated code in which what surrounds a number tells its type: `max(0.0, x)`.
pub mod methods {
    use super::{Float, Real};

    macro_rules! functions {
        ($($of:ident: $($name:ident($($arg:ident)*))*;)*) => {$($(
            #[doc = concat!("`x.", stringify!($name), "(…)`")]
            #[inline(always)]
            pub fn $name<T: Real>(x: T $(, $arg: T)*) -> T {
                $of::$name(x $(, $arg)*)
            }
        )*)*};
    }

    functions! {
        Float:
            sin() cos() tan() asin() acos() atan() sinh() cosh() tanh() asinh() acosh() atanh() exp() exp2() exp_m1()
            ln() ln_1p() log2() log10() sqrt() cbrt() recip() abs() signum() floor() ceil() round() trunc() fract()
            to_degrees() to_radians() powf(n) log(base) atan2(x) hypot(y) max(b) min(b) copysign(sign) mul_add(a b)
            clamp(lo hi);
        Real: round_ties_even() rem_euclid(b) div_euclid(b);
    }

    /// `x.powi(n)`
    #[inline(always)]
    pub fn powi<T: Real>(x: T, n: i32) -> T {
        Float::powi(x, n)
    }
}

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
