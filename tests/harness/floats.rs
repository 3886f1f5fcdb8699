//! Values as lists of floats, so that one checker serves every program.

/// Something that holds floats: an argument, a result, or a gradient.
pub(crate) trait Floats: Clone + std::fmt::Debug {
    /// What the derivative functions use for its tangent, cotangent and gradient.
    type Grad: Floats;

    /// Appends all floats, in order.
    fn read(&self, flat: &mut Vec<f64>);

    /// The same shape with other floats, taken from the front of `flat`.
    fn refill(&self, flat: &mut &[f64]) -> Self;

    /// A tangent or cotangent of this shape, taken from the front of `flat`.
    fn grad_from(&self, flat: &mut &[f64]) -> Self::Grad;
}

/// All floats of a value.
pub(crate) fn flatten<T: Floats>(value: &T) -> Vec<f64> {
    let mut flat = Vec::new();
    value.read(&mut flat);
    flat
}

/// A value shaped like `like`; uses up the floats it takes.
pub(crate) fn refill<T: Floats>(like: &T, flat: &mut &[f64]) -> T {
    like.refill(flat)
}

/// A gradient shaped like `like`; uses up the floats it takes.
pub(crate) fn grad_from<T: Floats>(like: &T, flat: &mut &[f64]) -> T::Grad {
    like.grad_from(flat)
}

/// As [`grad_from`]; zeros if no floats are given at all.
pub(crate) fn grad_or_zero<T: Floats>(like: &T, flat: &mut &[f64]) -> T::Grad {
    if !flat.is_empty() {
        return like.grad_from(flat);
    }
    let zeros = vec![0.0; flatten(like).len()];
    like.grad_from(&mut &zeros[..])
}

/// The first float.
pub(crate) fn next(flat: &mut &[f64]) -> f64 {
    let (first, rest) = flat.split_first().expect("the list of floats is long enough");
    *flat = rest;
    *first
}

impl Floats for f64 {
    type Grad = f64;
    fn read(&self, flat: &mut Vec<f64>) {
        flat.push(*self);
    }
    fn refill(&self, flat: &mut &[f64]) -> f64 {
        next(flat)
    }
    fn grad_from(&self, flat: &mut &[f64]) -> f64 {
        next(flat)
    }
}

impl Floats for f32 {
    type Grad = f32;
    fn read(&self, flat: &mut Vec<f64>) {
        flat.push(f64::from(*self));
    }
    fn refill(&self, flat: &mut &[f64]) -> f32 {
        next(flat) as f32
    }
    fn grad_from(&self, flat: &mut &[f64]) -> f32 {
        next(flat) as f32
    }
}

impl<T: Floats, const N: usize> Floats for [T; N] {
    type Grad = [T::Grad; N];
    fn read(&self, flat: &mut Vec<f64>) {
        self.iter().for_each(|element| element.read(flat));
    }
    fn refill(&self, flat: &mut &[f64]) -> Self {
        std::array::from_fn(|i| self[i].refill(flat))
    }
    fn grad_from(&self, flat: &mut &[f64]) -> Self::Grad {
        std::array::from_fn(|i| self[i].grad_from(flat))
    }
}

impl<T: Floats> Floats for Vec<T> {
    type Grad = Vec<T::Grad>;
    fn read(&self, flat: &mut Vec<f64>) {
        self.iter().for_each(|element| element.read(flat));
    }
    fn refill(&self, flat: &mut &[f64]) -> Self {
        self.iter().map(|element| element.refill(flat)).collect()
    }
    fn grad_from(&self, flat: &mut &[f64]) -> Self::Grad {
        self.iter().map(|element| element.grad_from(flat)).collect()
    }
}

macro_rules! passive {
    ($($passive:ty),*) => {$(
        impl Floats for $passive {
            type Grad = ();
            fn read(&self, _flat: &mut Vec<f64>) {}
            fn refill(&self, _flat: &mut &[f64]) -> Self {
                self.clone()
            }
            fn grad_from(&self, _flat: &mut &[f64]) {}
        }
    )*};
}

passive!((), usize, u64, u32, u8, i64, i32, bool, char, String);

macro_rules! tuples {
    ($(($($part:ident $index:tt),+))*) => {$(
        impl<$($part: Floats),+> Floats for ($($part,)+) {
            type Grad = ($($part::Grad,)+);
            fn read(&self, flat: &mut Vec<f64>) {
                $(self.$index.read(flat);)+
            }
            fn refill(&self, flat: &mut &[f64]) -> Self {
                ($(self.$index.refill(flat),)+)
            }
            fn grad_from(&self, flat: &mut &[f64]) -> Self::Grad {
                ($(self.$index.grad_from(flat),)+)
            }
        }
    )*};
}

tuples! {
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
}

impl<T: Floats> Floats for Option<T> {
    type Grad = Option<T::Grad>;
    fn read(&self, flat: &mut Vec<f64>) {
        self.iter().for_each(|value| value.read(flat));
    }
    fn refill(&self, flat: &mut &[f64]) -> Self {
        self.as_ref().map(|value| value.refill(flat))
    }
    fn grad_from(&self, flat: &mut &[f64]) -> Self::Grad {
        self.as_ref().map(|value| value.grad_from(flat))
    }
}

impl<T: Floats, E: Clone + std::fmt::Debug> Floats for Result<T, E> {
    type Grad = Option<T::Grad>;
    fn read(&self, flat: &mut Vec<f64>) {
        self.iter().for_each(|value| value.read(flat));
    }
    fn refill(&self, flat: &mut &[f64]) -> Self {
        self.as_ref().map(|value| value.refill(flat)).map_err(E::clone)
    }
    fn grad_from(&self, flat: &mut &[f64]) -> Self::Grad {
        self.as_ref().ok().map(|value| value.grad_from(flat))
    }
}

/// For types that derive `Differentiable`, by the order of their fields.
#[macro_export]
macro_rules! floats_of {
    ($($ty:ty, $grad:ty);+ $(;)?) => {$(
        impl $crate::harness::Floats for $ty {
            type Grad = $grad;
            fn read(&self, flat: &mut Vec<f64>) {
                differentiate::rt::Flat::floats(self, &mut |float, _| flat.push(float));
            }
            fn refill(&self, flat: &mut &[f64]) -> Self {
                let mut new = self.clone();
                differentiate::rt::Flat::floats_mut(&mut new, &mut |_| $crate::harness::next(flat));
                new
            }
            fn grad_from(&self, flat: &mut &[f64]) -> Self::Grad {
                let mut grad = differentiate::Differentiable::zero_grad(self);
                differentiate::rt::Flat::floats_mut(&mut grad, &mut |_| $crate::harness::next(flat));
                grad
            }
        }

        impl $crate::harness::Floats for $grad {
            type Grad = $grad;
            fn read(&self, flat: &mut Vec<f64>) {
                differentiate::rt::Flat::floats(self, &mut |float, _| flat.push(float));
            }
            fn refill(&self, flat: &mut &[f64]) -> Self {
                let mut new = self.clone();
                differentiate::rt::Flat::floats_mut(&mut new, &mut |_| $crate::harness::next(flat));
                new
            }
            fn grad_from(&self, flat: &mut &[f64]) -> Self::Grad {
                $crate::harness::Floats::refill(self, flat)
            }
        }
    )+};
}
