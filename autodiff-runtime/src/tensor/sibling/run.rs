//! How siblings run an operation and its derivatives.

use std::borrow::Borrow;

use crate::shadow::ShadowOps as _;
use crate::slot::Ignored;
use crate::tensor::algebra::{Algebra as _, Operation};
use crate::tensor::jet::Jet;
use crate::tensor::{Tensor, TensorShadow};
use crate::{Differentiable, Real};

/// What a method makes of the tensor that its operation gives.
pub(super) trait Form<T: Real> {
    /// What it returns.
    type Out: Differentiable<Grad = Self::Out>;

    fn of(&self, tensor: Tensor<T>) -> Self::Out;

    /// What [`of`](Self::of) takes, for adjoints.
    fn tensor(&self, out: Self::Out) -> Tensor<T>;
}

/// The tensor itself.
pub(super) struct Whole;

impl<T: Real> Form<T> for Whole {
    type Out = Tensor<T>;

    fn of(&self, tensor: Tensor<T>) -> Tensor<T> {
        tensor
    }

    fn tensor(&self, out: Tensor<T>) -> Tensor<T> {
        out
    }
}

/// The number that a tensor without axes holds.
pub(super) struct Number;

impl<T: Real> Form<T> for Number {
    type Out = T;

    fn of(&self, tensor: Tensor<T>) -> T {
        tensor.sum()
    }

    fn tensor(&self, out: T) -> Tensor<T> {
        Tensor::scalar(out)
    }
}

/// Two tensors of which one operation gives the parts.
#[cfg(feature = "linalg")]
impl<T: Real> Form<T> for crate::tensor::linalg::Pair {
    type Out = (Tensor<T>, Tensor<T>);

    fn of(&self, tensor: Tensor<T>) -> (Tensor<T>, Tensor<T>) {
        let (values, vectors) = crate::tensor::linalg::Eigh::parts(&tensor);
        (values.squeeze(0), vectors)
    }

    fn tensor(&self, (values, vectors): (Tensor<T>, Tensor<T>)) -> Tensor<T> {
        values.expand(0).append(0, &vectors)
    }
}

/// Pieces of these lengths along an axis of a tensor of this shape.
pub(super) struct Pieces {
    shape: Vec<usize>,
    axis: usize,
    lengths: Vec<usize>,
}

impl Pieces {
    pub(super) fn new<T>(x: &Tensor<T>, axis: usize, lengths: &(impl AsRef<[usize]> + ?Sized)) -> Pieces {
        Pieces { shape: x.shape().to_vec(), axis, lengths: lengths.as_ref().to_vec() }
    }
}

impl<T: Real> Form<T> for Pieces {
    type Out = Vec<Tensor<T>>;

    #[track_caller]
    fn of(&self, tensor: Tensor<T>) -> Vec<Tensor<T>> {
        tensor.split(self.axis, &self.lengths)
    }

    fn tensor(&self, out: Vec<Tensor<T>>) -> Tensor<T> {
        if out.is_empty() { Tensor::zeros(&self.shape) } else { Tensor::concat(self.axis, &out) }
    }
}

/// A tensor, or a reference to one, in a list.
#[diagnostic::on_unimplemented(message = "`{Self}` is no tensor")]
pub trait Listed<T: Real>: Borrow<Tensor<T>> + Differentiable<Zeros = TensorShadow<T>, Grad = Tensor<T>> {}

impl<T: Real, B: Borrow<Tensor<T>> + Differentiable<Zeros = TensorShadow<T>, Grad = Tensor<T>>> Listed<T> for B {}

/// The other operand of a comparison: a tensor, or a number.
pub trait Other<T: Real> {
    /// What a pullback takes for it.
    type Slot<'a>
    where
        Self: 'a;

    /// As a tensor.
    fn tensor(&self) -> Tensor<T>;
}

impl<T: Real> Other<T> for Tensor<T> {
    type Slot<'a>
        = &'a Tensor<T>
    where
        T: 'a;

    fn tensor(&self) -> Tensor<T> {
        self.clone()
    }
}

impl<T: Real> Other<T> for T {
    type Slot<'a>
        = Ignored
    where
        T: 'a;

    fn tensor(&self) -> Tensor<T> {
        Tensor::scalar(*self)
    }
}

/// The tensors of a list.
pub(super) fn each<T: Real, B: Listed<T>>(tensors: &[B]) -> Vec<&Tensor<T>> {
    tensors.iter().map(Borrow::borrow).collect()
}

/// The tangents or shadows of a list of so many, each by itself.
pub(super) fn of_each<U>(len: usize, list: Option<&[U]>) -> Vec<Option<&U>> {
    match list {
        Some(list) => list.iter().map(Some).collect(),
        None => vec![None; len],
    }
}

/// What the pullback keeps of the result.
pub(super) fn kept<T: Real, O: Operation<T>>(_: &O, out: &Tensor<T>) -> Tensor<T> {
    if O::NEEDS_OUT { out.clone() } else { Tensor::zeros([0]) }
}

/// Adds the operands' shares of the result's adjoint to their shadows.
pub(super) fn pull<T: Real, F: Form<T>>(
    operation: &impl Operation<T>,
    form: &F,
    x: &[&Tensor<T>],
    out: &Tensor<T>,
    out_bar: F::Out,
    bars: &[Option<&TensorShadow<T>>],
) {
    let mut out_bar = Some(form.tensor(out_bar));
    let last = bars.iter().rposition(Option::is_some);
    for (operand, bar) in bars.iter().enumerate() {
        let Some(bar) = bar else { continue };
        let out_bar = if last == Some(operand) { out_bar.take() } else { out_bar.clone() };
        bar.add_grad(operation.pull(operand, x, out, out_bar.expect("not taken yet")));
    }
}

/// Operands with their tangents in each set of directions but the empty one.
fn jets<T: Real>(x: &[&Tensor<T>], dots: &[&[Option<&Tensor<T>>]]) -> Vec<Jet<T>> {
    let of = |i: usize| Jet::new(x[i].clone(), dots.iter().map(move |dots| dots[i].cloned()));
    (0..x.len()).map(of).collect()
}

/// The result with its tangents.
#[track_caller]
pub(super) fn with_tangents<T: Real>(operation: &impl Operation<T>, x: &[&Tensor<T>], dots: &[&[Option<&Tensor<T>>]]) -> Jet<T> {
    let x = jets(x, dots);
    Jet::run(operation, &x.iter().collect::<Vec<_>>())
}

/// The result and its tangent for each set of directions.
pub(super) fn results<T: Real, F: Form<T>, const SETS: usize>(form: &F, out: &Jet<T>) -> [F::Out; SETS] {
    let zeros = || Tensor::zeros(out.primal().shape());
    std::array::from_fn(|set| form.of(out.part(set).cloned().unwrap_or_else(zeros)))
}

/// Each of the results that may be there together.
pub(super) fn of_found<U, const SETS: usize>(results: Option<[U; SETS]>) -> [Option<U>; SETS] {
    results.map_or_else(|| std::array::from_fn(|_| None), |results| results.map(Some))
}

/// The derivative of [`pull`] in each set of directions.
pub(super) fn pull_with_tangents<T: Real, F: Form<T>, const SETS: usize>(
    operation: &impl Operation<T>,
    form: &F,
    x: &[&Tensor<T>],
    dots: &[&[Option<&Tensor<T>>]],
    out: &Jet<T>,
    out_bars: [F::Out; SETS],
    bars: &[&[Option<&TensorShadow<T>>]; SETS],
) {
    let x = jets(x, dots);
    let x: Vec<&Jet<T>> = x.iter().collect();
    let mut out_bars = out_bars.into_iter().map(|out_bar| form.tensor(out_bar));
    let Some(first) = out_bars.next() else { return };
    let out_bar = Jet::new(first, out_bars.map(Some));
    for operand in 0..x.len() {
        if bars.iter().all(|bars| bars[operand].is_none()) {
            continue;
        }
        let mut share = operation.pull(operand, &x, out, out_bar.clone());
        for (set, bars) in bars.iter().enumerate() {
            if let (Some(bar), Some(share)) = (bars[operand], share.take(set)) {
                bar.add_grad(share);
            }
        }
    }
}
