//! The LSTM and the mixture of `benches/functions` with everything in the fields of structs, whose types the macro does not see, beside
//! the same on slices. The arithmetic is the same, operation by operation.
//!
//! `benches/fields.rs` measures them, `tests/fields.rs` compares their results and what they allocate.

pub(crate) mod lstm;
mod lstm_slices;
pub(crate) mod mixture;

use super::functions::Size;

/// One way to write a function, with arguments and buffers of its own.
pub(crate) struct Form {
    pub(crate) name: &'static str,
    pub(crate) primal: Box<dyn Fn() -> f64>,
    /// Value and gradient, into buffers kept from call to call.
    pub(crate) gradient: Box<dyn FnMut() -> f64>,
    /// The same into fresh buffers, in the order of the slices.
    pub(crate) flat: Box<dyn Fn() -> (f64, Vec<f64>)>,
}

/// Forms of one function, of which the first is the one on slices that lies in memory as the others do.
pub(crate) struct Forms {
    pub(crate) name: &'static str,
    pub(crate) forms: Vec<Form>,
}

/// Both functions at the given size, the LSTM in three layouts.
pub(crate) fn all(size: Size) -> Vec<Forms> {
    let mut all = lstm::forms(size);
    all.push(mixture::forms(size));
    all
}
