//! Parts of a tensor: ranges, single indices and steps along each axis.

use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

use ndarray::{ArrayBase, Axis, IxDyn, RawData, Slice};

use super::{Tensor, shape};
use crate::slot::Ignored;

/// What is taken along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// One index; the axis is dropped.
    At(usize),
    /// From the first to before the second; to the end if that is `None`. Every `step`th; with a negative step from the last
    /// of them backwards.
    Range(usize, Option<usize>, isize),
}

impl Part {
    /// Every `step`th of what is taken; with a negative step from the last backwards, as in ndarray.
    ///
    /// ```
    /// use autodiff_runtime::{Part, Tensor};
    ///
    /// let x = Tensor::arange(0.0, 6.0, 1.0);
    /// assert_eq!(x.slice(Part::from(1..).step(2)).to_vec(), [1.0, 3.0, 5.0]);
    /// assert_eq!(x.slice(Part::from(..3).step(-1)).to_vec(), [2.0, 1.0, 0.0]);
    /// ```
    pub fn step(self, step: isize) -> Part {
        match self {
            Part::At(_) => self,
            Part::Range(from, to, _) => Part::Range(from, to, step),
        }
    }

    /// What it takes along an axis that is long enough.
    pub(super) fn of_axis<S: RawData>(self, mut array: ArrayBase<S, IxDyn>, axis: Axis) -> ArrayBase<S, IxDyn> {
        match self {
            Part::At(i) => array.index_axis_move(axis, i),
            Part::Range(from, to, step) => {
                array.slice_axis_inplace(axis, Slice { start: from as isize, end: to.map(|to| to as isize), step });
                array
            }
        }
    }
}

macro_rules! parts {
    ($($range:ty: |$r:ident| $part:expr;)*) => {$(
        impl From<$range> for Part {
            fn from($r: $range) -> Part {
                $part
            }
        }
    )*};
}

parts! {
    usize: |i| Part::At(i);
    Range<usize>: |r| Part::Range(r.start, Some(r.end), 1);
    RangeFrom<usize>: |r| Part::Range(r.start, None, 1);
    RangeTo<usize>: |r| Part::Range(0, Some(r.end), 1);
    RangeInclusive<usize>: |r| Part::Range(*r.start(), Some(*r.end() + 1), 1);
    RangeToInclusive<usize>: |r| Part::Range(0, Some(r.end + 1), 1);
    RangeFull: |_r| Part::Range(0, None, 1);
}

/// What is taken along the first axes: a range, an index or a [`Part`], or a tuple of these.
pub trait Parts {
    /// How generated code passes it to a pullback.
    #[doc(hidden)]
    type Slot<'a>
    where
        Self: 'a;

    /// One for each axis, in order; all is taken along those that are left.
    fn parts(&self) -> Vec<Part>;
}

impl<P: Into<Part> + Clone> Parts for P {
    type Slot<'a>
        = Ignored
    where
        Self: 'a;

    fn parts(&self) -> Vec<Part> {
        vec![self.clone().into()]
    }
}

impl Parts for [Part] {
    type Slot<'a> = &'a [Part];

    fn parts(&self) -> Vec<Part> {
        self.to_vec()
    }
}

impl Parts for &[Part] {
    type Slot<'a>
        = &'a Self
    where
        Self: 'a;

    fn parts(&self) -> Vec<Part> {
        self.to_vec()
    }
}

macro_rules! tuples {
    ($($($part:ident)*;)*) => {$(
        impl<$($part: Into<Part> + Clone),*> Parts for ($($part,)*) {
            type Slot<'a>
                = Ignored
            where
                Self: 'a;

            #[allow(non_snake_case, reason = "one name for the type and the value")]
            fn parts(&self) -> Vec<Part> {
                let ($($part,)*) = self;
                vec![$($part.clone().into()),*]
            }
        }
    )*};
}

tuples! {
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
}

impl<T: Clone> Tensor<T> {
    /// A part of the tensor, which shares the elements.
    ///
    /// ```
    /// use autodiff_runtime::Tensor;
    ///
    /// let x = Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    /// assert_eq!(x.slice(1).to_vec(), [4.0, 5.0, 6.0]);
    /// assert_eq!(x.slice((.., 1..)), Tensor::from([[2.0, 3.0], [5.0, 6.0]]));
    /// assert_eq!(x.slice((.., 0)).to_vec(), [1.0, 4.0]);
    /// ```
    ///
    /// # Panics
    ///
    /// If the tensor has no such part.
    #[track_caller]
    pub fn slice(&self, parts: impl Parts) -> Tensor<T> {
        let parts = parts.parts();
        shape::check_parts("slice", self.shape(), &parts);
        let mut array = self.0.clone();
        for (axis, part) in parts.iter().enumerate().rev() {
            array = part.of_axis(array, Axis(axis));
        }
        Tensor::of(array)
    }

    /// The element or the rest at an index of an axis, which is dropped.
    ///
    /// # Panics
    ///
    /// If there is no such axis or index.
    #[track_caller]
    pub fn index_axis(&self, axis: usize, index: usize) -> Tensor<T> {
        shape::check_axis("index_axis", self.shape(), axis);
        self.along(axis, Part::At(index))
    }

    /// A range of an axis.
    ///
    /// # Panics
    ///
    /// If there is no such axis or range.
    #[track_caller]
    pub fn slice_axis(&self, axis: usize, part: impl Into<Part>) -> Tensor<T> {
        shape::check_axis("slice_axis", self.shape(), axis);
        self.along(axis, part.into())
    }

    #[track_caller]
    fn along(&self, axis: usize, part: Part) -> Tensor<T> {
        let mut parts = vec![Part::from(..); axis + 1];
        parts[axis] = part;
        self.slice(&*parts)
    }

    /// Backwards along an axis, sharing the elements.
    ///
    /// # Panics
    ///
    /// If there is no such axis.
    #[track_caller]
    pub fn flip(&self, axis: usize) -> Tensor<T> {
        shape::check_axis("flip", self.shape(), axis);
        self.along(axis, Part::from(..).step(-1))
    }

    /// Cut along an axis into pieces of these lengths.
    ///
    /// # Panics
    ///
    /// If there is no such axis, or the lengths do not add up to its.
    #[track_caller]
    pub fn split(&self, axis: usize, lengths: impl AsRef<[usize]>) -> Vec<Tensor<T>> {
        let lengths = lengths.as_ref();
        shape::check_axis("split", self.shape(), axis);
        assert!(
            lengths.iter().sum::<usize>() == self.shape()[axis],
            "`split`: the lengths {lengths:?} do not add up to axis {axis} of the shape {:?}",
            self.shape()
        );
        let mut from = 0;
        let piece = |len: &usize| {
            from += len;
            self.along(axis, Part::from(from - len..from))
        };
        lengths.iter().map(piece).collect()
    }
}
