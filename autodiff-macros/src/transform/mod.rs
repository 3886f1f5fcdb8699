//! Programs from programs.

pub mod adjoint;
pub mod fission;
pub mod late;
pub mod share;
pub mod tangent;
