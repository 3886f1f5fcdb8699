//! Elementwise loops over operands that broadcast.
//!
//! There is one inner loop, over slices. Operands are brought into that form: axes along which all operands advance evenly are merged
//! to one, and where an operand does not lie in a row of consecutive elements (it is broadcast or transposed), pieces of it are
//! copied to a small buffer. Two operands of the same shape in the usual order are one single row.

use std::ops::Range;

use ndarray::{ArrayView, Axis, CowArray, Dimension as _, IxDyn};

use super::{Tensor, shape};

/// How many elements are gathered at once.
const PIECE: usize = 256;

/// A tensor of `shape` from the elements of operands that broadcast to it.
pub(super) fn zip<T: Copy, U, const N: usize>(
    shape: IxDyn,
    operands: [ArrayView<'_, T, IxDyn>; N],
    f: impl Fn([T; N]) -> U,
) -> Tensor<U> {
    let mut out = Vec::with_capacity(shape.as_array_view().iter().product());
    rows(shape.slice(), operands, |range, rows| {
        out.extend((0..range.len()).map(|i| f(rows.map(|row| row[i]))));
    });
    Tensor::from_shape_vec(shape.slice(), out)
}

/// Overwrites each element of `out`, given it and those of operands that broadcast to its shape.
pub(super) fn update<T: Copy, const N: usize>(
    out: &mut Tensor<T>,
    operands: [ArrayView<'_, T, IxDyn>; N],
    f: impl Fn(T, [T; N]) -> T,
) {
    let shape = out.0.raw_dim();
    let out = out.as_mut_slice();
    rows(shape.slice(), operands, |range, rows| {
        for (i, out) in out[range].iter_mut().enumerate() {
            *out = f(*out, rows.map(|row| row[i]));
        }
    });
}

/// The elements of an operand that broadcasts to `shape`, in row-major order.
pub(super) fn spread<T: Clone>(shape: &[usize], operand: ArrayView<'_, T, IxDyn>) -> Vec<T> {
    let mut out = Vec::with_capacity(shape.iter().product());
    rows(shape, [operand], |_, [row]| out.extend_from_slice(row));
    out
}

/// A merged axis: its length, and how far each operand advances along it.
type Merged<const N: usize> = (usize, [usize; N]);

/// Calls `row` for consecutive ranges of the elements of `shape` in row-major order, with as many elements of each operand.
fn rows<T: Clone, const N: usize>(
    shape: &[usize],
    operands: [ArrayView<'_, T, IxDyn>; N],
    mut row: impl FnMut(Range<usize>, [&[T]; N]),
) {
    let len = shape.iter().product();
    if len == 0 {
        return;
    }
    if operands.iter().all(|operand| operand.shape() == shape && operand.is_standard_layout()) {
        return row(0..len, operands.each_ref().map(|operand| elements(operand, len)));
    }
    let operands = operands.map(in_memory_order);
    let elements = operands.each_ref().map(|operand| operand.as_slice_memory_order().expect("brought into order"));
    let (outer, (inner, steps)) = merged(shape, &operands);
    let piece = if steps.iter().all(|step| *step == 1) { inner } else { inner.min(PIECE) };
    let mut buffers = elements.map(|_| Buffer { from: None, elements: Vec::new() });
    let mut index = vec![0; outer.len()];
    let mut start = 0;
    loop {
        let offset = |k: usize| index.iter().zip(&outer).map(|(i, (_, steps))| i * steps[k]).sum::<usize>();
        let offsets: [usize; N] = std::array::from_fn(offset);
        for from in (0..inner).step_by(piece) {
            let len = piece.min(inner - from);
            let mut k = 0;
            let pieces = buffers.each_mut().map(|buffer| {
                let (at, step, elements) = (offsets[k] + from * steps[k], steps[k], elements[k]);
                k += 1;
                if step == 1 { &elements[at..][..len] } else { buffer.gather(elements, at, step, len) }
            });
            row(start..start + len, pieces);
            start += len;
        }
        if !advance(&mut index, &outer) {
            return;
        }
    }
}

fn elements<'a, T>(operand: &ArrayView<'a, T, IxDyn>, len: usize) -> &'a [T] {
    &operand.to_slice().expect("in the usual order")[..len]
}

/// The operand without what repeats its elements, copied unless that is a permutation of what lies in memory.
fn in_memory_order<T: Clone>(mut operand: ArrayView<'_, T, IxDyn>) -> CowArray<'_, T, IxDyn> {
    for axis in 0..operand.ndim() {
        if operand.strides()[axis] == 0 && operand.shape()[axis] > 1 {
            operand.collapse_axis(Axis(axis), 0);
        }
    }
    let ascends = operand.strides().iter().all(|stride| *stride >= 0);
    if ascends && operand.as_slice_memory_order().is_some() {
        return operand.into();
    }
    let shape = operand.raw_dim();
    let copy = operand.iter().cloned().collect();
    CowArray::from(ndarray::Array::from_shape_vec(shape, copy).expect("as many as there were"))
}

/// The axes of `shape`, as few as possible; the last one apart.
fn merged<T, const N: usize>(shape: &[usize], operands: &[CowArray<'_, T, IxDyn>; N]) -> (Vec<Merged<N>>, Merged<N>) {
    let mut axes: Vec<Merged<N>> = Vec::with_capacity(shape.len());
    for (axis, &len) in shape.iter().enumerate().filter(|(_, len)| **len != 1) {
        let steps = operands.each_ref().map(|operand| match (axis + operand.ndim()).checked_sub(shape.len()) {
            Some(own) if operand.shape()[own] == len => operand.strides()[own].unsigned_abs(),
            Some(_) | None => 0,
        });
        match axes.last_mut() {
            Some((outer, outer_steps)) if (0..N).all(|k| outer_steps[k] == steps[k] * len) => {
                (*outer, *outer_steps) = (*outer * len, steps);
            }
            Some(_) | None => axes.push((len, steps)),
        }
    }
    let inner = axes.pop().unwrap_or((1, [1; N]));
    (axes, inner)
}

/// The next index in row-major order, if there is one.
fn advance<const N: usize>(index: &mut [usize], axes: &[Merged<N>]) -> bool {
    for (i, (len, _)) in index.iter_mut().zip(axes).rev() {
        *i += 1;
        if *i < *len {
            return true;
        }
        *i = 0;
    }
    false
}

/// Elements of an operand that do not lie side by side.
struct Buffer<T> {
    /// Which element fills it, if it is only one.
    from: Option<usize>,
    elements: Vec<T>,
}

impl<T: Clone> Buffer<T> {
    fn gather(&mut self, elements: &[T], at: usize, step: usize, len: usize) -> &[T] {
        if step > 0 {
            self.from = None;
            self.elements.clear();
            self.elements.extend(elements[at..].iter().step_by(step).take(len).cloned());
        } else if self.from != Some(at) || self.elements.len() < len {
            self.from = Some(at);
            self.elements.clear();
            self.elements.resize(len, elements[at].clone());
        }
        &self.elements[..len]
    }
}

/// An operand of an elementwise operation: what it is made of may be overwritten if it is given away.
#[derive(Debug)]
pub(super) enum Arg<'a, T> {
    Owned(Tensor<T>),
    Shared(&'a Tensor<T>),
    Scalar(T),
}

impl<T: Copy> Arg<'_, T> {
    pub(super) fn view(&self) -> ArrayView<'_, T, IxDyn> {
        match self {
            Arg::Owned(tensor) => tensor.0.view(),
            Arg::Shared(tensor) => tensor.0.view(),
            Arg::Scalar(x) => scalar(x),
        }
    }

    /// The tensor, if it has `shape` and nobody else sees its elements.
    fn reusable(self, shape: &IxDyn) -> Result<Tensor<T>, Self> {
        match self {
            Arg::Owned(tensor) if tensor.0.raw_dim() == *shape && tensor.is_unique() => Ok(tensor),
            this => Err(this),
        }
    }
}

/// A number as an array without axes.
pub(super) fn scalar<T>(x: &T) -> ArrayView<'_, T, IxDyn> {
    ArrayView::from_shape(IxDyn(&[]), std::slice::from_ref(x)).expect("one element")
}

/// `f` of each pair of elements, in the memory of an operand that is given away, if there is one.
///
/// # Panics
///
/// If the shapes do not go together.
#[track_caller]
pub(super) fn combine<T: Copy>(operation: &str, a: Arg<'_, T>, b: Arg<'_, T>, f: impl Fn(T, T) -> T) -> Tensor<T> {
    let shape = shape::broadcast_for(operation, a.view().shape(), b.view().shape());
    let a = match a.reusable(&shape) {
        Ok(mut out) => {
            update(&mut out, [b.view()], |a, [b]| f(a, b));
            return out;
        }
        Err(a) => a,
    };
    match b.reusable(&shape) {
        Ok(mut out) => {
            update(&mut out, [a.view()], |b, [a]| f(a, b));
            out
        }
        Err(b) => zip(shape, [a.view(), b.view()], |[a, b]| f(a, b)),
    }
}
