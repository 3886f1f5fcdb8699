//! Sums in several lanes, and records in the order in which they were made.
//!
//! Adding up floats in strict order costs the latency of an addition for each term; eight sums side by side fill the vector units.

use std::ops::{Add, AddAssign, Range};

/// How many sums run side by side.
const LANES: usize = 8;

/// What can be added up: floats, and their tangents in several directions.
pub trait Summand: Copy + Default + Add<Output = Self> + AddAssign {}

impl<T: Copy + Default + Add<Output = T> + AddAssign> Summand for T {}

/// The sum of `term(lo)`, …, `term(hi - 1)`, in some order.
///
#[inline(always)]
pub fn sum<T: Summand>(lo: usize, hi: usize, term: impl Fn(usize) -> T) -> T {
    let [sum] = sums(lo, hi, |i| [term(i)]);
    sum
}

/// Several [`sum`]s at once.
#[inline(always)]
pub fn sums<T: Summand, const N: usize>(lo: usize, hi: usize, terms: impl Fn(usize) -> [T; N]) -> [T; N] {
    let (total, []) = sums_of_both(lo, hi, |i| (terms(i), [0.0; 0]));
    total
}

/// The same of sums of two types, in the same order.
#[inline(always)]
pub fn sums_of_both<T: Summand, U: Summand, const N: usize, const M: usize>(
    lo: usize,
    hi: usize,
    terms: impl Fn(usize) -> ([T; N], [U; M]),
) -> ([T; N], [U; M]) {
    let (mut first, mut second) = ([T::default(); N], [U::default(); M]);
    let chunks = hi.saturating_sub(lo) / LANES;
    if chunks > 0 {
        let mut lanes = ([[T::default(); LANES]; N], [[U::default(); LANES]; M]);
        for chunk in 0..chunks {
            for k in 0..LANES {
                let terms = terms(lo + chunk * LANES + k);
                add_each(&mut lanes.0, k, terms.0);
                add_each(&mut lanes.1, k, terms.1);
            }
        }
        (first, second) = (lanes.0.map(total), lanes.1.map(total));
    }
    for i in lo + chunks * LANES..hi {
        let terms = terms(i);
        first.iter_mut().zip(terms.0).for_each(|(sum, term)| *sum += term);
        second.iter_mut().zip(terms.1).for_each(|(sum, term)| *sum += term);
    }
    (first, second)
}

#[inline(always)]
fn add_each<T: Summand, const N: usize>(lanes: &mut [[T; LANES]; N], k: usize, terms: [T; N]) {
    lanes.iter_mut().zip(terms).for_each(|(lanes, term)| lanes[k] += term);
}

#[inline(always)]
fn total<T: Summand>(lanes: [T; LANES]) -> T {
    lanes.into_iter().fold(T::default(), |a, b| a + b)
}

/// What the iterations of a loop over `range` recorded, in their order: the last entries before `cursor`, which moves in front of
/// them.
///
/// # Panics
///
/// If the record does not have that many; a bug of the macro.
#[inline]
pub fn last<'a, T>(record: &'a [T], cursor: &mut usize, range: Range<usize>) -> &'a [T] {
    *cursor -= range.len();
    &record[*cursor..][..range.len()]
}

/// Takes out what the last iteration has recorded.
///
/// # Panics
///
/// If nothing is left; a bug of the macro.
#[inline]
pub fn pop<T>(record: &mut Vec<T>) -> T {
    record.pop().expect("each iteration has recorded something")
}

/// Appends what each iteration of a loop records.
#[inline(always)]
pub fn record<I: Iterator, T>(record: &mut Vec<T>, iterations: I, entry: impl FnMut(I::Item) -> T) {
    record.extend(iterations.map(entry));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_any_length() {
        for n in 0..40 {
            let expected: usize = (3..3 + n).sum();
            assert_eq!(sum(3, 3 + n, |i| i as f64), expected as f64);
            assert_eq!(sums(3, 3 + n, |i| [i as f32, 1.0]), [expected as f32, n as f32]);
        }
        assert_eq!(sum(5, 2, |_| 1.0), 0.0, "a range that ends before it starts is empty");
    }

    #[test]
    fn sums_of_two_types_are_those_of_each() {
        let term = |i: usize| (i as f64).sin();
        for n in [0, 3, 8, 21] {
            let ([a, b], [c]) = sums_of_both(1, n, |i| ([term(i), 1.0], [term(i) as f32]));
            assert_eq!(([a, b], c), (sums(1, n, |i| [term(i), 1.0]), sum(1, n, |i| term(i) as f32)));
        }
    }

    #[test]
    fn the_last_entries_in_order() {
        let (record, mut cursor) = ([1, 2, 3, 4, 5], 5);
        assert_eq!(last(&record, &mut cursor, 7..9), [4, 5]);
        assert!(last(&record, &mut cursor, Range { start: 3, end: 1 }).is_empty());
        assert_eq!(last(&record, &mut cursor, 0..3), [1, 2, 3]);
        assert_eq!(cursor, 0);
    }
}
