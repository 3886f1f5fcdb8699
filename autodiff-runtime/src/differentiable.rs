//! Which types carry derivatives, and what their shadows, tangents and gradients are.

use std::borrow::{Borrow, BorrowMut};
use std::fmt::Debug;

use crate::flat::Flat;
use crate::gradient::Gradient;
use crate::shadow::ShadowOps;
use crate::slot::{Lend, LendMut};

mod containers;
mod inactive;
mod scalars;
#[cfg(test)]
mod tests;
mod tuples;

pub use inactive::Constant;

/// A type whose floats carry derivatives.
///
/// | type | [`Shadow`](Self::Shadow) | [`Tangent`](Self::Tangent) | [`Grad`](Self::Grad) |
/// |---|---|---|---|
/// | `f64` (`f32`) | `Cell<f64>` | `f64` | `f64` |
/// | `[T]` | `[T::Zeros]` | `[T::Grad]` | `Vec<T::Grad>` |
/// | `[T; N]`, `Vec<T>`, `Option<T>`, `Box<T>`, tuples | elementwise | elementwise | elementwise |
/// | `Result<T, E>` | as `Option<T>` | as `Option<T>` | as `Option<T>` |
/// | `&T`, `&mut T` | as `T` | as `T` | as `T` |
/// | integers, `bool`, `char`, `str`, `String`, ranges, … | `()` | `()` | `()` |
///
/// Write `#[derive(Differentiable)]` for a struct of your own.
///
/// # Example
///
/// ```
/// use autodiff_runtime::Differentiable;
///
/// let parameters = (2.0, vec![1.0, 3.0], 7_usize);
/// assert_eq!(parameters.zero_grad(), (0.0, vec![0.0, 0.0], ()));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not `Differentiable`",
    label = "this type is not known to carry derivatives",
    note = "derive it (`#[derive(Differentiable)]` on the type), or mark the parameter or field `#[constant]`"
)]
pub trait Differentiable: Flat {
    /// Memory for adjoints, of the shape of the value: every float is a `Cell`. Used through shared references only.
    type Shadow: ?Sized + ShadowOps<Grad = Self::Grad>;
    /// A shadow that is owned: [`Shadow`](Self::Shadow) itself wherever that is sized.
    type Zeros: Borrow<Self::Shadow> + Lend<Self::Shadow> + ShadowOps<Grad = Self::Grad>;
    /// What a directional derivative of this type is passed as, behind a reference.
    type Tangent: ?Sized + Flat;
    /// Gradients, cotangents and owned tangents. Its own shadow is the same: that is where derivatives of gradients go.
    type Grad: BorrowMut<Self::Tangent>
        + Lend<Self::Tangent>
        + LendMut<Self::Tangent>
        + Clone
        + Debug
        + PartialEq
        + Flat
        + Gradient
        + Differentiable<Grad = Self::Grad, Zeros = Self::Zeros>;

    /// Tangents in several directions at once: as [`Tangent`](Self::Tangent), with a few floats in place of each.
    type Wide: ?Sized + Differentiable<Tangent = Self::Wide>;

    /// A shadow of this value's shape, all zero.
    fn zeros(&self) -> Self::Zeros;

    /// A gradient of this value's shape, all zero; also its zero tangent.
    fn zero_grad(&self) -> Self::Grad;

    /// The gradient that was accumulated in a shadow. Keeps the allocations.
    fn into_grad(zeros: Self::Zeros) -> Self::Grad;

    /// A shadow that holds what `tangent` holds.
    fn seed(tangent: &Self::Tangent) -> Self::Zeros;

    /// Overwrites `tangent` with what `shadow` holds, or adds it.
    ///
    /// # Panics
    ///
    /// If the two differ in shape.
    fn store(shadow: &Self::Shadow, tangent: &mut Self::Tangent, add: bool);

    /// The value, for a use that may take its memory over. What is left has the shape and may have no elements; unless there is something to
    /// gain by that, it is the value itself.
    #[inline(always)]
    fn hand_over(&mut self) -> Self
    where
        Self: Clone,
    {
        self.clone()
    }

    /// A tangent of this value's shape in several directions, all zero.
    fn zero_wide(&self) -> Grad<Self::Wide>;

    /// The tangent in one of several directions.
    fn lane(wide: &Self::Wide, lane: usize) -> Self::Grad;

    /// Overwrites the tangent in one of several directions.
    ///
    /// # Panics
    ///
    /// If the two differ in shape.
    fn set_lane(wide: &mut Self::Wide, lane: usize, tangent: &Self::Tangent);
}

/// Whether `T` carries derivatives; if not, that is an error of rustc's where this is called.
pub const fn carries_derivatives<T: Differentiable + ?Sized>() -> bool {
    true
}

/// `T`, if that is known to carry derivatives.
pub type Checked<T, const CARRIES: bool> = <Carries<CARRIES> as CheckedType<T>>::Type;

/// See [`Checked`].
#[derive(Debug)]
pub struct Carries<const CARRIES: bool>;

/// See [`Checked`].
pub trait CheckedType<T: ?Sized> {
    /// `T`.
    type Type: ?Sized;
}

impl<T: ?Sized> CheckedType<T> for Carries<true> {
    type Type = T;
}

/// The shadow of `T`: where its adjoints are accumulated.
pub type ShadowOf<T> = <T as Differentiable>::Shadow;

/// What a directional derivative of `T` is passed as, behind a reference.
pub type Tangent<T> = <T as Differentiable>::Tangent;

/// What a tangent of `T` in several directions is passed as, behind a reference.
pub type Wide<T> = <T as Differentiable>::Wide;

/// The gradient with respect to a `T`.
pub type Grad<T> = <T as Differentiable>::Grad;

/// `x` as a constant: in differentiated code no derivative flows through it.
///
/// # Example
///
/// ```
/// use autodiff_runtime::stop_gradient;
///
/// let target = stop_gradient(2.0 * 3.0);
/// assert_eq!(target, 6.0);
/// ```
#[inline(always)]
pub fn stop_gradient<T>(x: T) -> T {
    x
}
