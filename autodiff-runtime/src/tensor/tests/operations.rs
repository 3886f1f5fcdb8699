//! The derivatives of operations: forward against differences, reverse as the transpose of forward, and the same for the derivatives of
//! both.

use super::Numbers;
use crate::Tensor;
use crate::tensor::activation::{Clip, Cumulative, Gelu, Normal, Relu, Sigmoid, Softplus, Square};
use crate::tensor::algebra::{Algebra as _, Operation};
use crate::tensor::arithmetic::{Add, Div, Exp, Mul, Neg, Sub};
use crate::tensor::einsum::Einsum;
use crate::tensor::gather::{places_along, places_of_gather};
use crate::tensor::jet::Jet;
use crate::tensor::linear::{
    BroadcastTo, Concat, CumSum, Embed, Pad, Permute, Reshape, Scatter, Select, Slice, Stack, Sum, SumAll, Take,
};
use crate::tensor::moments::{LogSumExp, Mean, Norm, Prod, Std, Var};
use crate::tensor::product::{Dot, MatMul, Outer};
use crate::tensor::slice::Part;
use crate::tensor::softmax::{CrossEntropy, LogSoftmax, Softmax};
use crate::tensor::window::{AvgPool, Conv1d, Conv2d, Unfold, Window};

/// Along a line through a point: operands, adjoint of the result, and the directions of both.
struct Line {
    x: Vec<Tensor>,
    dots: Vec<Tensor>,
    out_bar: Tensor,
    out_bar_dot: Tensor,
}

impl Line {
    fn at(&self, h: f64) -> Vec<Tensor> {
        self.x.iter().zip(&self.dots).map(|(x, dot)| x + dot * h).collect()
    }
}

fn inner(a: &Tensor, b: &Tensor) -> f64 {
    assert_eq!(a.shape(), b.shape());
    a.dot(b)
}

fn refs<A>(x: &[A]) -> Vec<&A> {
    x.iter().collect()
}

fn value(op: &impl Operation<f64>, x: &[Tensor]) -> Tensor {
    op.value(&refs(x))
}

/// The tangent of the result, for the tangents of the operands that are given.
fn push(op: &impl Operation<f64>, x: &[Tensor], dots: &[Option<&Tensor>]) -> Tensor {
    let x = refs(x);
    op.push(&x, &op.value(&x), dots)
}

fn pull(op: &impl Operation<f64>, operand: usize, x: &[Tensor], out_bar: &Tensor) -> Tensor {
    let x = refs(x);
    op.pull(operand, &x, &op.value(&x), out_bar.clone())
}

/// The derivative at 0 of what `f` makes of a number.
fn difference(f: impl Fn(f64) -> Tensor) -> Tensor {
    let h = 1e-5;
    (f(h) - f(-h)) / (2.0 * h)
}

#[track_caller]
fn close(what: &str, a: &Tensor, b: &Tensor) {
    close_to(1e-7, what, a, b);
}

#[track_caller]
fn close_to(tolerance: f64, what: &str, a: &Tensor, b: &Tensor) {
    assert_eq!(a.shape(), b.shape(), "{what}");
    for (a, b) in a.to_vec().into_iter().zip(b.to_vec()) {
        assert!((a - b).abs() <= tolerance * (1.0 + a.abs().max(b.abs())), "{what}: {a} and {b}");
    }
}

#[track_caller]
pub(super) fn check(name: &str, op: &impl Operation<f64>, x: Vec<Tensor>) {
    let mut numbers = Numbers(7);
    let out = value(op, &x);
    let line = Line {
        dots: x.iter().map(|x| numbers.scattered(x.shape())).collect(),
        out_bar: numbers.scattered(out.shape()),
        out_bar_dot: numbers.tensor(out.shape()),
        x,
    };
    let all: Vec<Option<&Tensor>> = line.dots.iter().map(Some).collect();
    let dot = push(op, &line.x, &all);
    close(&format!("{name}: push"), &dot, &difference(|h| value(op, &line.at(h))));
    for operand in 0..line.x.len() {
        let mut one = vec![None; line.x.len()];
        one[operand] = all[operand];
        let (dot, bar) = (push(op, &line.x, &one), pull(op, operand, &line.x, &line.out_bar));
        let (forward, reverse) = (inner(&dot, &line.out_bar), inner(&line.dots[operand], &bar));
        assert!((forward - reverse).abs() <= 1e-10 * (1.0 + forward.abs()), "{name}: {forward} forward, {reverse} reverse");
        let (x, out_bar) = duals(&line);
        let refs = refs(&x);
        let bar = op.pull(operand, &refs, &Jet::run(op, &refs), out_bar);
        let expected = difference(|h| pull(op, operand, &line.at(h), &(&line.out_bar + h * &line.out_bar_dot)));
        close(&format!("{name}: tangent of pull"), &part(&bar, 1), &expected);
    }
    second_push(name, op, &line);
}

fn duals(line: &Line) -> (Vec<Jet<f64>>, Jet<f64>) {
    let dual = |(x, dot): (&Tensor, &Tensor)| Jet::new(x.clone(), [Some(dot.clone())]);
    (line.x.iter().zip(&line.dots).map(dual).collect(), dual((&line.out_bar, &line.out_bar_dot)))
}

/// The derivative in a set of directions.
fn part(jet: &Jet<f64>, set: usize) -> Tensor {
    jet.part(set).cloned().unwrap_or_else(|| Tensor::zeros(jet.primal().shape()))
}

/// The tangent of the tangent, with a second direction that is none of the first.
#[track_caller]
fn second_push(name: &str, op: &impl Operation<f64>, line: &Line) {
    let second: Vec<Tensor> = line.dots.iter().map(|dot| dot * 0.5 + 0.25).collect();
    let at = |h: f64| -> Vec<Tensor> { line.x.iter().zip(&second).map(|(x, dot)| x + dot * h).collect() };
    let first: Vec<Option<&Tensor>> = line.dots.iter().map(Some).collect();
    let expected = difference(|h| push(op, &at(h), &first));
    let jets: Vec<Jet<f64>> =
        (0..line.x.len()).map(|i| Jet::new(line.x[i].clone(), [Some(second[i].clone()), Some(line.dots[i].clone())])).collect();
    let out = Jet::run(op, &refs(&jets));
    close(&format!("{name}: tangent of push"), &part(&out, 3), &expected);
    third_push(name, op, line, &second);
}

/// The third derivative along a line: a jet in three directions beside differences of jets in two.
#[track_caller]
fn third_push(name: &str, op: &impl Operation<f64>, line: &Line, second: &[Tensor]) {
    let third: Vec<Tensor> = line.dots.iter().zip(second).map(|(a, b)| a - 0.5 * b).collect();
    let jets = |h: f64, third_too: bool| -> Vec<Jet<f64>> {
        let jet = |i: usize| {
            let x = &line.x[i] + h * &third[i];
            let (first, second) = (Some(line.dots[i].clone()), Some(second[i].clone()));
            Jet::new(x, [first, second, None, third_too.then(|| third[i].clone())])
        };
        (0..line.x.len()).map(jet).collect()
    };
    let two = |h: f64| part(&Jet::run(op, &refs(&jets(h, false))), 3);
    // Beside zeros a product is divided by factors as small as the step.
    let third = part(&Jet::run(op, &refs(&jets(0.0, true))), 7);
    close_to(1e-5, &format!("{name}: third derivative"), &third, &difference(two));
}

/// Every operation on tensors of these shapes, their elements in any order in memory.
macro_rules! operations {
    ($($name:ident { $($op:expr, [$($shape:expr),*];)* })*) => {$(
        #[test]
        fn $name() {
            let mut numbers = Numbers(3);
            for _ in 0..3 {
                $(
                    let operands: &[&[usize]] = &[$(&$shape),*];
                    let x = operands.iter().map(|shape| numbers.scattered(shape)).collect();
                    check(stringify!($op), &$op, x);
                )*
            }
        }
    )*};
}

fn at(indices: &[usize]) -> Tensor<usize> {
    Tensor::from(indices)
}

fn mask() -> Tensor<bool> {
    Tensor::from([[true, false, true]])
}

operations! {
    arithmetic {
        Add, [[2, 3], [3]];
        Add, [[], [2, 1]];
        Sub, [[2, 1], [1, 3]];
        Sub, [[0, 3], [3]];
        Mul, [[2, 3], [2, 3]];
        Mul, [[2, 1, 3], [4, 1]];
        Mul, [[3], [0, 3]];
        Div, [[2, 3], [2, 1]];
        Div, [[2], []];
        Neg, [[2, 3]];
        Neg, [[]];
        Mul, [[], []];
        Exp, [[2, 3]];
        Square, [[3, 2]];
    }
    sums {
        SumAll, [[2, 3]];
        SumAll, [[0, 3]];
        SumAll, [[]];
        Sum { axes: vec![1], keep: false }, [[2, 3, 4]];
        Sum { axes: vec![2, 0], keep: true }, [[2, 3, 4]];
        Sum { axes: vec![0], keep: false }, [[0, 3]];
        Sum { axes: vec![], keep: false }, [[2]];
        BroadcastTo { shape: vec![2, 3] }, [[2, 1]];
        BroadcastTo { shape: vec![4, 2, 3] }, [[3]];
        BroadcastTo { shape: vec![2, 0] }, [[1]];
        CumSum { axis: 1, reverse: false }, [[2, 3, 2]];
        CumSum { axis: 0, reverse: true }, [[4]];
    }
    order {
        Reshape { shape: vec![3, 2] }, [[2, 3]];
        Reshape { shape: vec![] }, [[1, 1]];
        Reshape { shape: vec![0] }, [[2, 0]];
        Permute { order: vec![2, 0, 1] }, [[2, 3, 4]];
        Permute { order: vec![] }, [[]];
        Slice { parts: vec![Part::from(1..), Part::At(0)] }, [[3, 2, 2]];
        Slice { parts: vec![Part::from(..).step(-2)] }, [[5, 2]];
        Slice { parts: vec![Part::from(1..1)] }, [[3]];
        Embed { shape: vec![5, 2], parts: vec![Part::from(1..).step(2)] }, [[2, 2]];
        Pad { around: vec![(1, 0), (0, 2)], with: 3.0 }, [[2, 3, 1]];
        Pad { around: vec![], with: 3.0 }, [[2]];
        Concat { axis: 1 }, [[2, 1], [2, 3], [2, 0]];
        Concat { axis: 0 }, [[2]];
        Stack { axis: 1 }, [[2, 3], [2, 3]];
        Stack { axis: 0 }, [[], [], []];
        Stack { axis: 2 }, [[2, 0]];
    }
    elements {
        Take { at: at(&[4, 0, 4]) }, [[2, 3]];
        Take { at: places_of_gather(&[2, 3], 1, &Tensor::from([[2, 2], [0, 1]])) }, [[2, 3]];
        Take { at: places_of_gather(&[2, 3], 0, &at(&[])) }, [[2, 3]];
        Take { at: places_along(&[2, 3], 1, &Tensor::from([[1], [2]])) }, [[2, 3]];
        Scatter { shape: vec![2, 3], at: at(&[4, 0, 4]) }, [[3]];
        Select { mask: mask() }, [[2, 3], [3]];
        Select { mask: mask() }, [[], [2, 1]];
    }
    products {
        MatMul, [[2, 3], [3, 4]];
        MatMul, [[3], [3, 4]];
        MatMul, [[2, 3], [3]];
        MatMul, [[3], [3]];
        MatMul, [[5, 2, 3], [3, 4]];
        MatMul, [[5, 1, 2, 3], [4, 3, 2]];
        MatMul, [[2, 0], [0, 3]];
        MatMul, [[0, 2], [2, 3]];
        MatMul, [[0, 2, 2], [2, 3]];
        MatMul, [[3], [2, 3, 4]];
        MatMul, [[2, 4, 3], [3]];
        Einsum::new("ij,jk->ik"), [[2, 3], [3, 4]];
        Einsum::new("nij,kj->kn"), [[2, 3, 4], [5, 4]];
        Einsum::new("nij,njk->nki"), [[2, 1, 3], [2, 3, 2]];
        Einsum::new("i,j->"), [[2], [3]];
        Einsum::new("ij,ij->j"), [[2, 3], [2, 3]];
        Einsum::new("ij,k->ik"), [[2, 0], [3]];
        Outer, [[2], [3]];
        Outer, [[2, 3], []];
        Outer, [[0], [2, 1]];
        Dot, [[2, 3], [2, 3]];
        Dot, [[0], [0]];
    }
    moments {
        Mean { axes: vec![1], keep: false }, [[2, 3]];
        Mean { axes: vec![0, 1], keep: true }, [[2, 3, 2]];
        Prod { axes: vec![1], keep: false }, [[2, 3]];
        Prod { axes: vec![0, 2], keep: true }, [[2, 3, 2]];
        Prod { axes: vec![], keep: true }, [[2]];
        Prod { axes: vec![0], keep: false }, [[0, 2]];
        Norm { axes: vec![0, 1], keep: false }, [[2, 3]];
        Norm { axes: vec![1], keep: true }, [[2, 3]];
        Var { axes: vec![0], keep: false }, [[3, 2]];
        Var { axes: vec![0, 1], keep: true }, [[2, 3]];
        Std { axes: vec![1], keep: true }, [[2, 3]];
        LogSumExp { axes: vec![], keep: false }, [[2]];
    }
    activations {
        Clip { low: -1.0, high: 0.5 }, [[2, 5]];
        Relu, [[2, 3]];
        Relu, [[]];
        Sigmoid, [[0, 3]];
        Gelu, [[]];
        Sigmoid, [[2, 3]];
        Softplus, [[2, 3]];
        Normal, [[2, 3]];
        Cumulative, [[2, 3]];
        Gelu, [[2, 3]];
        Softmax { axis: 1 }, [[2, 3]];
        Softmax { axis: 0 }, [[2, 3, 2]];
        Softmax { axis: 0 }, [[0, 3]];
        LogSoftmax { axis: 1 }, [[2, 3]];
        LogSoftmax { axis: 0 }, [[3, 0]];
        LogSumExp { axes: vec![1], keep: true }, [[2, 3]];
        LogSumExp { axes: vec![0, 1], keep: false }, [[2, 3]];
        CrossEntropy::new(at(&[2, 0])), [[2, 3]];
        CrossEntropy::new(Tensor::from([[2, 0], [1, 1]])), [[2, 2, 3]];
    }
    windows {
        Unfold(Window { size: [2, 2], stride: [1, 2], pad: [0, 1] }), [[2, 3, 4]];
        Conv2d { stride: [1, 1], pad: [1, 0] }, [[2, 2, 3, 4], [3, 2, 2, 3]];
        Conv2d { stride: [2, 1], pad: [0, 0] }, [[1, 1, 5, 2], [2, 1, 3, 2]];
        Conv2d { stride: [1, 1], pad: [0, 0] }, [[0, 1, 3, 2], [2, 1, 3, 2]];
        Conv1d { stride: 2, pad: 1 }, [[2, 3, 5], [4, 3, 2]];
        AvgPool(Window { size: [2, 3], stride: [2, 1], pad: [0, 0] }), [[2, 4, 4]];
    }
}

/// With zeros among the factors, where the product cannot be divided by them.
#[test]
fn products_of_zeros() {
    let one = Tensor::from([[2.0, 0.0, 3.0], [1.5, 2.5, -1.0]]);
    let two = Tensor::from([[0.0, 0.0, 3.0], [1.5, 0.0, -1.0]]);
    for x in [one, two] {
        check("Prod", &Prod { axes: vec![1], keep: false }, vec![x.clone()]);
        check("Prod", &Prod { axes: vec![0, 1], keep: true }, vec![x.t()]);
    }
}

/// Where a root is taken of 0, the derivative is 0.
#[test]
fn roots_of_zero() {
    let x = vec![Tensor::full([2, 2], 0.5)];
    let bar = Tensor::from([1.0, 1.0]);
    assert_eq!(pull(&Std { axes: vec![1], keep: false }, 0, &x, &bar), Tensor::zeros([2, 2]));
    assert_eq!(pull(&Norm { axes: vec![1], keep: false }, 0, &[Tensor::zeros([2, 2])], &bar), Tensor::zeros([2, 2]));
    assert_eq!(push(&Norm { axes: vec![1], keep: false }, &[Tensor::zeros([2, 2])], &[Some(&x[0])]), Tensor::zeros([2]));
}

#[test]
#[should_panic(expected = "`einsum`: the shapes [2, 3] and [2, 3] do not go together")]
fn an_equation_that_does_not_fit() {
    Tensor::<f64>::ones([2, 3]).einsum("ij,jk->ik", &Tensor::ones([2, 3]));
}

#[test]
#[should_panic(expected = "`einsum`: `ij->ji` is not of the form `ij,jk->ik`")]
fn no_equation() {
    Tensor::<f64>::ones([2, 3]).einsum("ij->ji", &Tensor::ones([2, 3]));
}
