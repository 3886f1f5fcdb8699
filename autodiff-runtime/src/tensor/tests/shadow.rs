//! Adjoints: what they cost, and that shapes have to agree.

use crate::rt::{ShadowOps, gather, zeros};
use crate::{AddScaled, Differentiable, Gradient, Tensor};

#[test]
fn what_comes_first_is_moved_in() {
    let x = Tensor::<f64>::ones([2, 2]);
    let x_bar = zeros(&x);
    assert!(x_bar.is_zero());
    assert_eq!(x_bar.peek_grad(), Tensor::zeros([2, 2]));
    let first = Tensor::full([2, 2], 3.0);
    let at = first.as_slice().unwrap().as_ptr();
    x_bar.add_grad(first);
    x_bar.add_grad(x.clone());
    let sum = x_bar.take_grad();
    assert_eq!((sum.as_slice().unwrap().as_ptr(), sum), (at, Tensor::full([2, 2], 4.0)));
    assert_eq!(<Tensor>::into_grad(x_bar), Tensor::zeros([2, 2]));
}

#[test]
fn between_shadows() {
    let x = Tensor::from([1.0, 2.0]);
    let (a, b) = (<Tensor>::seed(&x), zeros(&x));
    b.add_from(&a);
    b.add_from(&a);
    assert_eq!((a.peek_grad(), b.peek_grad()), (x.clone(), &x * 2.0));
    a.swap_with(&b);
    a.take_from(&b);
    assert_eq!((a.peek_grad(), b.is_zero()), (&x * 3.0, true));
    let mut buffer: Tensor = Tensor::ones([2]);
    <Tensor>::store(&a, &mut buffer, true);
    <Tensor>::store(&b, &mut buffer, true);
    assert_eq!(buffer.to_vec(), [4.0, 7.0]);
    <Tensor>::store(&b, &mut buffer, false);
    assert_eq!(buffer.to_vec(), [0.0, 0.0]);
    a.clear();
    assert!(a.is_zero());
}

#[test]
#[should_panic(expected = "a shadow of shape [2, 2] meets a tensor of shape [2]")]
fn nothing_is_broadcast_into_a_shadow() {
    zeros(&Tensor::<f64>::ones([2, 2])).add_grad(Tensor::ones([2]));
}

#[test]
fn as_floats_and_as_vectors() {
    let mut x = Tensor::from([[1.0, 2.0], [3.0, 4.0]]).t();
    assert_eq!(gather(&x), (vec![1.0, 3.0, 2.0, 4.0], f64::EPSILON));
    x.add_scaled(2.0, &Tensor::from([[1.0, 0.0], [0.0, 1.0]]));
    assert_eq!(x, Tensor::from([[3.0, 3.0], [2.0, 6.0]]));
    x.scale(0.5);
    assert_eq!(Gradient::dot(&x, &Tensor::ones([2, 2])), 7.0);
    assert_eq!(Tensor::from([true]).zero_grad(), ());
}
