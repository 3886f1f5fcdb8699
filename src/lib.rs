#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub use autodiff_macros::differentiate;
#[doc(hidden)]
pub use autodiff_runtime::rt;
pub use autodiff_runtime::{CheckError, Differentiable, Grad, Real, ShadowOf, Tangent, stop_gradient};
