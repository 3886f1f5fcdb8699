//! The invariants of the representation.
