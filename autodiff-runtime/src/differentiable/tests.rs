use std::cell::Cell;

use super::*;

/// Zeros, seeds and gradients of one value go together.
fn round_trip<T: Differentiable + ?Sized>(x: &T, grad: T::Grad) {
    assert_eq!(T::into_grad(x.zeros()), x.zero_grad());
    let shadow = T::seed(grad.borrow());
    assert_eq!(shadow.peek_grad(), grad);
    let mut stored = x.zero_grad();
    T::store(shadow.borrow(), stored.borrow_mut(), false);
    assert_eq!(stored, grad);
    assert_eq!(T::into_grad(shadow), grad);
}

#[test]
fn every_shape_goes_to_its_shadow_and_back() {
    round_trip(&2.0, 3.0);
    round_trip(&2.0_f32, 3.0_f32);
    round_trip([1.0, 2.0].as_slice(), vec![3.0, 4.0]);
    round_trip(&[1.0, 2.0].as_slice(), vec![3.0, 4.0]);
    let mut values = [1.0, 2.0];
    let exclusive = values.as_mut_slice();
    round_trip(&exclusive, vec![3.0, 4.0]);
    round_trip(&vec![[1.0, 2.0]; 2], vec![[3.0, 4.0], [5.0, 6.0]]);
    round_trip(&[[1.0, 2.0].as_slice(), &[]], [vec![3.0, 4.0], vec![]]);
    round_trip(&Some(1.0), Some(2.0));
    round_trip(&None::<f64>, None);
    round_trip(&Box::new(1.0), Box::new(2.0));
    round_trip(&(1.0, 2_usize, "a", [1.0_f32]), (3.0, (), (), [4.0]));
    round_trip("a", ());
    round_trip(&(0..3), ());
}

#[test]
fn recursive_types_have_shadows() {
    fn list(n: usize) -> Option<Box<(f64, usize)>> {
        Some(Box::new((n as f64, n)))
    }
    round_trip(&list(3), Some(Box::new((1.0, ()))));
}

#[test]
fn a_gradient_keeps_its_allocation() {
    let zeros = vec![1.0_f64, 2.0].zeros();
    let before = zeros.as_ptr().cast::<f64>();
    let grad = <[f64]>::into_grad(zeros);
    assert_eq!(grad.as_ptr(), before);
}

#[test]
#[should_panic(expected = "a shadow of length 2 meets one of length 3")]
fn storing_another_shape_panics() {
    <[f64]>::store(&[Cell::new(1.0), Cell::new(2.0)], &mut [0.0; 3], false);
}
