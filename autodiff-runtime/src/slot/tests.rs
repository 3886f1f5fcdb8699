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
