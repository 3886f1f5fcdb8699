//! Derivatives of operators and elementwise functions: those of floats, element by element.
//!
//! The partial derivatives come from the rule table, through the rules that it makes for `f32` and `f64`. What an operand was
//! broadcast for is summed up.

use ndarray::{ArrayView, IxDyn};

use super::Tensor;
use super::algebra::Algebra as _;
use super::zip::{scalar, update, zip};
use crate::ops::{Primitive, Rule1, Rule1Dot, Rule2, Rule2Dot, Rule3, Rule3Dot};
use crate::{Grad, Real};

/// An operand of any kind, or its adjoint or tangent, as elements.
trait Elements<T> {
    fn elements(&self) -> ArrayView<'_, T, IxDyn>;
}

impl<T> Elements<T> for Tensor<T> {
    fn elements(&self) -> ArrayView<'_, T, IxDyn> {
        self.0.view()
    }
}

impl<T> Elements<T> for &Tensor<T> {
    fn elements(&self) -> ArrayView<'_, T, IxDyn> {
        self.0.view()
    }
}

impl<T: Real> Elements<T> for T {
    fn elements(&self) -> ArrayView<'_, T, IxDyn> {
        scalar(self)
    }
}

impl<T: Real> Elements<T> for &T {
    fn elements(&self) -> ArrayView<'_, T, IxDyn> {
        scalar(self)
    }
}

/// What of an elementwise adjoint is an operand's.
trait Share<T> {
    type Of;
    fn share(&self, bar: Tensor<T>) -> Self::Of;
}

impl<T: Real> Share<T> for Tensor<T> {
    type Of = Tensor<T>;
    fn share(&self, bar: Tensor<T>) -> Tensor<T> {
        bar.sum_to_shape(self.shape())
    }
}

impl<T: Real> Share<T> for &Tensor<T> {
    type Of = Tensor<T>;
    fn share(&self, bar: Tensor<T>) -> Tensor<T> {
        bar.sum_to_shape(self.shape())
    }
}

impl<T: Real> Share<T> for T {
    type Of = T;
    fn share(&self, bar: Tensor<T>) -> T {
        bar.sum()
    }
}

impl<T: Real> Share<T> for &T {
    type Of = T;
    fn share(&self, bar: Tensor<T>) -> T {
        bar.sum()
    }
}

/// `$f` of the elements of `$bar` and of operands that broadcast to its shape; in its memory if nothing else shares that.
macro_rules! from_bar {
    ($bar:ident, [$($operand:ident),*], $f:expr) => {
        if $bar.is_unique() {
            let mut bar = $bar;
            update(&mut bar, [$($operand.elements()),*], |$bar, [$($operand),*]| $f);
            bar
        } else {
            from_all!($bar, [$bar, $($operand),*], $f)
        }
    };
}

/// `$f` of the elements of operands that broadcast to the shape of `$like`.
macro_rules! from_all {
    ($like:ident, [$($operand:ident),*], $f:expr) => {
        zip($like.0.raw_dim(), [$($operand.elements()),*], |[$($operand),*]| $f)
    };
}

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

one! {
    [] Tensor<T>;
    ['a] &'a Tensor<T>;
}

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

two! {
    [T: Real,] T: Tensor<T>, Tensor<T>;
    ['b, T: Real,] T: Tensor<T>, &'b Tensor<T>;
    ['a, T: Real,] T: &'a Tensor<T>, Tensor<T>;
    ['a, 'b, T: Real,] T: &'a Tensor<T>, &'b Tensor<T>;
    [T: Real,] T: Tensor<T>, T;
    ['b, T: Real,] T: Tensor<T>, &'b T;
    ['a, T: Real,] T: &'a Tensor<T>, T;
    ['a, 'b, T: Real,] T: &'a Tensor<T>, &'b T;
    [] f32: f32, Tensor<f32>;
    ['b,] f32: f32, &'b Tensor<f32>;
    ['a,] f32: &'a f32, Tensor<f32>;
    ['a, 'b,] f32: &'a f32, &'b Tensor<f32>;
    [] f64: f64, Tensor<f64>;
    ['b,] f64: f64, &'b Tensor<f64>;
    ['a,] f64: &'a f64, Tensor<f64>;
    ['a, 'b,] f64: &'a f64, &'b Tensor<f64>;
}

/// `powi`: the exponent carries no derivative.
macro_rules! with_integer {
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

with_integer! {
    [] Tensor<T>, i32, |n| *n;
    ['a] &'a Tensor<T>, i32, |n| *n;
    ['b] Tensor<T>, &'b i32, |n| **n;
    ['a, 'b] &'a Tensor<T>, &'b i32, |n| **n;
}

/// `clamp` to an interval of numbers, and `mul_add`.
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

three! {
    [] Tensor<T>, T, T;
    ['a] &'a Tensor<T>, T, T;
    ['b] Tensor<T>, &'b Tensor<T>, T;
    ['a, 'b] &'a Tensor<T>, &'b Tensor<T>, T;
    ['c] Tensor<T>, T, &'c Tensor<T>;
    ['a, 'c] &'a Tensor<T>, T, &'c Tensor<T>;
    ['b, 'c] Tensor<T>, &'b Tensor<T>, &'c Tensor<T>;
    ['a, 'b, 'c] &'a Tensor<T>, &'b Tensor<T>, &'c Tensor<T>;
}
