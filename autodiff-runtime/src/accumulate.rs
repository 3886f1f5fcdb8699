//! By-value access to shadows whose type the macro cannot see.

use crate::shadow::ShadowOps;
use crate::slot::Lend;

/// Adds a gradient to a shadow.
///
/// # Panics
///
/// If the two differ in shape.
#[inline(always)]
pub fn add<S: ShadowOps + ?Sized>(shadow: &S, grad: S::Grad) {
    shadow.add_grad(grad);
}

/// Takes the adjoint out of a shadow, leaving zeros.
#[inline(always)]
pub fn take<S: ShadowOps + ?Sized>(shadow: &S) -> S::Grad {
    shadow.take_grad()
}

/// Adds what `from` holds to the shadow of a field, and leaves zeros there. A constant field has no shadow.
#[inline(always)]
pub fn take_into<F: Lend<S> + ?Sized, S: ShadowOps + ?Sized>(field: &F, from: &S) {
    match F::lend(field) {
        Some(shadow) => shadow.take_from(from),
        None => from.clear(),
    }
}

/// Adds what `from` holds to the shadow of a field. A constant field has none.
#[inline(always)]
pub fn add_into<F: Lend<S> + ?Sized, S: ShadowOps + ?Sized>(field: &F, from: &S) {
    if let Some(shadow) = F::lend(field) {
        shadow.add_from(from);
    }
}

/// A temporary of which the pullback needs only the shape, given to its last use in the forward sweep.
#[inline(always)]
pub fn hand_over<T: crate::Differentiable + Clone>(temporary: &mut T) -> T {
    temporary.hand_over()
}

/// Reads the adjoint in a shadow.
#[inline(always)]
pub fn peek<S: ShadowOps + ?Sized>(shadow: &S) -> S::Grad {
    shadow.peek_grad()
}
