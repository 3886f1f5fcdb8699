//! Products: of matrices, also many at once, of vectors, and by Einstein's summation.

use super::algebra::{Algebra, Operation};
use super::linear::push_as_itself;
use super::{Tensor, shape};
use crate::Real;

/// The product of two matrices, or of as many as the leading axes have, which broadcast.
pub(crate) struct MatMul;

impl<T: Real> Operation<T> for MatMul {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0].matmul(x[1])
    }

    fn pull<A: Algebra<T>>(&self, operand: usize, x: &[&A], _: &A, out_bar: A) -> A {
        let shapes = [x[0].primal().shape().to_vec(), x[1].primal().shape().to_vec()];
        let [a, b] = as_matrices([x[0].clone(), x[1].clone()]);
        let out_bar = out_bar.in_shape(&shape_of_product(a.primal().shape(), b.primal().shape()));
        let bar = if operand == 0 {
            A::run(&MatMul, &[&out_bar, &b.transposed()]).sum_to_shape(a.primal().shape())
        } else {
            A::run(&MatMul, &[&a.transposed(), &out_bar]).sum_to_shape(b.primal().shape())
        };
        bar.in_shape(&shapes[operand])
    }

    push_as_itself!();
}

/// A vector as a matrix: a row on the left, a column on the right.
fn as_matrices<T: Real, A: Algebra<T>>([a, b]: [A; 2]) -> [A; 2] {
    let (row, column) = (a.primal().len(), b.primal().len());
    let a = if a.primal().ndim() == 1 { a.in_shape(&[1, row]) } else { a };
    let b = if b.primal().ndim() == 1 { b.in_shape(&[column, 1]) } else { b };
    [a, b]
}

/// The shape of the product of matrices that go together.
fn shape_of_product(a: &[usize], b: &[usize]) -> Vec<usize> {
    let (m, n) = (a.len(), b.len());
    let many = shape::broadcast(&a[..m - 2], &b[..n - 2]).expect("they were multiplied");
    let mut shape = ndarray::Dimension::slice(&many).to_vec();
    shape.extend([a[m - 2], b[n - 1]]);
    shape
}

/// The sum of the products of corresponding elements.
pub(crate) struct Dot;

impl<T: Real> Operation<T> for Dot {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        Tensor::scalar(x[0].dot(x[1]))
    }

    fn pull<A: Algebra<T>>(&self, operand: usize, x: &[&A], _: &A, out_bar: A) -> A {
        out_bar.mul(x[1 - operand])
    }

    push_as_itself!();
}

/// The products of each element with each of the other's.
pub(crate) struct Outer;

impl<T: Real> Operation<T> for Outer {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0].outer(x[1])
    }

    fn pull<A: Algebra<T>>(&self, operand: usize, x: &[&A], _: &A, out_bar: A) -> A {
        let [rows, columns] = [x[0].primal().len(), x[1].primal().len()];
        let matrix = out_bar.in_shape(&[rows, columns]);
        let bar = if operand == 0 {
            A::run(&MatMul, &[&matrix, &x[1].clone().in_shape(&[columns])])
        } else {
            A::run(&MatMul, &[&x[0].clone().in_shape(&[rows]), &matrix])
        };
        bar.in_shape(x[operand].primal().shape())
    }

    push_as_itself!();
}

impl<T: Real> Tensor<T> {
    /// The product of two matrices. A vector on the left is a row, on the right a column, which the result has not as an axis; further
    /// axes in front are for many products at once, and broadcast. Large matrices are multiplied on all cores that the process may use, with
    /// the same result as on one.
    ///
    /// ```
    /// use autodiff_runtime::Tensor;
    ///
    /// let a = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
    /// assert_eq!(a.matmul(&a), Tensor::from([[7.0, 10.0], [15.0, 22.0]]));
    /// assert_eq!(a.matmul(&Tensor::from([1.0, 0.0])).to_vec(), [1.0, 3.0]);
    /// ```
    ///
    /// # Panics
    ///
    /// If the shapes do not go together.
    #[track_caller]
    pub fn matmul(&self, other: &Tensor<T>) -> Tensor<T> {
        let [a, b] = as_matrices([self.clone(), other.clone()]);
        let (m, n) = (a.ndim(), b.ndim());
        let fits = m >= 2 && n >= 2 && a.shape()[m - 1] == b.shape()[n - 2];
        let many = if fits { shape::broadcast(&a.shape()[..m - 2], &b.shape()[..n - 2]) } else { None };
        let Some(many) = many else { shape::mismatch("matmul", self.shape(), other.shape()) };
        let many = ndarray::Dimension::slice(&many);
        let product = if many.is_empty() {
            let (a, b) = (a.view(), b.view());
            let mut out = ndarray::Array2::from_elem((a.shape()[0], b.shape()[1]), T::ZERO);
            T::multiply(matrix(a), matrix(b), out.view_mut());
            Tensor::from(out)
        } else {
            many_products(many, &a, &b)
        };
        let mut shape = product.shape().to_vec();
        if other.ndim() == 1 {
            shape.pop();
        }
        if self.ndim() == 1 {
            shape.remove(shape.len() - other.ndim().min(2));
        }
        product.reshape(shape)
    }

    /// The sum of the products of corresponding elements.
    ///
    /// # Panics
    ///
    /// If the shapes differ.
    #[track_caller]
    pub fn dot(&self, other: &Tensor<T>) -> T {
        if self.shape() != other.shape() {
            shape::mismatch("dot", self.shape(), other.shape());
        }
        match (self.as_slice(), other.as_slice()) {
            (Some(a), Some(b)) => crate::lanes::sum(0, a.len(), |i| a[i] * b[i]),
            (_, _) => self.0.iter().zip(&other.0).fold(T::ZERO, |sum, (a, b)| sum + *a * *b),
        }
    }

    /// The products of each element with each of the other's: the axes of the one, then those of the other.
    pub fn outer(&self, other: &Tensor<T>) -> Tensor<T> {
        let column = [self.shape(), &vec![1; other.ndim()]].concat();
        self.reshape(column) * other
    }
}

fn matrix<T>(x: ndarray::ArrayView<'_, T, ndarray::IxDyn>) -> ndarray::ArrayView2<'_, T> {
    x.into_dimensionality().expect("two axes")
}

/// One product after the other, into one block.
fn many_products<T: Real>(many: &[usize], a: &Tensor<T>, b: &Tensor<T>) -> Tensor<T> {
    let whole = |x: &Tensor<T>| [many, &x.shape()[x.ndim() - 2..]].concat();
    let (whole_a, whole_b) = (ndarray::IxDyn(&whole(a)), ndarray::IxDyn(&whole(b)));
    let (a, b) = (a.0.broadcast(whole_a).expect("it broadcasts"), b.0.broadcast(whole_b).expect("it broadcasts"));
    let (rows, columns) = (a.shape()[many.len()], b.shape()[many.len() + 1]);
    let mut out = vec![T::ZERO; many.iter().product::<usize>() * rows * columns];
    let blocks = out.chunks_exact_mut((rows * columns).max(1));
    for (index, block) in ndarray::indices(ndarray::IxDyn(many)).into_iter().zip(blocks) {
        let at = ndarray::Dimension::slice(&index);
        let out = ndarray::ArrayViewMut2::from_shape((rows, columns), block).expect("a matrix");
        T::multiply(matrix(one_of(a.clone(), at)), matrix(one_of(b.clone(), at)), out);
    }
    Tensor::from_shape_vec([many, &[rows, columns]].concat(), out)
}

/// The part at an index of the first axes.
fn one_of<'a, T>(mut x: ndarray::ArrayView<'a, T, ndarray::IxDyn>, at: &[usize]) -> ndarray::ArrayView<'a, T, ndarray::IxDyn> {
    at.iter().for_each(|i| x = x.clone().index_axis_move(ndarray::Axis(0), *i));
    x
}
