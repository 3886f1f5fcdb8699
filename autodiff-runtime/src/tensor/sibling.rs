//! Derivatives of methods, found by the names that generated code calls: `matmul_forward` beside `matmul`, and so on.
//!
//! What they take and return is the calling convention between derivatives, see the documentation of `autodiff-macros`. The tensors among the
//! parameters carry derivatives, nothing else does.

use super::activation::{Clip, CrossEntropy, Gelu, LogSoftmax, Relu, Sigmoid, Softmax, Softplus, Square};
use super::algebra::{Algebra as _, Dual, Operation};
use super::einsum::Einsum;
use super::gather::{Indices, places_along, places_of_gather};
use super::linear::{BroadcastTo, Concat, CumSum, Pad, Permute, Reshape, Select, Slice, Sum, SumAll, Take};
use super::moments::{LogSumExp, Mean, Norm, Prod, Std, Var};
use super::product::{Dot, MatMul, Outer};
use super::slice::{Part, Parts};
use super::window::{AvgPool, Conv2d};
use super::{Axes, Tensor, TensorShadow};
use crate::shadow::ShadowOps as _;
use crate::{Differentiable, Real, ShadowOf};

/// What a method returns: a tensor, or the number that one without axes holds.
trait Outcome<T: Real>: Differentiable<Grad = Self> + Clone {
    fn of(tensor: Tensor<T>) -> Self;
    fn tensor(self) -> Tensor<T>;
}

impl<T: Real> Outcome<T> for Tensor<T> {
    fn of(tensor: Tensor<T>) -> Tensor<T> {
        tensor
    }

    fn tensor(self) -> Tensor<T> {
        self
    }
}

impl<T: Real> Outcome<T> for T {
    fn of(tensor: Tensor<T>) -> T {
        tensor.sum()
    }

    fn tensor(self) -> Tensor<T> {
        Tensor::scalar(self)
    }
}

/// Adds the operands' shares of the result's adjoint to their shadows.
fn pull<T: Real, O: Outcome<T>>(
    operation: &impl Operation<T>,
    x: &[&Tensor<T>],
    out: &Tensor<T>,
    out_bar: O,
    bars: &[Option<&TensorShadow<T>>],
) {
    let mut out_bar = Some(out_bar.tensor());
    let last = bars.iter().rposition(Option::is_some);
    for (operand, bar) in bars.iter().enumerate() {
        let Some(bar) = bar else { continue };
        let out_bar = if last == Some(operand) { out_bar.take() } else { out_bar.clone() };
        bar.add_grad(operation.pull(operand, x, out, out_bar.expect("not taken yet")));
    }
}

/// The tangent of [`pull`]: each list first without, then with the tangents.
fn pull_dot<T: Real, O: Outcome<T>>(
    operation: &impl Operation<T>,
    x: &[&Tensor<T>],
    dots: &[Option<&Tensor<T>>],
    out: &Dual<Tensor<T>>,
    [out_bar, out_bar_dot]: [O; 2],
    bars: &[Option<&TensorShadow<T>>],
    bar_dots: &[Option<&TensorShadow<T>>],
) {
    let x = duals(x, dots);
    let x: Vec<&Dual<Tensor<T>>> = x.iter().collect();
    let out_bar = Dual { x: out_bar.tensor(), dot: Some(out_bar_dot.tensor()) };
    for (operand, (bar, bar_dot)) in bars.iter().zip(bar_dots).enumerate() {
        if bar.is_none() && bar_dot.is_none() {
            continue;
        }
        let share = operation.pull(operand, &x, out, out_bar.clone());
        if let Some(bar) = bar {
            bar.add_grad(share.x);
        }
        if let (Some(bar_dot), Some(dot)) = (bar_dot, share.dot) {
            bar_dot.add_grad(dot);
        }
    }
}

fn duals<T: Real>(x: &[&Tensor<T>], dots: &[Option<&Tensor<T>>]) -> Vec<Dual<Tensor<T>>> {
    x.iter().zip(dots).map(|(x, dot)| Dual { x: (*x).clone(), dot: dot.cloned() }).collect()
}

/// The result with its tangent.
fn dual<T: Real>(operation: &impl Operation<T>, x: &[&Tensor<T>], dots: &[Option<&Tensor<T>>]) -> Dual<Tensor<T>> {
    let x = duals(x, dots);
    Dual::run(operation, &x.iter().collect::<Vec<_>>())
}

/// The result and its tangent.
fn with_tangent<T: Real, O: Outcome<T>>(operation: &impl Operation<T>, x: &[&Tensor<T>], dots: &[Option<&Tensor<T>>]) -> (O, O) {
    pair(dual(operation, x, dots))
}

/// As results.
fn pair<T: Real, O: Outcome<T>>(out: Dual<Tensor<T>>) -> (O, O) {
    let dot = out.dot.unwrap_or_else(|| Tensor::zeros(out.x.shape()));
    (O::of(out.x), O::of(dot))
}

/// The result with its tangents in two directions and in both.
fn with_tangents<T: Real, O: Outcome<T>>(
    operation: &impl Operation<T>,
    x: &[&Tensor<T>],
    dots: [&[Option<&Tensor<T>>]; 3],
) -> ((O, O), (O, O)) {
    let [first, second, both] = dots;
    let nested = |i: usize| {
        let (x, dot) = (Dual { x: x[i].clone(), dot: first[i].cloned() }, (second[i], both[i]));
        let dot = match dot {
            (None, None) => None,
            (second, both) => {
                let second = second.cloned().unwrap_or_else(|| Tensor::zeros(x.x.shape()));
                Some(Dual { x: second, dot: both.cloned() })
            }
        };
        Dual { x, dot }
    };
    let x: Vec<Dual<Dual<Tensor<T>>>> = (0..x.len()).map(nested).collect();
    let out = Dual::run(operation, &x.iter().collect::<Vec<_>>());
    let shape = out.x.x.shape().to_vec();
    let dot = out.dot.unwrap_or_else(|| Dual { x: Tensor::zeros(&shape), dot: None });
    (pair(out.x), pair(dot))
}

/// What the pullback keeps of the result.
fn kept<T: Real, O: Operation<T>>(_: &O, out: &Tensor<T>) -> Tensor<T> {
    if O::NEEDS_OUT { out.clone() } else { Tensor::zeros([0]) }
}

/// The slot of a parameter that is no tensor.
macro_rules! slot {
    ($name:ident) => {
        $crate::slot::Ignored
    };
}

/// The slot for the parameter itself: generated code passes what is borrowed as it is.
macro_rules! primal {
    ($name:ident) => {
        $crate::slot::Ignored
    };
    ($name:ident, $slot:ty) => {
        $slot
    };
}

/// It is not looked at.
macro_rules! wild {
    ($name:ident) => {
        _
    };
}

/// The hidden siblings of methods. A row has their names, the method's tensors and behind `;` what else it takes, the
/// result's type, and the operation that it is.
macro_rules! siblings {
    ($(
        $forward:ident $tangent:ident $forward_order_2:ident $tangent_order_2:ident
        $(<$G:ident: $bound:path>)? ($this:ident $(, $([$lead:ident: $Lead:ty $(as $lead_slot:ty)?])? $other:ident)? $(; $arg:ident: $Arg:ty $(as $slot:ty)?)*) -> $Out:ty = $operation:expr;
    )*) => {$(
        siblings!(
            @$($other)? $forward $tangent $forward_order_2 $tangent_order_2
            $(<$G: $bound>)? ($this $(, $([$lead: $Lead $(as $lead_slot)?])? $other)? $(; $arg: $Arg $(as $slot)?)*) -> $Out = $operation
        );
    )*};
    (@ $forward:ident $tangent:ident $forward_order_2:ident $tangent_order_2:ident
        $(<$G:ident: $bound:path>)? ($this:ident $(; $arg:ident: $Arg:ty $(as $slot:ty)?)*) -> $Out:ty = $operation:expr) => {
        #[doc(hidden)]
        #[allow(missing_docs, non_snake_case, clippy::type_complexity, clippy::too_many_arguments, reason = "for generated code")]
        impl<T: Real> Tensor<T> {
            #[track_caller]
            pub fn $forward$(<$G: $bound + ?Sized>)?(
                &self $(, $arg: &$Arg)*
            ) -> (
                $Out,
                impl Fn(&Tensor<T>, $(primal!($arg $(, $slot)?),)* &ShadowOf<$Out>, Option<&TensorShadow<T>>, $(slot!($arg),)*) + use<T $(, $G)?>,
            ) {
                let $this = self;
                let operation = $operation;
                let out = operation.value(&[$this]);
                let kept = kept(&operation, &out);
                let pullback = move |this: &Tensor<T>, $(_: primal!($arg $(, $slot)?),)* out_bar: &ShadowOf<$Out>, this_bar: Option<&TensorShadow<T>>, $(wild!($arg),)*| {
                    pull::<T, $Out>(&operation, &[this], &kept, out_bar.take_grad(), &[this_bar]);
                };
                (Outcome::of(out), pullback)
            }

            #[track_caller]
            pub fn $tangent$(<$G: $bound + ?Sized>)?(
                &self $(, $arg: &$Arg)*, this_dot: Option<&Tensor<T>>, $(_: slot!($arg),)*
            ) -> ($Out, $Out) {
                let $this = self;
                with_tangent(&$operation, &[$this], &[this_dot])
            }

            #[track_caller]
            pub fn $forward_order_2$(<$G: $bound + ?Sized>)?(
                &self $(, $arg: &$Arg)*, this_dot: Option<&Tensor<T>>, $(_: slot!($arg),)*
            ) -> (
                ($Out, $Out),
                impl Fn(&Tensor<T>, $(primal!($arg $(, $slot)?),)* Option<&Tensor<T>>, $(slot!($arg),)* &ShadowOf<$Out>, &ShadowOf<$Out>, Option<&TensorShadow<T>>, $(slot!($arg),)* Option<&TensorShadow<T>>, $(slot!($arg),)*) + use<T $(, $G)?>,
            ) {
                let $this = self;
                let operation = $operation;
                let out = dual(&operation, &[$this], &[this_dot]);
                let results = pair(out.clone());
                let pullback = move |this: &Tensor<T>, $(_: primal!($arg $(, $slot)?),)* this_dot: Option<&Tensor<T>>, $(wild!($arg),)* out_bar: &ShadowOf<$Out>, out_bar_dot: &ShadowOf<$Out>,
                                     this_bar: Option<&TensorShadow<T>>, $(wild!($arg),)* this_bar_dot: Option<&TensorShadow<T>>, $(wild!($arg),)*| {
                    let out_bars = [out_bar.take_grad(), out_bar_dot.take_grad()];
                    pull_dot::<T, $Out>(&operation, &[this], &[this_dot], &out, out_bars, &[this_bar], &[this_bar_dot]);
                };
                (results, pullback)
            }

            #[track_caller]
            pub fn $tangent_order_2$(<$G: $bound + ?Sized>)?(
                &self $(, $arg: &$Arg)*, this_dot: Option<&Tensor<T>>, $(_: slot!($arg),)* this_dot2: Option<&Tensor<T>>, $(_: slot!($arg),)* this_dots: Option<&Tensor<T>>, $(_: slot!($arg),)*
            ) -> (($Out, $Out), ($Out, $Out)) {
                let $this = self;
                with_tangents(&$operation, &[$this], [&[this_dot], &[this_dot2], &[this_dots]])
            }
        }
    };
    (@$same:ident $forward:ident $tangent:ident $forward_order_2:ident $tangent_order_2:ident
        $(<$G:ident: $bound:path>)? ($this:ident, $([$lead:ident: $Lead:ty $(as $lead_slot:ty)?])? $other:ident $(; $arg:ident: $Arg:ty $(as $slot:ty)?)*) -> $Out:ty = $operation:expr) => {
        #[doc(hidden)]
        #[allow(missing_docs, non_snake_case, clippy::type_complexity, clippy::too_many_arguments, reason = "for generated code")]
        impl<T: Real> Tensor<T> {
            #[track_caller]
            pub fn $forward$(<$G: $bound + ?Sized>)?(
                &self, $($lead: &$Lead,)? $other: &Tensor<T> $(, $arg: &$Arg)*
            ) -> (
                $Out,
                impl Fn(&Tensor<T>, $(primal!($lead $(, $lead_slot)?),)? &Tensor<T>, $(primal!($arg $(, $slot)?),)* &ShadowOf<$Out>, Option<&TensorShadow<T>>, $(slot!($lead),)? Option<&TensorShadow<T>>, $(slot!($arg),)*) + use<T $(, $G)?>,
            ) {
                let $this = self;
                let operation = $operation;
                let out = operation.value(&[$this, $other]);
                let kept = kept(&operation, &out);
                let pullback = move |this: &Tensor<T>, $(_: primal!($lead $(, $lead_slot)?),)? other: &Tensor<T>, $(_: primal!($arg $(, $slot)?),)* out_bar: &ShadowOf<$Out>, this_bar: Option<&TensorShadow<T>>, $(wild!($lead),)? other_bar: Option<&TensorShadow<T>>, $(wild!($arg),)*| {
                    pull::<T, $Out>(&operation, &[this, other], &kept, out_bar.take_grad(), &[this_bar, other_bar]);
                };
                (Outcome::of(out), pullback)
            }

            #[track_caller]
            pub fn $tangent$(<$G: $bound + ?Sized>)?(
                &self, $($lead: &$Lead,)? $other: &Tensor<T> $(, $arg: &$Arg)*, this_dot: Option<&Tensor<T>>, $(_: slot!($lead),)? other_dot: Option<&Tensor<T>>, $(_: slot!($arg),)*
            ) -> ($Out, $Out) {
                let $this = self;
                with_tangent(&$operation, &[$this, $other], &[this_dot, other_dot])
            }

            #[track_caller]
            pub fn $forward_order_2$(<$G: $bound + ?Sized>)?(
                &self, $($lead: &$Lead,)? $other: &Tensor<T> $(, $arg: &$Arg)*, this_dot: Option<&Tensor<T>>, $(_: slot!($lead),)? other_dot: Option<&Tensor<T>>, $(_: slot!($arg),)*
            ) -> (
                ($Out, $Out),
                impl Fn(&Tensor<T>, $(primal!($lead $(, $lead_slot)?),)? &Tensor<T>, $(primal!($arg $(, $slot)?),)* Option<&Tensor<T>>, $(slot!($lead),)? Option<&Tensor<T>>, $(slot!($arg),)* &ShadowOf<$Out>, &ShadowOf<$Out>, Option<&TensorShadow<T>>, $(slot!($lead),)? Option<&TensorShadow<T>>, $(slot!($arg),)* Option<&TensorShadow<T>>, $(slot!($lead),)? Option<&TensorShadow<T>>, $(slot!($arg),)*) + use<T $(, $G)?>,
            ) {
                let $this = self;
                let operation = $operation;
                let out = dual(&operation, &[$this, $other], &[this_dot, other_dot]);
                let results = pair(out.clone());
                let pullback = move |this: &Tensor<T>, $(_: primal!($lead $(, $lead_slot)?),)? other: &Tensor<T>, $(_: primal!($arg $(, $slot)?),)* this_dot: Option<&Tensor<T>>, $(_: slot!($lead),)? other_dot: Option<&Tensor<T>>, $(wild!($arg),)* out_bar: &ShadowOf<$Out>, out_bar_dot: &ShadowOf<$Out>,
                                     this_bar: Option<&TensorShadow<T>>, $(wild!($lead),)? other_bar: Option<&TensorShadow<T>>, $(wild!($arg),)* this_bar_dot: Option<&TensorShadow<T>>, $(wild!($lead),)? other_bar_dot: Option<&TensorShadow<T>>, $(wild!($arg),)*| {
                    let out_bars = [out_bar.take_grad(), out_bar_dot.take_grad()];
                    pull_dot::<T, $Out>(&operation, &[this, other], &[this_dot, other_dot], &out, out_bars, &[this_bar, other_bar], &[this_bar_dot, other_bar_dot]);
                };
                (results, pullback)
            }

            #[track_caller]
            pub fn $tangent_order_2$(<$G: $bound + ?Sized>)?(
                &self, $($lead: &$Lead,)? $other: &Tensor<T> $(, $arg: &$Arg)*, this_dot: Option<&Tensor<T>>, $(_: slot!($lead),)? other_dot: Option<&Tensor<T>>, $(_: slot!($arg),)* this_dot2: Option<&Tensor<T>>, $(_: slot!($lead),)? other_dot2: Option<&Tensor<T>>, $(_: slot!($arg),)* this_dots: Option<&Tensor<T>>, $(_: slot!($lead),)? other_dots: Option<&Tensor<T>>, $(_: slot!($arg),)*
            ) -> (($Out, $Out), ($Out, $Out)) {
                let $this = self;
                with_tangents(&$operation, &[$this, $other], [&[this_dot, other_dot], &[this_dot2, other_dot2], &[this_dots, other_dots]])
            }
        }
    };
}

siblings! {
    sum_forward sum_tangent sum_forward_order_2 sum_tangent_order_2 (x) -> T = SumAll;
    sum_axis_forward sum_axis_tangent sum_axis_forward_order_2 sum_axis_tangent_order_2
        <A: Axes> (x; axes: A as A::Slot<'_>) -> Tensor<T> = Sum { axes: axes.axes().to_vec(), keep: false };
    sum_axis_keep_forward sum_axis_keep_tangent sum_axis_keep_forward_order_2 sum_axis_keep_tangent_order_2
        <A: Axes> (x; axes: A as A::Slot<'_>) -> Tensor<T> = Sum { axes: axes.axes().to_vec(), keep: true };
    cumsum_forward cumsum_tangent cumsum_forward_order_2 cumsum_tangent_order_2
        (x; axis: usize) -> Tensor<T> = CumSum { axis: *axis, reverse: false };
    max_forward max_tangent max_forward_order_2 max_tangent_order_2 (x) -> T = Take { at: Tensor::scalar(x.argmax()) };
    min_forward min_tangent min_forward_order_2 min_tangent_order_2 (x) -> T = Take { at: Tensor::scalar(x.argmin()) };
    max_axis_forward max_axis_tangent max_axis_forward_order_2 max_axis_tangent_order_2
        (x; axis: usize) -> Tensor<T> = Take { at: x.places_of_max(*axis) };
    min_axis_forward min_axis_tangent min_axis_forward_order_2 min_axis_tangent_order_2
        (x; axis: usize) -> Tensor<T> = Take { at: x.places_of_min(*axis) };
    t_forward t_tangent t_forward_order_2 t_tangent_order_2 (x) -> Tensor<T> = Permute::transpose(x.ndim());
    swap_axes_forward swap_axes_tangent swap_axes_forward_order_2 swap_axes_tangent_order_2
        (x; a: usize; b: usize) -> Tensor<T> = Permute::swap(x.ndim(), *a, *b);
    permute_forward permute_tangent permute_forward_order_2 permute_tangent_order_2
        <S: AsRef<[usize]>> (x; order: S as &S) -> Tensor<T> = Permute { order: order.as_ref().to_vec() };
    reshape_forward reshape_tangent reshape_forward_order_2 reshape_tangent_order_2
        <S: AsRef<[usize]>> (x; shape: S as &S) -> Tensor<T> = Reshape { shape: shape.as_ref().to_vec() };
    flatten_forward flatten_tangent flatten_forward_order_2 flatten_tangent_order_2
        (x) -> Tensor<T> = Reshape { shape: vec![x.len()] };
    expand_forward expand_tangent expand_forward_order_2 expand_tangent_order_2
        (x; axis: usize) -> Tensor<T> = Reshape { shape: x.expand(*axis).shape().to_vec() };
    squeeze_forward squeeze_tangent squeeze_forward_order_2 squeeze_tangent_order_2
        <A: Axes> (x; axes: A as A::Slot<'_>) -> Tensor<T> = Reshape { shape: x.squeeze(axes).shape().to_vec() };
    broadcast_to_forward broadcast_to_tangent broadcast_to_forward_order_2 broadcast_to_tangent_order_2
        <S: AsRef<[usize]>> (x; shape: S as &S) -> Tensor<T> = BroadcastTo { shape: shape.as_ref().to_vec() };
    slice_forward slice_tangent slice_forward_order_2 slice_tangent_order_2
        <P: Parts> (x; parts: P as P::Slot<'_>) -> Tensor<T> = Slice { parts: parts.parts() };
    index_axis_forward index_axis_tangent index_axis_forward_order_2 index_axis_tangent_order_2
        (x; axis: usize; index: usize) -> Tensor<T> = Slice::along(x, *axis, Part::At(*index));
    flip_forward flip_tangent flip_forward_order_2 flip_tangent_order_2
        (x; axis: usize) -> Tensor<T> = Slice::along(x, *axis, Part::from(..).step(-1));
    gather_forward gather_tangent gather_forward_order_2 gather_tangent_order_2
        <I: Indices> (x; axis: usize; indices: I as &I) -> Tensor<T> =
        Take { at: places_of_gather(x.shape(), *axis, &indices.indices()) };
    take_along_forward take_along_tangent take_along_forward_order_2 take_along_tangent_order_2
        (x; axis: usize; indices: Tensor<usize> as &Tensor<usize>) -> Tensor<T> = Take { at: places_along(x.shape(), *axis, indices) };
    append_forward append_tangent append_forward_order_2 append_tangent_order_2
        (x, [axis: usize] other) -> Tensor<T> = Concat { axis: *axis };
    matmul_forward matmul_tangent matmul_forward_order_2 matmul_tangent_order_2 (x, other) -> Tensor<T> = MatMul;
    dot_forward dot_tangent dot_forward_order_2 dot_tangent_order_2 (x, other) -> T = Dot;
    square_forward square_tangent square_forward_order_2 square_tangent_order_2 (x) -> Tensor<T> = Square;
    relu_forward relu_tangent relu_forward_order_2 relu_tangent_order_2 (x) -> Tensor<T> = Relu;
    sigmoid_forward sigmoid_tangent sigmoid_forward_order_2 sigmoid_tangent_order_2 (x) -> Tensor<T> = Sigmoid;
    softplus_forward softplus_tangent softplus_forward_order_2 softplus_tangent_order_2 (x) -> Tensor<T> = Softplus;
    gelu_forward gelu_tangent gelu_forward_order_2 gelu_tangent_order_2 (x) -> Tensor<T> = Gelu;
    softmax_forward softmax_tangent softmax_forward_order_2 softmax_tangent_order_2
        (x; axis: usize) -> Tensor<T> = Softmax { axis: *axis };
    log_softmax_forward log_softmax_tangent log_softmax_forward_order_2 log_softmax_tangent_order_2
        (x; axis: usize) -> Tensor<T> = LogSoftmax { axis: *axis };
    log_sum_exp_forward log_sum_exp_tangent log_sum_exp_forward_order_2 log_sum_exp_tangent_order_2
        (x) -> T = LogSumExp::all(x);
    log_sum_exp_axis_keep_forward log_sum_exp_axis_keep_tangent log_sum_exp_axis_keep_forward_order_2
        log_sum_exp_axis_keep_tangent_order_2
        <A: Axes> (x; axes: A as A::Slot<'_>) -> Tensor<T> = LogSumExp { axes: axes.axes().to_vec(), keep: true };
    cross_entropy_forward cross_entropy_tangent cross_entropy_forward_order_2 cross_entropy_tangent_order_2
        <I: Indices> (x; labels: I as &I) -> T = CrossEntropy { labels: labels.indices() };
    conv2d_forward conv2d_tangent conv2d_forward_order_2 conv2d_tangent_order_2
        (x, kernels; stride: [usize; 2]; pad: [usize; 2]) -> Tensor<T> = Conv2d { stride: *stride, pad: *pad };
    avg_pool2d_forward avg_pool2d_tangent avg_pool2d_forward_order_2 avg_pool2d_tangent_order_2
        (x; size: [usize; 2]; stride: [usize; 2]) -> Tensor<T> = AvgPool(x.pooled("avg_pool2d", *size, *stride).0);
    max_pool2d_forward max_pool2d_tangent max_pool2d_forward_order_2 max_pool2d_tangent_order_2
        (x; size: [usize; 2]; stride: [usize; 2]) -> Tensor<T> = Take { at: x.places_of_max_pool2d(*size, *stride) };
    where__forward where__tangent where__forward_order_2 where__tangent_order_2
        (x, [mask: Tensor<bool> as &Tensor<bool>] other) -> Tensor<T> = Select { mask: mask.clone() };
    einsum_forward einsum_tangent einsum_forward_order_2 einsum_tangent_order_2
        (x, [equation: str as &str] other) -> Tensor<T> = Einsum::new(equation);
    outer_forward outer_tangent outer_forward_order_2 outer_tangent_order_2 (x, other) -> Tensor<T> = Outer;
    pad_forward pad_tangent pad_forward_order_2 pad_tangent_order_2
        <S: AsRef<[(usize, usize)]>> (x; around: S as &S; with: T) -> Tensor<T> = Pad { around: around.as_ref().to_vec(), with: *with };
    mean_forward mean_tangent mean_forward_order_2 mean_tangent_order_2 (x) -> T = Mean::all(x);
    mean_axis_forward mean_axis_tangent mean_axis_forward_order_2 mean_axis_tangent_order_2
        <A: Axes> (x; axes: A as A::Slot<'_>) -> Tensor<T> = Mean { axes: axes.axes().to_vec(), keep: false };
    mean_axis_keep_forward mean_axis_keep_tangent mean_axis_keep_forward_order_2 mean_axis_keep_tangent_order_2
        <A: Axes> (x; axes: A as A::Slot<'_>) -> Tensor<T> = Mean { axes: axes.axes().to_vec(), keep: true };
    prod_forward prod_tangent prod_forward_order_2 prod_tangent_order_2 (x) -> T = Prod::all(x);
    prod_axis_forward prod_axis_tangent prod_axis_forward_order_2 prod_axis_tangent_order_2
        <A: Axes> (x; axes: A as A::Slot<'_>) -> Tensor<T> = Prod { axes: axes.axes().to_vec(), keep: false };
    norm_forward norm_tangent norm_forward_order_2 norm_tangent_order_2 (x) -> T = Norm::all(x);
    norm_axis_forward norm_axis_tangent norm_axis_forward_order_2 norm_axis_tangent_order_2
        <A: Axes> (x; axes: A as A::Slot<'_>) -> Tensor<T> = Norm { axes: axes.axes().to_vec(), keep: false };
    norm_axis_keep_forward norm_axis_keep_tangent norm_axis_keep_forward_order_2 norm_axis_keep_tangent_order_2
        <A: Axes> (x; axes: A as A::Slot<'_>) -> Tensor<T> = Norm { axes: axes.axes().to_vec(), keep: true };
    var_forward var_tangent var_forward_order_2 var_tangent_order_2 (x) -> T = Var::all(x);
    var_axis_forward var_axis_tangent var_axis_forward_order_2 var_axis_tangent_order_2
        <A: Axes> (x; axes: A as A::Slot<'_>) -> Tensor<T> = Var { axes: axes.axes().to_vec(), keep: false };
    var_axis_keep_forward var_axis_keep_tangent var_axis_keep_forward_order_2 var_axis_keep_tangent_order_2
        <A: Axes> (x; axes: A as A::Slot<'_>) -> Tensor<T> = Var { axes: axes.axes().to_vec(), keep: true };
    std_forward std_tangent std_forward_order_2 std_tangent_order_2 (x) -> T = Std::all(x);
    std_axis_forward std_axis_tangent std_axis_forward_order_2 std_axis_tangent_order_2
        <A: Axes> (x; axes: A as A::Slot<'_>) -> Tensor<T> = Std { axes: axes.axes().to_vec(), keep: false };
    std_axis_keep_forward std_axis_keep_tangent std_axis_keep_forward_order_2 std_axis_keep_tangent_order_2
        <A: Axes> (x; axes: A as A::Slot<'_>) -> Tensor<T> = Std { axes: axes.axes().to_vec(), keep: true };
    log_sum_exp_axis_forward log_sum_exp_axis_tangent log_sum_exp_axis_forward_order_2 log_sum_exp_axis_tangent_order_2
        <A: Axes> (x; axes: A as A::Slot<'_>) -> Tensor<T> = LogSumExp { axes: axes.axes().to_vec(), keep: false };
    slice_axis_forward slice_axis_tangent slice_axis_forward_order_2 slice_axis_tangent_order_2
        <P: Parts> (x; axis: usize; part: P as P::Slot<'_>) -> Tensor<T> = Slice::along(x, *axis, part.parts()[0]);
    clip_forward clip_tangent clip_forward_order_2 clip_tangent_order_2
        (x; low: T; high: T) -> Tensor<T> = Clip { low: *low, high: *high };
}

#[cfg(feature = "linalg")]
mod linalg {
    use super::*;
    use crate::tensor::linalg::{Cholesky, Det, Eigh, Eigvalsh, Inverse, LogDet, Solve, Triangular};

    impl<T: Real> Outcome<T> for (Tensor<T>, Tensor<T>) {
        fn of(tensor: Tensor<T>) -> (Tensor<T>, Tensor<T>) {
            let (values, vectors) = Eigh::parts(&tensor);
            (values.squeeze(0), vectors)
        }

        fn tensor(self) -> Tensor<T> {
            self.0.expand(0).append(0, &self.1)
        }
    }

    siblings! {
        solve_forward solve_tangent solve_forward_order_2 solve_tangent_order_2 (x, other) -> Tensor<T> = Solve;
        inverse_forward inverse_tangent inverse_forward_order_2 inverse_tangent_order_2 (x) -> Tensor<T> = Inverse;
        det_forward det_tangent det_forward_order_2 det_tangent_order_2 (x) -> T = Det;
        log_det_forward log_det_tangent log_det_forward_order_2 log_det_tangent_order_2 (x) -> T = LogDet;
        cholesky_forward cholesky_tangent cholesky_forward_order_2 cholesky_tangent_order_2 (x) -> Tensor<T> = Cholesky;
        solve_triangular_forward solve_triangular_tangent solve_triangular_forward_order_2 solve_triangular_tangent_order_2
            (x, other; lower: bool) -> Tensor<T> = Triangular { lower: *lower };
        eigh_forward eigh_tangent eigh_forward_order_2 eigh_tangent_order_2 (x) -> (Tensor<T>, Tensor<T>) = Eigh;
        eigvalsh_forward eigvalsh_tangent eigvalsh_forward_order_2 eigvalsh_tangent_order_2 (x) -> Tensor<T> = Eigvalsh;
    }
}

/// Siblings of methods whose result carries no derivative.
macro_rules! passive {
    ($(
        $name:ident $forward:ident $tangent:ident $forward_order_2:ident $tangent_order_2:ident
        ($($arg:ident: $Arg:ty),*) -> $Out:ty;
    )*) => {$(
        #[doc(hidden)]
        #[allow(missing_docs, clippy::type_complexity, clippy::too_many_arguments, reason = "for generated code")]
        impl<T: Real> Tensor<T> {
            #[track_caller]
            pub fn $forward(
                &self, $($arg: &$Arg),*
            ) -> ($Out, impl Fn(&Tensor<T>, $(slot!($arg),)* &(), Option<&TensorShadow<T>>, $(slot!($arg),)*) + use<T>) {
                let pullback = |_: &Tensor<T>, $(_: slot!($arg),)* (): &(), _: Option<&TensorShadow<T>>, $(_: slot!($arg),)*| {};
                (self.$name($(*$arg),*), pullback)
            }

            #[track_caller]
            pub fn $tangent(
                &self, $($arg: &$Arg,)* _: Option<&Tensor<T>>, $(_: slot!($arg),)*
            ) -> ($Out, ()) {
                (self.$name($(*$arg),*), ())
            }

            #[track_caller]
            pub fn $forward_order_2(
                &self, $($arg: &$Arg,)* _: Option<&Tensor<T>>, $(_: slot!($arg),)*
            ) -> (
                ($Out, ()),
                impl Fn(
                    &Tensor<T>, $(slot!($arg),)* Option<&Tensor<T>>, $(slot!($arg),)* &(), &(),
                    Option<&TensorShadow<T>>, $(slot!($arg),)* Option<&TensorShadow<T>>, $(slot!($arg),)*
                ) + use<T>,
            ) {
                let pullback = |_: &Tensor<T>, $(_: slot!($arg),)* _: Option<&Tensor<T>>, $(_: slot!($arg),)* (): &(), (): &(),
                                _: Option<&TensorShadow<T>>, $(_: slot!($arg),)* _: Option<&TensorShadow<T>>, $(_: slot!($arg),)*| {};
                ((self.$name($(*$arg),*), ()), pullback)
            }

            #[track_caller]
            pub fn $tangent_order_2(
                &self, $($arg: &$Arg,)* _: Option<&Tensor<T>>, $(_: slot!($arg),)* _: Option<&Tensor<T>>, $(_: slot!($arg),)*
                _: Option<&Tensor<T>>, $(_: slot!($arg),)*
            ) -> (($Out, ()), ((), ())) {
                ((self.$name($(*$arg),*), ()), ((), ()))
            }
        }
    )*};
}

passive! {
    argmax argmax_forward argmax_tangent argmax_forward_order_2 argmax_tangent_order_2 () -> usize;
    argmin argmin_forward argmin_tangent argmin_forward_order_2 argmin_tangent_order_2 () -> usize;
    argmax_axis argmax_axis_forward argmax_axis_tangent argmax_axis_forward_order_2 argmax_axis_tangent_order_2
        (axis: usize) -> Tensor<usize>;
    argmin_axis argmin_axis_forward argmin_axis_tangent argmin_axis_forward_order_2 argmin_axis_tangent_order_2
        (axis: usize) -> Tensor<usize>;
    ndim ndim_forward ndim_tangent ndim_forward_order_2 ndim_tangent_order_2 () -> usize;
}
