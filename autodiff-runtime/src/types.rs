//! What rustc is asked about types that the macro cannot see. None of it runs.

/// Something of a type that is inferred.
///
/// # Panics
///
/// Always: there is nothing.
pub fn never<T>() -> T {
    unreachable!("only its type is of interest")
}

/// Demands that two things have one type.
pub fn same_type<T: ?Sized>(_: &T, _: &T) {}
