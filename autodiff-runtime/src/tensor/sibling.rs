//! Derivatives of methods, found by the names that generated code calls: `matmul_forward` beside `matmul`, and so on.
//!
//! A row of `__tensor_siblings!` says what a method's operation is; what a row is made of is said where that macro is. What the functions take
//! and return is the calling convention between derivatives, see the documentation of `autodiff-macros`. The tensors among the
//! parameters carry derivatives, nothing else does.

use autodiff_macros::__tensor_siblings;
use run::{
    Form as _, Listed, Number, Other, Pieces, Whole, each, kept, of_each, of_found, pull, pull_with_tangents, results,
    with_tangents,
};

use super::activation::{Clip, Gelu, Relu, Sigmoid, Softplus, Square};
use super::algebra::Operation;
use super::einsum::Einsum;
use super::gather::{Indices, places_along, places_of_gather};
use super::linear::{BroadcastTo, Concat, CumSum, Pad, Permute, Reshape, Select, Slice, Stack, Sum, SumAll, Take};
use super::moments::{LogSumExp, Mean, Norm, Prod, Std, Var};
use super::product::{Dot, MatMul, Outer};
use super::slice::{Part, Parts};
use super::softmax::{CrossEntropy, LogSoftmax, Softmax};
use super::window::{AvgPool, Conv1d, Conv2d};
use super::{Axes, ShapeError, Tensor, TensorShadow, shape};
use crate::shadow::ShadowOps as _;
use crate::{Real, ShadowOf};

mod run;

__tensor_siblings! {
    sum(x) -> T = SumAll;
    sum_axis<A: Axes>(x, axes: A as A::Slot<'_>) -> Tensor<T> = Sum { axes: axes.axes().to_vec(), keep: false };
    sum_axis_keep<A: Axes>(x, axes: A as A::Slot<'_>) -> Tensor<T> = Sum { axes: axes.axes().to_vec(), keep: true };
    cumsum(x, axis: usize) -> Tensor<T> = CumSum { axis: *axis, reverse: false };
    max(x) -> T = Take { at: Tensor::scalar(x.argmax()) };
    min(x) -> T = Take { at: Tensor::scalar(x.argmin()) };
    max_axis<A: Axes>(x, axes: A as A::Slot<'_>) -> Tensor<T> = Take { at: x.places_of_max(axes.axes()) };
    min_axis<A: Axes>(x, axes: A as A::Slot<'_>) -> Tensor<T> = Take { at: x.places_of_min(axes.axes()) };
    max_axis_keep<A: Axes>(x, axes: A as A::Slot<'_>) -> Tensor<T> =
        Take { at: x.places_of_max(axes.axes()).reshape(shape::kept(x.shape(), axes.axes())) };
    min_axis_keep<A: Axes>(x, axes: A as A::Slot<'_>) -> Tensor<T> =
        Take { at: x.places_of_min(axes.axes()).reshape(shape::kept(x.shape(), axes.axes())) };
    t(x) -> Tensor<T> = Permute::transpose(x.ndim());
    swap_axes(x, a: usize, b: usize) -> Tensor<T> = Permute::swap(x.ndim(), *a, *b);
    permute<S: AsRef<[usize]>>(x, order: S as &S) -> Tensor<T> = Permute { order: order.as_ref().to_vec() };
    reshape<S: AsRef<[usize]>>(x, shape: S as &S) -> Tensor<T> = Reshape { shape: shape.as_ref().to_vec() };
    try_reshape<S: AsRef<[usize]>>(x, shape: S as &S) -> Result<Tensor<T>, ShapeError> =
        Reshape { shape: shape.as_ref().to_vec() };
    flatten(x) -> Tensor<T> = Reshape { shape: vec![x.len()] };
    expand(x, axis: usize) -> Tensor<T> = Reshape { shape: x.expand(*axis).shape().to_vec() };
    squeeze<A: Axes>(x, axes: A as A::Slot<'_>) -> Tensor<T> = Reshape { shape: x.squeeze(axes).shape().to_vec() };
    broadcast_to<S: AsRef<[usize]>>(x, shape: S as &S) -> Tensor<T> = BroadcastTo { shape: shape.as_ref().to_vec() };
    try_broadcast_to<S: AsRef<[usize]>>(x, shape: S as &S) -> Result<Tensor<T>, ShapeError> =
        BroadcastTo { shape: shape.as_ref().to_vec() };
    slice<P: Parts>(x, parts: P as P::Slot<'_>) -> Tensor<T> = Slice { parts: parts.parts() };
    index_axis(x, axis: usize, index: usize) -> Tensor<T> = Slice::along(x, *axis, Part::At(*index));
    flip(x, axis: usize) -> Tensor<T> = Slice::along(x, *axis, Part::from(..).step(-1));
    split<S: AsRef<[usize]>>(x, axis: usize, lengths: S as &S) -> Vec<Tensor<T>> =
        Reshape { shape: x.shape().to_vec() } => Pieces::new(x, *axis, lengths);
    gather<I: Indices>(x, axis: usize, indices: I as &I) -> Tensor<T> =
        Take { at: places_of_gather(x.shape(), *axis, &indices.indices()) };
    take_along(x, axis: usize, indices: Tensor<usize> as &Tensor<usize>) -> Tensor<T> =
        Take { at: places_along(x.shape(), *axis, indices) };
    append(x, axis: usize, other) -> Tensor<T> = Concat { axis: *axis };
    concat<B>(axis: usize, [tensors]) -> Tensor<T> = Concat { axis: *axis };
    stack<B>(axis: usize, [tensors]) -> Tensor<T> = Stack { axis: *axis };
    matmul(x, other) -> Tensor<T> = MatMul;
    dot(x, other) -> T = Dot;
    square(x) -> Tensor<T> = Square;
    relu(x) -> Tensor<T> = Relu;
    sigmoid(x) -> Tensor<T> = Sigmoid;
    softplus(x) -> Tensor<T> = Softplus;
    gelu(x) -> Tensor<T> = Gelu;
    softmax(x, axis: usize) -> Tensor<T> = Softmax { axis: *axis };
    log_softmax(x, axis: usize) -> Tensor<T> = LogSoftmax { axis: *axis };
    log_sum_exp(x) -> T = LogSumExp::all(x);
    log_sum_exp_axis_keep<A: Axes>(x, axes: A as A::Slot<'_>) -> Tensor<T> =
        LogSumExp { axes: axes.axes().to_vec(), keep: true };
    cross_entropy<I: Indices>(x, labels: I as &I) -> T = CrossEntropy::new(labels.indices());
    conv2d(x, kernels, stride: [usize; 2], pad: [usize; 2]) -> Tensor<T> = Conv2d { stride: *stride, pad: *pad };
    conv1d(x, kernels, stride: usize, pad: usize) -> Tensor<T> = Conv1d { stride: *stride, pad: *pad };
    avg_pool2d(x, size: [usize; 2], stride: [usize; 2]) -> Tensor<T> = AvgPool(x.pooled("avg_pool2d", *size, *stride).0);
    max_pool2d(x, size: [usize; 2], stride: [usize; 2]) -> Tensor<T> = Take { at: x.places_of_max_pool2d(*size, *stride) };
    where_(x, mask: Tensor<bool> as &Tensor<bool>, other) -> Tensor<T> = Select { mask: mask.clone() };
    einsum(x, equation: str as &str, other) -> Tensor<T> = Einsum::new(equation);
    outer(x, other) -> Tensor<T> = Outer;
    pad<S: AsRef<[(usize, usize)]>>(x, around: S as &S, with: T) -> Tensor<T> =
        Pad { around: around.as_ref().to_vec(), with: *with };
    mean(x) -> T = Mean::all(x);
    mean_axis<A: Axes>(x, axes: A as A::Slot<'_>) -> Tensor<T> = Mean { axes: axes.axes().to_vec(), keep: false };
    mean_axis_keep<A: Axes>(x, axes: A as A::Slot<'_>) -> Tensor<T> = Mean { axes: axes.axes().to_vec(), keep: true };
    prod(x) -> T = Prod::all(x);
    prod_axis<A: Axes>(x, axes: A as A::Slot<'_>) -> Tensor<T> = Prod { axes: axes.axes().to_vec(), keep: false };
    prod_axis_keep<A: Axes>(x, axes: A as A::Slot<'_>) -> Tensor<T> = Prod { axes: axes.axes().to_vec(), keep: true };
    norm(x) -> T = Norm::all(x);
    norm_axis<A: Axes>(x, axes: A as A::Slot<'_>) -> Tensor<T> = Norm { axes: axes.axes().to_vec(), keep: false };
    norm_axis_keep<A: Axes>(x, axes: A as A::Slot<'_>) -> Tensor<T> = Norm { axes: axes.axes().to_vec(), keep: true };
    var(x) -> T = Var::all(x);
    var_axis<A: Axes>(x, axes: A as A::Slot<'_>) -> Tensor<T> = Var { axes: axes.axes().to_vec(), keep: false };
    var_axis_keep<A: Axes>(x, axes: A as A::Slot<'_>) -> Tensor<T> = Var { axes: axes.axes().to_vec(), keep: true };
    std(x) -> T = Std::all(x);
    std_axis<A: Axes>(x, axes: A as A::Slot<'_>) -> Tensor<T> = Std { axes: axes.axes().to_vec(), keep: false };
    std_axis_keep<A: Axes>(x, axes: A as A::Slot<'_>) -> Tensor<T> = Std { axes: axes.axes().to_vec(), keep: true };
    log_sum_exp_axis<A: Axes>(x, axes: A as A::Slot<'_>) -> Tensor<T> = LogSumExp { axes: axes.axes().to_vec(), keep: false };
    slice_axis<P: Parts>(x, axis: usize, part: P as P::Slot<'_>) -> Tensor<T> = Slice::along(x, *axis, part.parts()[0]);
    clip(x, low: T, high: T) -> Tensor<T> = Clip { low: *low, high: *high };
    passive argmax(x) -> usize = x.argmax();
    passive argmin(x) -> usize = x.argmin();
    passive argmax_axis(x, axis: usize) -> Tensor<usize> = x.argmax_axis(*axis);
    passive argmin_axis(x, axis: usize) -> Tensor<usize> = x.argmin_axis(*axis);
    passive argmax_axis_keep(x, axis: usize) -> Tensor<usize> = x.argmax_axis_keep(*axis);
    passive argmin_axis_keep(x, axis: usize) -> Tensor<usize> = x.argmin_axis_keep(*axis);
    passive ndim(x) -> usize = x.ndim();
    passive len_of(x, axis: usize) -> usize = x.len_of(*axis);
    passive equal<O: Other<T>>(x, other: O as O::Slot<'_>) -> Tensor<bool> = x.equal(&other.tensor());
}

#[cfg(feature = "linalg")]
mod linalg {
    use super::*;
    use crate::tensor::linalg::{Cholesky, Det, Eigh, Eigvalsh, Inverse, LinalgError, LogDet, Pair, Solve, Triangular};

    __tensor_siblings! {
        solve(x, other) -> Tensor<T> = Solve;
        try_solve(x, other) -> Result<Tensor<T>, LinalgError> = Solve;
        inverse(x) -> Tensor<T> = Inverse;
        try_inverse(x) -> Result<Tensor<T>, LinalgError> = Inverse;
        det(x) -> T = Det;
        log_det(x) -> T = LogDet;
        cholesky(x) -> Tensor<T> = Cholesky;
        try_cholesky(x) -> Result<Tensor<T>, LinalgError> = Cholesky;
        solve_triangular(x, other, lower: bool) -> Tensor<T> = Triangular { lower: *lower };
        eigh(x) -> (Tensor<T>, Tensor<T>) = Eigh => Pair;
        eigvalsh(x) -> Tensor<T> = Eigvalsh;
    }
}
