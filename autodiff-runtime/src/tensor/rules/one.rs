//! Of one operand.

use super::Elements as _;
use crate::Real;
use crate::ops::{Primitive, Rule1, Rule1Dot};
use crate::tensor::Tensor;
use crate::tensor::zip::{update, zip};

macro_rules! one {
    ($([$($life:lifetime)?] $A:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($life,)? T: Real + Rule1<P, Output = T>, P: Primitive> Rule1<P> for $A {
            type Output = Tensor<T>;

            fn pull(&self, out: &Tensor<T>, out_bar: Tensor<T>) -> Tensor<T> {
                if P::PASSES[0] {
                    return out_bar;
                }
                let x = self;
                from_bar!(out_bar, [x, out], Rule1::<P>::pull(&x, &out, out_bar))
            }

            fn push(&self, out: &Tensor<T>, dot: &Tensor<T>) -> Tensor<T> {
                let x = self;
                from_all!(out, [x, out, dot], Rule1::<P>::push(&x, &out, &dot))
            }

        }

        #[diagnostic::do_not_recommend]
        impl<$($life,)? T: Real + Rule1<P, Output = T> + Rule1Dot<P>, P: Primitive> Rule1Dot<P> for $A {
            fn pull_dot(
                &self,
                out: &Tensor<T>,
                out_bar: &Tensor<T>,
                dot: &Tensor<T>,
                out_dot: &Tensor<T>,
                out_bar_dot: &Tensor<T>,
            ) -> Tensor<T> {
                let x = self;
                from_all!(
                    out,
                    [x, out, out_bar, dot, out_dot, out_bar_dot],
                    Rule1Dot::<P>::pull_dot(&x, &out, &out_bar, &dot, &out_dot, &out_bar_dot)
                )
            }

            fn push_dot(
                &self,
                out: &Tensor<T>,
                dot: &Tensor<T>,
                dot2: &Tensor<T>,
                out_dot2: &Tensor<T>,
                dots: &Tensor<T>,
            ) -> Tensor<T> {
                let x = self;
                from_all!(
                    out,
                    [x, out, dot, dot2, out_dot2, dots],
                    Rule1Dot::<P>::push_dot(&x, &out, &dot, &dot2, &out_dot2, &dots)
                )
            }
        }
    )*};
}

operands!(one);
