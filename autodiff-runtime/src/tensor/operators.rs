//! `+ - * / %` between tensors, references to them and numbers.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign};

use super::zip::{Arg, combine, update};
use super::{Tensor, shape};
use crate::Real;

/// An operator between all that it may stand between, and its assigning form.
macro_rules! operator {
    ($($Op:ident $op:ident $Assign:ident $assign:ident $sign:tt;)*) => {$(
        operator!(@tensors $Op $op $sign: [] Tensor<T>, Tensor<T>, |a, b| Arg::Owned(a), Arg::Owned(b));
        operator!(@tensors $Op $op $sign: ['b] Tensor<T>, &'b Tensor<T>, |a, b| Arg::Owned(a), Arg::Shared(b));
        operator!(@tensors $Op $op $sign: ['a] &'a Tensor<T>, Tensor<T>, |a, b| Arg::Shared(a), Arg::Owned(b));
        operator!(@tensors $Op $op $sign: ['a, 'b] &'a Tensor<T>, &'b Tensor<T>, |a, b| Arg::Shared(a), Arg::Shared(b));
        operator!(@tensors $Op $op $sign: [] Tensor<T>, T, |a, b| Arg::Owned(a), Arg::Scalar(b));
        operator!(@tensors $Op $op $sign: ['b] Tensor<T>, &'b T, |a, b| Arg::Owned(a), Arg::Scalar(*b));
        operator!(@tensors $Op $op $sign: ['a] &'a Tensor<T>, T, |a, b| Arg::Shared(a), Arg::Scalar(b));
        operator!(@tensors $Op $op $sign: ['a, 'b] &'a Tensor<T>, &'b T, |a, b| Arg::Shared(a), Arg::Scalar(*b));
        operator!(@float f32 $Op $op $sign);
        operator!(@float f64 $Op $op $sign);

        impl<T: Real> $Assign<Tensor<T>> for Tensor<T> {
            #[track_caller]
            fn $assign(&mut self, b: Tensor<T>) {
                self.assign(stringify!($sign=), Arg::Owned(b), |a, b| a $sign b);
            }
        }

        impl<T: Real> $Assign<&Tensor<T>> for Tensor<T> {
            #[track_caller]
            fn $assign(&mut self, b: &Tensor<T>) {
                self.assign(stringify!($sign=), Arg::Shared(b), |a, b| a $sign b);
            }
        }

        impl<T: Real> $Assign<T> for Tensor<T> {
            #[track_caller]
            fn $assign(&mut self, b: T) {
                self.assign(stringify!($sign=), Arg::Scalar(b), |a, b| a $sign b);
            }
        }
    )*};
    (@tensors $Op:ident $op:ident $sign:tt: [$($life:lifetime),*] $A:ty, $B:ty, |$a:ident, $b:ident| $from_a:expr, $from_b:expr) => {
        impl<$($life,)* T: Real> $Op<$B> for $A {
            type Output = Tensor<T>;

            #[track_caller]
            fn $op(self, $b: $B) -> Tensor<T> {
                let $a = self;
                combine(stringify!($sign), $from_a, $from_b, |a, b| a $sign b)
            }
        }
    };
    // Not for every `T`: that is the orphan rule's.
    (@float $float:ident $Op:ident $op:ident $sign:tt) => {
        operator!(@number $float $Op $op $sign: [] $float, Tensor<$float>, |a, b| a, Arg::Owned(b));
        operator!(@number $float $Op $op $sign: ['b] $float, &'b Tensor<$float>, |a, b| a, Arg::Shared(b));
        operator!(@number $float $Op $op $sign: ['a] &'a $float, Tensor<$float>, |a, b| *a, Arg::Owned(b));
        operator!(@number $float $Op $op $sign: ['a, 'b] &'a $float, &'b Tensor<$float>, |a, b| *a, Arg::Shared(b));
    };
    (@number $float:ident $Op:ident $op:ident $sign:tt: [$($life:lifetime),*] $A:ty, $B:ty, |$a:ident, $b:ident| $from_a:expr, $from_b:expr) => {
        impl<$($life),*> $Op<$B> for $A {
            type Output = Tensor<$float>;

            #[track_caller]
            fn $op(self, $b: $B) -> Tensor<$float> {
                let $a = self;
                combine(stringify!($sign), Arg::Scalar($from_a), $from_b, |a, b| a $sign b)
            }
        }
    };
}

operator! {
    Add add AddAssign add_assign +;
    Sub sub SubAssign sub_assign -;
    Mul mul MulAssign mul_assign *;
    Div div DivAssign div_assign /;
    Rem rem RemAssign rem_assign %;
}

impl<T: Real> Tensor<T> {
    #[track_caller]
    fn assign(&mut self, operation: &str, b: Arg<'_, T>, f: impl Fn(T, T) -> T) {
        if shape::broadcast(self.shape(), b.view().shape()) != Some(self.0.raw_dim()) {
            shape::mismatch(operation, self.shape(), b.view().shape());
        }
        if self.is_unique() {
            update(self, [b.view()], |a, [b]| f(a, b));
        } else {
            *self = combine(operation, Arg::Shared(&*self), b, f);
        }
    }
}

impl<T: Real> Neg for Tensor<T> {
    type Output = Tensor<T>;

    fn neg(self) -> Tensor<T> {
        self.map_owned(|x| -x)
    }
}

impl<T: Real> Neg for &Tensor<T> {
    type Output = Tensor<T>;

    fn neg(self) -> Tensor<T> {
        self.map(|x| -x)
    }
}

/// Of nothing, the sum is 0 without axes.
impl<T: Real> Sum for Tensor<T> {
    fn sum<I: Iterator<Item = Tensor<T>>>(tensors: I) -> Tensor<T> {
        tensors.reduce(|a, b| a + b).unwrap_or_else(|| Tensor::scalar(T::ZERO))
    }
}

impl<'a, T: Real> Sum<&'a Tensor<T>> for Tensor<T> {
    fn sum<I: Iterator<Item = &'a Tensor<T>>>(tensors: I) -> Tensor<T> {
        tensors
            .fold(None, |sum: Option<Tensor<T>>, x| Some(sum.map_or_else(|| x.clone(), |sum| sum + x)))
            .unwrap_or_else(|| Tensor::scalar(T::ZERO))
    }
}
