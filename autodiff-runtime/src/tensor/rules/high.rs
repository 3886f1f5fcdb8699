//! Derivatives of order 3 and above.

use super::{Elements, Share as _};
use crate::ops::{Rule1, Rule1High, Rule2, Rule2High, Rule3, Rule3High};
use crate::tensor::{Tensor, zip};
use crate::{Grad, Real};

/// The elements of an operand, broadcast to the shape of `like`, in row-major order.
fn spread<T: Real>(x: &impl Elements<T>, like: &Tensor<T>) -> Vec<T> {
    zip::spread(like.shape(), x.elements())
}

/// `$call` for the elements of operands and of what `$tangents` has for each set of directions.
macro_rules! each {
    ($like:ident, [$($operand:ident),*], $tangents:ident: ($($dot:ident),*), $call:expr) => {{
        let like = $like;
        $(let $operand = spread($operand, like);)*
        let sets: Vec<_> = $tangents.iter().map(|($($dot),*)| ($(spread(*$dot, like)),*)).collect();
        let element = |i: usize| {
            $(let $operand = &$operand[i];)*
            let $tangents: Vec<_> = sets.iter().map(|($($dot),*)| ($(&$dot[i]),*)).collect();
            $call
        };
        Tensor::from_shape_vec(like.shape(), (0..like.len()).map(element).collect())
    }};
}

macro_rules! one_high {
    ($([$($life:lifetime)?] $A:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($life,)? T: Real + Rule1<P, Output = T> + Rule1High<P>, P: crate::ops::Primitive> Rule1High<P> for $A {
            fn pull_high(
                &self,
                out: &Tensor<T>,
                out_bar: &Tensor<T>,
                tangents: &[(&Tensor<T>, &Tensor<T>, &Tensor<T>)],
            ) -> Tensor<T> {
                let x = self;
                each!(out, [x, out, out_bar], tangents: (p, q, r), Rule1High::<P>::pull_high(x, out, out_bar, &tangents))
            }

            fn push_high(
                &self,
                out: &Tensor<T>,
                dot: &Tensor<T>,
                tangents: &[(&Tensor<T>, &Tensor<T>, &Tensor<T>)],
            ) -> Tensor<T> {
                let x = self;
                each!(out, [x, out, dot], tangents: (p, q, r), Rule1High::<P>::push_high(x, out, dot, &tangents))
            }
        }
    )*};
}

operands!(one_high);

macro_rules! two_high {
    ($([$($generics:tt)*] $T:ty: $A:ty, $B:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)* P: crate::ops::Primitive> Rule2High<P, $B> for $A
        where
            $T: Rule2<P, $T, Output = $T> + Rule2High<P, $T>,
        {
            two_high!(@pull pull_lhs_high $T: $A, $B => $A, |a, b| a);
            two_high!(@pull pull_rhs_high $T: $A, $B => $B, |a, b| b);

            fn push_high(
                &self,
                b: &$B,
                out: &Tensor<$T>,
                a_dot: &Grad<$A>,
                b_dot: &Grad<$B>,
                tangents: &[(&Grad<$A>, &Grad<$B>, &Tensor<$T>, &Grad<$A>, &Grad<$B>)],
            ) -> Tensor<$T> {
                let a = self;
                each!(
                    out,
                    [a, b, out, a_dot, b_dot],
                    tangents: (p, q, r, s, t),
                    Rule2High::<P, $T>::push_high(a, b, out, a_dot, b_dot, &tangents)
                )
            }
        }
    )*};
    (@pull $method:ident $T:ty: $A:ty, $B:ty => $Of:ty, |$a:ident, $b:ident| $of:ident) => {
        fn $method(
            &self,
            $b: &$B,
            out: &Tensor<$T>,
            out_bar: &Tensor<$T>,
            tangents: &[(&Grad<$A>, &Grad<$B>, &Tensor<$T>, &Tensor<$T>)],
        ) -> Grad<$Of> {
            let $a = self;
            let of = $of;
            of.share(each!(
                out,
                [$a, $b, out, out_bar],
                tangents: (p, q, r, s),
                Rule2High::<P, $T>::$method($a, $b, out, out_bar, &tangents)
            ))
        }
    };
}

pairs!(two_high);

macro_rules! power_high {
    ($([$($life:lifetime),*] $A:ty, $B:ty, |$b:ident| $n:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($life,)* T: Real + Rule2<P, i32, Output = T> + Rule2High<P, i32>, P> Rule2High<P, $B> for $A {
            fn pull_lhs_high(
                &self,
                $b: &$B,
                out: &Tensor<T>,
                out_bar: &Tensor<T>,
                tangents: &[(&Tensor<T>, &(), &Tensor<T>, &Tensor<T>)],
            ) -> Tensor<T> {
                let (x, n) = (self, $n);
                let tangents: Vec<_> = tangents.iter().map(|(p, (), q, r)| (*p, *q, *r)).collect();
                each!(out, [x, out, out_bar], tangents: (p, q, r), {
                    let tangents: Vec<_> = tangents.into_iter().map(|(p, q, r)| (p, &(), q, r)).collect();
                    Rule2High::<P, i32>::pull_lhs_high(x, &n, out, out_bar, &tangents)
                })
            }

            fn pull_rhs_high(
                &self,
                _: &$B,
                _: &Tensor<T>,
                _: &Tensor<T>,
                _: &[(&Tensor<T>, &(), &Tensor<T>, &Tensor<T>)],
            ) {
            }

            fn push_high(
                &self,
                $b: &$B,
                out: &Tensor<T>,
                dot: &Tensor<T>,
                (): &(),
                tangents: &[(&Tensor<T>, &(), &Tensor<T>, &Tensor<T>, &())],
            ) -> Tensor<T> {
                let (x, n) = (self, $n);
                let tangents: Vec<_> = tangents.iter().map(|(p, (), q, r, ())| (*p, *q, *r)).collect();
                each!(out, [x, out, dot], tangents: (p, q, r), {
                    let tangents: Vec<_> = tangents.into_iter().map(|(p, q, r)| (p, &(), q, r, &())).collect();
                    Rule2High::<P, i32>::push_high(x, &n, out, dot, &(), &tangents)
                })
            }
        }
    )*};
}

powers!(power_high);

macro_rules! three_high {
    ($([$($life:lifetime),*] $A:ty, $B:ty, $C:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($life,)* T: Real + Rule3<P, T, T, Output = T> + Rule3High<P, T, T>, P> Rule3High<P, $B, $C> for $A {
            three_high!(@pull pull_first_high $A, $B, $C => $A, |a, b, c| a);
            three_high!(@pull pull_second_high $A, $B, $C => $B, |a, b, c| b);
            three_high!(@pull pull_third_high $A, $B, $C => $C, |a, b, c| c);

            fn push_high(
                &self,
                b: &$B,
                c: &$C,
                out: &Tensor<T>,
                a_dot: &Grad<$A>,
                b_dot: &Grad<$B>,
                c_dot: &Grad<$C>,
                tangents: &[(&Grad<$A>, &Grad<$B>, &Grad<$C>, &Tensor<T>, &Grad<$A>, &Grad<$B>, &Grad<$C>)],
            ) -> Tensor<T> {
                let a = self;
                each!(
                    out,
                    [a, b, c, out, a_dot, b_dot, c_dot],
                    tangents: (p, q, r, s, t, u, v),
                    Rule3High::<P, T, T>::push_high(a, b, c, out, a_dot, b_dot, c_dot, &tangents)
                )
            }
        }
    )*};
    (@pull $method:ident $A:ty, $B:ty, $C:ty => $Of:ty, |$a:ident, $b:ident, $c:ident| $of:ident) => {
        fn $method(
            &self,
            $b: &$B,
            $c: &$C,
            out: &Tensor<T>,
            out_bar: &Tensor<T>,
            tangents: &[(&Grad<$A>, &Grad<$B>, &Grad<$C>, &Tensor<T>, &Tensor<T>)],
        ) -> Grad<$Of> {
            let $a = self;
            let of = $of;
            of.share(each!(
                out,
                [$a, $b, $c, out, out_bar],
                tangents: (p, q, r, s, t),
                Rule3High::<P, T, T>::$method($a, $b, $c, out, out_bar, &tangents)
            ))
        }
    };
}

triples!(three_high);
