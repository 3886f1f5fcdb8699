use super::*;

#[test]
fn adding_taking_and_clearing_are_elementwise() {
    let a = (vec![Cell::new(1.0)], [Cell::new(2.0)], Some(Cell::new(3.0)), ());
    let b = (vec![Cell::new(10.0)], [Cell::new(20.0)], Some(Cell::new(30.0)), ());
    a.add_from(&b);
    assert_eq!(a.peek_grad(), (vec![11.0], [22.0], Some(33.0), ()));
    a.take_from(&b);
    assert_eq!(a.peek_grad(), (vec![21.0], [42.0], Some(63.0), ()));
    assert_eq!(b.take_grad(), (vec![0.0], [0.0], Some(0.0), ()));
    a.add_grad((vec![1.0], [1.0], Some(1.0), ()));
    assert_eq!(a.take_grad(), (vec![22.0], [43.0], Some(64.0), ()));
    a.add_grad((vec![1.0], [1.0], Some(1.0), ()));
    a.clear();
    assert_eq!(a.peek_grad(), (vec![0.0], [0.0], Some(0.0), ()));
}

#[test]
fn what_has_grown_is_cut_if_the_rest_is_zero() {
    let short = vec![Cell::new(1.0)];
    let long = vec![Cell::new(2.0), Cell::new(0.0)];
    short.take_from(&long);
    short.add_from(&long);
    assert_eq!(short[0].get(), 3.0);
    assert!(long.is_zero());
}

#[test]
#[should_panic = "a shadow of length 1 meets one of length 2"]
fn nothing_is_dropped() {
    vec![Cell::new(1.0)].take_from(&vec![Cell::new(0.0), Cell::new(2.0)]);
}

#[test]
fn taking_from_itself_keeps_the_sum() {
    let cell = Cell::new(2.0);
    cell.take_from(&cell);
    assert_eq!(cell.get(), 2.0);
}

#[test]
fn by_value_access_goes_through_references() {
    use crate::accumulate::{add, peek, take};
    let owned = zeros([1.0, 2.0].as_slice());
    let shadow = owned.as_slice();
    add(&shadow, vec![1.0, 2.0]);
    add(shadow, vec![1.0, 2.0]);
    assert_eq!(peek(&shadow), [2.0, 4.0]);
    assert_eq!(take(&owned[1]), 4.0);
    assert_eq!(into_plain(owned), [2.0, 0.0]);
}

fn into_plain(shadow: Vec<Cell<f64>>) -> Vec<f64> {
    <[f64]>::into_grad(shadow)
}

#[test]
fn floats_are_inferred_from_use() {
    let (v, a) = (cells(0.0, 2), cell_array::<_, 2>(0.0));
    v[1].add(1.0_f32);
    a[0].add(2.0);
    assert_eq!((v[1].get(), a[0].get() + 1.0), (1.0, 3.0));
    assert_eq!(shadow_of::<[f64]>(&seed::<[f64]>(&[1.0]))[0].get(), zero_grad(&5.0) + 1.0);
}

#[test]
#[should_panic(expected = "a shadow of length 2 meets one of length 1")]
fn another_length_panics() {
    cells(0.0, 2).add_from(&cells(0.0, 1));
}

#[test]
#[should_panic(expected = "a shadow of length 1 meets one of length 0")]
fn some_and_none_do_not_add() {
    Some(Cell::new(1.0)).add_from(&None);
}
