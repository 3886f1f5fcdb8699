//! Automatic differentiation by source transformation.
pub use autodiff_macros::differentiate;
