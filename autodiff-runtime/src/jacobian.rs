//! Matrices of derivatives: a row-major block of numbers for each output and input.

use crate::flat::Flat;
use crate::real::Real;
use crate::wide::LANES;

/// How a Jacobian is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// By columns, in forward mode.
    Forward,
    /// By rows, in reverse mode.
    Reverse,
    /// As costs less.
    Either,
}

impl Mode {
    /// By columns, of which there are `columns`?
    #[inline(always)]
    pub fn is_forward(self, rows: usize, columns: usize) -> bool {
        match self {
            Mode::Forward => true,
            Mode::Reverse => false,
            Mode::Either => columns <= rows,
        }
    }

    /// The same if a run gives [`LANES`] columns, which takes about as long as two rows (`docs/wide-tangents.md`).
    #[inline(always)]
    pub fn is_forward_wide(self, rows: usize, columns: usize) -> bool {
        self.is_forward(rows, 2 * columns.div_ceil(LANES))
    }
}

/// The number of floats in a value.
#[inline]
pub fn count<T: Flat + ?Sized>(x: &T) -> usize {
    let mut count = 0;
    x.floats(&mut |_, _| count += 1);
    count
}

/// Which of several lists, one behind the other, has the element `at`, and where.
///
/// # Panics
///
/// If there are not that many elements; a bug of the macro.
#[inline(always)]
pub fn locate<const N: usize>(lengths: &[usize; N], at: usize) -> (usize, usize) {
    let mut at = at;
    for (list, length) in lengths.iter().enumerate() {
        if at < *length {
            return (list, at);
        }
        at -= length;
    }
    unreachable!("beyond the last list");
}

/// A direction with a single 1 in it, over several values.
#[derive(Debug)]
pub struct Unit {
    /// Floats to come before the 1.
    left: Option<usize>,
}

impl Unit {
    /// The 1 is at `at`.
    #[inline(always)]
    pub fn new(at: usize) -> Unit {
        Unit { left: Some(at) }
    }

    /// Overwrites the next value's floats.
    #[inline(always)]
    pub fn fill<T: Flat + ?Sized>(&mut self, tangent: &mut T) {
        tangent.floats_mut(&mut |_| match self.left {
            Some(0) => {
                self.left = None;
                1.0
            }
            Some(left) => {
                self.left = Some(left - 1);
                0.0
            }
            None => 0.0,
        });
    }
}

/// Demands that a block has `rows * columns` floats.
///
/// # Panics
///
/// If it has not.
#[inline(always)]
#[track_caller]
pub fn check_block(name: &str, length: usize, rows: usize, columns: usize) {
    if length != rows * columns {
        panic!("`{name}` has length {length}, but the derivatives are {rows} × {columns}");
    }
}

/// Row `at` of the block of one output; each row has `columns` floats.
#[inline(always)]
pub fn row<F, const N: usize>(blocks: [&mut [F]; N], output: usize, at: usize, columns: usize) -> &mut [F] {
    &mut block(blocks, output)[at * columns..][..columns]
}

/// One of several blocks.
#[inline(always)]
pub fn block<F, const N: usize>(blocks: [&mut [F]; N], at: usize) -> &mut [F] {
    match blocks.into_iter().nth(at) {
        Some(block) => block,
        None => unreachable!("as many blocks as outputs or inputs"),
    }
}

/// A row as the array that is known to be that long.
#[inline(always)]
pub fn row_array<F, const N: usize>(row: &mut [F]) -> &mut [F; N] {
    match row.try_into() {
        Ok(row) => row,
        Err(_) => unreachable!("as many columns as the parameter has floats"),
    }
}

/// Overwrites a row with the floats of a gradient.
#[inline]
pub fn write_row<T: Flat + ?Sized, F: Real>(row: &mut [F], gradient: &T) {
    write_column(row, gradient, 0, 1);
}

/// Overwrites column `at` of `columns` with the floats of a tangent.
#[inline]
pub fn write_column<T: Flat + ?Sized, F: Real>(block: &mut [F], tangent: &T, at: usize, columns: usize) {
    let mut place = at;
    tangent.floats(&mut |float, _| {
        block[place] = F::from_f64(float);
        place += columns;
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_over_several_values() {
        let (mut a, mut b, mut c) = ([7.0, 7.0], 7.0, vec![7.0_f32, 7.0]);
        let mut unit = Unit::new(3);
        unit.fill(&mut a);
        unit.fill(&mut b);
        unit.fill(&mut c);
        assert_eq!((a, b, c), ([0.0, 0.0], 0.0, vec![1.0, 0.0]));
        assert_eq!(locate(&[2, 1, 2], 3), (2, 0));
        assert_eq!(locate(&[0, 2], 1), (1, 1));
    }

    #[test]
    fn rows_and_columns() {
        let (mut first, mut second) = ([0.0; 4], [0.0_f64; 6]);
        write_row(row([&mut first, &mut second], 1, 1, 3), &[1.0, 2.0, 3.0]);
        write_column(block([&mut first, &mut second], 0), &(4.0, 5.0), 1, 2);
        assert_eq!((first, second), ([0.0, 4.0, 0.0, 5.0], [0.0, 0.0, 0.0, 1.0, 2.0, 3.0]));
        assert_eq!(row_array::<_, 3>(&mut second[3..]), &[1.0, 2.0, 3.0]);
        assert_eq!(count(&(1.0, vec![[2.0; 3]; 2], "a")), 7);
    }

    #[test]
    fn fewer_runs_are_chosen() {
        assert!(Mode::Either.is_forward(3, 3) && !Mode::Either.is_forward(3, 4));
        assert!(Mode::Either.is_forward_wide(2, LANES) && !Mode::Either.is_forward_wide(2, LANES + 1));
        assert!(Mode::Forward.is_forward_wide(1, 100) && !Mode::Reverse.is_forward_wide(100, 1));
    }

    #[test]
    #[should_panic(expected = "`j_x` has length 5, but the derivatives are 2 × 3")]
    fn blocks_are_checked() {
        check_block("j_x", 5, 2, 3);
    }
}
