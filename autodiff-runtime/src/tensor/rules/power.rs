//! Powers with an integer exponent, which carries no derivative.

use super::Elements as _;
use crate::Real;
use crate::ops::{Rule2, Rule2Dot};
use crate::tensor::Tensor;
use crate::tensor::zip::{update, zip};

macro_rules! power {
    ($([$($life:lifetime),*] $A:ty, $B:ty, |$b:ident| $n:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($life,)* T: Real + Rule2<P, i32, Output = T>, P> Rule2<P, $B> for $A {
            type Output = Tensor<T>;

            fn pull_lhs(&self, $b: &$B, out: &Tensor<T>, out_bar: Tensor<T>) -> Tensor<T> {
                let (x, n) = (self, $n);
                from_bar!(out_bar, [x, out], Rule2::<P, i32>::pull_lhs(&x, &n, &out, out_bar))
            }

            fn pull_rhs(&self, _: &$B, _: &Tensor<T>, _: Tensor<T>) {}

            fn push(&self, $b: &$B, out: &Tensor<T>, dot: &Tensor<T>, (): &()) -> Tensor<T> {
                let (x, n) = (self, $n);
                from_all!(out, [x, out, dot], Rule2::<P, i32>::push(&x, &n, &out, &dot, &()))
            }

        }

        #[diagnostic::do_not_recommend]
        impl<$($life,)* T: Real + Rule2<P, i32, Output = T> + Rule2Dot<P, i32>, P> Rule2Dot<P, $B> for $A {
            fn pull_lhs_dot(
                &self,
                $b: &$B,
                out: &Tensor<T>,
                out_bar: &Tensor<T>,
                dot: &Tensor<T>,
                (): &(),
                out_dot: &Tensor<T>,
                out_bar_dot: &Tensor<T>,
            ) -> Tensor<T> {
                let (x, n) = (self, $n);
                from_all!(
                    out,
                    [x, out, out_bar, dot, out_dot, out_bar_dot],
                    Rule2Dot::<P, i32>::pull_lhs_dot(&x, &n, &out, &out_bar, &dot, &(), &out_dot, &out_bar_dot)
                )
            }

            fn pull_rhs_dot(
                &self,
                _: &$B,
                _: &Tensor<T>,
                _: &Tensor<T>,
                _: &Tensor<T>,
                (): &(),
                _: &Tensor<T>,
                _: &Tensor<T>,
            ) {
            }

            fn push_dot(
                &self,
                $b: &$B,
                out: &Tensor<T>,
                dot: &Tensor<T>,
                (): &(),
                dot2: &Tensor<T>,
                (): &(),
                out_dot2: &Tensor<T>,
                dots: &Tensor<T>,
                (): &(),
            ) -> Tensor<T> {
                let (x, n) = (self, $n);
                from_all!(
                    out,
                    [x, out, dot, dot2, out_dot2, dots],
                    Rule2Dot::<P, i32>::push_dot(&x, &n, &out, &dot, &(), &dot2, &(), &out_dot2, &dots, &())
                )
            }
        }
    )*};
}

powers!(power);
