//! Shadows: memory of a value's shape whose floats are `Cell`s, used through shared references.

use std::cell::Cell;

use crate::differentiable::Differentiable;
use crate::real::Real;
use crate::store::same_length;

/// What the reverse sweep does to a shadow as a whole.
///
/// # Panics
///
/// Everything that takes a second operand panics if that has another shape: nothing is dropped silently. A longer one may be added
/// where all that is too much is zero: a `Vec` may have grown since, and what was pushed has taken its share already.
pub trait ShadowOps {
    /// What comes out of it by value.
    type Grad;

    /// Adds `other`, elementwise.
    fn add_from(&self, other: &Self);

    /// Adds `other`, elementwise, and leaves zeros there.
    fn take_from(&self, other: &Self);

    /// Sets everything to zero.
    fn clear(&self);

    /// Everything is zero.
    fn is_zero(&self) -> bool;

    /// Exchanges the contents with `other`, elementwise.
    fn swap_with(&self, other: &Self) {
        let (mine, theirs) = (self.take_grad(), other.take_grad());
        self.add_grad(theirs);
        other.add_grad(mine);
    }

    /// Adds a gradient.
    fn add_grad(&self, grad: Self::Grad);

    /// The gradient that has been accumulated; leaves zeros.
    fn take_grad(&self) -> Self::Grad;

    /// The gradient that has been accumulated.
    fn peek_grad(&self) -> Self::Grad;
}

/// Accumulation into one float; emitted code has it in scope.
pub trait CellExt<T> {
    /// Adds `v`.
    fn add(&self, v: T);
}

impl<T: Real> CellExt<T> for Cell<T> {
    #[inline(always)]
    fn add(&self, v: T) {
        self.set(self.get() + v);
    }
}

impl<T: Real> ShadowOps for Cell<T> {
    type Grad = T;

    #[inline(always)]
    fn add_from(&self, other: &Self) {
        self.add(other.get());
    }

    #[inline(always)]
    fn take_from(&self, other: &Self) {
        // Taken first: the two may be the same cell.
        let v = other.take();
        self.add(v);
    }

    #[inline(always)]
    fn clear(&self) {
        self.set(T::default());
    }

    #[inline(always)]
    fn is_zero(&self) -> bool {
        self.get() == T::default()
    }

    #[inline(always)]
    fn swap_with(&self, other: &Self) {
        self.swap(other);
    }

    #[inline(always)]
    fn add_grad(&self, grad: T) {
        self.add(grad);
    }

    #[inline(always)]
    fn take_grad(&self) -> T {
        self.take()
    }

    #[inline(always)]
    fn peek_grad(&self) -> T {
        self.get()
    }
}

impl ShadowOps for () {
    type Grad = ();

    #[inline(always)]
    fn add_from(&self, _: &Self) {}

    #[inline(always)]
    fn take_from(&self, _: &Self) {}

    #[inline(always)]
    fn clear(&self) {}

    #[inline(always)]
    fn is_zero(&self) -> bool {
        true
    }

    #[inline(always)]
    fn add_grad(&self, _: ()) {}

    #[inline(always)]
    fn take_grad(&self) {}

    #[inline(always)]
    fn peek_grad(&self) {}
}

/// The elements for a shadow of `len` elements.
#[inline(always)]
fn of_length<S: ShadowOps>(len: usize, from: &[S]) -> &[S] {
    if from.len() == len { from } else { grown(len, from) }
}

#[cold]
fn grown<S: ShadowOps>(len: usize, from: &[S]) -> &[S] {
    match from.split_at_checked(len) {
        Some((elements, rest)) if rest.iter().all(S::is_zero) => elements,
        Some(_) | None => {
            same_length(len, from.len());
            from
        }
    }
}

/// Shadows that are sequences, through slices of them.
macro_rules! sequence {
    ($([$($generics:tt)*] $ty:ty, $grad:ty, $slice:expr, $collect:expr;)*) => {$(
        impl<S: ShadowOps, $($generics)*> ShadowOps for $ty {
            type Grad = $grad;

            #[inline]
            fn add_from(&self, other: &Self) {
                let (to, from): (&[S], &[S]) = ($slice(self), $slice(other));
                to.iter().zip(of_length(to.len(), from)).for_each(|(to, from)| to.add_from(from));
            }

            #[inline]
            fn take_from(&self, other: &Self) {
                let (to, from): (&[S], &[S]) = ($slice(self), $slice(other));
                to.iter().zip(of_length(to.len(), from)).for_each(|(to, from)| to.take_from(from));
            }

            #[inline]
            fn clear(&self) {
                $slice(self).iter().for_each(S::clear);
            }

            #[inline]
            fn is_zero(&self) -> bool {
                $slice(self).iter().all(S::is_zero)
            }

            #[inline]
            fn swap_with(&self, other: &Self) {
                let (one, other): (&[S], &[S]) = ($slice(self), $slice(other));
                same_length(one.len(), other.len());
                one.iter().zip(other).for_each(|(one, other)| one.swap_with(other));
            }

            #[inline]
            fn add_grad(&self, grad: Self::Grad) {
                let to: &[S] = $slice(self);
                same_length(to.len(), grad.as_slice().len());
                to.iter().zip(grad).for_each(|(to, grad)| to.add_grad(grad));
            }

            #[inline]
            fn take_grad(&self) -> Self::Grad {
                $collect(self, S::take_grad)
            }

            #[inline]
            fn peek_grad(&self) -> Self::Grad {
                $collect(self, S::peek_grad)
            }
        }
    )*};
}

#[inline(always)]
fn collect<S: ShadowOps>(shadow: &[S], f: fn(&S) -> S::Grad) -> Vec<S::Grad> {
    shadow.iter().map(f).collect()
}

#[inline(always)]
fn collect_array<S: ShadowOps, const N: usize>(shadow: &[S; N], f: fn(&S) -> S::Grad) -> [S::Grad; N] {
    shadow.each_ref().map(f)
}

#[inline(always)]
fn collect_option<S: ShadowOps>(shadow: &Option<S>, f: fn(&S) -> S::Grad) -> Option<S::Grad> {
    shadow.as_ref().map(f)
}

sequence! {
    [] [S], Vec<S::Grad>, std::convert::identity, collect;
    [] Vec<S>, Vec<S::Grad>, Vec::as_slice, collect;
    [const N: usize] [S; N], [S::Grad; N], <[S; N]>::as_slice, collect_array;
    [] Option<S>, Option<S::Grad>, Option::as_slice, collect_option;
}

impl<S: ShadowOps> ShadowOps for Box<S> {
    type Grad = Box<S::Grad>;

    #[inline]
    fn add_from(&self, other: &Self) {
        (**self).add_from(other);
    }

    #[inline]
    fn take_from(&self, other: &Self) {
        (**self).take_from(other);
    }

    #[inline]
    fn clear(&self) {
        (**self).clear();
    }

    #[inline]
    fn is_zero(&self) -> bool {
        (**self).is_zero()
    }

    #[inline]
    fn add_grad(&self, grad: Self::Grad) {
        (**self).add_grad(*grad);
    }

    #[inline]
    fn take_grad(&self) -> Self::Grad {
        Box::new((**self).take_grad())
    }

    #[inline]
    fn peek_grad(&self) -> Self::Grad {
        Box::new((**self).peek_grad())
    }
}

// Emitted code may pass `&x_bar` where `x_bar` is a reference already.
impl<S: ShadowOps + ?Sized> ShadowOps for &S {
    type Grad = S::Grad;

    #[inline(always)]
    fn add_from(&self, other: &Self) {
        (**self).add_from(other);
    }

    #[inline(always)]
    fn take_from(&self, other: &Self) {
        (**self).take_from(other);
    }

    #[inline(always)]
    fn clear(&self) {
        (**self).clear();
    }

    #[inline(always)]
    fn is_zero(&self) -> bool {
        (**self).is_zero()
    }

    #[inline(always)]
    fn add_grad(&self, grad: S::Grad) {
        (**self).add_grad(grad);
    }

    #[inline(always)]
    fn take_grad(&self) -> S::Grad {
        (**self).take_grad()
    }

    #[inline(always)]
    fn peek_grad(&self) -> S::Grad {
        (**self).peek_grad()
    }
}

/// Exchanges two shadows of which either may not be wanted: then nothing flows in from there.
#[inline]
pub fn swap_shadows<S: ShadowOps + ?Sized>(a: Option<&S>, b: Option<&S>) {
    match (a, b) {
        (Some(a), Some(b)) => a.swap_with(b),
        (Some(one), None) | (None, Some(one)) => one.clear(),
        (None, None) => {}
    }
}

/// A shadow like `x`, all zero.
#[inline(always)]
pub fn zeros<T: Differentiable + ?Sized>(x: &T) -> T::Zeros {
    x.zeros()
}

/// A gradient or tangent like `x`, all zero.
#[inline(always)]
pub fn zero_grad<T: Differentiable + ?Sized>(x: &T) -> T::Grad {
    x.zero_grad()
}

/// A shadow that holds a cotangent.
#[inline(always)]
pub fn seed<T: Differentiable + ?Sized>(tangent: &T::Tangent) -> T::Zeros {
    T::seed(tangent)
}

/// The shadow that an owned one is.
#[inline(always)]
pub fn shadow_of<T: Differentiable + ?Sized>(zeros: &T::Zeros) -> &T::Shadow {
    std::borrow::Borrow::borrow(zeros)
}

/// The shadow of `len` floats of the type of `zero`.
#[inline]
pub fn cells<T: Copy>(zero: T, len: usize) -> Vec<Cell<T>> {
    vec![zero; len].into_iter().map(Cell::new).collect()
}

/// The shadow of an array of floats of the type of `zero`.
#[inline]
pub fn cell_array<T: Copy, const N: usize>(zero: T) -> [Cell<T>; N] {
    [zero; N].map(Cell::new)
}

/// What a loop over `lo..hi` sees of `a`: nothing if there is no iteration, however far out the ends are.
///
/// # Panics
///
/// If the range is not empty and `a` does not have it.
#[inline]
pub fn range<T>(a: &[T], lo: usize, hi: usize) -> &[T] {
    if lo < hi { &a[lo..hi] } else { &a[..0] }
}

/// [`range`], for writing.
///
/// # Panics
///
/// As [`range`].
#[inline]
pub fn range_mut<T>(a: &mut [T], lo: usize, hi: usize) -> &mut [T] {
    if lo < hi { &mut a[lo..hi] } else { &mut a[..0] }
}

#[cfg(test)]
mod tests;
