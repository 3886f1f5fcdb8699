//! Arrays whose shape is known at run time.

use std::fmt;
use std::ops::{Index, IndexMut};

use ndarray::{ArcArray, ArrayD, ArrayView, Dimension, IxDyn, NdIndex};

/// An n-dimensional array: what derivatives come as whose shape the types do not tell.
///
/// A clone shares the elements; they are copied when one of the two is written to. The storage is ndarray's, into which and from
/// which it converts. Names are those of ndarray.
///
/// # Example
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
pub struct Tensor<T = f64>(ArcArray<T, IxDyn>);

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
            Ok(array) => Tensor(array),
            Err(_) => panic!("`Tensor::from_shape_vec`: {len} elements do not make the shape {shape:?}"),
        }
    }

    /// How long it is along each axis.
    pub fn shape(&self) -> &[usize] {
        self.0.shape()
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
}

impl<T: Clone> Tensor<T> {
    /// The elements in row-major order.
    pub fn to_vec(&self) -> Vec<T> {
        self.0.iter().cloned().collect()
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
        Tensor(self.0.clone())
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
        Tensor(array.into_dyn().into())
    }
}

impl<T, D: Dimension> From<ArcArray<T, D>> for Tensor<T> {
    fn from(array: ArcArray<T, D>) -> Tensor<T> {
        Tensor(array.into_dyn())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_until_one_is_written_to() {
        let a = Tensor::from_shape_vec([2, 2], vec![1.0, 2.0, 3.0, 4.0]);
        let mut b = a.clone();
        assert_eq!(a.as_slice().unwrap().as_ptr(), b.as_slice().unwrap().as_ptr());
        b[[1, 1]] = 5.0;
        assert_eq!((a[[1, 1]], b[[1, 1]]), (4.0, 5.0));
        assert_ne!(a, b);
    }

    #[test]
    fn to_ndarray_and_back() {
        let array = ndarray::arr2(&[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
        let tensor = Tensor::from(array.t().to_owned());
        assert_eq!((tensor.shape(), tensor.ndim(), tensor.len()), ([2, 3].as_slice(), 2, 6));
        assert_eq!(tensor.to_vec(), [1.0, 3.0, 5.0, 2.0, 4.0, 6.0]);
        assert_eq!(tensor.to_string(), array.t().to_string());
        assert_eq!(format!("{tensor:?}"), format!("{:?}", array.t().to_shared().into_dyn()));
        let back: ArrayD<f64> = tensor.clone().into();
        assert_eq!(back, array.t().into_dyn());
        assert_eq!(Tensor::from(ArcArray::from(tensor.clone())), tensor);
    }

    #[test]
    fn elements_out_of_order_are_no_slice() {
        let tensor = Tensor::from(ndarray::arr2(&[[1.0, 2.0], [3.0, 4.0]]).reversed_axes());
        assert_eq!(tensor.as_slice(), None);
        assert_eq!(tensor.to_vec(), [1.0, 3.0, 2.0, 4.0]);
    }

    #[test]
    fn nothing_is_a_tensor() {
        let none = Tensor::<f32>::from_shape_vec([0, 3], Vec::new());
        assert!(none.is_empty());
        let one = Tensor::from_shape_vec([], vec![7.0]);
        assert_eq!((one.ndim(), one.len(), one[[]]), (0, 1, 7.0));
    }

    #[test]
    #[should_panic(expected = "`Tensor::from_shape_vec`: 3 elements do not make the shape [2, 2]")]
    fn elements_make_the_shape() {
        Tensor::from_shape_vec([2, 2], vec![1.0; 3]);
    }
}
