//! Results that are there or not.

/// A pair in an `Option` or a `Result`.
pub(crate) trait Wrapped {
    /// The first of the two in the same wrapper, and the second.
    type Parts;

    /// Takes it apart, if it is there.
    fn parts(self) -> Self::Parts;
}

impl<A, B> Wrapped for Option<(A, B)> {
    /// A derivative is an `Option`, like the gradient of what may be missing.
    type Parts = (Option<A>, B);

    fn parts(self) -> (Option<A>, B) {
        let (a, b) = self.expect("the program has a value here");
        (Some(a), b)
    }
}

impl<A, B, E: std::fmt::Debug> Wrapped for Result<(A, B), E> {
    type Parts = (Result<A, E>, B);

    fn parts(self) -> (Result<A, E>, B) {
        let (a, b) = self.expect("the program has a value here");
        (Ok(a), b)
    }
}
