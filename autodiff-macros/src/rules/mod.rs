//! Primitives and their derivatives.

/// A primitive: an index into the rule table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Prim(pub u16);
