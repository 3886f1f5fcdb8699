//! What is done by other libraries for `f32` and `f64` apart.
//!
//! Products of matrices come from the crate matrixmultiply, which ndarray calls. Billions of operations per second on one core with
//! AVX-512, the best of many runs taken in turns on a busy machine (the largest products felt it), `a b`, `aᵀ b` and `a bᵀ`:
//!
//! | | matrixmultiply 0.3 | gemm 0.19 | faer 0.24 |
//! |---|---|---|---|
//! | `f32`, 64 × 64 | 156, 204, 124 | 225, 221, 188 | 252, 246, 233 |
//! | `f32`, 256 × 256 | 212, 228, 196 | 257, 236, 232 | 248, 235, 241 |
//! | `f32`, 1024 × 1024 | 146, 217, 117 | 231, 149, 117 | 128, 96, 147 |
//! | `f64`, 64 × 64 | 92, 97, 91 | 119, 121, 109 | 125, 125, 120 |
//! | `f64`, 256 × 256 | 111, 112, 109 | 132, 125, 126 | 126, 120, 121 |
//! | `f64`, 1024 × 1024 | 81, 71, 109 | 95, 93, 60 | 76, 81, 77 |
//!
//! gemm and faer bring 20 and more crates to what everyone would compile and take raw pointers, for a tenth to a fifth at the sizes that
//! take time. What made a factor of two was to let matrixmultiply use AVX-512 at all, which ndarray by itself does not.

use std::sync::OnceLock;
use std::thread;

use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2, Axis};

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
    /// `out = a b`, of large matrices on all cores.
    fn multiply(a: ArrayView2<'_, Self>, b: ArrayView2<'_, Self>, out: ArrayViewMut2<'_, Self>);
}

macro_rules! kernel {
    ($($float:ident)*) => {$(
        impl Kernel for $float {
            fn multiply(a: ArrayView2<'_, $float>, b: ArrayView2<'_, $float>, out: ArrayViewMut2<'_, $float>) {
                let threads = threads(a.nrows().saturating_mul(a.ncols()).saturating_mul(b.ncols()));
                in_bands(threads, a, b, out, |a, b, mut out| general_mat_mul(1.0, &a, &b, 0.0, &mut out));
            }
        }
    )*};
}

kernel!(f32 f64);

/// Multiplications that are worth a thread. A new one has to find memory for what matrixmultiply packs, page by page: with two threads
/// the three products of a gradient of 256 × 256 `f32` took 1.9 ms of the processor instead of 0.6.
const PER_THREAD: usize = 1 << 25;

/// How many threads a product with so many multiplications gets.
fn threads(multiplications: usize) -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    match multiplications / PER_THREAD {
        0 | 1 => 1,
        wanted => wanted.min(*CORES.get_or_init(|| thread::available_parallelism().map_or(1, usize::from))),
    }
}

/// Rows of a band are a multiple of this, as the product is computed in tiles.
const TILE: usize = 16;

/// Cuts the result along its longer axis, one band for each thread. An element is the same sum in the same order whatever band it is in.
fn in_bands<T: Send + Sync>(
    threads: usize,
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, T>,
    out: ArrayViewMut2<'_, T>,
    multiply: impl Fn(ArrayView2<'_, T>, ArrayView2<'_, T>, ArrayViewMut2<'_, T>) + Sync,
) {
    if threads == 1 {
        return multiply(a, b, out);
    }
    let (a, b, mut out) =
        if out.nrows() >= out.ncols() { (a, b, out) } else { (b.reversed_axes(), a.reversed_axes(), out.reversed_axes()) };
    let band = out.nrows().div_ceil(threads).next_multiple_of(TILE);
    let mut bands = a.axis_chunks_iter(Axis(0), band).zip(out.axis_chunks_iter_mut(Axis(0), band));
    let own = bands.next();
    thread::scope(|scope| {
        for (a, out) in bands {
            let multiply = &multiply;
            scope.spawn(move || multiply(a, b, out));
        }
        if let Some((a, out)) = own {
            multiply(a, b, out);
        }
    });
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

    /// Bands of all lengths, results longer either way, operands transposed.
    #[test]
    fn bands_are_the_whole() {
        let multiply = |a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>, mut out: ArrayViewMut2<'_, f64>| {
            general_mat_mul(1.0, &a, &b, 0.0, &mut out);
        };
        for (m, k, n) in [(40, 33, 7), (7, 300, 90), (16, 1, 16), (100, 5, 100), (1, 20, 1), (33, 0, 50)] {
            let a = Array2::from_shape_fn((m, k), |(i, j)| ((i * 31 + j * 17) as f64).sin());
            let b = Array2::from_shape_fn((n, k), |(i, j)| ((i * 13 + j * 29) as f64).cos());
            let mut whole = Array2::zeros((m, n));
            multiply(a.view(), b.t(), whole.view_mut());
            for threads in [2, 3, 8] {
                let mut out = Array2::from_elem((m, n), f64::NAN);
                in_bands(threads, a.view(), b.t(), out.view_mut(), multiply);
                assert_eq!(out, whole, "{m} x {k} x {n} by {threads}");
            }
        }
    }

    #[test]
    fn small_products_stay_in_their_thread() {
        assert_eq!(threads(256 * 256 * 256), 1);
        assert_eq!(threads(0), 1);
        assert!(threads(usize::MAX) >= 1);
    }
}
