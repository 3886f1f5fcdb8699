//! What optimisers do with gradients, and with what they optimise.

/// What a multiple of a `V` can be added to: gradients to gradients, and a step to the parameters themselves.
///
/// Implemented for floats, slices, arrays, `Vec`, `Option`, `Box` and tuples, and for a struct `S` and its `SGrad` by `#[derive(Differentiable)]`.
/// What carries no derivative stays as it is.
///
/// # Panics
///
/// If the two differ in shape.
///
/// # Example
///
/// ```
/// use autodiff_runtime::AddScaled;
///
/// let mut parameters = (1.0, vec![2.0, 3.0], 7_usize);
/// parameters.add_scaled(-0.1, &(10.0, vec![0.0, 20.0], ()));
/// assert_eq!(parameters, (0.0, vec![2.0, 1.0], 7));
/// ```
#[diagnostic::on_unimplemented(message = "a multiple of `{V}` cannot be added to a `{Self}`")]
pub trait AddScaled<V: ?Sized = Self> {
    /// Adds `factor` times `v`.
    fn add_scaled(&mut self, factor: f64, v: &V);
}

/// A vector space: every [`Grad`](crate::Grad) is one.
///
/// # Example
///
/// ```
/// use autodiff_runtime::{AddScaled, Gradient};
///
/// let mut velocity = vec![1.0, 0.0];
/// let gradient = vec![3.0, 4.0];
/// velocity.scale(0.5);
/// velocity.add_scaled(1.0, &gradient);
/// assert_eq!(velocity, [3.5, 4.0]);
/// assert_eq!(gradient.dot(&gradient).sqrt(), 5.0);
/// ```
pub trait Gradient: AddScaled {
    /// Multiplies everything by `factor`.
    fn scale(&mut self, factor: f64);

    /// The sum of the products of corresponding floats.
    ///
    /// # Panics
    ///
    /// If the two differ in shape.
    fn dot(&self, other: &Self) -> f64;
}

/// Two values of an enum, or what belongs to them, are of different variants.
///
/// # Panics
///
/// Always.
#[cold]
#[track_caller]
pub fn other_variant() -> ! {
    panic!("a gradient or shadow of one variant meets that of another")
}

macro_rules! float {
    ($($float:ident)*) => {$(
        impl AddScaled for $float {
            #[inline(always)]
            fn add_scaled(&mut self, factor: f64, v: &$float) {
                *self += factor as $float * v;
            }
        }

        impl Gradient for $float {
            #[inline(always)]
            fn scale(&mut self, factor: f64) {
                *self *= factor as $float;
            }

            #[inline(always)]
            fn dot(&self, other: &$float) -> f64 {
                f64::from(*self) * f64::from(*other)
            }
        }
    )*};
}

float!(f32 f64);

impl Gradient for () {
    #[inline(always)]
    fn scale(&mut self, _: f64) {}

    #[inline(always)]
    fn dot(&self, (): &()) -> f64 {
        0.0
    }
}

#[inline]
fn add_each<T: AddScaled<V>, V>(to: &mut [T], factor: f64, v: &[V]) {
    crate::store::same_length(to.len(), v.len());
    to.iter_mut().zip(v).for_each(|(to, v)| to.add_scaled(factor, v));
}

#[inline]
fn dot_each<T: Gradient>(a: &[T], b: &[T]) -> f64 {
    crate::store::same_length(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| a.dot(b)).sum()
}

/// Sequences, through slices of them.
macro_rules! sequence {
    ($([$($generics:tt)*] $to:ty, $v:ty;)*) => {$(
        impl<T: AddScaled<V>, V, $($generics)*> AddScaled<$v> for $to {
            #[inline]
            fn add_scaled(&mut self, factor: f64, v: &$v) {
                add_each::<T, V>(self.as_mut_slice(), factor, v.as_slice());
            }
        }

        impl<T: Gradient, $($generics)*> Gradient for sequence!(@own $to) {
            #[inline]
            fn scale(&mut self, factor: f64) {
                self.as_mut_slice().iter_mut().for_each(|item| item.scale(factor));
            }

            #[inline]
            fn dot(&self, other: &Self) -> f64 {
                dot_each(self.as_slice(), other.as_slice())
            }
        }
    )*};
    (@own $ty:ty) => { $ty };
}

sequence! {
    [] Vec<T>, Vec<V>;
    [] Option<T>, Option<V>;
    [const N: usize] [T; N], [V; N];
}

impl<T: AddScaled<V>, V> AddScaled<[V]> for [T] {
    #[inline]
    fn add_scaled(&mut self, factor: f64, v: &[V]) {
        add_each(self, factor, v);
    }
}

// The gradient of a slice is a `Vec`.
impl<T: AddScaled<V>, V> AddScaled<Vec<V>> for [T] {
    #[inline]
    fn add_scaled(&mut self, factor: f64, v: &Vec<V>) {
        add_each(self, factor, v);
    }
}

impl<T: AddScaled<V> + ?Sized, V> AddScaled<Box<V>> for Box<T> {
    #[inline]
    fn add_scaled(&mut self, factor: f64, v: &Box<V>) {
        (**self).add_scaled(factor, v);
    }
}

impl<T: Gradient> Gradient for Box<T> {
    #[inline]
    fn scale(&mut self, factor: f64) {
        (**self).scale(factor);
    }

    #[inline]
    fn dot(&self, other: &Self) -> f64 {
        (**self).dot(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_visited() {
        let mut x = (1.0, [Some(2.0), None], Box::new(vec![3.0_f32]), 7_usize);
        x.add_scaled(2.0, &(10.0, [Some(20.0), None], Box::new(vec![30.0_f32]), ()));
        assert_eq!(x, (21.0, [Some(42.0), None], Box::new(vec![63.0]), 7));
        let mut g = (1.0, [Some(2.0)], Box::new(vec![3.0_f32]), ());
        assert_eq!(g.dot(&g), 14.0);
        g.scale(-1.0);
        assert_eq!(g, (-1.0, [Some(-2.0)], Box::new(vec![-3.0]), ()));
        let mut slice = [1.0, 2.0];
        slice[..].add_scaled(1.0, &vec![1.0, 1.0]);
        assert_eq!(slice, [2.0, 3.0]);
    }

    #[test]
    #[should_panic(expected = "a shadow of length 2 meets one of length 1")]
    fn other_shapes_panic() {
        vec![1.0, 2.0].add_scaled(1.0, &vec![1.0]);
    }
}
