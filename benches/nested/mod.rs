//! GradBench's functions with derivatives inside of what is differentiated, each in four modes.
//!
//! `benches/nested.rs` measures them, `tests/nested.rs` compares their results with the reference.

mod descent;
pub(crate) mod particle;
pub(crate) mod saddle;

/// One way to take the outer and the inner derivative.
pub(crate) struct Mode {
    /// As in GradBench: `f` for forward, `r` for reverse, the outer derivative first.
    pub(crate) name: &'static str,
    /// The whole optimisation.
    pub(crate) run: fn() -> Vec<f64>,
    /// One evaluation of what is optimised, without an outer derivative.
    pub(crate) primal: fn() -> f64,
    /// The same with its outer gradient.
    pub(crate) gradient: fn() -> f64,
}
