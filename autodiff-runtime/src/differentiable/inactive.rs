//! Types that carry no derivative.

use std::cmp::Ordering;
use std::marker::PhantomData;
use std::num::NonZero;
use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};
use std::time::{Duration, Instant};

use super::Differentiable;
use crate::flat::Flat;
use crate::gradient::AddScaled;

/// The traits, with `()` for everything.
macro_rules! inactive {
    ($([$($generics:tt)*] $ty:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Differentiable for $ty {
            type Shadow = ();
            type Zeros = ();
            type Tangent = ();
            type Grad = ();
            type Wide = ();

            #[inline(always)]
            fn zeros(&self) {}

            #[inline(always)]
            fn zero_grad(&self) {}

            #[inline(always)]
            fn into_grad(_: ()) {}

            #[inline(always)]
            fn seed(_: &()) {}

            #[inline(always)]
            fn store(_: &(), _: &mut (), _: bool) {}

            #[inline(always)]
            fn zero_wide(&self) {}

            #[inline(always)]
            fn lane(_: &(), _: usize) {}

            #[inline(always)]
            fn set_lane(_: &mut (), _: usize, _: &()) {}
        }

        impl<$($generics)*> Flat for $ty {
            const VARIES: bool = false;

            #[inline(always)]
            fn lengths(&self, _: &mut dyn FnMut(usize)) {}

            #[inline(always)]
            fn floats(&self, _: &mut dyn FnMut(f64, f64)) {}

            #[inline(always)]
            fn floats_mut(&mut self, _: &mut dyn FnMut(f64) -> f64) {}
        }

        impl<$($generics)*> AddScaled<()> for $ty {
            #[inline(always)]
            fn add_scaled(&mut self, _: f64, (): &()) {}
        }
    )*};
}

inactive! {
    [] i8; [] i16; [] i32; [] i64; [] i128; [] isize;
    [] u8; [] u16; [] u32; [] u64; [] u128; [] usize;
    [] bool; [] char; [] (); [] str; [] String; [] Ordering; [] Duration; [] Instant; [] RangeFull;
    [] NonZero<usize>; [] NonZero<u32>; [] NonZero<u64>;
    [T: ?Sized] PhantomData<T>;
    // A range of floats is made of floats: only ranges of what is inactive are inactive.
    [T: Differentiable<Shadow = (), Zeros = ()>] Range<T>;
    [T: Differentiable<Shadow = (), Zeros = ()>] RangeInclusive<T>;
    [T: Differentiable<Shadow = (), Zeros = ()>] RangeFrom<T>;
    [T: Differentiable<Shadow = (), Zeros = ()>] RangeTo<T>;
    [T: Differentiable<Shadow = (), Zeros = ()>] RangeToInclusive<T>;
}

/// What a constant field is in a gradient: a type that mentions the field's, so that no type parameter is unused.
pub trait Constant {
    /// `()`.
    type Unit;
}

impl<T: ?Sized> Constant for T {
    type Unit = ();
}
