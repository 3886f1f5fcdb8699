//! Ranges with steps, backwards.

/// `range.step_by(step).rev()`, which std has only where the length is a `usize` for certain: not for `u64`, nor for inclusive ranges.
///
/// # Panics
///
/// If the step is zero.
#[inline]
pub fn stepped_back<R: DoubleEndedIterator>(range: R, step: usize) -> impl Iterator<Item = R::Item> {
    let len = range.size_hint().0;
    let beyond = len.checked_sub(1).map_or(0, |last| last % step);
    range.rev().skip(beyond).step_by(step)
}

#[cfg(test)]
mod tests {
    use super::stepped_back;

    #[test]
    fn ends_where_the_steps_began() {
        for n in 0..12_i32 {
            for step in 1..5 {
                let mut forwards: Vec<i32> = (-3..n).step_by(step).collect();
                forwards.reverse();
                assert_eq!(stepped_back(-3..n, step).collect::<Vec<_>>(), forwards);
                assert_eq!(stepped_back(-3..=n - 1, step).collect::<Vec<_>>(), forwards);
            }
        }
        assert_eq!(stepped_back(1_u64..8, 3).collect::<Vec<_>>(), [7, 4, 1]);
    }
}
