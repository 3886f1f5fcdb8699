//! Floats with their derivatives in several directions at once: what the rules for operands of unknown type compute with at order 3 and above.
//!
//! A value's derivative in each set of directions, the sets as bit masks: that in the empty set is the value. The last direction splits
//! it into two of one direction less, without and with it, so that a primitive of the rule table is itself on the first half, and the sum
//! of its partial derivatives times the second halves on the second.

use crate::differentiable::Differentiable;
use crate::real::Real;

/// Derivatives of order 6 take five directions.
const MOST: usize = 32;

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jet {
    parts: [f64; MOST],
    len: usize,
}

impl Jet {
    /// A value, and its derivatives in the other sets.
    ///
    /// # Panics
    ///
    /// If there are more than five directions.
    pub fn new(value: f64, tangents: impl Iterator<Item = f64>) -> Jet {
        let mut jet = Jet::constant(value, 1);
        for tangent in tangents {
            jet.parts[jet.len] = tangent;
            jet.len += 1;
        }
        jet
    }

    /// A value whose derivatives are zero, for so many sets.
    pub fn constant(value: f64, len: usize) -> Jet {
        let mut parts = [0.0; MOST];
        parts[0] = value;
        Jet { parts, len }
    }

    /// How many sets there are.
    pub fn sets(&self) -> usize {
        self.len
    }

    /// The value.
    pub fn value(&self) -> f64 {
        self.parts[0]
    }

    /// The derivative in all directions.
    pub fn last(&self) -> f64 {
        self.parts[self.len - 1]
    }

    /// The value and all derivatives are zero.
    pub fn is_zero(&self) -> bool {
        self.parts[..self.len].iter().all(|part| *part == 0.0)
    }

    /// Without and with the last direction.
    pub fn split(&self) -> (Jet, Jet) {
        let half = self.len / 2;
        let part = |range: std::ops::Range<usize>| {
            let mut jet = Jet::constant(0.0, half);
            jet.parts[..half].copy_from_slice(&self.parts[range]);
            jet
        };
        (part(0..half), part(half..self.len))
    }

    /// What [`split`](Jet::split) takes apart.
    pub fn joined(without: &Jet, with: &Jet) -> Jet {
        let mut jet = *without;
        jet.parts[without.len..2 * without.len].copy_from_slice(&with.parts[..without.len]);
        jet.len = 2 * without.len;
        jet
    }
}

/// A float, or a reference to one.
pub trait Number: Differentiable<Grad = Self::Float> {
    /// Its type.
    type Float: Real;
    /// As an `f64`, exactly.
    fn number(&self) -> f64;
}

/// An integer exponent, or a reference to one.
pub trait Exponent: Differentiable<Grad = ()> {
    /// Its value.
    fn exponent(&self) -> i32;
}

macro_rules! numbers {
    ($($float:ident)*) => {$(
        impl Number for $float {
            type Float = $float;
            fn number(&self) -> f64 {
                f64::from(*self)
            }
        }

        impl Number for &$float {
            type Float = $float;
            fn number(&self) -> f64 {
                f64::from(**self)
            }
        }
    )*};
}

numbers!(f32 f64);

impl Exponent for i32 {
    fn exponent(&self) -> i32 {
        *self
    }
}

impl Exponent for &i32 {
    fn exponent(&self) -> i32 {
        **self
    }
}
