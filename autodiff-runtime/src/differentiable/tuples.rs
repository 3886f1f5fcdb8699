//! Tuples of up to twelve elements: elementwise, in every trait.

use std::borrow::{Borrow, BorrowMut};

use super::Differentiable;
use crate::flat::Flat;
use crate::shadow::ShadowOps;

macro_rules! tuple {
    ($($T:ident $i:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<$($T: Differentiable),+> Differentiable for ($($T,)+) {
            type Shadow = ($($T::Zeros,)+);
            type Zeros = ($($T::Zeros,)+);
            type Tangent = ($($T::Grad,)+);
            type Grad = ($($T::Grad,)+);

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
    };
}

tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);
