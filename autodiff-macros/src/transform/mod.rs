//! Programs from programs.

pub mod adjoint;
pub mod fission;
pub mod fuse;
pub mod late;
pub mod partial;
pub mod rows;
pub mod share;
pub mod spare;
pub mod tangent;
pub mod wide;
