//! What is done by other libraries for `f32` and `f64` apart.

use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2};

/// Decompositions, if they are there.
#[cfg(feature = "linalg")]
pub(crate) use super::decompose::Decompose;

/// Without the feature there are none.
#[cfg(not(feature = "linalg"))]
pub trait Decompose {}

#[cfg(not(feature = "linalg"))]
impl Decompose for f32 {}

#[cfg(not(feature = "linalg"))]
impl Decompose for f64 {}

/// Products of matrices; ndarray has them from matrixmultiply.
pub trait Kernel: Decompose + Sized {
    /// `out = a b`.
    fn multiply(a: ArrayView2<'_, Self>, b: ArrayView2<'_, Self>, out: ArrayViewMut2<'_, Self>);
}

macro_rules! kernel {
    ($($float:ident)*) => {$(
        impl Kernel for $float {
            fn multiply(a: ArrayView2<'_, $float>, b: ArrayView2<'_, $float>, mut out: ArrayViewMut2<'_, $float>) {
                general_mat_mul(1.0, &a, &b, 0.0, &mut out);
            }
        }
    )*};
}

kernel!(f32 f64);
