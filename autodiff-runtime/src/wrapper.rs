//! `Option` and `Result`: their payloads as places, and how `Result`s are differentiated.

/// What has a value or has none. Emitted code has it in scope.
pub trait Wrapper {
    /// The value's type.
    type Value;

    /// There is a value.
    fn __has_value(&self) -> bool;

    /// The value.
    ///
    /// # Panics
    ///
    /// If there is none.
    fn __value(&self) -> &Self::Value;

    /// The value, to be changed.
    ///
    /// # Panics
    ///
    /// If there is none.
    fn __value_mut(&mut self) -> &mut Self::Value;
}

#[cold]
fn missing() -> ! {
    unreachable!("there is no value here")
}

macro_rules! wrapper {
    ($([$($generics:ident),*] $ty:ty, $some:ident, $has:ident;)*) => {$(
        impl<$($generics),*> Wrapper for $ty {
            type Value = T;

            #[inline(always)]
            fn __has_value(&self) -> bool {
                self.$has()
            }

            #[inline(always)]
            fn __value(&self) -> &T {
                match self {
                    $some(value) => value,
                    _ => missing(),
                }
            }

            #[inline(always)]
            fn __value_mut(&mut self) -> &mut T {
                match self {
                    $some(value) => value,
                    _ => missing(),
                }
            }
        }
    )*};
}

wrapper! {
    [T] Option<T>, Some, is_some;
    [T, E] Result<T, E>, Ok, is_ok;
}

/// A result of a callee taken apart: what carries derivatives, and the error, which carries none.
#[inline(always)]
pub fn fallible<T, E>(result: Result<T, E>) -> (Option<T>, Option<E>) {
    match result {
        Ok(value) => (Some(value), None),
        Err(error) => (None, Some(error)),
    }
}

/// The tangent of a result that is there.
#[inline(always)]
pub fn value<D>(dot: Option<D>) -> D {
    dot.unwrap_or_else(|| missing())
}

/// What casts to floats without a derivative: integers, `bool` and `char`.
#[diagnostic::on_unimplemented(
    message = "the derivative of a cast from `{Self}` is not known here",
    label = "this is no integer",
    note = "bind it to a variable with its type (`let y: f32 = …;`), and cast that"
)]
pub trait Integer {}

macro_rules! integers {
    ($($ty:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Integer for $ty {}
    )*};
}

integers!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize bool char);

/// `x`, which is an integer.
#[inline(always)]
pub fn integer<T: Integer>(x: T) -> T {
    x
}
