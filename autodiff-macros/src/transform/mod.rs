//! Programs from programs.

pub mod adjoint;
pub mod fission;
pub mod share;
pub mod tangent;
