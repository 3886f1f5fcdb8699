//! `f32` and `f64`.

use std::cell::Cell;

use super::Differentiable;
use crate::wide::{Lanes, lane_of, set_lane_of};

macro_rules! float {
    ($($float:ident)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Differentiable for $float {
            type Shadow = Cell<$float>;
            type Zeros = Cell<$float>;
            type Tangent = $float;
            type Grad = $float;
            type Wide = Lanes<$float>;

            #[inline(always)]
            fn zeros(&self) -> Cell<$float> {
                Cell::new(0.0)
            }

            #[inline(always)]
            fn zero_grad(&self) -> $float {
                0.0
            }

            #[inline(always)]
            fn into_grad(zeros: Cell<$float>) -> $float {
                zeros.into_inner()
            }

            #[inline(always)]
            fn seed(tangent: &$float) -> Cell<$float> {
                Cell::new(*tangent)
            }

            #[inline(always)]
            fn store(shadow: &Cell<$float>, tangent: &mut $float, add: bool) {
                *tangent = if add { *tangent + shadow.get() } else { shadow.get() };
            }

            #[inline(always)]
            fn zero_wide(&self) -> Lanes<$float> {
                Lanes::ZERO
            }

            #[inline(always)]
            fn lane(wide: &Lanes<$float>, lane: usize) -> $float {
                lane_of(wide, lane)
            }

            #[inline(always)]
            fn set_lane(wide: &mut Lanes<$float>, lane: usize, tangent: &$float) {
                set_lane_of(wide, lane, *tangent);
            }
        }
    )*};
}

float!(f32 f64);
