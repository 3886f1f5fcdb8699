//! The same elements in another shape or order.

use ndarray::{Axis, IxDyn};

use super::zip::spread;
use super::{Axes, Tensor, shape};

/// # Shape and order
///
/// None of these copies elements unless it says so.
impl<T: Clone> Tensor<T> {
    /// The matrix with rows and columns exchanged; of more axes the last two. (A vector is its own transpose.)
    pub fn t(&self) -> Tensor<T> {
        match self.ndim() {
            0 | 1 => self.clone(),
            n => self.swap_axes(n - 2, n - 1),
        }
    }

    /// Two axes exchanged.
    ///
    /// # Panics
    ///
    /// If there are no such axes.
    #[track_caller]
    pub fn swap_axes(&self, a: usize, b: usize) -> Tensor<T> {
        [a, b].iter().for_each(|axis| shape::check_axis("swap_axes", self.shape(), *axis));
        let mut array = self.0.clone();
        array.swap_axes(a, b);
        Tensor::of(array)
    }

    /// The axes in the order given: axis `i` of the result is axis `order[i]`.
    ///
    /// # Panics
    ///
    /// If not every axis occurs once.
    #[track_caller]
    pub fn permute(&self, order: impl AsRef<[usize]>) -> Tensor<T> {
        let order = order.as_ref();
        shape::check_order("permute", self.shape(), order);
        Tensor::of(self.0.clone().permuted_axes(IxDyn(order)))
    }

    /// The elements in row-major order in another shape. Copies them if that is not how they lie in memory.
    ///
    /// ```
    /// use autodiff_runtime::Tensor;
    ///
    /// let x = Tensor::from([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).reshape([2, 3]);
    /// assert_eq!(x.t().reshape([3, 2]), x.t());
    /// ```
    ///
    /// # Panics
    ///
    /// If that has not as many elements.
    #[track_caller]
    pub fn reshape(&self, shape: impl AsRef<[usize]>) -> Tensor<T> {
        match self.try_reshape(shape) {
            Ok(tensor) => tensor,
            Err(error) => panic!("`reshape`: {error}"),
        }
    }

    /// [`reshape`](Self::reshape).
    ///
    /// # Errors
    ///
    /// If the shape has not as many elements.
    pub fn try_reshape(&self, shape: impl AsRef<[usize]>) -> Result<Tensor<T>, ShapeError> {
        let shape = shape.as_ref();
        if shape.iter().product::<usize>() != self.len() {
            return Err(ShapeError { from: self.shape().to_vec(), to: shape.to_vec() });
        }
        Ok(Tensor::of(self.in_order().0.into_shape_with_order(IxDyn(shape)).expect("as many elements, in order")))
    }

    /// All elements along one axis, in row-major order. Copies them if that is not how they lie in memory.
    pub fn flatten(&self) -> Tensor<T> {
        self.reshape([self.len()])
    }

    /// With an axis of length 1 in front of the axis that had this number.
    ///
    /// # Panics
    ///
    /// If there are not as many axes.
    #[track_caller]
    pub fn expand(&self, axis: usize) -> Tensor<T> {
        assert!(axis <= self.ndim(), "`expand`: the shape {:?} has no place {axis}", self.shape());
        Tensor::of(self.0.clone().insert_axis(Axis(axis)))
    }

    /// Without axes, each of length 1.
    ///
    /// # Panics
    ///
    /// If there are no such axes, or their length is not 1.
    #[track_caller]
    pub fn squeeze(&self, axes: impl Axes) -> Tensor<T> {
        let mut array = self.0.clone();
        for axis in shape::descending("squeeze", self.shape(), axes.axes()) {
            assert!(self.shape()[axis] == 1, "`squeeze`: axis {axis} of the shape {:?} is not of length 1", self.shape());
            array = array.index_axis_move(Axis(axis), 0);
        }
        Tensor::of(array)
    }

    /// The elements repeated along axes that are missing or of length 1. Copies them.
    ///
    /// # Panics
    ///
    /// If the tensor does not broadcast to that shape.
    #[track_caller]
    pub fn broadcast_to(&self, shape: impl AsRef<[usize]>) -> Tensor<T> {
        match self.try_broadcast_to(shape) {
            Ok(tensor) => tensor,
            Err(error) => panic!("`broadcast_to`: {error}"),
        }
    }

    /// [`broadcast_to`](Self::broadcast_to).
    ///
    /// # Errors
    ///
    /// If the tensor does not broadcast to that shape.
    pub fn try_broadcast_to(&self, shape: impl AsRef<[usize]>) -> Result<Tensor<T>, ShapeError> {
        let shape = shape.as_ref();
        if self.shape() == shape {
            return Ok(self.clone());
        }
        if shape::broadcast(self.shape(), shape) != Some(IxDyn(shape)) {
            return Err(ShapeError { from: self.shape().to_vec(), to: shape.to_vec() });
        }
        Ok(Tensor::from_shape_vec(shape, spread(shape, self.view())))
    }
}

/// A tensor does not take this shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeError {
    from: Vec<usize>,
    to: Vec<usize>,
}

impl std::fmt::Display for ShapeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the shape {:?} does not become {:?}", self.from, self.to)
    }
}

impl std::error::Error for ShapeError {}
