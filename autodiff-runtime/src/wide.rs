//! Tangents in several directions at once: a float's is a few floats side by side, which LLVM keeps in vector registers.
//!
//! All that is done to tangents is linear, so that lanes know sums, differences, negation, and multiples by a float, and nothing else.

use std::borrow::{Borrow as _, BorrowMut as _};
use std::cell::Cell;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::differentiable::{Differentiable, Grad, Wide};
use crate::flat::Flat;
use crate::gradient::{AddScaled, Gradient};
use crate::jacobian::{locate, write_column};
use crate::real::Real;
use crate::shadow::{CellExt, ShadowOps};

/// How many directions there are.
pub const LANES: usize = 4;

/// An owned tangent in several directions.
pub type WideGrad<T> = Grad<Wide<T>>;

/// The tangents of a float in several directions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lanes<T>([T; LANES]);

impl<T: Real> Lanes<T> {
    /// Zero in all directions.
    pub const ZERO: Lanes<T> = Lanes([T::ZERO; LANES]);

    #[inline(always)]
    fn with(self, other: Lanes<T>, f: impl Fn(T, T) -> T) -> Lanes<T> {
        Lanes(std::array::from_fn(|lane| f(self.0[lane], other.0[lane])))
    }

    /// Zero where `factor` is zero: what is multiplied by that may be infinite.
    #[inline(always)]
    pub fn unless_zero(self, factor: Lanes<T>) -> Lanes<T> {
        self.with(factor, |x, factor| if factor == T::ZERO { T::ZERO } else { x })
    }

    /// Of an `f64` as an `f32`, or the other way round.
    #[inline(always)]
    pub fn cast<U: Real>(self) -> Lanes<U> {
        Lanes(self.0.map(|x| U::from_f64(x.as_f64())))
    }
}

impl<T: Real> Default for Lanes<T> {
    #[inline(always)]
    fn default() -> Self {
        Lanes::ZERO
    }
}

/// Operators between lanes, and those with a float.
macro_rules! operators {
    ($($operator:ident $method:ident $assign:ident $assign_method:ident, $rhs:ty, |$a:ident, $b:ident, $lane:ident| $each:expr;)*) => {$(
        impl<T: Real> $operator<$rhs> for Lanes<T> {
            type Output = Lanes<T>;

            #[inline(always)]
            fn $method(self, $b: $rhs) -> Lanes<T> {
                let $a = self;
                Lanes(std::array::from_fn(|$lane| $each))
            }
        }

        impl<T: Real> $assign<$rhs> for Lanes<T> {
            #[inline(always)]
            fn $assign_method(&mut self, $b: $rhs) {
                *self = $operator::$method(*self, $b);
            }
        }
    )*};
}

operators! {
    Add add AddAssign add_assign, Lanes<T>, |a, b, lane| a.0[lane] + b.0[lane];
    Sub sub SubAssign sub_assign, Lanes<T>, |a, b, lane| a.0[lane] - b.0[lane];
    Mul mul MulAssign mul_assign, T, |a, b, lane| a.0[lane] * b;
    Mul mul MulAssign mul_assign, &T, |a, b, lane| a.0[lane] * *b;
    Div div DivAssign div_assign, T, |a, b, lane| a.0[lane] / b;
    Div div DivAssign div_assign, &T, |a, b, lane| a.0[lane] / *b;
}

impl<T: Real> Neg for Lanes<T> {
    type Output = Lanes<T>;

    #[inline(always)]
    fn neg(self) -> Lanes<T> {
        Lanes(self.0.map(|x| -x))
    }
}

impl<T: Real> Flat for Lanes<T> {
    const VARIES: bool = false;

    #[inline(always)]
    fn lengths(&self, _: &mut dyn FnMut(usize)) {}

    #[inline]
    fn floats(&self, f: &mut dyn FnMut(f64, f64)) {
        self.0.floats(f);
    }

    #[inline]
    fn floats_mut(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.0.floats_mut(f);
    }
}

impl<T: Real> AddScaled for Lanes<T> {
    #[inline]
    fn add_scaled(&mut self, factor: f64, v: &Lanes<T>) {
        *self += *v * T::from_f64(factor);
    }
}

impl<T: Real> Gradient for Lanes<T> {
    #[inline]
    fn scale(&mut self, factor: f64) {
        *self *= T::from_f64(factor);
    }

    #[inline]
    fn dot(&self, other: &Lanes<T>) -> f64 {
        self.0.dot(&other.0)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Real> Differentiable for Lanes<T> {
    type Shadow = Cell<Lanes<T>>;
    type Zeros = Cell<Lanes<T>>;
    type Tangent = Lanes<T>;
    type Grad = Lanes<T>;
    type Wide = [Lanes<T>; LANES];

    #[inline(always)]
    fn zeros(&self) -> Cell<Lanes<T>> {
        Cell::default()
    }

    #[inline(always)]
    fn zero_grad(&self) -> Lanes<T> {
        Lanes::ZERO
    }

    #[inline(always)]
    fn into_grad(zeros: Cell<Lanes<T>>) -> Lanes<T> {
        zeros.into_inner()
    }

    #[inline(always)]
    fn seed(tangent: &Lanes<T>) -> Cell<Lanes<T>> {
        Cell::new(*tangent)
    }

    #[inline(always)]
    fn store(shadow: &Cell<Lanes<T>>, tangent: &mut Lanes<T>, add: bool) {
        *tangent = if add { *tangent + shadow.get() } else { shadow.get() };
    }

    #[inline(always)]
    fn zero_wide(&self) -> [Lanes<T>; LANES] {
        [Lanes::ZERO; LANES]
    }

    #[inline(always)]
    fn lane(wide: &[Lanes<T>; LANES], lane: usize) -> Lanes<T> {
        wide[lane]
    }

    #[inline(always)]
    fn set_lane(wide: &mut [Lanes<T>; LANES], lane: usize, tangent: &Lanes<T>) {
        wide[lane] = *tangent;
    }
}

impl<T: Real> CellExt<Lanes<T>> for Cell<Lanes<T>> {
    #[inline(always)]
    fn add(&self, v: Lanes<T>) {
        self.set(self.get() + v);
    }
}

impl<T: Real> ShadowOps for Cell<Lanes<T>> {
    type Grad = Lanes<T>;

    #[inline(always)]
    fn add_from(&self, other: &Self) {
        self.add_grad(other.get());
    }

    #[inline(always)]
    fn take_from(&self, other: &Self) {
        // Taken first: the two may be the same cell.
        let v = other.take();
        self.add_grad(v);
    }

    #[inline(always)]
    fn clear(&self) {
        self.set(Lanes::ZERO);
    }

    #[inline(always)]
    fn is_zero(&self) -> bool {
        self.get() == Lanes::ZERO
    }

    #[inline(always)]
    fn add_grad(&self, grad: Lanes<T>) {
        self.set(self.get() + grad);
    }

    #[inline(always)]
    fn take_grad(&self) -> Lanes<T> {
        self.take()
    }

    #[inline(always)]
    fn peek_grad(&self) -> Lanes<T> {
        self.get()
    }
}

/// The tangent in one direction of a float.
#[inline(always)]
pub(crate) fn lane_of<T: Real>(wide: &Lanes<T>, lane: usize) -> T {
    wide.0[lane]
}

/// Overwrites that.
#[inline(always)]
pub(crate) fn set_lane_of<T: Real>(wide: &mut Lanes<T>, lane: usize, tangent: T) {
    wide.0[lane] = tangent;
}

/// The same tangent in all directions.
#[inline(always)]
pub fn lanes<T: Real>(x: T) -> Lanes<T> {
    Lanes([x; LANES])
}

/// A tangent like `x` in several directions, all zero.
#[inline(always)]
pub fn zero_wide<T: Differentiable + ?Sized>(x: &T) -> WideGrad<T> {
    x.zero_wide()
}

/// A shadow like `x` for the tangents of adjoints in several directions, all zero.
#[inline(always)]
pub fn wide_zeros<T: Differentiable + ?Sized>(x: &T) -> <Wide<T> as Differentiable>::Zeros {
    let wide = x.zero_wide();
    let wide: &T::Wide = wide.borrow();
    wide.zeros()
}

/// One of the directions.
#[inline(always)]
pub fn lane<T: Differentiable + ?Sized>(wide: &T::Wide, lane: usize) -> T::Grad {
    T::lane(wide, lane)
}

/// Overwrites one of the directions.
///
/// # Panics
///
/// If the two differ in shape.
#[inline(always)]
pub fn set_lane<T: Differentiable + ?Sized>(wide: &mut T::Wide, lane: usize, tangent: &T::Tangent) {
    T::set_lane(wide, lane, tangent);
}

/// A value and its tangent in several directions by a run for each: direction 0 comes last.
#[inline]
pub fn one_by_one<T: Differentiable>(mut run: impl FnMut(usize) -> (T, T::Grad)) -> (T, WideGrad<T>) {
    let mut others = None;
    for lane in 1..LANES {
        let (value, tangent) = run(lane);
        let wide = others.get_or_insert_with(|| value.zero_wide());
        T::set_lane(wide.borrow_mut(), lane, tangent.borrow());
    }
    let (value, tangent) = run(0);
    let mut wide = others.unwrap_or_else(|| value.zero_wide());
    T::set_lane(wide.borrow_mut(), 0, tangent.borrow());
    (value, wide)
}

/// Several directions, in each of which a single float is 1: those from `first` on of all floats of several values, one behind the other.
#[derive(Debug)]
pub struct Units {
    first: usize,
    /// How many floats were visited.
    seen: usize,
}

impl Units {
    /// The 1 of the first direction is at `first`.
    #[inline(always)]
    pub fn new(first: usize) -> Units {
        Units { first, seen: 0 }
    }

    /// Overwrites the next value's tangents, whatever is side by side in them.
    #[inline]
    pub fn fill_each<T: Differentiable + ?Sized>(&mut self, primal: &T, wide: &mut T::Wide) {
        let mut count = 0;
        for lane in 0..LANES {
            let (mut tangent, first) = (primal.zero_grad(), self.seen / LANES);
            count = 0;
            tangent.floats_mut(&mut |_| {
                let at = first + count;
                count += 1;
                if at == self.first + lane { 1.0 } else { 0.0 }
            });
            T::set_lane(wide, lane, tangent.borrow());
        }
        self.seen += count * LANES;
    }

    /// Overwrites the next value's tangents, if the lanes of each float stand side by side.
    #[inline(always)]
    pub fn fill<T: Flat + ?Sized>(&mut self, tangent: &mut T) {
        tangent.floats_mut(&mut |_| {
            let (at, lane) = (self.seen / LANES, self.seen % LANES);
            self.seen += 1;
            if at == self.first + lane { 1.0 } else { 0.0 }
        });
    }

    /// The same of tangents that are zero, one behind the other.
    #[inline(always)]
    pub fn put<T: Real>(&mut self, zeros: &mut [Lanes<T>]) {
        let start = self.seen / LANES;
        for lane in 0..LANES {
            if let Some(float) = (self.first + lane).checked_sub(start).and_then(|at| zeros.get_mut(at)) {
                float.0[lane] = T::ONE;
            }
        }
        self.seen += zeros.len() * LANES;
    }
}

/// [`write_lanes`], whatever is side by side in the tangent.
#[inline]
pub fn write_each<T: Differentiable + ?Sized, F: Real, const N: usize>(
    blocks: [&mut [F]; N],
    tangent: &T::Wide,
    first: usize,
    columns: &[usize; N],
) {
    let total: usize = columns.iter().sum();
    for column in first..total.min(first + LANES) {
        let (block, at) = locate(columns, column);
        write_column(blocks[block], &T::lane(tangent, column - first), at, columns[block]);
    }
}

/// Overwrites the columns from `first` on with a tangent's directions, as many as there are, which stand side by side for each float; `blocks`
/// lie side by side, and `columns` says how many each has.
#[inline]
pub fn write_lanes<T: Flat + ?Sized, F: Real, const N: usize>(
    blocks: [&mut [F]; N],
    tangent: &T,
    first: usize,
    columns: &[usize; N],
) {
    let total: usize = columns.iter().sum();
    let lanes = (total - first).min(LANES);
    let places: [(usize, usize); LANES] =
        std::array::from_fn(|lane| if lane < lanes { locate(columns, first + lane) } else { (0, 0) });
    let mut seen = 0;
    tangent.floats(&mut |float, _| {
        let (row, lane) = (seen / LANES, seen % LANES);
        seen += 1;
        if lane < lanes {
            let (block, at) = places[lane];
            blocks[block][row * columns[block] + at] = F::from_f64(float);
        }
    });
}

/// Overwrites the rows from `first` on with a tangent's directions, as many as there are. `blocks` lie one below the other, and `rows` says how
/// many each has; all are as long as the tangent.
#[inline]
pub fn write_lane_rows<T: Real, F: Real, const N: usize>(
    blocks: [&mut [F]; N],
    tangent: &[Lanes<T>],
    first: usize,
    rows: &[usize; N],
) {
    let total: usize = rows.iter().sum();
    for lane in 0..LANES.min(total - first) {
        let (block, at) = locate(rows, first + lane);
        let row = &mut blocks[block][at * tangent.len()..][..tangent.len()];
        for (float, lanes) in row.iter_mut().zip(tangent) {
            *float = F::from_f64(lanes.0[lane].as_f64());
        }
    }
}

#[cfg(test)]
mod tests;
