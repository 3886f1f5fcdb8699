//! Programs from programs.

pub mod adjoint;
