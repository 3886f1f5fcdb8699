//! Reductions whose derivative depends on the elements: means, products, norms and the like.

use super::Tensor;
use super::algebra::{Algebra, Operation};
use super::linear::{Concat, Permute, Slice};
use super::shape;
use super::slice::Part;
use crate::Real;

/// A reduction over all axes, by the method that says none: it goes through the elements in another order, and rounds otherwise.
pub(crate) struct All<R>(R);

/// A reduction over axes, which stay, of length 1, if `keep`; its partial derivatives are stated in the operand and the
/// result, with the axes kept.
macro_rules! reductions {
    ($($Name:ident $needs_out:literal $all:ident $method:ident $doc:literal |$this:ident, $x:ident, $out:ident| $slope:expr;)*) => {$(
        #[doc = $doc]
        pub(crate) struct $Name {
            pub(crate) axes: Vec<usize>,
            pub(crate) keep: bool,
        }

        impl $Name {
            /// Over all axes.
            pub(crate) fn all<T>(x: &Tensor<T>) -> All<$Name> {
                All($Name { axes: (0..x.ndim()).collect(), keep: false })
            }
        }

        impl<T: Real> Operation<T> for All<$Name> {
            const NEEDS_OUT: bool = $needs_out;

            fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
                Tensor::scalar(x[0].$all())
            }

            fn pull<A: Algebra<T>>(&self, operand: usize, x: &[&A], out: &A, out_bar: A) -> A {
                self.0.pull(operand, x, out, out_bar)
            }

            fn push<A: Algebra<T>>(&self, x: &[&A], out: &A, dots: &[Option<&A>]) -> A {
                self.0.push(x, out, dots)
            }
        }

        impl<T: Real> Operation<T> for $Name {
            const NEEDS_OUT: bool = $needs_out;

            fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
                let out = x[0].$method(&self.axes);
                if self.keep { out.reshape(shape::kept(x[0].shape(), &self.axes)) } else { out }
            }

            fn pull<A: Algebra<T>>(&self, _: usize, x: &[&A], $out: &A, out_bar: A) -> A {
                let ($this, $x) = (self, x[0]);
                let kept = shape::kept($x.primal().shape(), &self.axes);
                let out = if $needs_out { $out.clone().in_shape(&kept) } else { $out.clone() };
                let $out = &out;
                let _ = ($this, $out);
                $slope.mul(&out_bar.in_shape(&kept))
            }

            fn push<A: Algebra<T>>(&self, x: &[&A], $out: &A, dots: &[Option<&A>]) -> A {
                let ($this, $x) = (self, x[0]);
                let out = $out.clone().in_shape(&shape::kept($x.primal().shape(), &self.axes));
                let $out = &out;
                let _ = ($this, $out);
                $slope.mul(dots[0].expect("not zero")).sum_axes(&self.axes, self.keep)
            }
        }
    )*};
}

reductions! {
    Mean false mean mean_axis "The mean." |this, x, out| {
        A::constant(Tensor::full(x.primal().shape(), count::<T, A>(x, &this.axes).recip()))
    };
    Prod true prod prod_axis "The product." |this, x, out| others(x, out, &this.axes);
    Norm true norm norm_axis "The square root of the sum of the squares." |this, x, out| over_root(x.clone(), out);
    Var false var var_axis "The mean square distance from the mean." |this, x, out| {
        let n = count::<T, A>(x, &this.axes);
        from_mean(x, &this.axes).scale(T::from_i32(2) / n)
    };
    Std true std std_axis "The root of the mean square distance from the mean." |this, x, out| {
        let n = count::<T, A>(x, &this.axes);
        over_root(from_mean(x, &this.axes).scale(n.recip()), out)
    };
    LogSumExp true log_sum_exp log_sum_exp_axis "The logarithm of the sum of the exponentials." |this, x, out| {
        x.clone().sub(out).exponential()
    };
}

/// How many elements are reduced to one.
fn count<T: Real, A: Algebra<T>>(x: &A, axes: &[usize]) -> T {
    T::from_usize(shape::count(x.primal().shape(), axes))
}

/// Each element less the mean.
fn from_mean<T: Real, A: Algebra<T>>(x: &A, axes: &[usize]) -> A {
    let n = count::<T, A>(x, axes);
    x.clone().sub(&x.clone().sum_axes(axes, true).scale(n.recip()))
}

/// The quotient, where the divisor is 0 that too: so is the dividend.
fn over_root<T: Real, A: Algebra<T>>(x: A, root: &A) -> A {
    let is_zero = root.primal().equal(T::ZERO);
    if !is_zero.any() {
        return x.div(root);
    }
    let ones = A::constant(is_zero.map(|is_zero| if is_zero { T::ONE } else { T::ZERO }));
    x.div(&root.clone().add(&ones)).only_where(&is_zero.not())
}

/// For each element the product of the others.
fn others<T: Real, A: Algebra<T>>(x: &A, out: &A, axes: &[usize]) -> A {
    if !x.primal().equal(T::ZERO).any() {
        return out.clone().repeated_to(x.primal().shape()).div(x);
    }
    // In rows of what is multiplied: all before times all behind.
    let shape = x.primal().shape();
    let (reduced, left): (Vec<usize>, Vec<usize>) = (0..shape.len()).partition(|axis| axes.contains(axis));
    let order = [left, reduced].concat();
    let n = shape::count(shape, axes);
    let permuted = A::run(&Permute { order: order.clone() }, &[x]);
    let permuted_shape = permuted.primal().shape().to_vec();
    let rows = permuted.in_shape(&[x.primal().len() / n, n]);
    let columns: Vec<A> = (0..n).map(|i| A::run(&Slice::along(rows.primal(), 1, Part::from(i..i + 1)), &[&rows])).collect();
    let one = A::constant(Tensor::ones([rows.primal().shape()[0], 1]));
    let (before, mut behind) = (running(&one, columns.iter()), running(&one, columns.iter().rev()));
    behind.reverse();
    let products: Vec<A> = before.into_iter().zip(&behind).map(|(before, behind)| before.mul(behind)).collect();
    let products = A::run(&Concat { axis: 1 }, &products.iter().collect::<Vec<_>>()).in_shape(&permuted_shape);
    A::run(&Permute { order: inverse(&order) }, &[&products])
}

/// The products of all that come before.
fn running<'a, T: Real, A: Algebra<T> + 'a>(one: &A, factors: impl Iterator<Item = &'a A>) -> Vec<A> {
    let products = factors.scan(one.clone(), |product, factor| {
        let next = product.clone().mul(factor);
        Some(std::mem::replace(product, next))
    });
    products.collect()
}

/// The order that undoes another.
pub(super) fn inverse(order: &[usize]) -> Vec<usize> {
    let mut back = vec![0; order.len()];
    order.iter().enumerate().for_each(|(to, from)| back[*from] = to);
    back
}
