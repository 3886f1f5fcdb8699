//! Tensors with tangents in several directions at once: what derivatives of order 2 and above compute with.

use super::Tensor;
use super::algebra::{Algebra, Operation};
use super::arithmetic::{Add, Div, Exp, Mul, Neg, Sub};
use crate::Real;

/// A tensor and its derivative in each set of directions, the sets as bit masks: that in the empty set is the tensor. `None` is zero, and so
/// is what is missing at the end.
#[derive(Clone, Debug)]
pub(crate) struct Jet<T> {
    parts: Vec<Option<Tensor<T>>>,
}

impl<T: Real> Jet<T> {
    /// A tensor and its derivatives in the other sets.
    pub(crate) fn new(x: Tensor<T>, tangents: impl IntoIterator<Item = Option<Tensor<T>>>) -> Jet<T> {
        Jet { parts: std::iter::once(Some(x)).chain(tangents).collect() }
    }

    /// The derivative in a set of directions.
    pub(crate) fn part(&self, set: usize) -> Option<&Tensor<T>> {
        self.parts.get(set)?.as_ref()
    }

    /// The same, taken out of it.
    pub(crate) fn take(&mut self, set: usize) -> Option<Tensor<T>> {
        self.parts.get_mut(set)?.take()
    }

    /// Without the last direction: the first `half` sets.
    fn without(&self, half: usize) -> Jet<T> {
        Jet { parts: self.parts[..half.min(self.parts.len())].to_vec() }
    }

    /// The derivative in the last direction, if it is not zero altogether.
    fn with(&self, half: usize) -> Option<Jet<T>> {
        let parts = self.parts.get(half..).filter(|parts| parts.iter().any(Option::is_some))?;
        let mut parts = parts.to_vec();
        parts[0].get_or_insert_with(|| Tensor::zeros(self.primal().shape()));
        Some(Jet { parts })
    }

    /// What [`without`](Self::without) and [`with`](Self::with) take apart.
    fn joined(mut self, half: usize, with: Option<Jet<T>>) -> Jet<T> {
        if let Some(with) = with {
            self.parts.resize(half, None);
            self.parts.extend(with.parts);
        }
        self
    }

    /// The tensor, if all derivatives are zero.
    fn alone(mut self) -> Result<Tensor<T>, Jet<T>> {
        match self.parts.as_mut_slice() {
            [x] => Ok(x.take().expect("a jet has a value")),
            [..] => Err(self),
        }
    }
}

/// An operation of two, in the memory of the first where there are no tangents.
macro_rules! in_place {
    ($($name:ident $Operation:ident $sign:tt;)*) => {$(
        fn $name(self, other: &Self) -> Self {
            if other.parts.len() > 1 {
                return Self::run(&$Operation, &[&self, other]);
            }
            match self.alone() {
                Ok(x) => Self::constant(x $sign other.primal()),
                Err(this) => Self::run(&$Operation, &[&this, other]),
            }
        }
    )*};
}

impl<T: Real> Algebra<T> for Jet<T> {
    fn primal(&self) -> &Tensor<T> {
        self.parts[0].as_ref().expect("a jet has a value")
    }

    fn constant(x: Tensor<T>) -> Self {
        Jet { parts: vec![Some(x)] }
    }

    fn run(operation: &impl Operation<T>, x: &[&Self]) -> Self {
        let len = x.iter().map(|x| x.parts.len()).max().unwrap_or(1);
        if len == 1 {
            let x: Vec<&Tensor<T>> = x.iter().map(|x| x.primal()).collect();
            return Self::constant(operation.value(&x));
        }
        let half = len.next_power_of_two() / 2;
        let without: Vec<Self> = x.iter().map(|x| x.without(half)).collect();
        let with: Vec<Option<Self>> = x.iter().map(|x| x.with(half)).collect();
        let without: Vec<&Self> = without.iter().collect();
        let dots: Vec<Option<&Self>> = with.iter().map(Option::as_ref).collect();
        let out = Self::run(operation, &without);
        let dot = dots.iter().any(Option::is_some).then(|| operation.push(&without, &out, &dots));
        out.joined(half, dot)
    }

    in_place! {
        add Add +;
        sub Sub -;
        mul Mul *;
        div Div /;
    }

    fn neg(self) -> Self {
        match self.alone() {
            Ok(x) => Self::constant(-x),
            Err(this) => Self::run(&Neg, &[&this]),
        }
    }

    fn exponential(self) -> Self {
        match self.alone() {
            Ok(x) => Self::constant(x.exponential()),
            Err(this) => Self::run(&Exp, &[&this]),
        }
    }
}
