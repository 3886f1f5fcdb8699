//! Shapes: how two of them broadcast, and what is wrong when they do not.

use ndarray::IxDyn;

use super::slice::Part;
use crate::slot::Ignored;

/// The shape of what is computed elementwise from operands of these shapes, as NumPy has it: aligned at the last axis, and an axis of
/// length 1 goes with any other.
pub(super) fn broadcast(a: &[usize], b: &[usize]) -> Option<IxDyn> {
    if a == b {
        return Some(IxDyn(a));
    }
    let (longer, shorter) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let mut shape = IxDyn(longer);
    let skipped = longer.len() - shorter.len();
    for (axis, &len) in shorter.iter().enumerate() {
        let of_longer = longer[skipped + axis];
        shape[skipped + axis] = match (of_longer, len) {
            (same, len) if same == len => len,
            (1, len) | (len, 1) => len,
            (_, _) => return None,
        };
    }
    Some(shape)
}

/// [`broadcast`].
///
/// # Panics
///
/// If the two do not go together; `operation` is who wanted that.
#[track_caller]
pub(super) fn broadcast_for(operation: &str, a: &[usize], b: &[usize]) -> IxDyn {
    match broadcast(a, b) {
        Some(shape) => shape,
        None => mismatch(operation, a, b),
    }
}

/// Two operands whose shapes do not go together.
#[cold]
#[track_caller]
pub(super) fn mismatch(operation: &str, a: &[usize], b: &[usize]) -> ! {
    panic!("`{operation}`: the shapes {a:?} and {b:?} do not go together")
}

/// Demands that an operand has this axis.
#[track_caller]
pub(super) fn check_axis(operation: &str, shape: &[usize], axis: usize) {
    assert!(axis < shape.len(), "`{operation}`: the shape {shape:?} has no axis {axis}");
}

/// Axes of a tensor: one by its number, or several.
pub trait Axes {
    /// How generated code passes it to a pullback.
    #[doc(hidden)]
    type Slot<'a>
    where
        Self: 'a;

    /// Their numbers.
    fn axes(&self) -> &[usize];
}

impl Axes for usize {
    type Slot<'a> = Ignored;

    fn axes(&self) -> &[usize] {
        std::slice::from_ref(self)
    }
}

impl Axes for [usize] {
    type Slot<'a> = &'a [usize];

    fn axes(&self) -> &[usize] {
        self
    }
}

impl<const N: usize> Axes for [usize; N] {
    type Slot<'a> = &'a [usize; N];

    fn axes(&self) -> &[usize] {
        self
    }
}

impl Axes for Vec<usize> {
    type Slot<'a> = &'a Vec<usize>;

    fn axes(&self) -> &[usize] {
        self
    }
}

impl<A: Axes + ?Sized> Axes for &A {
    type Slot<'a>
        = &'a Self
    where
        Self: 'a;

    fn axes(&self) -> &[usize] {
        (**self).axes()
    }
}

/// Demands that a shape has these axes, each named once; the larger first.
#[track_caller]
pub(super) fn descending(operation: &str, shape: &[usize], axes: &[usize]) -> Vec<usize> {
    let mut sorted = axes.to_vec();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    sorted.iter().for_each(|axis| check_axis(operation, shape, *axis));
    assert!(sorted.windows(2).all(|pair| pair[0] != pair[1]), "`{operation}`: an axis occurs twice in {axes:?}");
    sorted
}

/// Demands that every axis occurs once in `order`.
#[track_caller]
pub(super) fn check_order(operation: &str, shape: &[usize], order: &[usize]) {
    let mut sorted = order.to_vec();
    sorted.sort_unstable();
    assert!(sorted.iter().copied().eq(0..shape.len()), "`{operation}`: {order:?} is no order of the axes of the shape {shape:?}");
}

/// Demands that a shape has these parts.
#[track_caller]
pub(super) fn check_parts(operation: &str, shape: &[usize], parts: &[Part]) {
    assert!(parts.len() <= shape.len(), "`{operation}`: {} parts of the shape {shape:?}", parts.len());
    for (axis, (part, &len)) in parts.iter().zip(shape).enumerate() {
        let is_there = match *part {
            Part::At(i) => i < len,
            Part::Range(from, to, step) => from <= to.unwrap_or(len) && to.unwrap_or(len) <= len && step != 0,
        };
        assert!(is_there, "`{operation}`: axis {axis} of the shape {shape:?} has no {part:?}");
    }
}

/// The shape that is left if these axes have length 1.
pub(super) fn kept(shape: &[usize], axes: &[usize]) -> Vec<usize> {
    let mut kept = shape.to_vec();
    axes.iter().for_each(|axis| kept[*axis] = 1);
    kept
}

/// The shape without an axis.
pub(super) fn without(shape: &[usize], axis: usize) -> Vec<usize> {
    let mut left = shape.to_vec();
    left.remove(axis);
    left
}

/// How many elements lie along these axes.
pub(super) fn count(shape: &[usize], axes: &[usize]) -> usize {
    axes.iter().map(|axis| shape[*axis]).product()
}

/// How many elements there are before an axis, along it, and behind it.
pub(super) fn around(shape: &[usize], axis: usize) -> [usize; 3] {
    [shape[..axis].iter().product(), shape[axis], shape[axis + 1..].iter().product()]
}

/// The shape with so many elements before and behind each of the first axes, and where the old ones are in it.
#[track_caller]
pub(super) fn padded(shape: &[usize], around: &[(usize, usize)]) -> (Vec<usize>, Vec<Part>) {
    assert!(around.len() <= shape.len(), "`pad`: {} axes of the shape {shape:?}", around.len());
    let mut padded = shape.to_vec();
    let parts = around.iter().zip(&mut padded).map(|((before, behind), len)| {
        let part = Part::from(*before..*before + *len);
        *len += before + behind;
        part
    });
    let parts = parts.collect();
    (padded, parts)
}
