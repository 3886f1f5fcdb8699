//! Tuples of up to twelve elements: elementwise, in every trait.

use std::borrow::{Borrow, BorrowMut};

use super::Differentiable;
use crate::flat::Flat;
use crate::gradient::{AddScaled, Gradient};
use crate::shadow::ShadowOps;
use crate::wide::WideGrad;

macro_rules! tuple {
    ($($T:ident $V:ident $i:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<$($T: Differentiable),+> Differentiable for ($($T,)+) {
            type Shadow = ($($T::Zeros,)+);
            type Zeros = ($($T::Zeros,)+);
            type Tangent = ($($T::Grad,)+);
            type Grad = ($($T::Grad,)+);
            type Wide = ($(WideGrad<$T>,)+);

            #[inline]
            fn zeros(&self) -> Self::Zeros {
                ($(self.$i.zeros(),)+)
            }

            #[inline]
            fn zero_grad(&self) -> Self::Grad {
                ($(self.$i.zero_grad(),)+)
            }

            #[inline]
            fn into_grad(zeros: Self::Zeros) -> Self::Grad {
                ($($T::into_grad(zeros.$i),)+)
            }

            #[inline]
            fn seed(tangent: &Self::Tangent) -> Self::Zeros {
                ($($T::seed(tangent.$i.borrow()),)+)
            }

            #[inline]
            fn store(shadow: &Self::Shadow, tangent: &mut Self::Tangent, add: bool) {
                $($T::store(shadow.$i.borrow(), tangent.$i.borrow_mut(), add);)+
            }

            #[inline]
            fn zero_wide(&self) -> Self::Wide {
                ($(self.$i.zero_wide(),)+)
            }

            #[inline]
            fn lane(wide: &Self::Wide, lane: usize) -> Self::Grad {
                ($($T::lane(wide.$i.borrow(), lane),)+)
            }

            #[inline]
            fn set_lane(wide: &mut Self::Wide, lane: usize, tangent: &Self::Tangent) {
                $($T::set_lane(wide.$i.borrow_mut(), lane, tangent.$i.borrow());)+
            }
        }

        impl<$($T: ShadowOps),+> ShadowOps for ($($T,)+) {
            type Grad = ($($T::Grad,)+);

            #[inline]
            fn add_from(&self, other: &Self) {
                $(self.$i.add_from(&other.$i);)+
            }

            #[inline]
            fn take_from(&self, other: &Self) {
                $(self.$i.take_from(&other.$i);)+
            }

            #[inline]
            fn clear(&self) {
                $(self.$i.clear();)+
            }

            #[inline]
            fn is_zero(&self) -> bool {
                $(self.$i.is_zero())&&+
            }

            #[inline]
            fn add_grad(&self, grad: Self::Grad) {
                $(self.$i.add_grad(grad.$i);)+
            }

            #[inline]
            fn take_grad(&self) -> Self::Grad {
                ($(self.$i.take_grad(),)+)
            }

            #[inline]
            fn peek_grad(&self) -> Self::Grad {
                ($(self.$i.peek_grad(),)+)
            }
        }

        impl<$($T: Flat),+> Flat for ($($T,)+) {
            const VARIES: bool = $($T::VARIES)||+;

            #[inline]
            fn lengths(&self, f: &mut dyn FnMut(usize)) {
                $(self.$i.lengths(f);)+
            }

            #[inline]
            fn floats(&self, f: &mut dyn FnMut(f64, f64)) {
                $(self.$i.floats(f);)+
            }

            #[inline]
            fn floats_mut(&mut self, f: &mut dyn FnMut(f64) -> f64) {
                $(self.$i.floats_mut(f);)+
            }
        }

        impl<$($T: AddScaled<$V>, $V),+> AddScaled<($($V,)+)> for ($($T,)+) {
            #[inline]
            fn add_scaled(&mut self, factor: f64, v: &($($V,)+)) {
                $(self.$i.add_scaled(factor, &v.$i);)+
            }
        }

        impl<$($T: Gradient),+> Gradient for ($($T,)+) {
            #[inline]
            fn scale(&mut self, factor: f64) {
                $(self.$i.scale(factor);)+
            }

            #[inline]
            fn dot(&self, other: &Self) -> f64 {
                0.0 $(+ self.$i.dot(&other.$i))+
            }
        }
    };
}

tuple!(A M 0);
tuple!(A M 0, B N 1);
tuple!(A M 0, B N 1, C O 2);
tuple!(A M 0, B N 1, C O 2, D P 3);
tuple!(A M 0, B N 1, C O 2, D P 3, E Q 4);
tuple!(A M 0, B N 1, C O 2, D P 3, E Q 4, F R 5);
tuple!(A M 0, B N 1, C O 2, D P 3, E Q 4, F R 5, G S 6);
tuple!(A M 0, B N 1, C O 2, D P 3, E Q 4, F R 5, G S 6, H T 7);
tuple!(A M 0, B N 1, C O 2, D P 3, E Q 4, F R 5, G S 6, H T 7, I U 8);
tuple!(A M 0, B N 1, C O 2, D P 3, E Q 4, F R 5, G S 6, H T 7, I U 8, J V 9);
tuple!(A M 0, B N 1, C O 2, D P 3, E Q 4, F R 5, G S 6, H T 7, I U 8, J V 9, K W 10);
tuple!(A M 0, B N 1, C O 2, D P 3, E Q 4, F R 5, G S 6, H T 7, I U 8, J V 9, K W 10, L X 11);
