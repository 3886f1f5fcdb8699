//! By-value access to shadows whose type the macro cannot see.

use crate::shadow::ShadowOps;

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

/// Reads the adjoint in a shadow.
#[inline(always)]
pub fn peek<S: ShadowOps + ?Sized>(shadow: &S) -> S::Grad {
    shadow.peek_grad()
}
