//! Arrays whose shape is known at run time.
//!
//! | module | owns |
//! |---|---|
//! | `create`, `random` | constructors |
//! | `shape` | how shapes broadcast, axes, what is said if they do not fit |
//! | `zip` | the loop of everything elementwise |
//! | `operators`, `elementwise`, `rules` | operators and functions named as on `f64`; their derivatives from the rule table, element by element |
//! | `algebra`, `jet` | what the derivatives of everything else are stated in: an `Operation` is stated once and has derivatives of any order |
//! | `arithmetic`, `linear`, `moments`, `activation`, `softmax`, `product`, `einsum`, `window`, `linalg` | the operations |
//! | `arrange`, `slice`, `gather`, `reduce` | what of these only moves or reduces elements, as methods |
//! | `sibling` | what generated code calls for a method: `matmul_forward` beside `matmul` |
//! | `shadow` | `Differentiable` |
//! | `kernel`, `decompose` | what other libraries do for `f32` and `f64` apart |
//! | `serde`, `npy` | how tensors are stored |
//!
//! # Adding a method
//!
//! 1. The method, with what it panics for, in the module of its family.
//! 2. Its `Operation`: the transpose if it is linear, else the slope; both in terms of other operations.
//! 3. A row of `sibling`, and rows of `tests/operations.rs` with shapes at the ends of what it takes.

use std::fmt;
use std::ops::{Index, IndexMut};

use ndarray::{ArcArray, ArrayD, ArrayView, Dimension, IxDyn, NdIndex};

mod activation;
mod algebra;
mod arithmetic;
mod arrange;
mod create;
#[cfg(feature = "linalg")]
mod decompose;
mod einsum;
mod elementwise;
mod gather;
mod jet;
mod kernel;
#[cfg(feature = "linalg")]
mod linalg;
mod linear;
mod moments;
#[cfg(feature = "npy")]
mod npy;
mod operators;
mod product;
#[cfg(feature = "random")]
mod random;
mod reduce;
mod rules;
#[cfg(feature = "serde")]
mod serde;
mod shadow;
mod shape;
mod sibling;
mod slice;
mod softmax;
#[cfg(test)]
mod tests;
mod window;
mod zip;

pub use arrange::ShapeError;
pub use create::Element;
pub use elementwise::Operand;
pub use gather::Indices;
pub(crate) use kernel::Kernel;
#[cfg(feature = "linalg")]
pub use linalg::LinalgError;
pub use shadow::TensorShadow;
pub use shape::Axes;
pub use slice::{Part, Parts};

/// An n-dimensional array whose shape is known at run time.
///
/// A clone shares the elements; they are copied when one of the two is written to. The storage is ndarray's, into which and from
/// which it converts. Names are those of ndarray where it has one, and shapes broadcast as NumPy's do: they are aligned at the last axis, and
/// an axis of length 1 goes with any other. Operators take values, references and numbers; they reuse the memory of a value that
/// is given to them and not shared.
///
/// # Example
///
/// ```
/// use autodiff_runtime::Tensor;
///
/// let x = Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
/// let bias = Tensor::from([10.0, 20.0, 30.0]);
/// assert_eq!(2.0 * &x + bias, Tensor::from([[12.0, 24.0, 36.0], [18.0, 30.0, 42.0]]));
/// assert_eq!(x.maximum(3.5).to_vec(), [3.5, 3.5, 3.5, 4.0, 5.0, 6.0]);
/// ```
///
/// ```
/// use autodiff_runtime::Tensor;
///
/// let j = Tensor::from_shape_vec([2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
/// assert_eq!(j.shape(), [2, 3]);
/// assert_eq!(j[[1, 0]], 4.0);
/// assert_eq!(j.to_vec(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
/// assert_eq!(j.to_string(), "[[1, 2, 3],\n [4, 5, 6]]");
/// ```
pub struct Tensor<T = f64>(
    ArcArray<T, IxDyn>,
    /// Of what [`Tensor::leave_outline`] leaves: the shape. Only rules see one.
    Option<Box<IxDyn>>,
);

impl<T> Tensor<T> {
    /// The elements in row-major order.
    ///
    /// # Panics
    ///
    /// If there are not as many as `shape` has.
    #[track_caller]
    pub fn from_shape_vec(shape: impl AsRef<[usize]>, elements: Vec<T>) -> Tensor<T> {
        let (shape, len) = (shape.as_ref(), elements.len());
        match ArcArray::from_shape_vec(IxDyn(shape), elements) {
            Ok(array) => Tensor::of(array),
            Err(_) => panic!("`Tensor::from_shape_vec`: {len} elements do not make the shape {shape:?}"),
        }
    }

    /// How long it is along each axis. In differentiated functions [`len_of`](Self::len_of) tells it of tensors that carry derivatives.
    pub fn shape(&self) -> &[usize] {
        match &self.1 {
            None => self.0.shape(),
            Some(shape) => Dimension::slice(&**shape),
        }
    }

    /// How long it is along an axis.
    ///
    /// # Panics
    ///
    /// If there is no such axis.
    #[track_caller]
    pub fn len_of(&self, axis: usize) -> usize {
        shape::check_axis("len_of", self.shape(), axis);
        self.shape()[axis]
    }

    /// The number of axes.
    pub fn ndim(&self) -> usize {
        self.0.ndim()
    }

    /// The number of elements.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// There are no elements.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The elements in row-major order, if that is how they are stored.
    pub fn as_slice(&self) -> Option<&[T]> {
        self.0.as_slice()
    }

    /// As a view of ndarray's.
    pub fn view(&self) -> ArrayView<'_, T, IxDyn> {
        self.0.view()
    }

    fn of(array: ArcArray<T, IxDyn>) -> Tensor<T> {
        Tensor(array, None)
    }

    /// The same elements of the same memory, which is not looked at.
    fn is_same(&self, other: &Tensor<T>) -> bool {
        self.0.as_ptr() == other.0.as_ptr() && self.shape() == other.shape() && self.0.strides() == other.0.strides()
    }

    /// Nothing else shares the elements, and they are all there are in memory, in row-major order: they may be overwritten.
    fn is_unique(&self) -> bool {
        self.0.is_unique() && self.0.is_standard_layout()
    }
}

impl<T: Clone + Default> Tensor<T> {
    /// Moves the tensor out and leaves its shape behind, with one element in place of all: what generated code keeps of a temporary
    /// whose elements no rule looks at.
    fn leave_outline(&mut self) -> Tensor<T> {
        let outline = Tensor(Tensor::scalar(T::default()).0, Some(Box::new(self.0.raw_dim())));
        std::mem::replace(self, outline)
    }
}

impl<T: Clone> Tensor<T> {
    /// The elements in row-major order.
    pub fn to_vec(&self) -> Vec<T> {
        zip::spread(self.shape(), self.view())
    }

    /// The elements in row-major order, for writing: nothing that shares them changes.
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        if !self.0.is_standard_layout() {
            *self = Tensor::from_shape_vec(self.shape(), self.to_vec());
        }
        self.0.as_slice_mut().expect("in row-major order")
    }
}

impl<T, I: NdIndex<IxDyn>> Index<I> for Tensor<T> {
    type Output = T;

    /// `tensor[[i, j]]`.
    fn index(&self, index: I) -> &T {
        &self.0[index]
    }
}

impl<T: Clone, I: NdIndex<IxDyn>> IndexMut<I> for Tensor<T> {
    /// `tensor[[i, j]] = x`: nothing that shares the elements changes.
    fn index_mut(&mut self, index: I) -> &mut T {
        &mut self.0[index]
    }
}

impl<T> Clone for Tensor<T> {
    fn clone(&self) -> Tensor<T> {
        Tensor(self.0.clone(), self.1.clone())
    }
}

impl<T: PartialEq> PartialEq for Tensor<T> {
    fn eq(&self, other: &Tensor<T>) -> bool {
        self.0 == other.0
    }
}

impl<T: fmt::Debug> fmt::Debug for Tensor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: fmt::Display> fmt::Display for Tensor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T, D: Dimension> From<ndarray::Array<T, D>> for Tensor<T> {
    fn from(array: ndarray::Array<T, D>) -> Tensor<T> {
        Tensor::of(array.into_dyn().into())
    }
}

impl<T, D: Dimension> From<ArcArray<T, D>> for Tensor<T> {
    fn from(array: ArcArray<T, D>) -> Tensor<T> {
        Tensor::of(array.into_dyn())
    }
}

impl<T> From<Tensor<T>> for ArcArray<T, IxDyn> {
    fn from(tensor: Tensor<T>) -> ArcArray<T, IxDyn> {
        tensor.0
    }
}

impl<T: Clone> From<Tensor<T>> for ArrayD<T> {
    fn from(tensor: Tensor<T>) -> ArrayD<T> {
        tensor.0.into_owned()
    }
}
