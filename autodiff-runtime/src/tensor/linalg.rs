//! Systems of equations and decompositions.

use super::algebra::{Algebra, Operation};
use super::linear::{Concat, Slice};
use super::product::MatMul;
use super::slice::Part;
use super::{Tensor, shape};
use crate::Real;

/// A matrix that a decomposition does not exist for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinalgError {
    /// It has no inverse.
    Singular,
    /// It is not positive definite.
    NotPositiveDefinite,
    /// The iteration for its eigenvalues does not end: it has elements that are not finite.
    NotFinite,
}

impl std::fmt::Display for LinalgError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            LinalgError::Singular => "the matrix is singular",
            LinalgError::NotPositiveDefinite => "the matrix is not positive definite",
            LinalgError::NotFinite => "the matrix has elements that are not finite",
        })
    }
}

impl std::error::Error for LinalgError {}

/// The length of a square matrix.
#[track_caller]
fn square<T>(operation: &str, x: &Tensor<T>) -> usize {
    match x.shape() {
        [n, m] if n == m => *n,
        shape => panic!("`{operation}`: the shape {shape:?} is not that of a square matrix"),
    }
}

fn product<T: Real, A: Algebra<T>>(a: &A, b: &A) -> A {
    A::run(&MatMul, &[a, b])
}

/// The solution of `a x = b`, for a vector or several columns.
pub(crate) struct Solve;

impl<T: Real> Operation<T> for Solve {
    const NEEDS_OUT: bool = true;

    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0].solve(x[1])
    }

    fn pull<A: Algebra<T>>(&self, operand: usize, x: &[&A], out: &A, out_bar: A) -> A {
        let b_bar = A::run(&Solve, &[&x[0].transposed(), &out_bar]);
        if operand == 1 {
            return b_bar;
        }
        let n = x[0].primal().shape()[0];
        let columns = out.primal().len() / n.max(1);
        product(&b_bar.in_shape(&[n, columns]), &out.clone().in_shape(&[n, columns]).transposed()).neg()
    }

    fn push<A: Algebra<T>>(&self, x: &[&A], out: &A, dots: &[Option<&A>]) -> A {
        let of_a = dots[0].map(|a_dot| product(a_dot, out).neg());
        let right = match (of_a, dots[1]) {
            (Some(of_a), Some(b_dot)) => of_a.add(b_dot),
            (Some(of_a), None) => of_a,
            (None, Some(b_dot)) => b_dot.clone(),
            (None, None) => unreachable!("not all tangents are zero"),
        };
        A::run(&Solve, &[x[0], &right])
    }
}

/// The inverse.
pub(crate) struct Inverse;

impl<T: Real> Operation<T> for Inverse {
    const NEEDS_OUT: bool = true;

    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0].inverse()
    }

    fn pull<A: Algebra<T>>(&self, _: usize, _: &[&A], out: &A, out_bar: A) -> A {
        let transposed = out.transposed();
        product(&product(&transposed, &out_bar), &transposed).neg()
    }

    fn push<A: Algebra<T>>(&self, _: &[&A], out: &A, dots: &[Option<&A>]) -> A {
        product(&product(out, dots[0].expect("not zero")), out).neg()
    }
}

/// The determinant.
pub(crate) struct Det;

impl<T: Real> Operation<T> for Det {
    const NEEDS_OUT: bool = true;

    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        Tensor::scalar(x[0].det())
    }

    fn pull<A: Algebra<T>>(&self, _: usize, x: &[&A], out: &A, out_bar: A) -> A {
        A::run(&Inverse, x).transposed().mul(&out_bar.mul(out))
    }

    fn push<A: Algebra<T>>(&self, x: &[&A], out: &A, dots: &[Option<&A>]) -> A {
        let trace = A::run(&Inverse, x).transposed().mul(dots[0].expect("not zero")).sum_axes(&[0, 1], false);
        trace.mul(out)
    }
}

/// The logarithm of the size of the determinant.
pub(crate) struct LogDet;

impl<T: Real> Operation<T> for LogDet {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        Tensor::scalar(x[0].log_det())
    }

    fn pull<A: Algebra<T>>(&self, _: usize, x: &[&A], _: &A, out_bar: A) -> A {
        A::run(&Inverse, x).transposed().mul(&out_bar)
    }

    fn push<A: Algebra<T>>(&self, x: &[&A], _: &A, dots: &[Option<&A>]) -> A {
        A::run(&Inverse, x).transposed().mul(dots[0].expect("not zero")).sum_axes(&[0, 1], false)
    }
}

/// A triangle of a matrix: 1 there, `diagonal` on the diagonal, 0 elsewhere.
fn triangle<T: Real>(n: usize, lower: bool, diagonal: T) -> Tensor<T> {
    Tensor::from_fn([n, n], |at| match at[0].cmp(&at[1]) {
        std::cmp::Ordering::Equal => diagonal,
        order => {
            if (order == std::cmp::Ordering::Greater) == lower {
                T::ONE
            } else {
                T::ZERO
            }
        }
    })
}

/// Half of the matrix and its transpose.
fn symmetric<T: Real, A: Algebra<T>>(x: &A) -> A {
    x.clone().add(&x.transposed()).scale(T::from_f64(0.5))
}

/// The lower triangle that, times its transpose, is the matrix's symmetric part.
pub(crate) struct Cholesky;

impl Cholesky {
    /// The lower triangle, with half of the diagonal.
    fn lower_half<T: Real, A: Algebra<T>>(x: &A) -> A {
        let n = x.primal().shape()[0];
        x.clone().mul(&A::constant(triangle(n, true, T::from_f64(0.5))))
    }
}

impl<T: Real> Operation<T> for Cholesky {
    const NEEDS_OUT: bool = true;

    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0].cholesky()
    }

    fn pull<A: Algebra<T>>(&self, _: usize, _: &[&A], out: &A, out_bar: A) -> A {
        let n = out.primal().shape()[0];
        let lower = A::constant(triangle(n, true, T::ONE));
        let inner = symmetric(&Self::lower_half(&product(&out.transposed(), &out_bar.mul(&lower))));
        let left = A::run(&Triangular { lower: false }, &[&out.transposed(), &inner]);
        A::run(&Triangular { lower: false }, &[&out.transposed(), &left.transposed()]).transposed()
    }

    fn push<A: Algebra<T>>(&self, _: &[&A], out: &A, dots: &[Option<&A>]) -> A {
        let left = A::run(&Triangular { lower: true }, &[out, &symmetric(dots[0].expect("not zero"))]);
        let both = A::run(&Triangular { lower: true }, &[out, &left.transposed()]);
        product(out, &Self::lower_half(&both.transposed()))
    }
}

/// The solution of `a x = b` for a triangle `a`; the other triangle is not looked at.
pub(crate) struct Triangular {
    pub(crate) lower: bool,
}

impl Triangular {
    fn own<T: Real, A: Algebra<T>>(&self, x: A) -> A {
        let n = x.primal().shape()[0];
        x.mul(&A::constant(triangle(n, self.lower, T::ONE)))
    }
}

impl<T: Real> Operation<T> for Triangular {
    const NEEDS_OUT: bool = true;

    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0].solve_triangular(x[1], self.lower)
    }

    fn pull<A: Algebra<T>>(&self, operand: usize, x: &[&A], out: &A, out_bar: A) -> A {
        let b_bar = A::run(&Triangular { lower: !self.lower }, &[&x[0].transposed(), &out_bar]);
        if operand == 1 {
            return b_bar;
        }
        let n = x[0].primal().shape()[0];
        let columns = out.primal().len() / n.max(1);
        self.own(product(&b_bar.in_shape(&[n, columns]), &out.clone().in_shape(&[n, columns]).transposed()).neg())
    }

    fn push<A: Algebra<T>>(&self, x: &[&A], out: &A, dots: &[Option<&A>]) -> A {
        let of_a = dots[0].map(|a_dot| product(&self.own(a_dot.clone()), out).neg());
        let right = match (of_a, dots[1]) {
            (Some(of_a), Some(b_dot)) => of_a.add(b_dot),
            (Some(of_a), None) => of_a,
            (None, Some(b_dot)) => b_dot.clone(),
            (None, None) => unreachable!("not all tangents are zero"),
        };
        A::run(self, &[x[0], &right])
    }
}

/// The eigenvalues of the matrix's symmetric part, ascending, and below them a matrix whose columns are the eigenvectors.
pub(crate) struct Eigh;

/// The form of their result: eigenvalues and eigenvectors.
pub(crate) struct Pair;

impl Eigh {
    /// The eigenvalues as a row, and the eigenvectors.
    pub(crate) fn parts<T: Real, A: Algebra<T>>(out: &A) -> (A, A) {
        let rows = |part: Part| A::run(&Slice { parts: vec![part] }, &[out]);
        (rows(Part::from(0..1)), rows(Part::from(1..)))
    }

    /// One over the difference of each pair of eigenvalues; 0 where they are equal, as the vectors there are not determined.
    fn gaps<T: Real, A: Algebra<T>>(values: &A) -> A {
        let n = values.primal().len();
        let gaps = values.clone().sub(&values.clone().in_shape(&[n, 1]));
        let is_zero = gaps.primal().equal(T::ZERO);
        let ones = A::constant(is_zero.map(|is_zero| if is_zero { T::ONE } else { T::ZERO }));
        A::constant(Tensor::ones([n, n])).div(&gaps.add(&ones)).only_where(&is_zero.not())
    }

    fn eye<T: Real, A: Algebra<T>>(n: usize) -> A {
        A::constant(Tensor::eye(n))
    }
}

impl<T: Real> Operation<T> for Eigh {
    const NEEDS_OUT: bool = true;

    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let (values, vectors) = x[0].eigh();
        values.expand(0).append(0, &vectors)
    }

    fn pull<A: Algebra<T>>(&self, _: usize, _: &[&A], out: &A, out_bar: A) -> A {
        let ((values, vectors), (values_bar, vectors_bar)) = (Eigh::parts(out), Eigh::parts(&out_bar));
        let n = values.primal().len();
        let rotation = Eigh::gaps(&values).mul(&product(&vectors.transposed(), &vectors_bar));
        let inner = rotation.add(&Eigh::eye::<T, A>(n).mul(&values_bar));
        symmetric(&product(&product(&vectors, &inner), &vectors.transposed()))
    }

    fn push<A: Algebra<T>>(&self, _: &[&A], out: &A, dots: &[Option<&A>]) -> A {
        let (values, vectors) = Eigh::parts(out);
        let n = values.primal().len();
        let dot = symmetric(dots[0].expect("not zero"));
        let inner = product(&product(&vectors.transposed(), &dot), &vectors);
        let values_dot = Eigh::eye::<T, A>(n).mul(&inner).sum_axes(&[0], true);
        let vectors_dot = product(&vectors, &Eigh::gaps(&values).mul(&inner));
        A::run(&Concat { axis: 0 }, &[&values_dot, &vectors_dot])
    }
}

/// The eigenvalues of the matrix's symmetric part, ascending.
pub(crate) struct Eigvalsh;

impl<T: Real> Operation<T> for Eigvalsh {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0].eigvalsh()
    }

    fn pull<A: Algebra<T>>(&self, _: usize, x: &[&A], _: &A, out_bar: A) -> A {
        let (_, vectors) = Eigh::parts(&A::run(&Eigh, x));
        product(&vectors.clone().mul(&out_bar), &vectors.transposed())
    }

    fn push<A: Algebra<T>>(&self, x: &[&A], _: &A, dots: &[Option<&A>]) -> A {
        let (_, vectors) = Eigh::parts(&A::run(&Eigh, x));
        let moved = product(&symmetric(dots[0].expect("not zero")), &vectors);
        vectors.mul(&moved).sum_axes(&[0], false)
    }
}

/// # Equations and decompositions (feature `linalg`)
impl<T: Real> Tensor<T> {
    /// The solution of `self x = b`, for a vector or a matrix of columns.
    ///
    /// # Panics
    ///
    /// If the shapes do not go together, or the matrix is singular.
    #[track_caller]
    pub fn solve(&self, b: &Tensor<T>) -> Tensor<T> {
        match self.try_solve(b) {
            Ok(x) => x,
            Err(error) => panic!("`solve`: {error}"),
        }
    }

    /// [`solve`](Self::solve).
    ///
    /// # Errors
    ///
    /// If the matrix is singular.
    ///
    /// # Panics
    ///
    /// If the shapes do not go together.
    #[track_caller]
    pub fn try_solve(&self, b: &Tensor<T>) -> Result<Tensor<T>, LinalgError> {
        let (n, columns) = self.columns("solve", b);
        let x = T::solve(self.in_order().as_slice().expect("in order"), b.in_order().as_slice().expect("in order"), n, columns);
        if x.iter().all(|x| x.is_finite()) { Ok(Tensor::from_shape_vec(b.shape(), x)) } else { Err(LinalgError::Singular) }
    }

    /// The size of the system, and how many right-hand sides there are.
    #[track_caller]
    fn columns(&self, operation: &str, b: &Tensor<T>) -> (usize, usize) {
        let n = square(operation, self);
        match b.shape() {
            [len] if *len == n => (n, 1),
            [len, columns] if *len == n => (n, *columns),
            _ => shape::mismatch(operation, self.shape(), b.shape()),
        }
    }

    /// The inverse.
    ///
    /// # Panics
    ///
    /// If the matrix is not square, or singular.
    #[track_caller]
    pub fn inverse(&self) -> Tensor<T> {
        match self.try_inverse() {
            Ok(x) => x,
            Err(error) => panic!("`inverse`: {error}"),
        }
    }

    /// [`inverse`](Self::inverse).
    ///
    /// # Errors
    ///
    /// If the matrix is singular.
    ///
    /// # Panics
    ///
    /// If the matrix is not square.
    #[track_caller]
    pub fn try_inverse(&self) -> Result<Tensor<T>, LinalgError> {
        self.try_solve(&Tensor::eye(square("inverse", self)))
    }

    /// The determinant. (Its derivative takes the inverse, and so panics for a singular matrix.)
    ///
    /// # Panics
    ///
    /// If the matrix is not square.
    #[track_caller]
    pub fn det(&self) -> T {
        let n = square("det", self);
        T::determinant(self.in_order().as_slice().expect("in order"), n)
    }

    /// The logarithm of the size of the determinant.
    ///
    /// # Panics
    ///
    /// If the matrix is not square.
    #[track_caller]
    pub fn log_det(&self) -> T {
        let n = square("log_det", self);
        T::log_determinant(self.in_order().as_slice().expect("in order"), n)
    }

    /// The lower triangle that, times its transpose, is this matrix; of one that is not symmetric, its symmetric part.
    ///
    /// # Panics
    ///
    /// If the matrix is not square, or not positive definite.
    #[track_caller]
    pub fn cholesky(&self) -> Tensor<T> {
        match self.try_cholesky() {
            Ok(x) => x,
            Err(error) => panic!("`cholesky`: {error}"),
        }
    }

    /// [`cholesky`](Self::cholesky).
    ///
    /// # Errors
    ///
    /// If the matrix is not positive definite.
    ///
    /// # Panics
    ///
    /// If the matrix is not square.
    #[track_caller]
    pub fn try_cholesky(&self) -> Result<Tensor<T>, LinalgError> {
        let n = square("cholesky", self);
        let symmetric = (self + self.t()) * T::from_f64(0.5);
        let lower = T::cholesky(symmetric.as_slice().expect("in order"), n).ok_or(LinalgError::NotPositiveDefinite)?;
        Ok(Tensor::from_shape_vec([n, n], lower))
    }

    /// The solution of `self x = b`, where only the lower, or else the upper, triangle of the matrix counts.
    ///
    /// # Panics
    ///
    /// If the shapes do not go together.
    #[track_caller]
    pub fn solve_triangular(&self, b: &Tensor<T>, lower: bool) -> Tensor<T> {
        let (n, columns) = self.columns("solve_triangular", b);
        let (a, b) = (self.in_order(), b.in_order());
        let (elements, right) = (a.as_slice().expect("in order"), b.as_slice().expect("in order"));
        Tensor::from_shape_vec(b.shape(), T::solve_triangular(elements, right, n, columns, lower))
    }

    /// The eigenvalues, ascending, and a matrix whose columns are the eigenvectors; of a matrix that is not symmetric, those of its
    /// symmetric part. Where eigenvalues are equal, the vectors between them are not
    /// determined, and their derivatives have no part in each other's direction.
    ///
    /// # Panics
    ///
    /// If the matrix is not square, or has elements that are not finite.
    #[track_caller]
    pub fn eigh(&self) -> (Tensor<T>, Tensor<T>) {
        let n = square("eigh", self);
        let symmetric = (self + self.t()) * T::from_f64(0.5);
        let found = T::eigen(symmetric.as_slice().expect("in order"), n);
        let Some((values, vectors)) = found else { panic!("`eigh`: {}", LinalgError::NotFinite) };
        (Tensor::from(values), Tensor::from_shape_vec([n, n], vectors))
    }

    /// The eigenvalues of a symmetric matrix, ascending; of another that of its symmetric part.
    ///
    /// # Panics
    ///
    /// As [`eigh`](Self::eigh).
    #[track_caller]
    pub fn eigvalsh(&self) -> Tensor<T> {
        self.eigh().0
    }
}
