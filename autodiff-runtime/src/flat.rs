//! The floats of a value, one after the other.

/// A value as a sequence of floats and of the lengths that may vary.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not `Differentiable`",
    label = "this type is not known to carry derivatives",
    note = "derive it (`#[derive(Differentiable)]` on the type), or mark the parameter or field `#[constant]`"
)]
pub trait Flat {
    /// Two values of this type may differ in their lengths.
    const VARIES: bool;

    /// Visits the lengths of everything whose length is not part of its type, from the outside in.
    fn lengths(&self, f: &mut dyn FnMut(usize));

    /// Visits the floats, each with the machine epsilon of its type.
    fn floats(&self, f: &mut dyn FnMut(f64, f64));

    /// Replaces each float. What is behind a shared reference is left out.
    fn floats_mut(&mut self, f: &mut dyn FnMut(f64) -> f64);
}

macro_rules! float {
    ($($float:ident)*) => {$(
        impl Flat for $float {
            const VARIES: bool = false;

            #[inline(always)]
            fn lengths(&self, _: &mut dyn FnMut(usize)) {}

            #[inline]
            fn floats(&self, f: &mut dyn FnMut(f64, f64)) {
                f(f64::from(*self), f64::from($float::EPSILON));
            }

            #[inline]
            fn floats_mut(&mut self, f: &mut dyn FnMut(f64) -> f64) {
                *self = f(f64::from(*self)) as $float;
            }
        }
    )*};
}

float!(f32 f64);

/// Sequences; `$own` says whether the length may vary by itself.
macro_rules! sequence {
    ($([$($generics:tt)*] $ty:ty, $varies:expr, $own:expr;)*) => {$(
        impl<T: Flat, $($generics)*> Flat for $ty {
            const VARIES: bool = $varies;

            #[inline]
            fn lengths(&self, f: &mut dyn FnMut(usize)) {
                if $own {
                    f(self.as_slice().len());
                }
                if T::VARIES {
                    self.as_slice().iter().for_each(|item| item.lengths(f));
                }
            }

            #[inline]
            fn floats(&self, f: &mut dyn FnMut(f64, f64)) {
                self.as_slice().iter().for_each(|item| item.floats(f));
            }

            #[inline]
            fn floats_mut(&mut self, f: &mut dyn FnMut(f64) -> f64) {
                self.iter_mut().for_each(|item| item.floats_mut(f));
            }
        }
    )*};
}

sequence! {
    [] Vec<T>, true, true;
    [const N: usize] [T; N], T::VARIES, false;
    [] Option<T>, true, true;
}

impl<T: Flat> Flat for [T] {
    const VARIES: bool = true;

    #[inline]
    fn lengths(&self, f: &mut dyn FnMut(usize)) {
        f(self.len());
        if T::VARIES {
            self.iter().for_each(|item| item.lengths(f));
        }
    }

    #[inline]
    fn floats(&self, f: &mut dyn FnMut(f64, f64)) {
        self.iter().for_each(|item| item.floats(f));
    }

    #[inline]
    fn floats_mut(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.iter_mut().for_each(|item| item.floats_mut(f));
    }
}

impl<T: Flat, E> Flat for Result<T, E> {
    const VARIES: bool = true;

    #[inline]
    fn lengths(&self, f: &mut dyn FnMut(usize)) {
        self.as_ref().ok().lengths(f);
    }

    #[inline]
    fn floats(&self, f: &mut dyn FnMut(f64, f64)) {
        self.as_ref().ok().floats(f);
    }

    #[inline]
    fn floats_mut(&mut self, f: &mut dyn FnMut(f64) -> f64) {
        self.as_mut().ok().floats_mut(f);
    }
}

/// Pointers; `$item` and `$f` in what `floats_mut` does.
macro_rules! pointer {
    ($($ty:ty, |$item:ident, $f:ident| $mutate:expr;)*) => {$(
        impl<T: Flat + ?Sized> Flat for $ty {
            // Not `T::VARIES`: a type that contains itself would ask for its own constant.
            const VARIES: bool = true;

            #[inline]
            fn lengths(&self, f: &mut dyn FnMut(usize)) {
                (**self).lengths(f);
            }

            #[inline]
            fn floats(&self, f: &mut dyn FnMut(f64, f64)) {
                (**self).floats(f);
            }

            #[inline]
            fn floats_mut(&mut self, $f: &mut dyn FnMut(f64) -> f64) {
                let $item = self;
                $mutate
            }
        }
    )*};
}

pointer! {
    &T, |item, f| { let _ = (item, f); };
    &mut T, |item, f| (**item).floats_mut(f);
    Box<T>, |item, f| (**item).floats_mut(f);
}
