//! `f32` and `f64`.

use std::cell::Cell;

use super::Differentiable;

macro_rules! float {
    ($($float:ident)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Differentiable for $float {
            type Shadow = Cell<$float>;
            type Zeros = Cell<$float>;
            type Tangent = $float;
            type Grad = $float;

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
        }
    )*};
}

float!(f32 f64);
