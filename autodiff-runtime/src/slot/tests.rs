use std::cell::Cell;

use super::*;

/// A callee with one slot of each sort.
fn callee(_n: Ignored, scalar: Option<&Cell<f64>>, slice: Option<&[Cell<f64>]>) -> usize {
    usize::from(scalar.is_some()) + 10 * slice.map_or(0, <[_]>::len)
}

#[test]
fn shadows_fit_as_references_would() {
    let (scalar, vector, array) = (Cell::new(0.0), vec![Cell::new(0.0); 2], [const { Cell::new(0.0) }; 3]);
    assert_eq!(callee(slot(&scalar), slot(&scalar), slot(&vector)), 21);
    assert_eq!(callee(slot(NoShadow), slot(NoShadow), slot(&array)), 30);
    assert_eq!(callee(slot(&vector), slot(&&scalar), slot(vector.as_slice())), 21);
    assert_eq!(callee(slot(()), slot(Some(&scalar)), slot(Some(&vector))), 21);
    assert_eq!(callee(slot(0), slot(None::<&Cell<f64>>), slot(Some(&array))), 30);
    assert_eq!(callee(slot(Ignored), slot(&array[0]), slot(&&vector)), 21);
}

#[test]
fn primals_fit_as_references_would() {
    fn shared(x: &f64, w: &[f64], s: &str) -> f64 {
        x + w.iter().sum::<f64>() + s.len() as f64
    }
    fn mutable(_: Ignored, w: &mut [f64]) {
        w.fill(1.0);
    }
    let (mut vector, mut array) = (vec![0.0; 2], [0.0; 3]);
    mutable(slot(&mut vector), slot(&mut vector));
    let mut view = &mut array[1..];
    mutable(slot(&view), slot(&mut view));
    assert_eq!(shared(slot(&1.0), slot(&vector), slot(&String::from("ab"))), 5.0);
    assert_eq!(shared(slot(&&1.0), slot(&array), slot("ab")), 5.0);
    mutable(slot(0), slot(&mut array));
    assert_eq!(shared(slot(&array[0]), slot(&vector[1..]), slot(&"")), 2.0);
}

/// A callee with a slot for the tangent of each parameter.
fn pushed(x: &f64, w: &mut [f64], x_dot: Option<&f64>, w_dot: Option<&mut [f64]>, _: Ignored) -> f64 {
    let (mut x_zero, mut w_zero) = (None, None);
    let x_dot = tangent_or_zero(x_dot, x, &mut x_zero);
    let w_dot = tangent_or_zero_mut(w_dot, w, &mut w_zero);
    w_dot[0] += x_dot;
    w_dot.iter().sum()
}

#[test]
fn constants_have_the_tangent_zero() {
    let (mut w, mut w_dot, mut array_dot) = (vec![0.0; 2], vec![1.0; 2], [1.0; 2]);
    assert_eq!(pushed(&1.0, &mut w, slot(&2.0), slot(&mut w_dot), slot(NoShadow)), 4.0);
    assert_eq!(w_dot, [3.0, 1.0]);
    assert_eq!(pushed(&1.0, &mut w, slot(NoShadow), slot(&mut array_dot), slot(&1.0)), 2.0);
    assert_eq!(pushed(&1.0, &mut w, slot(&mut 2.0), slot(NoShadow), slot(())), 2.0);
    let mut view = &mut w_dot[..];
    assert_eq!(pushed(&1.0, &mut w, slot(NoShadow), slot(&mut view), slot(NoShadow)), 4.0);
}
