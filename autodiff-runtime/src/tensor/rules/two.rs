//! Of two operands.

use super::{Elements as _, Share as _};
use crate::ops::{Primitive, Rule2, Rule2Dot};
use crate::tensor::Tensor;
use crate::tensor::zip::{update, zip};
use crate::{Grad, Real};

macro_rules! two {
    ($([$($generics:tt)*] $T:ty: $A:ty, $B:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)* P: Primitive> Rule2<P, $B> for $A
        where
            $T: Rule2<P, $T, Output = $T>,
        {
            type Output = Tensor<$T>;

            fn pull_lhs(&self, b: &$B, out: &Tensor<$T>, out_bar: Tensor<$T>) -> Grad<$A> {
                if P::PASSES[0] {
                    return self.share(out_bar);
                }
                let a = self;
                self.share(from_bar!(out_bar, [a, b, out], Rule2::<P, $T>::pull_lhs(&a, &b, &out, out_bar)))
            }

            fn pull_rhs(&self, b: &$B, out: &Tensor<$T>, out_bar: Tensor<$T>) -> Grad<$B> {
                if P::PASSES[1] {
                    return b.share(out_bar);
                }
                let (a, of) = (self, b);
                of.share(from_bar!(out_bar, [a, b, out], Rule2::<P, $T>::pull_rhs(&a, &b, &out, out_bar)))
            }

            fn push(&self, b: &$B, out: &Tensor<$T>, a_dot: &Grad<$A>, b_dot: &Grad<$B>) -> Tensor<$T> {
                let a = self;
                from_all!(out, [a, b, out, a_dot, b_dot], Rule2::<P, $T>::push(&a, &b, &out, &a_dot, &b_dot))
            }

        }

        #[diagnostic::do_not_recommend]
        impl<$($generics)* P: Primitive> Rule2Dot<P, $B> for $A
        where
            $T: Rule2<P, $T, Output = $T> + Rule2Dot<P, $T>,
        {
            fn pull_lhs_dot(
                &self,
                b: &$B,
                out: &Tensor<$T>,
                out_bar: &Tensor<$T>,
                a_dot: &Grad<$A>,
                b_dot: &Grad<$B>,
                out_dot: &Tensor<$T>,
                out_bar_dot: &Tensor<$T>,
            ) -> Grad<$A> {
                let a = self;
                self.share(from_all!(
                    out,
                    [a, b, out, out_bar, a_dot, b_dot, out_dot, out_bar_dot],
                    Rule2Dot::<P, $T>::pull_lhs_dot(&a, &b, &out, &out_bar, &a_dot, &b_dot, &out_dot, &out_bar_dot)
                ))
            }

            fn pull_rhs_dot(
                &self,
                b: &$B,
                out: &Tensor<$T>,
                out_bar: &Tensor<$T>,
                a_dot: &Grad<$A>,
                b_dot: &Grad<$B>,
                out_dot: &Tensor<$T>,
                out_bar_dot: &Tensor<$T>,
            ) -> Grad<$B> {
                let (a, of) = (self, b);
                of.share(from_all!(
                    out,
                    [a, b, out, out_bar, a_dot, b_dot, out_dot, out_bar_dot],
                    Rule2Dot::<P, $T>::pull_rhs_dot(&a, &b, &out, &out_bar, &a_dot, &b_dot, &out_dot, &out_bar_dot)
                ))
            }

            fn push_dot(
                &self,
                b: &$B,
                out: &Tensor<$T>,
                a_dot: &Grad<$A>,
                b_dot: &Grad<$B>,
                a_dot2: &Grad<$A>,
                b_dot2: &Grad<$B>,
                out_dot2: &Tensor<$T>,
                a_dots: &Grad<$A>,
                b_dots: &Grad<$B>,
            ) -> Tensor<$T> {
                let a = self;
                from_all!(
                    out,
                    [a, b, out, a_dot, b_dot, a_dot2, b_dot2, out_dot2, a_dots, b_dots],
                    Rule2Dot::<P, $T>::push_dot(&a, &b, &out, &a_dot, &b_dot, &a_dot2, &b_dot2, &out_dot2, &a_dots, &b_dots)
                )
            }
        }
    )*};
}

pairs!(two);
