//! Einstein's summation.

use super::algebra::{Algebra, Operation};
use super::linear::{Permute, push_as_itself};
use super::product::MatMul;
use super::{Tensor, shape};
use crate::Real;

/// The sum over all axes that the result has not of the products of two operands, whose axes are named by letters.
#[derive(Clone, Debug)]
pub(crate) struct Einsum {
    a: Vec<char>,
    b: Vec<char>,
    out: Vec<char>,
}

impl Einsum {
    /// Reads `ij,jk->ik`.
    ///
    /// # Panics
    ///
    /// If it is none, or names an axis twice.
    #[track_caller]
    pub(crate) fn new(equation: &str) -> Einsum {
        let parts = equation.split_once("->").and_then(|(operands, out)| Some((operands.split_once(',')?, out)));
        let Some(((a, b), out)) = parts else { panic!("`einsum`: `{equation}` is not of the form `ij,jk->ik`") };
        let [a, b, out] = [a, b, out].map(|names| names.chars().filter(|c| !c.is_whitespace()).collect::<Vec<char>>());
        for names in [&a, &b, &out] {
            let is_repeated = names.iter().enumerate().any(|(i, name)| names[..i].contains(name));
            assert!(!is_repeated, "`einsum`: an axis occurs twice in one part of `{equation}`");
        }
        let unknown = out.iter().find(|name| !a.contains(name) && !b.contains(name));
        assert!(unknown.is_none(), "`einsum`: the axis {unknown:?} of the result is in no operand of `{equation}`");
        Einsum { a, b, out }
    }

    /// Demands operands of the right shapes.
    #[track_caller]
    fn check(&self, a: &[usize], b: &[usize]) {
        let fits = a.len() == self.a.len() && b.len() == self.b.len();
        let agree = |(name, len): (&char, &usize)| position(&self.b, *name).is_none_or(|at| b[at] == *len);
        if !fits || !self.a.iter().zip(a).all(agree) {
            shape::mismatch("einsum", a, b);
        }
    }

    /// As sums over single operands, one product of many matrices, and a permutation.
    fn compose<T: Real, A: Algebra<T>>(&self, x: &A, y: &A) -> A {
        let (x, a) = without(x, &self.a, |name| self.b.contains(&name) || self.out.contains(&name));
        let (y, b) = without(y, &self.b, |name| self.a.contains(&name) || self.out.contains(&name));
        let common: Vec<char> = a.iter().copied().filter(|name| b.contains(name)).collect();
        let (many, summed): (Vec<char>, Vec<char>) = common.into_iter().partition(|name| self.out.contains(name));
        let rows: Vec<char> = a.iter().copied().filter(|name| !b.contains(name)).collect();
        let columns: Vec<char> = b.iter().copied().filter(|name| !a.contains(name)).collect();
        let lengths = |of: &[char], names: &[char], x: &A| -> Vec<usize> {
            let x = x.primal().shape();
            of.iter().filter_map(|name| position(names, *name)).map(|at| x[at]).collect()
        };
        let (of_many, of_rows, of_columns) = (lengths(&many, &a, &x), lengths(&rows, &a, &x), lengths(&columns, &b, &y));
        let of_summed = lengths(&summed, &a, &x);
        let count = |lengths: &[usize]| lengths.iter().product::<usize>();
        let matrices = [count(&of_many), count(&of_rows), count(&of_summed)];
        let x = ordered(&x, &a, &[many.as_slice(), &rows, &summed].concat()).in_shape(&matrices);
        let y = ordered(&y, &b, &[many.as_slice(), &summed, &columns].concat());
        let y = y.in_shape(&[count(&of_many), count(&of_summed), count(&of_columns)]);
        let product = A::run(&MatMul, &[&x, &y]).in_shape(&[of_many, of_rows, of_columns].concat());
        ordered(&product, &[many, rows, columns].concat(), &self.out)
    }
}

/// The operand summed over axes that are not kept, and the names of those that are.
fn without<T: Real, A: Algebra<T>>(x: &A, names: &[char], kept: impl Fn(char) -> bool) -> (A, Vec<char>) {
    let summed: Vec<usize> = (0..names.len()).filter(|axis| !kept(names[*axis])).collect();
    let sum = if summed.is_empty() { x.clone() } else { x.clone().sum_axes(&summed, false) };
    (sum, names.iter().copied().filter(|name| kept(*name)).collect())
}

/// The axes in another order.
fn ordered<T: Real, A: Algebra<T>>(x: &A, names: &[char], order: &[char]) -> A {
    if names == order {
        return x.clone();
    }
    let order = order.iter().map(|name| position(names, *name).expect("the same axes")).collect();
    A::run(&Permute { order }, &[x])
}

fn position(names: &[char], name: char) -> Option<usize> {
    names.iter().position(|other| *other == name)
}

impl<T: Real> Operation<T> for Einsum {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        self.check(x[0].shape(), x[1].shape());
        self.compose(x[0], x[1])
    }

    fn pull<A: Algebra<T>>(&self, operand: usize, x: &[&A], _: &A, out_bar: A) -> A {
        let (own, other) = if operand == 0 { (&self.a, &self.b) } else { (&self.b, &self.a) };
        // What only this operand has was summed over: its adjoint is the same all along.
        let reached: Vec<char> = own.iter().copied().filter(|c| other.contains(c) || self.out.contains(c)).collect();
        let transpose = Einsum { a: self.out.clone(), b: other.clone(), out: reached.clone() };
        let bar = transpose.compose(&out_bar, x[1 - operand]);
        let shape = x[operand].primal().shape();
        let length = |(name, len): (&char, &usize)| if reached.contains(name) { *len } else { 1 };
        let kept: Vec<usize> = own.iter().zip(shape).map(length).collect();
        bar.in_shape(&kept).repeated_to(shape)
    }

    push_as_itself!();
}

impl<T: Real> Tensor<T> {
    /// The sum over all axes that the result has not of the products of two tensors, whose axes are named by letters.
    ///
    /// ```
    /// use autodiff_runtime::Tensor;
    ///
    /// let a = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
    /// assert_eq!(a.einsum("ij,jk->ik", &a), a.matmul(&a));
    /// assert_eq!(a.einsum("ij,ij->i", &a).to_vec(), [5.0, 25.0]);
    /// ```
    ///
    /// # Panics
    ///
    /// If the equation is none, names an axis twice in one part, or does not fit the shapes.
    #[track_caller]
    pub fn einsum(&self, equation: &str, other: &Tensor<T>) -> Tensor<T> {
        Einsum::new(equation).value(&[self, other])
    }
}
