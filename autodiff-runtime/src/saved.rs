//! Copies of slices that a pullback puts back.

use std::ops::Deref;

/// So many elements need no allocation: vectors and matrices of geometry.
const FEW: usize = 8;

/// A copy of a slice. If that is short, it lies in place, so that functions on small buffers do not allocate for each call.
#[derive(Clone, Debug)]
pub enum Saved<T> {
    /// The first of the elements are the slice.
    Few([T; FEW], usize),
    /// All of them.
    Many(Box<[T]>),
}

/// Copies a slice.
#[inline]
pub fn saved<T: Copy + Default>(slice: &[T]) -> Saved<T> {
    if slice.len() > FEW {
        return Saved::Many(slice.into());
    }
    let mut few = [T::default(); FEW];
    few[..slice.len()].copy_from_slice(slice);
    Saved::Few(few, slice.len())
}

impl<T> Deref for Saved<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        match self {
            Saved::Few(few, len) => &few[..*len],
            Saved::Many(many) => many,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::saved;

    #[test]
    fn of_any_length() {
        for n in 0..20 {
            let slice: Vec<i32> = (0..n).collect();
            assert_eq!(*saved(&slice).clone(), slice[..]);
        }
    }
}
