//! `for` over iterators of memory.

use super::Lower;

impl Lower<'_> {
    /// Lowers a loop over memory to a loop over indices; false if the iterator is none of memory.
    pub(super) fn for_source(&mut self, _e: &syn::ExprForLoop) -> bool {
        false
    }
}
