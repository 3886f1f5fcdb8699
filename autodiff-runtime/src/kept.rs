//! Values of the user's that carry no derivative and may be references: what they refer to is recorded, as a pullback borrows nothing.
//!
//! Nothing says whether a name that a pattern binds is a reference, so rustc chooses: `(&mut Keep::new(name)).keep()` finds
//! [`KeepReferent`] if it is one to something that can be owned, and [`KeepValue`] otherwise (one `&mut` further away).

use std::borrow::Borrow;
use std::ops::Deref;

/// Around what is to be recorded.
#[derive(Debug)]
pub struct Keep<T>(Option<T>);

impl<T> Keep<T> {
    /// Wraps it.
    #[inline(always)]
    pub fn new(value: T) -> Keep<T> {
        Keep(Some(value))
    }
}

/// Of references.
pub trait KeepReferent {
    /// What is recorded.
    type Kept;

    /// Takes it out.
    fn keep(&mut self) -> Self::Kept;
}

impl<T: ToOwned + ?Sized> KeepReferent for Keep<&T> {
    type Kept = Referent<T>;

    #[inline(always)]
    fn keep(&mut self) -> Referent<T> {
        Referent(self.0.take().expect("it is kept once").to_owned())
    }
}

/// What `split_first` finds, for instance.
impl<A: ToOwned + ?Sized, B: ToOwned + ?Sized> KeepReferent for Keep<(&A, &B)> {
    type Kept = Referents<A, B>;

    #[inline(always)]
    fn keep(&mut self) -> Referents<A, B> {
        let (a, b) = self.0.take().expect("it is kept once");
        Referents(a.to_owned(), b.to_owned())
    }
}

/// Of all else.
pub trait KeepValue {
    /// What is recorded.
    type Kept;

    /// Takes it out.
    fn keep(&mut self) -> Self::Kept;
}

impl<T> KeepValue for &mut Keep<T> {
    type Kept = Itself<T>;

    #[inline(always)]
    fn keep(&mut self) -> Itself<T> {
        Itself(self.0.take().expect("it is kept once"))
    }
}

/// What a reference referred to.
#[derive(Debug)]
pub struct Referent<T: ToOwned + ?Sized>(T::Owned);

impl<T: ToOwned + ?Sized> Referent<T> {
    /// The reference.
    #[inline(always)]
    pub fn lent(&self) -> &T {
        self.0.borrow()
    }

    /// The same, to look at.
    #[inline(always)]
    pub fn again(&self) -> Again<'_, T> {
        Again(self.0.borrow())
    }
}

/// A reference, by reference.
#[derive(Debug)]
pub struct Again<'a, T: ?Sized>(&'a T);

impl<'a, T: ?Sized> Deref for Again<'a, T> {
    type Target = &'a T;

    #[inline(always)]
    fn deref(&self) -> &&'a T {
        &self.0
    }
}

impl<T: ToOwned<Owned: Clone> + ?Sized> Clone for Referent<T> {
    fn clone(&self) -> Referent<T> {
        Referent(self.0.clone())
    }
}

/// What a pair of references referred to.
#[derive(Debug)]
pub struct Referents<A: ToOwned + ?Sized, B: ToOwned + ?Sized>(A::Owned, B::Owned);

impl<A: ToOwned + ?Sized, B: ToOwned + ?Sized> Referents<A, B> {
    /// The references.
    #[inline(always)]
    pub fn lent(&self) -> (&A, &B) {
        (self.0.borrow(), self.1.borrow())
    }

    /// The same, to look at.
    #[inline(always)]
    pub fn again(&self) -> PairAgain<'_, A, B> {
        PairAgain(self.lent())
    }
}

impl<A: ToOwned<Owned: Clone> + ?Sized, B: ToOwned<Owned: Clone> + ?Sized> Clone for Referents<A, B> {
    fn clone(&self) -> Referents<A, B> {
        Referents(self.0.clone(), self.1.clone())
    }
}

/// A pair of references, by reference.
#[derive(Debug)]
pub struct PairAgain<'a, A: ?Sized, B: ?Sized>((&'a A, &'a B));

impl<'a, A: ?Sized, B: ?Sized> Deref for PairAgain<'a, A, B> {
    type Target = (&'a A, &'a B);

    #[inline(always)]
    fn deref(&self) -> &(&'a A, &'a B) {
        &self.0
    }
}

/// What was no reference.
#[derive(Clone, Debug)]
pub struct Itself<T>(T);

impl<T: Clone> Itself<T> {
    /// The value again.
    #[inline(always)]
    pub fn lent(&self) -> T {
        self.0.clone()
    }
}

impl<T> Itself<T> {
    /// The value, to look at.
    #[inline(always)]
    pub fn again(&self) -> &T {
        &self.0
    }
}

/// A variable that is bound once more under another name, to be looked at: by value if it is `Copy`, as the user's code has it, else by
/// reference. `(&Look(&x)).look()` finds [`LookAtCopy`] first, and [`LookAtReferent`] one `&` further away.
#[derive(Debug)]
pub struct Look<'a, T>(pub &'a T);

/// Of what is `Copy`.
pub trait LookAtCopy {
    /// The variable's type.
    type Seen;

    /// The value.
    fn look(&self) -> Self::Seen;
}

impl<T: Copy> LookAtCopy for Look<'_, T> {
    type Seen = T;

    #[inline(always)]
    fn look(&self) -> T {
        *self.0
    }
}

/// Of all else.
pub trait LookAtReferent {
    /// A reference to the variable's type.
    type Seen;

    /// The reference.
    fn look(&self) -> Self::Seen;
}

impl<'a, T> LookAtReferent for &Look<'a, T> {
    type Seen = &'a T;

    #[inline(always)]
    fn look(&self) -> &'a T {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{Keep, KeepReferent as _, KeepValue as _};
    use super::{Look, LookAtCopy as _, LookAtReferent as _};

    #[test]
    #[allow(clippy::needless_borrow, reason = "as generated code does it, which does not know which is needed")]
    fn references_are_followed_and_values_are_kept() {
        let (number, row) = (3_usize, vec![1.0, 2.0]);
        let kept = (
            (&mut Keep::new(&number)).keep(),
            (&mut Keep::new(number)).keep(),
            (&mut Keep::new(&row[..])).keep(),
            (&mut Keep::new("text")).keep(),
            (&mut Keep::new(row.split_first().expect("there are two"))).keep(),
        );
        drop(row);
        let (by_reference, by_value): (&&[f64], &usize) = (&*kept.2.again(), kept.1.again());
        assert_eq!((*by_reference, *by_value), (&[1.0, 2.0][..], 3));
        let (a, b, c, d): (&usize, usize, &[f64], &str) = (kept.0.lent(), kept.1.lent(), kept.2.lent(), kept.3.lent());
        assert_eq!((*a, b, c, d), (3, 3, &[1.0, 2.0][..], "text"));
        assert_eq!((kept.4.lent(), *kept.4.again()), ((&1.0, &[2.0][..]), (&1.0, &[2.0][..])));
    }

    #[test]
    fn what_is_copy_is_looked_at_by_value() {
        let (number, text) = (1.5, "text".to_owned());
        let (a, b) = (&Look(&number), &Look(&text));
        let (seen, read): (f64, &String) = (a.look(), b.look());
        assert_eq!((seen, read), (1.5, &text));
    }
}
