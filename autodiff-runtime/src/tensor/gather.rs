//! Elements by their indices, masks, and tensors put together.

use std::borrow::Borrow;

use ndarray::Axis;

use super::slice::Parts;
use super::{Tensor, shape};
use crate::Real;

/// Indices: a slice, an array or a `Vec` of them, or a tensor.
pub trait Indices {
    /// As a tensor.
    fn indices(&self) -> Tensor<usize>;
}

impl Indices for [usize] {
    fn indices(&self) -> Tensor<usize> {
        Tensor::from(self)
    }
}

impl<const N: usize> Indices for [usize; N] {
    fn indices(&self) -> Tensor<usize> {
        Tensor::from(*self)
    }
}

impl Indices for Vec<usize> {
    fn indices(&self) -> Tensor<usize> {
        Tensor::from(self.as_slice())
    }
}

impl Indices for Tensor<usize> {
    fn indices(&self) -> Tensor<usize> {
        self.clone()
    }
}

impl<I: Indices + ?Sized> Indices for &I {
    fn indices(&self) -> Tensor<usize> {
        (**self).indices()
    }
}

impl<T: Clone> Tensor<T> {
    /// The tensor with its elements in row-major order in memory: itself, or a copy.
    pub(super) fn in_order(&self) -> Tensor<T> {
        if self.0.is_standard_layout() { self.clone() } else { Tensor::from_shape_vec(self.shape(), self.to_vec()) }
    }

    /// The elements at these places, counted in row-major order.
    pub(super) fn take_flat(&self, at: &Tensor<usize>) -> Tensor<T> {
        let x = self.in_order();
        let elements = x.as_slice().expect("in order");
        Tensor::from_shape_vec(at.shape(), at.0.iter().map(|at| elements[*at].clone()).collect())
    }

    /// What is at the indices of an axis, in their order and as often as they occur; the axes of `indices` stand in place of the axis.
    ///
    /// ```
    /// use autodiff_runtime::Tensor;
    ///
    /// let x = Tensor::from([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
    /// assert_eq!(x.gather(0, [2, 0]), Tensor::from([[5.0, 6.0], [1.0, 2.0]]));
    /// ```
    ///
    /// # Panics
    ///
    /// If there is no such axis or index.
    #[track_caller]
    pub fn gather(&self, axis: usize, indices: impl Indices) -> Tensor<T> {
        self.take_flat(&places_of_gather(self.shape(), axis, &indices.indices()))
    }

    /// One element for each index: at the same place in all axes but one, and in that at the index. An axis may be missing
    /// only in the sense that its length is 1 in `indices`, whose shape the result has.
    ///
    /// ```
    /// use autodiff_runtime::Tensor;
    ///
    /// let x = Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    /// assert_eq!(x.take_along(1, &Tensor::from([[2], [0]])), Tensor::from([[3.0], [4.0]]));
    /// ```
    ///
    /// # Panics
    ///
    /// If there is no such axis or index, or the shapes differ in another axis.
    #[track_caller]
    pub fn take_along(&self, axis: usize, indices: &Tensor<usize>) -> Tensor<T> {
        self.take_flat(&places_along(self.shape(), axis, indices))
    }

    /// Overwrites a part.
    ///
    /// # Panics
    ///
    /// If there is no such part, or `x` does not broadcast to its shape.
    #[track_caller]
    pub fn assign_slice(&mut self, parts: impl Parts, x: &Tensor<T>) {
        let parts = parts.parts();
        let part = self.slice(parts.as_slice());
        let shape = part.shape().to_vec();
        drop(part);
        let x = match x.0.broadcast(ndarray::IxDyn(&shape)) {
            Some(x) => x,
            None => shape::mismatch("assign_slice", &shape, x.shape()),
        };
        let mut view = self.0.view_mut();
        for (axis, part) in parts.iter().enumerate().rev() {
            view = part.of_axis(view, Axis(axis));
        }
        view.assign(&x);
    }

    /// Tensors side by side along an axis.
    ///
    /// # Panics
    ///
    /// If there are none, or they differ in another axis.
    #[track_caller]
    pub fn concat(axis: usize, tensors: &[impl Borrow<Tensor<T>>]) -> Tensor<T> {
        let Some(first) = tensors.first() else { panic!("`concat`: there are no tensors") };
        let first = first.borrow().shape();
        shape::check_axis("concat", first, axis);
        for tensor in tensors {
            let shape = tensor.borrow().shape();
            let agrees = shape.len() == first.len() && (0..first.len()).all(|i| i == axis || shape[i] == first[i]);
            if !agrees {
                shape::mismatch("concat", first, shape);
            }
        }
        let views: Vec<_> = tensors.iter().map(|tensor| tensor.borrow().view()).collect();
        Tensor::from(ndarray::concatenate(Axis(axis), &views).expect("the shapes agree"))
    }

    /// Tensors of one shape one after the other along a new axis.
    ///
    /// # Panics
    ///
    /// If there are none, or their shapes differ.
    #[track_caller]
    pub fn stack(axis: usize, tensors: &[impl Borrow<Tensor<T>>]) -> Tensor<T> {
        let expanded: Vec<Tensor<T>> = tensors.iter().map(|tensor| tensor.borrow().expand(axis)).collect();
        Tensor::concat(axis, &expanded)
    }

    /// Another tensor behind this one along an axis.
    ///
    /// # Panics
    ///
    /// If they differ in another axis.
    #[track_caller]
    pub fn append(&self, axis: usize, other: &Tensor<T>) -> Tensor<T> {
        Tensor::concat(axis, &[self, other])
    }

    /// With `x` around it, for each of the first axes so many times before and behind.
    ///
    /// ```
    /// use autodiff_runtime::Tensor;
    ///
    /// assert_eq!(Tensor::from([1.0, 2.0]).pad([(1, 2)], 0.0).to_vec(), [0.0, 1.0, 2.0, 0.0, 0.0]);
    /// ```
    ///
    /// # Panics
    ///
    /// If there are not as many axes.
    #[track_caller]
    pub fn pad(&self, around: impl AsRef<[(usize, usize)]>, x: T) -> Tensor<T> {
        let (shape, parts) = shape::padded(self.shape(), around.as_ref());
        let mut padded = Tensor::full(shape, x);
        padded.assign_slice(parts.as_slice(), self);
        padded
    }
}

/// The places, counted in row-major order, that [`Tensor::gather`] takes.
#[track_caller]
pub(super) fn places_of_gather(shape: &[usize], axis: usize, indices: &Tensor<usize>) -> Tensor<usize> {
    shape::check_axis("gather", shape, axis);
    let [outer, len, inner] = shape::around(shape, axis);
    check_indices("gather", indices, len);
    let rows = (0..outer).flat_map(|i| indices.0.iter().map(move |index| (i * len + index) * inner));
    let places = rows.flat_map(|start| start..start + inner).collect();
    let shape = [&shape[..axis], indices.shape(), &shape[axis + 1..]].concat();
    Tensor::from_shape_vec(shape, places)
}

/// The places, counted in row-major order, that [`Tensor::take_along`] takes.
#[track_caller]
pub(super) fn places_along(shape: &[usize], axis: usize, indices: &Tensor<usize>) -> Tensor<usize> {
    shape::check_axis("take_along", shape, axis);
    let agrees = |i: usize| i == axis || shape[i] == indices.shape()[i];
    if shape.len() != indices.ndim() || !(0..shape.len()).all(agrees) {
        shape::mismatch("take_along", shape, indices.shape());
    }
    let [_, len, inner] = shape::around(shape, axis);
    check_indices("take_along", indices, len);
    let many = indices.shape()[axis] * inner;
    let place = |(at, index): (usize, &usize)| (at / many * len + index) * inner + at % inner;
    Tensor::from_shape_vec(indices.shape(), indices.0.iter().enumerate().map(place).collect())
}

#[track_caller]
fn check_indices(operation: &str, indices: &Tensor<usize>, len: usize) {
    if let Some(index) = indices.0.iter().find(|index| **index >= len) {
        panic!("`{operation}`: there is no index {index} along an axis of length {len}");
    }
}

impl<T: Real> Tensor<T> {
    /// For each index a row that is 1 there and 0 elsewhere, along a new last axis of length `n`.
    ///
    /// # Panics
    ///
    /// If an index is not less than `n`.
    #[track_caller]
    pub fn one_hot(indices: impl Indices, n: usize) -> Tensor<T> {
        let indices = indices.indices();
        check_indices("one_hot", &indices, n);
        let mut rows = Tensor::zeros([indices.shape(), &[n]].concat());
        let elements = rows.as_mut_slice();
        indices.0.iter().enumerate().for_each(|(row, index)| elements[row * n + index] = T::ONE);
        rows
    }
}

/// # Masks
impl<T: Copy> Tensor<T> {
    /// Its own elements where the mask is true, those of `other` elsewhere; the shapes of all three broadcast.
    ///
    /// ```
    /// use autodiff_runtime::Tensor;
    ///
    /// let x = Tensor::from([-1.0, 2.0]);
    /// assert_eq!(x.where_(&x.gt(0.0), &(10.0 * &x)).to_vec(), [-10.0, 2.0]);
    /// ```
    ///
    /// # Panics
    ///
    /// If the shapes do not go together.
    #[track_caller]
    pub fn where_(&self, mask: &Tensor<bool>, other: &Tensor<T>) -> Tensor<T> {
        let both = shape::broadcast_for("where_", self.shape(), other.shape());
        let shape = shape::broadcast_for("where_", mask.shape(), ndarray::Dimension::slice(&both));
        let (mask, a, b) = (mask.0.broadcast(shape.clone()), self.0.broadcast(shape.clone()), other.0.broadcast(shape));
        let (Some(mask), Some(a), Some(b)) = (mask, a, b) else { unreachable!("all broadcast to it") };
        Tensor::from(ndarray::Zip::from(mask).and(a).and(b).map_collect(|mask, a, b| if *mask { *a } else { *b }))
    }
}

impl Tensor<bool> {
    /// True where this is not.
    #[must_use]
    pub fn not(&self) -> Tensor<bool> {
        self.map(|x| !x)
    }
}
