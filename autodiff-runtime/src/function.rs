//! Function values: what a closure captures, where it is handed to a differentiated function.
//!
//! Such a closure arrives there in two parts: references to what it captures, and code that captures nothing and is handed these references
//! with each call. So the pullback of the callee, which outlives the references, keeps the code only, and is handed them again.
//! `K` says what there is to refer to, without saying for how long: a list of pairs, each of a kind of capture and the rest.

use std::marker::PhantomData;

use crate::differentiable::Differentiable;
use crate::slot::{FromSlot, Ignored};

/// A list of captures, or one of them.
pub trait Captures {
    /// What the code looks at.
    type Ref<'a>: Copy
    where
        Self: 'a;
    /// The same for the code's pullback.
    type Again<'a>: Copy
    where
        Self: 'a;
    /// Tangents.
    type Dot<'a>: Copy
    where
        Self: 'a;
    /// Tangents for the code's pullback.
    type DotAgain<'a>: Copy
    where
        Self: 'a;
    /// Where the adjoints go.
    type Slot<'a>: Copy
    where
        Self: 'a;

    /// All of them zero.
    fn no_dot<'a>() -> Self::Dot<'a>
    where
        Self: 'a;
    /// All of them zero.
    fn no_dot_again<'a>() -> Self::DotAgain<'a>
    where
        Self: 'a;
    /// None of them wanted.
    fn no_slot<'a>() -> Self::Slot<'a>
    where
        Self: 'a;

    /// The same references, for a shorter time.
    fn ref_for<'a: 'b, 'b>(parts: Self::Ref<'a>) -> Self::Ref<'b>
    where
        Self: 'a;
    /// See [`Captures::ref_for`].
    fn again_for<'a: 'b, 'b>(parts: Self::Again<'a>) -> Self::Again<'b>
    where
        Self: 'a;
    /// See [`Captures::ref_for`].
    fn dot_for<'a: 'b, 'b>(parts: Self::Dot<'a>) -> Self::Dot<'b>
    where
        Self: 'a;
    /// See [`Captures::ref_for`].
    fn dot_again_for<'a: 'b, 'b>(parts: Self::DotAgain<'a>) -> Self::DotAgain<'b>
    where
        Self: 'a;
    /// See [`Captures::ref_for`].
    fn slot_for<'a: 'b, 'b>(parts: Self::Slot<'a>) -> Self::Slot<'b>
    where
        Self: 'a;
}

/// A number, which the code's pullback has kept.
#[derive(Debug)]
pub struct Number<T>(PhantomData<T>);

/// Memory.
#[derive(Debug)]
pub struct Active<T: ?Sized>(PhantomData<T>);

/// What carries no derivative.
#[derive(Debug)]
pub struct Inert<T: ?Sized>(PhantomData<T>);

/// A number that carries no derivative.
#[derive(Debug)]
pub struct Fixed<T>(PhantomData<T>);

/// A function value, captured by another one.
#[derive(Debug)]
pub struct Function<K>(PhantomData<K>);

/// One kind of capture: for each of the types of [`Captures`] the type, how it is made for a shorter time, and what is there if nothing is
/// given.
macro_rules! captures {
    ($([$($generics:tt)*] $kind:ty:
        $ref:ty => $ref_for:expr, $again:ty => $again_for:expr,
        $dot:ty => $dot_for:expr, $no_dot:expr; $dot_again:ty => $dot_again_for:expr, $no_dot_again:expr;
        $slot:ty => $slot_for:expr, $no_slot:expr;)*) => {$(
        impl<$($generics)*> Captures for $kind {
            captures!(@types Ref = $ref, Again = $again, Dot = $dot, DotAgain = $dot_again, Slot = $slot);
            captures!(@none no_dot Dot $no_dot, no_dot_again DotAgain $no_dot_again, no_slot Slot $no_slot);
            captures!(@for ref_for Ref $ref_for, again_for Again $again_for, dot_for Dot $dot_for,
                dot_again_for DotAgain $dot_again_for, slot_for Slot $slot_for);
        }
    )*};
    (@types $($name:ident = $ty:ty),*) => {$(type $name<'a> = $ty where Self: 'a;)*};
    (@none $($function:ident $name:ident $none:expr),*) => {$(
        #[inline(always)]
        fn $function<'a>() -> Self::$name<'a> where Self: 'a { $none }
    )*};
    (@for $($function:ident $name:ident $make:expr),*) => {$(
        #[inline(always)]
        fn $function<'a: 'b, 'b>(parts: Self::$name<'a>) -> Self::$name<'b> where Self: 'a { ($make)(parts) }
    )*};
}

captures! {
    [] ():
        () => |()| (), () => |()| (), () => |()| (), (); () => |()| (), (); () => |()| (), ();
    [T: Differentiable] Number<T>:
        &'a T => |x| x, Ignored => |x| x, Option<&'a T::Tangent> => |x| x, None; Ignored => |x| x, Ignored;
        Option<&'a T::Shadow> => |x| x, None;
    [T: Differentiable + ?Sized] Active<T>:
        &'a T => |x| x, &'a T => |x| x, Option<&'a T::Tangent> => |x| x, None; Option<&'a T::Tangent> => |x| x, None;
        Option<&'a T::Shadow> => |x| x, None;
    [T: ?Sized] Inert<T>:
        &'a T => |x| x, &'a T => |x| x, Ignored => |x| x, Ignored; Ignored => |x| x, Ignored; Ignored => |x| x, Ignored;
    [T] Fixed<T>:
        &'a T => |x| x, Ignored => |x| x, Ignored => |x| x, Ignored; Ignored => |x| x, Ignored; Ignored => |x| x, Ignored;
    [K: Captures] Function<K>:
        Captured<'a, K> => Captured::for_less, Again<'a, K> => Again::for_less,
        Option<Dots<'a, K>> => |dots: Option<Dots<'a, K>>| dots.map(Dots::for_less), None;
        Option<DotsAgain<'a, K>> => |dots: Option<DotsAgain<'a, K>>| dots.map(DotsAgain::for_less), None;
        Option<Slots<'a, K>> => |slots: Option<Slots<'a, K>>| slots.map(Slots::for_less), None;
    [A: Captures, B: Captures] (A, B):
        (A::Ref<'a>, B::Ref<'a>) => |(a, b)| (A::ref_for(a), B::ref_for(b)),
        (A::Again<'a>, B::Again<'a>) => |(a, b)| (A::again_for(a), B::again_for(b)),
        (A::Dot<'a>, B::Dot<'a>) => |(a, b)| (A::dot_for(a), B::dot_for(b)), (A::no_dot(), B::no_dot());
        (A::DotAgain<'a>, B::DotAgain<'a>) => |(a, b)| (A::dot_again_for(a), B::dot_again_for(b)),
            (A::no_dot_again(), B::no_dot_again());
        (A::Slot<'a>, B::Slot<'a>) => |(a, b)| (A::slot_for(a), B::slot_for(b)), (A::no_slot(), B::no_slot());
}

/// One of the types of a list, by the list: so that a function that is handed it knows the list.
macro_rules! parts {
    ($($(#[$doc:meta])* $name:ident = $part:ident, $part_for:ident;)*) => {$(
        $(#[$doc])*
        #[allow(missing_debug_implementations, reason = "what is captured need not be `Debug`")]
        pub struct $name<'a, K: Captures + 'a>(pub K::$part<'a>);

        impl<'a, K: Captures> $name<'a, K> {
            /// The same for a shorter time: rustc does not know that it is as good.
            #[inline(always)]
            pub fn for_less<'b>(self) -> $name<'b, K>
            where
                'a: 'b,
            {
                $name(K::$part_for(self.0))
            }
        }

        impl<K: Captures> Clone for $name<'_, K> {
            #[inline(always)]
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<K: Captures> Copy for $name<'_, K> {}

        impl<'a: 'b, 'b, K: Captures> FromSlot<$name<'a, K>> for Option<$name<'b, K>> {
            #[inline(always)]
            fn from_slot(parts: $name<'a, K>) -> Self {
                Some(parts.for_less())
            }
        }

        impl<'a: 'b, 'b, K: Captures> FromSlot<Option<$name<'a, K>>> for Option<$name<'b, K>> {
            #[inline(always)]
            fn from_slot(parts: Option<$name<'a, K>>) -> Self {
                parts.map($name::for_less)
            }
        }
    )*};
}

parts! {
    /// A function value.
    Captured = Ref, ref_for;
    /// The same for its pullback.
    Again = Again, again_for;
    /// Tangents of what it captures.
    Dots = Dot, dot_for;
    /// The same for its pullback.
    DotsAgain = DotAgain, dot_again_for;
    /// Where the adjoints of what it captures go.
    Slots = Slot, slot_for;
}

impl<'a: 'b, 'b, K: Captures> FromSlot<Again<'a, K>> for Again<'b, K> {
    #[inline(always)]
    fn from_slot(again: Again<'a, K>) -> Self {
        again.for_less()
    }
}

/// The tangents of what the code captures.
#[inline(always)]
pub fn dots<K: Captures>(dots: Option<Dots<'_, K>>) -> K::Dot<'_> {
    dots.map_or_else(K::no_dot, |dots| dots.0)
}

/// The same in its pullback.
#[inline(always)]
pub fn dots_again<K: Captures>(dots: Option<DotsAgain<'_, K>>) -> K::DotAgain<'_> {
    dots.map_or_else(K::no_dot_again, |dots| dots.0)
}

/// Where the adjoints of what the code captures go.
#[inline(always)]
pub fn slots<K: Captures>(slots: Option<Slots<'_, K>>) -> K::Slot<'_> {
    slots.map_or_else(K::no_slot, |slots| slots.0)
}

/// No captures.
#[inline(always)]
pub fn nil<'a>() -> Captured<'a, ()> {
    Captured(())
}

/// One more.
#[inline(always)]
pub fn and<'a, A: Captures, B: Captures>(first: Captured<'a, A>, rest: Captured<'a, B>) -> Captured<'a, (A, B)> {
    Captured((first.0, rest.0))
}

/// See `Number`.
#[inline(always)]
pub fn number<T: Differentiable>(value: &T) -> Captured<'_, Number<T>> {
    Captured(value)
}

/// See `Active`.
#[inline(always)]
pub fn active<T: Differentiable + ?Sized>(value: &T) -> Captured<'_, Active<T>> {
    Captured(value)
}

/// See `Inert`.
#[inline(always)]
pub fn inert<T: ?Sized>(value: &T) -> Captured<'_, Inert<T>> {
    Captured(value)
}

/// See `Fixed`.
#[inline(always)]
pub fn fixed<T>(value: &T) -> Captured<'_, Fixed<T>> {
    Captured(value)
}

/// See `Function`.
#[inline(always)]
pub fn function<'a: 'b, 'b, K: Captures>(value: Captured<'a, K>) -> Captured<'b, Function<K>> {
    Captured(value.for_less())
}

/// Demanded of a function that is called with what may carry derivatives: nothing has it, because a function from outside
/// cannot be looked into.
#[diagnostic::on_unimplemented(
    message = "the derivative of this function is not known, and it is called with values that carry derivatives",
    label = "a function of which no more is known than its values",
    note = "write a differentiated function that makes this call, such as `fn area(a: f64) -> f64` around `integrate(|x| …, 0.0, a)`, and take the derivative of that: a closure that is written there is differentiated with it"
)]
pub trait KnownDerivative {
    /// There is no such function.
    fn never(&self) -> std::convert::Infallible;
}

/// Demands [`KnownDerivative`].
pub fn unreachable<F: KnownDerivative + ?Sized>(f: &F) -> ! {
    match f.never() {}
}

/// Demanded of what a method without derivative is called on: nothing has it.
#[diagnostic::on_unimplemented(
    message = "this method of `{Self}` has no derivative",
    label = "it is called with values that carry derivatives, and is not differentiated",
    note = "write `#[differentiate]` on the `impl` that it stands in (`order = 2` for second derivatives), \
            or pass `stop_gradient(…)` of the values; what a method returns `&mut` references to is changed by other methods of its block"
)]
pub trait HasDerivative {}

/// Demanded of a callee that is handed a `&mut` reference where it takes a `&` one: nothing has it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` only reads what it is handed by `&mut`",
    label = "it takes a `&` reference here",
    note = "write `&v` in place of `&mut v` in the arguments"
)]
pub trait TakesMutably {}
