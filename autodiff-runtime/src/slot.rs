//! How a caller fills the slots of a callee whose types it cannot see.

use std::borrow::{Borrow as _, BorrowMut as _};
use std::cell::Cell;

use crate::differentiable::Differentiable;
use crate::tensor::{Tensor, TensorShadow};
use crate::wide::WideGrad;

/// A slot that the callee has no use for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ignored;

/// A slot of a parameter that the callee has no derivative for: only a constant fits.
#[derive(Clone, Copy, Debug, Default)]
pub struct OnlyConstant;

impl FromSlot<NoShadow> for OnlyConstant {
    #[inline(always)]
    fn from_slot(_: NoShadow) -> OnlyConstant {
        OnlyConstant
    }
}

/// A tangent that is zero for all that the caller can tell.
impl<T: OfConstant> FromSlot<&T> for OnlyConstant {
    #[inline(always)]
    fn from_slot(dot: &T) -> OnlyConstant {
        assert!(dot.vanishes(), "a derivative with respect to a parameter that has none");
        OnlyConstant
    }
}

/// What may be passed where only a constant fits: a tangent, which is looked at. An adjoint would be dropped.
#[diagnostic::on_unimplemented(
    message = "a number that carries derivatives is passed to a method that has none with respect to it",
    label = "in a function that is differentiated",
    note = "bounds and fillers (`x.clip(low, high)`, `x.pad(.., with)`) are constants: pass `stop_gradient(low)`, or mark the parameter `#[constant]`",
    note = "bounds that vary: `x.maximum(low).minimum(high)`"
)]
pub trait OfConstant {
    /// It is zero.
    fn vanishes(&self) -> bool;
}

impl OfConstant for f32 {
    fn vanishes(&self) -> bool {
        *self == 0.0
    }
}

impl OfConstant for f64 {
    fn vanishes(&self) -> bool {
        *self == 0.0
    }
}

/// What a caller passes for an adjoint that it does not want, and for a tangent that is zero.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoShadow;

/// A slot type that can be made from what the caller has.
#[diagnostic::on_unimplemented(
    message = "an argument of type `{S}` does not fit the callee's `{Self}`",
    note = "a variable that holds derivatives is passed where the callee has a constant of another shape, or the other way round"
)]
pub trait FromSlot<S> {
    /// Makes it.
    fn from_slot(source: S) -> Self;
}

/// Fills the slot of a callee: its type is the parameter's.
#[inline(always)]
pub fn slot<S, T: FromSlot<S>>(source: S) -> T {
    T::from_slot(source)
}

impl<S> FromSlot<S> for Ignored {
    #[inline(always)]
    fn from_slot(_: S) -> Ignored {
        Ignored
    }
}

impl<T> FromSlot<NoShadow> for Option<T> {
    #[inline(always)]
    fn from_slot(_: NoShadow) -> Option<T> {
        None
    }
}

/// What lends a shadow or a tangent: itself, what it owns, or what it refers to. Unlike `Borrow`, also through a reference to a `Vec`; and
/// what holds a part of a generic type knows no more of it than that its zeros lend its shadow. `()` has none to lend: it stands for a field
/// that is constant, whatever its type.
#[diagnostic::on_unimplemented(
    message = "an argument of type `&{Self}` does not fit the callee's `&{T}`",
    note = "a variable that holds derivatives is passed where the callee has a constant of another shape, or the other way round"
)]
pub trait Lend<T: ?Sized> {
    /// Lends it, if there is one.
    fn lend(this: &Self) -> Option<&T>;
}

/// The same, to be written to.
#[diagnostic::on_unimplemented(
    message = "an argument of type `&mut {Self}` does not fit the callee's `&mut {T}`",
    note = "a variable that holds derivatives is passed where the callee has a constant of another shape, or the other way round"
)]
pub trait LendMut<T: ?Sized> {
    /// Lends it.
    fn lend_mut(this: &mut Self) -> &mut T;
}

macro_rules! lends {
    ($([$($generics:tt)*] $from:ty => $to:ty, $value:ident $make:expr;)*) => {$(
        #[allow(clippy::needless_lifetimes, reason = "some of the types are references")]
        impl<$($generics)*> Lend<$to> for $from {
            #[inline(always)]
            fn lend<'l>($value: &'l $from) -> Option<&'l $to> {
                Some($make)
            }
        }
    )*};
    (mut: $([$($generics:tt)*] $from:ty => $to:ty, $value:ident $make:expr, $make_mut:expr;)*) => {$(
        lends! { [$($generics)*] $from => $to, $value $make; }

        #[allow(clippy::needless_lifetimes, reason = "some of the types are references")]
        impl<$($generics)*> LendMut<$to> for $from {
            #[inline(always)]
            fn lend_mut<'l>($value: &'l mut $from) -> &'l mut $to {
                $make_mut
            }
        }
    )*};
}

lends! {
    [T: ?Sized] &T => T, x x;
    [T] &Vec<T> => [T], x x;
    [T, const N: usize] &[T; N] => [T], x *x;
}

lends! {
    mut:
    [T: ?Sized] T => T, x x, x;
    [T] Vec<T> => [T], x x, x;
    [T, const N: usize] [T; N] => [T], x x, x;
    [T: ?Sized] Box<T> => T, x x, x;
    [T: ?Sized] &mut T => T, x x, x;
    [T] &mut Vec<T> => [T], x x, x;
    [T, const N: usize] &mut [T; N] => [T], x &**x, *x;
}

/// A constant field lends nothing to a parameter of such a type that only reads. What is written through a `&mut` parameter may carry
/// derivatives, which would be lost there: that does not compile.
macro_rules! lends_nothing {
    ($([$($generics:tt)*] $to:ty;)*) => {$(
        impl<$($generics)*> Lend<$to> for () {
            #[inline(always)]
            fn lend(_: &()) -> Option<&$to> {
                None
            }
        }
    )*};
}

lends_nothing! {
    [] f32;
    [] f64;
    [] Cell<f32>;
    [] Cell<f64>;
    [T] [T];
    [T, const N: usize] [T; N];
    [T] Vec<T>;
    [T] Option<T>;
    [T: ?Sized] Box<T>;
    [T] Tensor<T>;
    [T] TensorShadow<T>;
    [A] (A,);
    [A, B] (A, B);
    [A, B, C] (A, B, C);
    [A, B, C, D] (A, B, C, D);
    [A, B, C, D, E] (A, B, C, D, E);
    [A, B, C, D, E, F] (A, B, C, D, E, F);
}

impl<'a, S: Lend<T> + ?Sized, T: ?Sized> FromSlot<&'a S> for Option<&'a T> {
    #[inline(always)]
    fn from_slot(source: &'a S) -> Option<&'a T> {
        S::lend(source)
    }
}

impl<'a, S: Lend<T> + ?Sized, T: ?Sized> FromSlot<Option<&'a S>> for Option<&'a T> {
    #[inline(always)]
    fn from_slot(source: Option<&'a S>) -> Option<&'a T> {
        source.and_then(S::lend)
    }
}

// A function that only reads may be handed what is held mutably.
impl<'a, S: Lend<T> + ?Sized, T: ?Sized> FromSlot<&'a mut S> for Option<&'a T> {
    #[inline(always)]
    fn from_slot(source: &'a mut S) -> Option<&'a T> {
        S::lend(source)
    }
}

impl<'a, S: LendMut<T> + ?Sized, T: ?Sized> FromSlot<&'a mut S> for Option<&'a mut T> {
    #[inline(always)]
    fn from_slot(source: &'a mut S) -> Option<&'a mut T> {
        Some(S::lend_mut(source))
    }
}

/// References to primals as they are, and with the coercions that a call would make.
macro_rules! coercions {
    ($([$($generics:tt)*] $from:ty => $to:ty, $value:ident $make:expr;)*) => {$(
        impl<'a, $($generics)*> FromSlot<$from> for $to {
            #[inline(always)]
            fn from_slot($value: $from) -> $to {
                $make
            }
        }
    )*};
}

coercions! {
    // Primals.
    [T: ?Sized] &'a T => &'a T, x x;
    [T] &'a Vec<T> => &'a [T], x x;
    [T, const N: usize] &'a [T; N] => &'a [T], x x;
    [T: ?Sized] &'a &'a T => &'a T, x x;
    [T] &'a &'a Vec<T> => &'a [T], x x;
    [T, const N: usize] &'a &'a [T; N] => &'a [T], x *x;
    [T: ?Sized] &'a Box<T> => &'a T, x x;
    [T: ?Sized] &'a &'a Box<T> => &'a T, x x;
    [] &'a String => &'a str, x x;
    [T: ?Sized] &'a &'a mut T => &'a T, x x;
    [T] &'a &'a mut Vec<T> => &'a [T], x x;
    [T: ?Sized] &'a mut T => &'a mut T, x x;
    [T] &'a mut Vec<T> => &'a mut [T], x x;
    [T, const N: usize] &'a mut [T; N] => &'a mut [T], x x;
    ['b, T: ?Sized] &'a mut &'b mut T => &'a mut T, x x;
    ['b, T] &'a mut &'b mut Vec<T> => &'a mut [T], x x;
    ['b, T, const N: usize] &'a mut &'b mut [T; N] => &'a mut [T], x *x;
    // A function that only reads may be handed what is held mutably.
    [T: ?Sized] &'a mut T => &'a T, x x;
    [T] &'a mut Vec<T> => &'a [T], x x;
    [T, const N: usize] &'a mut [T; N] => &'a [T], x x;
}

/// What a callee was lent of a `Vec` that has got longer since.
#[derive(Debug)]
pub struct First<A> {
    all: A,
    len: usize,
}

/// The first `len` elements, which a callee took as a slice or as a `Vec`.
#[inline(always)]
#[allow(clippy::ptr_arg, reason = "the callee may have taken it as a `Vec`")]
pub fn first<T>(all: &Vec<T>, len: usize) -> First<&Vec<T>> {
    First { all, len }
}

/// The same, to be written to.
#[inline(always)]
pub fn first_mut<T>(all: &mut Vec<T>, len: usize) -> First<&mut Vec<T>> {
    First { all, len }
}

#[cold]
fn longer() -> ! {
    panic!("a `Vec` that grows later was lent to a function as a whole: take it as a slice (`&[f64]` for `&Vec<f64>`) there")
}

impl<'a, T> FromSlot<First<&'a Vec<T>>> for &'a [T] {
    #[inline(always)]
    fn from_slot(first: First<&'a Vec<T>>) -> &'a [T] {
        &first.all[..first.len]
    }
}

impl<'a, T> FromSlot<First<&'a Vec<T>>> for &'a Vec<T> {
    #[inline(always)]
    fn from_slot(first: First<&'a Vec<T>>) -> &'a Vec<T> {
        if first.all.len() == first.len { first.all } else { longer() }
    }
}

impl<'a, T> FromSlot<First<&'a mut Vec<T>>> for &'a mut [T] {
    #[inline(always)]
    fn from_slot(first: First<&'a mut Vec<T>>) -> &'a mut [T] {
        &mut first.all[..first.len]
    }
}

/// A pullback takes it back from what has been pushed since, which has been undone.
impl<'a, T> FromSlot<First<&'a mut Vec<T>>> for &'a mut Vec<T> {
    #[inline(always)]
    fn from_slot(first: First<&'a mut Vec<T>>) -> &'a mut Vec<T> {
        first.all.truncate(first.len);
        first.all
    }
}

/// The shadow of what a callee was lent of a `Vec` that has got longer since.
#[derive(Debug)]
pub struct FirstCells<'a, C> {
    all: &'a Vec<C>,
    len: usize,
}

/// Its first `len` elements for a slice; all of it for a `Vec`, with zeros behind.
#[inline(always)]
pub fn first_cells<C>(all: &Vec<C>, len: usize) -> FirstCells<'_, C> {
    FirstCells { all, len }
}

impl<'a, C> FromSlot<FirstCells<'a, C>> for Option<&'a [C]> {
    #[inline(always)]
    fn from_slot(first: FirstCells<'a, C>) -> Option<&'a [C]> {
        Some(&first.all[..first.len])
    }
}

impl<'a, C> FromSlot<FirstCells<'a, C>> for Option<&'a Vec<C>> {
    #[inline(always)]
    fn from_slot(first: FirstCells<'a, C>) -> Option<&'a Vec<C>> {
        Some(first.all)
    }
}

impl<'a, A, T: ?Sized> FromSlot<First<A>> for Option<&'a T>
where
    &'a T: FromSlot<First<A>>,
{
    #[inline(always)]
    fn from_slot(first: First<A>) -> Option<&'a T> {
        Some(FromSlot::from_slot(first))
    }
}

impl<'a, A, T: ?Sized> FromSlot<First<A>> for Option<&'a mut T>
where
    &'a mut T: FromSlot<First<A>>,
{
    #[inline(always)]
    fn from_slot(first: First<A>) -> Option<&'a mut T> {
        Some(FromSlot::from_slot(first))
    }
}

/// The tangent of an argument, or a zero that `zero` holds: a caller passes [`NoShadow`] for a constant, whose type need not
/// have tangents as far as the caller can see.
#[inline(always)]
pub fn tangent_or_zero<'a, T: Differentiable + ?Sized>(
    dot: Option<&'a T::Tangent>,
    primal: &T,
    zero: &'a mut Option<T::Grad>,
) -> &'a T::Tangent {
    match dot {
        Some(dot) => dot,
        None => (*zero.insert(primal.zero_grad())).borrow(),
    }
}

/// The same for `&mut` parameters.
#[inline(always)]
pub fn tangent_or_zero_mut<'a, T: Differentiable + ?Sized>(
    dot: Option<&'a mut T::Tangent>,
    primal: &T,
    zero: &'a mut Option<T::Grad>,
) -> &'a mut T::Tangent {
    match dot {
        Some(dot) => dot,
        None => zero.insert(primal.zero_grad()).borrow_mut(),
    }
}

/// [`tangent_or_zero`] for tangents in several directions.
#[inline(always)]
pub fn wide_or_zero<'a, T: Differentiable + ?Sized>(
    dot: Option<&'a T::Wide>,
    primal: &T,
    zero: &'a mut Option<WideGrad<T>>,
) -> &'a T::Wide {
    match dot {
        Some(dot) => dot,
        None => (*zero.insert(primal.zero_wide())).borrow(),
    }
}

/// The same for `&mut` parameters.
#[inline(always)]
pub fn wide_or_zero_mut<'a, T: Differentiable + ?Sized>(
    dot: Option<&'a mut T::Wide>,
    primal: &T,
    zero: &'a mut Option<WideGrad<T>>,
) -> &'a mut T::Wide {
    match dot {
        Some(dot) => dot,
        None => zero.insert(primal.zero_wide()).borrow_mut(),
    }
}

#[cfg(test)]
mod tests;
