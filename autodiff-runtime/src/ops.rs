//! Rules for operands whose type the macro cannot see.
//!
//! Where the macro knows that it deals with floats, it writes the derivative down. Elsewhere (fields of structs, results of
//! calls) it calls these traits from the pullback, where every type is known, and rustc finds the rule. Operators of the user's
//! own types become differentiable by an impl of them, which `#[differentiate] impl Mul<f64> for V2 { … }` writes.
//!
//! Each trait is named by the number of operands, and takes the primitive as its first argument ([`prim`]). There is one function
//! for each operand, so that an operand without a derivative costs nothing; adjoints are handed over by value, so that
//! a large one can be moved on. What second derivatives need besides is in a trait of its own (`Rule1Dot` …), and what those of any
//! order need in another (`Rule1High` …, for floats by [`Jet`]), so that an operator of the user's need not have them.

#![allow(clippy::type_complexity, reason = "tuples of tangents, one for each operand")]

use std::borrow::{Borrow as _, BorrowMut as _};

use crate::jet::{Exponent, Jet, Number};
use crate::real::Real;
use crate::wide::{LANES, WideGrad};
use crate::{Differentiable, Grad};

/// What the rule table says of a primitive besides its rule for floats.
pub trait Primitive {
    /// For each operand: the partial derivative is 1 everywhere, so that the adjoint of the result is the operand's as it stands.
    const PASSES: &'static [bool];
}

/// A primitive with one operand.
#[diagnostic::on_unimplemented(
    message = "`{P}` of `{Self}` has no derivative",
    label = "`{P}` is not differentiable for `{Self}`",
    note = "write `#[differentiate]` on the impl of the operator, or mark what is constant with `#[constant]`"
)]
pub trait Rule1<P>: Differentiable {
    /// The type of the result.
    type Output: Differentiable;
    /// The operand's share of the result's adjoint.
    fn pull(&self, out: &Self::Output, out_bar: Grad<Self::Output>) -> Grad<Self>;
    /// The result's tangent.
    fn push(&self, out: &Self::Output, dot: &Grad<Self>) -> Grad<Self::Output>;
    /// The result's tangent in several directions.
    #[inline(always)]
    fn push_wide(&self, out: &Self::Output, dot: &WideGrad<Self>) -> WideGrad<Self::Output> {
        let mut wide = out.zero_wide();
        for lane in 0..LANES {
            let tangent = self.push(out, &Self::lane(dot.borrow(), lane));
            Self::Output::set_lane(wide.borrow_mut(), lane, tangent.borrow());
        }
        wide
    }
}

/// The derivatives of [`Rule1`].
#[diagnostic::on_unimplemented(
    message = "`{P}` of `{Self}` has no second derivative",
    label = "`{P}` is differentiable once for `{Self}`",
    note = "write `#[differentiate(order = 2)]` on the impl of the operator or method"
)]
pub trait Rule1Dot<P>: Rule1<P> {
    /// The tangent of `pull`.
    fn pull_dot(
        &self,
        out: &Self::Output,
        out_bar: &Grad<Self::Output>,
        dot: &Grad<Self>,
        out_dot: &Grad<Self::Output>,
        out_bar_dot: &Grad<Self::Output>,
    ) -> Grad<Self>;
    /// The tangent of `push`, in a second direction; `dots` is the tangent in both.
    fn push_dot(
        &self,
        out: &Self::Output,
        dot: &Grad<Self>,
        dot2: &Grad<Self>,
        out_dot2: &Grad<Self::Output>,
        dots: &Grad<Self>,
    ) -> Grad<Self::Output>;
}

/// A primitive with two operands.
#[diagnostic::on_unimplemented(
    message = "`{P}` of `{Self}` and `{B}` has no derivative",
    label = "`{P}` is not differentiable for `{Self}` and `{B}`",
    note = "write `#[differentiate]` on the impl of the operator, or mark what is constant with `#[constant]`"
)]
pub trait Rule2<P, B: Differentiable>: Differentiable {
    /// The type of the result.
    type Output: Differentiable;
    /// The first operand's share of the result's adjoint.
    fn pull_lhs(&self, b: &B, out: &Self::Output, out_bar: Grad<Self::Output>) -> Grad<Self>;
    /// The second operand's share of the result's adjoint.
    fn pull_rhs(&self, b: &B, out: &Self::Output, out_bar: Grad<Self::Output>) -> Grad<B>;
    /// The result's tangent.
    fn push(&self, b: &B, out: &Self::Output, a_dot: &Grad<Self>, b_dot: &Grad<B>) -> Grad<Self::Output>;
    /// The result's tangent in several directions.
    #[inline(always)]
    fn push_wide(&self, b: &B, out: &Self::Output, a_dot: &WideGrad<Self>, b_dot: &WideGrad<B>) -> WideGrad<Self::Output> {
        let mut wide = out.zero_wide();
        for lane in 0..LANES {
            let tangent = self.push(b, out, &Self::lane(a_dot.borrow(), lane), &B::lane(b_dot.borrow(), lane));
            Self::Output::set_lane(wide.borrow_mut(), lane, tangent.borrow());
        }
        wide
    }
}

/// The derivatives of [`Rule2`].
#[diagnostic::on_unimplemented(
    message = "`{P}` of `{Self}` and `{B}` has no second derivative",
    label = "`{P}` is differentiable once for `{Self}` and `{B}`",
    note = "write `#[differentiate(order = 2)]` on the impl of the operator or method"
)]
pub trait Rule2Dot<P, B: Differentiable>: Rule2<P, B> {
    /// The tangent of `pull_lhs`.
    fn pull_lhs_dot(
        &self,
        b: &B,
        out: &Self::Output,
        out_bar: &Grad<Self::Output>,
        a_dot: &Grad<Self>,
        b_dot: &Grad<B>,
        out_dot: &Grad<Self::Output>,
        out_bar_dot: &Grad<Self::Output>,
    ) -> Grad<Self>;
    /// The tangent of `pull_rhs`.
    fn pull_rhs_dot(
        &self,
        b: &B,
        out: &Self::Output,
        out_bar: &Grad<Self::Output>,
        a_dot: &Grad<Self>,
        b_dot: &Grad<B>,
        out_dot: &Grad<Self::Output>,
        out_bar_dot: &Grad<Self::Output>,
    ) -> Grad<B>;
    /// The tangent of `push`, in a second direction; `a_dots` and so on are the tangents in both.
    fn push_dot(
        &self,
        b: &B,
        out: &Self::Output,
        a_dot: &Grad<Self>,
        b_dot: &Grad<B>,
        a_dot2: &Grad<Self>,
        b_dot2: &Grad<B>,
        out_dot2: &Grad<Self::Output>,
        a_dots: &Grad<Self>,
        b_dots: &Grad<B>,
    ) -> Grad<Self::Output>;
}

/// A primitive with three operands.
#[diagnostic::on_unimplemented(
    message = "`{P}` of `{Self}`, `{B}` and `{C}` has no derivative",
    label = "`{P}` is not differentiable for `{Self}`, `{B}` and `{C}`",
    note = "mark what is constant with `#[constant]`"
)]
pub trait Rule3<P, B: Differentiable, C: Differentiable>: Differentiable {
    /// The type of the result.
    type Output: Differentiable;
    /// The first operand's share of the result's adjoint.
    fn pull_first(&self, b: &B, c: &C, out: &Self::Output, out_bar: Grad<Self::Output>) -> Grad<Self>;
    /// The second operand's share of the result's adjoint.
    fn pull_second(&self, b: &B, c: &C, out: &Self::Output, out_bar: Grad<Self::Output>) -> Grad<B>;
    /// The third operand's share of the result's adjoint.
    fn pull_third(&self, b: &B, c: &C, out: &Self::Output, out_bar: Grad<Self::Output>) -> Grad<C>;
    /// The result's tangent.
    fn push(&self, b: &B, c: &C, out: &Self::Output, a_dot: &Grad<Self>, b_dot: &Grad<B>, c_dot: &Grad<C>) -> Grad<Self::Output>;
    /// The result's tangent in several directions.
    #[inline(always)]
    fn push_wide(
        &self,
        b: &B,
        c: &C,
        out: &Self::Output,
        a_dot: &WideGrad<Self>,
        b_dot: &WideGrad<B>,
        c_dot: &WideGrad<C>,
    ) -> WideGrad<Self::Output> {
        let mut wide = out.zero_wide();
        for lane in 0..LANES {
            let tangent = self.push(
                b,
                c,
                out,
                &Self::lane(a_dot.borrow(), lane),
                &B::lane(b_dot.borrow(), lane),
                &C::lane(c_dot.borrow(), lane),
            );
            Self::Output::set_lane(wide.borrow_mut(), lane, tangent.borrow());
        }
        wide
    }
}

/// The derivatives of [`Rule3`].
#[diagnostic::on_unimplemented(
    message = "`{P}` of `{Self}`, `{B}` and `{C}` has no second derivative",
    label = "`{P}` is differentiable once for `{Self}`, `{B}` and `{C}`",
    note = "write `#[differentiate(order = 2)]` on the impl of the operator or method"
)]
pub trait Rule3Dot<P, B: Differentiable, C: Differentiable>: Rule3<P, B, C> {
    /// The tangent of `pull_first`.
    fn pull_first_dot(
        &self,
        b: &B,
        c: &C,
        out: &Self::Output,
        out_bar: &Grad<Self::Output>,
        a_dot: &Grad<Self>,
        b_dot: &Grad<B>,
        c_dot: &Grad<C>,
        out_dot: &Grad<Self::Output>,
        out_bar_dot: &Grad<Self::Output>,
    ) -> Grad<Self>;
    /// The tangent of `pull_second`.
    fn pull_second_dot(
        &self,
        b: &B,
        c: &C,
        out: &Self::Output,
        out_bar: &Grad<Self::Output>,
        a_dot: &Grad<Self>,
        b_dot: &Grad<B>,
        c_dot: &Grad<C>,
        out_dot: &Grad<Self::Output>,
        out_bar_dot: &Grad<Self::Output>,
    ) -> Grad<B>;
    /// The tangent of `pull_third`.
    fn pull_third_dot(
        &self,
        b: &B,
        c: &C,
        out: &Self::Output,
        out_bar: &Grad<Self::Output>,
        a_dot: &Grad<Self>,
        b_dot: &Grad<B>,
        c_dot: &Grad<C>,
        out_dot: &Grad<Self::Output>,
        out_bar_dot: &Grad<Self::Output>,
    ) -> Grad<C>;
    /// The tangent of `push`, in a second direction; `a_dots` and so on are the tangents in both.
    fn push_dot(
        &self,
        b: &B,
        c: &C,
        out: &Self::Output,
        a_dot: &Grad<Self>,
        b_dot: &Grad<B>,
        c_dot: &Grad<C>,
        a_dot2: &Grad<Self>,
        b_dot2: &Grad<B>,
        c_dot2: &Grad<C>,
        out_dot2: &Grad<Self::Output>,
        a_dots: &Grad<Self>,
        b_dots: &Grad<B>,
        c_dots: &Grad<C>,
    ) -> Grad<Self::Output>;
}

/// The derivatives of [`Rule1`]'s functions in more than one direction. `tangents` has for each set of directions what belongs to all that is
/// handed over, in that order, see "Order" in the compiler's representation; what is returned is the derivative in all of them.
#[diagnostic::on_unimplemented(message = "`{P}` of `{Self}` has no derivatives of order 3 and above")]
pub trait Rule1High<P>: Rule1<P> {
    /// Of `pull`.
    fn pull_high(
        &self,
        out: &Self::Output,
        out_bar: &Grad<Self::Output>,
        tangents: &[(&Grad<Self>, &Grad<Self::Output>, &Grad<Self::Output>)],
    ) -> Grad<Self>;
    /// Of `push`.
    fn push_high(
        &self,
        out: &Self::Output,
        a_dot: &Grad<Self>,
        tangents: &[(&Grad<Self>, &Grad<Self::Output>, &Grad<Self>)],
    ) -> Grad<Self::Output>;
}

/// As [`Rule1High`], of two operands.
#[diagnostic::on_unimplemented(message = "`{P}` of `{Self}` and `{B}` has no derivatives of order 3 and above")]
pub trait Rule2High<P, B: Differentiable>: Rule2<P, B> {
    /// Of `pull_lhs`.
    fn pull_lhs_high(
        &self,
        b: &B,
        out: &Self::Output,
        out_bar: &Grad<Self::Output>,
        tangents: &[(&Grad<Self>, &Grad<B>, &Grad<Self::Output>, &Grad<Self::Output>)],
    ) -> Grad<Self>;
    /// Of `pull_rhs`.
    fn pull_rhs_high(
        &self,
        b: &B,
        out: &Self::Output,
        out_bar: &Grad<Self::Output>,
        tangents: &[(&Grad<Self>, &Grad<B>, &Grad<Self::Output>, &Grad<Self::Output>)],
    ) -> Grad<B>;
    /// Of `push`.
    fn push_high(
        &self,
        b: &B,
        out: &Self::Output,
        a_dot: &Grad<Self>,
        b_dot: &Grad<B>,
        tangents: &[(&Grad<Self>, &Grad<B>, &Grad<Self::Output>, &Grad<Self>, &Grad<B>)],
    ) -> Grad<Self::Output>;
}

/// What belongs to one set of directions in [`Rule3High`]: tangents of the operands, of the result, and of its adjoint.
type OfPull3<'t, A, B, C, O> = (&'t Grad<A>, &'t Grad<B>, &'t Grad<C>, &'t Grad<O>, &'t Grad<O>);

/// The same with the tangents of the operands' tangents.
type OfPush3<'t, A, B, C, O> = (&'t Grad<A>, &'t Grad<B>, &'t Grad<C>, &'t Grad<O>, &'t Grad<A>, &'t Grad<B>, &'t Grad<C>);

/// As [`Rule1High`], of three operands.
#[diagnostic::on_unimplemented(message = "`{P}` of `{Self}`, `{B}` and `{C}` has no derivatives of order 3 and above")]
pub trait Rule3High<P, B: Differentiable, C: Differentiable>: Rule3<P, B, C> {
    /// Of `pull_first`.
    fn pull_first_high(
        &self,
        b: &B,
        c: &C,
        out: &Self::Output,
        out_bar: &Grad<Self::Output>,
        tangents: &[OfPull3<'_, Self, B, C, Self::Output>],
    ) -> Grad<Self>;
    /// Of `pull_second`.
    fn pull_second_high(
        &self,
        b: &B,
        c: &C,
        out: &Self::Output,
        out_bar: &Grad<Self::Output>,
        tangents: &[OfPull3<'_, Self, B, C, Self::Output>],
    ) -> Grad<B>;
    /// Of `pull_third`.
    fn pull_third_high(
        &self,
        b: &B,
        c: &C,
        out: &Self::Output,
        out_bar: &Grad<Self::Output>,
        tangents: &[OfPull3<'_, Self, B, C, Self::Output>],
    ) -> Grad<C>;
    /// Of `push`.
    fn push_high(
        &self,
        b: &B,
        c: &C,
        out: &Self::Output,
        a_dot: &Grad<Self>,
        b_dot: &Grad<B>,
        c_dot: &Grad<C>,
        tangents: &[OfPush3<'_, Self, B, C, Self::Output>],
    ) -> Grad<Self::Output>;
}

autodiff_macros::__runtime_rules!();

macro_rules! assignments {
    ($($name:ident $Assign:ident $sign:tt)*) => {$(
        #[doc = concat!("`a` after `a ", stringify!($sign), " b`.")]
        #[inline(always)]
        pub fn $name<A: std::ops::$Assign<B>, B>(mut a: A, b: B) -> A {
            a $sign b;
            a
        }
    )*};
}

assignments! {
    add_assign AddAssign +=
    div_assign DivAssign /=
    mul_assign MulAssign *=
    rem_assign RemAssign %=
    sub_assign SubAssign -=
}

// Whatever is done with integers has no derivative. (An operand of a type that the macro cannot see may turn out to be one:
// `p.n * 2`.) One impl for each type: a generic one would put its bound into other types' error messages.
macro_rules! integers {
    ($($integer:ty)*) => {
        $(
            integers!(@one $integer: $integer);
            integers!(@one &$integer: $integer);
            integers!(@two $integer, $integer: $integer);
            integers!(@two $integer, &$integer: $integer);
            integers!(@two &$integer, $integer: $integer);
            integers!(@two &$integer, &$integer: $integer);
            integers!(@three $integer);
        )*
    };
    (@one $a:ty: $out:ty) => {
        #[diagnostic::do_not_recommend]
        impl<P> Rule1<P> for $a {
            type Output = $out;
            fn pull(&self, _out: &$out, _out_bar: ()) {}
            fn push(&self, _out: &$out, _dot: &()) {}
        }
        #[diagnostic::do_not_recommend]
        impl<P> Rule1Dot<P> for $a {
            fn pull_dot(&self, _: &$out, _: &(), _: &(), _: &(), _: &()) {}
            fn push_dot(&self, _: &$out, _: &(), _: &(), _: &(), _: &()) {}
        }

        #[diagnostic::do_not_recommend]
        impl<P> Rule1High<P> for $a {
            fn pull_high(&self, _: &$out, _: &(), _: &[(&(), &(), &())]) {}
            fn push_high(&self, _: &$out, _: &(), _: &[(&(), &(), &())]) {}
        }
    };
    (@two $a:ty, $b:ty: $out:ty) => {
        #[diagnostic::do_not_recommend]
        impl<P> Rule2<P, $b> for $a {
            type Output = $out;
            fn pull_lhs(&self, _b: &$b, _out: &$out, _out_bar: ()) {}
            fn pull_rhs(&self, _b: &$b, _out: &$out, _out_bar: ()) {}
            fn push(&self, _b: &$b, _out: &$out, _a_dot: &(), _b_dot: &()) {}
        }
        #[diagnostic::do_not_recommend]
        impl<P> Rule2Dot<P, $b> for $a {
            fn pull_lhs_dot(&self, _: &$b, _: &$out, _: &(), _: &(), _: &(), _: &(), _: &()) {}
            fn pull_rhs_dot(&self, _: &$b, _: &$out, _: &(), _: &(), _: &(), _: &(), _: &()) {}
            fn push_dot(&self, _: &$b, _: &$out, _: &(), _: &(), _: &(), _: &(), _: &(), _: &(), _: &()) {}
        }

        #[diagnostic::do_not_recommend]
        impl<P> Rule2High<P, $b> for $a {
            fn pull_lhs_high(&self, _: &$b, _: &$out, _: &(), _: &[(&(), &(), &(), &())]) {}
            fn pull_rhs_high(&self, _: &$b, _: &$out, _: &(), _: &[(&(), &(), &(), &())]) {}
            fn push_high(&self, _: &$b, _: &$out, _: &(), _: &(), _: &[(&(), &(), &(), &(), &())]) {}
        }
    };
    (@three $a:ty) => {
        #[diagnostic::do_not_recommend]
        impl<P> Rule3<P, $a, $a> for $a {
            type Output = $a;
            fn pull_first(&self, _b: &$a, _c: &$a, _out: &$a, _out_bar: ()) {}
            fn pull_second(&self, _b: &$a, _c: &$a, _out: &$a, _out_bar: ()) {}
            fn pull_third(&self, _b: &$a, _c: &$a, _out: &$a, _out_bar: ()) {}
            fn push(&self, _b: &$a, _c: &$a, _out: &$a, _a_dot: &(), _b_dot: &(), _c_dot: &()) {}
        }
        #[diagnostic::do_not_recommend]
        impl<P> Rule3Dot<P, $a, $a> for $a {
            fn pull_first_dot(&self, _: &$a, _: &$a, _: &$a, _: &(), _: &(), _: &(), _: &(), _: &(), _: &()) {}
            fn pull_second_dot(&self, _: &$a, _: &$a, _: &$a, _: &(), _: &(), _: &(), _: &(), _: &(), _: &()) {}
            fn pull_third_dot(&self, _: &$a, _: &$a, _: &$a, _: &(), _: &(), _: &(), _: &(), _: &(), _: &()) {}
            fn push_dot(&self, _: &$a, _: &$a, _: &$a, _: &(), _: &(), _: &(), _: &(), _: &(), _: &(), _: &(), _: &(), _: &(), _: &()) {}
        }
    };
}

integers!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

#[cfg(test)]
mod tests {
    use super::*;

    fn product<A, B>(a: A, b: B, out: A::Output, out_bar: Grad<A::Output>) -> (Grad<A>, Grad<B>)
    where
        A: Rule2<prim::mul, B>,
        B: Differentiable,
        Grad<A::Output>: Clone,
    {
        (a.pull_lhs(&b, &out, out_bar.clone()), a.pull_rhs(&b, &out, out_bar))
    }

    #[test]
    fn values_and_references_mix() {
        let (a, b) = (3.0, 4.0_f64);
        let want = (8.0, 6.0);
        assert_eq!(product(a, b, 12.0, 2.0), want);
        assert_eq!(product(&a, b, 12.0, 2.0), want);
        assert_eq!(product(a, &b, 12.0, 2.0), want);
        assert_eq!(product(&a, &b, 12.0, 2.0), want);
        assert_eq!(product(3.0_f32, 4.0_f32, 12.0, 2.0), (8.0, 6.0));
    }

    #[test]
    fn integers_have_no_derivative() {
        assert_eq!(product(3_usize, 2_usize, 6, ()), ((), ()));
        let pull: fn(&f64, &i32, &f64, f64) -> f64 = Rule2::<prim::powi, i32>::pull_lhs;
        assert_eq!(pull(&3.0, &2, &9.0, 1.0), 6.0);
    }

    #[test]
    fn tangents() {
        assert_eq!(Rule1::<prim::sqrt>::push(&4.0, &2.0, &1.0), 0.25);
        assert_eq!(Rule1::<prim::sqrt>::push(&0.0, &0.0, &0.0), 0.0);
        assert_eq!(Rule1::<prim::sqrt>::pull(&0.0_f64, &0.0, 1.0), f64::INFINITY);
        assert_eq!(Rule2::<prim::div, f64>::push(&1.0, &2.0, &0.5, &1.0, &1.0), 0.25);
        assert_eq!(Rule3::<prim::mul_add, f64, &f64>::push(&2.0, &3.0, &&1.0, &7.0, &1.0, &1.0, &1.0), 6.0);
        assert_eq!(Rule1::<prim::floor>::push(&1.5, &1.0, &1.0), 0.0);
    }
}
