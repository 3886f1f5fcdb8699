//! Of three operands.

use super::{Elements as _, Share as _};
use crate::ops::{Rule3, Rule3Dot};
use crate::tensor::Tensor;
use crate::tensor::zip::{update, zip};
use crate::{Grad, Real};

macro_rules! three {
    ($([$($life:lifetime),*] $A:ty, $B:ty, $C:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($life,)* T: Real + Rule3<P, T, T, Output = T>, P> Rule3<P, $B, $C> for $A {
            type Output = Tensor<T>;

            fn pull_first(&self, b: &$B, c: &$C, out: &Tensor<T>, out_bar: Tensor<T>) -> Grad<$A> {
                let a = self;
                self.share(from_bar!(out_bar, [a, b, c, out], Rule3::<P, T, T>::pull_first(&a, &b, &c, &out, out_bar)))
            }

            fn pull_second(&self, b: &$B, c: &$C, out: &Tensor<T>, out_bar: Tensor<T>) -> Grad<$B> {
                let (a, of) = (self, b);
                of.share(from_bar!(out_bar, [a, b, c, out], Rule3::<P, T, T>::pull_second(&a, &b, &c, &out, out_bar)))
            }

            fn pull_third(&self, b: &$B, c: &$C, out: &Tensor<T>, out_bar: Tensor<T>) -> Grad<$C> {
                let (a, of) = (self, c);
                of.share(from_bar!(out_bar, [a, b, c, out], Rule3::<P, T, T>::pull_third(&a, &b, &c, &out, out_bar)))
            }

            fn push(
                &self,
                b: &$B,
                c: &$C,
                out: &Tensor<T>,
                a_dot: &Grad<$A>,
                b_dot: &Grad<$B>,
                c_dot: &Grad<$C>,
            ) -> Tensor<T> {
                let a = self;
                from_all!(
                    out,
                    [a, b, c, out, a_dot, b_dot, c_dot],
                    Rule3::<P, T, T>::push(&a, &b, &c, &out, &a_dot, &b_dot, &c_dot)
                )
            }

        }

        #[diagnostic::do_not_recommend]
        impl<$($life,)* T: Real + Rule3<P, T, T, Output = T> + Rule3Dot<P, T, T>, P> Rule3Dot<P, $B, $C> for $A {
            three!(@derived pull_first_dot $A, $B, $C: $A, |a, b, c| a);
            three!(@derived pull_second_dot $A, $B, $C: $B, |a, b, c| b);
            three!(@derived pull_third_dot $A, $B, $C: $C, |a, b, c| c);

            fn push_dot(
                &self,
                b: &$B,
                c: &$C,
                out: &Tensor<T>,
                a_dot: &Grad<$A>,
                b_dot: &Grad<$B>,
                c_dot: &Grad<$C>,
                a_dot2: &Grad<$A>,
                b_dot2: &Grad<$B>,
                c_dot2: &Grad<$C>,
                out_dot2: &Tensor<T>,
                a_dots: &Grad<$A>,
                b_dots: &Grad<$B>,
                c_dots: &Grad<$C>,
            ) -> Tensor<T> {
                let a = self;
                from_all!(
                    out,
                    [a, b, c, out, a_dot, b_dot, c_dot, a_dot2, b_dot2, c_dot2, out_dot2, a_dots, b_dots, c_dots],
                    Rule3Dot::<P, T, T>::push_dot(
                        &a, &b, &c, &out, &a_dot, &b_dot, &c_dot, &a_dot2, &b_dot2, &c_dot2, &out_dot2, &a_dots, &b_dots,
                        &c_dots
                    )
                )
            }
        }
    )*};
    (@derived $method:ident $A:ty, $B:ty, $C:ty: $Of:ty, |$a:ident, $b:ident, $c:ident| $of:ident) => {
        fn $method(
            &self,
            $b: &$B,
            $c: &$C,
            out: &Tensor<T>,
            out_bar: &Tensor<T>,
            a_dot: &Grad<$A>,
            b_dot: &Grad<$B>,
            c_dot: &Grad<$C>,
            out_dot: &Tensor<T>,
            out_bar_dot: &Tensor<T>,
        ) -> Grad<$Of> {
            let $a = self;
            let of = $of;
            of.share(from_all!(
                out,
                [$a, $b, $c, out, out_bar, a_dot, b_dot, c_dot, out_dot, out_bar_dot],
                Rule3Dot::<P, T, T>::$method(
                    &$a, &$b, &$c, &out, &out_bar, &a_dot, &b_dot, &c_dot, &out_dot, &out_bar_dot
                )
            ))
        }
    };
}

triples!(three);
