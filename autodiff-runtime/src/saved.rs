//! Copies of slices that a pullback puts back.

use std::ops::Deref;

/// So many elements need no allocation: the vectors of geometry. More would make all records of pullbacks larger.
const FEW: usize = 4;

/// A copy of a slice. If that is short, it lies in place, so that functions on small buffers do not allocate for each call.
#[derive(Clone, Debug)]
pub enum Saved<T> {
    /// So many, at the start of the array.
    Few(u8, [T; FEW]),
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
    Saved::Few(slice.len() as u8, few)
}

impl<T> Deref for Saved<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        match self {
            Saved::Few(len, few) => &few[..usize::from(*len)],
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
