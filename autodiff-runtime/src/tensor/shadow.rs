//! Tensors carry derivatives.

use std::cell::Cell;
use std::fmt;

use ndarray::{Dimension as _, IxDyn};

use super::Tensor;
use super::zip::update;
use crate::differentiable::Differentiable;
use crate::flat::Flat;
use crate::shadow::ShadowOps;
use crate::wide::LANES;
use crate::{AddScaled, Gradient, Real};

/// The adjoint of a tensor. While it is zero it has no elements; what is added first is moved in.
pub struct TensorShadow<T> {
    shape: IxDyn,
    bar: Cell<Option<Tensor<T>>>,
}

impl<T: Real> TensorShadow<T> {
    fn new(shape: IxDyn, bar: Option<Tensor<T>>) -> TensorShadow<T> {
        TensorShadow { shape, bar: Cell::new(bar) }
    }

    /// What it holds, shared; `None` is zero.
    fn peek(&self) -> Option<Tensor<T>> {
        let bar = self.bar.take();
        self.bar.set(bar.clone());
        bar
    }

    fn or_zeros(&self, bar: Option<Tensor<T>>) -> Tensor<T> {
        bar.unwrap_or_else(|| Tensor::zeros(self.shape.slice()))
    }

    fn add(&self, other: Option<Tensor<T>>) {
        let Some(other) = other else { return };
        same_shape(self.shape.slice(), other.shape());
        self.bar.set(Some(match self.bar.take() {
            Some(bar) => bar + other,
            None => other,
        }));
    }
}

#[track_caller]
fn same_shape(expected: &[usize], found: &[usize]) {
    assert!(expected == found, "a shadow of shape {expected:?} meets a tensor of shape {found:?}");
}

impl<T: Real> fmt::Debug for TensorShadow<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TensorShadow").field("shape", &self.shape.slice()).field("bar", &self.peek()).finish()
    }
}

impl<T: Real> ShadowOps for TensorShadow<T> {
    type Grad = Tensor<T>;

    fn add_from(&self, other: &Self) {
        self.add(other.peek());
    }

    fn take_from(&self, other: &Self) {
        // Taken first: the two may be the same.
        let bar = other.bar.take();
        self.add(bar);
    }

    fn clear(&self) {
        self.bar.set(None);
    }

    fn is_zero(&self) -> bool {
        self.peek().is_none_or(|bar| bar.0.iter().all(|x| *x == T::ZERO))
    }

    fn swap_with(&self, other: &Self) {
        same_shape(self.shape.slice(), other.shape.slice());
        self.bar.swap(&other.bar);
    }

    fn add_grad(&self, grad: Tensor<T>) {
        self.add(Some(grad));
    }

    fn take_grad(&self) -> Tensor<T> {
        self.or_zeros(self.bar.take())
    }

    fn peek_grad(&self) -> Tensor<T> {
        self.or_zeros(self.peek())
    }
}

#[diagnostic::do_not_recommend]
impl<T: Real> Differentiable for Tensor<T> {
    type Shadow = TensorShadow<T>;
    type Zeros = TensorShadow<T>;
    type Tangent = Tensor<T>;
    type Grad = Tensor<T>;
    type Wide = [Tensor<T>; LANES];

    fn zeros(&self) -> TensorShadow<T> {
        TensorShadow::new(IxDyn(self.shape()), None)
    }

    fn zero_grad(&self) -> Tensor<T> {
        Tensor::zeros(self.shape())
    }

    fn into_grad(zeros: TensorShadow<T>) -> Tensor<T> {
        zeros.take_grad()
    }

    fn seed(tangent: &Tensor<T>) -> TensorShadow<T> {
        TensorShadow::new(tangent.0.raw_dim(), Some(tangent.clone()))
    }

    fn store(shadow: &TensorShadow<T>, tangent: &mut Tensor<T>, add: bool) {
        same_shape(shadow.shape.slice(), tangent.shape());
        match (shadow.peek(), add) {
            (Some(bar), true) => *tangent += bar,
            (bar, false) => *tangent = shadow.or_zeros(bar),
            (None, true) => {}
        }
    }

    fn hand_over(&mut self) -> Tensor<T> {
        self.leave_outline()
    }

    fn zero_wide(&self) -> [Tensor<T>; LANES] {
        std::array::from_fn(|_| self.zero_grad())
    }

    fn lane(wide: &[Tensor<T>; LANES], lane: usize) -> Tensor<T> {
        wide[lane].clone()
    }

    fn set_lane(wide: &mut [Tensor<T>; LANES], lane: usize, tangent: &Tensor<T>) {
        same_shape(wide[lane].shape(), tangent.shape());
        wide[lane].clone_from(tangent);
    }
}

impl<T: Real> Flat for Tensor<T> {
    const VARIES: bool = true;

    fn lengths(&self, f: &mut dyn FnMut(usize)) {
        f(self.ndim());
        self.shape().iter().for_each(|len| f(*len));
    }

    fn floats(&self, f: &mut dyn FnMut(f64, f64)) {
        self.0.iter().for_each(|x| f(x.as_f64(), T::EPSILON.as_f64()));
    }

    fn floats_mut(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.as_mut_slice().iter_mut().for_each(|x| *x = T::from_f64(f(x.as_f64())));
    }
}

impl<T: Real> AddScaled for Tensor<T> {
    #[track_caller]
    fn add_scaled(&mut self, factor: f64, v: &Tensor<T>) {
        same_shape(self.shape(), v.shape());
        let factor = T::from_f64(factor);
        update(self, [v.view()], |x, [v]| x + factor * v);
    }
}

impl<T: Real> Gradient for Tensor<T> {
    fn scale(&mut self, factor: f64) {
        *self *= T::from_f64(factor);
    }

    #[track_caller]
    fn dot(&self, other: &Tensor<T>) -> f64 {
        same_shape(self.shape(), other.shape());
        self.0.iter().zip(&other.0).map(|(a, b)| a.as_f64() * b.as_f64()).sum()
    }
}

/// Tensors of what is no float carry nothing.
macro_rules! inactive {
    ($($elem:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Differentiable for Tensor<$elem> {
            type Shadow = ();
            type Zeros = ();
            type Tangent = ();
            type Grad = ();
            type Wide = ();

            fn zeros(&self) {}

            fn zero_grad(&self) {}

            fn into_grad(_: ()) {}

            fn seed(_: &()) {}

            fn store(_: &(), _: &mut (), _: bool) {}

            fn zero_wide(&self) {}

            fn lane(_: &(), _: usize) {}

            fn set_lane(_: &mut (), _: usize, _: &()) {}
        }

        impl Flat for Tensor<$elem> {
            const VARIES: bool = false;

            fn lengths(&self, _: &mut dyn FnMut(usize)) {}

            fn floats(&self, _: &mut dyn FnMut(f64, f64)) {}

            fn floats_mut(&mut self, _: &mut dyn FnMut(f64) -> f64) {}
        }
    )*};
}

inactive!(bool usize u8 u16 u32 u64 isize i8 i16 i32 i64);
