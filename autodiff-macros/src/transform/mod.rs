//! Programs from programs.

pub mod adjoint;
pub mod tangent;
