//! Second derivatives as nested arrays.

/// A number, or an array of arrays of them, made from numbers in order.
pub trait Nested {
    /// Takes as many as there is room for.
    fn nested(next: &mut dyn FnMut() -> f64) -> Self;
}

impl Nested for f64 {
    #[inline]
    fn nested(next: &mut dyn FnMut() -> f64) -> f64 {
        next()
    }
}

impl Nested for f32 {
    #[inline]
    fn nested(next: &mut dyn FnMut() -> f64) -> f32 {
        next() as f32
    }
}

impl<T: Nested, const N: usize> Nested for [T; N] {
    #[inline]
    fn nested(next: &mut dyn FnMut() -> f64) -> [T; N] {
        std::array::from_fn(|_| T::nested(next))
    }
}

/// The block of parameters `row` and `column` of a matrix by columns; parameter `p` has the floats from `ends[p]` to `ends[p + 1]`.
pub fn block<B: Nested>(columns: &[Vec<f64>], ends: &[usize], row: usize, column: usize) -> B {
    let (first_row, first, width) = (ends[row], ends[column], ends[column + 1] - ends[column]);
    let mut at = 0;
    B::nested(&mut || {
        let float = columns[first + at % width][first_row + at / width];
        at += 1;
        float
    })
}

#[cfg(test)]
mod tests {
    use super::block;

    #[test]
    fn blocks_are_cut_from_columns() {
        let columns = [vec![1.0, 2.0, 3.0], vec![4.0, 5.0, 6.0], vec![7.0, 8.0, 9.0]];
        let ends = [0, 1, 3];
        assert_eq!(block::<f64>(&columns, &ends, 0, 0), 1.0);
        assert_eq!(block::<[f64; 2]>(&columns, &ends, 0, 1), [4.0, 7.0]);
        assert_eq!(block::<[[f64; 2]; 2]>(&columns, &ends, 1, 1), [[5.0, 8.0], [6.0, 9.0]]);
    }
}
