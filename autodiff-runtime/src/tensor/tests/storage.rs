//! Storage: what is shared, what is copied.

use ndarray::{ArcArray, ArrayD};

use crate::Tensor;

#[test]
fn clones_share_until_one_is_written_to() {
    let a = Tensor::from_shape_vec([2, 2], vec![1.0, 2.0, 3.0, 4.0]);
    let mut b = a.clone();
    assert_eq!(a.as_slice().unwrap().as_ptr(), b.as_slice().unwrap().as_ptr());
    b[[1, 1]] = 5.0;
    assert_eq!((a[[1, 1]], b[[1, 1]]), (4.0, 5.0));
    assert_ne!(a, b);
}

#[test]
fn to_ndarray_and_back() {
    let array = ndarray::arr2(&[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
    let tensor = Tensor::from(array.t().to_owned());
    assert_eq!((tensor.shape(), tensor.ndim(), tensor.len()), ([2, 3].as_slice(), 2, 6));
    assert_eq!(tensor.to_vec(), [1.0, 3.0, 5.0, 2.0, 4.0, 6.0]);
    assert_eq!(tensor.to_string(), array.t().to_string());
    assert_eq!(format!("{tensor:?}"), format!("{:?}", array.t().to_shared().into_dyn()));
    let back: ArrayD<f64> = tensor.clone().into();
    assert_eq!(back, array.t().into_dyn());
    assert_eq!(Tensor::from(ArcArray::from(tensor.clone())), tensor);
}

#[test]
fn elements_out_of_order_are_no_slice() {
    let tensor = Tensor::from(ndarray::arr2(&[[1.0, 2.0], [3.0, 4.0]]).reversed_axes());
    assert_eq!(tensor.as_slice(), None);
    assert_eq!(tensor.to_vec(), [1.0, 3.0, 2.0, 4.0]);
}

#[test]
fn nothing_is_a_tensor() {
    let none = Tensor::<f32>::from_shape_vec([0, 3], Vec::new());
    assert!(none.is_empty());
    let one = Tensor::from_shape_vec([], vec![7.0]);
    assert_eq!((one.ndim(), one.len(), one[[]]), (0, 1, 7.0));
}

#[test]
#[should_panic(expected = "`Tensor::from_shape_vec`: 3 elements do not make the shape [2, 2]")]
fn elements_make_the_shape() {
    Tensor::from_shape_vec([2, 2], vec![1.0; 3]);
}
