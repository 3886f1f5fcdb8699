//! Shapes, and buffers of the caller's.

use crate::differentiable::Differentiable;
use crate::flat::Flat;

/// Two things that are combined elementwise have the same length.
///
/// # Panics
///
/// If not.
#[inline(always)]
#[track_caller]
pub(crate) fn same_length(expected: usize, found: usize) {
    assert!(expected == found, "a shadow of length {expected} meets one of length {found}");
}

/// The lengths inside a value, from the outside in. Does not allocate for plain slices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lengths {
    first: Option<usize>,
    rest: Vec<usize>,
}

impl Lengths {
    /// Those of `x`.
    #[inline]
    pub fn of<T: Flat + ?Sized>(x: &T) -> Lengths {
        let mut lengths = Lengths::default();
        if T::VARIES {
            x.lengths(&mut |length| match lengths.first {
                None => lengths.first = Some(length),
                Some(_) => lengths.rest.push(length),
            });
        }
        lengths
    }

    /// Demands the same lengths of `buffer`, which is called `name` and belongs to `owner`.
    ///
    /// # Panics
    ///
    /// If they differ.
    #[inline]
    #[track_caller]
    pub fn check<T: Flat + ?Sized>(&self, owner: &str, name: &str, buffer: &T) {
        let found = Lengths::of(buffer);
        if *self != found {
            self.mismatch(owner, name, &found);
        }
    }

    #[cold]
    #[track_caller]
    fn mismatch(&self, owner: &str, name: &str, found: &Lengths) -> ! {
        if self.first != found.first {
            let (expected, found) = (self.first.unwrap_or(0), found.first.unwrap_or(0));
            panic!("`{name}` has length {found}, but {owner} has length {expected}");
        }
        let (at, expected, found) = match self.rest.iter().zip(&found.rest).position(|(a, b)| a != b) {
            Some(at) => (at, self.rest[at], found.rest[at]),
            None => (self.rest.len().min(found.rest.len()), self.rest.len(), found.rest.len()),
        };
        panic!("`{name}` has not the shape of {owner}: inner length {at} is {found} and should be {expected}");
    }
}

/// Demands that `buffer` has the lengths of `x`.
///
/// # Panics
///
/// If it has not.
#[inline(always)]
#[track_caller]
pub fn check_lengths<X: Flat + ?Sized, B: Flat + ?Sized>(owner: &str, x: &X, name: &str, buffer: &B) {
    if X::VARIES {
        Lengths::of(x).check(owner, name, buffer);
    }
}

/// A slice as the array of `N` elements that it must be.
///
/// # Panics
///
/// If its length is not `N`.
#[inline]
#[track_caller]
pub fn check_array<'a, T, const N: usize>(owner: &str, name: &str, slice: &'a [T]) -> &'a [T; N] {
    match slice.try_into() {
        Ok(array) => array,
        Err(_) => panic!("`{name}` has length {}, but {owner} has length {N}", slice.len()),
    }
}

/// The gradient that was accumulated in a shadow.
#[inline(always)]
pub fn into_grad<T: Differentiable + ?Sized>(zeros: T::Zeros) -> T::Grad {
    T::into_grad(zeros)
}

/// An owned tangent as it is passed.
#[inline(always)]
pub fn tangent_of<T: Differentiable + ?Sized>(grad: &T::Grad) -> &T::Tangent {
    std::borrow::Borrow::borrow(grad)
}

/// A copy of a tangent as it is owned.
#[inline]
pub fn copied_tangent<T: Differentiable + ?Sized>(tangent: &T::Tangent) -> T::Grad {
    T::into_grad(T::seed(tangent))
}

/// Overwrites the caller's buffer with a gradient.
#[inline(always)]
pub fn store<T: Differentiable + ?Sized>(zeros: &T::Zeros, tangent: &mut T::Tangent) {
    T::store(std::borrow::Borrow::borrow(zeros), tangent, false);
}

/// Adds a gradient to the caller's buffer.
#[inline(always)]
pub fn store_add<T: Differentiable + ?Sized>(zeros: &T::Zeros, tangent: &mut T::Tangent) {
    T::store(std::borrow::Borrow::borrow(zeros), tangent, true);
}

/// Sets a buffer to zero.
#[inline]
pub fn clear_tangent<T: Flat + ?Sized>(tangent: &mut T) {
    tangent.floats_mut(&mut |_| 0.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "`w_bar` has length 3, but `w` has length 5")]
    fn lengths_are_checked() {
        check_lengths("`w`", [0.0; 5].as_slice(), "w_bar", [0.0; 3].as_slice());
    }

    #[test]
    #[should_panic(expected = "`m_bar` has not the shape of `m`: inner length 1 is 2 and should be 1")]
    fn inner_lengths_are_checked() {
        check_lengths("`m`", &vec![vec![0.0], vec![0.0]], "m_bar", &vec![vec![0.0], vec![0.0; 2]]);
    }

    #[test]
    fn equal_shapes_pass() {
        check_lengths("`m`", &vec![vec![0.0], vec![0.0]], "m_bar", &vec![vec![1.0], vec![1.0]]);
        check_lengths("`x`", &1.0, "x_bar", &2.0);
        assert_eq!(check_array::<_, 2>("`y`", "y_bar", &[1.0, 2.0]), &[1.0, 2.0]);
    }

    #[test]
    fn stored_or_added() {
        let shadow = <[f64]>::seed(&[1.0, 2.0]);
        let mut buffer = [10.0, 20.0];
        store_add::<[f64]>(&shadow, &mut buffer);
        assert_eq!(buffer, [11.0, 22.0]);
        store::<[f64]>(&shadow, &mut buffer);
        assert_eq!(buffer, [1.0, 2.0]);
        clear_tangent(&mut buffer);
        assert_eq!(buffer, [0.0, 0.0]);
    }
}
