//! Slices, arrays, `Vec`, `Option`, `Box` and references.

use std::borrow::{Borrow, BorrowMut};

use super::Differentiable;
use crate::store::same_length;
use crate::wide::WideGrad;

/// Stores element by element; the lengths agree.
#[inline]
fn store_each<T: Differentiable>(shadow: &[T::Zeros], tangent: &mut [T::Grad], add: bool) {
    same_length(shadow.len(), tangent.len());
    for (from, to) in shadow.iter().zip(tangent) {
        T::store(from.borrow(), to.borrow_mut(), add);
    }
}

/// Overwrites one direction element by element; the lengths agree.
#[inline]
fn set_lane_each<T: Differentiable>(wide: &mut [WideGrad<T>], lane: usize, tangent: &[T::Grad]) {
    same_length(wide.len(), tangent.len());
    for (to, from) in wide.iter_mut().zip(tangent) {
        T::set_lane(to.borrow_mut(), lane, from.borrow());
    }
}

#[diagnostic::do_not_recommend]
impl<T: Differentiable> Differentiable for [T] {
    type Shadow = [T::Zeros];
    type Zeros = Vec<T::Zeros>;
    type Tangent = [T::Grad];
    type Grad = Vec<T::Grad>;
    type Wide = [WideGrad<T>];

    #[inline]
    fn zeros(&self) -> Vec<T::Zeros> {
        self.iter().map(T::zeros).collect()
    }

    #[inline]
    fn zero_grad(&self) -> Vec<T::Grad> {
        self.iter().map(T::zero_grad).collect()
    }

    #[inline]
    fn into_grad(zeros: Vec<T::Zeros>) -> Vec<T::Grad> {
        zeros.into_iter().map(T::into_grad).collect()
    }

    #[inline]
    fn seed(tangent: &[T::Grad]) -> Vec<T::Zeros> {
        tangent.iter().map(|grad| T::seed(grad.borrow())).collect()
    }

    #[inline]
    fn store(shadow: &[T::Zeros], tangent: &mut [T::Grad], add: bool) {
        store_each::<T>(shadow, tangent, add);
    }

    #[inline]
    fn zero_wide(&self) -> Vec<WideGrad<T>> {
        self.iter().map(T::zero_wide).collect()
    }

    #[inline]
    fn lane(wide: &[WideGrad<T>], lane: usize) -> Vec<T::Grad> {
        wide.iter().map(|wide| T::lane(wide.borrow(), lane)).collect()
    }

    #[inline]
    fn set_lane(wide: &mut [WideGrad<T>], lane: usize, tangent: &[T::Grad]) {
        set_lane_each::<T>(wide, lane, tangent);
    }
}

#[diagnostic::do_not_recommend]
impl<T: Differentiable> Differentiable for Vec<T> {
    type Shadow = Vec<T::Zeros>;
    type Zeros = Vec<T::Zeros>;
    type Tangent = Vec<T::Grad>;
    type Grad = Vec<T::Grad>;
    type Wide = Vec<WideGrad<T>>;

    #[inline]
    fn zeros(&self) -> Vec<T::Zeros> {
        self.as_slice().zeros()
    }

    #[inline]
    fn zero_grad(&self) -> Vec<T::Grad> {
        self.as_slice().zero_grad()
    }

    #[inline]
    fn into_grad(zeros: Vec<T::Zeros>) -> Vec<T::Grad> {
        <[T]>::into_grad(zeros)
    }

    #[inline]
    fn seed(tangent: &Vec<T::Grad>) -> Vec<T::Zeros> {
        <[T]>::seed(tangent)
    }

    #[inline]
    fn store(shadow: &Vec<T::Zeros>, tangent: &mut Vec<T::Grad>, add: bool) {
        store_each::<T>(shadow, tangent, add);
    }

    #[inline]
    fn zero_wide(&self) -> Vec<WideGrad<T>> {
        self.as_slice().zero_wide()
    }

    #[inline]
    fn lane(wide: &Vec<WideGrad<T>>, lane: usize) -> Vec<T::Grad> {
        <[T]>::lane(wide, lane)
    }

    #[inline]
    fn set_lane(wide: &mut Vec<WideGrad<T>>, lane: usize, tangent: &Vec<T::Grad>) {
        set_lane_each::<T>(wide, lane, tangent);
    }
}

#[diagnostic::do_not_recommend]
impl<T: Differentiable, const N: usize> Differentiable for [T; N] {
    type Shadow = [T::Zeros; N];
    type Zeros = [T::Zeros; N];
    type Tangent = [T::Grad; N];
    type Grad = [T::Grad; N];
    type Wide = [WideGrad<T>; N];

    #[inline]
    fn zeros(&self) -> [T::Zeros; N] {
        self.each_ref().map(T::zeros)
    }

    #[inline]
    fn zero_grad(&self) -> [T::Grad; N] {
        self.each_ref().map(T::zero_grad)
    }

    #[inline]
    fn into_grad(zeros: [T::Zeros; N]) -> [T::Grad; N] {
        zeros.map(T::into_grad)
    }

    #[inline]
    fn seed(tangent: &[T::Grad; N]) -> [T::Zeros; N] {
        tangent.each_ref().map(|grad| T::seed(grad.borrow()))
    }

    #[inline]
    fn store(shadow: &[T::Zeros; N], tangent: &mut [T::Grad; N], add: bool) {
        store_each::<T>(shadow, tangent, add);
    }

    #[inline]
    fn zero_wide(&self) -> [WideGrad<T>; N] {
        self.each_ref().map(T::zero_wide)
    }

    #[inline]
    fn lane(wide: &[WideGrad<T>; N], lane: usize) -> [T::Grad; N] {
        wide.each_ref().map(|wide| T::lane(wide.borrow(), lane))
    }

    #[inline]
    fn set_lane(wide: &mut [WideGrad<T>; N], lane: usize, tangent: &[T::Grad; N]) {
        set_lane_each::<T>(wide, lane, tangent);
    }
}

#[diagnostic::do_not_recommend]
impl<T: Differentiable> Differentiable for Option<T> {
    type Shadow = Option<T::Zeros>;
    type Zeros = Option<T::Zeros>;
    type Tangent = Option<T::Grad>;
    type Grad = Option<T::Grad>;
    type Wide = Option<WideGrad<T>>;

    #[inline]
    fn zeros(&self) -> Option<T::Zeros> {
        self.as_ref().map(T::zeros)
    }

    #[inline]
    fn zero_grad(&self) -> Option<T::Grad> {
        self.as_ref().map(T::zero_grad)
    }

    #[inline]
    fn into_grad(zeros: Option<T::Zeros>) -> Option<T::Grad> {
        zeros.map(T::into_grad)
    }

    #[inline]
    fn seed(tangent: &Option<T::Grad>) -> Option<T::Zeros> {
        tangent.as_ref().map(|grad| T::seed(grad.borrow()))
    }

    #[inline]
    fn store(shadow: &Option<T::Zeros>, tangent: &mut Option<T::Grad>, add: bool) {
        store_each::<T>(shadow.as_slice(), tangent.as_mut_slice(), add);
    }

    #[inline]
    fn zero_wide(&self) -> Option<WideGrad<T>> {
        self.as_ref().map(T::zero_wide)
    }

    #[inline]
    fn lane(wide: &Option<WideGrad<T>>, lane: usize) -> Option<T::Grad> {
        wide.as_ref().map(|wide| T::lane(wide.borrow(), lane))
    }

    #[inline]
    fn set_lane(wide: &mut Option<WideGrad<T>>, lane: usize, tangent: &Option<T::Grad>) {
        set_lane_each::<T>(wide.as_mut_slice(), lane, tangent.as_slice());
    }
}

// The derivative of a result is an option: an error carries none, whatever it is.
#[diagnostic::do_not_recommend]
impl<T: Differentiable, E> Differentiable for Result<T, E> {
    type Shadow = Option<T::Zeros>;
    type Zeros = Option<T::Zeros>;
    type Tangent = Option<T::Grad>;
    type Grad = Option<T::Grad>;
    type Wide = Option<WideGrad<T>>;

    #[inline]
    fn zeros(&self) -> Option<T::Zeros> {
        self.as_ref().ok().map(T::zeros)
    }

    #[inline]
    fn zero_grad(&self) -> Option<T::Grad> {
        self.as_ref().ok().map(T::zero_grad)
    }

    #[inline]
    fn into_grad(zeros: Option<T::Zeros>) -> Option<T::Grad> {
        zeros.map(T::into_grad)
    }

    #[inline]
    fn seed(tangent: &Option<T::Grad>) -> Option<T::Zeros> {
        Option::<T>::seed(tangent)
    }

    #[inline]
    fn store(shadow: &Option<T::Zeros>, tangent: &mut Option<T::Grad>, add: bool) {
        Option::<T>::store(shadow, tangent, add);
    }

    #[inline]
    fn zero_wide(&self) -> Option<WideGrad<T>> {
        self.as_ref().ok().map(T::zero_wide)
    }

    #[inline]
    fn lane(wide: &Option<WideGrad<T>>, lane: usize) -> Option<T::Grad> {
        Option::<T>::lane(wide, lane)
    }

    #[inline]
    fn set_lane(wide: &mut Option<WideGrad<T>>, lane: usize, tangent: &Option<T::Grad>) {
        Option::<T>::set_lane(wide, lane, tangent);
    }
}

// A box keeps its own shadow boxed, so that recursive types have a shadow of finite size.
#[diagnostic::do_not_recommend]
impl<T: Differentiable + ?Sized> Differentiable for Box<T> {
    type Shadow = Box<T::Zeros>;
    type Zeros = Box<T::Zeros>;
    type Tangent = Box<T::Grad>;
    type Grad = Box<T::Grad>;
    type Wide = Box<WideGrad<T>>;

    #[inline]
    fn zeros(&self) -> Box<T::Zeros> {
        Box::new((**self).zeros())
    }

    #[inline]
    fn zero_grad(&self) -> Box<T::Grad> {
        Box::new((**self).zero_grad())
    }

    #[inline]
    fn into_grad(zeros: Box<T::Zeros>) -> Box<T::Grad> {
        Box::new(T::into_grad(*zeros))
    }

    #[inline]
    fn seed(tangent: &Box<T::Grad>) -> Box<T::Zeros> {
        Box::new(T::seed((**tangent).borrow()))
    }

    #[inline]
    fn store(shadow: &Box<T::Zeros>, tangent: &mut Box<T::Grad>, add: bool) {
        T::store((**shadow).borrow(), (**tangent).borrow_mut(), add);
    }

    #[inline]
    fn zero_wide(&self) -> Box<WideGrad<T>> {
        Box::new((**self).zero_wide())
    }

    #[inline]
    fn lane(wide: &Box<WideGrad<T>>, lane: usize) -> Box<T::Grad> {
        Box::new(T::lane((**wide).borrow(), lane))
    }

    #[inline]
    fn set_lane(wide: &mut Box<WideGrad<T>>, lane: usize, tangent: &Box<T::Grad>) {
        T::set_lane((**wide).borrow_mut(), lane, (**tangent).borrow());
    }
}

/// A reference is differentiated as what it refers to.
macro_rules! reference {
    ($($ty:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Differentiable + ?Sized> Differentiable for $ty {
            type Shadow = T::Shadow;
            type Zeros = T::Zeros;
            type Tangent = T::Tangent;
            type Grad = T::Grad;
            type Wide = T::Wide;

            #[inline(always)]
            fn zeros(&self) -> T::Zeros {
                (**self).zeros()
            }

            #[inline(always)]
            fn zero_grad(&self) -> T::Grad {
                (**self).zero_grad()
            }

            #[inline(always)]
            fn into_grad(zeros: T::Zeros) -> T::Grad {
                T::into_grad(zeros)
            }

            #[inline(always)]
            fn seed(tangent: &T::Tangent) -> T::Zeros {
                T::seed(tangent)
            }

            #[inline(always)]
            fn store(shadow: &T::Shadow, tangent: &mut T::Tangent, add: bool) {
                T::store(shadow, tangent, add);
            }

            #[inline(always)]
            fn zero_wide(&self) -> WideGrad<T> {
                (**self).zero_wide()
            }

            #[inline(always)]
            fn lane(wide: &T::Wide, lane: usize) -> T::Grad {
                T::lane(wide, lane)
            }

            #[inline(always)]
            fn set_lane(wide: &mut T::Wide, lane: usize, tangent: &T::Tangent) {
                T::set_lane(wide, lane, tangent);
            }
        }
    )*};
}

reference!(&T, &mut T);
