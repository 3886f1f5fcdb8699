//! faer's decompositions, of matrices in row-major order.

use faer::linalg::triangular_solve::{solve_lower_triangular_in_place, solve_upper_triangular_in_place};
use faer::prelude::Solve as _;
use faer::{Mat, MatRef, Par, Side};

/// What is done by faer for `f32` and `f64` apart.
pub trait Decompose: Sized {
    /// The solution of `a x = b`; not finite if there is none.
    fn solve(a: &[Self], b: &[Self], n: usize, columns: usize) -> Vec<Self>;
    /// The determinant.
    fn determinant(a: &[Self], n: usize) -> Self;
    /// The logarithm of its size.
    fn log_determinant(a: &[Self], n: usize) -> Self;
    /// The lower triangle of a symmetric positive definite matrix.
    fn cholesky(a: &[Self], n: usize) -> Option<Vec<Self>>;
    /// The solution of `a x = b` for a triangle.
    fn solve_triangular(a: &[Self], b: &[Self], n: usize, columns: usize, lower: bool) -> Vec<Self>;
    /// Eigenvalues and eigenvectors of a symmetric matrix.
    fn eigen(a: &[Self], n: usize) -> Option<(Vec<Self>, Vec<Self>)>;
}

fn by_rows<T: Copy>(x: MatRef<'_, T>) -> Vec<T> {
    (0..x.nrows()).flat_map(|i| (0..x.ncols()).map(move |j| x[(i, j)])).collect()
}

macro_rules! decompose {
    ($($float:ident)*) => {$(
        impl Decompose for $float {
            fn solve(a: &[$float], b: &[$float], n: usize, columns: usize) -> Vec<$float> {
                let b = MatRef::from_row_major_slice(b, n, columns);
                let x: Mat<$float> = MatRef::from_row_major_slice(a, n, n).partial_piv_lu().solve(b);
                by_rows(x.as_ref())
            }

            fn determinant(a: &[$float], n: usize) -> $float {
                MatRef::from_row_major_slice(a, n, n).determinant()
            }

            fn log_determinant(a: &[$float], n: usize) -> $float {
                let lu = MatRef::from_row_major_slice(a, n, n).partial_piv_lu();
                (0..n).map(|i| lu.U()[(i, i)].abs().ln()).sum()
            }

            fn cholesky(a: &[$float], n: usize) -> Option<Vec<$float>> {
                let llt = MatRef::from_row_major_slice(a, n, n).llt(Side::Lower).ok()?;
                let lower = llt.L();
                Some((0..n).flat_map(|i| (0..n).map(move |j| if j <= i { lower[(i, j)] } else { 0.0 })).collect())
            }

            fn solve_triangular(a: &[$float], b: &[$float], n: usize, columns: usize, lower: bool) -> Vec<$float> {
                let a = MatRef::from_row_major_slice(a, n, n);
                let mut x = MatRef::from_row_major_slice(b, n, columns).to_owned();
                let solve = if lower { solve_lower_triangular_in_place } else { solve_upper_triangular_in_place };
                solve(a, x.as_mut(), Par::Seq);
                by_rows(x.as_ref())
            }

            fn eigen(a: &[$float], n: usize) -> Option<(Vec<$float>, Vec<$float>)> {
                let eigen = MatRef::from_row_major_slice(a, n, n).self_adjoint_eigen(Side::Lower).ok()?;
                let values = eigen.S();
                Some(((0..n).map(|i| values[i]).collect(), by_rows(eigen.U())))
            }
        }
    )*};
}

decompose!(f32 f64);
