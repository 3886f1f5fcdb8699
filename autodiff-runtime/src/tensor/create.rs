//! Constructors.

use super::Tensor;
use crate::Real;

/// # Constructors
impl<T: Clone> Tensor<T> {
    /// All elements alike.
    pub fn full(shape: impl AsRef<[usize]>, x: T) -> Tensor<T> {
        let shape = shape.as_ref();
        Tensor::from_shape_vec(shape, vec![x; shape.iter().product()])
    }

    /// A number as a tensor without axes.
    pub fn scalar(x: T) -> Tensor<T> {
        Tensor::full([], x)
    }
}

impl<T> Tensor<T> {
    /// The element at each index is what `f` makes of the index.
    ///
    /// ```
    /// use autodiff_runtime::Tensor;
    ///
    /// assert_eq!(Tensor::from_fn([2, 2], |at| 10.0 * at[0] as f64 + at[1] as f64).to_vec(), [0.0, 1.0, 10.0, 11.0]);
    /// ```
    pub fn from_fn(shape: impl AsRef<[usize]>, mut f: impl FnMut(&[usize]) -> T) -> Tensor<T> {
        let shape = shape.as_ref();
        let len = shape.iter().product();
        let mut elements = Vec::with_capacity(len);
        let mut index = vec![0; shape.len()];
        for _ in 0..len {
            elements.push(f(&index));
            for (i, len) in index.iter_mut().zip(shape).rev() {
                *i += 1;
                if *i < *len {
                    break;
                }
                *i = 0;
            }
        }
        Tensor::from_shape_vec(shape, elements)
    }
}

impl<T: Real> Tensor<T> {
    /// Zeros.
    pub fn zeros(shape: impl AsRef<[usize]>) -> Tensor<T> {
        Tensor::full(shape, T::ZERO)
    }

    /// Ones.
    pub fn ones(shape: impl AsRef<[usize]>) -> Tensor<T> {
        Tensor::full(shape, T::ONE)
    }

    /// The identity matrix.
    pub fn eye(n: usize) -> Tensor<T> {
        Tensor::from_fn([n, n], |at| if at[0] == at[1] { T::ONE } else { T::ZERO })
    }

    /// `start`, `start + step`, … as long as it is before `end`.
    ///
    /// # Panics
    ///
    /// If `step` is 0 or one of the three is not finite.
    #[track_caller]
    pub fn arange(start: T, end: T, step: T) -> Tensor<T> {
        let len = ((end - start) / step).ceil();
        assert!(len.is_finite() && step != T::ZERO, "`arange`: from {start} to {end} by {step} does not end");
        let elements: Vec<T> = (0..len.as_f64().max(0.0) as usize).map(|i| start + T::from_usize(i) * step).collect();
        Tensor::from(elements)
    }

    /// `n` numbers at equal distances, the first of which is `start` and the last `end`.
    pub fn linspace(start: T, end: T, n: usize) -> Tensor<T> {
        let last = n.saturating_sub(1);
        let step = if last == 0 { T::ZERO } else { (end - start) / T::from_usize(last) };
        let elements: Vec<T> = (0..n).map(|i| if i == last && i > 0 { end } else { start + T::from_usize(i) * step }).collect();
        Tensor::from(elements)
    }
}

/// What is an element, and no array of elements: a nested array has one meaning.
pub trait Element {}

macro_rules! elements {
    ($($elem:ty)*) => {$(
        impl Element for $elem {}
    )*};
}

elements!(f32 f64 bool u8 u16 u32 u64 usize i8 i16 i32 i64 isize);

impl<T> From<Vec<T>> for Tensor<T> {
    /// A vector.
    fn from(elements: Vec<T>) -> Tensor<T> {
        Tensor::from_shape_vec([elements.len()], elements)
    }
}

impl<T: Clone> From<&[T]> for Tensor<T> {
    /// A vector.
    fn from(elements: &[T]) -> Tensor<T> {
        Tensor::from(elements.to_vec())
    }
}

impl<T: Element, const N: usize> From<[T; N]> for Tensor<T> {
    /// A vector.
    fn from(elements: [T; N]) -> Tensor<T> {
        Tensor::from(Vec::from(elements))
    }
}

impl<T: Element, const M: usize, const N: usize> From<[[T; N]; M]> for Tensor<T> {
    /// A matrix by rows.
    fn from(rows: [[T; N]; M]) -> Tensor<T> {
        Tensor::from_shape_vec([M, N], rows.into_iter().flatten().collect())
    }
}

impl<T: Element, const L: usize, const M: usize, const N: usize> From<[[[T; N]; M]; L]> for Tensor<T> {
    /// Matrices one after the other.
    fn from(matrices: [[[T; N]; M]; L]) -> Tensor<T> {
        Tensor::from_shape_vec([L, M, N], matrices.into_iter().flatten().flatten().collect())
    }
}

impl<T> FromIterator<T> for Tensor<T> {
    /// A vector.
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Tensor<T> {
        Tensor::from(elements.into_iter().collect::<Vec<T>>())
    }
}
