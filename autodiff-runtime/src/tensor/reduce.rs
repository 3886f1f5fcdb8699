//! Sums, products, extrema and the like, of all elements or along axes.

use super::{Axes, Tensor, shape};
use crate::{Real, lanes};

/// Reduces contiguous lanes by `lane`, others by folding rows with `join`, from `first`.
struct Reduction<T, L, J> {
    first: T,
    lane: L,
    join: J,
}

impl<T: Real, L: Fn(&[T]) -> T, J: Fn(T, T) -> T> Reduction<T, L, J> {
    /// Over axes, which the result has no more.
    #[track_caller]
    fn over(&self, operation: &str, x: &Tensor<T>, axes: &[usize]) -> Tensor<T> {
        let mut out = x.clone();
        for axis in shape::descending(operation, x.shape(), axes) {
            out = self.along(&out, axis);
        }
        out
    }

    fn along(&self, x: &Tensor<T>, axis: usize) -> Tensor<T> {
        let x = x.in_order();
        let [outer, len, inner] = shape::around(x.shape(), axis);
        let elements = x.as_slice().expect("in order");
        let out = if inner == 1 {
            (0..outer).map(|i| (self.lane)(&elements[i * len..][..len])).collect()
        } else {
            let mut out = vec![self.first; outer * inner];
            for (out, block) in out.chunks_exact_mut(inner.max(1)).zip(elements.chunks_exact((len * inner).max(1))) {
                for row in block.chunks_exact(inner) {
                    out.iter_mut().zip(row).for_each(|(out, x)| *out = (self.join)(*out, *x));
                }
            }
            out
        };
        Tensor::from_shape_vec(shape::without(x.shape(), axis), out)
    }
}

/// `a` goes before `b` among largest ones: a NaN before all.
fn larger<T: Real>(a: T, b: T) -> bool {
    a > b || a.is_nan() && !b.is_nan()
}

fn smaller<T: Real>(a: T, b: T) -> bool {
    a < b || a.is_nan() && !b.is_nan()
}

/// # Reductions of everything
impl<T: Real> Tensor<T> {
    /// The sum of all elements.
    pub fn sum(&self) -> T {
        match self.as_slice() {
            Some(elements) => lanes::sum(0, elements.len(), |i| elements[i]),
            None => self.0.iter().fold(T::ZERO, |sum, x| sum + *x),
        }
    }

    /// The mean of all elements; `NaN` if there are none.
    pub fn mean(&self) -> T {
        self.sum() / T::from_usize(self.len())
    }

    /// The product of all elements.
    pub fn prod(&self) -> T {
        self.0.iter().fold(T::ONE, |product, x| product * *x)
    }

    /// The largest element; of several the first; `NaN` if there is one.
    ///
    /// # Panics
    ///
    /// If there are no elements.
    #[track_caller]
    pub fn max(&self) -> T {
        self.element(self.extremum("max", larger))
    }

    /// The smallest element; of several the first; `NaN` if there is one.
    ///
    /// # Panics
    ///
    /// If there are no elements.
    #[track_caller]
    pub fn min(&self) -> T {
        self.element(self.extremum("min", smaller))
    }

    /// The square root of the sum of the squares of all elements.
    pub fn norm(&self) -> T {
        self.square().sum().sqrt()
    }

    /// The variance of all elements, the mean square distance from the mean.
    pub fn var(&self) -> T {
        (self - self.mean()).square().mean()
    }

    /// The standard deviation, the square root of the variance.
    pub fn std(&self) -> T {
        self.var().sqrt()
    }

    /// Where the largest element is, counted in row-major order.
    ///
    /// # Panics
    ///
    /// If there are no elements.
    #[track_caller]
    pub fn argmax(&self) -> usize {
        self.extremum("argmax", larger)
    }

    /// Where the smallest element is, counted in row-major order.
    ///
    /// # Panics
    ///
    /// If there are no elements.
    #[track_caller]
    pub fn argmin(&self) -> usize {
        self.extremum("argmin", smaller)
    }

    #[track_caller]
    fn extremum(&self, operation: &str, before: impl Fn(T, T) -> bool) -> usize {
        let mut elements = self.0.iter().copied().enumerate();
        let Some(first) = elements.next() else { panic!("`{operation}`: the shape {:?} has no elements", self.shape()) };
        elements.fold(first, |best, next| if before(next.1, best.1) { next } else { best }).0
    }

    /// The element with this number in row-major order.
    fn element(&self, at: usize) -> T {
        match self.as_slice() {
            Some(elements) => elements[at],
            None => *self.0.iter().nth(at).expect("there is one"),
        }
    }
}

/// A reduction along axes, and the form that keeps them with length 1.
macro_rules! along_axes {
    ($($name:ident $keep:ident $doc:literal |$x:ident, $axes:ident| $value:expr;)*) => {
        /// # Reductions along an axis, or several
        ///
        /// The result has the axes no more; in the `_keep` forms they stay, of length 1.
        impl<T: Real> Tensor<T> {
            $(
                #[doc = concat!($doc, " along axes.")]
                ///
                /// # Panics
                ///
                /// If there are no such axes.
                #[track_caller]
                pub fn $name(&self, axes: impl Axes) -> Tensor<T> {
                    let ($x, $axes) = (self, axes.axes());
                    $value
                }

                #[doc = concat!("[`", stringify!($name), "`](Self::", stringify!($name), "), with the axes kept.")]
                ///
                /// # Panics
                ///
                /// If there are no such axes.
                #[track_caller]
                pub fn $keep(&self, axes: impl Axes) -> Tensor<T> {
                    let axes = axes.axes();
                    self.$name(axes).reshape(shape::kept(self.shape(), axes))
                }
            )*
        }
    };
}

along_axes! {
    sum_axis sum_axis_keep "The sum" |x, axes| {
        let lane = |row: &[T]| lanes::sum(0, row.len(), |i| row[i]);
        Reduction { first: T::ZERO, lane, join: |a, b| a + b }.over("sum_axis", x, axes)
    };
    mean_axis mean_axis_keep "The mean" |x, axes| {
        let sum = x.sum_axis(axes);
        sum * T::from_usize(shape::count(x.shape(), axes)).recip()
    };
    prod_axis prod_axis_keep "The product" |x, axes| {
        let lane = |row: &[T]| row.iter().fold(T::ONE, |product, x| product * *x);
        Reduction { first: T::ONE, lane, join: |a, b| a * b }.over("prod_axis", x, axes)
    };
    norm_axis norm_axis_keep "The square root of the sum of the squares" |x, axes| x.square().sum_axis(axes).sqrt();
    var_axis var_axis_keep "The variance, the mean square distance from the mean," |x, axes| {
        (x - x.mean_axis_keep(axes)).square().mean_axis(axes)
    };
    std_axis std_axis_keep "The standard deviation, the square root of the variance," |x, axes| x.var_axis(axes).sqrt();
    max_axis max_axis_keep "The largest element, of several the first, `NaN` if there is one," |x, axes| x.take_flat(&x.places_of_max(axes));
    min_axis min_axis_keep "The smallest element, of several the first, `NaN` if there is one," |x, axes| x.take_flat(&x.places_of_min(axes));
}

impl<T: Real> Tensor<T> {
    /// The index of the largest element along an axis.
    ///
    /// # Panics
    ///
    /// If there is no such axis, or its length is 0.
    #[track_caller]
    pub fn argmax_axis(&self, axis: usize) -> Tensor<usize> {
        self.index_along(axis, &self.extremum_places("argmax_axis", axis, larger))
    }

    /// [`argmax_axis`](Self::argmax_axis), with the axis kept.
    ///
    /// # Panics
    ///
    /// If there is no such axis, or its length is 0.
    #[track_caller]
    pub fn argmax_axis_keep(&self, axis: usize) -> Tensor<usize> {
        self.argmax_axis(axis).expand(axis)
    }

    /// The index of the smallest element along an axis.
    ///
    /// # Panics
    ///
    /// If there is no such axis, or its length is 0.
    #[track_caller]
    pub fn argmin_axis(&self, axis: usize) -> Tensor<usize> {
        self.index_along(axis, &self.extremum_places("argmin_axis", axis, smaller))
    }

    /// [`argmin_axis`](Self::argmin_axis), with the axis kept.
    ///
    /// # Panics
    ///
    /// If there is no such axis, or its length is 0.
    #[track_caller]
    pub fn argmin_axis_keep(&self, axis: usize) -> Tensor<usize> {
        self.argmin_axis(axis).expand(axis)
    }

    /// Where in row-major order the largest elements along axes are.
    #[track_caller]
    pub(super) fn places_of_max(&self, axes: &[usize]) -> Tensor<usize> {
        self.extremum_places_over("max_axis", axes, larger)
    }

    /// Where in row-major order the smallest elements along axes are.
    #[track_caller]
    pub(super) fn places_of_min(&self, axes: &[usize]) -> Tensor<usize> {
        self.extremum_places_over("min_axis", axes, smaller)
    }

    /// Along several axes: they are moved behind the others and made one, and so are the places.
    #[track_caller]
    fn extremum_places_over(&self, operation: &str, axes: &[usize], before: impl Fn(T, T) -> bool) -> Tensor<usize> {
        if let [axis] = axes {
            return self.extremum_places(operation, *axis, before);
        }
        let reduced = shape::descending(operation, self.shape(), axes);
        let others: Vec<usize> = (0..self.ndim()).filter(|axis| !reduced.contains(axis)).collect();
        let order: Vec<usize> = others.iter().copied().chain(reduced.iter().rev().copied()).collect();
        let mut shape: Vec<usize> = others.iter().map(|axis| self.shape()[*axis]).collect();
        shape.push(shape::count(self.shape(), axes));
        let best = self.permute(&order).reshape(&shape).extremum_places(operation, others.len(), before);
        let places = (0..self.len()).collect::<Tensor<usize>>().reshape(self.shape());
        places.permute(&order).flatten().take_flat(&best)
    }

    #[track_caller]
    fn extremum_places(&self, operation: &str, axis: usize, before: impl Fn(T, T) -> bool) -> Tensor<usize> {
        shape::check_axis(operation, self.shape(), axis);
        let x = self.in_order();
        let [outer, len, inner] = shape::around(x.shape(), axis);
        assert!(len > 0 || outer * inner == 0, "`{operation}`: axis {axis} of the shape {:?} has no elements", x.shape());
        let elements = x.as_slice().expect("in order");
        let best = |start: usize| {
            (1..len).fold(start, |best, i| {
                let at = start + i * inner;
                if before(elements[at], elements[best]) { at } else { best }
            })
        };
        let places = (0..outer).flat_map(|i| (0..inner).map(move |j| i * len * inner + j)).map(best).collect();
        Tensor::from_shape_vec(shape::without(x.shape(), axis), places)
    }

    fn index_along(&self, axis: usize, places: &Tensor<usize>) -> Tensor<usize> {
        let [_, len, inner] = shape::around(self.shape(), axis);
        places.map(|at| at / inner % len)
    }

    /// The sums of the elements so far along an axis.
    ///
    /// # Panics
    ///
    /// If there is no such axis.
    #[track_caller]
    pub fn cumsum(&self, axis: usize) -> Tensor<T> {
        shape::check_axis("cumsum", self.shape(), axis);
        let [_, len, inner] = shape::around(self.shape(), axis);
        let mut sums = self.in_order();
        let sums_so_far = sums.as_mut_slice();
        for block in sums_so_far.chunks_exact_mut((len * inner).max(1)) {
            for i in inner..block.len() {
                block[i] = block[i - inner] + block[i];
            }
        }
        sums
    }
}

/// # Reductions of truth values
impl Tensor<bool> {
    /// At least one is true.
    pub fn any(&self) -> bool {
        self.0.iter().any(|x| *x)
    }

    /// All are true.
    pub fn all(&self) -> bool {
        self.0.iter().all(|x| *x)
    }

    /// At least one is true along axes.
    ///
    /// # Panics
    ///
    /// If there are no such axes.
    #[track_caller]
    pub fn any_axis(&self, axes: impl Axes) -> Tensor<bool> {
        self.joined("any_axis", axes.axes(), false, |a, b| a | b)
    }

    /// [`any_axis`](Self::any_axis), with the axes kept.
    ///
    /// # Panics
    ///
    /// If there are no such axes.
    #[track_caller]
    pub fn any_axis_keep(&self, axes: impl Axes) -> Tensor<bool> {
        let axes = axes.axes();
        self.any_axis(axes).reshape(shape::kept(self.shape(), axes))
    }

    /// All are true along axes.
    ///
    /// # Panics
    ///
    /// If there are no such axes.
    #[track_caller]
    pub fn all_axis(&self, axes: impl Axes) -> Tensor<bool> {
        self.joined("all_axis", axes.axes(), true, |a, b| a & b)
    }

    /// [`all_axis`](Self::all_axis), with the axes kept.
    ///
    /// # Panics
    ///
    /// If there are no such axes.
    #[track_caller]
    pub fn all_axis_keep(&self, axes: impl Axes) -> Tensor<bool> {
        let axes = axes.axes();
        self.all_axis(axes).reshape(shape::kept(self.shape(), axes))
    }

    #[track_caller]
    fn joined(&self, operation: &str, axes: &[usize], first: bool, join: fn(bool, bool) -> bool) -> Tensor<bool> {
        let axes = shape::descending(operation, self.shape(), axes);
        let along = |x: Tensor<bool>, axis: usize| Tensor::from(x.0.fold_axis(ndarray::Axis(axis), first, |a, b| join(*a, *b)));
        axes.into_iter().fold(self.clone(), along)
    }

    /// How many are true.
    pub fn count(&self) -> usize {
        self.0.iter().filter(|x| **x).count()
    }
}
