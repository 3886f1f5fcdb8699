//! Chains of iterators that end in a value.

use super::Lower;
use super::term::Term;
use crate::ir::Kind;

impl Lower<'_> {
    /// A chain over memory that ends in `sum`, `product`, `fold`, `for_each` or `collect`.
    pub(super) fn chain(&mut self, _e: &syn::ExprMethodCall, _expected: Option<&Kind>) -> Option<Term> {
        None
    }
}
