//! `Option`, `Result` and `Box`: what is in them as places, and how `Result`s are differentiated.

use crate::real::{Real, float};
use std::cell::Cell;

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

    /// What stands in for the value if there is none: its type is that of the wrapper's.
    fn __default_value(&self) -> Self::Value
    where
        Self::Value: Default,
    {
        Self::Value::default()
    }
}

/// A box. Emitted code has it in scope.
pub trait Boxed {
    /// The type of what is in it.
    type Inside;

    /// What is in it.
    fn __boxed(&self) -> &Self::Inside;

    /// What is in it, to be changed.
    fn __boxed_mut(&mut self) -> &mut Self::Inside;
}

impl<T> Boxed for Box<T> {
    type Inside = T;

    #[inline(always)]
    fn __boxed(&self) -> &T {
        self
    }

    #[inline(always)]
    fn __boxed_mut(&mut self) -> &mut T {
        self
    }
}

/// What a `Result` or an `Option` holds, by whatever name.
pub type ValueOf<W> = <W as Wrapper>::Value;

/// A `Result`, by whatever name.
pub trait Fallible: Wrapper {
    /// Its error's type.
    type Error;
}

impl<T, E> Fallible for Result<T, E> {
    type Error = E;
}

/// The error of a `Result`, by whatever name.
pub type ErrorOf<R> = <R as Fallible>::Error;

/// A float in an alias of `Result` or `Option`, with its shadow and its gradient. It says nothing else of the type: rustc would look for what follows
/// from it where a function returns something else.
#[diagnostic::on_unimplemented(
    message = "this function has no gradient: it returns `{Self}`, which is no float",
    label = "only a float has a gradient",
    note = "`vjp`, `jvp` and `jacobian` are there for whatever a function returns"
)]
pub trait HeldFloat<Shadow, Grad> {
    /// A small integer as a cotangent.
    fn cotangent(n: i32) -> Grad;

    /// The same in a shadow.
    fn shadow(n: i32) -> Shadow;

    /// Another shadow that holds the same.
    fn copied(shadow: &Shadow) -> Shadow;
}

#[diagnostic::do_not_recommend]
impl<T: Real> HeldFloat<Cell<T>, T> for T {
    #[inline(always)]
    fn cotangent(n: i32) -> T {
        float(n)
    }

    #[inline(always)]
    fn shadow(n: i32) -> Cell<T> {
        Cell::new(float(n))
    }

    #[inline(always)]
    fn copied(shadow: &Cell<T>) -> Cell<T> {
        shadow.clone()
    }
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
